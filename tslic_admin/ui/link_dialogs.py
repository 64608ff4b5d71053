"""Say which of a server's things is one of ours: the reissued key pack, the license that a transfer led to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.services.changes import Done
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.machine import license_reference
from tslic_admin.ui.code_edit import CodeEdit
from tslic_admin.ui.fields import choice
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.days import day_text
from tslic_admin.wording.values import count_text, version_and_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NONE = "none"


class LinkPackDialog(FormDialog):
    """For a recorded reissue: a key pack of its server, or none yet."""

    def __init__(
        self, gateway: Gateway, request: int, server: int, linked: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(gateway, f"Link Reissue {request} to a Key Pack", "&Link", parent)
        self._request, self._linked = request, linked
        self.pack: QComboBox = choice({NONE: "Not on the server yet"})
        self.add_field("keypack_id", "&Key pack of the server:", self.pack)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.explain(
            "The key pack that the server lists takes over the origin and the code of this reissue. A link "
            "that stands is taken back first: its key pack is then what it was before."
        )
        path, now = gateway.path, gateway.now
        self.read(lambda: list(every_row(path, now, ListSpec("packs", server_id=server))), self._fill)

    def _fill(self, packs: list[Any]) -> None:
        for pack in packs:
            if pack.keypack_id is None or pack.request_id not in (None, self._request):
                continue
            version = version_and_type(pack.product_version_id, pack.product_type)
            seen = f", first seen {day_text(pack.first_seen_at)}" if pack.first_seen_at else ""
            self.pack.addItem(
                f"{pack.keypack_id}: {version}, {count_text(pack.total) or 'unknown number of'} licenses{seen}",
                str(pack.keypack_id),
            )
        self.pack.setCurrentIndex(max(0, self.pack.findData(str(self._linked))))

    def act(self) -> Callable[[Session], Done]:
        request, typed = self._request, self.typed()

        def act(session: Session) -> Done:
            from tslic_admin.services import acts, reissue_links

            return reissue_links.set_link(session, acts.find_request(session, request), **typed)

        return act


class CorrectCodeDialog(FormDialog):
    """For a recorded reissue whose pack is not linked yet."""

    def __init__(self, gateway: Gateway, request: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, f"Correct the Code of Reissue {request}", "&Correct Code", parent)
        self._request = request
        self.explain(
            "Enter the whole code as it was read out. The history keeps that it was corrected, and why."
        )
        self.add_field(
            "code", "C&onfirmation code (license key pack ID):", CodeEdit(LICENSE_KEY_PACK_ID.length)
        )
        self.add_field("reason", "&Reason:", QLineEdit())

    def act(self) -> Callable[[Session], Done]:
        request, typed = self._request, self.typed()

        def act(session: Session) -> Done:
            from tslic_admin.services import acts, reissue_links

            return reissue_links.correct(session, acts.find_request(session, request), **typed)

        return act


class LinkTransferDialog(FormDialog):
    """For one row of the transfers list: the license that the new computer got from its server."""

    def __init__(self, gateway: Gateway, transfer: Any, parent: QWidget | None = None) -> None:
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
            f"SERVER/KEYPACKID/LICENSEID; “{NONE}” takes a link back."
        )
        path, now = gateway.path, gateway.now
        spec = ListSpec("licenses", server_id=transfer.server_id, search=label_of(transfer.to_computer))
        self.read(lambda: [row for row in every_row(path, now, spec) if self._may_be(row)], self._fill)

    def _may_be(self, row: Any) -> bool:
        return row.number != self._transfer.issuance_id and same_name(
            row.computer, self._transfer.to_computer
        )

    def _fill(self, rows: list[Any]) -> None:
        for row in rows:
            self.license.addItem(license_reference(row), row.number)
        self.license.addItem(NONE)
        linked = self._transfer.linked_issuance_id
        place = self.license.findData(linked) if linked is not None else 0 if rows else -1
        self.license.setCurrentIndex(place)  # -1: nothing is there to choose, and nothing is said

    def act(self) -> Callable[[Session], Done]:
        number, typed = self._transfer.number, self.license.currentText().strip()
        reason = self.typed("reason")["reason"]

        def act(session: Session) -> Done:
            from tslic_admin.services import acts, transfer_links

            issuance = None if typed.casefold() == NONE else acts.find_license(session, typed)
            return transfer_links.set_link(
                session, acts.find_transfer(session, number), issuance, reason=reason
            )

        return act
