"""What is due in the window: its place in the tree, its list, and what a start tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Clock
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from services.stock import Stock, collecting, put_license, put_pack
from sqlalchemy.orm import Session

from tslic_admin.app import attach_commands_later, make_gateway, make_window
from tslic_admin.db.schema.tables import IssuanceRow
from tslic_admin.db.store import Store
from tslic_admin.paths import Paths
from tslic_admin.services.changes import ActResult
from tslic_admin.services.records import transfers
from tslic_admin.ui.commands import Commands
from tslic_admin.ui.history.overdue_dialog import OverdueDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.lists.all_lists import LIST_WORDS


@pytest.fixture
def due(store: Store) -> Stock:
    """A key pack that ended, a removal awaited for six weeks, a request to be called about in a week."""
    stock = Stock(store)
    put_pack(store, stock.server, 9, expires_at="2026-02-20T10:00:00Z")
    pool = put_pack(store, stock.server, 4, key_pack_type=4)
    put_license(store, pool, 1, "NEW", status=1, expires_at="2026-03-09T10:00:00Z")
    stock.do(marking(stock.licenses[1], "PC7"))
    request = stock.open_request()
    stock.do(collecting(request, (stock.licenses[0], "NEW")))
    return stock


def marking(license_: int, to: str) -> Callable[[Session], ActResult]:
    return lambda session: transfers.mark(
        session, session.get_one(IssuanceRow, license_), transfers.TransferFields(to=to, on="2026-01-20")
    )


def texts(window: MainWindow, column: int) -> list[str]:
    records = window.panel.view.records
    return [records.index(row, column).data() for row in range(records.rowCount())]


def go(window: MainWindow, settle: Callable[[], None]) -> None:
    assert window.tree.go_to(Place("due"))
    settle()


def overdue_dialogs() -> list[OverdueDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, OverdueDialog) and w.isVisible()]


@pytest.fixture
def at_start(window: MainWindow, settle: Callable[[], None]) -> Callable[[], OverdueDialog | None]:
    """What a start of the program tells."""

    def start() -> OverdueDialog | None:
        window.findChild(Commands).show_overdue_at_start()
        settle()
        return overdue_dialogs()[0] if overdue_dialogs() else None

    return start


# the list


def test_due_stands_first_among_the_records_with_its_number(due, window: MainWindow) -> None:
    assert next(name for name, words in LIST_WORDS.items() if words.tree) == "due"
    assert window.tree._items[Place("due")].text(1) == "4"


def test_the_list_says_what_is_due_within_a_fortnight_the_earliest_first(due, window, settle) -> None:
    put_pack(due.store, due.server, 10, expires_at="2026-03-16T10:00:00Z")
    put_pack(due.store, due.server, 11, expires_at="2026-03-17T10:00:00Z")
    window.refresh_tree()
    go(window, settle)
    assert texts(window, 0) == ["2026-01-20", "2026-02-20", "2026-03-09", "2026-03-09", "2026-03-16"]
    assert texts(window, 1) == ["Removal", "Key pack", "Reissue request", "Temporary license", "Key pack"]
    assert texts(window, 2) == ["DC01/3/2", "DC01/9", "Reissue 1", "NEW", "DC01/10"]
    assert window.count_label.text() == "5 due"
    assert window.tree._items[Place("due")].text(1) == "5"


def test_an_empty_list_says_how_far_it_looked(window, settle) -> None:
    go(window, settle)
    assert "14 days" in window.panel.empty_text.text()
    assert window.tree._items[Place("due")].text(1) == ""


@pytest.mark.parametrize(("row", "kind", "number"), [(0, "transfers", 1), (1, "pack", 2)])
def test_enter_opens_the_thing(due, window, settle, qtbot, row, kind, number) -> None:
    go(window, settle)
    window.panel.view.selectRow(row)
    settle()
    qtbot.keyClick(window.panel.view, Qt.Key.Key_Return)
    settle()
    place = window.tree.place
    assert place == (Place("transfers") if kind == "transfers" else Place(kind, number))


def test_a_request_opens_its_worksheet(due, window, settle, qtbot: QtBot) -> None:
    go(window, settle)
    window.panel.view.selectRow(2)
    settle()
    assert "NEW" in window.details.fields.toPlainText() or "Reissue 1" in window.details.fields.toPlainText()
    window.window_actions["open"].trigger()
    qtbot.waitUntil(
        lambda: any(isinstance(w, ReissueDialog) and w.isVisible() for w in QApplication.topLevelWidgets())
    )
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, ReissueDialog):
            dialog.close()
    settle()


def test_overdue_is_told_by_a_sign_besides_the_day(due, window, settle) -> None:
    go(window, settle)
    signs = [
        window.panel.view.records.index(row, 0).data(Qt.ItemDataRole.DecorationRole) is not None
        for row in range(4)
    ]
    assert signs == [True, True, False, False]


# at the start


def test_a_start_tells_what_is_overdue_beside_the_window(due, at_start, window) -> None:
    dialog = at_start()
    assert dialog is not None
    assert dialog.sentence.text() == "2 things are overdue."
    assert not dialog.isModal()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    shown = [dialog.table.item(row, 2).text() for row in range(dialog.table.rowCount())]
    assert shown == [
        "To be removed from PC2: DC01/3/2, transferred to PC7 on 2026-01-20",
        "Key pack DC01/9 expired on 2026-02-20",
    ]
    dialog.close()


def test_a_start_tells_nothing_where_nothing_is_overdue(store: Store, at_start) -> None:
    stock = Stock(store)
    stock.open_request(stock.licenses[0])
    assert at_start() is None


def test_a_start_tells_nothing_once_it_is_not_wanted(due, at_start, window, settle, qtbot, tmp_path) -> None:
    dialog = at_start()
    dialog.at_start.setChecked(False)
    dialog.close()
    window.settings.save()
    assert WindowSettings(tmp_path / "window.ini").show_overdue is False
    assert at_start() is None
    window.window_actions["overdue"].trigger()  # it can be asked for, and wanted again
    settle()
    again = overdue_dialogs()[0]
    assert not again.at_start.isChecked()
    again.at_start.setChecked(True)
    assert window.settings.show_overdue is True
    again.close()


def test_asked_for_it_says_too_that_nothing_is(window, settle) -> None:
    window.window_actions["overdue"].trigger()
    settle()
    (dialog,) = overdue_dialogs()
    assert dialog.sentence.text() == "Nothing is overdue."
    assert not dialog.open_button.isEnabled()
    assert not dialog.table.isVisible()
    dialog.close()


def test_one_thing_is_one_thing(store: Store, at_start) -> None:
    stock = Stock(store)
    put_pack(store, stock.server, 9, expires_at="2026-02-20T10:00:00Z")
    dialog = at_start()
    assert dialog.sentence.text() == "One thing is overdue."
    dialog.close()


def test_from_there_the_thing_is_opened_in_the_window(due, at_start, window, settle) -> None:
    dialog = at_start()
    dialog.table.setCurrentCell(1, 0)
    dialog.open_button.click()
    settle()
    assert window.tree.place == Place("pack", 2)
    assert dialog.isVisible()
    dialog.all_button.click()
    settle()
    assert window.tree.place == Place("due")
    assert overdue_dialogs() == []


def test_it_goes_with_the_window(due, at_start, window, settle) -> None:
    assert at_start() is not None
    window.close()
    assert overdue_dialogs() == []


def test_the_day_is_the_one_of_the_clock(due, at_start, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 12, 12, tzinfo=UTC)
    dialog = at_start()
    assert dialog.sentence.text() == "3 things are overdue."
    dialog.close()


def test_the_program_tells_it_at_its_start(due, qtbot: QtBot, tmp_path: Path) -> None:
    paths = Paths(data=due.store.path.parent, config=tmp_path, logs=tmp_path)
    gateway = make_gateway(paths)
    window = make_window(paths, gateway)
    attach_commands_later(window, gateway)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(overdue_dialogs()))
    window.close()
    gateway.close()
