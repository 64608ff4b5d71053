"""Voids an entry by a new one, and finds the entry behind a record (rule 4.8)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import next_entry, seal
from tslic_admin.db.history.undo import (
    SecretNotRestorable,
    effect_counts,
    find_dependents,
    load_effects,
    undo_entry,
)
from tslic_admin.db.schema.tables import EntryRow, EventLineRow, IssuanceRow, KeyPackRow, RequestRow
from tslic_admin.domain.history.voids import Dependent, VoidPreview, require_voidable
from tslic_admin.domain.licenses.packs import Origin
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.domain.texts import parse_whole_number
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import find_transfer, name_of_license, name_of_pack
from tslic_admin.services.sealing import require_reason, today

__all__ = ["Dependent", "VoidPreview", "dependents_of", "entry_behind", "preview_void", "void"]

CHANGES_BY_KIND = {
    "server": Changes.SERVERS,
    "pack": Changes.PACKS | Changes.SERVERS,
    "license": Changes.LICENSES,
    "transfer": Changes.TRANSFERS | Changes.LICENSES,
    "request": Changes.REISSUES,
    "collected": Changes.REISSUES | Changes.LICENSES,
    "snapshot": Changes.NONE,
    "evidence": Changes.LICENSES,
}


def void(
    session: Session, entry: int | str, *, reason: str | None, progress: Progress | None = None
) -> ActResult:
    """Take back what an entry did; a new entry says so. `progress` gets things so far, of all.

    Raises RuleViolation: `entry-unknown`, `not-voidable`, `already-voided`, `void-of-void`, `void-secret`, or
    `built-on`, whose fact `entries` holds the entries that build on it.
    """
    reason = require_reason(reason)
    preview = preview_void(session, entry)
    if preview.dependents:
        raise RuleViolation("built-on", entry=preview.entry, act=preview.kind, entries=preview.dependents)
    by, _ = next_entry(session)
    lines = undo_entry(session.connection(), preview.entry, by, today(session).isoformat(), progress=progress)
    try:
        sealed = seal(session, "void", reason=reason, voids=preview.entry, bulk_lines=lines)
    except SecretNotRestorable as masked:
        raise RuleViolation("void-secret", entry=preview.entry, thing=str(masked)) from None
    session.expire_all()  # rows were written past the session's objects
    changes = Changes.HISTORY
    for kind in preview.created | preview.changed:
        changes |= CHANGES_BY_KIND[kind]
    return ActResult(sealed, changes, record=preview.entry)


def preview_void(session: Session, entry: int | str) -> VoidPreview:
    """What `void` would take back, and what stands in its way; writes nothing. Raises what `void` raises."""
    row = _find_entry(session, entry)
    voided_by = session.scalar(select(EntryRow.number).where(EntryRow.voids == row.number))
    require_voidable(row.number, row.kind, voided_by)
    driver = session.connection()
    load_effects(driver, row.number)
    counts = effect_counts(driver)
    return VoidPreview(
        entry=row.number,
        kind=row.kind,
        effective_on=row.effective_on,
        created={kind: count for (kind, created), count in counts.items() if created},
        changed={kind: count for (kind, created), count in counts.items() if not created},
        dependents=find_dependents(driver, row.number),
    )


def dependents_of(session: Session, entry: int) -> tuple[Dependent, ...]:
    """The later entries that name what this one created or changed, in their order."""
    driver = session.connection()
    load_effects(driver, entry)
    return find_dependents(driver, entry)


def _find_entry(session: Session, number: int | str) -> EntryRow:
    """Raises RuleViolation `entry-unknown`."""
    value = number if isinstance(number, int) else parse_whole_number(number)
    row = session.get(EntryRow, value) if value is not None else None
    if row is None:
        raise RuleViolation("entry-unknown", field="entry", value=number)
    return row


# the entry behind a thing


def entry_behind(session: Session, kind: str, number: int) -> int:
    """The entry that *Void…* on a thing takes back: the one that recorded it; of a reissued pack, the call.

    Raises RuleViolation where there is none, or where another thing is to be voided instead.
    """
    match kind:
        case "transfer":
            return _creating_entry(session, kind, find_transfer(session, number).id).number
        case "request":
            return request_entry(session, session.get_one(RequestRow, number))
        case "pack":
            pack = session.get_one(KeyPackRow, number)
            if pack.origin == Origin.REISSUE and pack.request_id is not None:
                return request_entry(session, session.get_one(RequestRow, pack.request_id))
            return pack_entry(session, pack)
        case "license":
            return license_entry(session, session.get_one(IssuanceRow, number))
    return number


def import_entry(session: Session, entry: int | str) -> int:
    """The entry itself, where it is an import. Raises RuleViolation `void-not-import` or `entry-unknown`."""
    row = _find_entry(session, entry)
    if row.kind != "import":
        raise RuleViolation("void-not-import", field="entry", entry=row.number, act=row.kind)
    return row.number


def request_entry(session: Session, request: RequestRow) -> int:
    """The entry that recorded its call. Raises RuleViolation `void-not-recorded`."""
    if request.state not in (RequestState.RECORDED, RequestState.INSTALLED):
        raise RuleViolation("void-not-recorded", request=request.id, state=request.state)
    number: int = session.execute(
        select(EventLineRow.entry)
        .where(
            EventLineRow.kind == "request",
            EventLineRow.record == request.id,
            EventLineRow.field == "State",
            EventLineRow.before == RequestState.OPEN,
        )
        .order_by(EventLineRow.entry.desc())
        .limit(1)
    ).scalar_one()
    return number


def pack_entry(session: Session, pack: KeyPackRow) -> int:
    """The entry that recorded a pack by hand. Raises RuleViolation `pack-not-by-hand`."""
    entry = _creating_entry(session, "pack", pack.id)
    if entry.kind != "pack.add":
        raise RuleViolation(
            "pack-not-by-hand", pack=name_of_pack(session, pack), entry=entry.number, act=entry.kind
        )
    return entry.number


def license_entry(session: Session, issuance: IssuanceRow) -> int:
    """The entry that recorded a license by hand. Raises RuleViolation `license-not-by-hand`."""
    entry = _creating_entry(session, "license", issuance.id)
    if entry.kind != "license.add":
        raise RuleViolation(
            "license-not-by-hand",
            license=name_of_license(session, issuance),
            entry=entry.number,
            act=entry.kind,
        )
    return entry.number


def _creating_entry(session: Session, kind: str, number: int) -> EntryRow:
    """The entry that a thing came with: the first that names it."""
    return session.scalars(
        select(EntryRow)
        .join(EventLineRow, EventLineRow.entry == EntryRow.number)
        .where(EventLineRow.kind == kind, EventLineRow.record == number)
        .order_by(EventLineRow.entry, EventLineRow.line)
        .limit(1)
    ).one()
