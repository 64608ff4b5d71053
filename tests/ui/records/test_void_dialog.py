"""Void… in the window: what it says it takes back, the reason, and the entries in the way as links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLineEdit
from ui.every_dialog import show
from world import lists, take_in

from tslic_admin.db.lists.pages import LIST_QUERIES
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.services.history import voiding
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.lookup import find_license
from tslic_admin.services.records import transfers
from tslic_admin.ui.commands import Commands
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place
from tslic_admin.wording.records.summaries import record_text


def row(path, clock, kind: str, **scope: Any) -> Any:
    return next(every_row(path, clock, ListSpec(LIST_QUERIES[kind].kind, ended=True, voided=True, **scope)))


@pytest.fixture
def listed(store: Store) -> Store:
    """DC01 with a pack and three licenses from one import; the first is transferred."""
    take_in(store, *lists(3))
    with store.writing() as session:
        transfers.mark(
            session,
            find_license(session, "DC01/3/1"),
            transfers.TransferFields(to="PC9", on="2026-03-01", reason="broken"),
        )
    return store


@pytest.fixture
def open_for(gateway, qtbot, settle) -> Callable[[str, int], VoidDialog]:
    def opened(kind: str, number: int) -> VoidDialog:
        dialog = VoidDialog(gateway, kind, number)
        show(dialog, qtbot)
        settle()
        return dialog

    return opened


def test_it_says_what_it_takes_back_and_what_will_be_true(listed, open_for):
    dialog = open_for("transfer", 1)
    assert dialog.windowTitle() == "Void Entry 2"
    assert dialog.intro.text() == (
        "Takes back what entry 2 did: One-time transfer marked, 2026-03-01. Voided: 1 transfer. The license is held as"
        " before, and can be transferred again. The history keeps both entries, and a void itself is not voided."
    )
    assert dialog.verb.isEnabled()
    assert dialog.fields["reason"].hasFocus()


def test_nothing_can_be_voided_before_it_is_known_what_that_means(listed, gateway, qtbot, settle):
    dialog = VoidDialog(gateway, "transfer", 1)
    show(dialog, qtbot)
    assert not dialog.verb.isEnabled()
    dialog.accept()
    settle()
    assert dialog.isVisible()
    assert row(gateway.path, gateway.now, "transfers").voided_by is None


def test_a_reason_is_asked_for_and_what_is_voided_is_voided(listed, open_for, settle, clock):
    dialog = open_for("transfer", 1)
    dialog.accept()
    settle()
    assert dialog.isVisible()
    assert "reason is missing" in dialog.fields["reason"].accessibleDescription()
    dialog.fields["reason"].setText("wrong computer")
    dialog.accept()
    settle()
    assert not dialog.isVisible()
    assert row(listed.path, clock, "transfers").voided_by == 3
    assert row(listed.path, clock, "history", record_id=3).reason == "wrong computer"


def test_what_builds_on_it_is_listed_as_links_that_lead_there(listed, open_for, qtbot):
    dialog = open_for("entry", 1)
    assert "later entries build on it" in dialog.refusal.text()
    assert dialog.dependents.toPlainText() == "Entry 2 (One-time transfer marked, 2026-03-01): broken"
    assert 'href="2"' in dialog.dependents.toHtml()
    assert dialog.dependents.isVisible()
    assert dialog.dependents.hasFocus()
    assert not dialog.verb.isVisible()
    assert not dialog.fields["reason"].isVisible()
    with qtbot.waitSignal(dialog.navigate) as followed:
        dialog.dependents.anchorClicked.emit(QUrl("2"))
    assert followed.args == ["entry", 2]
    assert not dialog.isVisible()


def test_of_very_many_entries_in_the_way_the_first_are_listed(listed, open_for, monkeypatch):
    monkeypatch.setattr("tslic_admin.ui.history.void_dialog.MAX_LINKS", 1)
    with listed.writing() as session:
        transfers.mark(
            session, find_license(session, "DC01/3/2"), transfers.TransferFields(to="PC8", on="2026-03-01")
        )
    dialog = open_for("entry", 1)
    assert dialog.dependents.toPlainText().splitlines()[1:] == ["and 1 more"]


def test_what_began_to_build_on_it_meanwhile_is_listed_too(listed, open_for, settle, store):
    with store.writing() as session:
        voiding.void(session, 2, reason="x")
    dialog = open_for("entry", 1)
    assert dialog.verb.isEnabled()
    with store.writing() as session:
        transfers.mark(
            session, find_license(session, "DC01/3/2"), transfers.TransferFields(to="PC8", on="2026-03-01")
        )
    dialog.fields["reason"].setText("x")
    dialog.accept()
    settle()
    assert dialog.dependents.toPlainText().startswith("Entry 4 (One-time transfer marked")
    assert not dialog.verb.isVisible()


def test_what_is_not_voided_says_what_to_do_instead(listed, open_for, store):
    with store.writing() as session:
        voiding.void(session, 2, reason="x")
    dialog = open_for("transfer", 1)
    assert "already voided, by entry 3" in dialog.refusal.text()
    assert not dialog.verb.isVisible()
    assert not dialog.fields["reason"].isVisible()


def test_an_import_says_how_much_it_takes_back_and_numbers_are_grouped(store, open_for):
    take_in(store, *lists(1200))
    dialog = open_for("entry", 1)
    text = dialog.intro.text()
    assert "Voided: 1 key pack and 1,200 issued licenses." in text
    assert "a server that it named first stays, as a name" in text


def test_cancel_while_it_runs_leaves_everything_as_it_was(store, open_for, settle, clock):
    take_in(store, *lists(3000))
    dialog = open_for("entry", 1)
    dialog.fields["reason"].setText("x")
    dialog.accept()
    dialog.reject()
    settle()
    assert dialog.isVisible()
    assert dialog.fields["reason"].text() == "x"
    assert row(store.path, clock, "history").voided_by is None
    dialog.accept()
    settle()
    assert row(store.path, clock, "history").voided_by == 2


def test_closing_it_while_it_looks_is_no_trouble(listed, gateway, qtbot, settle):
    for kind, number in (("transfer", 1), ("request", 99)):
        dialog = VoidDialog(gateway, "entry" if kind == "request" else kind, number)
        dialog.open()
        dialog.reject()
        QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    settle()


# in the window


@pytest.fixture
def full_window(listed, window: MainWindow, settle) -> MainWindow:
    settle()
    return window


def go(window: MainWindow, settle, place: Place, row_: int = 0) -> None:
    window.tree.go_to(place)
    settle()
    window.panel.view.selectRow(row_)
    settle()


def test_del_opens_it_for_the_selected_transfer(full_window, settle, qtbot):
    go(full_window, settle, Place("transfers"))
    assert full_window.window_actions["void"].isEnabled()
    qtbot.keyClick(full_window, Qt.Key.Key_Delete)
    (dialog,) = full_window.findChildren(VoidDialog)
    settle()
    assert dialog.windowTitle() == "Void Entry 2"
    dialog.reject()


def test_del_in_the_filter_deletes_a_letter(full_window, settle, qtbot):
    go(full_window, settle, Place("transfers"))
    box: QLineEdit = full_window.panel.filter
    box.setFocus()
    box.setText("ab")
    box.setCursorPosition(0)
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    assert box.text() == "b"
    assert not full_window.findChildren(VoidDialog)
    full_window.panel.clear_filter()  # the filter that waits would be applied after the gateway is closed
    settle()


def test_it_is_offered_for_what_can_be_voided_and_hidden_for_the_rest(full_window, settle):
    def menu_actions() -> list[str]:
        return [action.objectName() for action in full_window.window_actions.context_menu().actions()]

    go(full_window, settle, Place("transfers"))
    assert "void" in menu_actions()
    go(full_window, settle, Place("server", 1))
    assert "void" not in menu_actions()  # the pack came by an import
    go(full_window, settle, Place("pack", 1))
    assert "void" not in menu_actions()
    go(full_window, settle, Place("history"))
    assert "void" in menu_actions()
    assert not full_window.window_actions["void"].icon().isNull()


def test_after_voiding_it_is_shown_as_voided_where_ended_things_are_shown(
    full_window, settle, store, gateway
):
    with store.writing() as session:
        done = voiding.void(session, 2, reason="x")
        assert voiding.void(session, 1, reason="y").entry == 4
    gateway.changed.emit(done.changes)
    settle()
    go(full_window, settle, Place("server", 1))
    assert full_window.panel.view.records.size == 0
    full_window.panel.ended.setChecked(True)
    settle()
    full_window.panel.view.selectRow(0)
    settle()
    assert not full_window.window_actions["void"].isEnabled()
    assert "Original, voided by entry 4" in full_window.details.fields.toPlainText()
    assert 'href="entry/4"' in full_window.details.fields.toHtml()
    license_ = next(every_row(store.path, gateway.now, ListSpec(LICENSES, ended=True, voided=True)))
    assert record_text(license_) == "Voided, ended 2026-03-02"
    full_window.navigate("license", license_.number)
    settle()
    assert full_window.panel.view.selected_numbers() == [license_.number]


def test_a_link_in_the_dialog_leads_to_the_entry_in_the_history(full_window, settle):
    go(full_window, settle, Place("history"))
    full_window.navigate("entry", 1)
    settle()
    full_window.window_actions["void"].trigger()
    settle()
    (dialog,) = full_window.findChildren(VoidDialog)
    dialog.dependents.anchorClicked.emit(QUrl("2"))
    settle()
    assert full_window.panel.place == Place("history")
    assert full_window.panel.view.selected_numbers() == [2]
    assert isinstance(full_window.findChild(Commands), Commands)
