from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from ui.every_dialog import show, stock

from tslic_admin.db.schema.tables import EntryRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.server_dialogs import ServerDialog

Settle = Callable[[], None]


@pytest.fixture
def new(gateway: Gateway, qtbot: QtBot) -> ServerDialog:
    dialog = ServerDialog(gateway)
    show(dialog, qtbot)
    return dialog


@pytest.fixture
def recorded(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> ServerDialog:
    stock(store)
    dialog = ServerDialog(gateway, 1)
    show(dialog, qtbot)
    settle()
    return dialog


def server(store: Store, number: int = 1) -> ServerRow:
    with store.reading() as session:
        return session.get_one(ServerRow, number)


def entries(store: Store) -> list[EntryRow]:
    with store.reading() as session:
        return list(session.query(EntryRow).order_by(EntryRow.number))


def choose(dialog: ServerDialog, field: str, text: str) -> None:
    box = dialog.fields[field]
    assert isinstance(box, QComboBox)
    box.setCurrentText(text)


def test_a_server_is_added_with_all_that_was_typed(
    new: ServerDialog, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    new.fields["name"].setText("TS01.corp.example")
    choose(new, "windows_version", "Windows Server 2003")
    choose(new, "connection_method", "Telephone")
    new.fields["phone"].setText(" 1-888-571-2048 ")
    new.fields["license_server_id"].edit.paste("abcde-" * 7)
    with qtbot.waitSignal(new.acted) as acted:
        new.accept()
    row = server(store, acted.args[0].record)
    assert row.name == "TS01.corp.example"
    assert (row.windows_version, row.role, row.activation) == (1, None, None)
    assert (row.connection_method, row.phone, row.country) == ("telephone", "1-888-571-2048", None)
    assert row.license_server_id == "ABCDE" * 7


def test_the_name_comes_first(new: ServerDialog) -> None:
    assert new.focusWidget() is new.fields["name"]


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(
    new: ServerDialog, store: Store, settle: Settle
) -> None:
    stock(store)
    new.fields["name"].setText("dc01")
    new.fields["company"].setText("Example AG")
    new.accept()
    settle()
    assert new.isVisible()
    assert "already recorded, as DC01.corp.example" in new._errors["name"].text()
    assert "already recorded" in new.fields["name"].accessibleDescription()
    assert (new.fields["name"].text(), new.fields["company"].text()) == ("dc01", "Example AG")
    assert len(entries(store)) == 3


def test_a_refusal_on_another_tab_is_turned_to(new: ServerDialog, settle: Settle) -> None:
    new.fields["name"].setText("TS01")
    new.fields["phone"].setText("1" * 4001)
    new.accept()
    settle()
    assert new.tabs.currentIndex() == 1
    assert new._errors["phone"].isVisible()
    assert new.focusWidget() is new.fields["phone"]


def test_properties_show_what_is_recorded_and_mask_the_secret(recorded: ServerDialog) -> None:
    assert recorded.windowTitle() == "Properties of Server DC01.corp.example"
    values = {name: text for name, text in recorded.typed().items() if text}
    assert values == {
        "rename": "DC01.corp.example",
        "activation": "0",
        "windows_version": "4",
        "role": "1",
        "product_id": "00252-20000-35572-AT477",
        "license_server_id": "…SSSSS",
        "notes": "In the cellar",
        "connection_method": "telephone",
        "country": "Germany",
        "phone": "+49 800 2848283",
        "company": "Example AG",
        "contact": "Ada",
    }
    assert recorded.fields["license_server_id"].edit.code() == ""


def test_only_what_was_changed_is_recorded(recorded: ServerDialog, store: Store, qtbot: QtBot) -> None:
    recorded.fields["phone"].setText("")
    choose(recorded, "role", "Forest")
    recorded.fields["rename"].setText("DC02.corp.example")
    recorded.fields["reason"].setText("Moved to another machine")
    with qtbot.waitSignal(recorded.acted):
        recorded.accept()
    row = server(store)
    assert (row.name, row.phone, row.role, row.license_server_id) == ("DC02.corp.example", None, 2, "S" * 35)
    last = entries(store)[-1]
    assert (last.kind, last.reason) == ("server.set", "Moved to another machine")


def test_a_change_needs_a_reason(recorded: ServerDialog, store: Store, settle: Settle) -> None:
    recorded.fields["phone"].setText("1")
    recorded.accept()
    settle()
    assert recorded.isVisible()
    assert "reason is missing" in recorded._errors["reason"].text()
    assert server(store).phone == "+49 800 2848283"


def test_no_change_is_no_act(recorded: ServerDialog, store: Store, settle: Settle) -> None:
    recorded.accept()
    settle()
    assert not recorded.isVisible()
    assert len(entries(store)) == 3


def test_a_secret_is_replaced_or_cleared(recorded: ServerDialog, store: Store, qtbot: QtBot) -> None:
    recorded.fields["license_server_id"].clear_box.setChecked(True)
    recorded.fields["reason"].setText("Wrong server")
    with qtbot.waitSignal(recorded.acted):
        recorded.accept()
    assert server(store).license_server_id is None


def test_a_server_that_is_gone_opens_nothing(gateway: Gateway, settle: Settle, qtbot: QtBot) -> None:
    dialog = ServerDialog(gateway, 17)
    dialog.open()
    with qtbot.waitSignal(dialog.destroyed):
        settle()
