from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from ui.importing.steps import LICENSES, Open, Settle, cells, count, licenses, packs

from tslic_admin.db.schema.tables import EntryRow, IssuanceRow, KeyPackRow, ServerRow, SnapshotRow
from tslic_admin.db.store import Store
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.imports import apply
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.records import servers
from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog

WHY = "Change, or why it is left out"


def test_nothing_is_written_before_it_is_asked_for(open_import: Open, store: Store) -> None:
    dialog = open_import(packs(("DC01", 3, 250), ("DC01", 4, 10)))
    assert dialog.verb.text() == "&Import 2 Key Packs"
    assert (count(store, KeyPackRow), count(store, EntryRow)) == (0, 0)
    dialog.reject()
    assert (count(store, KeyPackRow), count(store, EntryRow)) == (0, 0)


def test_what_was_recognised_is_shown(open_import: Open, tmp_path: Path) -> None:
    (tmp_path / "packs.csv").write_bytes(packs(("DC01", 3, 250)))
    dialog = open_import(tmp_path / "packs.csv", b"nothing known")
    first, second = cells(dialog.files)
    assert first["File"] == "packs.csv"
    assert (first["Format"], first["Holds"], first["Server"]) == ("CSV", "Key packs", "DC01")
    assert (first["New"], first["Changed"], first["Unchanged"], first["Refused"]) == ("1", "0", "0", "0")
    assert (second["File"], second["Format"], second["Refused"]) == ("pasted text", "Not read", "1")
    assert not {"Vanished", "Linked", "Ambiguous"} & first.keys()


def test_all_of_it_is_imported_in_one_act(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)))
    with qtbot.waitSignal(dialog.acted) as acted, qtbot.waitSignal(dialog.gateway.changed):
        dialog.accept()
    settle()
    assert acted.args[0].entry == 1
    assert (count(store, KeyPackRow), count(store, EntryRow)) == (1, 1)
    assert dialog.intro.text() == "Imported: 1 new. Recorded as history entry 1."
    assert not dialog.verb.isVisible()


def test_rows_that_are_refused_are_listed_and_left_out(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250), ("DC01", 4, "many")))
    assert dialog.verb.text() == "&Import 1 Row and Leave Out 1"
    row, new = cells(dialog.rows.table)
    assert (row["What"], row["Of"]) == ("Left out", "pasted text, line 3: many")
    assert "not a whole number" in row[WHY]
    assert (new["What"], new["Of"]) == ("New", "Key pack DC01/3")
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    assert count(store, KeyPackRow) == 1
    assert "1 left out" in dialog.intro.text()


def test_the_server_is_asked_for_where_the_files_name_none(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    with store.writing() as session:
        servers.add(session, "DC01")
    dialog = open_import(packs(("", 3, 250)))
    server: Any = dialog.fields["server"]
    assert server.isVisible()
    assert "does not say which server" in dialog._errors["server"].text()
    assert not dialog.verb.isEnabled()
    assert server.findText("DC01") >= 0
    server.setEditText("DC01")
    qtbot.waitUntil(lambda: dialog.verb.text() == "&Import 1 Key Pack")
    assert not dialog._errors["server"].isVisible()
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    with store.reading() as session:
        assert session.query(KeyPackRow).one().server_id == 1


def test_the_date_order_is_asked_for_where_it_is_open(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)), LICENSES.encode())
    order: Any = dialog.fields["date_order"]
    assert not order.isVisible()
    named = licenses("1/2/2026 10:00:00 AM").decode().replace("KeyPackId", "PSComputerName,KeyPackId", 1)
    dialog.add_files([named.replace("\n3,", "\nDC01,3,").encode()])
    settle()
    assert order.isVisible()
    assert "whether day or month comes first" in dialog._errors["date_order"].text()
    order.setCurrentIndex(order.findData("dmy"))
    settle()
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    with store.reading() as session:
        assert session.query(IssuanceRow).one().issued_at[:7] in ("2026-02", "2026-01")
        assert {row.date_order for row in session.query(SnapshotRow)} == {None, "dmy"}


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("taken_at", "yesterday", "is not a day"),
        ("taken_at", "2026-03-01 25:00", "is not a time"),
        ("time_zone", "Nowhere/Land", "is no time zone"),
        ("server", "two words", "cannot be the name"),
    ],
)
def test_a_bad_option_is_refused_at_its_field(
    open_import: Open, settle: Settle, qtbot: QtBot, field: str, value: str, part: str
) -> None:
    dialog = open_import(packs(("", 3, 250)))
    widget: Any = dialog.fields[field]
    (widget.setEditText if hasattr(widget, "setEditText") else widget.setText)(value)
    qtbot.waitUntil(lambda: part in dialog._errors[field].text() and dialog._errors[field].isVisible())
    assert dialog.typed(field) == {field: value}
    assert not dialog.verb.isEnabled()


def test_when_and_where_it_was_taken_is_kept(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)))
    taken_at, zone = (dialog.fields[name] for name in ("taken_at", "time_zone"))
    taken_at.setText("2026-03-01 08:00")
    zone.setEditText("Europe/Berlin")
    qtbot.waitUntil(lambda: dialog.gateway.idle and dialog.verb.isEnabled())
    assert cells(dialog.files)[0]["Taken"] == "2026-03-01 08:00"
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    with store.reading() as session:
        row = session.query(SnapshotRow).one()
    assert (row.time_zone, row.taken_at[:10]) == ("Europe/Berlin", "2026-03-01")


def test_what_is_recorded_already_is_not_imported_again(
    open_import: Open, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)))
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    again = open_import(packs(("DC01", 3, 250)))
    assert not again.verb.isEnabled()
    assert "recorded already" in again.intro.text()


def test_pasted_text_and_dropped_files_are_taken(open_import: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_import()
    assert not dialog.verb.isEnabled()
    QGuiApplication.clipboard().setText(packs(("DC01", 3, 250)).decode())
    dialog.file_buttons.paste()
    settle()
    (tmp_path / "more.csv").write_bytes(packs(("DC02", 3, 250)))
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "more.csv"))])
    dialog.file_buttons.add_mime_data(dropped)
    dialog.file_buttons.add_mime_data(dropped)
    settle()
    assert [row["File"] for row in cells(dialog.files)] == ["pasted text", "more.csv"]
    dialog.file_buttons.remove.click()
    settle()
    assert cells(dialog.files) == []


def test_a_file_that_cannot_be_read_is_said_and_the_rest_stays(
    open_import: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_import(packs(("DC01", 3, 250)), tmp_path / "gone.csv")
    settle()
    files = {row["File"]: row for row in cells(dialog.files)}
    assert (files["gone.csv"]["Format"], files["gone.csv"]["Refused"]) == ("Not read", "1")
    assert "The file cannot be read" in cells(dialog.rows.table)[0][WHY]
    assert dialog.verb.text() == "&Import 1 Row and Leave Out 1"


def test_trouble_where_files_wait_is_said(
    open_import: Open, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_import()

    def stage(*_: Any, **__: Any) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("tslic_admin.ui.importing.preview_runner.stage", stage)
    dialog.add_files([packs(("DC01", 3, 250))])
    settle()
    assert dialog.refusal.text() == "The files cannot be looked at: Permission denied. Try again."


def test_cancel_while_importing_leaves_everything_as_before(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tslic_admin.ui.importing.preview_runner.apply", _endless)
    dialog = open_import(packs(("DC01", 3, 250)))
    dialog.accept()
    qtbot.waitUntil(dialog.progress.isVisible)  # after a second; and it is not taken for waiting
    assert not dialog.waiting.isVisible()
    dialog.reject()
    settle()
    assert dialog.isVisible()
    assert dialog.verb.isEnabled()
    assert not dialog.progress.isVisible()
    assert (count(store, ServerRow), count(store, KeyPackRow), count(store, EntryRow)) == (0, 0, 0)


def _endless(session: Any, staged: Any, *, skip_refused: bool, progress: Callable[[int, None], None]) -> None:
    """An import that only ends when it is cancelled."""
    session.add(ServerRow(name="HALF", label="half", domain=""))
    session.flush()
    while True:
        progress(1, None)
        time.sleep(0.001)  # as the rows in between would


@contextmanager
def _endless_stage(_sources: Any, _options: Any, *, progress: Callable[[int, None], None]) -> Iterator[None]:
    """Files that are never read to their end."""
    while True:
        progress(1, None)
        time.sleep(0.001)
    yield


def test_closing_while_files_are_read_ends_the_reading(
    open_import: Open, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_import()
    monkeypatch.setattr("tslic_admin.ui.importing.preview_runner.stage", _endless_stage)
    dialog.add_files([packs(("DC01", 3, 250))])
    dialog.reject()
    settle()
    assert not dialog.isVisible()


@pytest.mark.parametrize("shown", [(), (("DC01", 4, "many"),)], ids=["none-shown", "one-shown"])
def test_more_refusals_than_were_shown_write_nothing(
    open_import: Open, store: Store, settle: Settle, qtbot: QtBot, shown: Any
) -> None:
    """Another program has imported a newer list between the preview and the import."""
    dialog = open_import(packs(("DC01", 3, 250), *shown), packs(("DC02", 3, 250)))
    dialog.fields["taken_at"].setText("2026-03-01")
    assert not dialog.verb.isEnabled()
    qtbot.waitUntil(dialog.verb.isEnabled)
    newer = [SourceFile("newer.csv", packs(("DC01", 3, 260)))]
    with store.writing() as session, stage(newer, ImportOptions()) as staged:
        apply(session, staged)
    dialog.accept()
    settle()
    assert "nothing was imported" in dialog.refusal.text()
    settle()
    assert count(store, EntryRow) == 1
    assert any("newer list of DC01" in row[WHY] for row in cells(dialog.rows.table))


def test_a_question_is_asked_by_name(open_import: Open) -> None:
    """Every button can be reached; the way in is the first of them."""
    dialog = open_import()
    assert dialog.focusWidget() is dialog.file_buttons.choose
    assert all(button.text() for button in dialog.findChildren(QPushButton))


def test_each_row_is_told_with_what_becomes_of_it_and_can_be_picked_out(
    open_import: Open, settle: Settle, qtbot: QtBot
) -> None:
    dialog = open_import(packs(("DC01", 3, 250), ("DC01", 4, "many"), ("DC01", 5, 7)))
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    dialog = open_import(packs(("DC01", 3, 260), ("DC01", 4, "many"), ("DC01", 6, 8), ("DC01", 5, 7)))
    changes = {(row["What"], row["Of"]): row[WHY] for row in cells(dialog.rows.table)}
    assert list(changes) == [
        ("Left out", "pasted text, line 3: many"),
        ("Changed", "Key pack DC01/3"),
        ("New", "Key pack DC01/6"),
    ]
    assert changes["Changed", "Key pack DC01/3"].startswith("Grown. Total Licenses: 250 → 260")
    assert changes["New", "Key pack DC01/6"].startswith("Available 8; ")
    box = dialog.rows.show_box
    assert [box.itemText(n) for n in range(box.count())] == ["Everything", "Left out", "Changed", "New"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert [row["What"] for row in cells(dialog.rows.table)] == ["Changed"]
    dialog.refresh_preview()
    settle()
    assert box.currentText() == "Changed", "the choice stays"


def test_of_many_new_rows_the_rest_is_counted(open_import: Open) -> None:
    dialog = open_import(packs(*(("DC01", n, 1) for n in range(1, 251))))
    rows = cells(dialog.rows.table)
    assert len(rows) == 201
    assert rows[-1] == {"What": "New", "Of": "…", WHY: "50 more"}


def test_nothing_to_tell_shows_no_rows(open_import: Open, qtbot: QtBot) -> None:
    dialog = open_import(packs(("DC01", 3, 250)))
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    assert not open_import(packs(("DC01", 3, 250))).rows.isVisible()


def test_the_way_out_of_a_rebuilt_server_is_at_hand(open_import: Open, settle: Settle, qtbot: QtBot) -> None:
    dialog = open_import(packs(("DC01", 3, 250)))
    assert not dialog.rows.rebuilt_button.isVisible()
    with qtbot.waitSignal(dialog.acted):
        dialog.accept()
    other = packs(("DC01", 3, 9)).replace(b"A02-6.02-S", b"C50-6.02-S")
    dialog = open_import(other)
    assert not dialog.verb.isEnabled()
    assert "looks like a rebuilt or another server" in dialog.rows.full_text.text()
    dialog.rows.rebuilt_button.click()
    settle()
    (rebuilt,) = dialog.findChildren(RecordRebuildDialog)
    rebuilt.fields["reason"].setText("The disk broke")
    with qtbot.waitSignal(rebuilt.acted):
        rebuilt.accept()
    settle()
    assert not dialog.rows.rebuilt_button.isVisible()
    assert dialog.verb.text() == "&Import 1 Key Pack"
