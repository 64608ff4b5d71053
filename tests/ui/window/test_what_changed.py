"""What Changed: the differences between a server's snapshots as a list in the window, with all that lists have."""

from __future__ import annotations

import csv
import json
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from services.importer import licenses, packs, sources

from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.records import servers
from tslic_admin.ui.exporting.dialog import ExportDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import ALL_SERVERS, Place
from tslic_admin.wording.lists.history import CHANGE_WORDS


def bring(store, day: int, *files, server="DC01") -> None:
    at = datetime.fromisoformat(f"2026-02-{day:02}T08:00:00+00:00")
    options = ImportOptions(server=server, taken_at=at, complete=True)
    with stage(sources(files), options) as staged, store.writing() as session:
        imports.apply(session, staged)


@pytest.fixture
def compared(store, window: MainWindow, settle) -> MainWindow:
    """DC01 with two snapshots: PC1 renewed, PC2 gone, PC3 new."""
    bring(store, 1, packs(), licenses({}, {"LicenseId": 2, "sIssuedToComputer": "PC2"}))
    later = {"ExpirationDate": "20260420100000.000000-000"}
    bring(store, 10, packs(), licenses(later, {"LicenseId": 3, "sIssuedToComputer": "PC3"}))
    bring(store, 5, packs({"KeyPackId": 9}), server="DC02")
    window.refresh_tree()
    window.refresh_list()
    settle()
    return window


def texts(window: MainWindow, key: str) -> list[str]:
    records = window.panel.view.records
    column = [one.key for one in records.columns].index(key)
    return [records.index(row, column).data() for row in range(records.rowCount())]


def select(window: MainWindow, settle, row: int) -> None:
    window.panel.view.selectRow(row)
    settle()


def show(window: MainWindow, settle, place: Place, row: int | None = None) -> None:
    window.tree.go_to(place)
    settle()
    if row is not None:
        select(window, settle, row)
    window.window_actions["changes"].trigger()
    settle()


def test_what_changed_on_the_server_whose_key_packs_are_listed(compared, settle):
    show(compared, settle, Place("server", 1))
    assert compared.panel.title.text() == "What changed on DC01"
    assert texts(compared, "what")[:3] == ["New", "No longer on the server", "Renewed"]
    assert texts(compared, "subject")[:3] == [
        "Issued license DC01/3/3",
        "Issued license DC01/3/2",
        "Issued license DC01/3/1",
    ]
    assert texts(compared, "computer")[:3] == ["PC3", "PC2", "PC1"]
    assert texts(compared, "entry")[2:] == ["2", "1", "1", "1", "1"]
    assert texts(compared, "change")[2] == "Renewed. Expires On: 2026-03-20 → 2026-04-20"
    assert "7 changes" in compared.count_label.text()
    header = compared.panel.view.horizontalHeader()
    assert compared.panel.view.records.columns[header.sortIndicatorSection()].key == "entry"


def test_of_a_server_selected_in_the_list_and_of_one_import(compared, settle):
    show(compared, settle, ALL_SERVERS, row=1)
    assert compared.panel.title.text() == "What changed on DC02"
    assert set(texts(compared, "entry")) == {"3"}
    show(compared, settle, Place("history"), row=1)
    assert compared.panel.title.text() == "What changed by entry 2"
    assert set(texts(compared, "entry")) == {"2"}


def test_the_context_menu_of_a_server_and_of_an_entry_offers_it(compared, settle):
    for place, offered in ((ALL_SERVERS, True), (Place("history"), True), (Place("server", 1), False)):
        compared.tree.go_to(place)
        settle()
        select(compared, settle, 0)
        assert (
            "changes" in {one.objectName() for one in compared.window_actions.context_menu().actions()}
        ) is offered


def test_where_no_server_can_be_meant_it_says_what_to_select(compared, settle):
    show(compared, settle, Place("transfers"))
    (box,) = compared.findChildren(QMessageBox)
    assert "Select a server" in box.text()
    box.close()
    assert compared.panel.spec.kind == TRANSFERS


def test_of_several_entries_none_can_be_meant(compared, settle):
    compared.tree.go_to(Place("history"))
    settle()
    compared.panel.view.selectAll()
    settle()
    compared.window_actions["changes"].trigger()
    assert "Select a server" in compared.findChild(QMessageBox).text()


def test_it_is_filtered_and_sorted_like_every_list(compared, settle):
    show(compared, settle, Place("server", 1))
    compared.panel.filter.setText("pc3")
    compared.panel._apply()
    settle()
    assert texts(compared, "computer") == ["PC3"]
    assert compared.panel.title.text() == "What changed on DC01"
    compared.window_actions["clear-filter"].trigger()
    settle()
    header = compared.panel.view.horizontalHeader()
    keys = [column.key for column in CHANGE_WORDS.columns]
    header.setSortIndicator(keys.index("computer"), Qt.SortOrder.AscendingOrder)
    settle()
    assert [one for one in texts(compared, "computer") if one] == ["PC1", "PC1", "PC2", "PC2", "PC3"]
    compared.panel.filter.setText("nothing like it")
    compared.panel._apply()
    settle()
    assert "Nothing matches" in compared.panel.empty_text.text()


def test_a_selected_change_shows_what_it_is_about_and_opens_it(compared, settle):
    show(compared, settle, Place("server", 1))
    select(compared, settle, 2)
    assert "PC1" in compared.details.fields.toPlainText()
    compared.window_actions["copy"].trigger()
    settle()
    assert "Renewed" in QGuiApplication.clipboard().text()
    compared.window_actions["open"].trigger()
    settle()
    assert compared.panel.spec.kind == LICENSES
    assert not compared.panel.back.isVisible()


@pytest.mark.parametrize("how", ["button", "click", "enter"])
def test_the_place_is_come_back_to(compared, settle, qtbot, how):
    show(compared, settle, Place("server", 1))
    assert compared.panel.back.isVisible()
    assert not compared.panel.ended.isVisible()
    item = compared.tree.currentItem()
    if how == "button":
        compared.panel.back.click()
    elif how == "click":
        at = compared.tree.visualItemRect(item).center()
        qtbot.mouseClick(compared.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    else:
        compared.tree.itemActivated.emit(item, 0)
    settle()
    assert compared.panel.spec.kind == PACKS
    assert not compared.panel.back.isVisible()
    assert compared.panel.ended.isVisible()


def test_a_search_takes_its_place(compared, settle):
    show(compared, settle, Place("server", 1))
    compared.search_box.setText("PC3")
    compared.search_now()
    settle()
    assert compared.panel.spec.kind == FOUND
    assert not compared.panel.back.isVisible()


def test_where_nothing_changed_it_says_so(compared, store, settle):
    with store.writing() as session:
        servers.add(session, "EMPTY")
    show(compared, settle, Place("history"), row=0)
    assert "Nothing changed" in compared.panel.empty_text.text()


def test_it_is_exported_as_the_list_shows_it_and_for_machines(compared, gateway, settle, qtbot, tmp_path):
    show(compared, settle, Place("server", 1))
    panel = compared.panel
    shown = [panel.view.records.columns[section] for section in panel.view.shown_columns()]
    for form, name in (("readable", "x.csv"), ("machine", "x.json"), ("machine", "y.csv")):
        dialog = ExportDialog(gateway, panel.spec, shown)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        dialog.form_of.setCurrentIndex(dialog.form_of.findData(form))
        dialog.file_format.setCurrentIndex(
            dialog.file_format.findData(name[-3:].removeprefix(".").replace("son", "json"))
        )
        dialog.to.setText(str(tmp_path / name))
        dialog.accept()
        settle()
    readable = list(csv.reader((tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert readable[0] == ["Entry", "Taken", "What", "Subject", "Computer or User", "Change"]
    assert [row[2] for row in readable[1:4]] == ["New", "No longer on the server", "Renewed"]
    machine = json.loads((tmp_path / "x.json").read_text())
    assert [one["kind"] for one in machine[:3]] == ["new", "vanished", "renewed"]
    as_csv = list(csv.DictReader((tmp_path / "y.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [one["text"] for one in as_csv] == [one["text"] for one in machine]
