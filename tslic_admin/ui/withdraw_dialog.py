"""Withdraw an open reissue request: what it collected goes back to where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from tslic_admin.services.changes import Done
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class WithdrawDialog(FormDialog):
    """Gives an open request up; what it collected goes back to where it was."""

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, f"Withdraw Reissue Request {number}", "&Withdraw", parent)
        self._number = number
        self.explain("The collected licenses go back to where they were. The history keeps the request.")
        self.add_field("reason", "&Reason:", QLineEdit())

    def act(self) -> Callable[[Session], Done]:
        number, reason = self._number, self.typed()["reason"]

        def act(session: Session) -> Done:
            from tslic_admin.services import acts, reissues

            return reissues.withdraw(session, acts.find_request(session, number), reason=reason)

        return act
