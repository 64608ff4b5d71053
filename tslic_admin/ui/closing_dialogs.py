"""Server Was Rebuilt and Key Pack Was Moved: what was there is closed and kept in the records (rule 4.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from tslic_admin.services.changes import Done
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.fields import Choice, day_edit
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.wording.values import pack_text, version_and_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHOOSE = "Choose the key pack"


class RebuiltDialog(FormDialog):
    """For one row of the servers list."""

    def __init__(self, gateway: Gateway, server_row: Any, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Server Was Rebuilt", "&Close Its Key Packs", parent)
        self._server = server_row.number
        self.explain(
            f"Afterwards all key packs and licenses that {server_row.name} held are closed; the records keep them."
            " Its numbers start again, and its product ID may be another. Only the record changes, nothing on the"
            " license server."
        )
        self.add_field("on", "&Date of the rebuilding:", day_edit(gateway.today))
        self.add_field("reason", "&Reason:", QLineEdit())

    def act(self) -> Callable[[Session], Done]:
        typed, number = self.typed(), self._server

        def act(session: Session) -> Done:
            from tslic_admin.services.acts import server_of
            from tslic_admin.services.rebuilt import rebuilt

            return rebuilt(session, server_of(session, number), **typed)

        return act


def ask_when_rebuilt(asking: FormDialog, server: str, then: Callable[[], None]) -> None:
    """Open the dialog for a server by its name; `then` once it was recorded."""
    path, now = asking.gateway.path, asking.gateway.now

    def ask(rows: list[Any]) -> None:
        for row in rows:
            if row.name == server:
                dialog = RebuiltDialog(asking.gateway, row, asking)
                dialog.acted.connect(lambda _: then())
                dialog.open()

    asking.read(lambda: list(every_row(path, now, ListSpec("servers"))), ask)


class MovedDialog(FormDialog):
    """For one row of the key packs list."""

    def __init__(self, gateway: Gateway, pack_row: Any, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Key Pack Was Moved", "&Record the Move", parent)
        self._pack = pack_row.number
        name = pack_text(pack_row.server, pack_row.keypack_id, pack_row.number)
        self.explain(
            f"Afterwards {name} and its licenses are closed, and the other key pack has the origin Migration. The"
            " records keep both. Only the record changes, nothing on a license server."
        )
        self.to = Choice()
        self.to.addItem(CHOOSE, "")
        self.add_field("to", "&To key pack:", self.to)
        self.add_field("on", "&Date of the move:", day_edit(gateway.today))
        self.add_field("reason", "R&eason:", QLineEdit())
        path, now = gateway.path, gateway.now
        self.read(lambda: list(every_row(path, now, ListSpec("packs"))), self._offer)

    def _offer(self, rows: list[Any]) -> None:
        for row in rows:
            if row.number != self._pack:
                name = pack_text(row.server, row.keypack_id, row.number)
                kind = version_and_type(row.product_version_id, row.product_type, row.product_version)
                self.to.addItem(f"{name}, {kind}", str(row.number))

    def act(self) -> Callable[[Session], Done]:
        typed, number = self.typed(), self._pack
        to = typed.pop("to")

        def act(session: Session) -> Done:
            from tslic_admin.services.acts import pack_numbered
            from tslic_admin.services.moved import move

            return move(session, pack_numbered(session, number), to=pack_numbered(session, to), **typed)

        return act
