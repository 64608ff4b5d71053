"""Worksheet page Result: the confirmation code, the quantity granted, and the steps that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.services.reissue.calls import RevealedSecrets
from tslic_admin.services.reissue.worksheets import Worksheet
from tslic_admin.ui.reissue.page_fields import PageFields, line_of, side_button
from tslic_admin.ui.widgets.code_edit import CodeEdit
from tslic_admin.ui.widgets.fields import (
    FieldArea,
    Sentence,
    day_edit,
    heading,
    number_edit,
    text_of,
    value_label,
)
from tslic_admin.wording.records.calls import spell_code_lines
from tslic_admin.wording.values import count_text

CODE_LABEL = "Confirmation code (license key pack ID)"
# What the tool was called on each Windows (domain.md, section 2); later ones are all the last.
TOOLS = {0: "Terminal Services Licensing", 1: "Terminal Server Licensing", 2: "TS Licensing Manager"}
TOOL = "Remote Desktop Licensing Manager"
STEPS = (
    "1. On {server}, open {tool} (licmgr.exe).\n"
    "2. In the server's Properties, choose Telephone on the tab Connection Method.\n"
    "3. Choose Install Licenses and enter the confirmation code: Reveal shows it whole.\n"
    "4. The reissued licenses appear as another key pack of {server}. Import its list, or say here when it was done."
)


class ResultPage(QWidget):
    """`page_fields` holds the fields by their names in the draft. `record` and `installed` are the buttons."""

    changed = Signal()
    record = Signal()
    installed = Signal(str)  # the day
    reveal = Signal()  # show the whole recorded code
    correct = Signal()  # correct a mistyped code
    link = Signal()  # choose the server's key pack
    navigate = Signal(str, int)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._filling = self._day_chosen = False
        self._pack: int | None = None
        self._revealed_code: str | None = None
        self.code = CodeEdit(LICENSE_KEY_PACK_ID.length)
        self.quantity = number_edit()
        self.on = day_edit(today)
        self.keypack_id = number_edit("if the server lists it already")
        self.page_fields = PageFields()
        self.page_fields.add(
            "code", f"C&onfirmation code{CODE_LABEL.removeprefix('Confirmation code')}:", self.code
        )
        self.page_fields.add("quantity", "&Quantity granted:", self.quantity)
        self.page_fields.add("on", "&Date of the call:", self.on)
        self.page_fields.add("keypack_id", "&Keypack ID:", self.keypack_id)
        self.candidates = Sentence()
        self.record_button = side_button("")
        self.record_button.setDefault(True)
        self.record_button.clicked.connect(self.record)
        self.recorded_form = PageFields()
        self.recorded_values = {
            name: value_label("") for name in (CODE_LABEL, "Quantity granted", "Date of the call")
        }
        for name, value in self.recorded_values.items():
            self.recorded_form.add(name, f"{name}:", value)
        self.reveal_button = side_button("Re&veal")
        self.reveal_button.setToolTip("Show the code whole; the history keeps that it was shown")
        self.reveal_button.clicked.connect(self.reveal)
        self.show_pack = side_button("&Show Key Pack")
        self.show_pack.clicked.connect(lambda: self.navigate.emit("pack", self._pack or 0))
        self.correct_code = side_button("Correct Co&de…")
        self.correct_code.clicked.connect(self.correct)
        self.link_pack = side_button("Link to Key &Pack…")
        self.link_pack.clicked.connect(self.link)
        self.installation_heading = heading("Installing the licenses on the server")
        self.steps = Sentence()
        self.steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.installed_on = day_edit(today)
        self.installed_button = side_button("Mark as &Installed")
        self.installed_button.clicked.connect(lambda: self.installed.emit(text_of(self.installed_on)))
        self.installation_form = PageFields({"on": "installed_on"})
        line = QWidget()
        line.setLayout(line_of(self.installed_on, self.installed_button, None))
        self.installation_form.add("installed_on", "I&nstalled on:", self.installed_on, line)
        self._lay_out()
        self.code.changed.connect(self._emit_changed)
        self.quantity.textChanged.connect(self._emit_changed)
        self.on.dateChanged.connect(self._choose_day)
        self.keypack_id.textChanged.connect(self._emit_changed)

    def _lay_out(self) -> None:
        self._open, self._recorded, self._installation = QWidget(), QWidget(), QWidget()
        typing = QVBoxLayout(self._open)
        typing.addLayout(self.page_fields.form)
        typing.addWidget(self.candidates)
        typing.addLayout(line_of(None, self.record_button))
        recorded = QVBoxLayout(self._recorded)
        recorded.addLayout(self.recorded_form.form)
        recorded.addLayout(
            line_of(self.reveal_button, self.correct_code, self.show_pack, self.link_pack, None)
        )
        installation = QVBoxLayout(self._installation)
        installation.addWidget(self.installation_heading)
        installation.addWidget(self.steps)
        installation.addLayout(self.installation_form.form)
        content = QWidget()
        column = QVBoxLayout(content)
        self.withdrawn_note = Sentence()
        for part in (self._open, self._recorded, self._installation):
            layout = part.layout()
            if layout is not None:
                layout.setContentsMargins(0, 0, 0, 0)
            column.addWidget(part)
        column.addWidget(self.withdrawn_note)
        column.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(FieldArea(content))

    def _emit_changed(self, _: object) -> None:
        if not self._filling:
            self.changed.emit()

    def _choose_day(self, _: QDate) -> None:
        self._day_chosen = self._day_chosen or not self._filling
        self._emit_changed(_)

    # what was typed

    def typed(self) -> dict[str, str]:
        """The texts of the fields, by the names of `ReissueCall`."""
        return {
            "code": self.code.code(),
            "quantity": self.quantity.text(),
            "on": text_of(self.on),
            "keypack_id": self.keypack_id.text(),
        }

    def draft(self) -> dict[str, str]:
        """The fields as a draft: the code in its groups, and the day only if it was chosen.

        A worksheet that is resumed next week shows that day's date then.
        """
        draft = self.typed() | {"code": self.code.typed()}
        if not self._day_chosen:
            del draft["on"]
        return draft

    def fill_fields(self, values: Mapping[str, str | None], today: date) -> None:
        """Fill the fields from a draft."""
        self._filling = True
        self.code.set_code(values.get("code") or "")
        for edit, name in ((self.quantity, "quantity"), (self.keypack_id, "keypack_id")):
            edit.setText(values.get(name) or "")
        day = QDate.fromString(values.get("on") or "", "yyyy-MM-dd")
        self._day_chosen = day.isValid()
        self.on.setDate(day if day.isValid() else QDate(today.year, today.month, today.day))
        self._filling = False

    # showing

    def fill(self, sheet: Worksheet, *, retired: int) -> None:
        """Show the part that fits the request's state: record, install, or what was recorded."""
        request, pack = sheet.request, sheet.pack
        self.update_verb(retired)
        self.candidates.setText(_candidates_text(sheet))
        self.candidates.setVisible(bool(self.candidates.text()))
        self._open.setVisible(request.state == "open")
        self._recorded.setVisible(pack is not None)
        self._installation.setVisible(pack is not None)
        self.withdrawn_note.setVisible(request.state == "withdrawn")
        self.withdrawn_note.setText(
            "The request was withdrawn: no call was recorded, and no license was retired."
        )
        if pack is None:
            return
        self._pack = pack.number
        self.correct_code.setVisible(not sheet.is_linked)
        name = pack_reference(pack.server, pack.keypack_id, pack.number)
        self.show_pack.setText(f"&Show Key Pack {name}")
        texts = (
            self._revealed_code or pack.code or "",
            count_text(request.quantity),
            request.recorded_on or "",
        )
        for value, text in zip(self.recorded_values.values(), texts, strict=True):
            if value.text() != text:
                value.setText(text)
        installed = request.state == "installed"
        version = sheet.server.windows_version
        steps = STEPS.format(
            server=sheet.server.name, tool=TOOL if version is None else TOOLS.get(version, TOOL)
        )
        self.steps.setText(f"Installed on {request.installed_on} as key pack {name}." if installed else steps)
        self.installation_form.form.setRowVisible(0, not installed)
        self.installed_button.setDefault(not installed)

    def show_revealed(self, revealed: RevealedSecrets) -> None:
        """Show the whole recorded code, grouped and spelled, until the worksheet is closed."""
        self._revealed_code = spell_code_lines(revealed.code or "")
        self.recorded_values[CODE_LABEL].setText(self._revealed_code)
        self.reveal_button.hide()

    def update_verb(self, retired: int) -> None:
        """Show in the verb how many licenses were granted; if no number is typed, how many are retired."""
        typed = self.quantity.text().strip()
        count = int(typed) if typed.isdecimal() and len(typed) < 10 else retired
        self.record_button.setText(f"&Record {count} Reissued License{'s' if count != 1 else ''}")

    def show_error(self, field: str | None, sentence: str) -> QWidget | None:
        """Show a refusal at its field and return the field; None if this page does not have it."""
        page = self.installation_form if self._pack is not None else self.page_fields
        return page.show_error(field, sentence)

    def clear_errors(self) -> None:
        self.page_fields.clear_errors()
        self.installation_form.clear_errors()


def _candidates_text(sheet: Worksheet) -> str:
    """Key packs of the server that may be the reissued one; typing its Keypack ID links it at once."""
    packs = [f"{pack.keypack_id} ({count_text(pack.total)} licenses)" for pack in sheet.offered_packs]
    if not packs:
        return ""
    return f"Seen on {sheet.server.name} since the request was opened, and nobody's: key pack {', '.join(packs)}."
