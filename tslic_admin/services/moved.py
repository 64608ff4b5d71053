"""A key pack was moved to another one: a migration (rule 4.5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import KeyPackRow
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.moves import PackStanding, decide_move
from tslic_admin.domain.packs import ClosedWhy, Origin
from tslic_admin.services.acts import done, live_packs, name_of_pack, require_reason, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.closing import close_packs

TOUCHED = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.TRANSFERS | Changes.REISSUES


def move(session: Session, pack: KeyPackRow, *, to: KeyPackRow, on: str, reason: str | None) -> Done:
    """Record that a pack's licenses were moved to another pack, on the same server or another one.

    The other pack gets the origin *migration*; the pack itself is closed on that day, if it is not yet, and
    its licenses end. Raises RuleViolation.
    """
    reason = require_reason(reason)
    day = read_day(on, field="on")
    notices = decide_move(_standing(session, pack), _standing(session, to), day, today(session))
    lines = close_packs(session, [pack], day, ClosedWhy.MOVED)
    if pack.closed_why == ClosedWhy.VANISHED:
        pack.closed_on, pack.closed_why = day.isoformat(), ClosedWhy.MOVED  # this is when and why it left
    to.origin = Origin.MIGRATION
    to.moved_from_id = pack.id
    act = done(session, "pack.move", TOUCHED, on=day, reason=reason, more=lines)
    session.expire_all()  # licenses were written past the session's objects
    return Done(act.entry, act.changes, record=to.id, notices=notices)


def _standing(session: Session, pack: KeyPackRow) -> PackStanding:
    moved_to = session.scalars(
        select(KeyPackRow).where(KeyPackRow.moved_from_id == pack.id, *live_packs())
    ).first()
    return PackStanding(
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
