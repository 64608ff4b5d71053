from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import update
from ui.every_dialog import CODE, edit_of, show, stock

from tslic_admin.db.schema.tables import EntryRow, KeyPackRow
from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.key_pack_dialogs import PackDialog, rights_text

Settle = Callable[[], None]
Open = Callable[[], PackDialog]


@pytest.fixture
def open_pack(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> Open:
    stock(store)

    def open_it() -> PackDialog:
        dialog = PackDialog(gateway, 1)
        show(dialog, qtbot)
        settle()
        return dialog

    return open_it


@pytest.fixture
def listed(store: Store, open_pack: Open) -> PackDialog:
    """A pack that its server was seen to list."""
    with store._engine.begin() as connection:
        connection.execute(
            update(KeyPackRow).values(
                first_seen_at="2026-01-01T10:00:00Z",
                issued=312,
                available=0,
                access_rights=3,
                product_version="Windows Server 2012 oder neuer",
                expires_at="2038-01-19T03:14:07Z",
            )
        )
    return open_pack()


def pack(store: Store) -> KeyPackRow:
    with store.reading() as session:
        return session.get_one(KeyPackRow, 1)


def values(dialog: PackDialog) -> list[str]:
    return [label.text() for label in dialog.tabs.findChildren(QLabel)]


def test_what_the_server_says_is_shown_with_its_meaning_and_not_asked(listed: PackDialog) -> None:
    texts = values(listed)
    assert "Windows Server 2012 (the server says “Windows Server 2012 oder neuer”)" in texts
    assert "312, 62 more than the pack holds" in texts
    assert "RD Session Host, VDI session" in texts
    assert "Never" in texts
    assert not {"total", "keypack_id", "product_type", "expires_at"} & listed.fields.keys()


def test_secrets_are_masked(listed: PackDialog) -> None:
    assert not any(CODE in text for text in [*values(listed), *listed.typed().values()])
    boxes = listed.fields["license_key_pack_id"].edit.boxes
    assert [box.placeholderText() for box in boxes] == ["…"] * 6 + ["ABCDE"]
    assert "recorded as …ABCDE" in boxes[0].accessibleName()
    assert edit_of(listed.fields["number"]).placeholderText() == "…45678"


def test_what_we_know_is_changed_with_a_reason_and_secrets_stay(
    listed: PackDialog, store: Store, qtbot: QtBot
) -> None:
    listed.fields["transfer_policy"].setCurrentText("Not transferable")
    listed.fields["notes"].setPlainText("Read the terms")
    listed.fields["reason"].setText("Terms")
    with qtbot.waitSignal(listed.acted):
        listed.accept()
    row = pack(store)
    assert (row.transfer_policy, row.notes) == ("not-transferable", "Read the terms")
    assert (row.license_key_pack_id, row.number) == (CODE, "12345678")


def test_a_code_is_replaced_and_another_cleared(open_pack: Open, store: Store, qtbot: QtBot) -> None:
    dialog = open_pack()
    dialog.fields["license_key_pack_id"].edit.paste("zzzzz " * 7)
    dialog.fields["authorization_number"].clear_box.setChecked(True)
    dialog.fields["reason"].setText("Misread")
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    row = pack(store)
    assert (row.license_key_pack_id, row.authorization_number) == ("Z" * 35, None)
    assert row.number == "12345678"


def test_a_pack_recorded_by_hand_is_corrected(open_pack: Open, store: Store, qtbot: QtBot) -> None:
    dialog = open_pack()
    dialog.fields["total"].setText("260")
    dialog.fields["keypack_id"].setText("")
    dialog.fields["reason"].setText("Counted again")
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    assert (pack(store).total, pack(store).keypack_id) == (260, None)


def test_a_refusal_stands_at_its_field_and_nothing_was_changed(
    open_pack: Open, store: Store, settle: Settle
) -> None:
    dialog = open_pack()
    dialog.fields["installed_on"].setText("2026-03-03")
    dialog.fields["notes"].setPlainText("kept")
    dialog.fields["reason"].setText("Because")
    dialog.accept()
    settle()
    assert "lies in the future" in dialog._errors["installed_on"].text()
    assert dialog.tabs.currentIndex() == 1
    assert dialog.typed("notes", "reason") == {"notes": "kept", "reason": "Because"}
    assert (pack(store).installed_on, pack(store).notes) == ("2024-01-02", None)
    with store.reading() as session:
        assert session.query(EntryRow).count() == 3


def test_its_server_is_a_link(open_pack: Open, qtbot: QtBot) -> None:
    dialog = open_pack()
    link = next(label for label in dialog.findChildren(QLabel) if "<a href" in label.text())
    with qtbot.waitSignal(dialog.navigate) as followed:
        link.linkActivated.emit("server/1")
    assert followed.args == ["server", 1]


@pytest.mark.parametrize(
    ("bits", "text"),
    [(None, ""), (0, "None (0)"), (12, "Calista, VDI partners"), (17, "RD Session Host, Unknown (16)")],
)
def test_access_rights_by_their_names(bits: int | None, text: str) -> None:
    assert rights_text(bits) == text
