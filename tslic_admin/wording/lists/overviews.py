"""The lists over several kinds of records: what is due, and what a search finds."""

from __future__ import annotations

from tslic_admin.domain.catalogue.overviews import DUE, FOUND, DueLine, FoundLine
from tslic_admin.wording.lists.columns import CellKind, Column
from tslic_admin.wording.lists.machine import Machine, MachineForm
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, TreeEntry, WholeList
from tslic_admin.wording.records.summaries import DUE_KINDS, due_text
from tslic_admin.wording.values import RECORD_KINDS

RECORD_ICONS = {"pack": "key-pack", "request": "reissue"}
"""The icon names of record kinds, if they differ from the kind."""


def due_item(row: DueLine) -> Machine:
    """An item of the due list in machine form, for files and the console."""
    return {"kind": row.kind, "date": row.day, "subject": row.subject, "text": due_text(row)}


def _due_icon(row: DueLine) -> str:
    return "temporary" if row.kind == "temporary" else RECORD_ICONS.get(row.thing, row.thing)


def _found_icon(row: FoundLine) -> str:
    return RECORD_ICONS.get(row.what, row.what)


DUE_WORDS = ListWords(
    kind=DUE,
    title="What is due",
    noun=("due", "due"),
    sort=("day", False),
    empty="Nothing is due in the next 14 days.",
    has_ended=False,
    columns=(
        Column(
            "day",
            "Date",
            lambda row: row.day,
            CellKind.DAY,
            width=11,
            icon=lambda row: "warning" if row.overdue else None,
        ),
        Column("kind", "What", lambda row: DUE_KINDS[row.kind], width=18, icon=_due_icon),
        Column("subject", "Subject", lambda row: row.subject, width=20),
        Column("text", "Due", due_text, width=76),
        Column("server", "Server", lambda row: row.server, hidden=True),
    ),
    tree=TreeEntry("Due", "temporary"),
    whole=WholeList("All that is due"),
    console=ConsoleTable(columns=("day", "kind", "text"), nothing="Nothing is due."),
    machine=MachineForm(("kind", "date", "subject", "text"), lambda row, _: due_item(row)),
)

FOUND_WORDS = ListWords(
    kind=FOUND,
    title="What was found",
    noun=("found", "found"),
    sort=("what", False),
    empty="",
    has_ended=False,
    columns=(
        Column("name", "Found", lambda row: row.name, width=34, icon=_found_icon),
        Column("what", "What", lambda row: RECORD_KINDS.get(row.what, ""), width=18),
        Column("place", "Place", lambda row: row.place, width=26),
    ),
)
