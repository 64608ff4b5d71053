"""Worksheet page *Result*: the code that was read out, what was granted, and the steps that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID
from tslic_admin.services.worksheets import Worksheet
from tslic_admin.ui.code_edit import CodeEdit
from tslic_admin.ui.fields import FieldArea, Sentence, day_edit, error_label, heading, number_edit, text_of
from tslic_admin.ui.form_dialog import form_layout
from tslic_admin.wording.values import pack_text

CODE_LABEL = "Confirmation code (license key pack ID)"
STEPS = (
    "1. On {server}, open the licensing tool.\n"
    "2. Select the server and choose Install Licenses.\n"
    "3. Enter the confirmation code {code} and finish.\n"
    "4. The reissued licenses appear as another key pack of {server}; import its list, or say here when it was done."
)


class ResultPage(QWidget):
    """Fields by their names in the draft. `record` and `installed`: the buttons."""

    changed = Signal()
    record = Signal()
    installed = Signal(str)  # the day
    navigate = Signal(str, int)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._filling = False
        self._pack: int | None = None
        self.form = form_layout()
        self.code = CodeEdit(LICENSE_KEY_PACK_ID.length)
        self.quantity = number_edit()
        self.on = day_edit(today)
        self.keypack_id = number_edit("if the server lists it already")
        self.fields: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._add("code", f"{CODE_LABEL}:", self.code)
        self._add("quantity", "&Quantity granted:", self.quantity)
        self._add("on", "&Date of the call:", self.on)
        self._add("keypack_id", "&Keypack ID:", self.keypack_id)
        self.record_button = QPushButton()
        self.record_button.clicked.connect(self.record)
        self.after = heading("Installing the licenses on the server")
        self.steps = Sentence()
        self.installed_on = day_edit(today)
        self.installed_on.setAccessibleName("Installed on")
        self.installed_button = QPushButton("Mark as &Installed")
        self.installed_button.clicked.connect(lambda: self.installed.emit(text_of(self.installed_on)))
        self.show_pack = QPushButton("Show &Key Pack")
        self.show_pack.clicked.connect(lambda: self.navigate.emit("pack", self._pack or 0))
        self._lay_out()
        self.code.changed.connect(self._tell)
        self.quantity.textChanged.connect(self._tell)
        self.on.dateChanged.connect(self._tell)
        self.keypack_id.textChanged.connect(self._tell)

    def _lay_out(self) -> None:
        label = QLabel("Installed &on:")
        label.setBuddy(self.installed_on)
        self._installed_line = QWidget()
        installed = _line(label, self.installed_on, self.installed_button, None)
        installed.setContentsMargins(0, 0, 0, 0)
        self._installed_line.setLayout(installed)
        content = QWidget()
        column = QVBoxLayout(content)
        column.addLayout(self.form)
        column.addLayout(_line(None, self.record_button))
        column.addWidget(self.after)
        column.addWidget(self.steps)
        column.addWidget(self._installed_line)
        column.addLayout(_line(self.show_pack, None))
        column.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(FieldArea(content))

    def _add(self, name: str, text: str, field: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", "").rstrip(":"))
        error = error_label()
        self.form.addRow(label, field)
        self.form.addRow("", error)
        self.form.setRowVisible(error, False)
        self.fields[name], self._errors[name] = field, error

    def _tell(self, _: object) -> None:
        if not self._filling:
            self.changed.emit()

    def typed(self) -> dict[str, str]:
        return {name: text_of(field) for name, field in self.fields.items()}

    def fill_fields(self, values: dict[str, Any]) -> None:
        """Put in what was typed before, or what was recorded."""
        self._filling = True
        self.code.set_code(str(values.get("code") or ""))
        for edit, name in ((self.quantity, "quantity"), (self.keypack_id, "keypack_id")):
            edit.setText(str(values.get(name) or ""))
        day = QDate.fromString(str(values.get("on") or ""), "yyyy-MM-dd")
        if day.isValid():
            self.on.setDate(day)
        self._filling = False

    def fill(self, sheet: Worksheet, *, retired: int) -> None:
        """Show what can be done now: record, install, or look at what it became."""
        request, pack = sheet.request, sheet.pack
        is_open = request.state == "open"
        self.offer(retired)
        self.record_button.setVisible(is_open)
        for field in (self.quantity, self.on, self.keypack_id):
            field.setReadOnly(not is_open)
        self.form.setRowVisible(self.keypack_id, is_open)
        self._pack = pack.number if pack is not None else None
        self.show_pack.setVisible(pack is not None)
        recorded = request.state in ("recorded", "installed")
        waits = request.state == "recorded"
        self.after.setVisible(recorded)
        self.steps.setVisible(recorded)
        self._installed_line.setVisible(waits)
        if pack is not None:
            name = pack_text(pack.server, pack.keypack_id, pack.number)
            self.show_pack.setText(f"Show &Key Pack {name}")
            steps = STEPS.format(server=sheet.server.name, code=pack.code)
            self.steps.setText(steps if waits else f"Installed on {request.installed_on} as key pack {name}.")
        if recorded:
            self._show_code_masked(pack.code if pack is not None else "")

    def _show_code_masked(self, masked: str) -> None:
        if self.code.isVisibleTo(self):
            self.form.setRowVisible(self.code, False)
            label = QLabel(f"{CODE_LABEL}:")
            value = QLineEdit(masked)
            value.setReadOnly(True)
            value.setAccessibleName(CODE_LABEL)
            self.form.insertRow(0, label, value)

    def offer(self, retired: int) -> None:
        """The verb with its number: so many licenses as were granted, or as are to be retired."""
        typed = self.quantity.text().strip()
        count = int(typed) if typed.isdecimal() and len(typed) < 10 else retired
        self.record_button.setText(f"&Record {count} Reissued License{'s' if count != 1 else ''}")

    def show_error(self, field: str | None, sentence: str) -> bool:
        """Show a refusal at its field; False where it has none here."""
        error = self._errors.get(field or "")
        if error is None:
            return False
        error.setText(sentence)
        self.form.setRowVisible(error, True)
        error.show()
        self.fields[field or ""].setFocus()
        self.fields[field or ""].setAccessibleDescription(sentence)
        return True

    def clear_errors(self) -> None:
        for name, error in self._errors.items():
            self.form.setRowVisible(error, False)
            self.fields[name].setAccessibleDescription("")


def _line(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is a gap."""
    line = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget)
    return line
