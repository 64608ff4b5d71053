"""Record installed licenses: a key pack by hand, with what its purchase papers say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from tslic_admin.domain.codes import AUTHORIZATION_NUMBER, LICENSE_KEY_PACK_ID
from tslic_admin.services.changes import Done
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.code_edit import code_edit
from tslic_admin.ui.fields import (
    Choice,
    FieldWith,
    choice,
    heading,
    notes_edit,
    number_edit,
    numbered,
    optional_day_edit,
)
from tslic_admin.ui.form_dialog import FormDialog
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.purchase_fields import NumberEdit, PurchaseFields
from tslic_admin.wording.values import POLICIES, TYPES, VERSIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BOUGHT = {number: TYPES[number] for number in (0, 1)}  # the other types are never sold


class InstallDialog(FormDialog):
    """`server_id`: the server that is chosen at first."""

    def __init__(self, gateway: Gateway, server_id: int | None, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Record Installed Licenses", "&Record Licenses", parent)
        self.explain(
            "A key pack that was installed on a server. Only the record changes, nothing on the server."
        )
        self._add_purchase()
        self._add_installation()
        self._add_records()
        self._load_servers(server_id)

    def _add_purchase(self) -> None:
        self.servers = Choice()
        add = QPushButton("Add &Server…")
        add.setAutoDefault(False)
        add.clicked.connect(self._add_server)
        self.add_field("server", "Ser&ver:", FieldWith(self.servers, add))
        numbers = NumberEdit()
        PurchaseFields(self, self.form, numbers, numbers, code_edit(AUTHORIZATION_NUMBER))
        self.add_field("product_version_id", "Product versi&on:", numbered(VERSIONS, empty="Choose one"))
        self.add_field("product_type", "License &type:", numbered(BOUGHT, empty="Choose one"))
        self.total = number_edit("For example 25")
        self.total.textChanged.connect(self._count)
        self.add_field("total", "&Quantity:", self.total)

    def _add_installation(self) -> None:
        self.form.addRow(heading("On the server"))
        self.add_field("installed_on", "&Installed on:", optional_day_edit())
        self.add_field("expires_at", "E&xpires on:", optional_day_edit("Never"))
        self.add_field("keypack_id", "&Keypack ID:", number_edit("As the server lists it"))
        self.add_field("license_key_pack_id", "&License key pack ID:", code_edit(LICENSE_KEY_PACK_ID))

    def _add_records(self) -> None:
        self.form.addRow(heading("For the records"))
        self.add_field("transfer_policy", "Transfer polic&y:", choice(POLICIES))
        self.add_field("reseller", "Resell&er:", QLineEdit())
        self.add_field("purchase_ref", "Purchase re&ference:", QLineEdit())
        self.add_field("notes", "&Notes:", notes_edit())

    def _count(self) -> None:
        """The verb names its number, as long as it is one."""
        text = self.total.text().strip()
        one = text.isdecimal() and int(text) == 1
        self.verb.setText(
            f"&Record {text} License{'' if one else 's'}" if text.isdecimal() else "&Record Licenses"
        )

    def _load_servers(self, chosen: int | None) -> None:
        path, now = self.gateway.path, self.gateway.now
        self.read(
            lambda: list(every_row(path, now, ListSpec("servers"))), lambda rows: self._fill(rows, chosen)
        )

    def _fill(self, rows: list[Any], chosen: int | None) -> None:
        self.servers.clear()
        self.servers.addItem("Choose one" if rows else "No server is recorded yet", "")
        for row in rows:
            self.servers.addItem(row.name, row.name)
            if row.number == chosen or len(rows) == 1:
                self.servers.setCurrentIndex(self.servers.count() - 1)

    def _add_server(self) -> None:
        from tslic_admin.ui.server_dialog import ServerDialog

        dialog = ServerDialog(self.gateway, None, self)
        dialog.acted.connect(lambda done: self._load_servers(done.record))
        dialog.open()

    def act(self) -> Callable[[Session], Done]:
        from tslic_admin.domain.errors import RuleViolation
        from tslic_admin.services import packs
        from tslic_admin.services.acts import find_server

        typed = self.typed()
        server = typed.pop("server")

        def add(session: Session) -> Done:
            if not server:
                raise RuleViolation("field-missing", field="server")
            return packs.add(session, find_server(session, server), **typed)

        return add
