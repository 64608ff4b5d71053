"""Worksheet page *Call*: what to have at hand and to read out, and what is noted while one speaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tslic_admin.domain.codes import grouped
from tslic_admin.services.worksheets import Worksheet
from tslic_admin.ui.fields import FieldArea, FieldWith, choice, heading, value_label
from tslic_admin.ui.form_dialog import form_layout
from tslic_admin.wording.spelling import spelled
from tslic_admin.wording.values import PROGRAMS, pack_text, version_and_type

NOTED = (
    ("phone", "&Number dialed:"),
    ("agent", "Rep&resentative:"),
    ("case", "Cas&e number:"),
)
TIMES = (("call_started_at", "Call &started:"), ("call_ended_at", "Call en&ded:"))
TIME_FORM = "YYYY-MM-DD HH:MM"


class CallPage(QWidget):
    """Fields by their names in the draft; `changed` with every key."""

    changed = Signal()
    reveal = Signal()  # the license server ID is to be shown whole
    same_call = Signal(object)  # number of the other request, or None

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        content = QWidget()
        column = QVBoxLayout(content)
        column.addWidget(heading("To have at hand and to read out"))
        self._at_hand = form_layout()
        column.addLayout(self._at_hand)
        column.addWidget(heading("Noted during the call"))
        self.form = form_layout()
        column.addLayout(self.form)
        column.addStretch(1)
        self.fields: dict[str, QLineEdit] = {}
        for name, label in NOTED:
            self._add(name, label, QLineEdit())
        for name, label in TIMES:
            edit = QLineEdit()
            edit.setPlaceholderText(TIME_FORM)
            now = QPushButton("Now")
            now.setAccessibleName(f"{label.replace('&', '').rstrip(':')} now")
            now.clicked.connect(
                lambda _=False, edit=edit: edit.setText(f"{datetime.now().astimezone():%Y-%m-%d %H:%M}")
            )
            self._add(name, label, edit, FieldWith(edit, now))
        self.same_call_box: QComboBox = choice({}, empty="A call of its own")
        self.same_call_box.setAccessibleName("Same call as")
        self.same_call_box.activated.connect(self._same_call)
        same_call = QLabel("Same call &as:")
        same_call.setBuddy(self.same_call_box)
        self.form.addRow(same_call, self.same_call_box)
        self.show_whole = QPushButton("Re&veal")
        self.show_whole.clicked.connect(self.reveal)
        self._whole: str | None = None
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(FieldArea(content))

    def _add(self, name: str, text: str, edit: QLineEdit, field: QWidget | None = None) -> None:
        label = QLabel(text)
        label.setBuddy(edit)
        edit.setAccessibleName(text.replace("&", "").rstrip(":"))
        edit.textChanged.connect(lambda _: None if self._filling else self.changed.emit())
        self.form.addRow(label, field or edit)
        self.fields[name] = edit

    def fill(self, sheet: Worksheet) -> None:
        """Show what is at hand; the fields keep what stands in them."""
        while self._at_hand.rowCount():
            taken = self._at_hand.takeRow(0)
            for item in (taken.labelItem, taken.fieldItem):
                widget = item.widget() if item is not None else None
                if widget is self.show_whole.parentWidget() and widget is not None:
                    self.show_whole.setParent(None)
                if widget is not None:
                    widget.deleteLater()
        for label, text in _facts(sheet):
            self._say(label, text)
        self._say_server_id(sheet.server.license_server_id)
        self._filling = True
        self.same_call_box.clear()
        self.same_call_box.addItem("A call of its own", None)
        for other in sheet.others:
            if other.state != "withdrawn":
                self.same_call_box.addItem(f"Reissue {other.number}, {other.server}", other.number)
        index = self.same_call_box.findData(sheet.request.same_call_as_id)
        self.same_call_box.setCurrentIndex(max(index, 0))
        self._filling = False

    def fill_fields(self, values: dict[str, Any]) -> None:
        """Put in what was typed before, or what was recorded."""
        self._filling = True
        for name, edit in self.fields.items():
            edit.setText(str(values.get(name) or ""))
        self._filling = False

    def show_server_id(self, code: str) -> None:
        """The license server ID whole, grouped and spelled, until the worksheet is closed."""
        self._whole = code

    def set_read_only(self, read_only: bool) -> None:
        for edit in self.fields.values():
            edit.setReadOnly(read_only)
        for button in self.findChildren(QPushButton):
            button.setVisible(not read_only or button is self.show_whole)
        self.same_call_box.setEnabled(not read_only)

    def _say(self, label: str, text: str) -> QLabel:
        value = value_label(text)
        value.setAccessibleName(label)
        self._at_hand.addRow(QLabel(f"{label}:"), value)
        return value

    def _say_server_id(self, masked: str | None) -> None:
        if not masked:
            self._say("License server ID", "not recorded; see the server's properties")
        elif self._whole is not None:
            self._say("License server ID", f"{grouped(self._whole)}\n{spelled(self._whole)}")
        else:
            value = value_label(masked)
            value.setAccessibleName("License server ID")
            self.show_whole.setVisible(True)
            self._at_hand.addRow(QLabel("License server ID:"), FieldWith(value, self.show_whole))

    def _same_call(self, index: int) -> None:
        if not self._filling:
            self.same_call.emit(self.same_call_box.itemData(index))


def _facts(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    server, request = sheet.server, sheet.request
    dial = ", ".join(text for text in (server.phone, server.country) if text)
    yield "Telephone", dial or "not recorded; see the server's properties"
    yield "Server", server.name
    yield "Product ID", server.product_id or "not recorded"
    if request.product_type is not None:
        yield "Licenses", version_and_type(request.product_version_id, request.product_type)
    yield "Quantity to ask for", str(len(sheet.collected))
    company = ", ".join(text for text in (server.company, server.contact) if text)
    if company:
        yield "Company and contact", company
    for pack in sheet.packs:
        numbers = (pack.purchase_number, pack.authorization_number, pack.purchase_ref)
        parts = [PROGRAMS.get(pack.program, ""), *(number for number in numbers if number)]
        if pack.reseller:
            parts.append(f"bought from {pack.reseller}")
        bought = ", ".join(part for part in parts if part)
        yield (
            f"Key pack {pack_text(pack.server, pack.keypack_id, pack.number)}",
            bought or "purchase not recorded",
        )
