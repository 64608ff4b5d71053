"""The window as a person uses it: places, lists, details, search, filter, keys, what is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QPushButton

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.lookup import find_license
from tslic_admin.services.records import servers, transfers
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.key_pack_dialogs import PackDialog
from tslic_admin.ui.records.transfer_dialogs import TransferDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.request_chooser import CollectDialog, PhoneReissueDialog
from tslic_admin.ui.window.main_window import RECORDS_ONLY, MainWindow
from tslic_admin.ui.window.tree import ALL_SERVERS, Place
from tslic_admin.ui.window.window_settings import ColumnLayout, WindowSettings


@pytest.fixture
def full_window(sample, window: MainWindow) -> MainWindow:
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


def test_the_first_start_selects_the_first_server(full_window):
    assert full_window.title_of(full_window.tree.place) == "LIC2000"
    assert full_window.panel.spec.kind == PACKS


def test_a_later_start_selects_the_last_place(full_window, gateway, layout, qtbot, settle):
    go(full_window, settle, Place("transfers"))
    full_window.close()
    again = MainWindow(gateway, layout)
    qtbot.addWidget(again)
    again.show()
    settle()
    assert again.tree.place == Place("transfers")
    assert again.panel.spec.kind == TRANSFERS


# places and lists


def test_the_tree_shows_servers_their_packs_and_what_is_open(full_window):
    tree = full_window.tree
    assert [tree._all.child(n).text(0) for n in range(3)] == ["LIC2000", "RDLIC22", "TSLIC08"]
    assert tree._items[Place("reissues")].text(1) == "1"
    assert tree._items[Place("transfers")].text(1) == "3"
    assert tree._items[Place("temporary")].text(1) == "2"


def test_a_server_is_read_out_with_its_state(full_window):
    item = full_window.tree._items[full_window.tree.first_server()]
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "LIC2000, Activated"


def test_a_pack_lists_its_issued_licenses(full_window, settle):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    assert full_window.panel.view.records.rowCount() == 96
    assert "96 licenses" in full_window.count_label.text()
    assert full_window.panel.title.text() == "RDLIC22 › Key pack 3"


def test_the_reissued_pack_shows_its_origin_and_the_retired_licenses_where_they_went(full_window, settle):
    server = Place("server", next(s.number for s in full_window.tree_state.servers if s.name == "TSLIC08"))
    go(full_window, settle, server)
    titles = [column.key for column in full_window.panel.view.records.columns]
    assert "Reissue 1 of 2025-04-10" in texts(full_window, titles.index("origin"))
    go(full_window, settle, pack(full_window, "TSLIC08", 3))
    titles = [column.key for column in full_window.panel.view.records.columns]
    records = texts(full_window, titles.index("record"))
    assert sum("Reissued into key pack TSLIC08/7 by request 1" in text for text in records) == 4


def test_an_over_issued_pack_shows_its_shortage_in_words(full_window, settle):
    go(
        full_window,
        settle,
        Place("server", next(s.number for s in full_window.tree_state.servers if s.name == "RDLIC22")),
    )
    titles = [column.key for column in full_window.panel.view.records.columns]
    assert set(texts(full_window, titles.index("shortage"))) == {"14 short", ""}


# filter and search


def test_a_filter_narrows_the_list_and_can_be_cleared(full_window, settle, qtbot):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    full_window.panel.filter.setText("pc-0301")
    qtbot.keyClick(full_window.panel.filter, Qt.Key.Key_Return)
    settle()
    assert texts(full_window) == ["MUC-PC-0301"]
    assert "filter on" in full_window.count_label.text()
    full_window.panel.filter.setText("nobody has this name")
    qtbot.keyClick(full_window.panel.filter, Qt.Key.Key_Return)
    settle()
    assert "Nothing matches" in full_window.panel.empty_text.text()
    qtbot.mouseClick(full_window.panel.findChild(QPushButton, "step-clear-filter"), Qt.MouseButton.LeftButton)
    settle()
    assert full_window.panel.view.records.rowCount() == 96


def test_search_goes_through_everything_and_leads_to_the_place(full_window, settle, qtbot):
    full_window.search_box.setText("BER-PC-0412")
    qtbot.keyClick(full_window.search_box, Qt.Key.Key_Return)
    settle()
    assert texts(full_window) == ["BER-PC-0103 → BER-PC-0412"]
    full_window.panel.view.selectRow(0)
    settle()
    full_window.window_actions["open"].trigger()
    settle()
    assert full_window.tree.place == Place("transfers")
    assert full_window.panel.view.selected_rows()[0].to_computer == "BER-PC-0412"


def test_an_emptied_search_goes_back_to_where_one_was(full_window, settle, qtbot):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    full_window.search_box.setText("LIC2000")
    full_window.search_now()
    settle()
    assert full_window.panel.spec.kind == FOUND
    full_window.window_actions["clear-filter"].trigger()
    settle()
    assert full_window.panel.spec.pack_id == pack(full_window, "RDLIC22", 3).number


def test_a_search_finds_a_case_number(full_window, settle):
    full_window.search_box.setText("SAMPLE-0001")
    full_window.search_now()
    settle()
    assert full_window.panel.view.records.rowCount() == 1
    assert full_window.panel.view.records.row(0).place == "TSLIC08"


def test_ended_things_are_shown_when_asked_for(full_window, settle):
    go(full_window, settle, Place("reissues"))
    open_only = full_window.panel.view.records.rowCount()
    full_window.window_actions["ended"].trigger()
    settle()
    assert full_window.panel.ended.isChecked()
    assert (open_only, full_window.panel.view.records.rowCount()) == (1, 3)


# selection and details


def test_details_show_every_field_and_links_that_lead_on(full_window, settle, qtbot):
    go(full_window, settle, pack(full_window, "TSLIC08", 3))
    select(full_window, settle, 3)
    assert "BER-PC-0103" in full_window.details.fields.toPlainText()
    assert "Replaced by key pack" in full_window.details.fields.toPlainText()
    assert "One-time transfer" not in full_window.details.fields.toPlainText()
    full_window.details.navigate.emit("pack", pack(full_window, "TSLIC08", 7).number)
    settle()
    assert full_window.tree.place.kind == "server"
    assert full_window.panel.view.selected_rows()[0].keypack_id == 7


def test_the_history_tab_tells_what_happened_to_a_thing(full_window, settle):
    go(full_window, settle, pack(full_window, "TSLIC08", 3))
    select(full_window, settle, 3)
    history = full_window.details.history.toPlainText()
    assert "Phone reissue recorded" in history
    assert "Imported" in history


def test_a_link_to_an_ended_thing_shows_the_ended_ones(full_window, settle):
    full_window.navigate("request", 1)
    settle()
    assert full_window.tree.place == Place("reissues")
    assert full_window.panel.view.selected_rows()[0].number == 1


def test_actions_are_enabled_by_what_is_selected(full_window, settle):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    enabled = {name: full_window.window_actions[name].isEnabled() for name in ("transfer", "collect", "copy")}
    assert not enabled["transfer"]
    assert not enabled["collect"]
    assert not enabled["copy"]
    select(full_window, settle, 0)
    assert full_window.window_actions["transfer"].isEnabled()
    select(full_window, settle, 0, 1)
    assert not full_window.window_actions["transfer"].isEnabled()
    assert full_window.window_actions["collect"].isEnabled()


def test_phone_reissue_takes_the_selected_licenses_or_asks_for_a_request(full_window, settle):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    full_window.window_actions["reissue"].trigger()
    settle()
    assert full_window.findChild(PhoneReissueDialog).isVisible()
    assert full_window.findChild(CollectDialog) is None
    select(full_window, settle, 0)
    full_window.window_actions["reissue"].trigger()
    settle()
    assert full_window.findChild(CollectDialog).isVisible()


def test_a_collected_license_that_cannot_be_transferred_leads_to_its_worksheet(full_window, settle):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    select(full_window, settle, texts(full_window).index("MUC-PC-0320"))
    full_window.window_actions["transfer"].trigger()
    settle()
    dialog = full_window.findChild(TransferDialog)
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Open Reissue &Request").click()
    settle()
    assert full_window.findChild(ReissueDialog).number == 2


def test_the_context_menu_hides_what_does_not_fit_and_marks_the_default(full_window, settle):
    go(full_window, settle, ALL_SERVERS)
    select(full_window, settle, 0)
    menu = full_window.window_actions.context_menu()
    names = [action.objectName() for action in menu.actions()]
    assert "transfer" not in names
    assert "open" in names
    assert "properties" in names
    assert menu.defaultAction().objectName() == "open"


def test_enter_and_double_click_do_the_default_action(full_window, settle, qtbot):
    go(full_window, settle, ALL_SERVERS)
    select(full_window, settle, 1)
    full_window.panel.view.setCurrentIndex(full_window.panel.view.records.index(1, 0))
    qtbot.keyClick(full_window.panel.view, Qt.Key.Key_Return)
    settle()
    assert full_window.title_of(full_window.tree.place) == "RDLIC22"


def test_a_change_elsewhere_refreshes_the_list_and_keeps_the_selection(
    full_window, settle, gateway, database, clock
):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    select(full_window, settle, 50)
    chosen = full_window.panel.view.selected_numbers()

    def act(session):
        return transfers.mark(
            session,
            find_license(session, "RDLIC22/3/1"),
            transfers.TransferFields(to="NEW-PC", on="2026-03-01"),
        )

    gateway.do(act, lambda _: None, lambda refused: pytest.fail(str(refused)), owner=gateway)
    settle()
    assert full_window.panel.view.selected_numbers() == chosen
    titles = [column.key for column in full_window.panel.view.records.columns]
    assert any(
        "Transferred to NEW-PC on 2026-03-01" in text for text in texts(full_window, titles.index("record"))
    )
    assert full_window.tree._items[Place("transfers")].text(1) == "4"


def test_another_programs_change_appears_with_refresh(full_window, settle, database, clock):
    other = Store(database, actor="other@box", now=clock)
    with other.writing() as session:
        servers.add(session, "AAA01")
    other.close()
    full_window.window_actions["refresh"].trigger()
    settle()
    assert full_window.tree._all.child(0).text(0) == "AAA01"


# lists: order, columns, clipboard


def test_a_header_click_sorts_ascending_then_descending_and_is_remembered(full_window, settle, layout):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    header = full_window.panel.view.horizontalHeader()
    section = next(n for n, c in enumerate(full_window.panel.view.records.columns) if c.key == "issued_at")
    header.setSortIndicator(section, Qt.SortOrder.AscendingOrder)
    settle()
    days = texts(full_window, section)
    assert days == sorted(days)
    header.setSortIndicator(section, Qt.SortOrder.DescendingOrder)
    settle()
    assert texts(full_window, section) == sorted(days, reverse=True)
    assert layout.sort("licenses") == ("issued_at", True)
    go(full_window, settle, pack(full_window, "RDLIC22", 5))
    assert full_window.panel.spec.sort == "issued_at"


def test_columns_are_chosen_from_a_menu_and_kept(full_window, settle, gateway, layout, qtbot):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    menu = full_window.panel.view.column_menu()
    chosen = next(action for action in menu.actions() if action.text() == "License ID")
    assert not chosen.isChecked()
    chosen.trigger()
    section = next(n for n, c in enumerate(full_window.panel.view.records.columns) if c.key == "license_id")
    assert not full_window.panel.view.isColumnHidden(section)
    full_window.close()
    again = MainWindow(gateway, layout)
    qtbot.addWidget(again)
    settle()
    assert not again.panel.view.isColumnHidden(section)
    again.reset_layout()
    settle()
    assert again.panel.view.isColumnHidden(section)


def test_columns_keep_the_order_and_width_that_the_user_chose(full_window, settle, layout):
    full_window.go_to_place(ALL_SERVERS)
    settle()
    header = full_window.panel.view.horizontalHeader()
    header.moveSection(0, 2)
    header.resizeSection(1, 321)
    full_window.panel.view.keep_layout()
    kept = layout.columns("servers")
    assert [column.key for column in kept[:3]] == ["activation", "windows_version", "name"]
    assert kept[0].width == 321


def test_of_a_saved_layout_the_columns_that_are_still_there_are_used(full_window, settle, layout):
    saved = {"gone": 50, "product_id": 150, "name": 90, "packs": 0}
    layout.keep_columns("servers", [ColumnLayout(key, width) for key, width in saved.items()])
    layout.keep_sort("servers", "gone", descending=True)
    go(full_window, settle, ALL_SERVERS)
    assert (full_window.panel.spec.sort, full_window.panel.spec.descending) == ("name", False)
    keys = [column.key for column in full_window.panel.view.columns_in_order()]
    assert keys[:3] == ["product_id", "name", "activation"]
    assert "packs" not in keys
    full_window.reset_layout()
    settle()
    keys = [column.key for column in full_window.panel.view.columns_in_order()]
    assert keys[:4] == ["name", "activation", "windows_version", "packs"]


def test_copy_takes_the_shown_columns_in_their_order_as_tsv(full_window, settle):
    go(full_window, settle, pack(full_window, "RDLIC22", 3))
    view = full_window.panel.view
    for section, column in enumerate(view.records.columns):
        view.setColumnHidden(section, column.key not in ("computer", "status", "issued_at"))
    view.horizontalHeader().moveSection(2, 0)
    select(full_window, settle, 0, 1)
    full_window.window_actions["copy-headers"].trigger()
    settle()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "License Status\tIssued To Computer\tIssued On"
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["Active", "MUC-PC-0300"],
        ["Active", "MUC-PC-0301"],
    ]


def test_copied_codes_stay_masked(full_window, settle):
    go(
        full_window,
        settle,
        Place("server", next(s.number for s in full_window.tree_state.servers if s.name == "TSLIC08")),
    )
    view = full_window.panel.view
    for section in range(len(view.records.columns)):
        view.setColumnHidden(section, False)
    view.selectAll()
    full_window.window_actions["copy"].trigger()
    settle()
    text = QGuiApplication.clipboard().text()
    assert "…00001" in text
    assert "SAMPLESAMPLE" not in text


def test_links_in_properties_lead_on(full_window, settle):
    go(
        full_window,
        settle,
        Place("server", next(s.number for s in full_window.tree_state.servers if s.name == "TSLIC08")),
    )
    select(full_window, settle, 0)
    full_window.window_actions["properties"].trigger()
    settle()
    full_window.findChild(PackDialog).navigate.emit("request", 1)
    settle()
    assert full_window.tree.place == Place("reissues")


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


def test_everything_has_a_name_for_a_screen_reader(full_window):
    for widget in (
        full_window.tree,
        full_window.panel.view,
        full_window.panel.filter,
        full_window.search_box,
        full_window.details.fields,
    ):
        assert widget.accessibleName()


def test_a_layout_of_other_columns_is_forgotten(tmp_path):
    first = WindowSettings(tmp_path / "window.ini")
    first.place = "pack/3"
    first.save()
    assert WindowSettings(tmp_path / "window.ini").place == "pack/3"
    text = (tmp_path / "window.ini").read_text().replace("version=2", "version=99")
    (tmp_path / "window.ini").write_text(text)
    assert WindowSettings(tmp_path / "window.ini").place == ""
