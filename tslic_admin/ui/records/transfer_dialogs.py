"""Mark One-Time Transfer (KB 315262), and linking a transfer to the license received."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QSizePolicy, QWidget

from tslic_admin.domain.catalogue.licenses import LICENSES, LicenseLine
from tslic_admin.domain.catalogue.transfers import TransferLine
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.lookup import get_issuance
from tslic_admin.services.records import transfers
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.widgets.fields import choice, day_edit, number_choice
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.lists.machine import row_license_reference
from tslic_admin.wording.messages import notice_text
from tslic_admin.wording.values import CLIENTS, VERSIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NO_LINK = "none"
# What is possible instead, by the code of the refusal: the window's action and its button's text.
REISSUE = ("collect", "Add to Reissue &Request…")
PACK_PROPERTIES = ("pack", "Key &Pack Properties…")
ALTERNATIVES: dict[str, tuple[tuple[str, str], ...]] = {
    "already-transferred": (REISSUE,),
    "not-transferable": (REISSUE, PACK_PROPERTIES),
    "within-90-days": (REISSUE, PACK_PROPERTIES),
    "transfer-per-user": (REISSUE,),
    "transfer-collected": (("request", "Open Reissue &Request"),),
}


class TransferDialog(FormDialog):
    """For one row of a licenses list."""

    alternative_chosen = Signal(str, object)  # an action of the window and the number of its record

    def __init__(self, gateway: Gateway, license_row: LicenseLine, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Mark One-Time Transfer", "&Mark Transfer", parent)
        self._license = license_row
        pack = pack_reference(license_row.server, license_row.keypack_id, license_row.pack_id)
        self._name = license_reference(pack, license_row.license_id, license_row.number)
        self._holder = license_row.holder or license_row.computer or "nobody"
        self._alternative_buttons: list[QPushButton] = []
        self.to = QLineEdit()
        self.add_field("to", "&To computer:", self.to)
        self.add_field("on", "&Date of the transfer:", day_edit(gateway.today))
        self.add_field("client_os", "Client s&ystem:", choice(CLIENTS, empty="Not given"))
        self.add_field("host_version", "&Host version:", number_choice(VERSIONS, empty="As the license"))
        self.add_field("reason", "&Reason:", QLineEdit())
        self.to.textChanged.connect(self._explain_result)
        self._explain_result()
        number = license_row.number

        def check(session: Session) -> None:
            transfers.check(session, get_issuance(session, number))

        gateway.ask(check, lambda _: None, self._show_impossible, owner=self)

    def _show_impossible(self, refusal: Refusal) -> None:
        """Show a refusal that no input can change, before anything is typed."""
        self.show_only_refusal()
        self.show_refusal(refusal)

    def _explain_result(self) -> None:
        to = self.to.text().strip() or "the other computer"
        self.explain(
            f"License {self._name} is held by {self._holder}. Afterwards {to} holds it, for good: it cannot be "
            f"transferred a second time, and {self._holder} awaits the removal of its license. Only the record "
            "changes, nothing on the license server."
        )

    def act(self) -> Callable[[Session], ActResult]:
        typed = transfers.TransferFields(**self.typed())
        anyway, number = self.anyway.isChecked(), self._license.number

        def act(session: Session) -> ActResult:
            return transfers.mark(session, get_issuance(session, number), typed, anyway=anyway)

        return act

    def succeeded(self, result: ActResult) -> None:
        """Show what was recorded, and offer the next step: the removal from the old computer."""
        self.acted.emit(result)
        notices = "\n".join(notice_text(one) for one in result.notices)
        self.explain(
            f"Transfer {result.record} is recorded: {self.to.text().strip()} holds license {self._name} now, and "
            f"{self._holder} awaits the removal of its license." + (f"\n{notices}" if notices else "")
        )
        for widget in (self.area, self.verb, self.anyway):
            widget.hide()
        kit = QPushButton("Removal &Kit…")
        kit.clicked.connect(lambda: self._continue_with("removal-kit", result.record))
        self.buttons.addButton(kit, self.buttons.ButtonRole.ActionRole)
        close = self.buttons.button(self.buttons.StandardButton.Cancel)
        close.setText("Close")
        close.setDefault(True)
        close.setFocus()

    # refused: what is possible instead

    def clear_refusal(self) -> None:
        super().clear_refusal()
        for button in self._alternative_buttons:
            self.buttons.removeButton(button)
            button.deleteLater()
        self._alternative_buttons = []

    def show_refusal(self, refusal: Refusal) -> None:
        super().show_refusal(refusal)
        for action, text in ALTERNATIVES.get(refusal.code, ()):
            button = QPushButton(text)
            button.setAutoDefault(False)
            number = self._license.pack_id if action == "pack" else refusal.facts.get("request")
            button.clicked.connect(
                lambda _=False, action=action, number=number: self._continue_with(action, number)
            )
            self.buttons.addButton(button, self.buttons.ButtonRole.ActionRole)
            self._alternative_buttons.append(button)

    def _continue_with(self, action: str, number: object) -> None:
        self.reject()
        self.alternative_chosen.emit(action, number)


class LinkTransferDialog(FormDialog):
    """For one row of the transfers list: the license that the new computer got from its server."""

    def __init__(self, gateway: Gateway, transfer: TransferLine, parent: QWidget | None = None) -> None:
        super().__init__(gateway, f"Link Transfer {transfer.number} to a License", "&Link", parent)
        self._transfer = transfer
        self.license: QComboBox = choice({})
        self.license.setEditable(True)
        self.license.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.license.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add_field("license", "L&icense received:", self.license)
        line = self.license.lineEdit()
        if line is not None:
            line.setAccessibleName("License received")
            line.setPlaceholderText("SERVER/KEYPACKID/LICENSEID")
        self.add_field("reason", "&Reason:", QLineEdit())
        self.explain(
            f"Which license did {transfer.to_computer} get from {transfer.server}? It then carries the used "
            "transfer, and the old license is no longer held by anybody. Choose one of that computer, or write "
            f"SERVER/KEYPACKID/LICENSEID; “{NO_LINK}” takes a link back."
        )
        spec = ListSpec(LICENSES, server_id=transfer.server_id, search=label_of(transfer.to_computer))
        self.read_rows(spec, self._fill_candidates)

    def _is_candidate(self, row: LicenseLine) -> bool:
        return row.number != self._transfer.issuance_id and same_name(
            row.computer, self._transfer.to_computer
        )

    def _fill_candidates(self, rows: list[LicenseLine]) -> None:
        candidates = [row for row in rows if self._is_candidate(row)]
        for row in candidates:
            self.license.addItem(row_license_reference(row), row.number)
        self.license.addItem(NO_LINK)
        linked = self._transfer.linked_issuance_id
        index = self.license.findData(linked) if linked is not None else 0 if candidates else -1
        self.license.setCurrentIndex(index)  # -1: no candidates, and nothing is selected

    def act(self) -> Callable[[Session], ActResult]:
        number, typed = self._transfer.number, self.license.currentText().strip()
        reason = self.typed("reason")["reason"]

        def act(session: Session) -> ActResult:
            issuance = None if typed.casefold() == NO_LINK else lookup.find_license(session, typed)
            return transfers.set_link(session, lookup.find_transfer(session, number), issuance, reason=reason)

        return act
