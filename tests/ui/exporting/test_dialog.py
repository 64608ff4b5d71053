from __future__ import annotations

import csv
import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook
from ui.every_dialog import CODE, show, stock

from tslic_admin.db.schema.tables import EntryRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs
from tslic_admin.ui.exporting.dialog import ExportDialog
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.wording.lists.all_lists import LIST_WORDS

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
    return [LIST_WORDS[kind].column(key) for key in keys]


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
    spec = ListSpec(SERVERS, sort="name", descending=True)
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
    dialog = open_export(ListSpec(PACKS), columns("key-packs", "keypack_id", "code"))
    dialog.reveal.setChecked(True)
    with qtbot.waitSignal(gateway.changed):
        export(dialog, tmp_path / "out.csv", settle)
    assert table(tmp_path / "out.csv")[1][1] == CODE
    with store.reading() as session:
        last = session.get_one(EntryRow, 4)
    assert last.kind == "reveal"
    assert dialog.facts["Revealed"] == "Recorded as history entry 4"


def test_masked_without_a_reveal(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_export(ListSpec(PACKS), columns("key-packs", "keypack_id", "code"))
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
    monkeypatch.setattr("tslic_admin.services.exporting.rows.PROGRESS_STEP", 1)
    target = tmp_path / "out.csv"
    target.write_text("mine")
    dialog = open_export()
    dialog._chosen(str(target))
    started = threading.Event()  # the worker does not begin before it was cancelled
    dialog.gateway.read(started.wait, lambda _: None, owner=dialog)
    dialog.accept()
    dialog.reject()
    started.set()
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
    dialog = open_export(ListSpec(FOUND, search="DC01"), columns("found", "what", "name"))
    assert dialog.what.currentText() == "What was found for “DC01”, as the list shows it"
    assert not dialog.fields["form"].isVisible()  # several kinds of things have no machine form together
    target = tmp_path / "found.csv"
    export(dialog, target, settle)
    rows = table(target)
    assert rows[0] == ["What", "Found"]
    assert ["Server", "DC01.corp.example"] in rows
    assert all("TS2K" not in cells for row in rows for cells in row)
    dialog = open_export(ListSpec(FOUND, search="DC01"), ())
    choose(dialog, what="servers")
    assert dialog.fields["form"].isVisible()


def offered(dialog: ExportDialog, field: str) -> list[str]:
    box: Any = dialog.fields[field]
    return [str(box.itemData(row)) for row in range(box.count())]


@pytest.mark.parametrize(
    ("what", "formats"),
    [
        ("servers", ["csv", "json", "xlsx", "html"]),
        ("due", ["csv", "json", "xlsx", "html", "ics"]),
        ("key-packs", ["csv", "json", "xlsx", "html", "snipe-it"]),
    ],
)
def test_each_list_offers_the_formats_that_it_has(open_export: Open, what: str, formats: list[str]) -> None:
    dialog = open_export()
    choose(dialog, what=what)
    assert offered(dialog, "file_format") == formats


@pytest.mark.parametrize(
    ("file_format", "forms", "columns_asked"),
    [
        ("csv", ["readable", "machine"], True),
        ("xlsx", ["readable", "machine"], True),
        ("html", ["readable"], True),
        ("snipe-it", [], False),
    ],
)
def test_each_format_asks_for_what_it_has(
    open_export: Open, file_format: str, forms: list[str], columns_asked: bool
) -> None:
    dialog = open_export()
    choose(dialog, what="key-packs", file_format=file_format)
    assert offered(dialog, "form") == forms
    assert dialog.fields["form"].isVisible() == (len(forms) > 1)
    assert dialog.fields["columns"].isVisible() == columns_asked
    if forms == ["readable", "machine"]:
        choose(dialog, form="machine")
        assert not dialog.fields["columns"].isVisible()


def test_what_was_chosen_stays_chosen_where_it_can(open_export: Open) -> None:
    dialog = open_export()
    choose(dialog, what="due", file_format="ics")
    choose(dialog, what="servers")
    assert dialog.fields["file_format"].currentData() == "csv"
    choose(dialog, file_format="xlsx")
    choose(dialog, what="due")
    assert dialog.fields["file_format"].currentData() == "xlsx"


@pytest.mark.parametrize(
    ("what", "name", "file_format"),
    [
        ("servers", "out.xlsx", "xlsx"),
        ("servers", "out.HTM", "html"),
        ("due", "out.ics", "ics"),
        ("servers", "out.ics", "csv"),
        ("servers", "out.txt", "csv"),
    ],
)
def test_a_name_s_ending_chooses_its_format_where_the_list_has_it(
    open_export: Open, what: str, name: str, file_format: str
) -> None:
    dialog = open_export()
    choose(dialog, what=what)
    dialog.to.setText(name)
    dialog.to.editingFinished.emit()
    assert dialog.fields["file_format"].currentData() == file_format
    assert dialog.to.text() == name


def test_a_csv_for_snipe_it_stays_one(open_export: Open) -> None:
    dialog = open_export()
    choose(dialog, what="key-packs", file_format="snipe-it")
    dialog.to.setText("out.csv")
    dialog.to.editingFinished.emit()
    assert dialog.fields["file_format"].currentData() == "snipe-it"


def test_the_verb_names_its_number_where_each_row_of_the_list_is_one_of_the_file(
    open_export: Open, settle: Settle
) -> None:
    dialog = open_export()
    assert dialog.verb.text() == "&Export"  # of the history, which has a row for each change
    choose(dialog, what="key-packs")
    settle()
    assert dialog.verb.text() == "&Export 1 Row"
    choose(dialog, file_format="snipe-it")
    settle()
    assert dialog.verb.text() == "&Export"


def test_the_columns_are_those_shown_and_others_can_be_added(
    open_export: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_export(ListSpec(SERVERS), columns("servers", "phone", "name"))
    chooser = dialog.chosen_columns
    assert chooser.chosen() == ("phone", "name")
    assert chooser.item(0).text() == "Telephone"
    company = next(
        chooser.item(row) for row in range(chooser.count()) if chooser.item(row).text() == "Company"
    )
    company.setCheckState(Qt.CheckState.Checked)
    chooser.item(0).setCheckState(Qt.CheckState.Unchecked)
    export(dialog, tmp_path / "out.csv", settle)
    assert table(tmp_path / "out.csv") == [
        ["Name", "Company"],
        ["DC01.corp.example", "Example AG"],
        ["TS2K", ""],
    ]


def test_without_a_column_nothing_is_written(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_export(ListSpec(SERVERS), columns("servers", "name"))
    dialog.chosen_columns.item(0).setCheckState(Qt.CheckState.Unchecked)
    export(dialog, tmp_path / "out.csv", settle)
    assert "at least one" in dialog._errors["columns"].text()
    assert not (tmp_path / "out.csv").exists()


def test_the_whole_history_has_its_changes_as_columns_too(
    open_export: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_export()
    choose(dialog, what="history")
    export(dialog, tmp_path / "out.csv", settle)
    headings, *rows = table(tmp_path / "out.csv")
    assert headings[0] == "Entry"
    assert headings[-3:] == ["Line", "Subject", "Change"]
    assert len(rows) > 2


def test_a_workbook_holds_what_the_list_shows(open_export: Open, settle: Settle, tmp_path: Path) -> None:
    spec = ListSpec(SERVERS, sort="name", descending=True, search="corp")
    dialog = open_export(spec, columns("servers", "product_id", "name", "packs"))
    choose(dialog, file_format="xlsx")
    export(dialog, tmp_path / "out.xlsx", settle)
    book = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx"))
    assert book.get_sheet_by_index(0).to_python() == [
        ["Product ID", "Name", "Key Packs"],
        ["00252-20000-35572-AT477", "DC01.corp.example", 1.0],
    ]
    assert dict(book.get_sheet_by_index(1).to_python())["Filter"] == (
        "Containing “corp”; sorted by Name, descending"
    )


def test_what_snipe_it_has_no_row_for_is_said(
    open_export: Open, store: Store, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_export()
    with store.writing() as session:
        packs.add(session, find_server(session, "DC01"), PackFields(product_version_id="2012", product_type="device", total="unlimited", keypack_id="4"))  # fmt: skip
    choose(dialog, what="key-packs", file_format="snipe-it")
    export(dialog, tmp_path / "out.csv", settle)
    assert [row[6] for row in table(tmp_path / "out.csv")] == ["seats", "250"]
    assert dialog.facts["Left out"].startswith("1 key pack holds no")
