"""The reissue request as one worksheet, to be parked and resumed in the middle of a call (KB 315262; rule 4.7).

What is typed is a draft, saved half a second after the last key and when the window goes: a program that is
killed in the middle of a call loses nothing that was typed before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QTabWidget, QVBoxLayout, QWidget

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Changes
from tslic_admin.services.worksheets import Revealed, Worksheet, read_worksheet
from tslic_admin.ui.fields import Sentence, error_label
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.reissue_call_page import CallPage
from tslic_admin.ui.reissue_licenses_page import LicensesPage
from tslic_admin.ui.reissue_result_page import ResultPage
from tslic_admin.ui.withdraw_dialog import WithdrawDialog
from tslic_admin.wording.columns import time_text
from tslic_admin.wording.values import REQUEST_STATES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SAVED_AFTER_MS = 500
SHOWN = Changes.REISSUES | Changes.LICENSES | Changes.PACKS | Changes.SERVERS


class ReissueDialog(QDialog):
    """Stays open beside the main window, where more licenses can be collected meanwhile."""

    navigate = Signal(str, int)

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Reissue Request {number}")
        self._gateway, self.number = gateway, number
        self._sheet: Worksheet | None = None
        self._unsaved = False
        self.state = Sentence()
        self.licenses, self.call, self.outcome = LicensesPage(), CallPage(), ResultPage(gateway.today)
        self.tabs = QTabWidget()
        for page, title in (
            (self.licenses, "1 &Licenses"),
            (self.call, "2 &Call"),
            (self.outcome, "3 Res&ult"),
        ):
            self.tabs.addTab(page, title)
        self.refusal = error_label()
        self.buttons = QDialogButtonBox()
        self.park = QPushButton("&Park")
        self.park.setToolTip("Close the worksheet; everything in it is kept")
        self.withdraw = QPushButton("&Withdraw…")
        self.buttons.addButton(self.withdraw, QDialogButtonBox.ButtonRole.ResetRole)
        self.buttons.addButton(self.park, QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self.withdraw, self.park):
            button.setAutoDefault(False)
        body = QVBoxLayout(self)
        body.addWidget(self.state)
        body.addWidget(self.tabs, 1)
        body.addWidget(self.refusal)
        body.addWidget(self.buttons)
        self.resize(760, 560)
        self._saving = QTimer(self, singleShot=True, interval=SAVED_AFTER_MS)
        self._saving.timeout.connect(self.save)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.park.clicked.connect(self.close)
        self.withdraw.clicked.connect(self._withdraw)
        self.licenses.removed.connect(self._remove)
        self.licenses.renamed.connect(self._rename)
        self.licenses.chosen.connect(self._chosen)
        self.licenses.navigate.connect(self.navigate)
        self.call.changed.connect(self._typed)
        self.call.reveal.connect(self._reveal)
        self.call.same_call.connect(self._same_call)
        self.outcome.changed.connect(self._typed)
        self.outcome.record.connect(self.record)
        self.outcome.installed.connect(self._installed)
        self.outcome.navigate.connect(self.navigate)
        self._gateway.changed.connect(self._changed)

    # showing

    def refresh(self) -> None:
        """Read the request anew; what stands in the fields stays."""
        path, now, number = self._gateway.path, self._gateway.now, self.number
        self._gateway.read(lambda: read_worksheet(path, now, number), self._show)

    def _changed(self, changes: Changes) -> None:
        if shiboken6.isValid(self) and changes & SHOWN:
            self.refresh()

    def _show(self, sheet: Worksheet | None) -> None:
        if sheet is None or not shiboken6.isValid(self):
            return
        first, self._sheet = self._sheet is None, sheet
        request = sheet.request
        is_open = request.state == "open"
        if first or not is_open:
            self._fill_fields(sheet)
        left_out = set(sheet.draft.get("left_out", ()) if first else self.licenses.left_out())
        self.licenses.fill(sheet, self._gateway.today, left_out)
        self.call.fill(sheet)
        self.call.set_read_only(not is_open)
        self.outcome.fill(sheet, retired=len(self.licenses.retired()))
        self.setWindowTitle(f"Reissue Request {request.number} - {sheet.server.name}")
        self.state.setText(_state_text(sheet))
        self.withdraw.setVisible(is_open)
        self.park.setText("&Park" if is_open else "&Close")
        if first and sheet.draft:
            self.tabs.setCurrentWidget(self.call)  # a call that was begun goes on where it was

    def _fill_fields(self, sheet: Worksheet) -> None:
        request = sheet.request
        if request.state == "open":
            values: dict[str, Any] = dict(sheet.draft)
            if not values:
                values = {"phone": sheet.server.phone}
        else:
            values = {
                "phone": request.phone,
                "agent": request.agent,
                "case": request.case_number,
                "call_started_at": time_text(request.call_started_at),
                "call_ended_at": time_text(request.call_ended_at),
                "quantity": request.quantity,
                "on": request.recorded_on,
            }
        self.call.fill_fields(values)
        self.outcome.fill_fields(values)

    # the draft

    def typed(self) -> dict[str, Any]:
        """Everything that stands in the worksheet and is no act yet."""
        noted = {name: edit.text() for name, edit in self.call.fields.items()}
        return {**noted, **self.outcome.typed(), "left_out": self.licenses.left_out()}

    def _typed(self) -> None:
        self._unsaved = True
        self._saving.start()
        self.outcome.offer(len(self.licenses.retired()))

    def _chosen(self) -> None:
        self._typed()

    def save(self) -> None:
        """Keep what was typed. A request that is settled meanwhile needs it no more."""
        self._saving.stop()
        if not self._unsaved or self._sheet is None or self._sheet.request.state != "open":
            return
        self._unsaved = False
        typed, number = self.typed(), self.number

        def act(session: Session) -> None:
            from tslic_admin.services import acts, reissues

            reissues.save_draft(session, acts.find_request(session, number), typed)

        self._gateway.do(act, lambda _: None, lambda _: None)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save()
        super().closeEvent(event)

    def reject(self) -> None:
        self.close()  # Escape parks

    # acts

    def _do(self, act: Any) -> None:
        self.outcome.clear_errors()
        self.refusal.hide()
        self._gateway.do(act, lambda _: None, self._refused)

    def _refused(self, violation: RuleViolation) -> None:
        if not shiboken6.isValid(self):
            return
        from tslic_admin.wording.say import refusal

        sentence = refusal(violation)
        if self.outcome.show_error(violation.field, sentence):
            self.tabs.setCurrentWidget(self.outcome)
        else:
            self.refusal.setText(sentence)
            self.refusal.show()
        self.refresh()

    def record(self) -> None:
        """Record the call: the new key pack, and what it retires."""
        typed = self.typed()
        typed.pop("left_out")
        retired, number = self.licenses.retired(), self.number
        self._saving.stop()
        self._unsaved = False

        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissue_calls

            return reissue_calls.record(
                session,
                acts.find_request(session, number),
                licenses=[acts.issuance(session, one) for one in retired],
                **typed,
            )

        self._do(act)

    def _remove(self, licenses: list[int]) -> None:
        number = self.number

        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            request = acts.find_request(session, number)
            return reissues.drop(session, request, [acts.issuance(session, one) for one in licenses])

        self._do(act)

    def _rename(self, one: int, computer: str) -> None:
        number = self.number

        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            request = acts.find_request(session, number)
            return reissues.needed_by(session, request, acts.issuance(session, one), computer)

        self._do(act)

    def _same_call(self, other: int | None) -> None:
        number = self.number

        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            same = acts.find_request(session, other) if other is not None else None
            return reissues.set_same_call(session, acts.find_request(session, number), same)

        self._do(act)

    def _installed(self, day: str) -> None:
        number = self.number

        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissue_calls

            return reissue_calls.set_installed(session, acts.find_request(session, number), on=day)

        self._do(act)

    def _reveal(self) -> None:
        number = self.number

        def act(session: Session) -> Revealed:
            from tslic_admin.services.worksheets import reveal_server_id

            return reveal_server_id(session, number)

        def shown(revealed: Revealed) -> None:
            if shiboken6.isValid(self):
                self.call.show_server_id(revealed.text)
                self.refresh()

        self._gateway.do(act, shown, self._refused)

    def _withdraw(self) -> None:
        dialog = WithdrawDialog(self._gateway, self.number, self)
        dialog.acted.connect(lambda _: self.close())
        dialog.open()


def _state_text(sheet: Worksheet) -> str:
    request = sheet.request
    parts = [f"{REQUEST_STATES[request.state]}, opened {request.opened_on}"]
    if request.recorded_on:
        parts.append(f"call of {request.recorded_on}, {request.quantity} granted")
    if request.installed_on:
        parts.append(f"installed {request.installed_on}")
    if request.reason:
        parts.append(request.reason)
    return "; ".join(parts) + "."
