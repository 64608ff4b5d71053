"""The worksheet of one reissue request, which can be parked and resumed in the middle of a call (KB 315262; rule 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult, Changes, HasChanges
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.worksheets import Draft, Worksheet, read_worksheet
from tslic_admin.ui.gateway.error_boxes import refusal_sentence
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.records.removal_dialogs import RemovalDialog, RemovalKitDialog, open_removal_dialog
from tslic_admin.ui.reissue.call_page import CallPage
from tslic_admin.ui.reissue.draft_keeper import DraftKeeper
from tslic_admin.ui.reissue.licenses_page import LicensesPage
from tslic_admin.ui.reissue.page_fields import focus_field, line_of, side_button
from tslic_admin.ui.reissue.request_dialogs import CorrectCodeDialog, LinkPackDialog, WithdrawDialog
from tslic_admin.ui.reissue.result_page import ResultPage
from tslic_admin.ui.widgets.act_runner import ActRunner
from tslic_admin.ui.widgets.fields import Sentence, error_label
from tslic_admin.wording.messages import notice_text
from tslic_admin.wording.records.summaries import request_text
from tslic_admin.wording.values import time_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.schema.tables import IssuanceRow, RequestRow

T = TypeVar("T", bound=HasChanges)
REFRESHED_BY = Changes.REISSUES | Changes.LICENSES | Changes.PACKS | Changes.SERVERS


class ReissueDialog(QDialog):
    """Stays open beside the main window, where more licenses can be collected meanwhile."""

    navigate = Signal(str, int)

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Reissue Request {number}")
        self._gateway, self.number = gateway, number
        self._sheet: Worksheet | None = None
        self._leaving = False
        self.is_gone = False
        self.keeper = DraftKeeper(gateway, number, self.draft, self)
        self.state = Sentence()
        self.licenses, self.call, self.outcome = LicensesPage(), CallPage(), ResultPage(gateway.today)
        self.pages = (self.licenses, self.call, self.outcome)
        self.tabs = QTabWidget()
        for page, title in zip(self.pages, ("1 &Licenses", "2 &Call", "3 Res&ult"), strict=True):
            self.tabs.addTab(page, title)
        self.tabs.setEnabled(False)  # what is typed before the draft was read would be lost
        self.refusal, self.notices = error_label(), Sentence()
        self.notices.hide()
        self.waiting = QWidget()
        self.cancel_waiting = side_button("Cancel")
        self.runner = ActRunner(gateway, self, self.waiting)
        self.park, self.withdraw = side_button("&Park"), side_button("&Withdraw…")
        self.park.setToolTip("Close the worksheet; everything in it is kept")
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        text = Sentence("Waiting for another change to the store…")
        self.waiting.setLayout(line_of(text, self.cancel_waiting))
        self.waiting.hide()
        buttons = QDialogButtonBox()
        buttons.addButton(self.withdraw, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.addButton(self.park, QDialogButtonBox.ButtonRole.RejectRole)
        body = QVBoxLayout(self)
        body.addWidget(self.state)
        body.addWidget(self.tabs, 1)
        for widget in (self.notices, self.refusal, self.waiting, buttons):
            body.addWidget(widget)
        self.resize(760, 560)

    def _connect(self) -> None:
        self.park.clicked.connect(self.close)
        self.withdraw.clicked.connect(self._withdraw_or_void)
        self.cancel_waiting.clicked.connect(self.runner.cancel)
        self.runner.busy_changed.connect(self._set_busy)
        self.runner.refused.connect(self._show_refusal)
        self.licenses.drop_requested.connect(self._drop_licenses)
        self.licenses.needed_by_changed.connect(self._set_needed_by)
        self.licenses.checks_changed.connect(self._draft_changed)
        self.licenses.removal_kit.connect(lambda number: self._open_removal(RemovalKitDialog, number))
        self.licenses.removal.connect(lambda number: self._open_removal(RemovalDialog, number))
        self.call.changed.connect(self._draft_changed)
        self.call.reveal.connect(lambda: self._start(calls.reveal_for_call, self.call.show_revealed))
        self.call.same_call.connect(self._set_same_call)
        self.outcome.changed.connect(self._draft_changed)
        self.outcome.record.connect(self.record)
        self.outcome.installed.connect(
            lambda day: self._start(lambda session, request: calls.set_installed(session, request, on=day))
        )
        self.outcome.correct.connect(self._open_correction)
        self.outcome.link.connect(self._open_link)
        self.outcome.reveal.connect(lambda: self._start(calls.reveal_code, self.outcome.show_revealed))
        for page in self.pages:
            page.navigate.connect(self.navigate)
        self.tabs.currentChanged.connect(lambda _: self.keeper.touch() if self._is_open else None)
        self.keeper.saved.connect(self._delete_if_saved)
        self.keeper.failed.connect(self._show_if_unsaved)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._save_draft)
        self._gateway.changed.connect(self._refresh_if_changed)

    @property
    def _is_open(self) -> bool:
        return self._sheet is not None and self._sheet.request.state == "open"

    # showing

    def refresh(self) -> None:
        """Read the request again; the texts of the fields stay."""
        path, now, number = self._gateway.path, self._gateway.now, self.number
        self._gateway.read(lambda: read_worksheet(path, now, number), self._show, owner=self)

    def _refresh_if_changed(self, changes: Changes) -> None:
        if changes & REFRESHED_BY:
            self.refresh()

    def _show(self, sheet: Worksheet | None) -> None:
        if sheet is None:
            return
        before, self._sheet = self._sheet, sheet
        first, request = before is None, sheet.request
        if not self._is_open:
            self.keeper.discard()
        if first or not self._is_open:
            self._fill_fields(sheet)
        left_out = set(sheet.draft.left_out if first else self.licenses.left_out())
        self.licenses.fill(sheet, self._gateway.today, left_out)
        self.call.fill(sheet)
        self.call.set_read_only(not self._is_open)
        self.outcome.fill(sheet, retired=len(self.licenses.retired()))
        self.setWindowTitle(f"Reissue Request {request.number} - {sheet.server.name}")
        self.state.setText(request_text(request))
        self.withdraw.setText("&Withdraw…" if self._is_open else "V&oid…")
        self.withdraw.setVisible(request.state != "withdrawn")
        self.park.setText("&Park" if self._is_open else "Close")
        if first:
            self.tabs.setEnabled(True)
            self._resume(sheet)
        elif before is not None and before.request.state != request.state:
            self.park.setFocus()  # the widget with the focus may be hidden now

    def _resume(self, sheet: Worksheet) -> None:
        """Show the page that was shown when the worksheet was parked."""
        tab = sheet.draft.tab
        if tab is None:
            page = self.call if sheet.draft.texts else self.licenses
            tab = self.pages.index(page if self._is_open else self.outcome)
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(tab)
        self.tabs.blockSignals(False)
        shown = self.tabs.currentWidget()
        if shown is self.licenses:
            self.licenses.table.setFocus()
        elif shown is self.call:
            self.call.first_field().setFocus()
        elif self._is_open:
            self.outcome.code.setFocus()

    def _fill_fields(self, sheet: Worksheet) -> None:
        request = sheet.request
        values: Mapping[str, str | None] = sheet.draft.texts
        if request.state != "open":
            values = {
                "phone": request.phone,
                "agent": request.agent,
                "case": request.case_number,
                "call_started_at": time_text(request.call_started_at),
                "call_ended_at": time_text(request.call_ended_at),
            }
        elif not values:
            values = {"phone": sheet.server.phone}
        self.call.fill_fields(values)
        self.outcome.fill_fields(values, self._gateway.today)

    def show_notices(self, notices: Iterable[Notice]) -> None:
        """Show the notices of an act that was done."""
        text = "\n".join(notice_text(one) for one in notices)
        self.notices.setText(text)
        self.notices.setVisible(bool(text))

    # the draft

    def draft(self) -> Draft:
        """Everything that was typed or chosen in the worksheet and is not recorded yet."""
        texts = self.call.typed() | self.outcome.draft()
        return Draft(texts, tuple(self.licenses.left_out()), self.tabs.currentIndex())

    def _draft_changed(self) -> None:
        if self._is_open:
            self.keeper.touch()
            self.outcome.update_verb(len(self.licenses.retired()))

    def _save_draft(self, *_: object) -> None:
        if shiboken6.isValid(self):
            self.keeper.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keeper.save()
        super().closeEvent(event)
        self._leaving = True
        self._delete_if_saved()

    def reject(self) -> None:
        self.close()  # Escape parks

    def _delete_if_saved(self) -> None:
        """Delete the closed worksheet once its draft is saved; until then it can be shown again as it was."""
        if self._leaving and self.keeper.is_saved and not self.is_gone:
            self.is_gone = True
            self.deleteLater()

    def show_again(self) -> None:
        """Show the worksheet again, even if it was parked a moment ago and its draft is still being saved."""
        self._leaving = False
        self.show()
        self.raise_()
        self.activateWindow()

    def _show_if_unsaved(self) -> None:
        if self._leaving:
            self.show_again()

    # acts

    def _start(
        self, act: Callable[[Session, RequestRow], T], then: Callable[[T], None] | None = None
    ) -> None:
        """Run an act on the request; then show its notices, or pass its result to `then`."""
        for page in (self.call.page_fields, self.outcome):
            page.clear_errors()
        self.refusal.hide()
        self.notices.hide()
        number = self.number

        def done(result: T) -> None:
            if isinstance(result, ActResult):
                self.show_notices(result.notices)
            if then is not None:
                then(result)

        self.runner.do(lambda session: act(session, lookup.find_request(session, number)), done)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.outcome.record_button, self.outcome.installed_button):
            button.setEnabled(not busy)

    def _drop_licenses(self, numbers: Sequence[int]) -> None:
        self._start(lambda session, request: requests.drop(session, request, _licenses(session, numbers)))

    def _set_needed_by(self, number: int, computer: str) -> None:
        self._start(
            lambda session, request: requests.set_needed_by(
                session, request, lookup.get_issuance(session, number), computer
            )
        )

    def _set_same_call(self, other: int | None) -> None:
        self._start(
            lambda session, request: requests.set_same_call(
                session, request, lookup.find_request(session, other) if other is not None else None
            )
        )

    def _show_refusal(self, refusal: Refusal) -> None:
        sentence, field = (
            refusal_sentence(refusal),
            refusal.field if isinstance(refusal, RuleViolation) else None,
        )
        for page, fields in ((self.call, self.call.page_fields), (self.outcome, self.outcome)):
            edit = fields.show_error(field, sentence)
            if edit is not None:
                self.tabs.setCurrentWidget(page)
                focus_field(edit, page)
                break
        else:
            self.refusal.setText(sentence)
            self.refusal.setAccessibleName(sentence)
            self.refusal.show()
        self.refresh()

    def record(self) -> None:
        """Record the call: the new key pack, and what it retires."""
        self.keeper.save()  # the draft is kept even if the act is refused
        call, retired = (
            calls.ReissueCall(**self.call.typed(), **self.outcome.typed()),
            self.licenses.retired(),
        )
        self._start(
            lambda session, request: calls.record(session, request, call, _licenses(session, retired))
        )

    # dialogs over the worksheet

    def _open_removal(self, dialog_type: type[RemovalKitDialog | RemovalDialog], collected: int) -> None:
        open_removal_dialog(dialog_type, self._gateway, "collected", collected, self)

    def _open_correction(self) -> None:
        CorrectCodeDialog(self._gateway, self.number, self).open()

    def _open_link(self) -> None:
        sheet = self._sheet
        if sheet is not None and sheet.pack is not None:
            linked = sheet.pack.keypack_id if sheet.is_linked else None
            LinkPackDialog(self._gateway, self.number, sheet.server.number, linked, self).open()

    def _withdraw_or_void(self) -> None:
        """An open request is withdrawn, a recorded one is voided."""
        if self._is_open:
            withdrawal = WithdrawDialog(self._gateway, self.number, self)
            withdrawal.acted.connect(lambda _: self.close())
            withdrawal.open()
        else:
            void = VoidDialog(self._gateway, "request", self.number, self)
            void.navigate.connect(self.navigate)
            void.open()


def _licenses(session: Session, numbers: Sequence[int]) -> list[IssuanceRow]:
    return [lookup.get_issuance(session, number) for number in numbers]
