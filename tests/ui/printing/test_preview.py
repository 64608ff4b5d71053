"""Print Preview…: any page of any list at once, laid out anew for each choice of paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from ui.every_dialog import show
from ui.printing.paper import BY_NAME, add_servers, columns

from tslic_admin.db.store import Store
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.printing.preview_dialog import PrintPreviewDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.window_settings import WindowSettings

Settle = Callable[[], None]
Open = Callable[[], PrintPreviewDialog]


@pytest.fixture
def open_preview(
    store: Store, gateway: Gateway, layout: WindowSettings, settle: Settle, qtbot: QtBot
) -> Open:
    """Of 200 servers, on paper of this size: A4."""
    add_servers(store, **{f"SRV{number:03}": "" for number in range(200)})
    layout.page_setup = "A4 automatic 12"

    def opened() -> PrintPreviewDialog:
        dialog = PrintPreviewDialog(gateway, layout, BY_NAME, columns("servers", "name", "notes"))
        show(dialog, qtbot)
        settle()
        return dialog

    return opened


def first_row(dialog: PrintPreviewDialog) -> int:
    assert dialog.pages is not None
    return dialog.pages.plan.rows_on(dialog.page).start


def test_it_opens_on_the_first_page_and_goes_through_all(open_preview: Open, qtbot: QtBot) -> None:
    dialog = open_preview()
    assert dialog.pages is not None
    last = dialog.pages.count - 1
    assert last == 3
    assert (dialog.page, dialog.of.text()) == (0, "of 4")
    assert not dialog.previous.isEnabled()
    dialog.next.click()
    assert (dialog.page, dialog.number.value()) == (1, 2)
    qtbot.keyClick(dialog.view, Qt.Key.Key_End)
    assert dialog.page == last
    assert not dialog.next.isEnabled()
    qtbot.keyClick(dialog.view, Qt.Key.Key_PageUp)
    assert dialog.page == last - 1
    qtbot.keyClick(dialog.view, Qt.Key.Key_PageDown)
    qtbot.keyClick(dialog.view, Qt.Key.Key_PageDown)
    assert dialog.page == last
    qtbot.keyClick(dialog.view, Qt.Key.Key_Home)
    assert dialog.page == 0
    dialog.previous.click()
    assert dialog.page == 0


def test_enter_in_the_number_goes_to_the_page_and_does_not_print(
    open_preview: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_preview()
    monkeypatch.setattr(dialog, "_hand_over", None)  # what a click on Print would call
    dialog.number.setFocus()
    dialog.number.selectAll()
    qtbot.keyClicks(dialog.number, "3")
    qtbot.keyClick(dialog.number, Qt.Key.Key_Return)
    assert dialog.page == 2
    assert dialog.isVisible()


def test_what_stands_on_the_page_is_said_to_a_screen_reader(open_preview: Open) -> None:
    dialog = open_preview()
    assert dialog.view.accessibleName() == "Servers, Page 1 of 4"
    lines = dialog.view.accessibleDescription().splitlines()
    assert lines[0].startswith("Store: tslic.sqlite")
    assert lines[3:6] == ["Name, Notes", "SRV000", "SRV001"]
    dialog.next.click()
    assert dialog.view.accessibleName() == "Servers, Page 2 of 4"


def test_another_paper_is_laid_out_anew_at_the_same_row_and_kept(
    open_preview: Open, settle: Settle, layout: WindowSettings
) -> None:
    dialog = open_preview()
    dialog.go_to(2)
    row = first_row(dialog)
    dialog.paper.setCurrentText("A5")
    assert not dialog.verb.isEnabled()  # until it is known what would be printed
    settle()
    assert dialog.verb.isEnabled()
    assert dialog.pages is not None
    assert dialog.pages.count > 4
    assert row in dialog.pages.plan.rows_on(dialog.page)
    dialog.orientation.setCurrentIndex(dialog.orientation.findData("landscape"))
    dialog.margin.setValue(20)
    settle()
    assert dialog.pages.sheet.width > dialog.pages.sheet.height
    assert dialog.pages.sheet.left == pytest.approx(20 / 25.4 * 1440, abs=20)
    assert layout.page_setup == "A5 landscape 20"


def test_margins_without_room_are_said_and_smaller_ones_help(
    open_preview: Open, settle: Settle, layout: WindowSettings
) -> None:
    dialog = open_preview()
    dialog.paper.setCurrentText("A5")
    dialog.orientation.setCurrentIndex(dialog.orientation.findData("landscape"))
    dialog.margin.setValue(60)
    settle()
    assert dialog.refusal.isVisible()
    assert dialog.refusal.text().startswith("The margins leave no room")
    assert not dialog.verb.isEnabled()
    assert not dialog.save.isEnabled()
    dialog.margin.setValue(10)
    settle()
    assert not dialog.refusal.isVisible()
    assert dialog.save.isEnabled()


def painted(dialog: PrintPreviewDialog) -> Any:
    return dialog.view.grab().toImage()


def dark_pixels(image: Any) -> int:
    black = QColor("black").rgb()
    return sum(image.pixel(x, y) == black for x in range(image.width()) for y in range(image.height()))


def test_the_page_is_painted_on_white_paper_in_every_zoom(open_preview: Open) -> None:
    dialog = open_preview()
    sizes = []
    for zoom in ("whole", "width", "50", "200"):
        dialog.zoom.setCurrentIndex(dialog.zoom.findData(zoom))
        sizes.append(dialog.view.widget().width())
        image = painted(dialog)
        colors = {image.pixelColor(x, 60).name() for x in range(image.width())}
        assert "#ffffff" in colors
    assert sizes[0] < sizes[1] < sizes[3]
    assert sizes[2] < sizes[3]
    assert dark_pixels(painted(dialog)) > 100
    assert dialog.view.horizontalScrollBar().maximum() > 0


def test_the_whole_page_fits_whatever_size_the_window_has(open_preview: Open) -> None:
    dialog = open_preview()
    for size in ((600, 400), (1000, 600)):
        dialog.resize(*size)
        assert dialog.view.verticalScrollBar().maximum() == 0
        assert dialog.view.horizontalScrollBar().maximum() == 0


def test_a_pdf_is_saved_from_here(open_preview: Open) -> None:
    dialog = open_preview()
    dialog.save.click()
    assert dialog.findChild(QFileDialog) is not None


def test_closed_while_it_reads_nothing_more_happens(
    open_preview: Open, gateway: Gateway, layout: WindowSettings, settle: Settle, qtbot: QtBot
) -> None:
    open_preview()
    dialog = PrintPreviewDialog(gateway, layout, BY_NAME, columns("servers", "name"))
    show(dialog, qtbot)
    job = dialog._job
    assert job is not None
    dialog.reject()
    settle()
    assert job.is_cancelled


def test_rows_that_cannot_be_read_any_more_are_trouble_and_no_bug(
    open_preview: Open, gateway: Gateway, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_preview()

    def gone(*_: object) -> Any:
        raise StoreTrouble("temporary-folder", path="T:", why="gone")

    assert dialog.pages is not None
    monkeypatch.setattr(type(dialog.pages.printable.printout.rows), "rows", gone)
    with qtbot.waitSignal(gateway.trouble) as trouble:
        dialog.next.click()
        painted(dialog)
    assert trouble.args[0].code == "temporary-folder"


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
    assert dialog.pages is not None
    assert dialog.pages.printable.titles == [c.title for c in window.panel.view.columns_in_order()]
    dialog.reject()
