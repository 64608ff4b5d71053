"""Marks the one-time transfer of a CAL and links it to the new computer's license (KB 315262; rules 4.4 and 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, KeyPackRow, TransferRow
from tslic_admin.domain.clocks import day_of, read_day
from tslic_admin.domain.licenses.clients import read_client
from tslic_admin.domain.licenses.issuances import RemovalState
from tslic_admin.domain.licenses.packs import read_version
from tslic_admin.domain.names import read_name, same_name
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.links import ReceivedCandidate, TransferFacts, check_received
from tslic_admin.domain.records.reissues import CollectedState
from tslic_admin.domain.records.transfers import (
    EarlierTransfer,
    TransferDecision,
    TransferDetails,
    TransferPolicy,
    check_movable,
    decide_transfer,
)
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import name_of_license
from tslic_admin.services.records.facts import license_facts
from tslic_admin.services.sealing import optional_text, require_reason, seal_act, today


@dataclass(frozen=True, slots=True)
class TransferFields:
    """The texts that a user typed for a transfer. None or empty: unknown."""

    to: str
    on: str
    client_os: str | None = None
    host_version: str | None = None
    reason: str | None = None


def mark(
    session: Session, issuance: IssuanceRow, typed: TransferFields, *, anyway: bool = False
) -> ActResult:
    """Mark that a license moved to another computer.

    Raises RuleViolation, or NeedsReason if `anyway` with a reason would be accepted.
    """
    client, host = typed.client_os, typed.host_version
    details = TransferDetails(
        to=read_name(typed.to, field="to"),
        on=read_day(typed.on, field="on"),
        client=read_client(client) if client and client.strip() else None,
        host_version=read_version(host, field="host_version") if host and host.strip() else None,
        reason=optional_text(typed.reason, field="reason"),
        anyway=anyway,
    )
    decision = decide(session, issuance, details)
    row = TransferRow(
        issuance_id=issuance.id,
        from_computer=decision.from_computer,
        to_computer=decision.to_computer,
        on_day=decision.on.isoformat(),
        client_system=details.client,
        host_version=details.host_version,
        need=decision.need,
        reason=details.reason,
        policy=decision.policy,
        previous_id=decision.previous,
        removal=RemovalState.AWAITING,
    )
    session.add(row)
    session.flush()
    act = seal_act(
        session,
        "transfer.mark",
        Changes.TRANSFERS | Changes.LICENSES,
        on=decision.on,
        reason=details.reason,
    )
    return ActResult(act.entry, act.changes, record=row.id, notices=decision.notices)


def check(session: Session, issuance: IssuanceRow) -> None:
    """Raises RuleViolation if a license cannot be transferred to any computer (rule 4.4)."""
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    policy = TransferPolicy(pack.transfer_policy)
    check_movable(license_facts(session, issuance), policy, last_transfer(session, issuance))


def decide(session: Session, issuance: IssuanceRow, details: TransferDetails) -> TransferDecision:
    """The decision of the rules about a transfer, without marking it. Raises what `mark` would raise."""
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    return decide_transfer(
        license_facts(session, issuance),
        details,
        computer=issuance.computer,
        issued_on=day_of(issuance.issued_at),
        first_issued_on=day_of(issuance.first_issued_at),
        policy=TransferPolicy(pack.transfer_policy),
        earlier=last_transfer(session, issuance),
        today=today(session),
    )


def last_transfer(session: Session, issuance: IssuanceRow) -> EarlierTransfer | None:
    """The unvoided transfer that moved this license last: its own, or the one it was received by."""
    row = session.scalars(
        select(TransferRow)
        .where(
            TransferRow.voided_by.is_(None),
            or_(TransferRow.issuance_id == issuance.id, TransferRow.linked_issuance_id == issuance.id),
        )
        .order_by(TransferRow.id.desc())
    ).first()
    if row is None:
        return None
    return EarlierTransfer(
        number=row.id,
        on=date.fromisoformat(row.on_day),
        to=row.to_computer,
        policy=TransferPolicy(row.policy),
    )


def transfer_facts(session: Session, transfer: TransferRow) -> TransferFacts:
    """A transfer as the rules of linking see it."""
    issuance = session.get_one(IssuanceRow, transfer.issuance_id)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    return TransferFacts(
        transfer.id,
        name_of_license(session, issuance),
        pack.server_id,
        pack.product_version_id,
        date.fromisoformat(transfer.on_day),
    )


def set_link(
    session: Session, transfer: TransferRow, issuance: IssuanceRow | None, *, reason: str | None
) -> ActResult:
    """Link a transfer to the license that the new computer got from the server; None: not known.

    Raises RuleViolation.
    """
    reason = require_reason(reason)
    if transfer.voided_by is not None:
        raise RuleViolation("transfer-voided", transfer=transfer.id)
    later = session.scalars(
        select(TransferRow).where(TransferRow.previous_id == transfer.id, TransferRow.voided_by.is_(None))
    ).first()
    if later is not None and later.issuance_id == transfer.linked_issuance_id:
        raise RuleViolation("link-moved-on", transfer=transfer.id, later=later.id)
    notices: tuple[Notice, ...] = ()
    if issuance is not None:
        if later is not None:
            raise RuleViolation("link-moved-on", transfer=transfer.id, later=later.id)
        notices = _check_link(session, transfer, issuance)
    transfer.linked_issuance_id = issuance.id if issuance is not None else None
    act = seal_act(session, "transfer.link", Changes.TRANSFERS | Changes.LICENSES, reason=reason)
    return ActResult(act.entry, act.changes, record=transfer.id, notices=notices)


def collected_by_license(session: Session, *issuances: int) -> dict[int, CollectedRow]:
    """Which of these licenses are collected for a request or retired by one (none: of all licenses).

    The new computer's license comes from the reissue then: a new CAL with its own transfer (rule 4.4).
    """
    rows = session.scalars(
        select(CollectedRow).where(
            CollectedRow.state.in_((CollectedState.COLLECTED, CollectedState.RETIRED)),
            *((CollectedRow.issuance_id.in_(issuances),) if issuances else ()),
        )
    )
    return {row.issuance_id: row for row in rows}


def _refuse_reissued(session: Session, transfer: TransferRow) -> None:
    collected = collected_by_license(session, transfer.issuance_id).get(transfer.issuance_id)
    if collected is None:
        return
    name = name_of_license(session, session.get_one(IssuanceRow, transfer.issuance_id))
    if collected.state == CollectedState.RETIRED:
        raise RuleViolation(
            "link-retired",
            license=name,
            request=collected.request_id,
            transfer=transfer.id,
            to=transfer.to_computer,
        )
    raise RuleViolation("link-collected", license=name, request=collected.request_id, transfer=transfer.id)


def _check_link(session: Session, transfer: TransferRow, issuance: IssuanceRow) -> tuple[Notice, ...]:
    name = name_of_license(session, issuance)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    if issuance.id == transfer.issuance_id:
        raise RuleViolation("link-itself", field="license", license=name, transfer=transfer.id)
    _refuse_reissued(session, transfer)
    other = session.scalars(
        select(TransferRow).where(
            TransferRow.linked_issuance_id == issuance.id,
            TransferRow.voided_by.is_(None),
            TransferRow.id != transfer.id,
        )
    ).first()
    if other is not None:
        raise RuleViolation("link-received", field="license", license=name, transfer=other.id)
    later = session.scalars(
        select(TransferRow).where(TransferRow.issuance_id == issuance.id, TransferRow.voided_by.is_(None))
    ).first()
    if later is not None:
        raise RuleViolation("link-has-transfer", field="license", license=name, transfer=later.id)
    candidate = ReceivedCandidate(
        name,
        pack.server_id,
        pack.product_version_id,
        pack.product_type,
        pack.key_pack_type,
        issuance.status,
        day_of(issuance.issued_at),
    )
    check_received(transfer_facts(session, transfer), candidate)
    if not same_name(issuance.computer, transfer.to_computer):
        facts = {"license": name, "computer": issuance.computer or "nobody", "to": transfer.to_computer}
        return (Notice("link-other-computer", facts),)
    return ()
