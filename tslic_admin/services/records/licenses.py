"""Records issued licenses by hand (rule 4.5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow
from tslic_admin.domain.catalogue.licenses import LicenseFields
from tslic_admin.domain.clocks import day_of, read_day, start_of
from tslic_admin.domain.licenses.issuances import (
    IssuedLicense,
    can_match_listed,
    decide_hand_made,
    read_hardware_id,
    read_status,
    real_hardware_id,
)
from tslic_admin.domain.licenses.packs import KeyPackType
from tslic_admin.domain.names import label_of, read_name
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import find_pack, name_of_license, name_of_pack
from tslic_admin.services.sealing import optional_text, seal_act, today


def find_pack_on_server(session: Session, server: str, key_pack: str) -> KeyPackRow:
    """The key pack of a server by its Keypack ID or #N, as typed. Raises RuleViolation."""
    reference = f"{server}/{key_pack.strip()}"
    if "/" in key_pack:
        raise RuleViolation("pack-malformed", field="pack", value=reference)
    return find_pack(session, reference)


def add(session: Session, pack: KeyPackRow, typed: LicenseFields) -> ActResult:
    """Record a license that the server's own tool shows as issued.

    It has no License ID until a list of its server is imported, which adopts it. Raises RuleViolation: the pack
    is closed, the license is already recorded, or a value is malformed.
    """
    if pack.closed_on is not None:
        name, on = name_of_pack(session, pack), date.fromisoformat(pack.closed_on)
        raise RuleViolation("license-pack-closed", field="pack", pack=name, on=on)
    computer = read_name(typed.computer, field="computer")
    facts = decide_hand_made(
        status=read_status(typed.status) if typed.status and typed.status.strip() else None,
        issued_on=_day(typed.issued_at, field="issued_at"),
        expires_on=_day(typed.expires_at, field="expires_at"),
        temporary_pack=pack.key_pack_type == KeyPackType.TEMPORARY,
        today=today(session),
    )
    issued_at = start_of(facts.issued_on) if facts.issued_on else None
    row = IssuanceRow(
        key_pack_id=pack.id,
        license_id=None,
        user=optional_text(typed.user, field="user"),
        computer=computer,
        computer_label=label_of(computer),
        status=facts.status,
        issued_at=issued_at,
        first_issued_at=issued_at,
        expires_at=start_of(facts.expires_on) if facts.expires_on else None,
        hardware_id=read_hardware_id(typed.hardware_id)
        if typed.hardware_id and typed.hardware_id.strip()
        else None,
        by_hand=1,
    )
    _refuse_duplicate(session, row)
    session.add(row)
    session.flush()
    act = seal_act(session, "license.add", Changes.LICENSES, on=facts.issued_on)
    is_end_computed = facts.expires_on is not None and not (typed.expires_at and typed.expires_at.strip())
    notices = (Notice("temporary-end-reckoned", {"on": facts.expires_on}),) if is_end_computed else ()
    return ActResult(act.entry, act.changes, record=row.id, notices=notices)


def _day(text: str | None, *, field: str) -> date | None:
    return read_day(text, field=field) if text and text.strip() else None


def _refuse_duplicate(session: Session, row: IssuanceRow) -> None:
    """Raises RuleViolation `license-known`: a later list could not tell two equal licenses apart."""
    hardware_id = real_hardware_id(row.hardware_id)
    candidates = session.scalars(
        select(IssuanceRow).where(
            IssuanceRow.key_pack_id == row.key_pack_id,
            IssuanceRow.ended_on.is_(None),
            or_(
                IssuanceRow.computer_label == row.computer_label,
                IssuanceRow.hardware_id.icontains(hardware_id, autoescape=True) if hardware_id else false(),
            ),
        )
    )
    duplicate = next(
        (one for one in candidates if can_match_listed(issued_from_row(row), issued_from_row(one))), None
    )
    if duplicate is not None:
        name = name_of_license(session, duplicate)
        raise RuleViolation("license-known", field="computer", license=name, on=day_of(duplicate.issued_at))


def issued_from_row(row: IssuanceRow) -> IssuedLicense:
    """A license as the rules compare it."""
    return IssuedLicense(row.user, row.computer, row.status, row.issued_at, row.expires_at, row.hardware_id)
