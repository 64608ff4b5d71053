from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot
from ui.every_dialog import CODE, edit_of, enter, show, stock

from tslic_admin.db.schema.tables import EntryRow, KeyPackRow
from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.key_pack_dialogs import InstallDialog
from tslic_admin.ui.records.server_dialogs import ServerDialog
from tslic_admin.ui.widgets.code_edit import CodeEdit

Settle = Callable[[], None]


@pytest.fixture
def dialog(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> InstallDialog:
    stock(store)
    dialog = InstallDialog(gateway, 2)
    show(dialog, qtbot)
    settle()
    return dialog


def fill(dialog: InstallDialog, **texts: str) -> None:
    for field, text in texts.items():
        edit = edit_of(dialog.fields[field])
        if isinstance(edit, QComboBox):
            edit.setCurrentText(text)
        elif isinstance(edit, CodeEdit):
            edit.paste(text)
        else:
            enter(edit, text)


WHOLE = {
    "product_version_id": "Windows Server 2008 R2",
    "product_type": "Per User",
    "total": "25",
}


def count(store: Store, table: type) -> int:
    with store.reading() as session:
        return session.query(table).count()


def test_a_pack_is_recorded_with_all_that_was_typed(
    dialog: InstallDialog, store: Store, qtbot: QtBot
) -> None:
    fill(
        dialog,
        **WHOLE,
        program="Enterprise Agreement",
        number=" 123 4567",
        keypack_id="7",
        installed_on="2026-01-31",
        expires_at="2027-01-31",
        license_key_pack_id="12345-" * 7,
        transfer_policy="Again after 90 days (volume terms)",
        reseller="Softshop",
        purchase_ref="PO 1",
        notes="first\nsecond",
    )
    assert dialog.verb.text() == "&Record 25 Licenses"
    with qtbot.waitSignal(dialog.acted) as acted:
        dialog.accept()
    with store.reading() as session:
        row = session.get_one(KeyPackRow, acted.args[0].record)
    assert (row.server_id, row.product_version_id, row.product_type, row.total) == (2, 3, 1, 25)
    assert (row.program, row.number, row.authorization_number) == ("enterprise", "1234567", None)
    assert (row.keypack_id, row.installed_on, row.expires_at[:4]) == (7, "2026-01-31", "2027")
    assert (row.license_key_pack_id, row.transfer_policy) == ("12345" * 7, "after-90-days")
    assert (row.reseller, row.purchase_ref, row.notes) == ("Softshop", "PO 1", "first\nsecond")


@pytest.mark.parametrize(
    ("program", "label", "authorization"),
    [
        ("Not known", None, False),
        ("License Pack (Retail Purchase)", "License code:", False),
        ("Open License", "Open License number:", True),
        ("School Agreement", "Agreement or enrollment number:", False),
    ],
)
def test_the_program_decides_which_numbers_are_asked_for(
    dialog: InstallDialog, program: str, label: str | None, authorization: bool
) -> None:
    fill(dialog, program=program)
    number = dialog.fields["number"]
    assert number.isVisible() == (label is not None)
    if label:
        buddy = dialog.form.labelForField(number)
        assert isinstance(buddy, QLabel)
        assert buddy.text().replace("&", "") == label
        assert number.accessibleName() == label.rstrip(":")
    assert dialog.fields["authorization_number"].isVisible() == authorization


def test_a_number_that_is_not_asked_for_is_not_recorded(
    dialog: InstallDialog, store: Store, qtbot: QtBot
) -> None:
    fill(dialog, **WHOLE, program="Open License", number="12345678", authorization_number="A" * 15)
    fill(dialog, program="Not known")
    with qtbot.waitSignal(dialog.acted) as acted:
        dialog.accept()
    with store.reading() as session:
        row = session.get_one(KeyPackRow, acted.args[0].record)
    assert (row.program, row.number, row.authorization_number) == (None, None, None)


def test_a_refusal_stands_at_its_field_and_nothing_was_recorded(
    dialog: InstallDialog, store: Store, settle: Settle
) -> None:
    fill(dialog, **WHOLE, license_key_pack_id=CODE, notes="kept")
    dialog.accept()
    settle()
    assert "already recorded, for DC01.corp.example/3" in dialog._errors["license_key_pack_id"].text()
    assert dialog.typed("total", "notes") == {"total": "25", "notes": "kept"}
    assert (count(store, KeyPackRow), count(store, EntryRow)) == (1, 3)


def test_what_is_needed_is_asked_for_one_after_the_other(dialog: InstallDialog, settle: Settle) -> None:
    dialog.servers.setCurrentIndex(0)
    fields = []
    for field in ("server", *WHOLE):
        dialog.accept()
        settle()
        visible = [name for name, error in dialog._errors.items() if error.isVisible()]
        fields += visible
        fill(dialog, **{field: WHOLE.get(field, "")}) if field in WHOLE else dialog.servers.setCurrentIndex(1)
    assert fields == ["server", *WHOLE]


@pytest.mark.parametrize(("total", "verb"), [("1", "&Record 1 License"), ("unlimited", "&Record Licenses")])
def test_the_verb_names_its_number(dialog: InstallDialog, total: str, verb: str) -> None:
    fill(dialog, total=total)
    assert dialog.verb.text() == verb


def test_a_server_added_on_the_way_is_chosen(dialog: InstallDialog, settle: Settle, qtbot: QtBot) -> None:
    dialog._add_server()
    other = dialog.findChild(ServerDialog)
    other.fields["name"].setText("NEW01")
    with qtbot.waitSignal(other.acted):
        other.accept()
    settle()
    assert dialog.servers.currentText() == "NEW01"
