"""Texts of printed pages, and why pages cannot be printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tslic_admin.wording.exporting.exports import rows_text

NO_PRINTER = (
    "No printer is set up on this computer, or the system's printing cannot be reached. Set up a printer in the"
    " system's settings, or save the list as PDF and print it elsewhere."
)
ROW_CONTINUES = "The last row goes on over the page."

PRINT_REFUSALS = {
    "margins-too-wide": (
        "The margins leave no room for a row of the list. Choose smaller margins, larger paper or the other"
        " orientation."
    ),
    "pages-not-there": "The list has {pages} pages, so nothing was printed. Choose a range among them.",
    "printed-in-part": (
        "Printing ended, but the first {pages} pages are on their way already. Delete them from the printer's"
        " queue if they are not wanted."
    ),
    "not-printed": (
        "The printer “{printer}” did not take the pages. Check that it is switched on and reachable, or save the"
        " list as PDF."
    ),
}


def page_facts(store: str, filtered: str, head: str, rows: int, at: datetime) -> Sequence[tuple[str, str]]:
    """What stands above the table on each page. `at`: a local time."""
    return (
        ("Store", store),
        ("Filter", f"{filtered}; {rows_text(rows)}"),
        ("History head", head),
        ("Printed", at.strftime("%Y-%m-%d %H:%M %Z (UTC%z)")),
    )


def pages_text(pages: int) -> str:
    return f"{pages} page{'' if pages == 1 else 's'}"


def page_number_text(page: int, pages: int) -> str:
    """Where a page is among all; both are counted from 1."""
    return f"Page {page} of {pages}"


def preview_title(shown: int, pages: int) -> str:
    """The title of the preview, which shows only the first pages of a long list."""
    return "Print Preview" if shown == pages else f"Print Preview: the first {shown} of {pages} pages"
