"""Write CSV, for programs or for spreadsheets, and Snipe-IT's import form of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A spreadsheet takes a text that begins like this for a formula (owasp.org, CSV injection), or eats the quote
FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")

FileCell = str | int | float | None


class TextTarget(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object: ...


class CsvWriter:
    """RFC 4180: commas, CRLF, quotes where needed. `readable`: with a byte order mark, and no formulas.

    Machine form alters nothing: what is read back in is what was written; None is an empty cell.
    """

    def __init__(self, target: TextTarget, headings: Sequence[str], *, readable: bool) -> None:
        self._readable = readable
        self._writer = csv.writer(target, lineterminator="\r\n")
        if readable:
            target.write(BOM)
        # Excel takes a file that begins with ID for SYLK (support.microsoft.com/kb/323626)
        first = "Id" + headings[0][2:] if headings[0].startswith("ID") else headings[0]
        self.row([first, *headings[1:]])

    def row(self, cells: Iterable[FileCell]) -> None:
        self._writer.writerow([escape_formula(cell) for cell in cells] if self._readable else list(cells))


def escape_formula(cell: FileCell) -> FileCell:
    """A text that begins like a formula gets a leading apostrophe; numbers stay numbers."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell


SNIPE_IT_HEADINGS = (
    "Item name",
    "serial number",
    "Category",
    "manufacturer",
    "purchase order",
    "expiration date",
    "seats",
    "supplier",
    "notes",
)
SNIPE_IT_CATEGORY = "Client access licenses"
SNIPE_IT_MANUFACTURER = "Microsoft"


class SnipeItWriter:
    def __init__(self, target: TextTarget) -> None:
        self._rows = CsvWriter(target, SNIPE_IT_HEADINGS, readable=False)
        self._written: set[tuple[str, str]] = set()

    def license(
        self,
        name: str,
        *,
        pack: str,
        serial: str | None,
        seats: int,
        order: str | None,
        expires: str | None,
        supplier: str | None,
        notes: Sequence[str],
    ) -> None:
        """`pack`: goes into the name of a second license with the same name and serial number; `expires`: an ISO day."""
        if (name, serial or "") in self._written:
            name = f"{name} ({pack})"
        self._written.add((name, serial or ""))
        purchase = (SNIPE_IT_CATEGORY, SNIPE_IT_MANUFACTURER, order, expires, seats, supplier)
        self._rows.row([name, serial, *purchase, "\n".join(notes)])
