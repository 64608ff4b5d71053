"""Which license may be transferred and which reissued: the table of rule 4.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tslic_admin.domain.licenses.issuances import LicenseStatus, is_expired
from tslic_admin.domain.licenses.packs import KeyPackType, ProductType, is_built_in
from tslic_admin.domain.outcomes import NeedsReason, RuleViolation


@dataclass(frozen=True, slots=True)
class SuccessorLicense:
    """A license was transferred, and the new computer got a license of its own: that one counts (rule 4.6)."""

    transfer: int
    received: str


@dataclass(frozen=True, slots=True)
class LicenseFacts:
    """One issued license as the rules see it. `ended_on`: no longer on its server since that day."""

    license: str
    status: int | None
    product_type: int | None
    product_version: int | None
    key_pack_type: int | None
    server_id: int
    ended_on: date | None = None
    expires_on: date | None = None
    open_request: int | None = None
    retired_by: int | None = None
    given_up: SuccessorLicense | None = None


def gone_since(facts: LicenseFacts, today: date) -> date | None:
    """The day a license ended (vanished, replaced) or ran out; None for a live one."""
    if facts.ended_on is not None:
        return facts.ended_on
    return facts.expires_on if is_expired(facts.expires_on, today) else None


def _refuse_not_purchased(facts: LicenseFacts, act: str) -> None:
    if facts.status == LicenseStatus.TEMPORARY or facts.key_pack_type == KeyPackType.TEMPORARY:
        raise RuleViolation(f"{act}-temporary", license=facts.license)
    if is_built_in(facts.product_type, facts.key_pack_type):
        raise RuleViolation(f"{act}-built-in", license=facts.license)
    if facts.status == LicenseStatus.REVOKED:
        raise RuleViolation(f"{act}-revoked", license=facts.license)


def _refuse_given_up(facts: LicenseFacts, act: str) -> None:
    if facts.given_up is not None:
        successor = facts.given_up
        raise RuleViolation(
            f"{act}-given-up", license=facts.license, transfer=successor.transfer, received=successor.received
        )


def _ask_about_status(facts: LicenseFacts, act: str) -> None:
    if facts.status not in (LicenseStatus.ACTIVE, LicenseStatus.UPGRADE):
        raise NeedsReason(f"{act}-status-unclear", license=facts.license, status=facts.status)


def check_transferable(facts: LicenseFacts) -> None:
    """Raises RuleViolation where rule 4.4 forbids a transfer."""
    if facts.retired_by is not None:
        raise RuleViolation("transfer-retired", license=facts.license, request=facts.retired_by)
    if facts.open_request is not None:
        raise RuleViolation("transfer-collected", license=facts.license, request=facts.open_request)
    _refuse_given_up(facts, "transfer")
    _refuse_not_purchased(facts, "transfer")
    if facts.product_type == ProductType.PER_USER:
        raise RuleViolation("transfer-per-user", license=facts.license)


def ask_about_transfer(facts: LicenseFacts, today: date) -> None:
    """Raises NeedsReason where rule 4.4 wants a reason for a transfer."""
    _ask_about_status(facts, "transfer")
    gone = gone_since(facts, today)
    if gone is not None:
        raise NeedsReason("transfer-ended", license=facts.license, on=gone)


def check_reissuable(facts: LicenseFacts, request: int) -> None:
    """Raises RuleViolation where rule 4.4 forbids a reissue."""
    if facts.retired_by is not None:
        raise RuleViolation("reissue-retired", license=facts.license, request=facts.retired_by)
    if facts.open_request is not None:
        code = "reissue-already-here" if facts.open_request == request else "reissue-collected"
        raise RuleViolation(code, license=facts.license, request=facts.open_request)
    _refuse_given_up(facts, "reissue")
    _refuse_not_purchased(facts, "reissue")


def ask_about_reissue(facts: LicenseFacts) -> None:
    """Raises NeedsReason where rule 4.4 wants a reason for a reissue.

    An ended license may be reissued without one: `gone_since` says that it may already be back in the pool.
    """
    _ask_about_status(facts, "reissue")
