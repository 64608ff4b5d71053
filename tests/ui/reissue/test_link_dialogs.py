"""Linking what a server lists to what was recorded, in the window: reissued packs, transfers, what imports ask."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from ui.every_dialog import show
from ui.importing.steps import packs as pack_file

from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.reissues import REISSUES
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.lookup import find_request
from tslic_admin.services.reissue import calls
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.transfer_dialogs import LinkTransferDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.licenses_page import NEW_LICENSE
from tslic_admin.ui.reissue.request_dialogs import CorrectCodeDialog, LinkPackDialog
from tslic_admin.wording.importing.preview import MATCH_QUESTIONS_NOTE

CODE = "ABCDE" * 6 + "99999"


@pytest.fixture
def recorded(sample, store):
    """The sample's request 2 of RDLIC22, its call recorded: two licenses were granted."""
    with store.writing() as session:
        calls.record(
            session, find_request(session, 2), calls.ReissueCall(code=CODE, quantity="2", on="2026-03-01")
        )


@pytest.fixture
def listed(recorded, gateway, settle, qtbot, clock):
    """Imports key packs that RDLIC22 lists now; the dialog, looked at and not yet applied."""

    def take(*rows):
        clock.now += timedelta(days=1)
        lines = pack_file(*(("RDLIC22", number, total) for number, total in rows)).decode()
        dialog = ImportDialog(gateway, [lines.replace(",2,0,4,", ",2,0,7,").encode()])
        show(dialog, qtbot)
        settle()
        return dialog

    return take


def packs(path, clock):
    return {row.keypack_id: row for row in every_row(path, clock, ListSpec(PACKS, search="RDLIC22"))}


def test_a_preview_asks_which_pack_it_is_and_the_answer_is_imported(listed, settle, sample, clock):
    dialog = listed((8, 2), (9, 2))
    assert dialog.questions.isVisible()
    labels = [label.text() for label in dialog.questions.findChildren(QLabel)]
    assert labels == [MATCH_QUESTIONS_NOTE, "Key pack RDLIC22/8 is:", "Key pack RDLIC22/9 is:"]
    box = dialog.questions._boxes["pack", "RDLIC22/9"]
    assert box.itemText(1).startswith("Reissue 2 of 2026-03-01 (RDLIC22/#")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    settle()
    assert "1 linked" in dialog.intro.text()
    assert dialog.verb.isEnabled()
    dialog.accept()
    settle()
    assert packs(sample, clock)[9].origin == "reissue"
    assert packs(sample, clock)[8].origin == "original"


def test_an_answer_can_be_taken_back_before_anything_is_imported(listed, settle):
    dialog = listed((8, 2), (9, 2))
    box = dialog.questions._boxes["pack", "RDLIC22/9"]
    for place in (1, 2, 0):
        box.setCurrentIndex(place)
        box.activated.emit(place)
        settle()
    assert dialog.questions.answers() == {}
    assert "2 ambiguous" in dialog.intro.text()


def test_where_nothing_is_open_nothing_is_asked(listed):
    assert not listed((8, 2)).questions.isVisible()


def test_a_reissue_is_linked_and_parted_by_hand(listed, settle, gateway, qtbot, sample, clock):
    dialog = listed((8, 2), (9, 2))
    dialog.accept()
    settle()
    server = next(every_row(sample, clock, ListSpec(REISSUES, record_id=2, ended=True))).server_id
    for chosen, origin in (("8", "reissue"), ("none", "original")):
        link = LinkPackDialog(gateway, 2, server, None)
        show(link, qtbot)
        settle()
        link.pack.setCurrentIndex(link.pack.findData(chosen))
        link.fields["reason"].setText("The invoice says so")
        link.accept()
        settle()
        assert packs(sample, clock)[8].origin == origin


def test_a_link_without_a_reason_is_refused_at_its_field(recorded, gateway, settle, qtbot):
    link = LinkPackDialog(gateway, 2, 3, None)
    show(link, qtbot)
    settle()
    link.accept()
    settle()
    assert "reason is missing" in link._errors["reason"].text()


def test_a_mistyped_code_is_corrected_from_the_worksheet(recorded, gateway, settle, qtbot, ask_code):
    sheet = ReissueDialog(gateway, 2)
    sheet.show()
    settle()
    sheet.outcome.correct_code.click()
    settle()
    correct = sheet.findChild(CorrectCodeDialog)
    correct.fields["code"].set_code("Z" * 35)
    correct.fields["reason"].setText("misheard")
    correct.accept()
    settle()
    assert ask_code() == "Z" * 35
    sheet.close()
    settle()


@pytest.fixture
def ask_code(database):
    def ask() -> str:
        with closing(sqlite3.connect(database)) as connection:
            sql = "SELECT license_key_pack_id FROM key_pack WHERE request_id = 2 AND merged_into_id IS NULL"
            return str(connection.execute(sql).fetchone()[0])

    return ask


def test_the_worksheet_offers_the_packs_that_it_may_have_become(sample, gateway, settle, qtbot, clock):
    clock.now += timedelta(days=1)
    lines = pack_file(("RDLIC22", 8, 2)).decode().replace(",2,0,4,", ",2,0,7,")
    dialog = ImportDialog(gateway, [lines.encode()])
    show(dialog, qtbot)
    settle()
    dialog.accept()
    settle()
    sheet = ReissueDialog(gateway, 2)
    sheet.show()
    settle()
    assert "key pack 8 (2 licenses)" in sheet.outcome.candidates.text()
    sheet.close()
    settle()


def test_the_worksheet_shows_what_the_waiting_computers_got(sample, gateway, settle):
    sheet = ReissueDialog(gateway, 1)
    sheet.show()
    settle()
    got = [sheet.licenses.table.item(row, NEW_LICENSE).text() for row in range(4)]
    assert all(text.startswith("TSLIC08/7/") for text in got)
    assert not sheet.licenses.table.isColumnHidden(NEW_LICENSE)
    assert not sheet.outcome.correct_code.isVisibleTo(sheet.outcome)
    sheet.outcome.link_pack.click()
    settle()
    link = sheet.findChild(LinkPackDialog)
    assert link.pack.currentData() == "7"
    link.reject()
    sheet.close()
    settle()


def test_a_transfer_is_linked_to_the_license_received(sample, gateway, settle, qtbot, clock):
    transfer = next(every_row(sample, clock, ListSpec(TRANSFERS, search="HAM-PC-0530")))
    dialog = LinkTransferDialog(gateway, transfer)
    show(dialog, qtbot)
    settle()
    assert [dialog.license.itemText(n) for n in range(dialog.license.count())] == ["none"]
    assert dialog.license.currentText() == ""  # there is nothing to take back either
    dialog.fields["reason"].setText("renamed")
    dialog.accept()
    settle()
    assert dialog._errors["license"].text()
    dialog.license.setEditText("TSLIC08/3/1")
    dialog.fields["reason"].setText("renamed")
    dialog.accept()
    settle()
    assert "not issued on or after" in dialog._errors["license"].text()
    assert dialog.license.currentText() == "TSLIC08/3/1"
