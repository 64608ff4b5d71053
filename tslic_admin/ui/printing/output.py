"""Print and Save as PDF: reads a list, lays it out, and sends it to a printer or a PDF file."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QDir, QFile, QLocale, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPageLayout, QPainter, QPdfWriter
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.identity import program_version
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.output_file import new_file
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import show_progress
from tslic_admin.ui.printing.page_setup import PageSetup, read_setup, sheet_of
from tslic_admin.ui.printing.pages import PagePainter, PrintableList, PrintPages, read_printable
from tslic_admin.ui.printing.typography import INCH
from tslic_admin.ui.widgets.list_columns import ListColumn
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.wording.exporting.exports import rows_text
from tslic_admin.wording.exporting.printing import NO_PRINTER, pages_text

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

ProgressCallback = Callable[[int, int], None]


def write_pdf(
    pages: PrintPages,
    layout: QPageLayout,
    target: Path,
    store: Path,
    progress: ProgressCallback = lambda *_: None,
) -> None:
    """Write all pages, on any thread. `layout`: what the pages were planned for; `store` is not to be overwritten.

    What `progress` raises ends it and leaves the target as it was. Raises RuleViolation `target-is-store`,
    StoreTrouble `file-not-written`.
    """
    with new_file(target, besides=store) as stream:
        file = QFile()
        file.open(stream.fileno(), QFile.OpenModeFlag.WriteOnly, QFile.FileHandleFlag.DontCloseHandle)
        writer = QPdfWriter(file)
        writer.setTitle(pages.printable.printed.title)
        writer.setCreator(f"tslic-admin {program_version()}")
        writer.setResolution(INCH)  # one dot is one twip
        whole = QPageLayout(layout)
        whole.setMode(QPageLayout.Mode.FullPageMode)
        writer.setPageLayout(whole)
        painting, painter = PagePainter(pages), QPainter(writer)
        try:
            for page in range(pages.count):
                if page:
                    writer.newPage()
                painting.paint(painter, page)
                _check_written(file)
                progress(page + 1, pages.count)
        finally:
            painter.end()
            file.close()
        _check_written(file)


def _check_written(file: QFile) -> None:
    """Qt's writer goes on where nothing can be written any more, as on a full disk."""
    if file.error() != QFile.FileError.NoError:
        raise OSError(errno.EIO, file.errorString())


T = TypeVar("T")


class Printing(QObject):
    """Hands lists over to printers and PDF files, with dialogs over `parent`."""

    refused = Signal(str)  # the sentence

    def __init__(self, gateway: Gateway, parent: QWidget) -> None:
        super().__init__(parent)
        self._gateway, self._parent = gateway, parent

    # reading

    def read(
        self,
        spec: ListSpec,
        columns: Sequence[ListColumn],
        setup: PageSetup,
        then: Callable[[PrintPages, QPageLayout], None],
    ) -> None:
        """Read a list and lay it out."""
        path, now = self._gateway.path, self._gateway.now

        def work(job: Job) -> tuple[PrintPages, QPageLayout]:
            listed = read_printable(path, now, spec, columns, job.progress)
            return lay_out(listed, setup, job)

        self._run("Reading the list…", work, lambda answer: then(*answer))

    def _run(self, text: str, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Do slow work on the read worker, with progress and Cancel."""
        job = Job(self)
        progress = show_progress(self._parent, job, text)

        def caught() -> Any:
            try:
                return work(job)
            except (RuleViolation, StoreTrouble) as why:
                return why

        def answered(answer: Any) -> None:
            if not shiboken6.isValid(self):
                return
            progress.finish()
            if isinstance(answer, RuleViolation | StoreTrouble):
                self._refuse(answer)
            else:
                then(answer)

        def failed() -> None:
            if shiboken6.isValid(self):
                progress.finish()

        self._gateway.read(caught, answered, failed=failed)

    def _refuse(self, why: RuleViolation | StoreTrouble) -> None:
        from tslic_admin.wording.messages import refusal_text, trouble_text

        self.refused.emit(
            refusal_text(why) if isinstance(why, RuleViolation) else trouble_text(why.code, why.facts)
        )

    # PDF

    def save(self, pages: PrintPages, layout: QPageLayout) -> None:
        """Ask for the file and write it."""
        start = str(Path(QDir.homePath()) / f"{pages.printable.printed.title}.pdf")
        chooser = QFileDialog(self._parent, "Save as PDF", start, "PDF (*.pdf);;All files (*)")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("pdf")
        chooser.selectFile(start)
        chooser.fileSelected.connect(lambda name: self.save_as(pages, layout, Path(name)))
        chooser.open()

    def save_as(self, pages: PrintPages, layout: QPageLayout, target: Path) -> None:
        """Write the file; it replaces one that is there."""
        store = self._gateway.path
        self._run(
            "Writing the PDF…",
            lambda job: write_pdf(pages, layout, target, store, job.progress),
            lambda _: self._saved(pages, target),
        )

    def _saved(self, pages: PrintPages, target: Path) -> None:
        of = f"{pages_text(pages.count)} with {rows_text(len(pages.printable.printed.rows))}"
        box = QMessageBox(
            QMessageBox.Icon.Information,
            "Save as PDF",
            f"{of} were saved in {QDir.toNativeSeparators(str(target))}.",
            QMessageBox.StandardButton.Close,
            self._parent,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        shown = box.addButton("&Open", QMessageBox.ButtonRole.ActionRole)
        shown.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))))
        box.open()

    # paper

    def print(self, pages: PrintPages, layout: QPageLayout) -> None:
        """Ask for the printer and print; without one, offer a PDF."""
        if not printers():
            self._offer_pdf(pages, layout)
            return
        from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(pages.printable.printed.title)
        printer.setPageLayout(layout)
        dialog = QPrintDialog(printer, self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)
        dialog.setMinMax(1, pages.count)
        dialog.setFromTo(1, pages.count)
        dialog.accepted.connect(lambda: self.print_on(printer, pages))
        QDialog.open(dialog)  # QPrintDialog has one of its own, which wants a slot by name

    def _offer_pdf(self, pages: PrintPages, layout: QPageLayout) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Information, "Print", NO_PRINTER, QMessageBox.StandardButton.Cancel, self._parent
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verb = box.addButton("&Save as PDF…", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(verb)
        verb.clicked.connect(lambda: self.save(pages, layout))
        box.open()

    def print_on(self, printer: QPrinter, pages: PrintPages) -> None:
        """Print on a printer as its dialog left it: with its paper, which may be another than was planned for."""
        from PySide6.QtPrintSupport import QPrinter

        from tslic_admin.ui.printing.paper_printer import print_pages

        layout = printer.pageLayout()
        to_file = printer.outputFormat() == QPrinter.OutputFormat.PdfFormat
        target, store = Path(printer.outputFileName()), self._gateway.path

        def work(job: Job) -> tuple[PrintPages, int]:
            sheet = sheet_of(layout)
            laid = pages if sheet == pages.sheet else pages.printable.pages(sheet, job.progress)
            if to_file:  # the dialog's own printing into a file; ours replaces the file whole or not at all
                write_pdf(laid, layout, target, store, job.progress)
                return laid, laid.count
            return laid, print_pages(laid, printer, job.progress)

        def printed(answer: tuple[PrintPages, int]) -> None:
            if to_file:
                self._saved(answer[0], target)
            elif isinstance(self._parent, MainWindow):
                sheets = QLocale().toString(answer[1])
                self._parent.statusBar().showMessage(
                    f"{sheets} {'page' if answer[1] == 1 else 'pages'} given to {printer.printerName()}",
                    10_000,
                )

        self._run("Printing…", work, printed)


def lay_out(listed: PrintableList, setup: PageSetup, job: Job) -> tuple[PrintPages, QPageLayout]:
    """A list on the sheets of a setup. Raises RuleViolation `margins-too-wide`."""
    layout = setup.layout(landscape=listed.wants_landscape(setup))
    return listed.pages(sheet_of(layout), job.progress), layout


def printers() -> list[str]:
    """The names of the printers here; none too where the system's printing cannot be loaded."""
    try:
        from PySide6.QtPrintSupport import QPrinterInfo
    except ImportError:
        return []
    return QPrinterInfo.availablePrinterNames()


def print_shown(window: MainWindow) -> None:
    """Print the list of the window as it is shown."""
    _with_shown_list(window, lambda printing: printing.print)


def save_shown(window: MainWindow) -> None:
    """Save the list of the window as it is shown as PDF."""
    _with_shown_list(window, lambda printing: printing.save)


def _with_shown_list(
    window: MainWindow, act: Callable[[Printing], Callable[[PrintPages, QPageLayout], None]]
) -> None:
    spec = window.panel.spec
    if spec is None:
        return
    printing = Printing(window.gateway, window)
    printing.refused.connect(lambda sentence: _show_warning(window, sentence))
    columns = window.panel.view.columns_in_order()
    printing.read(spec, columns, read_setup(window.saved_layout.page_setup), act(printing))


def _show_warning(parent: QWidget, sentence: str) -> None:
    box = QMessageBox(QMessageBox.Icon.Warning, "Print", sentence, QMessageBox.StandardButton.Close, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.open()
