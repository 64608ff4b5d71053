"""Collector Script…: for the servers of the records and others, saved or copied; nothing is recorded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel
from ui.every_dialog import show, stock

from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.formats.writing.collector_script import collector_script
from tslic_admin.services.records import servers
from tslic_admin.ui.importing.collector_dialog import CollectorDialog


@pytest.fixture
def dialog(store, gateway, settle, qtbot) -> CollectorDialog:
    stock(store)
    dialog = CollectorDialog(gateway)
    show(dialog, qtbot)
    settle()
    return dialog


def untick(dialog: CollectorDialog, row: int) -> None:
    dialog.servers.item(row).setCheckState(Qt.CheckState.Unchecked)


def test_the_servers_of_the_records_are_ticked(dialog):
    assert dialog.names() == ["DC01.corp.example", "TS2K"]
    untick(dialog, 1)
    dialog.other_servers.setPlainText(" DC09 \n\nDC10\n")
    assert dialog.names() == ["DC01.corp.example", "DC09", "DC10"]


def test_a_server_that_has_nothing_to_be_read_with_is_not_ticked(store, gateway, settle, qtbot):
    with store.writing() as session:
        servers.add(session, "OLD", ServerFields(windows_version="2003"))
    dialog = CollectorDialog(gateway)
    show(dialog, qtbot)
    settle()
    assert dialog.names() == []
    assert "2008" in dialog.servers.item(0).toolTip()
    dialog.servers.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.names() == ["OLD"]


def test_it_says_how_to_run_it_and_what_comes_then(dialog):
    sentence = dialog.findChild(QLabel, "how").text()
    assert "powershell -ExecutionPolicy Bypass -File tslic-collector.ps1" in sentence
    assert "import" in sentence


def test_it_is_copied(dialog):
    untick(dialog, 0)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == collector_script(["TS2K"]).decode().replace("\r\n", "\n")
    assert "clipboard" in dialog.intro.text()


def test_it_is_saved_where_the_user_says(dialog, settle, tmp_path):
    dialog.verb.click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    target = tmp_path / "x.ps1"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    settle()
    assert target.read_bytes() == collector_script(["DC01.corp.example", "TS2K"])
    assert "x.ps1" in dialog.intro.text()
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "Close"


def test_a_name_that_no_server_has_is_said_at_its_field_and_stays(dialog):
    dialog.other_servers.setPlainText("two words")
    dialog.verb.click()
    assert "two words" in dialog.other_servers.accessibleDescription()
    assert dialog.findChild(QFileDialog) is None
    QGuiApplication.clipboard().setText("before")
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "before"
    assert dialog.other_servers.toPlainText() == "two words"


def test_what_went_wrong_with_the_file_is_said(dialog, gateway, settle, tmp_path):
    dialog.save(tmp_path / "nowhere" / "x.ps1")
    settle()
    assert dialog.refusal.isVisible()
    dialog.save(gateway.path)
    settle()
    assert "own file" in dialog.refusal.text()
    dialog.other_servers.setPlainText("two words")
    dialog.save(tmp_path / "x.ps1")
    assert not (tmp_path / "x.ps1").exists()


def test_without_a_server_it_is_for_the_computer_that_it_runs_on(gateway, settle, qtbot):
    dialog = CollectorDialog(gateway)
    show(dialog, qtbot)
    settle()
    assert not dialog.servers.isVisible()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text().splitlines() == collector_script([]).decode().splitlines()


def test_it_is_opened_from_the_menu(window, settle, qtbot):
    window.window_actions["collector"].trigger()
    settle()
    (dialog,) = window.findChildren(CollectorDialog)
    assert dialog.isVisible()
    dialog.close()
