"""Writing a workbook (XLSX, ECMA-376) row by row: bounded memory, text that stays text, real days, no formulas.

Written here and not by a library, as measured with 100,000 issued licenses against LibreOffice converting the same
CSV (tests/benchmarks/spreadsheet.py): with XlsxWriter 3.3 the export took 0.85 of that time and with openpyxl 3.1 all
of it, where 0.6 is wanted; the packages that are faster keep all rows in memory or are young compiled ones of a single
author. A sheet of plain cells is a small part of a standard that does not change.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any, BinaryIO, Self, cast

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats import xlsx_parts

# Limits of the program that reads it (support.microsoft.com, "Excel specifications and limits")
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767  # UTF-16 units
LARGEST_SHEET = (
    1 << 31
) - 1  # bytes of its XML: beyond, the archive would need an extension that is not read everywhere

LOOKED_AT = 200  # rows after which the widths of the columns are settled
WIDEST = 60
CHUNK = 1 << 16

Cell = str | int | date | datetime | None

_FIRST_DAY = date(1899, 12, 30)  # day 0, as all days from 1900-03-01 on are counted
_COUNTED_FROM = date(1900, 3, 1)  # before that the count holds a day that never was
# What XML cannot hold or would change, and what already looks like its own escape (ST_Xstring)
_ESCAPED = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# A text that needs no care: it is neither escaped nor kept from being trimmed or taken for a formula
_BARE = re.compile("(?![-=+@ ])[^&<>_\0-\x1f\ud800-\udfff\ufffe\uffff]*(?<! )")
# A text that would be taken for a formula as soon as somebody edits its cell
_FORMULA = ("=", "+", "-", "@")


class Style(IntEnum):
    """Numbers of the formats in xlsx_parts.STYLES."""

    PLAIN = 0
    HEADING = 1
    DAY = 2
    TIME = 3
    ID = 4
    LINES = 5  # a text of several lines
    QUOTED = 6  # as if an apostrophe had been typed before it


class Id(str):
    """A text that is known by itself and never a number, whatever it looks like."""

    __slots__ = ()


class XlsxWriting:
    """A workbook of one list and, behind it, a sheet that says what the list is: a context that is left when all is written.

    `stream` gets bytes and need not seek. `about`: what stands on the second sheet.
    """

    def __init__(
        self, stream: BinaryIO, title: str, headings: Sequence[str], about: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._headings, self._about = tuple(headings), tuple(about)
        self._letters = [xlsx_parts.letters(place) for place in range(len(self._headings))]
        self._title = xlsx_parts.sheet_name(title)
        self._gate = _Gate(stream)
        self._archive = zipfile.ZipFile(cast("BinaryIO", self._gate), "w", zipfile.ZIP_DEFLATED)
        self._sheet: Any = None
        self._first: list[list[Cell]] | None = []
        self._row = 1
        self._size = 0
        self._pieces: list[str] = []
        self._pending = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._close()

    def _close(self) -> None:
        """An archive cannot be left open; what closes one that is not finished goes nowhere, so that it is none."""
        self._gate.shut = True
        if self._sheet is not None:
            self._sheet.close()
        self._archive.close()

    def row(self, cells: Iterable[Cell]) -> None:
        """Raises RuleViolation `xlsx-too-many-rows`, `xlsx-cell-too-long`, `xlsx-too-large`."""
        if self._first is None:
            self._write_row(cells)
            return
        self._first.append(list(cells))
        if len(self._first) >= LOOKED_AT:
            self._begin()

    def _finish(self) -> None:
        if self._first is not None:
            self._begin()
        end = f"{self._letters[-1]}{self._row}"
        self._put(xlsx_parts.sheet_end(f"A1:{end}", self._row))
        self._pass_on()
        self._sheet.close()
        self._part("xl/worksheets/sheet2.xml", self._about_sheet())
        for name, text in xlsx_parts.frame(self._title, end).items():
            self._part(name, text)
        self._archive.close()

    # the sheet

    def _begin(self) -> None:
        rows, self._first = self._first or [], None
        # the time of day would make two files of the same list differ
        self._sheet = self._archive.open(_info("xl/worksheets/sheet1.xml"), "w")
        self._put(xlsx_parts.sheet_start(_widths(self._headings, rows), frozen=True))
        headed = zip(self._letters, self._headings, strict=True)
        cells = [self._text(f"{letter}1", text, Style.HEADING) for letter, text in headed]
        self._put(f'<row r="1">{"".join(cells)}</row>')
        for row in rows:
            self._write_row(row)

    def _write_row(self, cells: Iterable[Cell]) -> None:
        self._row += 1
        row = self._row
        if row > MOST_ROWS:
            raise RuleViolation("xlsx-too-many-rows", field="file_format", most=MOST_ROWS - 1)
        bare = _BARE.fullmatch
        written = [f'<row r="{row}">']
        for letter, cell in zip(self._letters, cells, strict=True):
            if cell is None or cell == "":
                continue
            kind = type(cell)
            if kind is int:
                written.append(f'<c r="{letter}{row}"><v>{cell}</v></c>')
            elif isinstance(cell, str):
                look = ' s="4"' if kind is Id else ""
                if bare(cell) and len(cell) < LONGEST_CELL // 2:
                    written.append(f'<c r="{letter}{row}"{look} t="inlineStr"><is><t>{cell}</t></is></c>')
                else:
                    written.append(self._text(f"{letter}{row}", cell, Style.ID if look else Style.PLAIN))
            else:
                written.append(f'<c r="{letter}{row}"{_day(cell)}</c>')
        written.append("</row>")
        self._put("".join(written))

    def _text(self, ref: str, text: str, style: Style = Style.PLAIN) -> str:
        """A text of whatever kind; `_write_row` writes those that need no care by itself."""
        if len(text) * 2 > LONGEST_CELL:
            self._measure(ref, text)
        if style is Style.PLAIN and text.startswith(_FORMULA):
            style = Style.QUOTED
        elif "\n" in text:
            style = Style.LINES
        look = f' s="{style.value}"' if style else ""
        return f'<c r="{ref}"{look} t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'

    def _measure(self, ref: str, text: str) -> None:
        units = len(text) + sum(character > "\uffff" for character in text)
        if units > LONGEST_CELL:
            raise RuleViolation("xlsx-cell-too-long", field="file_format", cell=ref, longest=LONGEST_CELL)

    # the archive

    def _put(self, xml: str) -> None:
        self._pieces.append(xml)
        self._pending += len(xml)
        if self._pending >= CHUNK:
            self._pass_on()

    def _pass_on(self) -> None:
        data = "".join(self._pieces).encode()
        self._pieces, self._pending = [], 0
        self._size += len(data)
        if self._size > LARGEST_SHEET:
            raise RuleViolation("xlsx-too-large", field="file_format")
        self._sheet.write(data)

    def _part(self, name: str, text: str) -> None:
        self._archive.writestr(_info(name), text)

    def _about_sheet(self) -> str:
        rows = []
        for number, (name, text) in enumerate(self._about, 1):
            cells = self._text(f"A{number}", name, Style.HEADING) + self._text(f"B{number}", text or "–")
            rows.append(f'<row r="{number}">{cells}</row>')
        widths = [24, 80]
        return xlsx_parts.sheet_start(widths, frozen=False) + "".join(rows) + xlsx_parts.SHEET_END


def escaped(text: str) -> str:
    """A text as XML holds it without loss: control characters as _xHHHH_ (ST_Xstring), markup as entities."""
    text = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """In characters: as wide as the heading with its filter button, and the widest line of the first rows."""
    widths = [len(heading) + 3 for heading in headings]
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None:
                widths[place] = max(widths[place], _width(cell) + 1)
    return [min(width, WIDEST) for width in widths]


def _width(cell: Cell) -> int:
    if isinstance(cell, datetime):
        return 16
    return max(map(len, str(cell).split("\n")))


@lru_cache(1 << 12)
def _day(at: Cell) -> str:
    """The inside of a cell: a day as its number since 1900; one that has none there, as text."""
    if not isinstance(at, date):
        raise TypeError(at)
    timed = isinstance(at, datetime)
    day = at.date() if isinstance(at, datetime) else at
    if day < _COUNTED_FROM:
        text = at.isoformat(" ", "minutes") if isinstance(at, datetime) else day.isoformat()
        return f' t="inlineStr"><is><t>{text}</t></is>'
    number: float = (day - _FIRST_DAY).days
    if isinstance(at, datetime):
        number += (at.hour * 3600 + at.minute * 60 + at.second) / 86400
    return f' s="{(Style.TIME if timed else Style.DAY).value}"><v>{number!r}</v>'


class _Gate:
    """Lets an archive's bytes through until it is shut. It cannot seek: what was written is not touched again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.shut = False

    def write(self, data: bytes) -> int:
        if not self.shut:
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """What is behind is flushed by whoever opened it."""
