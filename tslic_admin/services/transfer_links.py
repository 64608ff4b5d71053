"""The license that a transfer led to: the new computer's own, as its server lists it (rule 4.6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import CollectedRow, IssuanceRow, KeyPackRow, TransferRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.links import Moved, Received, check_received
from tslic_admin.domain.names import same_name
from tslic_admin.domain.notices import Notice
from tslic_admin.domain.reissues import CollectedState
from tslic_admin.services.acts import done, name_of_license, require_reason
from tslic_admin.services.changes import Changes, Done


def moved(session: Session, transfer: TransferRow) -> Moved:
    """A transfer as the rules of linking see it."""
    issuance = session.get_one(IssuanceRow, transfer.issuance_id)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    return Moved(
        transfer.id,
        name_of_license(session, issuance),
        pack.server_id,
        pack.product_version_id,
        date.fromisoformat(transfer.on_day),
    )


def set_link(
    session: Session, transfer: TransferRow, issuance: IssuanceRow | None, *, reason: str | None
) -> Done:
    """Say which license the new computer got from the server; None: none that is known.

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
        notices = _check(session, transfer, issuance)
    transfer.linked_issuance_id = issuance.id if issuance is not None else None
    act = done(session, "transfer.link", Changes.TRANSFERS | Changes.LICENSES, reason=reason)
    return Done(act.entry, act.changes, record=transfer.id, notices=notices)


def in_reissue(session: Session, *issuances: int) -> dict[int, CollectedRow]:
    """Which of these licenses are collected for a request or retired by one (none: of all licenses).

    What the new computer gets for such a one is of the reissue, a new CAL with its own transfer (rule 4.4).
    """
    rows = session.scalars(
        select(CollectedRow).where(
            CollectedRow.state.in_((CollectedState.COLLECTED, CollectedState.RETIRED)),
            *((CollectedRow.issuance_id.in_(issuances),) if issuances else ()),
        )
    )
    return {row.issuance_id: row for row in rows}


def _refuse_reissued(session: Session, transfer: TransferRow) -> None:
    held = in_reissue(session, transfer.issuance_id).get(transfer.issuance_id)
    if held is None:
        return
    name = name_of_license(session, session.get_one(IssuanceRow, transfer.issuance_id))
    if held.state == CollectedState.RETIRED:
        raise RuleViolation(
            "link-retired",
            license=name,
            request=held.request_id,
            transfer=transfer.id,
            to=transfer.to_computer,
        )
    raise RuleViolation("link-collected", license=name, request=held.request_id, transfer=transfer.id)


def _check(session: Session, transfer: TransferRow, issuance: IssuanceRow) -> tuple[Notice, ...]:
    name = name_of_license(session, issuance)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    if issuance.id == transfer.issuance_id:
        raise RuleViolation("link-itself", field="license", license=name, transfer=transfer.id)
    _refuse_reissued(session, transfer)
    taken = session.scalars(
        select(TransferRow).where(
            TransferRow.linked_issuance_id == issuance.id,
            TransferRow.voided_by.is_(None),
            TransferRow.id != transfer.id,
        )
    ).first()
    if taken is not None:
        raise RuleViolation("link-received", field="license", license=name, transfer=taken.id)
    moved_on = session.scalars(
        select(TransferRow).where(TransferRow.issuance_id == issuance.id, TransferRow.voided_by.is_(None))
    ).first()
    if moved_on is not None:
        raise RuleViolation("link-has-transfer", field="license", license=name, transfer=moved_on.id)
    received = Received(
        name,
        pack.server_id,
        pack.product_version_id,
        pack.product_type,
        pack.key_pack_type,
        issuance.status,
        day_of(issuance.issued_at),
    )
    check_received(moved(session, transfer), received)
    if not same_name(issuance.computer, transfer.to_computer):
        facts = {"license": name, "computer": issuance.computer or "nobody", "to": transfer.to_computer}
        return (Notice("link-other-computer", facts),)
    return ()
