"""The lists of the history: entries, their event lines, and what changed between the snapshots of a server."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.domain.catalogue.history import (
    CHANGES,
    EVENTS,
    HISTORY,
    ChangeLine,
    EntryLine,
    EventRow,
)
from tslic_admin.domain.history.entries import EventLine
from tslic_admin.wording.fields import FIELD_LABELS, field_value_text
from tslic_admin.wording.history.events import change_text, initial_values_text, subject_text
from tslic_admin.wording.lists.columns import CellKind, Column, count_column
from tslic_admin.wording.lists.machine import Cells, Machine, MachineForm, ReadRows
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, TreeEntry, WholeList, icon_unless_voided
from tslic_admin.wording.values import ACTS, CHANGE_KINDS, time_text, zoned_text

_ENTRY_NAMES = (
    *("entry", "recorded_at", "effective_on", "actor", "kind", "reason", "voided_by", "digest", "previous"),
)
_EVENT_NAMES = ("line", "subject", "field", "before", "after")
_CHANGE_NAMES = ("kind", "entry", "taken_at", "subject", "field", "before", "after", "text")
# fields of a new record that are not shown: other columns show them, no server lists them, or they are internal numbers
_OMITTED_FIELDS = {
    *("LicenseId", "KeyPackId", "Name", "KeyPack", "Server", "ByHand", "FirstIssueDate", "FirstSeen"),
    *("Origin", "TransferPolicy"),
}


def event_line(row: EventRow | ChangeLine) -> EventLine:
    """The event line that a row is."""
    number = row.line if isinstance(row, ChangeLine) else row.number
    return EventLine(number, row.kind, row.record, row.reference, row.field, row.before, row.after)


def event_item(row: EventRow) -> Machine:
    """An event line in machine form, for files."""
    return {
        "line": row.number,
        "subject": row.subject,
        "field": row.field,
        "before": row.before,
        "after": row.after,
    }


def entry_item(row: EntryLine, rows: ReadRows) -> Machine:
    """A history entry; its lines are an iterator, which is written as it comes."""
    return {
        "entry": row.number,
        "recorded_at": row.recorded_at,
        "effective_on": row.effective_on,
        "actor": row.actor,
        "kind": row.kind,
        "reason": row.reason,
        "voided_by": row.voided_by,
        "digest": row.digest,
        "previous": row.previous,
        "events": map(event_item, rows(EVENTS, record_id=row.number)),
    }


def _entry_rows(item: Machine) -> Iterator[Cells]:
    first = [item[name] for name in _ENTRY_NAMES]
    for one in item["events"]:
        yield [*first, *(one[name] for name in _EVENT_NAMES)]


def change_item(row: ChangeLine) -> Machine:
    """A change between two snapshots. `subject`: the reference that the record had at that time."""
    line = event_line(row)
    return {
        "kind": row.what,
        "entry": row.entry,
        "taken_at": row.taken_at,
        "subject": row.reference,
        "field": row.field,
        "before": row.before,
        "after": row.after,
        "text": f"{subject_text(line)}: {change_text(line)}",
    }


def _act(row: EntryLine) -> str:
    return ACTS.get(row.kind, row.kind) + ("" if row.voided_by is None else ", voided")


def _before(row: ChangeLine) -> str:
    """The value before the change; empty for a new record."""
    return field_value_text(row.kind, row.field, row.before) if row.field else ""


def _after(row: ChangeLine) -> str:
    return field_value_text(row.kind, row.field, row.after) if row.field else ""


def _change(row: ChangeLine) -> str:
    """The change in words. Another column shows whether the record is new."""
    line = event_line(row)
    return change_text(line) if row.field else initial_values_text(line, _OMITTED_FIELDS)


def _change_icon(row: ChangeLine) -> str:
    return "key-pack" if row.kind == "pack" else row.kind


HISTORY_WORDS = ListWords(
    kind=HISTORY,
    title="Issuance history",
    noun=("entry", "entries"),
    sort=("number", True),
    empty="Nothing was recorded yet.",
    has_ended=False,
    columns=(
        Column(
            "number",
            "Entry",
            lambda row: row.number,
            CellKind.COUNT,
            width=7,
            right=True,
            icon=icon_unless_voided("history"),
        ),
        Column(
            "recorded_at",
            "Recorded",
            lambda row: time_text(row.recorded_at),
            CellKind.TIME,
            width=16,
            tip=lambda row: zoned_text(row.recorded_at),
        ),
        Column("effective_on", "Effective", lambda row: row.effective_on, CellKind.DAY, width=11),
        Column("kind", "What Was Done", _act, width=32),
        Column("first", "About", lambda row: row.first, width=26),
        count_column("lines", "Changes"),
        Column("reason", "Reason", lambda row: row.reason, width=34),
        Column("actor", "By", lambda row: row.actor, width=20),
        Column("voided_by", "Voided By", lambda row: row.voided_by, width=9),
        Column("digest", "Digest", lambda row: row.digest, CellKind.ID, width=24, hidden=True),
    ),
    tree=TreeEntry("Issuance history", "history"),
    whole=WholeList("All of the issuance history"),
    console=ConsoleTable(
        columns=("number", "recorded_at", "effective_on", "kind", "first", "lines", "reason", "actor"),
        nothing="Nothing was ever recorded.",
    ),
    machine=MachineForm((*_ENTRY_NAMES, *_EVENT_NAMES), entry_item, _entry_rows),
)

EVENT_WORDS = ListWords(
    kind=EVENTS,
    title="Changes of an entry",
    noun=("change", "changes"),
    sort=("number", False),
    empty="This entry changed nothing.",
    columns=(
        count_column("number", "Line"),
        Column("subject", "Subject", lambda row: subject_text(event_line(row))),
        Column("change", "Change", lambda row: change_text(event_line(row))),
    ),
)

CHANGE_WORDS = ListWords(
    kind=CHANGES,
    title="What changed",
    noun=("change", "changes"),
    sort=("entry", True),
    empty="Nothing changed between the lists that were imported.",
    has_ended=False,
    columns=(
        Column(
            "entry",
            "Entry",
            lambda row: row.entry,
            CellKind.COUNT,
            width=7,
            right=True,
            icon=lambda row: "history" if row.act == "import" else "void",
        ),
        Column(
            "taken_at",
            "Taken",
            lambda row: time_text(row.taken_at),
            CellKind.TIME,
            width=16,
            tip=lambda row: zoned_text(row.taken_at),
        ),
        Column("what", "What", lambda row: CHANGE_KINDS.get(row.what, ""), width=22),
        Column("subject", "Subject", lambda row: subject_text(event_line(row)), width=26, icon=_change_icon),
        Column("computer", "Computer or User", lambda row: row.computer, width=20),
        Column("change", "Change", _change, width=60),
        Column(
            "field",
            "Property",
            lambda row: FIELD_LABELS.get(row.field or "", row.field),
            width=18,
            hidden=True,
        ),
        Column("before", "Before", _before, width=18, hidden=True),
        Column("after", "After", _after, width=18, hidden=True),
        Column("server", "Server", lambda row: row.server, hidden=True),
    ),
    first_in_files=("entry", "taken_at", "what", "subject", "computer", "field", "before", "after"),
    console=ConsoleTable(
        columns=("entry", "taken_at", "what", "subject", "computer", "change"),
        nothing="Nothing changed between the lists that were imported.",
    ),
    machine=MachineForm(_CHANGE_NAMES, lambda row, _: change_item(row)),
)
