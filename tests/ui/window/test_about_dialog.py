from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from ui.every_dialog import show

from tslic_admin.ui.help_dialogs import AboutDialog, KeysDialog
from tslic_admin.ui.window.main_window import RECORDS_ONLY


def test_versions_and_the_store_can_be_copied(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = AboutDialog(tmp_path / "tslic.sqlite")
    show(dialog, qtbot)
    dialog.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "tslic-admin", "Version", "Python", "Qt", "SQLite", "Schema", "Store", "License",
    ]  # fmt: skip
    assert f"Store: {tmp_path / 'tslic.sqlite'}" in lines
    assert dialog.isVisible()


def test_it_says_that_it_changes_nothing_on_a_server(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = AboutDialog(tmp_path / "tslic.sqlite")
    qtbot.addWidget(dialog)
    assert RECORDS_ONLY in [label.text() for label in dialog.findChildren(QLabel)]


def test_all_shortcuts_are_listed(qtbot: QtBot) -> None:
    dialog = KeysDialog([("Import…", "Ctrl+I"), ("Properties…", "Alt+Return")])
    qtbot.addWidget(dialog)
    texts = dialog.table.texts
    shown = [[texts.data(texts.index(row, column)) for column in (0, 1)] for row in range(texts.rowCount())]
    assert shown == [["Import", "Ctrl+I"], ["Properties", "Alt+Return"]]
