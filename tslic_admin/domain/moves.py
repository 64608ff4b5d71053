"""A key pack that was moved to another one, as when its licenses are migrated to a new server (rule 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tslic_admin.domain.clocks import refuse_future
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.notices import Notice
from tslic_admin.domain.packs import ClosedWhy, Origin, family


@dataclass(frozen=True, slots=True)
class PackStanding:
    """A key pack as the rule sees it. `moved_to`: the pack that it was moved to already."""

    number: int
    pack: str
    product_version: int | None
    product_type: int | None
    total: int | None
    origin: Origin
    closed_on: date | None
    closed_why: ClosedWhy | None
    moved_to: str | None = None


def decide_move(source: PackStanding, target: PackStanding, on: date, today: date) -> tuple[Notice, ...]:
    """Whether a pack can have been moved to another; what is worth knowing about it. Raises RuleViolation."""
    refuse_future(on, today)
    if source.number == target.number:
        raise RuleViolation("move-itself", field="to", pack=source.pack)
    if source.moved_to is not None:
        raise RuleViolation("move-again", pack=source.pack, to=source.moved_to, on=source.closed_on)
    if target.closed_on is not None:
        raise RuleViolation("move-closed", field="to", pack=target.pack, on=target.closed_on)
    if target.origin is not Origin.ORIGINAL:
        raise RuleViolation("move-claimed", field="to", pack=target.pack, origin=target.origin)
    versions = {family(source.product_version), family(target.product_version)} - {None}
    if len(versions) > 1:
        raise RuleViolation("move-other-version", field="to", pack=target.pack, source=source.pack)
    types = {source.product_type, target.product_type} - {None}
    if len(types) > 1:
        raise RuleViolation("move-other-type", field="to", pack=target.pack, source=source.pack)
    if None not in (source.total, target.total) and source.total != target.total:
        facts = {"pack": target.pack, "total": target.total, "source": source.pack, "had": source.total}
        return (Notice("moved-total-differs", facts),)
    return ()
