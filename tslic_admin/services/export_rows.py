"""The rows of a list that is exported, in machine form or in the screen's words, as they come from the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tslic_admin.db.frozen import Frozen
from tslic_admin.db.lists import ListSpec
from tslic_admin.formats.xlsx_writing import Cell, Id
from tslic_admin.services import machine, machine_csv
from tslic_admin.services.export_wishes import LINES, Wanted
from tslic_admin.services.requests import whole_request
from tslic_admin.wording.column import Column, Holds
from tslic_admin.wording.columns import columns_of

EVERY = 1000  # things between two reports of progress
Progress = Callable[[int, int], None]
"""Told how many things of the list were written, and of how many."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# what is known by its digits and never counted with
_IDS = {
    *("LicenseId", "KeyPackId", "sHardwareId", "ProductId", "LicenseServerId", "LicenseKeyPackId", "Number"),
    *("AuthorizationNumber", "Phone", "PostalCode", "case", "digest", "previous"),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """One list at one moment of the store. What `progress` raises ends it."""

    state: Frozen
    wish: Wanted
    progress: Progress

    @property
    def kind(self) -> str:
        """The list's kind by its machine form: temporary licenses are licenses."""
        return "licenses" if self.wish.spec.kind == "temporary" else self.wish.spec.kind

    def things(self) -> Iterator[Any]:
        """The list's own rows."""
        total = self.state.size(self.wish.spec)
        for count, row in enumerate(self.state.list(self.wish.spec), start=1):
            yield row
            if count % EVERY == 0:
                self.progress(count, total)

    def items(self) -> Iterator[machine.Machine]:
        """In machine form, nested."""
        return (machine_form(self.state, self.wish.spec, row) for row in self.things())

    def machine_headings(self) -> tuple[str, ...]:
        return machine_csv.HEADINGS[self.kind]

    def machine_rows(self) -> Iterator[list[Any]]:
        """In machine form, in columns."""
        return (row for item in self.items() for row in machine_csv.rows(self.kind, item))

    def machine_cells(self) -> Iterator[list[Cell]]:
        """The same for a workbook: what only looks like a number is text."""
        ids = [heading in _IDS for heading in self.machine_headings()]
        for row in self.machine_rows():
            yield [
                Id(cell) if is_id and cell is not None else cell for cell, is_id in zip(row, ids, strict=True)
            ]

    def columns(self) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """The list's columns, and those of an entry's lines: all of both where nothing was chosen."""
        keys = self.wish.columns
        history = self.wish.spec.kind == "history"
        if not keys:
            return columns_of(self.wish.spec.kind), columns_of("events") if history else ()
        of_lines = tuple(key.removeprefix(LINES) for key in keys if key.startswith(LINES))
        own = tuple(key for key in keys if not key.startswith(LINES))
        lines = columns_of("events", *of_lines) if of_lines else ()
        return columns_of(self.wish.spec.kind, *own) if own else (), lines

    def readable_headings(self) -> tuple[str, ...]:
        own, lines = self.columns()
        return tuple(column.title for column in (*own, *lines))

    def readable_rows(self) -> Iterator[list[Any]]:
        """In the screen's columns and words."""
        own, lines = self.columns()
        return self._rows([column.show for column in own], [column.show for column in lines])

    def readable_cells(self) -> Iterator[list[Cell]]:
        """The same for a workbook, which has days and times."""
        own, lines = self.columns()
        return self._rows([typed(column) for column in own], [typed(column) for column in lines])

    def _rows(
        self, own: list[Callable[[Any], Any]], lines: list[Callable[[Any], Any]]
    ) -> Iterator[list[Any]]:
        for row in self.things():
            cells = [show(row) for show in own]
            if not lines:
                yield cells
                continue
            for event in self.state.rows("events", record_id=row.number):
                yield [*cells, *(show(event) for show in lines)]


def machine_form(state: Frozen, spec: ListSpec, row: Any) -> machine.Machine:
    """A row of any exported list in machine form; a history entry's events as an iterator."""
    match spec.kind:
        case "servers":
            return machine.server(row)
        case "packs":
            return machine.key_pack(row)
        case "transfers":
            return machine.transfer(row)
        case "requests":
            return whole_request(state.rows, row, reveal=spec.reveal)
        case "due":
            return machine.due(row)
        case "changes":
            return machine.change(row)
        case "history":
            return machine.entry(row, map(machine.event, state.rows("events", record_id=row.number)))
        case _:
            return machine.license(row)


def typed(column: Column) -> Callable[[Any], Cell]:
    """What shows a column's cell as a workbook has it."""
    show = column.show
    match column.holds:
        case Holds.ID:
            return lambda row: Id(cell) if (cell := show(row)) is not None else None
        case Holds.DAY:
            return lambda row: _day(show(row))
        case Holds.TIME:
            return lambda row: _time(show(row))
        case _:
            return show


@lru_cache(1 << 12)
def _day(cell: str | int | None) -> Cell:
    """*Never* and the like stay words."""
    return date.fromisoformat(cell) if isinstance(cell, str) and _DAY.fullmatch(cell) else cell


def _time(cell: str | int | None) -> Cell:
    return datetime.fromisoformat(cell) if isinstance(cell, str) and _DAY.match(cell) else cell
