"""The kinds of field that dialogs are made of; add one here when two dialogs need it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStyle,
    QWidget,
)


class Choice(QComboBox):
    """A choice that the mouse wheel changes only where it has the focus: scrolling past changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def choice(items: Mapping[str, str], *, empty: str | None = None) -> QComboBox:
    """One of several values by their texts; `empty`: the text of *not given*."""
    box = Choice()
    if empty is not None:
        box.addItem(empty, "")
    for value, text in items.items():
        box.addItem(text, value)
    return box


def numbered(texts: Mapping[int, str], *, empty: str | None = None) -> QComboBox:
    """A choice among numbers by their names."""
    return choice({str(number): text for number, text in texts.items()}, empty=empty)


def choose(box: QComboBox, value: object) -> None:
    """Select a stored value; one that no name is known for is added as *Unknown (17)*, never lost."""
    data = "" if value is None else str(value)
    if box.findData(data) < 0:
        box.addItem(f"Unknown ({data})", data)
    box.setCurrentIndex(box.findData(data))


def day_edit(day: date | None = None) -> QDateEdit:
    """A day, as ISO everywhere; today where none is given."""
    edit = QDateEdit(QDate(day.year, day.month, day.day) if day else QDate.currentDate())
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    return edit


def optional_day_edit(empty: str = "YYYY-MM-DD") -> QLineEdit:
    """A day that may stay empty; `empty` says what that means."""
    edit = QLineEdit()
    edit.setPlaceholderText(empty)
    edit.setMaxLength(10)
    edit.setMaximumWidth(edit.fontMetrics().horizontalAdvance("0") * 24)
    return edit


def number_edit(empty: str = "") -> QLineEdit:
    """A number as typed; the service says where it is none."""
    edit = QLineEdit()
    edit.setPlaceholderText(empty)
    edit.setMaximumWidth(edit.fontMetrics().horizontalAdvance("0") * 24)
    return edit


def notes_edit(lines: int = 3) -> QPlainTextEdit:
    """Free text of a few lines; Tab goes on to the next field."""
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    frame = 2 * (edit.frameWidth() + round(edit.document().documentMargin()))
    edit.setFixedHeight(edit.fontMetrics().lineSpacing() * lines + frame)
    return edit


def value_label(text: str) -> QLabel:
    """A value that is known and not changed here; it can be reached and copied by keyboard."""
    label = QLabel(text or "–")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def heading(text: str) -> QLabel:
    """What the fields below are about."""
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, label.fontMetrics().height() // 2, 0, 0)
    return label


def text_of(widget: QWidget) -> str:
    """What was typed or chosen, as the services take it."""
    if isinstance(widget, QComboBox):
        return widget.currentText() if widget.isEditable() else str(widget.currentData())
    if isinstance(widget, QDateEdit):
        return widget.date().toString(Qt.DateFormat.ISODate)
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QCheckBox):
        return "1" if widget.isChecked() else ""
    return str(widget.property("text"))


class ErrorLabel(QLabel):
    """What is wrong with the field above it: a sentence beside a sign, so that no color has to say it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sign = self.fontMetrics().height()
        self.setContentsMargins(self._sign + 6, 0, 0, 4)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning, None, self)
        painter = QPainter(self)
        icon.paint(painter, 0, 0, self._sign, self._sign)
        painter.end()


def error_label() -> QLabel:
    return ErrorLabel()


class FieldArea(QScrollArea):
    """As large as its fields where the screen allows it; scrolls where it does not."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        # the fields stand on the dialog's own background, not on a sheet
        content.setAutoFillBackground(False)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)

    def sizeHint(self) -> QSize:
        content = self.widget()
        hint = content.sizeHint()
        width = max(hint.width(), self.viewport().width() if self.isVisible() else 0)
        height = content.heightForWidth(width) if content.hasHeightForWidth() else hint.height()
        return QSize(hint.width() + self.verticalScrollBar().sizeHint().width(), max(height, 0))

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("0") * 30, metrics.height() * 6)
