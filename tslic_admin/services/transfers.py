"""Marking the one-time transfer of a CAL (KB 315262; rules 4.4 and 4.6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import IssuanceRow, KeyPackRow, TransferRow
from tslic_admin.domain.clients import read_client
from tslic_admin.domain.clocks import day_of, read_day
from tslic_admin.domain.licenses import Removal
from tslic_admin.domain.names import read_name
from tslic_admin.domain.packs import read_version
from tslic_admin.domain.transfers import (
    EarlierTransfer,
    TransferDecision,
    TransferPolicy,
    TransferWish,
    check_movable,
    decide_transfer,
)
from tslic_admin.services.acts import done, license_facts, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.typed import typed_text


def mark(
    session: Session,
    issuance: IssuanceRow,
    *,
    to: str,
    on: str,
    client_os: str | None = None,
    host_version: str | None = None,
    reason: str | None = None,
    anyway: bool = False,
) -> Done:
    """Mark that a license moved to another computer, once and for good. Texts as they were typed.

    Raises RuleViolation, or NeedsReason where `anyway` with a reason would do.
    """
    wish = TransferWish(
        to=read_name(to, field="to"),
        on=read_day(on, field="on"),
        client=read_client(client_os) if client_os and client_os.strip() else None,
        host_version=read_version(host_version, field="host_version")
        if host_version and host_version.strip()
        else None,
        reason=typed_text(reason, field="reason") or None if reason else None,
        anyway=anyway,
    )
    decision = decide(session, issuance, wish)
    row = TransferRow(
        issuance_id=issuance.id,
        from_computer=decision.from_computer,
        to_computer=decision.to_computer,
        on_day=decision.on.isoformat(),
        client_system=wish.client,
        host_version=wish.host_version,
        need=decision.need,
        reason=wish.reason,
        policy=decision.policy,
        previous_id=decision.previous,
        removal=Removal.AWAITING,
    )
    session.add(row)
    session.flush()
    act = done(
        session,
        "transfer.mark",
        Changes.TRANSFERS | Changes.LICENSES,
        on=decision.on,
        reason=wish.reason,
    )
    return Done(act.entry, act.changes, record=row.id, notices=decision.notices)


def check(session: Session, issuance: IssuanceRow) -> None:
    """Raises RuleViolation where a license cannot be transferred, wherever it were to go (rule 4.4)."""
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    policy = TransferPolicy(pack.transfer_policy)
    check_movable(license_facts(session, issuance), policy, last_transfer(session, issuance))


def decide(session: Session, issuance: IssuanceRow, wish: TransferWish) -> TransferDecision:
    """What would be true if this were marked. Raises what `mark` would raise."""
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    return decide_transfer(
        license_facts(session, issuance),
        wish,
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
