"""The window as a person uses it: places, lists, details, search, filter, keys, what is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QPushButton

from tslic_admin.db.store import Store
from tslic_admin.services.lookup import find_license
from tslic_admin.services.records import servers, transfers
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.key_pack_dialogs import PackDialog
from tslic_admin.ui.window.layout import Layout
from tslic_admin.ui.window.main_window import RECORDS_ONLY, MainWindow
from tslic_admin.ui.window.tree import ALL_SERVERS, Place


@pytest.fixture
def told(sample, window: MainWindow) -> MainWindow:
    """The window on the sample."""
    return window


def pack(window: MainWindow, server: str, keypack_id: int) -> Place:
    tree = window.tree_state
    return Place(
        "pack", next(p.number for p in tree.packs if (p.server, p.keypack_id) == (server, keypack_id))
    )


def go(window: MainWindow, settle, place: Place) -> None:
    assert window.tree.go_to(place)
    settle()


def texts(window: MainWindow, column: int = 0) -> list[str]:
    records = window.panel.view.records
    return [records.index(row, column).data() for row in range(records.rowCount())]


def select(window: MainWindow, settle, *rows: int) -> None:
    view = window.panel.view
    view.clearSelection()
    for row in rows:
        view.selectionModel().select(
            view.records.index(row, 0),
            view.selectionModel().SelectionFlag.Select | view.selectionModel().SelectionFlag.Rows,
        )
    settle()


# first start


def test_an_empty_store_says_what_belongs_here_and_offers_the_next_step(window):
    assert window.tree.place == ALL_SERVERS
    assert "No license server" in window.panel.empty_text.text()
    assert window.notice_label.text() == RECORDS_ONLY
    steps = {
        b.objectName() for b in window.panel.findChildren(QPushButton) if b.objectName().startswith("step-")
    }
    assert steps == {"step-import", "step-add-server", "step-sample"}


def test_the_first_start_selects_the_first_server(told):
    assert told.title_of(told.tree.place) == "LIC2000"
    assert told.panel.spec.kind == "packs"


def test_a_later_start_selects_the_last_place(told, gateway, layout, qtbot, settle):
    go(told, settle, Place("transfers"))
    told.close()
    again = MainWindow(gateway, layout)
    qtbot.addWidget(again)
    again.show()
    settle()
    assert again.tree.place == Place("transfers")
    assert again.panel.spec.kind == "transfers"


# places and lists


def test_the_tree_shows_servers_their_packs_and_what_is_open(told):
    tree = told.tree
    assert [tree._all.child(n).text(0) for n in range(3)] == ["LIC2000", "RDLIC22", "TSLIC08"]
    assert tree._items[Place("requests")].text(1) == "1"
    assert tree._items[Place("transfers")].text(1) == "3"
    assert tree._items[Place("temporary")].text(1) == "2"


def test_a_server_is_read_out_with_its_state(told):
    item = told.tree._items[told.tree.first_server()]
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "LIC2000, Activated"


def test_a_pack_lists_its_issued_licenses(told, settle):
    go(told, settle, pack(told, "RDLIC22", 3))
    assert told.panel.view.records.rowCount() == 96
    assert "96 licenses" in told.count_label.text()
    assert told.panel.title.text() == "RDLIC22 › Key pack 3"


def test_the_reissued_pack_shows_its_origin_and_the_retired_licenses_where_they_went(told, settle):
    server = Place("server", next(s.number for s in told.tree_state.servers if s.name == "TSLIC08"))
    go(told, settle, server)
    titles = [column.key for column in told.panel.view.records.columns]
    assert "Reissue 1 of 2025-04-10" in texts(told, titles.index("origin"))
    go(told, settle, pack(told, "TSLIC08", 3))
    titles = [column.key for column in told.panel.view.records.columns]
    records = texts(told, titles.index("record"))
    assert sum("Reissued into key pack TSLIC08/7 by request 1" in text for text in records) == 4


def test_an_over_issued_pack_shows_its_shortage_in_words(told, settle):
    go(told, settle, Place("server", next(s.number for s in told.tree_state.servers if s.name == "RDLIC22")))
    titles = [column.key for column in told.panel.view.records.columns]
    assert "14 short" in texts(told, titles.index("shortage"))


# filter and search


def test_a_filter_narrows_the_list_and_can_be_cleared(told, settle, qtbot):
    go(told, settle, pack(told, "RDLIC22", 3))
    told.panel.filter.setText("pc-0301")
    qtbot.keyClick(told.panel.filter, Qt.Key.Key_Return)
    settle()
    assert texts(told) == ["MUC-PC-0301"]
    assert "filter on" in told.count_label.text()
    told.panel.filter.setText("nobody has this name")
    qtbot.keyClick(told.panel.filter, Qt.Key.Key_Return)
    settle()
    assert "Nothing matches" in told.panel.empty_text.text()
    qtbot.mouseClick(told.panel.findChild(QPushButton, "step-clear-filter"), Qt.MouseButton.LeftButton)
    settle()
    assert told.panel.view.records.rowCount() == 96


def test_search_goes_through_everything_and_leads_to_the_place(told, settle, qtbot):
    told.search_box.setText("BER-PC-0412")
    qtbot.keyClick(told.search_box, Qt.Key.Key_Return)
    settle()
    assert texts(told) == ["BER-PC-0103 → BER-PC-0412"]
    told.panel.view.selectRow(0)
    settle()
    told.commands["open"].trigger()
    settle()
    assert told.tree.place == Place("transfers")
    assert told.panel.view.selected_rows()[0].to_computer == "BER-PC-0412"


def test_an_emptied_search_goes_back_to_where_one_was(told, settle, qtbot):
    go(told, settle, pack(told, "RDLIC22", 3))
    told.search_box.setText("LIC2000")
    told.search_now()
    settle()
    assert told.panel.spec.kind == "found"
    told.commands["clear-filter"].trigger()
    settle()
    assert told.panel.spec.pack_id == pack(told, "RDLIC22", 3).number


def test_a_search_finds_a_case_number(told, settle):
    told.search_box.setText("SAMPLE-0001")
    told.search_now()
    settle()
    assert told.panel.view.records.rowCount() == 1
    assert told.panel.view.records.row(0).place == "TSLIC08"


def test_ended_things_are_shown_when_asked_for(told, settle):
    go(told, settle, Place("requests"))
    open_only = told.panel.view.records.rowCount()
    told.commands["ended"].trigger()
    settle()
    assert told.panel.ended.isChecked()
    assert (open_only, told.panel.view.records.rowCount()) == (1, 3)


# selection and details


def test_details_show_every_field_and_links_that_lead_on(told, settle, qtbot):
    go(told, settle, pack(told, "TSLIC08", 3))
    select(told, settle, 3)
    assert "BER-PC-0103" in told.details.fields.toPlainText()
    assert "Replaced by key pack" in told.details.fields.toPlainText()
    assert "One-time transfer" not in told.details.fields.toPlainText()
    told.details.linked.emit("pack", pack(told, "TSLIC08", 7).number)
    settle()
    assert told.tree.place.kind == "server"
    assert told.panel.view.selected_rows()[0].keypack_id == 7


def test_the_history_tab_tells_what_happened_to_a_thing(told, settle):
    go(told, settle, pack(told, "TSLIC08", 3))
    select(told, settle, 3)
    history = told.details.history.toPlainText()
    assert "Phone reissue recorded" in history
    assert "Imported" in history


def test_a_link_to_an_ended_thing_shows_the_ended_ones(told, settle):
    told.navigate("request", 1)
    settle()
    assert told.tree.place == Place("requests")
    assert told.panel.view.selected_rows()[0].number == 1


def test_actions_are_enabled_by_what_is_selected(told, settle):
    go(told, settle, pack(told, "RDLIC22", 3))
    enabled = {name: told.commands[name].isEnabled() for name in ("transfer", "collect", "copy")}
    assert not enabled["transfer"]
    assert not enabled["collect"]
    assert not enabled["copy"]
    select(told, settle, 0)
    assert told.commands["transfer"].isEnabled()
    select(told, settle, 0, 1)
    assert not told.commands["transfer"].isEnabled()
    assert told.commands["collect"].isEnabled()


def test_the_context_menu_hides_what_does_not_fit_and_marks_the_default(told, settle):
    go(told, settle, ALL_SERVERS)
    select(told, settle, 0)
    menu = told.commands.context_menu()
    names = [action.objectName() for action in menu.actions()]
    assert "transfer" not in names
    assert "open" in names
    assert "properties" in names
    assert menu.defaultAction().objectName() == "open"


def test_enter_and_double_click_do_the_default_action(told, settle, qtbot):
    go(told, settle, ALL_SERVERS)
    select(told, settle, 1)
    told.panel.view.setCurrentIndex(told.panel.view.records.index(1, 0))
    qtbot.keyClick(told.panel.view, Qt.Key.Key_Return)
    settle()
    assert told.title_of(told.tree.place) == "RDLIC22"


def test_a_change_elsewhere_refreshes_the_list_and_keeps_the_selection(
    told, settle, gateway, database, clock
):
    go(told, settle, pack(told, "RDLIC22", 3))
    select(told, settle, 50)
    chosen = told.panel.view.selected_numbers()

    def act(session):
        return transfers.mark(session, find_license(session, "RDLIC22/3/1"), to="NEW-PC", on="2026-03-01")

    gateway.do(act, lambda _: None, lambda refused: pytest.fail(str(refused)))
    settle()
    assert told.panel.view.selected_numbers() == chosen
    titles = [column.key for column in told.panel.view.records.columns]
    assert any("Transferred to NEW-PC on 2026-03-01" in text for text in texts(told, titles.index("record")))
    assert told.tree._items[Place("transfers")].text(1) == "4"


def test_another_programs_change_appears_with_refresh(told, settle, database, clock):
    other = Store(database, actor="other@box", now=clock)
    with other.writing() as session:
        servers.add(session, "AAA01")
    other.close()
    told.commands["refresh"].trigger()
    settle()
    assert told.tree._all.child(0).text(0) == "AAA01"


# lists: order, columns, clipboard


def test_a_header_click_sorts_ascending_then_descending_and_is_remembered(told, settle, layout):
    go(told, settle, pack(told, "RDLIC22", 3))
    header = told.panel.view.horizontalHeader()
    section = next(n for n, c in enumerate(told.panel.view.records.columns) if c.key == "issued_at")
    header.setSortIndicator(section, Qt.SortOrder.AscendingOrder)
    settle()
    days = texts(told, section)
    assert days == sorted(days)
    header.setSortIndicator(section, Qt.SortOrder.DescendingOrder)
    settle()
    assert texts(told, section) == sorted(days, reverse=True)
    assert layout.sort("licenses") == ("issued_at", True)
    go(told, settle, pack(told, "RDLIC22", 5))
    assert told.panel.spec.sort == "issued_at"


def test_columns_are_chosen_from_a_menu_and_kept(told, settle, gateway, layout, qtbot):
    go(told, settle, pack(told, "RDLIC22", 3))
    menu = told.panel.view.column_menu()
    chosen = next(action for action in menu.actions() if action.text() == "License ID")
    assert not chosen.isChecked()
    chosen.trigger()
    section = next(n for n, c in enumerate(told.panel.view.records.columns) if c.key == "license_id")
    assert not told.panel.view.isColumnHidden(section)
    told.close()
    again = MainWindow(gateway, layout)
    qtbot.addWidget(again)
    settle()
    assert not again.panel.view.isColumnHidden(section)
    again.reset_layout()
    settle()
    assert again.panel.view.isColumnHidden(section)


def test_copy_takes_the_shown_columns_in_their_order_as_tsv(told, settle):
    go(told, settle, pack(told, "RDLIC22", 3))
    view = told.panel.view
    for section, column in enumerate(view.records.columns):
        view.setColumnHidden(section, column.key not in ("computer", "status", "issued_at"))
    view.horizontalHeader().moveSection(2, 0)
    select(told, settle, 0, 1)
    told.commands["copy-headers"].trigger()
    settle()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "License Status\tIssued To Computer\tIssued On"
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["Active", "MUC-PC-0300"],
        ["Active", "MUC-PC-0301"],
    ]


def test_copied_codes_stay_masked(told, settle):
    go(told, settle, Place("server", next(s.number for s in told.tree_state.servers if s.name == "TSLIC08")))
    view = told.panel.view
    for section in range(len(view.records.columns)):
        view.setColumnHidden(section, False)
    view.selectAll()
    told.commands["copy"].trigger()
    settle()
    text = QGuiApplication.clipboard().text()
    assert "…00001" in text
    assert "SAMPLESAMPLE" not in text


def test_links_in_properties_lead_on(told, settle):
    go(told, settle, Place("server", next(s.number for s in told.tree_state.servers if s.name == "TSLIC08")))
    select(told, settle, 0)
    told.commands["properties"].trigger()
    settle()
    told.findChild(PackDialog).navigate.emit("request", 1)
    settle()
    assert told.tree.place == Place("requests")


def test_files_dropped_on_the_window_are_looked_at_for_import(window, settle, tmp_path):
    file = tmp_path / "packs.dat"
    file.write_text("PSComputerName,KeyPackId,TotalLicenses\nDC01,3,25\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    at, buttons, keys = QPointF(5, 5), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, keys))
    settle()
    assert window.findChild(ImportDialog).verb.text() == "&Import 1 Key Pack"


def test_everything_has_a_name_for_a_screen_reader(told):
    for widget in (told.tree, told.panel.view, told.panel.filter, told.search_box, told.details.fields):
        assert widget.accessibleName()


def test_a_layout_of_other_columns_is_forgotten(tmp_path):
    first = Layout(tmp_path / "window.ini")
    first.place = "pack/3"
    first.save()
    assert Layout(tmp_path / "window.ini").place == "pack/3"
    text = (tmp_path / "window.ini").read_text().replace("version=1", "version=99")
    (tmp_path / "window.ini").write_text(text)
    assert Layout(tmp_path / "window.ini").place == ""
