"""Adding issued licenses by hand: from where one is, one after the other, and where they stand afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.every_dialog import enter, show, stock

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.license_dialog import AddLicenseDialog
from tslic_admin.ui.widgets.fields import text_of
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place

Settle = Callable[[], None]


@pytest.fixture
def three_packs(store: Store) -> Store:
    """TS2K has one key pack, without a Keypack ID; DC01 has two."""
    stock(store)
    for server, total in (("TS2K", "10"), ("DC01", "5")):
        with store.writing() as session:
            packs.add(
                session,
                find_server(session, server),
                PackFields(product_version_id="2000", product_type="device", total=total),
            )
    return store


@pytest.fixture
def dialog(three_packs: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> AddLicenseDialog:
    dialog = AddLicenseDialog(gateway, 2, None)
    show(dialog, qtbot)
    settle()
    return dialog


def fill(dialog: AddLicenseDialog, **texts: str) -> None:
    for field, text in texts.items():
        enter(dialog.fields[field], text)


def licenses(dialog: AddLicenseDialog) -> list[tuple[object, ...]]:
    rows = every_row(dialog.gateway.path, dialog.gateway.now, ListSpec(LICENSES, sort="number"))
    return [(row.server, row.pack_id, row.computer, row.user, row.status, row.hardware_id) for row in rows]


def test_it_is_recorded_with_all_that_was_typed(dialog: AddLicenseDialog, settle: Settle) -> None:
    fill(dialog, computer="OLD9", user="ann", status="3", issued_at="2026-01-05", hardware_id="0xAB")
    dialog.accept()
    settle()
    assert not dialog.isVisible()
    assert licenses(dialog) == [("TS2K", 2, "OLD9", "ann", 3, "0xAB")]


def test_the_key_packs_are_named_with_what_they_are(dialog: AddLicenseDialog) -> None:
    texts = [dialog.packs.itemText(index) for index in range(dialog.packs.count())]
    assert texts == [
        "Choose one",
        "DC01.corp.example/3, 2012 Per Device",
        "DC01.corp.example/#3, 2000 Per Device",
        "TS2K/#2, 2000 Per Device",
    ]
    assert text_of(dialog.packs) == "TS2K/#2"
    assert QApplication.focusWidget() is None or dialog.fields["computer"].hasFocus()


@pytest.mark.parametrize(
    ("pack", "server", "chosen"),
    [(None, 2, "TS2K/#2"), (None, 1, ""), (None, None, ""), (3, 2, "DC01.corp.example/#3")],
)
def test_the_key_pack_is_the_one_selected_or_the_only_one_of_the_server(
    three_packs, gateway, settle, qtbot, pack, server, chosen
) -> None:
    dialog = AddLicenseDialog(gateway, pack, server)
    show(dialog, qtbot)
    settle()
    assert text_of(dialog.packs) == chosen


def test_without_a_key_pack_it_says_so(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> None:
    dialog = AddLicenseDialog(gateway, None, None)
    show(dialog, qtbot)
    settle()
    assert dialog.packs.currentText() == "No key pack is recorded yet"


def test_one_after_the_other_keeps_what_they_share(dialog: AddLicenseDialog, settle: Settle) -> None:
    dialog.another.setChecked(True)
    results = []
    dialog.acted.connect(results.append)
    fill(dialog, computer="OLD1", user="ann", status="2", issued_at="2026-01-05", hardware_id="0xAB")
    dialog.accept()
    settle()
    assert dialog.isVisible()
    assert dialog.intro.text() == "OLD1 was added. The next one:"
    assert dialog.typed("computer", "user", "hardware_id") == {"computer": "", "user": "", "hardware_id": ""}
    assert dialog.typed("issued_at", "status") == {"issued_at": "2026-01-05", "status": "2"}
    fill(dialog, computer="OLD2")
    dialog.another.setChecked(False)
    dialog.accept()
    settle()
    assert not dialog.isVisible()
    assert [computer for _, _, computer, *_ in licenses(dialog)] == ["OLD1", "OLD2"]
    assert len(results) == 2


def test_a_known_one_is_refused_at_its_computer(dialog: AddLicenseDialog, settle: Settle) -> None:
    dialog.another.setChecked(True)
    for _ in range(2):
        fill(dialog, computer="OLD1")
        dialog.accept()
        settle()
    assert "already recorded, as TS2K/#2/#1" in dialog._errors["computer"].text()
    assert dialog.typed("computer")["computer"] == "OLD1"


@pytest.mark.parametrize("place", [Place("server", 2), Place("pack", 2)])
def test_from_the_window_for_the_place_one_is_at(
    three_packs, window: MainWindow, settle: Settle, place: Place
) -> None:
    window.refresh_tree()
    settle()
    window.tree.go_to(place)
    settle()
    window.window_actions["add-license"].trigger()
    settle()
    dialog = next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, AddLicenseDialog) and w.isVisible()
    )
    assert text_of(dialog.packs) == "TS2K/#2"
    fill(dialog, computer="OLD9")
    dialog.accept()
    settle()
    assert window.tree.place == Place("pack", 2)
    assert window.panel.view.selected_numbers() == [1]
    records = window.panel.view.records
    keys = [column.key for column in records.columns]
    cells = {key: records.index(0, index).data() for index, key in enumerate(keys)}
    assert (cells["computer"], cells["license_id"], cells["record"]) == ("OLD9", "#1", "Entered by hand")
    assert "#1" in window.details.fields.toPlainText()
    assert "Issued license added by hand" in window.details.history.toPlainText()


def test_the_selected_key_pack_of_a_list_is_the_one(three_packs, window, settle) -> None:
    window.refresh_tree()
    settle()
    window.tree.go_to(Place("server", 1))
    settle()
    window.panel.view.selectRow(1)
    settle()
    window.window_actions["add-license"].trigger()
    settle()
    dialog = next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, AddLicenseDialog) and w.isVisible()
    )
    assert text_of(dialog.packs) == "DC01.corp.example/#3"
    dialog.close()
