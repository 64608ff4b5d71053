"""Message boxes for trouble with the store's file and for bugs, and the log of Qt's messages."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, QUrl, Signal, qInstallMessageHandler
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Refusal
from tslic_admin.wording.messages import refusal_text, trouble_text


def refusal_sentence(refusal: Refusal) -> str:
    """What a rule refused, or what is wrong with a file, as a dialog shows it."""
    if isinstance(refusal, StoreTrouble):
        return trouble_text(refusal.code, refusal.facts)
    return refusal_text(refusal)


def trouble_box(parent: QWidget | None, trouble: StoreTrouble, path: Path) -> QMessageBox:
    """The box with the trouble's sentence; `path` is the store's."""
    return QMessageBox(
        QMessageBox.Icon.Warning,
        "tslic-admin",
        trouble_text(trouble.code, {"path": path} | trouble.facts),
        QMessageBox.StandardButton.Close,
        parent,
    )


def show_trouble(parent: QWidget, trouble: StoreTrouble, path: Path) -> None:
    """Show the trouble over a window, which stays usable afterwards."""
    box = trouble_box(parent, trouble, path)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


SENTENCE = (
    "tslic-admin has met a bug and must close. Nothing that was not recorded yet was half recorded: the store is "
    "as it was after the last completed act, and what stood in a reissue request is kept."
)
ADVICE = "Please report it with the details below. They hold no names and no codes, and are sent nowhere."


class CrashDialog(QObject):
    """Shows a report on the interface's thread, whichever thread it came from."""

    _reported = Signal(str)

    def __init__(self, logs: Path) -> None:
        super().__init__()
        self._logs = logs
        self._shown = False
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def show_report(self, report: str) -> None:
        self._reported.emit(report)

    def _show(self, report: str) -> None:
        if self._shown:
            return  # one bug often causes others; only the first is reported
        self._shown = True
        box = QMessageBox(QMessageBox.Icon.Critical, "tslic-admin", SENTENCE)
        box.setInformativeText(ADVICE)
        box.setDetailedText(report)
        copy = QPushButton("&Copy Details")
        folder = QPushButton("&Open Log Folder")
        box.addButton(copy, QMessageBox.ButtonRole.ActionRole)
        box.addButton(folder, QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        # an action button closes the box; these two must not
        for button, act in (
            (copy, lambda: QGuiApplication.clipboard().setText(report)),
            (folder, lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))),
        ):
            button.clicked.disconnect()
            button.clicked.connect(act)
        box.exec()
        QApplication.exit(5)


def log_qt_messages() -> None:
    """Write Qt's messages to the log, which the crash report points to."""
    log = logging.getLogger("qt")
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def handler(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        log.log(levels[kind], message)
        if kind == QtMsgType.QtFatalMsg:
            sys.stderr.write(message + "\n")

    qInstallMessageHandler(handler)
