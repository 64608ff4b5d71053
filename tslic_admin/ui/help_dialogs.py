"""What the Help menu opens: the help page, the keyboard shortcuts, and About."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import QFile, QIODevice, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.services.identity import PROGRAM_NAME, program_version
from tslic_admin.services.stores import SCHEMA, SQLITE_VERSION
from tslic_admin.ui.widgets.fields import LINE_CHARACTERS, Sentence, line_label, value_label
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.ui.window.main_window import RECORDS_ONLY


def read_help() -> str:
    """The help page from the resources, as Markdown."""
    file = QFile(":/help/help.md")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(":/help/help.md")
    return bytes(file.readAll().data()).decode("utf-8")


def show_help(parent: QWidget) -> QTextBrowser:
    """Show the page; a second call brings the existing window to the front."""
    page = parent.findChild(QTextBrowser, "help")
    if page is None:
        page = QTextBrowser(parent)
        page.setObjectName("help")
        page.setWindowFlag(Qt.WindowType.Window)
        page.setWindowTitle("Help - tslic-admin")
        page.setAccessibleName("Help")
        page.setOpenExternalLinks(True)
        page.document().setDocumentMargin(16)
        page.setMarkdown(read_help())
        page.resize(720, 640)
    page.show()
    page.raise_()
    page.activateWindow()
    return page


class KeysDialog(QDialog):
    """`keys`: the text of each action, and its shortcut in Qt's portable form."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = TextTableView("Keyboard shortcuts", "", stretch=0)
        self.table.fill(
            ["Action", "Keys"], [(text.rstrip("…"), _native_keys(shortcut)) for text, shortcut in keys]
        )
        self.table.selectRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        body = QVBoxLayout(self)
        body.addWidget(self.table)
        body.addWidget(buttons)
        row_height = self.table.verticalHeader().defaultSectionSize()
        rows = self.table.horizontalHeader().sizeHint().height() + row_height * len(keys)
        room = self.screen().availableGeometry().height()
        self.resize(44 * self.fontMetrics().averageCharWidth() + 60, min(rows + 80, room - 80))


def _native_keys(portable: str) -> str:
    sequence = QKeySequence(portable, QKeySequence.SequenceFormat.PortableText)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)


PURPOSE = "Keeps the record of Terminal Services / Remote Desktop client access licenses."
ICON = ":/icons/app.svg"
ICON_SIZE = 64


class AboutDialog(QDialog):
    """`store`: the path of the open store. An open store always has the newest schema."""

    def __init__(self, store: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.facts = {
            "Version": program_version(),
            "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
            "Qt": f"{qVersion()}, PySide {PySide6.__version__}",
            "SQLite": SQLITE_VERSION,
            "Schema": SCHEMA,
            "Store": str(store),
            "License": "MIT",
        }
        title = QLabel(PROGRAM_NAME)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        promise = Sentence(RECORDS_ONLY)
        promise.setObjectName("promise")
        form = QFormLayout()
        for label, text in self.facts.items():
            value = value_label(text) if label != "Store" else line_label(text)
            value.setAccessibleName(f"{label}: {text}")
            form.addRow(f"{label}:", value)
        column = QVBoxLayout()
        for line in (title, Sentence(PURPOSE), promise):
            column.addWidget(line)
        column.addSpacing(self.fontMetrics().height() // 2)
        column.addLayout(form)
        column.addStretch(1)
        row = QHBoxLayout()
        if QFile.exists(ICON):
            picture = QLabel()
            picture.setPixmap(QIcon(ICON).pixmap(ICON_SIZE, ICON_SIZE))
            row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            row.addSpacing(12)
        row.addLayout(column, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = QPushButton("&Copy")
        self.copy_button.setAutoDefault(False)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        body = QVBoxLayout(self)
        body.addLayout(row, 1)
        body.addSpacing(self.fontMetrics().height() // 2)
        body.addWidget(buttons)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        close.setFocus()
        self.resize(self.fontMetrics().averageCharWidth() * LINE_CHARACTERS, self.sizeHint().height())

    def copy(self) -> None:
        """Copy the facts as text, one line for each."""
        lines = [PROGRAM_NAME, *(f"{label}: {text}" for label, text in self.facts.items())]
        QGuiApplication.clipboard().setText("\n".join(lines))
