"""Removal in the window: the kit, its record, the tab, and the ways there."""

from __future__ import annotations

import threading

import pytest
import shiboken6
from formats.client.chains import chain, exported, product_info, server_info
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton
from ui.every_dialog import show

from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.lists import ListSpec, every_row, main_list
from tslic_admin.services.records.removal_kits import read_given_up
from tslic_admin.ui.commands import Commands
from tslic_admin.ui.records.removal_dialogs import (
    ONE_LICENSE,
    WAY_NOT_INTENDED,
    WHOLE_KEY,
    RemovalDialog,
    RemovalKitDialog,
)
from tslic_admin.ui.records.transfer_dialogs import TransferDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.licenses_page import REMOVAL
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.window_settings import WindowSettings


@pytest.fixture
def thing(sample, clock):
    """The sample's transfer of HAM-PC-0530."""
    row = next(every_row(sample, clock, ListSpec(TRANSFERS, search="HAM-PC-0530")))
    return read_given_up(sample, clock, "transfer", row.number)


@pytest.fixture
def kit(thing, gateway, qtbot, settle):
    dialog = RemovalKitDialog(gateway, thing)
    show(dialog, qtbot)
    settle()
    return dialog


@pytest.fixture
def record(thing, gateway, qtbot, settle):
    dialog = RemovalDialog(gateway, thing)
    show(dialog, qtbot)
    settle()
    return dialog


def row_of(path, clock, number):
    return next(every_row(path, clock, ListSpec(TRANSFERS, record_id=number)))


# the kit


def choose(box, value):
    box.setCurrentIndex(box.findData(value))


def test_the_effects_are_said_before_anything_is_written(kit):
    choose(kit.what, WHOLE_KEY)
    assert "new device" in kit.effects_label.text()
    assert not kit.entry.isVisible()
    choose(kit.what, ONE_LICENSE)
    assert "Deleting LICENSE000 removes one license" in kit.effects_label.text()
    assert "once as administrator" in kit.effects_label.text()


def test_it_is_written_into_the_chosen_folder_and_can_be_opened(kit, settle, tmp_path, monkeypatch):
    kit.write_into(tmp_path)
    settle()
    (folder,) = [path for path in tmp_path.iterdir() if path.name.startswith("removal-")]
    assert (folder / "2-remove.cmd").is_file()
    opened = []
    monkeypatch.setattr(
        "tslic_admin.ui.records.removal_dialogs.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    assert kit.open_folder.isVisible()
    kit.open_folder.click()
    assert opened == [str(folder)]


def test_a_kit_that_is_there_is_not_written_over(kit, settle, tmp_path):
    for _ in range(2):
        kit.write_into(tmp_path)
        settle()
    assert "folder removal-" in kit.refusal.text()


def test_a_folder_that_cannot_be_written_is_said(kit, settle, tmp_path):
    kit.write_into(tmp_path / "nowhere")
    settle()
    assert "cannot be written" in kit.refusal.text()


@pytest.mark.parametrize("entry", ["", "HardwareID"])
def test_another_key_is_refused_at_its_field(kit, entry):
    kit.entry.setText(entry)
    kit.accept()
    assert "no license's key" in kit._errors["entry"].text()
    assert kit.entry.text() == entry


# its record


def test_a_removal_is_recorded_with_its_evidence(record, settle, tmp_path, sample, clock, thing):
    file = tmp_path / "key.reg"
    file.write_bytes(b"REGEDIT4\r\n")
    record.file.setText(str(file))
    record.fields["by"].setText("Ann")
    record.accept()
    settle()
    row = row_of(sample, clock, thing.number)
    assert (row.removal, row.removal_by, len(row.removal_sha256)) == ("removed", "Ann", 64)


def test_cancel_while_the_evidence_is_read_records_nothing(gateway, settle, tmp_path, sample, clock, thing):
    file = tmp_path / "key.reg"
    file.write_bytes(b"REGEDIT4\r\n")
    before = row_of(sample, clock, thing.number)
    started = threading.Event()  # the worker does not begin before it was cancelled
    gateway.read(started.wait, lambda _: None, owner=gateway)
    dialog = RemovalDialog(gateway, thing)
    dialog.open()
    dialog.file.setText(str(file))
    dialog.accept()
    assert not dialog.verb.isEnabled()
    dialog.reject()
    started.set()
    settle()
    assert not shiboken6.isValid(dialog)
    assert row_of(sample, clock, thing.number) == before


def license_of(machine):
    """Of the sample's server that the transfer is of, as it issued it."""
    return exported(
        chain(machine, product=product_info(version=(6, 2)), of_server=server_info("TSLIC01", None))
    )


def test_the_file_says_at_once_whether_it_holds_the_license(record, qtbot, settle, tmp_path):
    file = tmp_path / "key.reg"
    file.write_bytes(license_of("HAM-PC-9999"))
    record.file.setText(str(file))
    qtbot.waitUntil(record.comparison.isVisible)
    assert "holds another license" in record.comparison.text()
    assert "that of HAM-PC-9999" in record.comparison.text()
    assert record.digest.text().startswith("SHA-256 ")
    choose(record.way, WAY_NOT_INTENDED)
    assert not record.comparison.isVisible()
    choose(record.way, "removed")
    assert record.comparison.isVisible()
    file.write_bytes(b"REGEDIT4\r\n")
    record.file.setText(str(file) + " ")
    assert not record.comparison.isVisible()
    record.read_backup_file()
    settle()
    assert "holds no license of a client" in record.comparison.text()


def test_what_cannot_be_read_is_not_said_while_it_is_typed(record, settle):
    record.file.setText("/nowhere/key")
    record.read_backup_file()
    settle()
    assert not record.comparison.isVisible()
    assert record._errors["backup"].isHidden()
    record.file.setText("")
    record.read_backup_file()
    assert not record.digest.isVisible()


def test_evidence_that_cannot_be_read_is_said_at_its_field(record, settle, tmp_path, sample, clock, thing):
    for name, sentence in (("nothing.reg", "does not exist"), ("empty.reg", "is empty")):
        (tmp_path / "empty.reg").write_bytes(b"")
        record.file.setText(str(tmp_path / name))
        record.fields["by"].setText("Ann")
        record.accept()
        settle()
        assert sentence in record._errors["backup"].text()
    assert row_of(sample, clock, thing.number).removal == "awaiting"


def test_that_it_stays_needs_a_reason(record, settle, sample, clock, thing):
    choose(record.way, WAY_NOT_INTENDED)
    assert not record.fields["by"].isVisible()
    record.accept()
    settle()
    assert "reason is missing" in record._errors["reason"].text()
    record.fields["reason"].setText("scrapped")
    record.accept()
    settle()
    assert row_of(sample, clock, thing.number).removal == "not-intended"


# the ways there


@pytest.fixture
def window(sample, gateway, qtbot, settle, tmp_path):
    window = MainWindow(gateway, WindowSettings(tmp_path / "window.ini"))
    window.controller = Commands(window)
    qtbot.addWidget(window)
    window.show()
    settle()
    return window


def go(window, settle, search, kind="transfer"):
    path, now = window.gateway.path, window.gateway.now
    row = next(every_row(path, now, ListSpec(main_list(kind), search=search)))
    window.navigate(kind, row.number)
    settle()


@pytest.mark.parametrize(
    ("action", "dialog"), [("removal-kit", RemovalKitDialog), ("record-removal", RemovalDialog)]
)
@pytest.mark.parametrize(
    ("kind", "search"), [("transfer", "HAM-PC-0530"), ("license", "HAM-PC-0216"), ("license", "BER-PC-0107")]
)
def test_it_is_opened_for_transfers_and_licenses_that_were_given_up(
    window, settle, action, dialog, kind, search
):
    go(window, settle, search, kind)
    assert window.window_actions[action].isEnabled()
    window.window_actions[action].trigger()
    settle()
    opened = window.findChild(dialog)
    assert opened is not None
    opened.reject()
    settle()


def test_not_for_a_license_that_nobody_gave_up(window, settle):
    go(window, settle, "MUC-PC-0300", "license")
    assert not window.window_actions["removal-kit"].isEnabled()
    assert not window.details.isTabVisible(2)


def test_the_tab_tells_and_leads_on(window, settle, qtbot):
    go(window, settle, "HAM-PC-0530")
    assert window.details.isTabVisible(2)
    text = window.details.removal.toPlainText()
    assert "HAM-PC-0216" in text
    assert "Awaiting removal" in text
    with qtbot.waitSignal(window.action_triggered) as acted:
        window.details.removal.anchorClicked.emit(QUrl("do/record-removal"))
    assert acted.args == ["record-removal"]
    settle()
    window.findChild(RemovalDialog).reject()
    settle()


def test_the_tab_of_a_request_lists_every_retired_license(window, settle):
    window.navigate("request", 1)
    settle()
    text = window.details.removal.toPlainText()
    assert text.count("Awaiting removal") == 2
    assert "by J. Weber" in text
    assert "Destroyed by the water" in text


def test_the_worksheet_leads_to_the_removal_of_each_license(sample, gateway, settle):
    sheet = ReissueDialog(gateway, 1)
    sheet.show()
    settle()
    page = sheet.licenses
    assert page.table.item(0, REMOVAL).text() == "Awaiting removal from the old client"
    assert not page.kit.isEnabled()
    page.table.selectRow(0)
    for button, dialog in ((page.kit, RemovalKitDialog), (page.record_removal, RemovalDialog)):
        button.click()
        settle()
        opened = sheet.findChild(dialog)
        assert "BER-PC-0412" in opened.intro.text()
        opened.reject()
    sheet.close()
    settle()


def test_a_marked_transfer_offers_the_kit_next(sample, gateway, clock, qtbot, settle):
    row = next(every_row(sample, clock, ListSpec(LICENSES, search="MUC-PC-0310")))
    dialog = TransferDialog(gateway, row)
    show(dialog, qtbot)
    dialog.to.setText("MUC-PC-0700")
    dialog.accept()
    settle()
    assert "is recorded" in dialog.intro.text()
    assert not dialog.verb.isVisible()
    kit = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Removal &Kit…")
    with qtbot.waitSignal(dialog.alternative_chosen) as chosen:
        kit.click()
    assert chosen.args[0] == "removal-kit"
