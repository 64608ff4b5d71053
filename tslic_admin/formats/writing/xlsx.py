"""Write a workbook (XLSX, ECMA-376) row by row: bounded memory, texts that stay texts, real days, no formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any, BinaryIO, Self, cast

from tslic_admin.domain.outcomes import RuleViolation

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ABOUT_SHEET_NAME = "About this list"
LONGEST_SHEET_NAME = 31  # of a sheet

STYLES = f"""{XML_DECLARATION}<styleSheet xmlns="{MAIN_NAMESPACE}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE4E8EE"/><bgColor indexed="64"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="7">\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">\
<alignment horizontal="left"/></xf>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">\
<alignment horizontal="left"/></xf>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment wrapText="1"/></xf>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""

SHEET_END = '</sheetData><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/></worksheet>'


def column_letters(place: int) -> str:
    """The name of a column, from 0: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_name(title: str) -> str:
    """A title shortened and cleaned to a valid sheet name."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:LONGEST_SHEET_NAME].strip("' ") or "List"


def sheet_start(widths: Sequence[int], *, frozen: bool) -> str:
    """The XML before the rows; `frozen`: the first of them stays in sight, and prints on one page's width."""
    pane = (
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
        if frozen
        else ""
    )
    chosen = ' tabSelected="1"' if frozen else ""
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(widths, 1)
    )
    return (
        f'{XML_DECLARATION}<worksheet xmlns="{MAIN_NAMESPACE}" xmlns:r="{RELATIONSHIPS_NAMESPACE}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{chosen} workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData>'
    )


def sheet_end(used: str, last_row: int) -> str:
    """The XML after the rows: the filter over them, how they print, and no warning about IDs kept as text."""
    below = used.replace("A1:", "A2:") if last_row > 1 else used
    return (
        f'</sheetData><autoFilter ref="{used}"/>'
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddHeader>&amp;L&amp;A</oddHeader><oddFooter>&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="{below}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    )


def workbook_parts(title: str, end: str) -> Mapping[str, str]:
    """The parts that hold two sheets together. `end`: the last cell of the first."""
    list_of = "'" + _attribute(title.replace("'", "''")) + "'"
    used = re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", end)
    return {
        "[Content_Types].xml": (
            f'{XML_DECLARATION}<Types xmlns="{PACKAGE_NAMESPACE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{CONTENT_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{CONTENT_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{CONTENT_TYPE}.styles+xml"/></Types>'
        ),
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relations(
            *("worksheet", "worksheets/sheet1.xml"),
            *("worksheet", "worksheets/sheet2.xml"),
            *("styles", "styles.xml"),
        ),
        "xl/workbook.xml": (
            f'{XML_DECLARATION}<workbook xmlns="{MAIN_NAMESPACE}" xmlns:r="{RELATIONSHIPS_NAMESPACE}"><bookViews><workbookView/></bookViews>'
            f'<sheets><sheet name="{_attribute(title)}" sheetId="1" r:id="rId1"/>'
            f'<sheet name="{ABOUT_SHEET_NAME}" sheetId="2" r:id="rId2"/></sheets><definedNames>'
            '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
            f"{list_of}!$A$1:{used}</definedName>"
            f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{list_of}!$1:$1</definedName>'
            "</definedNames></workbook>"
        ),
        "xl/styles.xml": STYLES,
    }


def _relations(*kinds_and_targets: str) -> str:
    pairs = zip(kinds_and_targets[::2], kinds_and_targets[1::2], strict=True)
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONSHIPS_NAMESPACE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, 1)
    )
    return (
        f'{XML_DECLARATION}<Relationships xmlns="{PACKAGE_NAMESPACE}/relationships">{listed}</Relationships>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


# Limits of the program that reads it (support.microsoft.com, "Excel specifications and limits")
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767  # UTF-16 units
LARGEST_SHEET = (1 << 31) - 1
"""Bytes of its XML. Beyond, the archive would need an extension that not every program reads."""

ROWS_MEASURED = 200  # rows after which the widths of the columns are settled
WIDEST = 60
CHUNK = 1 << 16

SheetCell = str | int | date | datetime | None

_FIRST_DAY = date(1899, 12, 30)  # day 0, as all days from 1900-03-01 on are counted
_COUNTED_FROM = date(1900, 3, 1)  # before that the count holds a day that never was
# What XML cannot hold or would change, and what already looks like its own escape (ST_Xstring)
_ESCAPED = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# A text that needs no care: it is neither escaped nor kept from being trimmed or taken for a formula
_BARE = re.compile("(?![-=+@ ])[^&<>_\0-\x1f\ud800-\udfff\ufffe\uffff]*(?<! )")
# A text that would be taken for a formula as soon as somebody edits its cell
_FORMULA = ("=", "+", "-", "@")


class Style(IntEnum):
    """Numbers of the formats in STYLES."""

    PLAIN = 0
    HEADING = 1
    DAY = 2
    TIME = 3
    ID = 4
    LINES = 5  # a text of several lines
    QUOTED = 6  # as if an apostrophe had been typed before it


class Id(str):
    """A text that is an identifier: never written as a number, even if it consists of digits."""

    __slots__ = ()


class XlsxWriter:
    """Writes a workbook: a sheet with the list, and a second sheet that describes it. Use it as a context manager.

    `stream` gets bytes and need not seek. `about`: the names and values of the second sheet.
    """

    def __init__(
        self, stream: BinaryIO, title: str, headings: Sequence[str], about: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._headings, self._about = tuple(headings), tuple(about)
        self._letters = [column_letters(place) for place in range(len(self._headings))]
        self._title = sheet_name(title)
        self._gate = _Gate(stream)
        self._archive = zipfile.ZipFile(cast("BinaryIO", self._gate), "w", zipfile.ZIP_DEFLATED)
        self._sheet: Any = None
        self._first: list[list[SheetCell]] | None = []
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
        """Close the archive without writing to the stream: an unfinished file must not become a valid archive."""
        self._gate.shut = True
        if self._sheet is not None:
            self._sheet.close()
        self._archive.close()

    def row(self, cells: Iterable[SheetCell]) -> None:
        """Raises RuleViolation `xlsx-too-many-rows`, `xlsx-cell-too-long`, `xlsx-too-large`."""
        if self._first is None:
            self._write_row(cells)
            return
        self._first.append(list(cells))
        if len(self._first) >= ROWS_MEASURED:
            self._begin()

    def _finish(self) -> None:
        if self._first is not None:
            self._begin()
        end = f"{self._letters[-1]}{self._row}"
        self._put(sheet_end(f"A1:{end}", self._row))
        self._pass_on()
        self._sheet.close()
        self._part("xl/worksheets/sheet2.xml", self._about_sheet())
        for name, text in workbook_parts(self._title, end).items():
            self._part(name, text)
        self._archive.close()

    # the sheet

    def _begin(self) -> None:
        rows, self._first = self._first or [], None
        # the time of day would make two files of the same list differ
        self._sheet = self._archive.open(_info("xl/worksheets/sheet1.xml"), "w")
        self._put(sheet_start(_widths(self._headings, rows), frozen=True))
        headed = zip(self._letters, self._headings, strict=True)
        cells = [self._text(f"{letter}1", text, Style.HEADING) for letter, text in headed]
        self._put(f'<row r="1">{"".join(cells)}</row>')
        for row in rows:
            self._write_row(row)

    def _write_row(self, cells: Iterable[SheetCell]) -> None:
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
        """The XML of any text; `_write_row` writes plain texts itself, which is faster."""
        if len(text) * 2 > LONGEST_CELL:
            self._measure(ref, text)
        if style is Style.PLAIN and text.startswith(_FORMULA):
            style = Style.QUOTED
        elif "\n" in text:
            style = Style.LINES
        look = f' s="{style.value}"' if style else ""
        return f'<c r="{ref}"{look} t="inlineStr"><is><t xml:space="preserve">{escape_xml(text)}</t></is></c>'

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
        return sheet_start(widths, frozen=False) + "".join(rows) + SHEET_END


def escape_xml(text: str) -> str:
    """A text as XML holds it without loss: control characters as _xHHHH_ (ST_Xstring), markup as entities."""
    text = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _widths(headings: Sequence[str], rows: Sequence[Sequence[SheetCell]]) -> list[int]:
    """In characters: as wide as the heading with its filter button, and the widest line of the first rows."""
    widths = [len(heading) + 3 for heading in headings]
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None:
                widths[place] = max(widths[place], _width(cell) + 1)
    return [min(width, WIDEST) for width in widths]


def _width(cell: SheetCell) -> int:
    if isinstance(cell, datetime):
        return 16
    return max(map(len, str(cell).split("\n")))


@lru_cache(1 << 12)
def _day(at: SheetCell) -> str:
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
    """Passes an archive's bytes on to a stream until `shut`. It has no seek, so that the archive is written in order."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.shut = False

    def write(self, data: bytes) -> int:
        if not self.shut:
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever opened the stream flushes it."""
