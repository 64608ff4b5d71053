"""Mark one-time transfer: a license moves to another computer, once and for good (KB 315262)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from tslic_admin.services.changes import Done
from tslic_admin.ui.form_dialog import FormDialog, choice, day_edit
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.values import CLIENTS, VERSIONS, pack_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class TransferDialog(FormDialog):
    """For one row of a licenses list."""

    def __init__(self, gateway: Gateway, license_row: Any, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Mark One-Time Transfer", "&Mark Transfer", parent)
        self._license = license_row.number
        holder = license_row.holder or license_row.computer or "nobody"
        self._name = f"{pack_text(license_row.server, license_row.keypack_id, license_row.pack_id)}/{license_row.license_id}"
        self._holder = holder
        self.to = QLineEdit()
        self.add_field("to", "&To computer:", self.to)
        self.add_field("on", "&Date of the transfer:", day_edit())
        self.add_field("client_os", "Client s&ystem:", choice(CLIENTS, empty="Not given"))
        versions = {str(number): text for number, text in VERSIONS.items()}
        self.add_field("host_version", "&Host version:", choice(versions, empty="As the license"))
        self.add_field("reason", "&Reason:", QLineEdit())
        self.to.textChanged.connect(self._say_what_will_be)
        self._say_what_will_be()
        self.resize(520, self.sizeHint().height())

    def _say_what_will_be(self) -> None:
        to = self.to.text().strip() or "the other computer"
        self.explain(
            f"License {self._name} is held by {self._holder}. Afterwards {to} holds it, for good: it cannot be "
            f"transferred a second time, and {self._holder} awaits the removal of its license. Only the record "
            "changes, nothing on the license server."
        )

    def act(self) -> Callable[[Session], Done]:
        from tslic_admin.services import transfers
        from tslic_admin.services.acts import issuance

        typed, anyway = self.typed(), self.anyway.isChecked()
        return lambda session: transfers.mark(
            session, issuance(session, self._license), **typed, anyway=anyway
        )
