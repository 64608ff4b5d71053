"""Mark one-time transfer: a license moves to another computer, once and for good (KB 315262)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Done
from tslic_admin.ui.fields import choice, day_edit, numbered
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.values import CLIENTS, VERSIONS, license_text, pack_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# What is possible instead, by the refusal: the action of the window, and its words.
REISSUE = ("collect", "Add to Reissue &Request…")
POLICY = ("pack", "Key &Pack Properties…")
INSTEAD: dict[str, tuple[tuple[str, str], ...]] = {
    "already-transferred": (REISSUE,),
    "not-transferable": (REISSUE, POLICY),
    "within-90-days": (REISSUE, POLICY),
    "transfer-per-user": (REISSUE,),
    "transfer-collected": (("request", "Open Reissue &Request"),),
}


class TransferDialog(FormDialog):
    """For one row of a licenses list."""

    instead = Signal(str, object)  # what the user chose where the transfer was refused: an action, its number

    def __init__(self, gateway: Gateway, license_row: Any, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Mark One-Time Transfer", "&Mark Transfer", parent)
        self._license = license_row
        pack = pack_text(license_row.server, license_row.keypack_id, license_row.pack_id)
        self._name = license_text(pack, license_row.license_id, license_row.number)
        self._holder = license_row.holder or license_row.computer or "nobody"
        self._offered: list[QPushButton] = []
        self.to = QLineEdit()
        self.add_field("to", "&To computer:", self.to)
        self.add_field("on", "&Date of the transfer:", day_edit(gateway.today))
        self.add_field("client_os", "Client s&ystem:", choice(CLIENTS, empty="Not given"))
        self.add_field("host_version", "&Host version:", numbered(VERSIONS, empty="As the license"))
        self.add_field("reason", "&Reason:", QLineEdit())
        self.to.textChanged.connect(self._say_what_will_be)
        self._say_what_will_be()
        number = license_row.number

        def check(session: Session) -> None:
            from tslic_admin.services import transfers
            from tslic_admin.services.acts import issuance

            transfers.check(session, issuance(session, number))

        gateway.ask(check, lambda _: None, self._cannot)

    def _cannot(self, violation: RuleViolation) -> None:
        """What can be transferred nowhere is refused before anything is typed."""
        if shiboken6.isValid(self):
            self.leave_only_the_refusal()
            self.show_refusal(violation)

    def _say_what_will_be(self) -> None:
        to = self.to.text().strip() or "the other computer"
        self.explain(
            f"License {self._name} is held by {self._holder}. Afterwards {to} holds it, for good: it cannot be "
            f"transferred a second time, and {self._holder} awaits the removal of its license. Only the record "
            "changes, nothing on the license server."
        )

    def act(self) -> Callable[[Session], Done]:
        typed, anyway, number = self.typed(), self.anyway.isChecked(), self._license.number

        def act(session: Session) -> Done:
            from tslic_admin.services import transfers
            from tslic_admin.services.acts import issuance

            return transfers.mark(session, issuance(session, number), **typed, anyway=anyway)

        return act

    def succeeded(self, done: Done) -> None:
        """Say that it is done, and offer what comes next: the license on the old computer."""
        self.acted.emit(done)
        from tslic_admin.wording.say import notice

        told = "\n".join(notice(one) for one in done.notices)
        self.explain(
            f"Transfer {done.record} is recorded: {self.to.text().strip()} holds license {self._name} now, and "
            f"{self._holder} awaits the removal of its license." + (f"\n{told}" if told else "")
        )
        for hidden in (self.area, self.verb, self.anyway):
            hidden.hide()
        kit = QPushButton("Removal &Kit…")
        kit.clicked.connect(lambda: self._turn("removal-kit", done.record))
        self.buttons.addButton(kit, self.buttons.ButtonRole.ActionRole)
        close = self.buttons.button(self.buttons.StandardButton.Cancel)
        close.setText("Close")
        close.setDefault(True)
        close.setFocus()

    # refused: what is possible instead

    def clear_refusal(self) -> None:
        super().clear_refusal()
        for button in self._offered:
            self.buttons.removeButton(button)
            button.deleteLater()
        self._offered = []

    def show_refusal(self, violation: RuleViolation) -> None:
        super().show_refusal(violation)
        for action, text in INSTEAD.get(violation.code, ()):
            button = QPushButton(text)
            button.setAutoDefault(False)
            number = self._license.pack_id if action == "pack" else violation.facts.get("request")
            button.clicked.connect(lambda _=False, action=action, number=number: self._turn(action, number))
            self.buttons.addButton(button, self.buttons.ButtonRole.ActionRole)
            self._offered.append(button)

    def _turn(self, action: str, number: object) -> None:
        self.reject()
        self.instead.emit(action, number)
