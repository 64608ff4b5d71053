"""The kinds of fields and labels that dialogs are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Property, QDate, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QWidget,
)

from tslic_admin.domain.codes import MASK
from tslic_admin.ui.widgets.code_edit import CodeEdit

LINE_CHARACTERS = 72  # characters of a line


class Choice(QComboBox):
    """A choice that the mouse wheel changes only while it has the focus, so that scrolling changes nothing."""

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
    """A choice among values by their texts; `empty`: the text for no value."""
    box = Choice()
    if empty is not None:
        box.addItem(empty, "")
    for value, text in items.items():
        box.addItem(text, value)
    return box


def number_choice(texts: Mapping[int, str], *, empty: str | None = None) -> QComboBox:
    """A choice among numbers by their names."""
    return choice({str(number): text for number, text in texts.items()}, empty=empty)


def choose(box: QComboBox, value: object) -> None:
    """Select a stored value; a value without a text is added as *Unknown (17)*."""
    value_text = "" if value is None else str(value)
    if box.findData(value_text) < 0:
        box.addItem(f"Unknown ({value_text})", value_text)
    box.setCurrentIndex(box.findData(value_text))


def day_edit(day: date) -> QDateEdit:
    """A field for a day, shown in ISO form."""
    edit = QDateEdit(QDate(day.year, day.month, day.day))
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
    """A field for a number; the service refuses what is none."""
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


class Sentence(QLabel):
    """Plain text that wraps only at the full width, and is no higher than its lines."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def sizeHint(self) -> QSize:
        readable = self.fontMetrics().averageCharWidth() * LINE_CHARACTERS * 2 // 3
        width = min(self.fontMetrics().horizontalAdvance(self.text()) + 8, readable)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 12, self.fontMetrics().height())


def value_label(text: str) -> QLabel:
    """A value that cannot be changed here; it can be reached and copied by keyboard."""
    label = Sentence(text or "–")
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def line_label(text: str) -> QLineEdit:
    """A value that cannot be wrapped, such as a path or a digest; a long one scrolls."""
    edit = QLineEdit(text)
    edit.setReadOnly(True)
    edit.setFrame(False)
    edit.setTextMargins(-2, 0, 0, 0)
    edit.setCursorPosition(0)
    palette = edit.palette()
    palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Window))
    edit.setPalette(palette)
    width = min(
        edit.fontMetrics().horizontalAdvance(text) + 12,
        edit.fontMetrics().averageCharWidth() * LINE_CHARACTERS,
    )
    edit.setMinimumWidth(min(width, 240))
    return edit


def heading(text: str) -> QLabel:
    """A bold heading above fields."""
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


class FieldWith(QWidget):
    """A field with widgets beside it, such as a button; to a form it is one field."""

    def __init__(self, edit: QWidget, *beside: QWidget) -> None:
        super().__init__()
        self.edit = edit
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(edit, 1)
        for widget in beside:
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(edit)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.edit.setAccessibleDescription(description)

    @Property(str)
    def text(self) -> str:
        return text_of(self.edit)


def _show_recorded(edit: QWidget, masked: str) -> None:
    """Show the masked recorded code as the placeholder of an empty field."""
    if isinstance(edit, CodeEdit):
        for box in edit.boxes[:-1]:
            box.setPlaceholderText(MASK)
        edit.boxes[-1].setPlaceholderText(masked.removeprefix(MASK))
    elif isinstance(edit, QLineEdit):
        edit.setPlaceholderText(masked)
    else:
        for part in edit.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            _show_recorded(part, masked)


class SecretEdit(FieldWith):
    """A code that is kept unless another is typed or *Clear* is checked; only its last five characters are shown.

    Its `text` is the masked code while it is kept, and empty once it is cleared.
    """

    def __init__(self, edit: QWidget, masked: str | None) -> None:
        self._masked = masked or ""
        self.clear_box = QCheckBox("Clear")
        super().__init__(edit, self.clear_box)
        self.clear_box.setVisible(bool(masked))
        self.clear_box.toggled.connect(lambda checked: self.edit.setEnabled(not checked))
        if masked:
            _show_recorded(edit, masked)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        if self._masked:
            self.edit.setAccessibleName(f"{name}, recorded as {self._masked}, kept while this is empty")
        self.clear_box.setAccessibleName(f"Clear {name}")

    @Property(str)
    def text(self) -> str:
        return "" if self.clear_box.isChecked() else text_of(self.edit) or self._masked


class ErrorLabel(Sentence):
    """An error below its field: a sentence beside a warning sign, so that the meaning does not depend on a color."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sign = self.fontMetrics().height()
        self.setContentsMargins(self._sign + 6, 0, 0, 4)
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        self.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning, None, self)
        painter = QPainter(self)
        icon.paint(painter, 0, 0, self._sign, self._sign)
        painter.end()


class FieldArea(QScrollArea):
    """As large as its fields if the screen allows it; else it scrolls."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        # show the dialog's own background behind the fields
        content.setAutoFillBackground(False)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)

    def sizeHint(self) -> QSize:
        content = self._content
        hint = content.sizeHint()
        # sentences wrap: take the width of a readable line, and the height that follows from it
        width = max(hint.width(), self.fontMetrics().averageCharWidth() * LINE_CHARACTERS)
        if self.isVisible():
            width = max(width, self.viewport().width())
        height = content.heightForWidth(width) if content.hasHeightForWidth() else hint.height()
        return QSize(width + self.verticalScrollBar().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("0") * 30, metrics.height() * 6)
