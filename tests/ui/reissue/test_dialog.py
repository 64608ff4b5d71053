"""The worksheet of a reissue request: collected, parked, resumed, recorded, installed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from tslic_admin.db.store import Store
from tslic_admin.services.lookup import find_license, find_request
from tslic_admin.services.reissue import calls, requests
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.licenses_page import COVERED_UNTIL, LICENSE, LOST_BY, NEEDED_BY, RETURNS_ON
from tslic_admin.ui.reissue.request_chooser import (
    CollectDialog,
    collect_selected,
    open_worksheet,
    record_phone_reissue,
)
from tslic_admin.ui.reissue.request_dialogs import WithdrawDialog

CODE = "ABCDE" * 6 + "99999"


@pytest.fixture
def worksheet(sample, gateway, settle) -> Iterator[Callable[[int], ReissueDialog]]:
    """Opens the worksheet of a request of the sample. A parked one is deleted: it is closed here, not by qtbot."""
    opened = []

    def open_one(number: int, gateway: Gateway = gateway) -> ReissueDialog:
        dialog = ReissueDialog(gateway, number)
        opened.append(dialog)
        dialog.show()
        settle()
        return dialog

    yield open_one
    for dialog in opened:
        if shiboken6.isValid(dialog):
            dialog.close()
    settle()  # a worksheet stays visible until its draft is saved, and would keep the next test's window open


@pytest.fixture
def dialog(worksheet) -> ReissueDialog:
    """The sample's parked request 2: two stolen machines of RDLIC22."""
    return worksheet(2)


@pytest.fixture
def ask(sample):
    """A question to the store's file itself."""

    def query(sql: str) -> list[tuple]:
        with closing(sqlite3.connect(sample)) as connection:
            return connection.execute(sql).fetchall()

    return query


def cells(dialog: ReissueDialog, column: int) -> list[str]:
    table = dialog.licenses.table
    return [table.item(row, column).text() for row in range(table.rowCount())]


def record(dialog: ReissueDialog, settle, *, code: str = CODE, quantity: str = "2") -> None:
    dialog.outcome.code.set_code(code)
    dialog.outcome.quantity.setText(quantity)
    dialog.outcome.record_button.click()
    settle()


# what it shows


def test_it_shows_who_lost_what_who_needs_it_and_how_long_they_are_covered(dialog):
    assert cells(dialog, LOST_BY) == ["MUC-PC-0320", "MUC-PC-0321"]
    assert cells(dialog, LICENSE) == ["RDLIC22/3/21", "RDLIC22/3/22"]
    assert cells(dialog, NEEDED_BY) == ["MUC-PC-0501", "MUC-PC-0502"]
    assert cells(dialog, COVERED_UNTIL) == ["2026-03-07", "2026-04-11"]
    assert "Call before 2026-03-07" in dialog.licenses.summary.text()


def test_it_shows_what_may_make_the_call_needless(dialog):
    assert cells(dialog, RETURNS_ON) == ["2026-04-29", "2026-04-30"]
    assert dialog.licenses.table.horizontalHeaderItem(RETURNS_ON).text() == "Returns to the pool on"
    text = dialog.licenses.alternatives.text()
    assert "returns to the pool on its day unless the old client connects" in text
    assert "may be revoked instead: at most" in text


def test_after_the_call_nothing_is_advised(worksheet):
    page = worksheet(1).licenses
    assert page.table.isColumnHidden(RETURNS_ON)
    assert not page.alternatives.isVisibleTo(page)


def test_a_call_that_was_begun_goes_on_where_it_was(dialog):
    assert dialog.tabs.currentWidget() is dialog.call
    assert dialog.call.fields["agent"].text() == "Mr. Haddad"


def test_what_is_to_be_read_out_is_at_hand_but_the_secret_only_when_revealed(dialog, settle, ask):
    def texts() -> str:
        return " ".join(label.text() for label in dialog.call.findChildren(QLabel))

    assert "RDLIC22" in texts()
    assert "00000-00000-00000-AA022" in texts()
    assert "…00022" in texts()
    before = ask("SELECT count(*) FROM entry")[0][0]
    dialog.call.reveal_button.click()
    settle()
    assert "SAMPL:  Sierra Alfa Mike Papa Lima" in texts()
    assert not dialog.call.reveal_button.isVisibleTo(dialog.call)
    assert ask("SELECT kind FROM entry ORDER BY number DESC LIMIT 1") == [("reveal",)]
    assert ask("SELECT count(*) FROM entry")[0][0] == before + 1


def test_purchase_numbers_are_revealed_with_the_rest(worksheet, settle):
    dialog = worksheet(1)
    label = dialog.call._fact_labels["Key pack TSLIC08/3"]
    assert "License Pack (Retail Purchase), …MPLE2" in label.text()
    dialog.call.reveal_button.click()
    settle()
    assert "SAMPL:  Sierra Alfa Mike Papa Lima" in label.text()
    assert "…" not in label.text()


# parked and resumed


def test_what_is_typed_is_kept_without_an_entry_and_is_there_again_in_another_program(
    dialog, worksheet, settle, qtbot, sample, clock, ask
):
    entries = ask("SELECT count(*) FROM entry")
    dialog.call.fields["case"].setText("CASE-77")
    dialog.outcome.code.paste("abcde-fghij")
    dialog.outcome.quantity.setText("2")
    dialog.licenses.table.item(1, LOST_BY).setCheckState(Qt.CheckState.Unchecked)
    issuance = dialog._sheet.collected[1].issuance_id
    dialog.close()
    settle()
    assert ask("SELECT count(*) FROM entry") == entries
    other = Gateway(sample, lambda patience: Store(sample, actor="other@box", now=clock), clock)
    again = worksheet(2, other)
    qtbot.waitUntil(lambda: other.idle)
    assert again.call.fields["case"].text() == "CASE-77"
    assert again.outcome.code.code() == "ABCDEFGHIJ"
    assert again.outcome.quantity.text() == "2"
    assert again.licenses.left_out() == [issuance]
    again.close()
    other.close()


def test_a_program_that_is_killed_loses_nothing_typed_half_a_second_before(dialog, qtbot, ask):
    dialog.call.fields["agent"].setText("Ms. Ito")

    def saved() -> bool:
        (content,) = ask("SELECT content FROM draft WHERE request_id = 2")[0]
        return json.loads(content)["agent"] == "Ms. Ito"

    qtbot.waitUntil(saved)  # nothing was closed: only time went by


def test_a_change_elsewhere_does_not_touch_what_is_being_typed(dialog, settle, gateway):
    dialog.outcome.quantity.setText("2")

    def act(session):
        issuance = find_license(session, "RDLIC22/3/40")
        return requests.collect(session, find_request(session, 2), [(issuance, "X-PC")])

    gateway.do(act, lambda _: None, lambda refused: pytest.fail(str(refused)), owner=gateway)
    settle()
    assert dialog.outcome.quantity.text() == "2"
    assert cells(dialog, NEEDED_BY)[2] == "X-PC"


# licenses


def test_who_needs_it_is_edited_in_place(dialog, settle):
    dialog.licenses.table.item(0, NEEDED_BY).setText("MUC-PC-0599")
    settle()
    assert cells(dialog, NEEDED_BY)[0] == "MUC-PC-0599"
    assert cells(dialog, COVERED_UNTIL)[0] == "no temporary license seen"


def test_a_name_that_is_none_is_refused_and_the_old_one_stays(dialog, settle):
    dialog.licenses.table.item(0, NEEDED_BY).setText("no such name")
    settle()
    assert "cannot be the name" in dialog.refusal.text()
    assert cells(dialog, NEEDED_BY)[0] == "MUC-PC-0501"


def test_a_license_is_removed_from_the_request(dialog, settle):
    dialog.licenses.table.selectRow(0)
    dialog.licenses.remove.click()
    settle()
    assert cells(dialog, LOST_BY) == ["MUC-PC-0321"]


# the result


def test_recording_makes_the_pack_and_shows_what_comes_next(dialog, settle, ask):
    assert dialog.outcome.record_button.text() == "&Record 2 Reissued Licenses"
    record(dialog, settle)
    assert "Recorded, not yet installed" in dialog.state.text()
    assert "Install Licenses" in dialog.outcome.steps.text()
    assert not dialog.outcome.record_button.isVisible()
    assert ask("SELECT origin, total, request_id FROM key_pack ORDER BY id DESC LIMIT 1") == [
        ("reissue", 2, 2)
    ]
    assert ask("SELECT count(*) FROM draft") == [(0,)]
    dialog.outcome.installed_button.click()
    settle()
    assert "Installed on 2026-03-02 as key pack RDLIC22/#" in dialog.outcome.steps.text()
    assert not dialog.outcome.installed_button.isVisible()
    assert ask("SELECT state FROM reissue_request WHERE id = 2") == [("installed",)]


def test_a_code_of_the_wrong_length_is_refused_at_its_field_and_stays(dialog, settle, ask):
    record(dialog, settle, code="ABC")
    assert dialog.tabs.currentWidget() is dialog.outcome
    error = dialog.outcome.page_fields.errors["code"]
    assert error.isVisible()
    assert "35 characters; 3 were entered" in error.text()
    assert dialog.outcome.code.code() == "ABC"
    assert ask("SELECT state FROM reissue_request WHERE id = 2") == [("open",)]


def test_fewer_than_are_retired_is_refused_until_the_rest_is_left_out(dialog, settle, ask):
    record(dialog, settle, quantity="1")
    assert "2 licenses would be retired" in dialog.outcome.page_fields.errors["quantity"].text()
    dialog.licenses.table.item(1, LOST_BY).setCheckState(Qt.CheckState.Unchecked)
    record(dialog, settle, quantity="1")
    assert ask("SELECT state FROM collected WHERE request_id = 2 ORDER BY id") == [("retired",), ("dropped",)]


def test_a_code_that_is_already_here_is_refused(dialog, settle):
    record(dialog, settle, code="SAMPLE" * 5 + "00001")
    assert "already recorded" in dialog.outcome.page_fields.errors["code"].text()


def test_a_recorded_request_is_read_only_and_leads_to_its_pack(worksheet, qtbot):
    dialog = worksheet(1)
    assert dialog.call.fields["agent"].isReadOnly()
    assert dialog.withdraw.text() == "V&oid…"
    assert "SAMPLE" * 2 not in " ".join(edit.text() for edit in dialog.findChildren(QLineEdit))
    with qtbot.waitSignal(dialog.navigate) as signal:
        dialog.outcome.show_pack.click()
    assert signal.args[0] == "pack"


def test_a_recorded_call_is_voided_from_its_worksheet_and_the_request_is_open_again(
    sample, clock, worksheet, settle
):
    with Store(sample, actor="t@b", now=clock).writing() as session:
        request = find_request(session, 2)
        calls.record(session, request, calls.ReissueCall(code=CODE, quantity="2", on="2026-03-02"))
    dialog = worksheet(2)
    dialog.withdraw.click()
    settle()
    void = dialog.findChild(VoidDialog)
    assert "The request is open again with the licenses it held" in void.intro.text()
    void.fields["reason"].setText("misheard")
    void.accept()
    settle()
    assert dialog.state.text().startswith("Open")
    assert dialog.withdraw.text() == "&Withdraw…"
    assert dialog.outcome.record_button.isVisibleTo(dialog.outcome)


# around it


def test_withdrawing_wants_a_reason_and_gives_everything_back(dialog, settle, ask):
    dialog.withdraw.click()
    ask_why = dialog.findChild(WithdrawDialog)
    ask_why.accept()
    settle()
    assert "A reason is missing" in ask_why._errors["reason"].text()
    ask_why.fields["reason"].setText("Found again")
    ask_why.accept()
    settle()
    assert ask("SELECT state FROM reissue_request WHERE id = 2") == [("withdrawn",)]
    assert ask("SELECT DISTINCT state FROM collected WHERE request_id = 2") == [("dropped",)]


def test_the_same_call_as_another_is_an_entry(dialog, settle, ask):
    box = dialog.call.same_call_box
    box.setCurrentIndex(box.findData(1))
    box.activated.emit(box.currentIndex())
    settle()
    assert ask("SELECT same_call_as_id FROM reissue_request WHERE id = 2") == [(1,)]
    assert ask("SELECT kind FROM entry ORDER BY number DESC LIMIT 1") == [("reissue.same-call",)]


def test_selected_licenses_are_collected_into_the_open_request_or_a_new_one(
    sample, gateway, window, settle, ask
):
    numbers = [
        row[0]
        for row in ask("SELECT id FROM issuance WHERE license_id IN (41, 42) AND computer LIKE 'MUC-PC%'")
    ]
    server = ask("SELECT id FROM server WHERE name = 'RDLIC22'")[0][0]
    dialog = collect_selected(gateway, numbers, server, window)
    settle()
    assert dialog.request.currentData() == 2
    assert dialog.verb.text() == "&Add 2 Licenses"
    dialog.request.setCurrentIndex(0)
    dialog.accept()
    settle()
    assert ask("SELECT max(id) FROM reissue_request") == [(4,)]
    assert ask("SELECT count(*) FROM collected WHERE request_id = 3") == [(2,)]
    worksheet = window.findChild(ReissueDialog)
    assert worksheet.number == 4
    assert worksheet.isVisible()


def test_a_refused_collection_collects_nothing_and_opens_nothing(sample, gateway, window, settle, ask):
    temporary = ask("SELECT id FROM issuance WHERE status = 1 LIMIT 1")[0][0]
    good = ask("SELECT id FROM issuance WHERE license_id = 41 AND computer LIKE 'MUC-PC%'")[0][0]
    dialog = CollectDialog(gateway, [good, temporary], 3, window)
    dialog.open()
    settle()
    dialog.request.setCurrentIndex(0)
    dialog.accept()
    settle()
    assert "temporary" in dialog.refusal.text()
    assert ask("SELECT max(id) FROM reissue_request") == [(3,)]


def test_record_phone_reissue_goes_on_with_an_open_request_or_opens_one(sample, gateway, window, settle, ask):
    server = ask("SELECT id FROM server WHERE name = 'RDLIC22'")[0][0]
    dialog = record_phone_reissue(gateway, server, window)
    settle()
    assert dialog.request.currentData() == 2
    dialog.accept()
    settle()
    worksheet = window.findChild(ReissueDialog)
    assert worksheet.number == 2
    assert open_worksheet(gateway, 2, window) is worksheet
    fresh = record_phone_reissue(gateway, server, window)
    settle()
    fresh.request.setCurrentIndex(0)
    fresh.accept()
    settle()
    assert ask("SELECT max(id) FROM reissue_request") == [(4,)]
