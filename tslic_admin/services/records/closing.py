"""Closes key packs that left their server: moved to another pack, or lost with a rebuilt server (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, Line, write_rows
from tslic_admin.db.license_queries import open_licenses
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import day_of, read_day, refuse_future
from tslic_admin.domain.licenses.issuances import EndedWhy
from tslic_admin.domain.licenses.packs import ClosedWhy, MovePackFacts, Origin, decide_pack_move
from tslic_admin.domain.licenses.references import license_reference
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import live_packs, name_of_license, name_of_pack
from tslic_admin.services.records.pack_links import has_listed_licenses
from tslic_admin.services.sealing import FieldChanges, require_reason, seal_act, today


def close_packs(session: Session, packs: Iterable[KeyPackRow], on: date, why: ClosedWhy) -> Iterator[Line]:
    """Close the open ones of these packs and end their licenses; yields the lines for the act's entry.

    Raises RuleViolation `closed-before-issue` where a license was issued after that day.
    """
    closing = [pack for pack in packs if pack.closed_on is None]
    for pack in closing:
        _refuse_issued_after(session, pack, on)
    for pack in closing:
        pack.closed_on, pack.closed_why = on.isoformat(), why
    return write_rows(
        session.connection(), (one for pack in closing for one in _end_licenses(session, pack, on))
    )


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


def _end_licenses(session: Session, pack: KeyPackRow, on: date) -> Iterator[ChangedRow]:
    """Yields one by one: a pack may have a million licenses."""
    name, day = name_of_pack(session, pack), on.isoformat()
    for number, license_id in open_licenses(session, pack.id):
        fields: FieldChanges = {"ended_on": (None, day), "ended_why": (None, EndedWhy.PACK_CLOSED)}
        yield ChangedRow(IssuanceRow, number, fields, license_reference(name, license_id, number))


MOVE_CHANGES = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.TRANSFERS | Changes.REISSUES


def move_pack(
    session: Session, pack: KeyPackRow, *, to: KeyPackRow, on: str, reason: str | None
) -> ActResult:
    """Record that a pack's licenses were moved to another pack, on the same server or another one.

    The other pack gets the origin *migration*; the pack itself is closed on that day, if it is not yet, and
    its licenses end. Raises RuleViolation.
    """
    reason = require_reason(reason)
    day = read_day(on, field="on")
    notices = decide_pack_move(
        _move_pack_facts(session, pack), _move_pack_facts(session, to), day, today(session)
    )
    lines = close_packs(session, [pack], day, ClosedWhy.MOVED)
    if pack.closed_why == ClosedWhy.VANISHED:
        pack.closed_on, pack.closed_why = (
            day.isoformat(),
            ClosedWhy.MOVED,
        )  # the move explains why the pack vanished
    to.origin = Origin.MIGRATION
    to.moved_from_id = pack.id
    act = seal_act(session, "pack.move", MOVE_CHANGES, on=day, reason=reason, bulk_lines=lines)
    session.expire_all()  # the licenses were changed without the session's objects
    return ActResult(act.entry, act.changes, record=to.id, notices=notices)


def _move_pack_facts(session: Session, pack: KeyPackRow) -> MovePackFacts:
    moved_to = session.scalars(
        select(KeyPackRow).where(KeyPackRow.moved_from_id == pack.id, *live_packs())
    ).first()
    return MovePackFacts(
        number=pack.id,
        pack=name_of_pack(session, pack),
        product_version=pack.product_version_id,
        product_type=pack.product_type,
        total=pack.total,
        origin=Origin(pack.origin),
        closed_on=date.fromisoformat(pack.closed_on) if pack.closed_on else None,
        closed_why=ClosedWhy(pack.closed_why) if pack.closed_why else None,
        moved_to=name_of_pack(session, moved_to) if moved_to is not None else None,
    )


REBUILD_CHANGES = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.TRANSFERS | Changes.REISSUES


def record_rebuild(session: Session, server: ServerRow, *, on: str, reason: str | None) -> ActResult:
    """Record that the server was rebuilt: close every pack it had on that day, and clear its product ID.

    A reissued pack that is recorded but not yet installed stays open; only its Keypack ID is cleared, since the
    rebuilt server will number it anew. Raises RuleViolation.
    """
    reason = require_reason(reason)
    day = read_day(on, field="on")
    refuse_future(day, today(session))
    if server.rebuilt_on is not None and day < date.fromisoformat(server.rebuilt_on):
        raise RuleViolation("rebuilt-before-last", field="on", on=day, last=server.rebuilt_on)
    packs = session.scalars(
        select(KeyPackRow).where(KeyPackRow.server_id == server.id, *live_packs()).order_by(KeyPackRow.id)
    ).all()
    packs_on_server = [pack for pack in packs if _was_on_server(session, pack, day)]
    open_packs = [pack for pack in packs_on_server if pack.closed_on is None]
    if not open_packs and server.product_id is None:
        raise RuleViolation("rebuilt-nothing", server=server.name)
    for pack in packs_on_server:
        if pack.closed_why == ClosedWhy.VANISHED:
            pack.closed_why = ClosedWhy.REBUILT  # it cannot come back
    for pack in packs:
        if _is_awaited(session, pack):
            pack.keypack_id = None
    lines = close_packs(session, open_packs, day, ClosedWhy.REBUILT)
    server.rebuilt_on = day.isoformat()
    server.product_id = None
    act = seal_act(session, "server.rebuilt", REBUILD_CHANGES, on=day, reason=reason, bulk_lines=lines)
    session.expire_all()  # the licenses were changed without the session's objects
    notices = (Notice("rebuilt-license-server-id"),) if server.license_server_id else ()
    return ActResult(act.entry, act.changes, record=server.id, notices=notices)


def _was_on_server(session: Session, pack: KeyPackRow, day: date) -> bool:
    """Whether a pack was on the server before it was rebuilt."""
    if _is_awaited(session, pack):
        return False
    since = [date.fromisoformat(pack.installed_on)] if pack.installed_on else []
    if (seen := day_of(pack.first_seen_at)) is not None:
        since.append(seen)
    return not since or min(since) <= day


def _is_awaited(session: Session, pack: KeyPackRow) -> bool:
    """Whether it is a reissued pack that is not on the server yet."""
    request = session.get(RequestRow, pack.request_id) if pack.request_id else None
    if request is None or request.state != RequestState.RECORDED or pack.first_seen_at is not None:
        return False
    return not has_listed_licenses(session, pack)
