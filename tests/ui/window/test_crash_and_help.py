"""What appears when something goes wrong, and when somebody asks for help."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QTextBrowser

from tslic_admin.ui.gateway.error_boxes import CrashDialog
from tslic_admin.ui.help_dialogs import KeysDialog, show_help


def test_f1_shows_the_help_page_once(window, settle):
    window.window_actions["help"].trigger()
    window.window_actions["help"].trigger()
    pages = window.findChildren(QTextBrowser, "help")
    assert len(pages) == 1
    assert pages[0].isVisible()
    assert "Reissue by telephone" in pages[0].toPlainText()
    assert show_help(window) is pages[0]
    pages[0].close()


def test_the_keys_are_listed(window):
    window.window_actions["keys"].trigger()
    assert window.findChild(KeysDialog).isVisible()


def test_a_verified_history_is_said_in_the_status_bar(sample, window, settle):
    window.window_actions["verify"].trigger()
    settle()
    assert window.verified_label.text().startswith("history verified ")


def test_an_altered_history_is_said_in_a_box(sample, window, settle, database):
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE server SET country = 'Elsewhere' WHERE name = 'RDLIC22'")
    window.window_actions["verify"].trigger()
    settle()
    box = window.findChild(QMessageBox)
    assert "Country of server" in box.text()
    assert "Elsewhere" in box.text()
    assert window.verified_label.text() == ""


def test_a_crash_shows_a_plain_sentence_and_its_details_to_copy(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QApplication, "exit", lambda code: None)
    dialog = CrashDialog(tmp_path)
    dialog.show_report("the report")

    def the_box() -> QMessageBox | None:
        return next(
            (w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()), None
        )

    seen = []

    def look() -> None:
        box = the_box()
        if box is None:
            return  # the timer looks again
        timer.stop()
        copy = next(b for b in box.findChildren(QPushButton) if b.text() == "&Copy Details")
        copy.click()
        seen.append((box.text(), box.isVisible(), QGuiApplication.clipboard().text()))
        box.reject()

    timer = QTimer(interval=10)  # the box runs an event loop of its own, in which only a timer is called
    timer.timeout.connect(look)
    timer.start()
    qtbot.waitUntil(lambda: bool(seen))
    text, stayed, copied = seen[0]
    assert "has met a bug" in text
    assert stayed
    assert copied == "the report"
