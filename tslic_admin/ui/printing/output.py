"""Print and Save as PDF: reads a list, lays it out, and sends it to a printer or a PDF file."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QDir, QFile, QLocale, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPageLayout, QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.progress import Progress
from tslic_admin.services.identity import program_version
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.output_file import new_file
from tslic_admin.ui.gateway.error_boxes import refusal_sentence
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import show_progress
from tslic_admin.ui.printing.page_setup import read_setup, sheet_of
from tslic_admin.ui.printing.pages import (
    PagePainter,
    PrintableList,
    PrintPages,
    read_printable,
)
from tslic_admin.ui.printing.typography import INCH
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.exporting.exports import rows_text
from tslic_admin.wording.exporting.printing import NO_PRINTER, pages_text
from tslic_admin.wording.lists.columns import Column

if TYPE_CHECKING:
    from tslic_admin.ui.printing.paper_printer import PaperPrinter

T = TypeVar("T")


def write_pdf(
    pages: PrintPages,
    layout: QPageLayout,
    target: Path,
    store: Path,
    progress: Progress = lambda *_: None,
) -> None:
    """Write all pages, on any thread. `layout`: the paper of the pages; `store` must not be overwritten.

    What `progress` raises ends the writing and leaves the target as it was. Raises RuleViolation `target-is-store`,
    StoreTrouble `file-not-written`.
    """
    with new_file(target, besides=store) as stream:
        file = QFile()
        file.open(stream.fileno(), QFile.OpenModeFlag.WriteOnly, QFile.FileHandleFlag.DontCloseHandle)
        writer = QPdfWriter(file)
        writer.setTitle(pages.printable.printout.title)
        writer.setCreator(f"tslic-admin {program_version()}")
        writer.setResolution(INCH)  # one dot is one twip
        full_page = QPageLayout(layout)
        full_page.setMode(QPageLayout.Mode.FullPageMode)
        writer.setPageLayout(full_page)
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
    """Raise OSError after a write error, such as a full disk, which Qt's writer ignores."""
    if file.error() != QFile.FileError.NoError:
        raise OSError(errno.EIO, file.errorString())


class Printing(QObject):
    """Prints lists and saves them as PDF, with dialogs over `window` and the saved page setup."""

    refused = Signal(str)  # the reason, as a sentence, which is also shown
    printed = Signal(str)  # the number of sheets sent to a printer, as a sentence

    def __init__(self, gateway: Gateway, settings: WindowSettings, window: QWidget) -> None:
        super().__init__(window)
        self.gateway, self.settings, self.window = gateway, settings, window
        self.refused.connect(self._show_warning)

    # reading

    def read(
        self,
        spec: ListSpec[R],
        columns: Sequence[Column[R]],
        then: Callable[[PrintPages, QPageLayout], None],
    ) -> None:
        """Read a list and lay it out with the saved page setup; `then` gets the pages and their paper."""
        path, now, setup = self.gateway.path, self.gateway.now, read_setup(self.settings.page_setup)

        def work(job: Job) -> tuple[PrintPages, QPageLayout]:
            printable = read_printable(path, now, spec, columns, job.progress)
            layout = setup.layout(landscape=printable.wants_landscape(setup))
            return printable.pages(sheet_of(layout), job.progress), layout

        self._run("Reading the list…", work, lambda answer: then(*answer))

    def lay_out(
        self,
        printable: PrintableList,
        layout: QPageLayout,
        then: Callable[[PrintPages], None],
        otherwise: Callable[[], None],
    ) -> None:
        """Lay a list out on other paper. `otherwise` is called if this fails or is cancelled."""
        self._run("Laying out…", lambda job: printable.pages(sheet_of(layout), job.progress), then, otherwise)

    def _run(
        self,
        text: str,
        work: Callable[[Job], T],
        then: Callable[[T], None],
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Do slow work on the read worker, with progress and Cancel."""
        job = Job(self.gateway)
        self.destroyed.connect(job.cancel)
        show_progress(self.window, job, text)

        def refused(refusal: Refusal) -> None:
            self.refuse(refusal)
            otherwise()

        self.gateway.read(lambda: work(job), then, refused, owner=self, job=job, failed=otherwise)

    def refuse(self, refusal: Refusal) -> None:
        """Show the user why an action failed."""
        self.refused.emit(refusal_sentence(refusal))

    def _show_warning(self, text: str) -> None:
        close = QMessageBox.StandardButton.Close
        box = QMessageBox(QMessageBox.Icon.Warning, "Print", text, close, self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.open()

    # PDF

    def save(self, pages: PrintPages, layout: QPageLayout) -> None:
        """Ask for the file and write it."""
        start = str(Path(QDir.homePath()) / f"{pages.printable.printout.title}.pdf")
        chooser = QFileDialog(self.window, "Save as PDF", start, "PDF (*.pdf);;All files (*)")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("pdf")
        chooser.selectFile(start)
        chooser.fileSelected.connect(lambda name: self.save_as(pages, layout, Path(name)))
        chooser.open()

    def save_as(self, pages: PrintPages, layout: QPageLayout, target: Path) -> None:
        """Write the file, replacing an existing one."""
        store = self.gateway.path
        self._run(
            "Writing the PDF…",
            lambda job: write_pdf(pages, layout, target, store, job.progress),
            lambda _: self._saved(pages, target),
        )

    def _saved(self, pages: PrintPages, target: Path) -> None:
        size = f"{pages_text(pages.count)} with {rows_text(len(pages.printable.printout.rows))}"
        box = QMessageBox(
            QMessageBox.Icon.Information,
            "Save as PDF",
            f"{size} were saved in {QDir.toNativeSeparators(str(target))}.",
            QMessageBox.StandardButton.Close,
            self.window,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        open_button = box.addButton("&Open", QMessageBox.ButtonRole.ActionRole)
        open_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))))
        box.open()

    # paper

    def print(self, pages: PrintPages, layout: QPageLayout) -> None:
        """Ask for the printer and print; without printers, offer a PDF."""
        try:
            from tslic_admin.ui.printing.paper_printer import (  # noqa: PLC0415 - fails to load without libcups
                open_print_dialog,
                printer_names,
            )
        except ImportError:
            self.offer_pdf(pages, layout)
            return
        if printer_names():
            open_print_dialog(pages, layout, self.window, lambda printer: self.print_on(printer, pages))
        else:
            self.offer_pdf(pages, layout)

    def offer_pdf(self, pages: PrintPages, layout: QPageLayout) -> None:
        """Say that there is no printer, and offer a PDF."""
        box = QMessageBox(
            QMessageBox.Icon.Information, "Print", NO_PRINTER, QMessageBox.StandardButton.Cancel, self.window
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verb = box.addButton("&Save as PDF…", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(verb)
        verb.clicked.connect(lambda: self.save(pages, layout))
        box.open()

    def print_on(self, printer: PaperPrinter, pages: PrintPages) -> None:
        """Print on a printer with the paper of its dialog, for which the pages are laid out anew if it differs."""
        store = self.gateway.path

        def work(job: Job) -> tuple[PrintPages, int]:
            sheet = sheet_of(printer.layout)
            laid = pages if sheet == pages.sheet else pages.printable.pages(sheet, job.progress)
            if (
                printer.pdf_target is not None
            ):  # unlike Qt's, this writing replaces the file whole or not at all
                write_pdf(laid, printer.layout, printer.pdf_target, store, job.progress)
                return laid, laid.count
            return laid, printer.print(laid, job.progress)

        def finished(result: tuple[PrintPages, int]) -> None:
            laid, sheets = result
            if printer.pdf_target is not None:
                self._saved(laid, printer.pdf_target)
            else:
                noun = "page" if sheets == 1 else "pages"
                self.printed.emit(f"{QLocale().toString(sheets)} {noun} given to {printer.name}")

        self._run("Printing…", work, finished)
