"""About this program: its versions and where its store is, to be copied into a question or a report."""

from __future__ import annotations

import platform
from pathlib import Path

import PySide6
from PySide6.QtCore import QFile, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.services.program import NAME, program_version
from tslic_admin.services.stores import SCHEMA, sqlite_version
from tslic_admin.ui.fields import READABLE, Sentence, line_label, value_label

PURPOSE = "Keeps the record of Terminal Services / Remote Desktop client access licenses."
PROMISE = "Records only; changes nothing on a license server."
ICON = ":/icons/app.svg"
ICON_SIZE = 64


class AboutDialog(QDialog):
    """`store`: the open store, whose schema is always the newest."""

    def __init__(self, store: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.facts = {
            "Version": program_version(),
            "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
            "Qt": f"{qVersion()}, PySide {PySide6.__version__}",
            "SQLite": sqlite_version,
            "Schema": SCHEMA,
            "Store": str(store),
            "License": "MIT",
        }
        title = QLabel(NAME)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        promise = Sentence(PROMISE)
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
        self.resize(self.fontMetrics().averageCharWidth() * READABLE, self.sizeHint().height())

    def copy(self) -> None:
        """The facts as text, a line each."""
        lines = [NAME, *(f"{label}: {text}" for label, text in self.facts.items())]
        QGuiApplication.clipboard().setText("\n".join(lines))
