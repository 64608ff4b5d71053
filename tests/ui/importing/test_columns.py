"""What the columns of an unknown table are is said once, with its first rows as they would be read; folders and many files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot
from ui.importing.steps import cells, count, packs

from tslic_admin.db.schema.tables import ColumnMappingRow, IssuanceRow, KeyPackRow
from tslic_admin.db.store import Store
from tslic_admin.ui.importing.column_mapping import MappingDialog
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.widgets.fields import choose

Settle = Callable[[], None]
TABLE = "Lfd;Paket;Lizenz;Rechner;Zustand;Seit\n1;3;7;PC01;Active;02/03/2024\n2;3;8;PC02;Aktiv;05/03/2024\n"
FIELDS = (None, "keypack_id", "license_id", "computer", "status", "issued_at")


def mapping_of(dialog: ImportDialog, settle: Settle) -> MappingDialog:
    dialog.file_buttons.map.click()
    settle()
    (mapping,) = [one for one in dialog.findChildren(MappingDialog) if one.isVisible()]
    return mapping


def say(dialog: MappingDialog, settle: Settle, *fields: str | None) -> None:
    for box, field in zip(dialog.columns, fields, strict=True):
        choose(box, field or "")
    settle()


def test_a_table_that_nobody_knows_waits_for_its_columns(open_import: Any, settle: Settle) -> None:
    dialog = open_import(packs(("DC01", 3, 250)), TABLE.encode())
    assert dialog.intro.text() == "Nobody said yet what the columns of pasted text 2 are. Map Columns does."
    assert dialog.file_buttons.map.isEnabled()
    mapping = mapping_of(dialog, settle)
    assert mapping.windowTitle() == "Columns of pasted text 2"
    assert [box.accessibleName() for box in mapping.columns][:2] == ["Column Lfd", "Column Paket"]
    assert "No column is License ID or Keypack ID yet" in mapping.refusal.text()
    assert not mapping.verb.isEnabled()


def test_what_was_said_is_read_kept_and_used(
    open_import: Any, settle: Settle, store: Store, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)), TABLE.encode())
    mapping = mapping_of(dialog, settle)
    say(mapping, settle, None, "keypack_id", "license_id", "computer", None, "issued_at")
    assert "Choose the date order" in mapping.refusal.text()
    assert not mapping.verb.isEnabled()
    choose(mapping.order, "mdy")
    settle()
    assert cells(mapping.table)[0] == {
        "Line": "2",
        "License ID": "7",
        "Keypack ID": "3",
        "Issued To Computer": "PC01",
        "Issued On": "2024-02-03 00:00",
    }
    say(mapping, settle, *FIELDS)
    first, second = cells(mapping.table)
    assert (first["License Status"], first["Why it is left out"]) == ("Active", "")
    assert "“Aktiv” is neither a number" in second["Why it is left out"]
    assert "1 cannot be read so" in mapping.refusal.text()
    say(mapping, settle, *FIELDS[:4], None, "issued_at")
    mapping.accept()
    settle()
    assert count(store, ColumnMappingRow) == 1
    assert dialog.isVisible()
    files = {row["File"]: row for row in cells(dialog.files)}
    assert files["pasted text 2"]["Format"] == "Mapped columns"
    dialog.fields["server"].setEditText("DC01")
    qtbot.waitUntil(dialog.verb.isEnabled)
    dialog.accept()
    settle()
    assert count(store, IssuanceRow) == 2
    again = open_import(TABLE.encode())
    (refused,) = again._results[0].refused
    assert (
        refused.code == "date-order-open"
    )  # what its columns are is known, the order of its days is asked again


def test_back_keeps_the_choices(open_import: Any, settle: Settle, store: Store) -> None:
    dialog = open_import(TABLE.encode())
    mapping = mapping_of(dialog, settle)
    say(mapping, settle, *FIELDS)
    mapping.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    settle()
    assert count(store, ColumnMappingRow) == 0
    again = mapping_of(dialog, settle)
    assert again.mapping().fields == FIELDS


def test_another_list_offers_its_own_properties(open_import: Any, settle: Settle) -> None:
    dialog = open_import(b"Keypack ID,Total,x\n3,25,1\n")
    mapping = mapping_of(dialog, settle)
    assert mapping.mapping().subject == "key-packs"
    assert mapping.mapping().fields == ("keypack_id", "total", None)
    choose(mapping.subject, "servers")
    settle()
    assert mapping.mapping().fields == (None, None, None)
    assert "what tells the rows apart" in mapping.refusal.text()


def test_a_file_without_a_table_has_no_columns(open_import: Any, settle: Settle) -> None:
    dialog = open_import(b"nothing of ours\n")
    assert dialog.file_buttons.map.isEnabled()
    dialog.file_buttons.map.click()
    settle()
    assert "holds no table of cells" in dialog.refusal.text()


def test_a_folder_is_taken_with_all_that_is_of_ours(
    open_import: Any, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    folder = tmp_path / "lists"
    (folder / "DC02").mkdir(parents=True)
    (folder / "packs.csv").write_bytes(packs(("DC01", 3, 250)))
    (folder / "DC02" / "packs.csv").write_bytes(packs(("DC02", 3, 20)))
    (folder / "notes.txt").write_text("call them\n")
    dialog = open_import()
    chosen: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda one: chosen.append(one) or None)
    dialog.file_buttons.folder.click()
    dialog.file_buttons.choose.click()
    assert [one.fileMode() for one in chosen] == [
        QFileDialog.FileMode.Directory,
        QFileDialog.FileMode.ExistingFiles,
    ]
    chosen[0].filesSelected.emit([str(folder)])
    settle()
    assert {row["File"]: row["Format"] for row in cells(dialog.files)} == {
        "lists/DC02/packs.csv": "CSV",
        "lists/packs.csv": "CSV",
        "notes.txt": "Passed over",
    }
    assert "passed over, since they hold nothing that is read here: 1 (notes.txt)" in dialog.intro.text()
    dialog.accept()
    settle()
    assert count(store, KeyPackRow) == 2


def test_a_folder_that_is_dropped_is_taken_too_and_an_empty_one_said(
    open_import: Any, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_import()
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "none"))])
    (tmp_path / "none").mkdir()
    dialog.file_buttons.add_mime_data(dropped)
    settle()
    assert "There is no file in" in dialog.refusal.text()
    dialog.file_buttons.remove.click()
    settle()
    assert not dialog.refusal.isVisible()
