"""What a worksheet can do: the acts on its request, and the dialogs that it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from tslic_admin.services import lookup
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.calls import reveal_at_hand, reveal_code
from tslic_admin.services.reissue.worksheets import Worksheet
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.records.removal_dialogs import RemovalDialog, RemovalKitDialog, open_removal_dialog
from tslic_admin.ui.reissue.request_dialogs import CorrectCodeDialog, LinkPackDialog, WithdrawDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Act = Callable[["Session"], Any]


class WorksheetActs:
    """Acts run on the write worker: they are given what was typed, and touch no widget."""

    def __init__(self, number: int) -> None:
        self._number = number

    def record(self, typed: dict[str, str], retired: Sequence[int]) -> Act:
        def act(session: Session) -> object:
            request = lookup.find_request(session, self._number)
            licenses = [lookup.get_issuance(session, one) for one in retired]
            return calls.record(session, request, licenses=licenses, **typed)

        return act

    def installed(self, day: str) -> Act:
        def act(session: Session) -> object:
            return calls.set_installed(session, lookup.find_request(session, self._number), on=day)

        return act

    def drop(self, licenses: Sequence[int]) -> Act:
        def act(session: Session) -> object:
            request = lookup.find_request(session, self._number)
            return requests.drop(session, request, [lookup.get_issuance(session, one) for one in licenses])

        return act

    def needed_by(self, one: int, computer: str) -> Act:
        def act(session: Session) -> object:
            request = lookup.find_request(session, self._number)
            return requests.set_needed_by(session, request, lookup.get_issuance(session, one), computer)

        return act

    def same_call(self, other: int | None) -> Act:
        def act(session: Session) -> object:
            same = lookup.find_request(session, other) if other is not None else None
            return requests.set_same_call(session, lookup.find_request(session, self._number), same)

        return act

    def reveal_at_hand(self) -> Act:
        def act(session: Session) -> object:
            return reveal_at_hand(session, self._number)

        return act

    def reveal_code(self) -> Act:
        def act(session: Session) -> object:
            return reveal_code(session, self._number)

        return act


class WorksheetDialogs:
    """Opens them over the worksheet `window` of request `number`."""

    def __init__(self, gateway: Gateway, number: int, window: QWidget) -> None:
        self._gateway, self._number, self._window = gateway, number, window

    def removal_kit(self, collected: int) -> None:
        open_removal_dialog(RemovalKitDialog, self._gateway, "collected", collected, self._window)

    def removal(self, collected: int) -> None:
        open_removal_dialog(RemovalDialog, self._gateway, "collected", collected, self._window)

    def correct(self) -> None:
        CorrectCodeDialog(self._gateway, self._number, self._window).open()

    def link(self, sheet: Worksheet) -> None:
        if sheet.pack is not None:
            linked = sheet.pack.keypack_id if sheet.is_linked else None
            LinkPackDialog(self._gateway, self._number, sheet.server.number, linked, self._window).open()

    def void(self, navigate: SignalInstance) -> None:
        dialog = VoidDialog(self._gateway, "request", self._number, self._window)
        dialog.navigate.connect(navigate)
        dialog.open()

    def withdraw(self, then: Callable[[], object]) -> None:
        dialog = WithdrawDialog(self._gateway, self._number, self._window)
        dialog.acted.connect(lambda _: then())
        dialog.open()
