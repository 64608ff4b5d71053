"""Sends pages to a printer with progress and Cancel; the only module that needs QtPrintSupport."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.ui.gateway.jobs import Cancelled
from tslic_admin.ui.printing.pages import PagePainter, PrintPages
from tslic_admin.ui.printing.typography import INCH

ProgressCallback = Callable[[int, int], None]


def sheet_order(first: int, last: int, *, copies: int, collate: bool, backwards: bool) -> Iterator[int]:
    """The pages in the order that they leave the printer in, each as often as it is wanted."""
    pages = range(first, last + 1)[:: -1 if backwards else 1]
    for _ in range(copies if collate else 1):
        for page in pages:
            yield from [page] * (1 if collate else copies)


def sheets_to_print(printer: QPrinter, count: int) -> list[int]:
    """The pages that the printer's dialog was told, counted from 0. Raises RuleViolation `pages-not-there`."""
    first, last = 1, count
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        first, last = printer.fromPage(), min(printer.toPage() or count, count)
    if first > last:
        raise RuleViolation("pages-not-there", pages=count)
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    backwards = printer.pageOrder() == QPrinter.PageOrder.LastPageFirst
    chosen = sheet_order(
        first - 1, last - 1, copies=copies, collate=printer.collateCopies(), backwards=backwards
    )
    return list(chosen)


def print_pages(pages: PrintPages, printer: QPrinter, progress: ProgressCallback = lambda *_: None) -> int:
    """Paint on any thread and hand over to the printer; the number of sheets.

    Where `progress` raises Cancelled, the printer takes everything back if it can. Raises RuleViolation
    `printed-in-part` if it cannot, `pages-not-there`, `not-printed` where it does not take them; StoreTrouble.
    """
    wanted = sheets_to_print(printer, pages.count)
    printer.setFullPage(True)
    painting, painter = PagePainter(pages), QPainter()
    if not painter.begin(printer):
        raise RuleViolation("not-printed", printer=printer.printerName())
    given = 0
    try:
        scale = printer.resolution() / INCH
        painter.scale(scale, scale)
        for page in wanted:
            if given and not printer.newPage():
                raise RuleViolation("not-printed", printer=printer.printerName())
            painting.paint(painter, page)
            given += 1
            progress(given, len(wanted))
    except Cancelled:
        # CUPS' engine cannot take back (QPdfPrintEngine::abort in qtbase): what it has by now comes out
        if not printer.abort():
            raise RuleViolation("printed-in-part", pages=given) from None
        raise
    finally:
        painter.end()
    return len(wanted)
