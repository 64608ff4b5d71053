"""Writing CSV: plain for programs, and for people in the way that spreadsheets open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A spreadsheet takes a text that begins like this for a formula (owasp.org, CSV injection), or eats the quote
FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")

Cell = str | int | float | None


class Text(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object: ...


class CsvWriting:
    """RFC 4180: commas, CRLF, quotes where needed. `readable`: with a byte order mark, and no formulas.

    Machine form alters nothing: what is read back in is what was written; None is an empty cell.
    """

    def __init__(self, target: Text, headings: Sequence[str], *, readable: bool) -> None:
        self._readable = readable
        self._writer = csv.writer(target, lineterminator="\r\n")
        if readable:
            target.write(BOM)
        # Excel takes a file that begins with ID for SYLK (support.microsoft.com/kb/323626)
        first = "Id" + headings[0][2:] if headings[0].startswith("ID") else headings[0]
        self.row([first, *headings[1:]])

    def row(self, cells: Iterable[Cell]) -> None:
        self._writer.writerow([unharmful(cell) for cell in cells] if self._readable else list(cells))


def unharmful(cell: Cell) -> Cell:
    """A text that begins like a formula gets a leading apostrophe; numbers stay numbers."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell
