"""Small dialogs on one reissue request: link its key pack, correct its code, withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tslic_admin.domain.catalogue.key_packs import PACKS, PackLine
from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.reissue import calls, requests
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.transfer_dialogs import NO_LINK
from tslic_admin.ui.widgets.code_edit import CodeEdit
from tslic_admin.ui.widgets.fields import choice
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.values import count_text, day_text, version_and_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class LinkPackDialog(FormDialog):
    """For a recorded reissue: a key pack of its server, or none yet."""

    def __init__(
        self, gateway: Gateway, request: int, server: int, linked: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(gateway, f"Link Reissue {request} to a Key Pack", "&Link", parent)
        self._request, self._linked = request, linked
        self.pack: QComboBox = choice({NO_LINK: "Not on the server yet"})
        self.add_field("keypack_id", "&Key pack of the server:", self.pack)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.explain(
            "The key pack that the server lists takes over the origin and the code of this reissue. A link "
            "that stands is taken back first: its key pack is then what it was before."
        )
        self.read_rows(ListSpec(PACKS, server_id=server), self._fill_packs)

    def _fill_packs(self, packs: list[PackLine]) -> None:
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

    def act(self) -> Callable[[Session], ActResult]:
        request, typed = self._request, self.typed()

        def act(session: Session) -> ActResult:
            row = lookup.find_request(session, request)
            return calls.set_link(session, row, typed["keypack_id"], reason=typed["reason"])

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

    def act(self) -> Callable[[Session], ActResult]:
        request, typed = self._request, self.typed()

        def act(session: Session) -> ActResult:
            row = lookup.find_request(session, request)
            return calls.correct(session, row, code=typed["code"], reason=typed["reason"])

        return act


class WithdrawDialog(FormDialog):
    """Gives an open request up; what it collected goes back to where it was."""

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, f"Withdraw Reissue Request {number}", "&Withdraw", parent)
        self._number = number
        self.explain("The collected licenses go back to where they were. The history keeps the request.")
        self.add_field("reason", "&Reason:", QLineEdit())

    def act(self) -> Callable[[Session], ActResult]:
        number, reason = self._number, self.typed()["reason"]

        def act(session: Session) -> ActResult:
            return requests.withdraw(session, lookup.find_request(session, number), reason=reason)

        return act
