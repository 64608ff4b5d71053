"""A license server was rebuilt: what it held is closed, kept in the records, and its numbers start again (rule 4.5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import day_of, read_day, refuse_future
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.notices import Notice
from tslic_admin.domain.packs import ClosedWhy
from tslic_admin.domain.reissues import RequestState
from tslic_admin.services.acts import done, live_packs, require_reason, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.closing import close_packs
from tslic_admin.services.pack_links import has_listed_licenses

TOUCHED = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.TRANSFERS | Changes.REISSUES


def rebuilt(session: Session, server: ServerRow, *, on: str, reason: str | None) -> Done:
    """Close all that the server held on that day; its product ID may be another from then on.

    A reissued set that is recorded and not yet installed is still to come: it stays open, without the number
    that it was to get. Raises RuleViolation.
    """
    reason = require_reason(reason)
    day = read_day(on, field="on")
    refuse_future(day, today(session))
    if server.rebuilt_on is not None and day < date.fromisoformat(server.rebuilt_on):
        raise RuleViolation("rebuilt-before-last", field="on", on=day, last=server.rebuilt_on)
    packs = session.scalars(
        select(KeyPackRow).where(KeyPackRow.server_id == server.id, *live_packs()).order_by(KeyPackRow.id)
    ).all()
    stood = [pack for pack in packs if _stood(session, pack, day)]
    held = [pack for pack in stood if pack.closed_on is None]
    if not held and server.product_id is None:
        raise RuleViolation("rebuilt-nothing", server=server.name)
    for pack in stood:
        if pack.closed_why == ClosedWhy.VANISHED:
            pack.closed_why = ClosedWhy.REBUILT  # it cannot come back
    for pack in packs:
        if _awaited(session, pack):
            pack.keypack_id = None
    lines = close_packs(session, held, day, ClosedWhy.REBUILT)
    server.rebuilt_on = day.isoformat()
    server.product_id = None
    act = done(session, "server.rebuilt", TOUCHED, on=day, reason=reason, more=lines)
    session.expire_all()  # licenses were written past the session's objects
    notices = (Notice("rebuilt-license-server-id"),) if server.license_server_id else ()
    return Done(act.entry, act.changes, record=server.id, notices=notices)


def _stood(session: Session, pack: KeyPackRow, day: date) -> bool:
    """Whether a pack was on the server before it was rebuilt."""
    if _awaited(session, pack):
        return False
    since = [date.fromisoformat(pack.installed_on)] if pack.installed_on else []
    if (seen := day_of(pack.first_seen_at)) is not None:
        since.append(seen)
    return not since or min(since) <= day


def _awaited(session: Session, pack: KeyPackRow) -> bool:
    """Whether it is a reissued set that is not on the server yet."""
    request = session.get(RequestRow, pack.request_id) if pack.request_id else None
    if request is None or request.state != RequestState.RECORDED or pack.first_seen_at is not None:
        return False
    return not has_listed_licenses(session, pack)
