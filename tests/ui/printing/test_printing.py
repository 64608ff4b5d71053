"""Print… and Save as PDF… of the window: the list as it is shown, on whatever there is to print on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from ui.printing.paper import add_servers, columns, laid_out, words

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.ui.gateway.jobs import Cancelled
from tslic_admin.ui.printing import paper_printer
from tslic_admin.ui.printing.output import Printing
from tslic_admin.ui.printing.page_setup import PageSetup, sheet_of
from tslic_admin.ui.printing.paper_printer import PaperPrinter, sheet_order, sheets_to_print
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import ALL_SERVERS
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.exporting.printing import NO_PRINTER

Settle = Callable[[], None]


@pytest.fixture
def servers(store: Store, layout: WindowSettings) -> Store:
    """Two servers and a last place that lists them."""
    add_servers(store, S1="in the cellar", S2="in the attic")
    layout.place = str(ALL_SERVERS)
    return store


def pages_of(store: Store, clock: Any, count: int = 120) -> Any:
    add_servers(store, **{f"SRV{number:03}": "" for number in range(count)})
    return laid_out(store.path, clock, columns("servers", "name"), PageSetup("A4"))


def box_of(window: Any) -> QMessageBox:
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def to_file(target: Path) -> QPrinter:
    """A printer that prints into a file, as each system has one."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    return printer


# the window


def test_the_pdf_holds_what_the_list_shows(
    servers: Store, window: MainWindow, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    view = window.panel.view
    for section, column in enumerate(view.records.columns):
        view.setColumnHidden(section, column.key not in ("name", "notes"))
    window.panel.filter.setText("in the")
    view.sortByColumn(0, view.horizontalHeader().sortIndicatorOrder().DescendingOrder)
    window.panel.filter.returnPressed.emit()
    settle()
    window.window_actions["save-pdf"].trigger()
    settle()
    chooser = window.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.windowTitle() == "Save as PDF"
    target = tmp_path / "list.pdf"
    chooser.fileSelected.emit(str(target))
    settle()
    text = words(PdfReader(target).pages[0].extract_text())
    assert "Filter: Containing “in the”; sorted by Name, descending; 2 rows" in text
    assert "Name Notes S2 in the attic S1 in the cellar" in text
    assert box_of(window).text() == f"1 page with 2 rows were saved in {target}."


@pytest.mark.parametrize("why", ["no printer", "no libcups"])
def test_without_a_printer_a_sentence_offers_a_pdf(
    servers: Store, window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Where libcups is missing, importing QtPrintSupport fails."""
    if why == "no printer":
        monkeypatch.setattr(paper_printer, "printer_names", list)
    else:
        monkeypatch.delitem(sys.modules, paper_printer.__name__)
        monkeypatch.setitem(sys.modules, "PySide6.QtPrintSupport", None)
    window.window_actions["print"].trigger()
    settle()
    box = box_of(window)
    assert box.text() == NO_PRINTER
    verb = next(button for button in box.buttons() if button.text() == "&Save as PDF…")
    assert box.defaultButton() is verb
    verb.click()
    assert window.findChild(QFileDialog) is not None


def test_margins_without_room_are_said_before_anything_is_asked(
    servers: Store, window: MainWindow, settle: Settle
) -> None:
    window.settings.page_setup = "A5 landscape 60"
    window.window_actions["save-pdf"].trigger()
    settle()
    assert box_of(window).text().startswith("The margins leave no room for a row of the list.")
    assert window.findChild(QFileDialog) is None


def test_a_target_that_cannot_be_written_is_said(
    servers: Store, window: MainWindow, settle: Settle, qtbot: QtBot, clock: Any
) -> None:
    pages, layout = laid_out(servers.path, clock, columns("servers", "name"), PageSetup("A4"))
    over = Printing(window.gateway, window.settings, window)
    with qtbot.waitSignal(over.refused) as text:
        over.save_as(pages, layout, Path("/no/such/folder/out.pdf"))
    assert "cannot be written" in text.args[0]
    with qtbot.waitSignal(over.refused) as text:
        over.save_as(pages, layout, servers.path)
    assert "the store's own file" in text.args[0]


def test_before_a_list_is_shown_there_is_nothing_to_print(window: MainWindow, settle: Settle) -> None:
    window.panel.view.records.spec = None  # as before the first answer of the store
    for name in ("print", "print-preview", "save-pdf"):
        window.window_actions[name].trigger()
    settle()
    assert not [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert not [box for box in window.findChildren(QMessageBox) if box.isVisible()]


# the printer


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"copies": 1, "collate": True, "backwards": False}, [1, 2, 3]),
        ({"copies": 2, "collate": True, "backwards": False}, [1, 2, 3, 1, 2, 3]),
        ({"copies": 2, "collate": False, "backwards": False}, [1, 1, 2, 2, 3, 3]),
        ({"copies": 2, "collate": True, "backwards": True}, [3, 2, 1, 3, 2, 1]),
        ({"copies": 2, "collate": False, "backwards": True}, [3, 3, 2, 2, 1, 1]),
    ],
)
def test_sheets_leave_the_printer_in_the_order_that_was_asked_for(how: Any, expected: list[int]) -> None:
    assert list(sheet_order(1, 3, **how)) == expected


def test_a_range_is_printed_as_far_as_there_are_pages(qapp: object, tmp_path: Path) -> None:
    printer = to_file(tmp_path / "out.pdf")
    assert sheets_to_print(printer, 3) == [0, 1, 2]
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 9)
    assert sheets_to_print(printer, 3) == [1, 2]
    printer.setFromTo(5, 9)
    with pytest.raises(RuleViolation, match="pages-not-there"):
        sheets_to_print(printer, 3)


def test_paper_is_painted_like_the_pdf(store: Store, clock: Any, qapp: object, tmp_path: Path) -> None:
    pages, layout = pages_of(store, clock)
    printer = to_file(tmp_path / "paper.pdf")
    printer.setPageLayout(layout)
    reports = []
    assert (
        PaperPrinter(printer).print(pages, lambda done, total: reports.append((done, total))) == pages.count
    )
    assert reports[-1] == (pages.count, pages.count)
    pdf = PdfReader(tmp_path / "paper.pdf")
    assert len(pdf.pages) == pages.count
    assert f"Page {pages.count} of {pages.count}" in words(pdf.pages[-1].extract_text())
    text = "".join(page.extract_text() for page in pdf.pages)
    assert text.count("SRV") == 120


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_said(store: Store, clock: Any, qapp: object, tmp_path: Path) -> None:
    pages, _ = pages_of(store, clock)
    printer = to_file(tmp_path / "no" / "such" / "folder.pdf")
    with pytest.raises(RuleViolation, match="not-printed"):
        PaperPrinter(printer).print(pages, lambda *_: None)


class Queue(QPrinter):
    """A printer that can take pages back, as those of Windows can, or cannot, as CUPS'."""

    def __init__(self, target: Path, *, takes_back: bool) -> None:
        super().__init__(QPrinter.PrinterMode.HighResolution)
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(str(target))
        self._takes_back, self.aborts = takes_back, 0

    def abort(self) -> bool:
        self.aborts += 1
        return self._takes_back


@pytest.mark.parametrize("takes_back", [True, False])
def test_cancel_takes_back_what_can_be_and_says_what_cannot(
    store: Store, clock: Any, qapp: object, tmp_path: Path, takes_back: bool
) -> None:
    pages, _ = pages_of(store, clock)
    printer = Queue(tmp_path / "paper.pdf", takes_back=takes_back)

    def cancel(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises((Cancelled, RuleViolation)) as raised:
        PaperPrinter(printer).print(pages, cancel)
    assert printer.aborts == 1
    if takes_back:
        assert raised.type is Cancelled
    else:
        assert raised.value.code == "printed-in-part"
        assert raised.value.facts == {"pages": 2}


def test_printing_into_a_file_replaces_it_whole_and_with_the_paper_of_the_dialog(
    store: Store, window: MainWindow, settle: Settle, clock: Any, tmp_path: Path
) -> None:
    pages, _ = pages_of(store, clock)
    printer = to_file(tmp_path / "dialog.pdf")
    letter = QPageLayout(
        QPageSize(QPageSize.PageSizeId.Letter), QPageLayout.Orientation.Landscape, QMarginsF(90, 90, 90, 90)
    )
    printer.setPageLayout(letter)
    Printing(window.gateway, window.settings, window).print_on(PaperPrinter(printer), pages)
    settle()
    pdf = PdfReader(tmp_path / "dialog.pdf")
    assert (float(pdf.pages[0].mediabox.width), float(pdf.pages[0].mediabox.height)) == (792, 612)
    assert len(pdf.pages) == pages.printable.pages(sheet_of(letter)).count > pages.count
    assert box_of(window).findChild(QPushButton) is not None


def test_what_went_to_a_printer_is_said_in_the_status_bar(
    servers: Store, window: MainWindow, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Printer(QPrinter):
        """Prints into a file, but says that it prints on paper."""

        def outputFormat(self) -> QPrinter.OutputFormat:
            return QPrinter.OutputFormat.NativeFormat

    def choose_printer(_pages: Any, layout: QPageLayout, _parent: Any, then: Callable[..., None]) -> None:
        printer = Printer(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFileName(str(tmp_path / "paper.pdf"))
        printer.setPageLayout(layout)
        then(PaperPrinter(printer))

    monkeypatch.setattr(paper_printer, "printer_names", lambda: ["the printer"])
    monkeypatch.setattr(paper_printer, "open_print_dialog", choose_printer)
    window.window_actions["print"].trigger()
    settle()
    assert window.statusBar().currentMessage().startswith("1 page given to")
    assert len(PdfReader(tmp_path / "paper.pdf").pages) == 1
