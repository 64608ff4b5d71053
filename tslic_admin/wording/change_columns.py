"""The columns of what changed between snapshots, as the screen, the console and readable files show them."""

from __future__ import annotations

from typing import Any

from tslic_admin.domain.history import EventLine
from tslic_admin.wording.column import Column, Holds, Show
from tslic_admin.wording.days import time_text
from tslic_admin.wording.events import FIELDS, came_with, change_text, subject_text, value_text
from tslic_admin.wording.values import CHANGE_KINDS

# of a new thing: what stands beside it, what no server says, numbers that only this program knows
UNTOLD = {
    *("LicenseId", "KeyPackId", "Name", "KeyPack", "Server", "ByHand", "FirstIssueDate", "FirstSeen"),
    *("Origin", "TransferPolicy"),
}


def change_line(row: Any) -> EventLine:
    """The event line that a change is."""
    return EventLine(row.line, row.kind, row.record, row.reference, row.field, row.before, row.after)


def _told(place: str) -> Show:
    """A value in words; a new thing has no value of one field."""
    return lambda row: value_text(row.kind, row.field, getattr(row, place)) if row.field else ""


def _change(row: Any) -> str:
    """What differs; that a thing is new stands beside it already."""
    return change_text(change_line(row)) if row.field else came_with(change_line(row), UNTOLD)


CHANGES = (
    Column("entry", "Entry", lambda row: row.entry),
    Column("taken_at", "Taken", lambda row: time_text(row.taken_at), Holds.TIME),
    Column("what", "What", lambda row: CHANGE_KINDS.get(row.what, "")),
    Column("subject", "Subject", lambda row: subject_text(change_line(row))),
    Column("computer", "Computer or User", lambda row: row.computer),
    Column("field", "Property", lambda row: FIELDS.get(row.field, row.field)),
    Column("before", "Before", _told("before")),
    Column("after", "After", _told("after")),
    Column("change", "Change", _change),
    Column("server", "Server", lambda row: row.server),
)
