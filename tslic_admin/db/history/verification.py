"""Verify the chain of the whole history, and the tables against it; report the first mismatch."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, cast

from tslic_admin.db.history.recording import mask_secret
from tslic_admin.db.schema.tables import RECORDED_TABLES, IssuanceRow, Recorded, ServerRow
from tslic_admin.domain.history.entries import (
    FORM_VERSION,
    GENESIS,
    EntryHead,
    EventLine,
    entry_digest,
    event_value,
)
from tslic_admin.domain.names import domain_of, label_of
from tslic_admin.domain.progress import Progress

PROGRESS_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that does not fit; `code` picks the sentence in wording/history/verification.py."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


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
        self._next: tuple[Any, ...] | None = next(self._rows, None)
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


def _compare_table(connection: sqlite3.Connection, table: type[Any], steps: _Steps) -> Finding | None:
    kind: type[Recorded] = table
    attributes = list(kind.RECORDED)
    columns = ", ".join(f'"{name}"' for name in ("id", *attributes, *_DERIVED.get(table, ())))
    rows = iter(connection.execute(f"SELECT {columns} FROM {table.__tablename__} ORDER BY id"))
    lines = connection.execute(
        "SELECT record, entry, reference, field, before, after FROM event_line WHERE kind = ?"
        " ORDER BY record, entry, line",
        (kind.KIND,),
    )
    for number, of_one in groupby(lines, key=lambda line: line[0]):
        result = _fold_lines(kind, of_one, steps)
        if isinstance(result, Finding):
            return result
        thing, texts = result
        row = next(rows, None)
        if row is None or row[0] > number:
            return Finding("row-missing", {"thing": thing})
        if row[0] < number:
            return Finding("row-unexplained", {"thing": f"{kind.KIND} {row[0]}"})
        finding = _compare_row(kind, row, thing, texts)
        if finding is not None:
            return finding
    row = next(rows, None)
    return None if row is None else Finding("row-unexplained", {"thing": f"{kind.KIND} {row[0]}"})


FieldTexts = dict[str, str | None]


def _fold_lines(
    kind: type[Recorded], lines: Iterator[tuple[Any, ...]], steps: _Steps
) -> tuple[str, FieldTexts] | Finding:
    """A thing as its last line names it, and what its lines add up to: its fields by their names in the history."""
    thing, texts = kind.KIND, cast("FieldTexts | None", None)
    for record, entry, reference, name, before, after in lines:
        steps.step()
        thing = f"{kind.KIND} {record} {reference}"
        if name is None:
            if texts is not None:
                return Finding("line-out-of-order", {"thing": thing, "entry": entry})
            try:
                texts = {field: event_value(value) for field, value in json.loads(after).items()}
            except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
                # whoever writes a history anew may write anything
                return Finding("line-out-of-order", {"thing": thing, "entry": entry})
            continue
        if texts is None or texts.get(name) != before:
            return Finding("line-out-of-order", {"thing": thing, "entry": entry})
        texts[name] = after
    return thing, texts if texts is not None else {}


def _compare_row(kind: type[Recorded], row: tuple[Any, ...], thing: str, texts: FieldTexts) -> Finding | None:
    for place, (attribute, name) in enumerate(kind.RECORDED.items(), start=1):
        stored = row[place]
        if stored is not None:
            stored = event_value(mask_secret(kind, attribute, stored))
        if stored != texts.get(name):
            facts = {
                "thing": thing,
                "field": name,
                "entries": texts.get(name),
                "table": stored,
            }
            return Finding("row-altered", facts)
    derived = _DERIVED.get(kind, ())
    if derived:
        for name, (stored, expected) in zip(derived, _derived_pairs(kind, row), strict=True):
            if stored != expected:
                facts = {"thing": thing, "field": name, "entries": expected, "table": stored}
                return Finding("row-altered", facts)
    return None


# Columns that the history does not hold because they follow from one that it does.
_DERIVED: dict[type[Any], tuple[str, ...]] = {
    ServerRow: ("label", "domain"),
    IssuanceRow: ("computer_label",),
}


def _derived_pairs(kind: type[Recorded], row: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    last = len(kind.RECORDED) + 1
    if kind is ServerRow:
        name = row[1 + list(kind.RECORDED).index("name")]
        yield row[last], label_of(name)
        yield row[last + 1], domain_of(name)
    else:
        computer = row[1 + list(kind.RECORDED).index("computer")]
        yield row[last], label_of(computer) if computer else None
