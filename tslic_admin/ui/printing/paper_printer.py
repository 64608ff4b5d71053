"""Sends pages to a printer with progress and Cancel. Without libcups, this module and the preview cannot be loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.ui.gateway.jobs import Cancelled
from tslic_admin.ui.printing.pages import PagePainter, PrintPages
from tslic_admin.ui.printing.typography import INCH


def printer_names() -> list[str]:
    """The names of the printers of this computer."""
    return QPrinterInfo.availablePrinterNames()


def sheet_order(first: int, last: int, *, copies: int, collate: bool, backwards: bool) -> Iterator[int]:
    """The pages in the order in which they leave the printer, each with its copies."""
    pages = range(first, last + 1)[:: -1 if backwards else 1]
    for _ in range(copies if collate else 1):
        for page in pages:
            yield from [page] * (1 if collate else copies)


def sheets_to_print(printer: QPrinter, count: int) -> list[int]:
    """The pages chosen in the printer's dialog, counted from 0. Raises RuleViolation `pages-not-there`."""
    first, last = 1, count
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        first, last = printer.fromPage(), min(printer.toPage() or count, count)
    if first > last:
        raise RuleViolation("pages-not-there", pages=count)
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    backwards = printer.pageOrder() == QPrinter.PageOrder.LastPageFirst
    order = sheet_order(
        first - 1, last - 1, copies=copies, collate=printer.collateCopies(), backwards=backwards
    )
    return list(order)


def paint_pages(
    pages: PrintPages, printer: QPrinter, sheets: Sequence[int], progress: Progress = lambda *_: None
) -> None:
    """Paint pages; may be called on any thread. `sheets`: page numbers from 0, in the order of printing.

    Where `progress` raises Cancelled, the printer's job is aborted. Raises RuleViolation: `printed-in-part` where
    it cannot be aborted, `not-printed` where the printer refuses the pages; StoreTrouble.
    """
    printer.setFullPage(True)
    painting, painter = PagePainter(pages), QPainter()
    if not painter.begin(printer):
        raise RuleViolation("not-printed", printer=printer.printerName())
    count = 0
    try:
        scale = printer.resolution() / INCH
        painter.scale(scale, scale)
        for page in sheets:
            if count and not printer.newPage():
                raise RuleViolation("not-printed", printer=printer.printerName())
            painting.paint(painter, page)
            count += 1
            progress(count, len(sheets))
    except Cancelled:
        # CUPS' engine cannot abort (QPdfPrintEngine::abort in qtbase): the pages sent so far are printed
        if not printer.abort():
            raise RuleViolation("printed-in-part", pages=count) from None
        raise
    finally:
        painter.end()


class PaperPrinter:
    """A printer as its dialog left it: the chosen paper, pages and target."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer = printer
        self.name = printer.printerName()
        self.layout = printer.pageLayout()
        to_file = printer.outputFormat() == QPrinter.OutputFormat.PdfFormat
        # the file, where the dialog's own *Print to File (PDF)* was chosen
        self.pdf_target = Path(printer.outputFileName()) if to_file else None

    def print(self, pages: PrintPages, progress: Progress) -> int:
        """Print the chosen pages; returns the number of sheets. Raises as `sheets_to_print` and `paint_pages` do."""
        sheets = sheets_to_print(self._printer, pages.count)
        paint_pages(pages, self._printer, sheets, progress)
        return len(sheets)


def make_printer(pages: PrintPages, layout: QPageLayout) -> QPrinter:
    """The system's usual printer with the paper of the pages."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(pages.printable.printout.title)
    printer.setPageLayout(layout)
    return printer


def open_print_dialog(
    pages: PrintPages, layout: QPageLayout, parent: QWidget, then: Callable[[PaperPrinter], None]
) -> None:
    """Ask for the printer and the pages; `then` gets them."""
    printer = make_printer(pages, layout)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setMinMax(1, pages.count)
    dialog.setFromTo(1, pages.count)
    dialog.accepted.connect(lambda: then(PaperPrinter(printer)))
    QDialog.open(dialog)  # QPrintDialog has an `open` of its own, which needs the name of a slot
