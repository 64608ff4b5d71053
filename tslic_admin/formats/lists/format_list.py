"""Read blocks of `Name : value`: Format-List, wmic, and tsctst.exe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tslic_admin.formats.tables.evidence_tables import TSCTST_TABLE
from tslic_admin.formats.tables.files import LINES_SEARCHED, LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import KNOWN_HEADINGS, normalize_heading, recognise_headings
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import HeadingPool, Row, Rows, refuse_row

MOST_NAMES = 500
"""What has more names than this is no object of a server."""

_PAIR = re.compile(r"\ufeff?(\s*)([^:=\s][^:=]{0,60}?)\s*([:=])\s?(.*)\n?")


def find(text: TextFile) -> Rows | None:
    """The blocks of the file; None where no block belongs to a known table."""
    for row in _rows(text, LINES_SEARCHED):
        if not isinstance(row, RefusedRow) and recognise_headings(row[1]):
            return lambda: _rows(text)
    return None


def _rows(text: TextFile, lines: int | None = None) -> Iterator[Row | RefusedRow]:
    headings = HeadingPool()
    for line, block in _blocks(text, lines):
        if isinstance(block, str):
            yield refuse_row(line, block, "row-not-recognised")
        elif any(normalize_heading(name) in KNOWN_HEADINGS for name in block):  # else a banner, a prompt
            names = tuple(block)
            yield line, headings.intern(names), [value.rstrip() for value in block.values()]


def _blocks(text: TextFile, lines: int | None) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each block with the number of its first line; a line outside of blocks is returned as text."""
    block: dict[str, str] = {}
    begin, indent, last, gap = 0, 0, "", False
    for number, line in enumerate(islice(text.lines(), lines), 1):
        if line.isspace():
            gap = True
            continue
        if block and not gap and len(line) - len(line.lstrip()) > indent:
            if len(block[last]) + len(line) > LONGEST_LINE:
                yield number, line.strip()
            else:
                block[last] = _continue_value(block[last], line.strip())
            continue
        match = _PAIR.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if match is None:
            if block and not gap:
                yield number, line.strip()
            continue
        blanks, name, sign, value = match.groups()
        # wmic puts a blank line after every line: there only a name that comes again begins a block.
        if block and ((gap and sign == ":") or name in block):
            yield begin, block
            block = {}
        if len(block) == MOST_NAMES:
            yield number, line.strip()
            continue
        if not block:
            begin, indent = number, len(blanks)
        block[name], last, gap = value, name, False
    if block:
        yield begin, block


def _continue_value(value: str, more: str) -> str:
    """A value with its next line. PowerShell wraps between words; it breaks only a word that fills a line."""
    return f"{value}{more}" if value[-1:].isspace() or " " not in value else f"{value} {more}"


def find_tsctst(text: TextFile) -> Rows | None:
    """The blocks; None unless the first known one is a client's license as tsctst.exe prints it."""
    rows = find(text)
    for row in rows() if rows is not None else ():
        heading = None if isinstance(row, RefusedRow) else recognise_headings(row[1])
        if heading is not None:
            return rows if heading.table is TSCTST_TABLE else None
    return None
