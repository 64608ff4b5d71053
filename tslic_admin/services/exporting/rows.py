"""The rows of an exported list, in machine form or in the screen's words, and its filter in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, TypeVar, cast

from tslic_admin.db.lists.pages import ReadView
from tslic_admin.domain.catalogue.fields import ValueKind
from tslic_admin.domain.catalogue.history import EVENTS, HISTORY
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PACKS
from tslic_admin.domain.catalogue.kinds import ListKind, R, Row
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.catalogue.servers import SERVER, SERVERS
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.writing.xlsx import Id, SheetCell
from tslic_admin.services.exporting.export_request import LINE_COLUMN_PREFIX, ExportRequest
from tslic_admin.wording.exporting.exports import filter_text
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.columns import AnyColumn, Cell, CellKind
from tslic_admin.wording.lists.history import EVENT_WORDS
from tslic_admin.wording.lists.key_packs import pack_line_reference
from tslic_admin.wording.lists.machine import AnyForm, Cells, Machine
from tslic_admin.wording.lists.words import AnyWords


def describe_filter(state: ReadView, spec: ListSpec[Row]) -> str:
    """The filter and the order of a list, as a file or a printed page states them."""
    server = pack = None
    if spec.server_id is not None:
        server = next((row.name for row in state.rows(SERVERS, record_id=spec.server_id)), None)
    if spec.pack_id is not None:
        row = next(iter(state.rows(PACKS, record_id=spec.pack_id, ended=True, voided=True)), None)
        pack = pack_line_reference(row) if row is not None else None
    return filter_text(spec, server=server, pack=pack)


T = TypeVar("T")
PROGRESS_STEP = 1000  # rows between two reports of progress
"""Called with the number of rows written so far and of all rows."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# identifiers of digits, which are no numbers to calculate with
_IDENTIFIERS = {"case", "digest", "previous"} | {
    field.public_name
    for thing in (SERVER, KEY_PACK, LICENSE)
    for field in thing.fields
    if field.kind is ValueKind.ID
}


@dataclass(frozen=True, slots=True)
class ExportRows:
    """One list at one state of the store. What `progress` raises ends the reading."""

    state: ReadView
    request: ExportRequest
    progress: Progress

    @property
    def words(self) -> AnyWords:
        return words_of(self.request.spec.kind)

    @property
    def form(self) -> AnyForm:
        """The list's machine form. Raises LookupError for a list without one."""
        form = self.words.machine
        if form is None:
            raise LookupError(f"{self.request.spec.kind} has no machine form")
        return form

    def list_rows(self) -> Iterator[Row]:
        """The list's own rows."""
        total = self.state.size(self.request.spec)
        for count, row in enumerate(self.state.list(self.request.spec), start=1):
            yield row
            if count % PROGRESS_STEP == 0:
                self.progress(count, total)

    def rows_of(self, kind: ListKind[R]) -> Iterator[R]:
        """The rows of the list, typed, for a file format that exists for one list only. Raises LookupError for another list."""
        if self.request.spec.kind is not kind:
            raise LookupError(f"{self.request.file_format} is only for {kind}")
        return cast("Iterator[R]", self.list_rows())

    def items(self) -> Iterator[Machine]:
        """The rows in machine form: one object each, which may contain other objects."""
        item, reveal = self.form.item, self.request.spec.reveal
        rows = partial(self.state.rows, reveal=True) if reveal else self.state.rows
        return (item(row, rows) for row in self.list_rows())

    def machine_rows(self) -> Iterator[Cells]:
        """In machine form, in columns."""
        form = self.form
        return (row for item in self.items() for row in form.rows(item))

    def machine_cells(self) -> Iterator[list[SheetCell]]:
        """The same for a workbook: identifiers are texts."""
        ids = [heading in _IDENTIFIERS for heading in self.form.headings]
        for row in self.machine_rows():
            yield [
                Id(cell) if is_id and cell is not None else cell for cell, is_id in zip(row, ids, strict=True)
            ]

    def columns(self) -> tuple[tuple[AnyColumn, ...], tuple[AnyColumn, ...]]:
        """The list's columns, and those of an entry's lines: all of both if the request names none."""
        keys = self.request.columns
        history = self.request.spec.kind is HISTORY
        if not keys:
            return self.words.file_columns(), EVENT_WORDS.file_columns() if history else ()
        line_keys = tuple(
            key.removeprefix(LINE_COLUMN_PREFIX) for key in keys if key.startswith(LINE_COLUMN_PREFIX)
        )
        own_keys = tuple(key for key in keys if not key.startswith(LINE_COLUMN_PREFIX))
        lines = EVENT_WORDS.file_columns(*line_keys) if line_keys else ()
        return self.words.file_columns(*own_keys) if own_keys else (), lines

    def readable_headings(self) -> tuple[str, ...]:
        own, lines = self.columns()
        return tuple(column.title for column in (*own, *lines))

    def readable_rows(self) -> Iterator[list[Cell]]:
        """In the readable form."""
        own, lines = self.columns()
        return self._rows([column.show for column in own], [column.show for column in lines])

    def readable_cells(self) -> Iterator[list[SheetCell]]:
        """The same for a workbook, with days and times as such."""
        own, lines = self.columns()
        return self._rows(
            [workbook_cell(column) for column in own], [workbook_cell(column) for column in lines]
        )

    def _rows(self, own: list[Callable[[Any], T]], lines: list[Callable[[Any], T]]) -> Iterator[list[T]]:
        for row in self.list_rows():
            cells = [show(row) for show in own]
            if not lines:
                yield cells
                continue
            for event in self.state.rows(EVENTS, record_id=row.number):
                yield [*cells, *(show(event) for show in lines)]


def workbook_cell(column: AnyColumn) -> Callable[[Any], SheetCell]:
    """The function that makes a workbook's cell of a row."""
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
