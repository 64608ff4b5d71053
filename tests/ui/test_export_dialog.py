from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from ui.every_dialog import CODE, show, stock

from tslic_admin.db.store import Store
from tslic_admin.db.tables import EntryRow
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.columns import COLUMNS
from tslic_admin.ui.export_dialog import ExportDialog
from tslic_admin.ui.gateway import Gateway

Settle = Callable[[], None]
Open = Callable[..., ExportDialog]


@pytest.fixture
def open_export(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> Open:
    stock(store)

    def open_it(spec: ListSpec | None = None, columns: Any = ()) -> ExportDialog:
        dialog = ExportDialog(gateway, spec, columns)
        show(dialog, qtbot)
        settle()
        return dialog

    return open_it


def columns(kind: str, *keys: str) -> list[Any]:
    return [next(column for column in COLUMNS[kind] if column.key == key) for key in keys]


def choose(dialog: ExportDialog, **data: str) -> None:
    for field, value in data.items():
        box: Any = dialog.fields[field]
        box.setCurrentIndex(box.findData(value))
        assert box.currentData() == value


def export(dialog: ExportDialog, target: Path, settle: Settle) -> None:
    dialog.to.setText(str(target))
    dialog.accept()
    settle()


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def test_a_list_is_exported_as_it_is_shown(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    spec = ListSpec("servers", sort="name", descending=True)
    dialog = open_export(spec, columns("servers", "phone", "name"))
    assert dialog.verb.text() == "&Export 2 Rows"
    export(dialog, tmp_path / "out.csv", settle)
    assert table(tmp_path / "out.csv") == [
        ["Telephone", "Name"],
        ["", "TS2K"],
        ["'+49 800 2848283", "DC01.corp.example"],
    ]


def test_everything_of_a_kind_in_machine_form(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_export()
    choose(dialog, what="key-packs", form="machine", file_format="json")
    assert not dialog.fields["since"].isVisible()
    export(dialog, tmp_path / "out.json", settle)
    (pack,) = json.loads((tmp_path / "out.json").read_text())
    assert (pack["KeyPackId"], pack["TotalLicenses"], pack["Server"]) == (3, 250, "DC01.corp.example")
    assert CODE not in (tmp_path / "out.json").read_text()


def test_afterwards_it_says_what_was_written_and_copies_it(
    open_export: Open, store: Store, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_export()
    export(dialog, tmp_path / "out.csv", settle)
    digest = hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest()
    with store.reading() as session:
        head = session.get_one(EntryRow, 3)
    copy = next(b for b in dialog.buttons.findChildren(QPushButton) if b.text() == "&Copy")
    copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[2:] == [
        f"SHA-256: {digest}",
        f"History head: Entry 3, {head.digest}",
    ]
    assert not dialog.verb.isVisible()
    assert "exported" in dialog.intro.text()


def test_a_period_of_the_history(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_export()
    dialog.fields["until"].setText("2026-03-01")
    assert dialog.verb.text() == "&Export"
    export(dialog, tmp_path / "none.csv", settle)
    assert len(table(tmp_path / "none.csv")) == 1


def test_a_reveal_is_a_history_entry(
    open_export: Open, store: Store, gateway: Gateway, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = open_export(ListSpec("packs"), columns("packs", "keypack_id", "code"))
    dialog.reveal.setChecked(True)
    with qtbot.waitSignal(gateway.changed):
        export(dialog, tmp_path / "out.csv", settle)
    assert table(tmp_path / "out.csv")[1][1] == CODE
    with store.reading() as session:
        last = session.get_one(EntryRow, 4)
    assert last.kind == "reveal"
    assert dialog.facts["Revealed"] == "Recorded as history entry 4"


def test_masked_without_a_reveal(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_export(ListSpec("packs"), columns("packs", "keypack_id", "code"))
    export(dialog, tmp_path / "out.csv", settle)
    assert table(tmp_path / "out.csv")[1][1] == "…ABCDE"


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("to", "", "missing"),
        ("to", "/no/such/folder/out.csv", "cannot be written"),
        ("since", "1.3.2026", "is not a day"),
        ("until", "soon", "is not a day"),
    ],
)
def test_a_bad_value_is_refused_at_its_field(
    open_export: Open, settle: Settle, tmp_path: Path, field: str, value: str, part: str
) -> None:
    dialog = open_export()
    dialog.to.setText(str(tmp_path / "out.csv"))
    widget: Any = dialog.to if field == "to" else dialog.fields[field]
    widget.setText(value)
    dialog.accept()
    settle()
    assert part in dialog._errors[field].text()
    assert dialog._errors[field].isVisible()
    assert widget.text() == value
    assert dialog.verb.isEnabled()
    assert not (tmp_path / "out.csv").exists()


def test_the_store_itself_is_refused(open_export: Open, gateway: Gateway, settle: Settle) -> None:
    before = gateway.path.read_bytes()
    dialog = open_export()
    dialog._chosen(str(gateway.path))
    dialog.accept()
    settle()
    assert dialog._errors["to"].isVisible()
    assert gateway.path.read_bytes() == before


def test_a_file_that_is_there_is_replaced_only_when_asked(
    open_export: Open, settle: Settle, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    dialog = open_export()
    export(dialog, target, settle)
    box = dialog.findChild(QMessageBox)
    assert target.read_text() == "mine"
    next(button for button in box.buttons() if button.text() == "&Replace").click()
    settle()
    assert target.read_text() != "mine"


def test_cancel_leaves_the_file_as_it_was(
    open_export: Open, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tslic_admin.services.export_rows.EVERY", 1)
    target = tmp_path / "out.csv"
    target.write_text("mine")
    dialog = open_export()
    dialog._chosen(str(target))
    dialog.accept()
    dialog.reject()
    settle()
    assert dialog.isVisible()
    assert dialog.verb.isEnabled()
    assert target.read_text() == "mine"
    assert list(tmp_path.glob(".out*")) == []


def test_the_ending_follows_the_format(open_export: Open) -> None:
    dialog = open_export()
    dialog.to.setText("out.csv")
    choose(dialog, file_format="json")
    assert dialog.to.text() == "out.json"


def test_what_a_search_found_is_exported_as_it_is_shown(
    open_export: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_export(ListSpec("found", search="DC01"), columns("found", "what", "name"))
    assert dialog.what.currentText() == "What was found for “DC01”, as the list shows it"
    assert not dialog.fields["form"].isVisible()  # several kinds of things have no machine form together
    target = tmp_path / "found.csv"
    export(dialog, target, settle)
    found = table(target)
    assert found[0] == ["What", "Found"]
    assert ["Server", "DC01.corp.example"] in found
    assert all("TS2K" not in cells for row in found for cells in row)
    dialog = open_export(ListSpec("found", search="DC01"), ())
    choose(dialog, what="servers")
    assert dialog.fields["form"].isVisible()
