"""The one-time transfer of a CAL to another computer (KB 315262; rules 4.4 and 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tslic_admin.domain.clocks import DAYS_BETWEEN_MOVES, days_after, refuse_future
from tslic_admin.domain.licenses.clients import ClientSystem, Need, needs_cal
from tslic_admin.domain.licenses.eligibility import LicenseFacts, ask_about_transfer, check_transferable
from tslic_admin.domain.licenses.packs import serves
from tslic_admin.domain.names import same_name
from tslic_admin.domain.outcomes import NeedsReason, Notice, RuleViolation


class TransferPolicy(StrEnum):
    """What the purchase papers of a key pack say about moving its licenses."""

    ONE_TIME = "one-time"
    AFTER_90_DAYS = "after-90-days"
    NOT_TRANSFERABLE = "not-transferable"


def read_policy(text: str, *, field: str = "policy") -> TransferPolicy:
    """A transfer policy by its name. Raises RuleViolation `policy-unknown`."""
    try:
        return TransferPolicy(text.strip().casefold())
    except ValueError:
        known = ", ".join(TransferPolicy)
        raise RuleViolation("policy-unknown", field=field, value=text, known=known) from None


@dataclass(frozen=True, slots=True)
class EarlierTransfer:
    """The unvoided transfer that moved this license last."""

    number: int
    on: date
    to: str
    policy: TransferPolicy


@dataclass(frozen=True, slots=True)
class TransferDetails:
    """What the user wants to mark. Days are local calendar days."""

    to: str
    on: date
    client: ClientSystem | None = None
    host_version: int | None = None
    reason: str | None = None
    anyway: bool = False

    @property
    def has_override(self) -> bool:
        return self.anyway and bool(self.reason)


@dataclass(frozen=True, slots=True)
class TransferDecision:
    """What will be true: the license moves from `from_computer`, under `policy`, after `previous`.

    `need`: whether the client needs a CAL at all (rule 4.2), which the entry says too.
    """

    from_computer: str | None
    to_computer: str
    on: date
    policy: TransferPolicy
    previous: int | None
    need: Need
    notices: tuple[Notice, ...]


def check_movable(facts: LicenseFacts, policy: TransferPolicy, earlier: EarlierTransfer | None) -> None:
    """Raises RuleViolation where rule 4.4 forbids every transfer of a license."""
    check_transferable(facts)
    if earlier is not None and policy is TransferPolicy.ONE_TIME:
        raise RuleViolation(
            "already-transferred",
            license=facts.license,
            transfer=earlier.number,
            to=earlier.to,
            on=earlier.on,
        )
    if policy is TransferPolicy.NOT_TRANSFERABLE:
        raise RuleViolation("not-transferable", license=facts.license)


def decide_transfer(
    facts: LicenseFacts,
    details: TransferDetails,
    *,
    computer: str | None,
    issued_on: date | None,
    first_issued_on: date | None,
    policy: TransferPolicy,
    earlier: EarlierTransfer | None,
    today: date,
) -> TransferDecision:
    """Decide whether a license moves to another computer.

    `computer`: the holder that the server lists; `earlier`: the last recorded transfer; `issued_on` and
    `first_issued_on` are the last and the earliest issue date seen. Raises RuleViolation, or NeedsReason
    where `details.anyway` with a reason would be accepted.
    """
    holder = earlier.to if earlier else computer
    check_movable(facts, policy, earlier)
    refuse_future(details.on, today)
    start = first_issued_on or issued_on
    if start is not None and details.on < start:
        raise RuleViolation("transfer-before-issue", field="on", on=details.on, issued=start)
    if earlier is not None and details.on < earlier.on:
        raise RuleViolation("transfer-before-last", field="on", on=details.on, last=earlier.on)
    if policy is TransferPolicy.AFTER_90_DAYS:
        last_move = earlier.on if earlier else start
        if last_move is not None and details.on < days_after(last_move, DAYS_BETWEEN_MOVES):
            allowed = days_after(last_move, DAYS_BETWEEN_MOVES)
            raise RuleViolation("within-90-days", field="on", on=details.on, last=last_move, allowed=allowed)
    if same_name(holder, details.to):
        raise RuleViolation("already-there", field="to", license=facts.license, to=details.to)
    if not details.has_override:  # nobody is asked for a reason before it is sure to help
        ask_about_transfer(facts, today)
    host = details.host_version if details.host_version is not None else facts.product_version
    need = needs_cal(details.client, host)
    if need is Need.NO and not details.has_override:
        raise NeedsReason("no-cal-needed", field="client_os", client=details.client, host=host)
    return TransferDecision(
        from_computer=holder,
        to_computer=details.to,
        on=details.on,
        policy=policy,
        previous=earlier.number if earlier else None,
        need=need,
        notices=_client_notices(facts, details, need),
    )


def _client_notices(facts: LicenseFacts, details: TransferDetails, need: Need) -> tuple[Notice, ...]:
    notices = []
    match need:
        case Need.NO:
            notices.append(Notice("recorded-though-not-needed"))
        case Need.NOT_CHECKED:
            notices.append(Notice("need-not-checked"))
        case Need.UNKNOWN:
            notices.append(Notice("need-unknown"))
        case _:
            pass
    if serves(facts.product_version, details.host_version) is False:
        notices.append(
            Notice("cal-does-not-serve-host", {"cal": facts.product_version, "host": details.host_version})
        )
    return tuple(notices)
