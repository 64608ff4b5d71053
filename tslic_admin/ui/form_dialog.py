"""What every dialog that acts shares: fields with their errors beside them, one verb, nothing typed lost.

A dialog names its fields after the service's parameters, so that a refusal finds its field by itself. The
act runs on the write worker; until it answers, the dialog waits with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.errors import NeedsReason, RuleViolation
from tslic_admin.services.changes import Done
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.jobs import Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ERROR = "color: palette(highlight); font-weight: bold"


def day_edit(day: date | None = None) -> QDateEdit:
    """A day, as ISO everywhere; today where none is given."""
    edit = QDateEdit(QDate(day.year, day.month, day.day) if day else QDate.currentDate())
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    return edit


def optional_day_edit() -> QLineEdit:
    """A day that may stay empty."""
    edit = QLineEdit()
    edit.setPlaceholderText("YYYY-MM-DD")
    edit.setMaxLength(10)
    return edit


def choice(items: dict[str, str], *, empty: str | None = None) -> QComboBox:
    """One of several values by their texts; `empty`: the text of *not given*."""
    box = QComboBox()
    if empty is not None:
        box.addItem(empty, "")
    for value, text in items.items():
        box.addItem(text, value)
    return box


def error_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.hide()
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
    return str(widget.property("text"))


class FormDialog(QDialog):
    """Subclasses add fields, set the verb, and give the act in `act`; `finished_act` tells that it was done."""

    acted = Signal(object)  # Done

    def __init__(self, gateway: Gateway, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.gateway = gateway
        self.fields: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._running: Job | None = None
        self.intro = QLabel()
        self.intro.setWordWrap(True)
        self.intro.hide()
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.refusal = error_label()
        self.anyway = QCheckBox(self.tr("Record &anyway, for the reason given"))
        self.anyway.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.verb = QPushButton(verb)
        self.verb.setDefault(True)
        self.buttons.addButton(self.verb, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout(self)
        self.body.addWidget(self.intro)
        self.body.addLayout(self.form)
        self.body.addStretch(1)
        self.body.addWidget(self.refusal)
        self.body.addWidget(self.anyway)
        self.body.addWidget(self.buttons)

    # building

    def explain(self, text: str) -> None:
        """Say at the top what this is about and what will be true afterwards."""
        self.intro.setText(text)
        self.intro.show()

    def add_field(self, name: str, label: str, widget: QWidget, form: QFormLayout | None = None) -> QWidget:
        """Add a field under its service parameter's name; its error will stand below it."""
        form = form or self.form
        buddy = QLabel(label)
        buddy.setBuddy(widget)
        widget.setAccessibleName(label.replace("&", "").rstrip(":"))
        widget.setObjectName(name)
        error = error_label()
        form.addRow(buddy, widget)
        form.addRow("", error)
        form.setRowVisible(error, False)
        error.setProperty("form", form)
        self.fields[name], self._errors[name] = widget, error
        return widget

    def typed(self, *names: str) -> dict[str, str]:
        """What was typed into the named fields, or into all."""
        return {name: text_of(self.fields[name]) for name in names or self.fields}

    # acting

    def act(self) -> Callable[[Session], Done]:
        """The service call, with what was typed. Runs on the write worker: touches no widget."""
        raise NotImplementedError

    def succeeded(self, done: Done) -> None:
        """After the commit: close. Subclasses may show what comes next instead."""
        self.acted.emit(done)
        super().accept()

    def accept(self) -> None:
        if self._running is not None:
            return
        self.clear_refusal()
        self.set_busy(True)
        self._running = self.gateway.do(self.act(), self._done, self._refused, failed=self._failed)

    def reject(self) -> None:
        if self._running is not None:
            self._running.cancel()  # while it waits for its turn; a running act ends in a moment
            return
        super().reject()

    def _done(self, done: Any) -> None:
        self._running = None
        self.set_busy(False)
        self.succeeded(done)

    def _failed(self) -> None:
        self._running = None
        self.set_busy(False)

    def _refused(self, violation: RuleViolation) -> None:
        self._failed()
        self.show_refusal(violation)

    def set_busy(self, busy: bool) -> None:
        self.verb.setEnabled(not busy)

    # refusals

    def clear_refusal(self) -> None:
        self.refusal.hide()
        for error in self._errors.values():
            error.hide()
            error.property("form").setRowVisible(error, False)

    def show_refusal(self, violation: RuleViolation) -> None:
        """Show what a rule refused: below its field where it has one here, else above the buttons."""
        from tslic_admin.wording.say import refusal

        sentence = refusal(violation)
        if isinstance(violation, NeedsReason):
            self.anyway.show()
        error = self._errors.get(violation.field or "")
        if error is None:
            self.refusal.setText(sentence)
            self.refusal.show()
            self.refusal.setAccessibleName(sentence)
            return
        error.setText(sentence)
        error.show()
        error.property("form").setRowVisible(error, True)
        widget = self.fields[violation.field or ""]
        widget.setAccessibleDescription(sentence)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(widget, QLineEdit):
            widget.selectAll()
