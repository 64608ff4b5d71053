"""Print Preview…: Qt's window shows the pages; Print and Save as PDF take all, and chosen paper is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from pypdf import PdfReader
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageSize
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot
from ui.printing.paper import BY_NAME, add_servers, columns

from tslic_admin.db.store import Store
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Cancelled
from tslic_admin.ui.printing import preview_dialog
from tslic_admin.ui.printing.output import Printing
from tslic_admin.ui.printing.pages import PrintableList
from tslic_admin.ui.printing.preview import preview
from tslic_admin.ui.printing.preview_dialog import PrintPreviewDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.wording.exporting.printing import NO_PRINTER

Settle = Callable[[], None]
Open = Callable[[], PrintPreviewDialog]


@pytest.fixture
def open_preview(store: Store, gateway: Gateway, window: MainWindow, settle: Settle) -> Open:
    """Of 200 servers, on paper of this size: A4."""
    add_servers(store, **{f"SRV{number:03}": "" for number in range(200)})
    window.settings.page_setup = "A4 automatic 12"

    def opened() -> PrintPreviewDialog:
        printing = Printing(gateway, window.settings, window)
        printing.read(
            BY_NAME, columns("servers", "name", "notes"), lambda *laid_out: preview(printing, *laid_out)
        )
        settle()
        (dialog,) = window.findChildren(PrintPreviewDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        return dialog

    return opened


def action(dialog: PrintPreviewDialog, text: str) -> Any:
    """What a button of the toolbar does."""
    (found,) = {b.defaultAction() for b in dialog.findChildren(QToolButton) if b.text() == text}
    return found


def choose(dialog: PrintPreviewDialog, layout: QPageLayout) -> None:
    """As Page Setup does."""
    dialog._printer.setPageLayout(layout)
    dialog.view.updatePreview()


def a5(margin: float, orientation: Any = QPageLayout.Orientation.Portrait) -> QPageLayout:
    margins = QMarginsF(margin, margin, margin, margin)
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A5), orientation, margins, QPageLayout.Unit.Millimeter)


def test_it_shows_all_pages_of_a_short_list(open_preview: Open) -> None:
    dialog = open_preview()
    assert dialog.view.pageCount() == dialog.pages.count == 4
    assert dialog.windowTitle() == "Print Preview"
    dialog.view.fitToWidth()
    image = dialog.page_view.grab().toImage()
    middle = [image.pixelColor(x, y) for x in range(image.width()) for y in range(60, 200)]
    assert QColor("white") in middle  # paper is white with any palette
    assert sum(color.lightness() < 60 for color in middle) > 100


def test_of_a_long_list_it_shows_the_first_pages_and_prints_all(
    open_preview: Open, settle: Settle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, window: MainWindow
) -> None:
    monkeypatch.setattr(preview_dialog, "PREVIEWED_PAGES", 2)
    dialog = open_preview()
    assert dialog.view.pageCount() == 2
    assert dialog.windowTitle() == "Print Preview: the first 2 of 4 pages"
    dialog._printer.setOutputFormat(dialog._printer.OutputFormat.PdfFormat)
    dialog._printer.setOutputFileName(str(tmp_path / "all.pdf"))
    dialog.view.print_()
    dialog.accept()
    settle()
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "all.pdf").pages)
    assert text.count("SRV") == 200
    (box,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    assert box.text().startswith("4 pages with 200 rows were saved")


def test_other_paper_is_laid_out_anew_and_kept(
    open_preview: Open, settle: Settle, window: MainWindow
) -> None:
    dialog = open_preview()
    choose(dialog, a5(20))
    assert dialog.pages.count == 4  # until it is laid out, on the worker
    settle()
    assert dialog.view.pageCount() == dialog.pages.count > 4
    assert dialog.pages.sheet.left == pytest.approx(20 / 25.4 * 1440, abs=20)
    assert window.settings.page_setup == "A5 automatic 20 20 20 20"
    action(dialog, "Landscape").trigger()
    settle()
    assert dialog.pages.sheet.width > dialog.pages.sheet.height
    assert window.settings.page_setup == "A5 landscape 20 20 20 20"
    action(dialog, "Portrait").trigger()
    settle()
    assert window.settings.page_setup == "A5 automatic 20 20 20 20"


def test_margins_without_room_are_said_and_the_paper_stays(
    open_preview: Open, settle: Settle, window: MainWindow
) -> None:
    dialog = open_preview()
    before = dialog.pages.sheet
    choose(dialog, a5(60, QPageLayout.Orientation.Landscape))
    settle()
    (box,) = dialog.findChildren(QMessageBox)
    assert box.text().startswith("The margins leave no room")
    assert dialog.pages.sheet == before
    assert dialog._printer.pageLayout().pageSize().key() == "A4"
    assert window.settings.page_setup == "A4 automatic 12"


def test_where_the_layout_is_cancelled_the_paper_stays(
    open_preview: Open, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_: object) -> None:
        raise Cancelled

    dialog = open_preview()
    monkeypatch.setattr(PrintableList, "pages", cancelled)
    choose(dialog, a5(20))
    settle()
    assert dialog._printer.pageLayout().pageSize().key() == "A4"
    assert not dialog.findChildren(QMessageBox)


def test_a_pdf_is_saved_from_here(open_preview: Open) -> None:
    dialog = open_preview()
    action(dialog, "Save as PDF").trigger()
    assert dialog.findChild(QFileDialog) is not None


def test_every_control_has_a_name_and_is_reached_with_tab(open_preview: Open, qtbot: QtBot) -> None:
    dialog = open_preview()
    assert dialog.height() <= 640
    assert dialog.minimumSizeHint().width() <= 500
    dialog.resize(1000, 640)  # narrower, the last buttons stand behind *More*
    controls = [*dialog.findChildren(QToolButton), *dialog.findChildren(QComboBox), dialog.page_view]
    controls += dialog.findChildren(QLineEdit)
    controls = [c for c in controls if c.isVisible()]
    names = [c.accessibleName() or c.text() for c in controls]
    assert all(names)
    assert {"Zoom", "Page", "Page setup", "Print", "Save as PDF"} <= set(names)
    focused = dialog.page_view
    reached = set()
    for _ in range(60):
        reached.add(focused)
        focused = focused.nextInFocusChain()
    assert {c for c in controls if c.isEnabled() and not isinstance(c, QLineEdit)} <= reached
    assert not [c for c in controls if c.isEnabled() and not c.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert dialog.focusWidget() is dialog.page_view
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_stands_on_the_page_is_said_to_a_screen_reader(open_preview: Open) -> None:
    dialog = open_preview()
    assert dialog.page_view.accessibleName() == "Servers, Page 1 of 4"
    lines = dialog.page_view.accessibleDescription().splitlines()
    assert lines[0].startswith("Store: tslic.sqlite")
    assert lines[3:6] == ["Name, Notes", "SRV000", "SRV001"]
    action(dialog, "Next page").trigger()
    assert dialog.page_view.accessibleName() == "Servers, Page 2 of 4"


def test_closed_while_it_lays_out_nothing_more_happens(
    open_preview: Open, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_preview()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    choose(dialog, a5(20))
    dialog.reject()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    settle()


def test_rows_that_cannot_be_read_any_more_are_trouble_and_no_bug(
    open_preview: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_preview()

    def gone(*_: object) -> Any:
        raise StoreTrouble("temporary-folder", path="T:", why="gone")

    monkeypatch.setattr(type(dialog.pages.printable.printout.rows), "rows", gone)
    dialog.view.updatePreview()
    (box,) = dialog.findChildren(QMessageBox)
    assert "gone" in box.text()


def test_the_window_opens_it_for_the_list_that_it_shows(
    store: Store, window: MainWindow, settle: Settle
) -> None:
    add_servers(store, S1="")
    window.window_actions["refresh"].trigger()
    settle()
    window.window_actions["print-preview"].trigger()
    settle()
    dialog = window.findChild(PrintPreviewDialog)
    assert dialog is not None
    assert dialog.pages.printable.titles == [c.title for c in window.panel.view.columns_in_order()]
    dialog.reject()


def test_without_libcups_a_pdf_is_offered(
    store: Store, window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, preview_dialog.__name__)
    monkeypatch.setitem(sys.modules, "PySide6.QtPrintSupport", None)
    add_servers(store, S1="")
    window.window_actions["refresh"].trigger()
    settle()
    window.window_actions["print-preview"].trigger()
    settle()
    (box,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    assert box.text() == NO_PRINTER
    assert "&Save as PDF…" in [button.text() for button in box.buttons()]
