"""Closing a key pack that is no longer on its server: it and its licenses stay in the records (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Changed, Line, write
from tslic_admin.db.references import license_reference
from tslic_admin.db.tables import IssuanceRow, KeyPackRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.licenses import EndedWhy
from tslic_admin.domain.packs import ClosedWhy
from tslic_admin.services.acts import name_of_license, name_of_pack
from tslic_admin.services.compared import Fields

_LIVE = "SELECT id, license_id FROM issuance WHERE key_pack_id = ? AND ended_on IS NULL ORDER BY id"


def close_packs(session: Session, packs: Iterable[KeyPackRow], on: date, why: ClosedWhy) -> Iterator[Line]:
    """Close the open ones of these packs and end their licenses; yields the lines for the act's entry.

    Raises RuleViolation `closed-before-issue` where a license was issued after that day.
    """
    closing = [pack for pack in packs if pack.closed_on is None]
    for pack in closing:
        _refuse_issued_after(session, pack, on)
    for pack in closing:
        pack.closed_on, pack.closed_why = on.isoformat(), why
    return write(session.connection(), (one for pack in closing for one in _ended(session, pack, on)))


def _refuse_issued_after(session: Session, pack: KeyPackRow, on: date) -> None:
    last = session.scalars(
        select(IssuanceRow)
        .where(
            IssuanceRow.key_pack_id == pack.id,
            IssuanceRow.ended_on.is_(None),
            IssuanceRow.issued_at
            == select(func.max(IssuanceRow.issued_at))
            .where(IssuanceRow.key_pack_id == pack.id, IssuanceRow.ended_on.is_(None))
            .scalar_subquery(),
        )
        .limit(1)
    ).first()
    issued = day_of(last.issued_at) if last is not None else None
    if last is not None and issued is not None and issued > on:
        name = name_of_license(session, last)
        raise RuleViolation("closed-before-issue", field="on", license=name, issued=issued, on=on)


def _ended(session: Session, pack: KeyPackRow, on: date) -> Iterator[Changed]:
    """A million of them are passed on one by one."""
    name, day = name_of_pack(session, pack), on.isoformat()
    for number, license_id in session.connection().exec_driver_sql(_LIVE, (pack.id,)):
        fields: Fields = {"ended_on": (None, day), "ended_why": (None, EndedWhy.PACK_CLOSED)}
        yield Changed(IssuanceRow, number, fields, license_reference(name, license_id, number))
