"""Worksheet page Call: the numbers to read out, and the notes taken during the call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tslic_admin.domain.codes import is_masked
from tslic_admin.services.reissue.calls import RevealedSecrets
from tslic_admin.services.reissue.worksheets import Worksheet
from tslic_admin.ui.reissue.page_fields import PageFields, line_of, side_button
from tslic_admin.ui.widgets.fields import FieldArea, FieldWith, choice, heading, value_label
from tslic_admin.ui.widgets.form_dialog import form_layout
from tslic_admin.wording.lists.key_packs import pack_line_reference, purchase_text
from tslic_admin.wording.records.calls import spell_code, spell_code_lines
from tslic_admin.wording.values import version_and_type

NOTE_FIELDS = (
    ("phone", "&Number dialed:"),
    ("agent", "Rep&resentative:"),
    ("case", "Cas&e number:"),
)
TIME_FIELDS = (("call_started_at", "Call &started:"), ("call_ended_at", "Call en&ded:"))
TIME_FORM = "YYYY-MM-DD HH:MM"
SEPARATE_CALL = "A call of its own"


class CallPage(QWidget):
    """`fields` holds the fields by their names in the draft; `changed` is emitted with every key."""

    changed = Signal()
    reveal = Signal()  # show the masked numbers whole, so that they can be read out
    same_call = Signal(object)  # number of the other request, or None
    navigate = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self._revealed: RevealedSecrets | None = None
        self._sheet: Worksheet | None = None
        self._fact_labels: dict[str, QLabel] = {}
        self.reveal_button = side_button("Re&veal Numbers")
        self.reveal_button.setToolTip("Show the masked numbers whole; the history keeps that they were shown")
        self._facts_form = form_layout()
        self.page_fields = PageFields({"case_number": "case"})
        self.fields: dict[str, QLineEdit] = {}
        self._now_buttons: list[QPushButton] = []
        for name, label in NOTE_FIELDS:
            self._add(name, label, QLineEdit())
        for name, label in TIME_FIELDS:
            self._add_time(name, label)
        self.same_call_box: QComboBox = choice({})
        self.same_call_box.activated.connect(
            lambda _: self.same_call.emit(self.same_call_box.currentData())  # only what the user chose
        )
        self.show_other = side_button("Sh&ow")
        self.show_other.setAccessibleName("Show the reissue request of the same call")
        self.show_other.clicked.connect(
            lambda: self.navigate.emit("request", self.same_call_box.currentData() or 0)
        )
        line = QWidget()
        line.setLayout(line_of(self.same_call_box, self.show_other, None))
        self.page_fields.add("same_call_as", "Same call &as:", self.same_call_box, line)
        self.reveal_button.clicked.connect(self.reveal)
        self._lay_out()

    def _add(self, name: str, text: str, edit: QLineEdit, line: QWidget | None = None) -> None:
        edit.textChanged.connect(lambda _: None if self._filling else self.changed.emit())
        self.page_fields.add(name, text, edit, line)
        self.fields[name] = edit

    def _add_time(self, name: str, text: str) -> None:
        edit, now = QLineEdit(), side_button("Now")
        edit.setPlaceholderText(TIME_FORM)
        now.setAccessibleName(f"{text.replace('&', '').rstrip(':')} now")
        now.clicked.connect(lambda: edit.setText(f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"))
        self._now_buttons.append(now)
        self._add(name, text, edit, FieldWith(edit, now))

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.addLayout(line_of(heading("To have at hand and to read out"), None, self.reveal_button))
        column.addLayout(self._facts_form)
        column.addWidget(heading("Noted during the call"))
        column.addLayout(self.page_fields.form)
        column.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(FieldArea(content))

    # showing

    def fill(self, sheet: Worksheet) -> None:
        """Show the facts of the worksheet; the fields keep their texts."""
        self._sheet = sheet
        self._show_facts(sheet)
        linked_request, box = sheet.request.same_call_as_id, self.same_call_box
        choices: dict[int | None, str] = {None: SEPARATE_CALL}
        for other in sheet.other_requests:
            if other.number == linked_request or (
                other.state != "withdrawn" and other.same_call_as_id != sheet.request.number
            ):
                choices[other.number] = f"Reissue {other.number}, {other.server}"
        if [box.itemData(n) for n in range(box.count())] != list(choices):
            box.clear()
            for number, text in choices.items():
                box.addItem(text, number)
        box.setCurrentIndex(box.findData(linked_request) if linked_request is not None else 0)
        self.show_other.setVisible(linked_request is not None)

    def show_revealed(self, revealed: RevealedSecrets) -> None:
        """Show the whole numbers, grouped and spelled, until the worksheet is closed."""
        self._revealed = revealed
        if self._sheet is not None:
            self._show_facts(self._sheet)

    def _show_facts(self, sheet: Worksheet) -> None:
        facts = dict(_facts(sheet, self._revealed))
        self.reveal_button.setVisible(self._revealed is None and _is_anything_masked(sheet))
        if list(facts) != list(self._fact_labels):
            while self._facts_form.rowCount():
                self._facts_form.removeRow(0)
            self._fact_labels = {}
            for label in facts:
                self._fact_labels[label] = value_label("")
                self._fact_labels[label].setAccessibleName(label)
                self._facts_form.addRow(QLabel(f"{label}:"), self._fact_labels[label])
        for label, text in facts.items():
            if self._fact_labels[label].text() != text:
                self._fact_labels[label].setText(text)

    def typed(self) -> dict[str, str]:
        """The texts of the fields, by the names of `ReissueCall`."""
        return {name: edit.text() for name, edit in self.fields.items()}

    def fill_fields(self, values: Mapping[str, str | None]) -> None:
        """Fill the fields from a draft or from the recorded call."""
        self._filling = True
        for name, edit in self.fields.items():
            edit.setText(values.get(name) or "")
        self._filling = False

    def first_field(self) -> QLineEdit:
        """The first field that is empty."""
        edits = self.fields.values()
        return next((edit for edit in edits if not edit.text()), self.fields["phone"])

    def set_read_only(self, read_only: bool) -> None:
        for edit in self.fields.values():
            edit.setReadOnly(read_only)
        for now in self._now_buttons:
            now.setVisible(not read_only)
        self.same_call_box.setEnabled(not read_only)


def _is_anything_masked(sheet: Worksheet) -> bool:
    texts = [sheet.server.license_server_id]
    for pack in sheet.packs:
        texts += [pack.purchase_number, pack.authorization_number]
    return any(text and is_masked(text) for text in texts)


def _facts(sheet: Worksheet, revealed: RevealedSecrets | None) -> Iterator[tuple[str, str]]:
    server, request = sheet.server, sheet.request
    dial = ", ".join(text for text in (server.phone, server.country) if text)
    yield "Telephone", dial or "not recorded; see the server's properties"
    yield "Server", server.name
    product_id = server.product_id
    yield "Product ID", f"{product_id}\n{spell_code(product_id)}" if product_id else "not recorded"
    masked = server.license_server_id or "not recorded; see the server's properties"
    revealed_id = revealed.license_server_id if revealed is not None else None
    yield "License server ID", spell_code_lines(revealed_id) if revealed_id else masked
    if request.product_type is not None:
        yield "Licenses", version_and_type(request.product_version_id, request.product_type)
    yield "Quantity to ask for", str(len(sheet.collected))
    company = ", ".join(text for text in (server.company, server.contact) if text)
    if company:
        yield "Company and contact", company
    for pack in sheet.packs:
        numbers = revealed.numbers.get(pack.number, ()) if revealed is not None else ()
        purchase = purchase_text(pack, with_numbers=not numbers)
        yield f"Key pack {pack_line_reference(pack)}", "\n".join([purchase, *map(spell_code_lines, numbers)])
    other_requests = [o for o in sheet.other_requests if o.same_call_as_id == request.number]
    if other_requests:
        yield "Settled by this call too", ", ".join(f"Reissue {o.number}, {o.server}" for o in other_requests)
