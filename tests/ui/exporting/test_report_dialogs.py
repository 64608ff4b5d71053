"""Audit Report… and Clearinghouse Kit…: what is asked, what was written, and that it is opened afterwards."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from services.history.tampering import tamper
from ui.every_dialog import CODE, show, stock

from tslic_admin.db.schema.tables import EntryRow
from tslic_admin.db.store import Store
from tslic_admin.ui.exporting.report_dialogs import AuditReportDialog, ClearinghouseKitDialog, ReportDialog
from tslic_admin.ui.gateway.gateway import Gateway

Settle = Callable[[], None]
Open = Callable[[type[ReportDialog]], Any]


@pytest.fixture
def open_report(store: Store, gateway: Gateway, settle: Settle, qtbot: QtBot) -> Open:
    stock(store)

    def open_it(dialog_type: type[ReportDialog]) -> ReportDialog:
        dialog: ReportDialog = dialog_type(gateway)  # type: ignore[call-arg]
        show(dialog, qtbot)
        settle()
        return dialog

    return open_it


def write(dialog: ReportDialog, target: Path, settle: Settle) -> None:
    dialog.to.setText(str(target))
    dialog.verb.click()
    settle()


def test_the_audit_of_a_period_and_a_server(open_report: Open, settle: Settle, tmp_path: Path) -> None:
    dialog = open_report(AuditReportDialog)
    assert [dialog.servers.itemText(n) for n in range(3)] == ["All servers", "DC01.corp.example", "TS2K"]
    dialog.servers.setCurrentIndex(1)
    dialog.fields["since"].setText("2026-03-01")
    dialog.fields["until"].setText("2026-03-02")
    target = tmp_path / "audit.html"
    write(dialog, target, settle)
    page = target.read_text(encoding="ascii")
    assert "From 2026-03-01 to 2026-03-02" in page
    assert "TS2K" not in page
    assert dialog.facts["SHA-256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert dialog.facts["History head"].startswith("Entry 3, ")
    assert dialog.intro.text() == "The page was written. Open it to read or to print it."
    dialog.copy()
    assert QGuiApplication.clipboard().text().startswith(f"File: {target}\nSHA-256: ")


def test_a_wrong_day_is_said_at_its_field_and_writes_nothing(
    open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_report(AuditReportDialog)
    dialog.fields["since"].setText("2026-13-01")
    write(dialog, tmp_path / "audit.html", settle)
    assert dialog._errors["since"].isVisible()
    assert not (tmp_path / "audit.html").exists()
    dialog.fields["since"].setText("2026-03-02")
    dialog.fields["until"].setText("2026-03-01")
    write(dialog, tmp_path / "audit.html", settle)
    assert dialog._errors["until"].isVisible()


def test_without_a_file_it_asks_for_one(open_report: Open, settle: Settle) -> None:
    dialog = open_report(AuditReportDialog)
    write(dialog, Path(), settle)
    dialog.to.clear()
    dialog.verb.click()
    assert dialog._errors["to"].isVisible()


def test_what_is_not_intact_is_said_in_the_dialog_too(
    store: Store, open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    tamper(store, "UPDATE key_pack SET total = 9999 WHERE id = 1", "DELETE FROM issuance")
    dialog = open_report(AuditReportDialog)
    write(dialog, tmp_path / "audit.html", settle)
    assert dialog.intro.text().endswith("The history is not intact; the report says where.")


def test_figures_that_do_not_add_up_are_said_too(
    store: Store, open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    tamper(
        store,
        "INSERT INTO issuance (id, key_pack_id, license_id, by_hand, status) VALUES (1, 1, 1, 0, 2)",
    )
    dialog = open_report(AuditReportDialog)
    write(dialog, tmp_path / "audit.html", settle)
    assert dialog.intro.text().endswith("The figures do not add up; the report says which.")


def test_the_kit_is_masked_unless_it_is_revealed_on_purpose(
    store: Store, open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    dialog = open_report(ClearinghouseKitDialog)
    assert not dialog.warning.isVisible()
    write(dialog, tmp_path / "kit.html", settle)
    assert CODE not in (tmp_path / "kit.html").read_text(encoding="ascii").replace("-", "")
    assert "Revealed" not in dialog.facts

    dialog = open_report(ClearinghouseKitDialog)
    dialog.reveal.setChecked(True)
    assert dialog.warning.isVisible()
    write(dialog, tmp_path / "kit2.html", settle)
    page = (tmp_path / "kit2.html").read_text(encoding="ascii")
    assert CODE in page.replace("-", "")
    assert "Contains unmasked license codes" in page
    assert dialog.facts["Revealed"] == "Recorded as history entry 4"
    with store.reading() as session:
        assert session.get_one(EntryRow, 4).kind == "reveal"


def test_a_place_that_takes_no_file_is_said_at_the_field(
    open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    for dialog_type in (AuditReportDialog, ClearinghouseKitDialog):
        dialog = open_report(dialog_type)
        write(dialog, tmp_path / "missing" / "x.html", settle)
        assert "cannot be written" in dialog._errors["to"].text()
        assert dialog.verb.isEnabled()


def test_the_store_itself_is_refused(store: Store, open_report: Open, settle: Settle) -> None:
    dialog = open_report(ClearinghouseKitDialog)
    dialog._may_replace = str(store.path)
    write(dialog, store.path, settle)
    assert "store's own file" in dialog._errors["to"].text()


def test_a_file_that_is_there_is_replaced_only_after_asking(
    open_report: Open, settle: Settle, tmp_path: Path
) -> None:
    target = tmp_path / "kit.html"
    target.write_text("old")
    dialog = open_report(ClearinghouseKitDialog)
    write(dialog, target, settle)
    (box,) = dialog.findChildren(QMessageBox)
    assert target.read_text() == "old"
    next(button for button in box.buttons() if button.text() == "&Replace").click()
    settle()
    assert target.read_text().startswith("<!DOCTYPE html>")


def test_open_shows_the_page_and_says_where_nothing_can(
    open_report: Open, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_report(ClearinghouseKitDialog)
    target = tmp_path / "kit für uns.html"
    write(dialog, target, settle)
    opened: list[QUrl] = []
    works = [True, False]

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return works[len(opened) - 1]

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    assert dialog.open_button.isDefault()
    dialog.open_button.click()
    assert opened == [QUrl.fromLocalFile(str(target))]
    assert not dialog.refusal.isVisible()
    dialog.open_button.click()
    assert "Open it in a browser" in dialog.refusal.text()


@pytest.mark.parametrize(
    ("dialog_type", "reveal"),
    [(AuditReportDialog, False), (ClearinghouseKitDialog, False), (ClearinghouseKitDialog, True)],
)
def test_cancel_leaves_the_file_and_the_history_as_they_were(
    store: Store,
    open_report: Open,
    settle: Settle,
    tmp_path: Path,
    dialog_type: type[ReportDialog],
    *,
    reveal: bool,
) -> None:
    target = tmp_path / "page.html"
    target.write_text("old")
    dialog = open_report(dialog_type)
    if reveal:
        dialog.reveal.setChecked(True)
    dialog._may_replace = str(target)
    dialog.to.setText(str(target))
    started = threading.Event()  # the workers do not begin before it was cancelled
    dialog.gateway.read(started.wait, lambda _: None, owner=dialog)
    dialog.gateway.ask(lambda _: started.wait(), lambda _: None, owner=dialog)
    dialog.verb.click()
    dialog.reject()
    started.set()
    settle()
    assert target.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir() if "page" in one.name] == ["page.html"]
    assert dialog.isVisible()
    assert dialog.verb.isEnabled()
    assert not dialog.facts
    with store.reading() as session:
        assert session.get(EntryRow, 4) is None
