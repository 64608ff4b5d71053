"""The dialogs that a worksheet leads to: what is done with a reissue beside its call."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from tslic_admin.services.worksheets import Worksheet
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.link_dialogs import CorrectCodeDialog, LinkPackDialog
from tslic_admin.ui.removal_dialog import RemovalDialog
from tslic_admin.ui.removal_entry import open_for
from tslic_admin.ui.removal_kit_dialog import RemovalKitDialog
from tslic_admin.ui.void_dialog import VoidDialog
from tslic_admin.ui.withdraw_dialog import WithdrawDialog


class WorksheetLeads:
    """Opens them over the worksheet `window` of request `number`."""

    def __init__(self, gateway: Gateway, number: int, window: QWidget) -> None:
        self._gateway, self._number, self._window = gateway, number, window

    def removal_kit(self, collected: int) -> None:
        open_for(RemovalKitDialog, self._gateway, "collected", collected, self._window)

    def removal(self, collected: int) -> None:
        open_for(RemovalDialog, self._gateway, "collected", collected, self._window)

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
