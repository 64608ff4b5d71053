"""The rows of an exported list, in machine form or in the screen's words, and its filter in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tslic_admin.db.lists.pages import ReadView
from tslic_admin.db.lists.spec import ListSpec
from tslic_admin.formats.writing.xlsx import Id, SheetCell
from tslic_admin.services.exporting import machine, machine_csv
from tslic_admin.services.exporting.export_request import LINE_COLUMN_PREFIX, ExportRequest
from tslic_admin.services.exporting.machine import whole_request
from tslic_admin.wording.columns import CellKind, Column, columns_of
from tslic_admin.wording.exporting.exports import filter_text
from tslic_admin.wording.values import pack_text


def describe_filter(state: ReadView, spec: ListSpec) -> str:
    """The filter and the order of a list as a file or a printed page says them."""
    server = pack = None
    if spec.server_id is not None:
        server = next((row.name for row in state.rows("servers", record_id=spec.server_id)), None)
    if spec.pack_id is not None:
        of = next(iter(state.rows("packs", record_id=spec.pack_id, ended=True, voided=True)), None)
        pack = pack_text(of.server, of.keypack_id, of.number) if of is not None else None
    return filter_text(spec, server=server, pack=pack)


PROGRESS_STEP = 1000  # things between two reports of progress
Progress = Callable[[int, int], None]
"""Told how many things of the list were written, and of how many."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# what is known by its digits and never counted with
_IDS = {
    *("LicenseId", "KeyPackId", "sHardwareId", "ProductId", "LicenseServerId", "LicenseKeyPackId", "Number"),
    *("AuthorizationNumber", "Phone", "PostalCode", "case", "digest", "previous"),
}


@dataclass(frozen=True, slots=True)
class ExportRows:
    """One list at one moment of the store. What `progress` raises ends it."""

    state: ReadView
    request: ExportRequest
    progress: Progress

    @property
    def kind(self) -> str:
        """The list's kind by its machine form: temporary licenses are licenses."""
        return "licenses" if self.request.spec.kind == "temporary" else self.request.spec.kind

    def things(self) -> Iterator[Any]:
        """The list's own rows."""
        total = self.state.size(self.request.spec)
        for count, row in enumerate(self.state.list(self.request.spec), start=1):
            yield row
            if count % PROGRESS_STEP == 0:
                self.progress(count, total)

    def items(self) -> Iterator[machine.Machine]:
        """In machine form, nested."""
        return (machine_form(self.state, self.request.spec, row) for row in self.things())

    def machine_headings(self) -> tuple[str, ...]:
        return machine_csv.HEADINGS[self.kind]

    def machine_rows(self) -> Iterator[list[Any]]:
        """In machine form, in columns."""
        return (row for item in self.items() for row in machine_csv.rows(self.kind, item))

    def machine_cells(self) -> Iterator[list[SheetCell]]:
        """The same for a workbook: what only looks like a number is text."""
        ids = [heading in _IDS for heading in self.machine_headings()]
        for row in self.machine_rows():
            yield [
                Id(cell) if is_id and cell is not None else cell for cell, is_id in zip(row, ids, strict=True)
            ]

    def columns(self) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """The list's columns, and those of an entry's lines: all of both where nothing was chosen."""
        keys = self.request.columns
        history = self.request.spec.kind == "history"
        if not keys:
            return columns_of(self.request.spec.kind), columns_of("events") if history else ()
        of_lines = tuple(
            key.removeprefix(LINE_COLUMN_PREFIX) for key in keys if key.startswith(LINE_COLUMN_PREFIX)
        )
        own = tuple(key for key in keys if not key.startswith(LINE_COLUMN_PREFIX))
        lines = columns_of("events", *of_lines) if of_lines else ()
        return columns_of(self.request.spec.kind, *own) if own else (), lines

    def readable_headings(self) -> tuple[str, ...]:
        own, lines = self.columns()
        return tuple(column.title for column in (*own, *lines))

    def readable_rows(self) -> Iterator[list[Any]]:
        """In the screen's columns and words."""
        own, lines = self.columns()
        return self._rows([column.show for column in own], [column.show for column in lines])

    def readable_cells(self) -> Iterator[list[SheetCell]]:
        """The same for a workbook, which has days and times."""
        own, lines = self.columns()
        return self._rows(
            [workbook_cell(column) for column in own], [workbook_cell(column) for column in lines]
        )

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


def machine_form(state: ReadView, spec: ListSpec, row: Any) -> machine.Machine:
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


def workbook_cell(column: Column) -> Callable[[Any], SheetCell]:
    """What shows a column's cell as a workbook has it."""
    show = column.show
    match column.cell_kind:
        case CellKind.ID:
            return lambda row: Id(cell) if (cell := show(row)) is not None else None
        case CellKind.DAY:
            return lambda row: _day(show(row))
        case CellKind.TIME:
            return lambda row: _time(show(row))
        case _:
            return show


@lru_cache(1 << 12)
def _day(cell: str | int | None) -> SheetCell:
    """*Never* and the like stay words."""
    return date.fromisoformat(cell) if isinstance(cell, str) and _DAY.fullmatch(cell) else cell


def _time(cell: str | int | None) -> SheetCell:
    return datetime.fromisoformat(cell) if isinstance(cell, str) and _DAY.match(cell) else cell
