"""Reissue by telephone: collecting CALs, recording the call, adopting the reissued key pack (KB 315262; rule 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tslic_admin.domain.clocks import refuse_future
from tslic_admin.domain.licenses.eligibility import (
    LicenseFacts,
    ask_about_reissue,
    check_reissuable,
    gone_since,
)
from tslic_admin.domain.licenses.packs import UNLIMITED, version_family
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.texts import UINT32_MAX


class RequestState(StrEnum):
    """Parked is open. `installed`: its pack was seen or said to be on the server."""

    OPEN = "open"
    RECORDED = "recorded"
    INSTALLED = "installed"
    WITHDRAWN = "withdrawn"


class CollectedState(StrEnum):
    """What became of a CAL that was collected for a request."""

    COLLECTED = "collected"
    RETIRED = "retired"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A reissue request as the rules see it; version and type are None until a CAL is collected."""

    number: int
    state: RequestState
    server_id: int
    product_version: int | None
    product_type: int | None


@dataclass(frozen=True, slots=True)
class AdoptionPackFacts:
    """A key pack of the server that a recorded reissue is to adopt."""

    reference: str
    server_id: int
    product_version: int | None
    product_type: int | None
    total: int | None
    claimed_by: int | None
    other_code: bool
    closed: bool
    holds_retired: bool = False
    is_purchased: bool = True


@dataclass(frozen=True, slots=True)
class CallResult:
    """What the representative granted, and on which day."""

    quantity: int
    on: date


def require_open(request: RequestFacts) -> None:
    """Raises RuleViolation `request-not-open` for a request that was recorded or withdrawn."""
    if request.state is not RequestState.OPEN:
        raise RuleViolation("request-not-open", request=request.number, state=request.state)


def decide_collect(
    request: RequestFacts, facts: LicenseFacts, today: date, reason: str | None, *, anyway: bool = False
) -> tuple[Notice, ...]:
    """Decide whether a CAL joins a request: CALs of one server, version and type.

    Raises RuleViolation, or NeedsReason for an unclear license status.
    """
    require_open(request)
    check_reissuable(facts, request.number)
    if facts.server_id != request.server_id:
        raise RuleViolation("request-other-server", license=facts.license, request=request.number)
    if request.product_type is not None and facts.product_type != request.product_type:
        raise RuleViolation("request-other-type", license=facts.license, request=request.number)
    if request.product_version is not None and version_family(facts.product_version) != version_family(
        request.product_version
    ):
        raise RuleViolation("request-other-version", license=facts.license, request=request.number)
    if not (anyway and reason):
        ask_about_reissue(facts)
    gone = gone_since(facts, today)
    if gone is not None:
        return (Notice("may-be-back-in-the-pool", {"license": facts.license, "on": gone}),)
    return ()


def decide_record(
    request: RequestFacts,
    call: CallResult,
    *,
    collected: int,
    retired: int,
    adopt: AdoptionPackFacts | None,
    today: date,
) -> tuple[Notice, ...]:
    """Decide whether the call can be recorded: `retired` of the `collected` CALs are replaced.

    Raises RuleViolation: request not open, day in the future, quantity below what is retired, or a pack
    that cannot be the reissued one.
    """
    require_open(request)
    refuse_future(call.on, today)
    if not 1 <= call.quantity < UNLIMITED:
        raise RuleViolation("quantity-malformed", field="quantity", value=call.quantity, most=UINT32_MAX - 1)
    if call.quantity < retired:
        raise RuleViolation(
            "quantity-below-retired", field="quantity", quantity=call.quantity, retired=retired
        )
    if adopt is not None:
        check_adoptable(request, adopt, call.quantity)
    notices = []
    if retired == 0:
        notices.append(Notice("nothing-retired"))
    elif call.quantity > retired:
        notices.append(Notice("quantity-above-retired", {"quantity": call.quantity, "retired": retired}))
    if retired < collected:
        notices.append(Notice("rest-dropped", {"rest": collected - retired}))
    return tuple(notices)


def matches_request_version(version: int | None, request_version: int | None) -> bool:
    """Whether a pack has a request's version; a request without a CAL has none yet, and any is its."""
    return request_version is None or version_family(version) == version_family(request_version)


def matches_request_type(product_type: int | None, request_type: int | None) -> bool:
    """The same of the license type."""
    return request_type is None or product_type == request_type


def check_adoptable(request: RequestFacts, pack: AdoptionPackFacts, quantity: int) -> None:
    """Raises RuleViolation where a pack of the server cannot be this reissue's (rule 4.7)."""
    facts = {"pack": pack.reference, "request": request.number}
    if pack.claimed_by is not None:
        raise RuleViolation("adopt-claimed", field="keypack_id", **facts, by=pack.claimed_by)
    if pack.other_code:
        raise RuleViolation("adopt-other-code", field="keypack_id", **facts)
    if pack.closed or pack.server_id != request.server_id:
        raise RuleViolation("adopt-other-server", field="keypack_id", **facts)
    if pack.holds_retired:  # "another license key pack installation" (KB 315262)
        raise RuleViolation("adopt-own-pack", field="keypack_id", **facts)
    if not pack.is_purchased:
        raise RuleViolation("adopt-pool", field="keypack_id", **facts)
    if not matches_request_version(pack.product_version, request.product_version):
        raise RuleViolation("adopt-other-version", field="keypack_id", **facts)
    if not matches_request_type(pack.product_type, request.product_type):
        raise RuleViolation("adopt-other-type", field="keypack_id", **facts)
    if pack.total != quantity:
        raise RuleViolation("adopt-other-total", field="keypack_id", **facts, total=pack.total, got=quantity)
