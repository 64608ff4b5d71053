"""Writing the form in which Snipe-IT imports licenses: a CSV file by the headings of its own sample.

It asks for a category (its own rule, and none that it invents), and takes two rows of the same name and serial
number for one license: a name that would come again is told apart by its key pack.
"""

from __future__ import annotations

from collections.abc import Sequence

from tslic_admin.formats.csv_writing import CsvWriting, Text

HEADINGS = (
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
CATEGORY = "Client access licenses"
MANUFACTURER = "Microsoft"


class SnipeItWriting:
    def __init__(self, target: Text) -> None:
        self._rows = CsvWriting(target, HEADINGS, readable=False)
        self._known: set[tuple[str, str]] = set()

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
        """`pack`: what a second license of this name and serial number is told apart by; `expires`: an ISO day."""
        if (name, serial or "") in self._known:
            name = f"{name} ({pack})"
        self._known.add((name, serial or ""))
        noted = "\n".join(notes)
        self._rows.row([name, serial, CATEGORY, MANUFACTURER, order, expires, seats, supplier, noted])
