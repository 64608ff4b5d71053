"""Verify the chain of the whole history, and the tables against it; report the first mismatch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tslic_admin.db.history.recording import DERIVED, Value, mask_secret
from tslic_admin.db.history.walk import ThingLine, lines_of_things, walk
from tslic_admin.db.schema.tables import RECORDED_TABLES, Recorded
from tslic_admin.domain.history.entries import (
    FORM_VERSION,
    GENESIS,
    EntryHead,
    EventLine,
    Texts,
    entry_digest,
    event_value,
)
from tslic_admin.domain.progress import Progress

PROGRESS_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that does not fit; `code` picks the sentence in wording/history/verification.py."""

    code: str
    facts: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the chain was walked."""

    entries: int
    head: str
    finding: Finding | None = None


class _Steps:
    """Counts lines and tells how far it is."""

    def __init__(self, connection: sqlite3.Connection, progress: Progress | None) -> None:
        self._progress, self._done, self._total = progress, 0, 0
        if progress is not None:
            # every line is read twice: in the chain, and with its thing
            self._total = 2 * int(connection.execute("SELECT count(*) FROM event_line").fetchone()[0])

    def counted(self, lines: Iterable[ThingLine]) -> Iterator[ThingLine]:
        for line in lines:
            self.step()
            yield line

    def step(self) -> None:
        self._done += 1
        if self._progress is not None and self._done % PROGRESS_EVERY == 0:
            self._progress(self._done, self._total)


def walk_chain(connection: sqlite3.Connection, progress: Progress | None = None) -> Chain:
    """Every entry in order; ends at the first that does not fit."""
    steps = _Steps(connection, progress)
    lines = _Lines(connection, steps)
    last, head = 0, GENESIS
    entries = connection.execute(
        "SELECT number, recorded_at, effective_on, actor, kind, reason, previous, form, digest, voids"
        " FROM entry ORDER BY number"
    )
    for number, *head_cells, form, sealed, voids in entries:
        entry = EntryHead(number, *head_cells)
        if number != last + 1:
            return Chain(last, head, Finding("entry-missing", {"entry": last + 1}))
        if (stray := lines.before(number)) is not None:
            return Chain(last, head, Finding("line-without-entry", {"entry": stray}))
        if form != FORM_VERSION:
            return Chain(last, head, Finding("entry-form", {"entry": number, "form": form}))
        if entry.previous != head:
            return Chain(last, head, Finding("entry-not-on-last", {"entry": number}))
        if entry_digest(entry, lines.of(number)) != sealed:
            return Chain(last, head, Finding("entry-altered", {"entry": number}))
        if voids != lines.voided:
            return Chain(last, head, Finding("entry-altered", {"entry": number}))
        last, head = number, sealed
    if (stray := lines.before(None)) is not None:
        return Chain(last, head, Finding("line-without-entry", {"entry": stray}))
    return Chain(last, head)


def digest_of_entry(connection: sqlite3.Connection, number: int) -> str | None:
    """The digest that an entry is stored with; None where there is no such entry."""
    row = connection.execute("SELECT digest FROM entry WHERE number = ?", (number,)).fetchone()
    return None if row is None else str(row[0])


class _Lines:
    """All event lines in their order, handed out entry by entry."""

    def __init__(self, connection: sqlite3.Connection, steps: _Steps) -> None:
        self._rows = iter(
            connection.execute(
                "SELECT entry, line, kind, record, reference, field, before, after"
                " FROM event_line ORDER BY entry, line"
            )
        )
        self._steps = steps
        self._next: tuple[int, int, str, int, str, str | None, str | None, str | None] | None = next(
            self._rows, None
        )
        self.voided: int | None = None  # the entry that the entry read last takes back, by its own lines

    def before(self, entry: int | None) -> int | None:
        """The entry of a line that stands before this one's, or after the last: it belongs to none."""
        if self._next is not None and (entry is None or self._next[0] < entry):
            return int(self._next[0])
        return None

    def of(self, entry: int) -> Iterator[EventLine]:
        self.voided = None
        while self._next is not None and self._next[0] == entry:
            line = EventLine(*self._next[1:])
            if line.kind == "entry" and line.field == "VoidedBy":
                self.voided = line.record
            self._steps.step()
            self._next = next(self._rows, None)
            yield line


def compare_tables(connection: sqlite3.Connection, progress: Progress | None = None) -> Finding | None:
    """The first row that the entries do not explain, or the first thing that has no row."""
    steps = _Steps(connection, progress)
    for table in RECORDED_TABLES:
        finding = _compare_table(connection, table, steps)
        if finding is not None:
            return finding
    return None


def _compare_table(connection: sqlite3.Connection, kind: type[Recorded], steps: _Steps) -> Finding | None:
    columns = ", ".join(f'"{name}"' for name in ("id", *kind.RECORDED, *_derived_columns(kind)))
    rows = iter(connection.execute(f"SELECT {columns} FROM {kind.__tablename__} ORDER BY id"))
    for number, state in walk(steps.counted(lines_of_things(connection, kind.KIND))):
        thing = f"{kind.KIND} {number} {state.reference}"
        if state.out_of_order is not None:
            return Finding("line-out-of-order", {"thing": thing, "entry": state.out_of_order})
        row = next(rows, None)
        if row is None or row[0] > number:
            return Finding("row-missing", {"thing": thing})
        if row[0] < number:
            return Finding("row-unexplained", {"thing": f"{kind.KIND} {row[0]}"})
        finding = _compare_row(kind, row, thing, state.texts or {})
        if finding is not None:
            return finding
    row = next(rows, None)
    return None if row is None else Finding("row-unexplained", {"thing": f"{kind.KIND} {row[0]}"})


def _derived_columns(kind: type[Recorded]) -> tuple[str, ...]:
    return tuple(DERIVED[kind][1]) if kind in DERIVED else ()


def _compare_row(kind: type[Recorded], row: tuple[Value, ...], thing: str, texts: Texts) -> Finding | None:
    for place, (attribute, name) in enumerate(kind.RECORDED.items(), start=1):
        stored = row[place]
        if stored is not None:
            stored = event_value(mask_secret(kind, attribute, stored))
        if stored != texts.get(name):
            return _altered(thing, name, texts.get(name), stored)
    if kind in DERIVED:
        source, columns = DERIVED[kind]
        value = row[1 + list(kind.RECORDED).index(source)]
        for stored, (name, derive) in zip(row[1 + len(kind.RECORDED) :], columns.items(), strict=True):
            expected = derive(str(value)) if value else None
            if stored != expected:
                return _altered(thing, name, expected, stored)
    return None


def _altered(thing: str, name: str, expected: Value, stored: Value) -> Finding:
    return Finding("row-altered", {"thing": thing, "field": name, "entries": expected, "table": stored})
