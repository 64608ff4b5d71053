"""Add Server, server properties, and Server Was Rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from tslic_admin.domain.codes import LICENSE_SERVER_ID
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import Details, ListSpec, every_row
from tslic_admin.services.lookup import find_server, get_server
from tslic_admin.services.records import servers
from tslic_admin.services.records.closing import record_rebuild
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.properties_dialog import PropertiesDialog
from tslic_admin.ui.widgets.code_edit import code_edit
from tslic_admin.ui.widgets.fields import SecretEdit, choice, choose, day_edit, notes_edit, numbered
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.values import ACTIVATIONS, METHODS, ROLES, VERSIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class ServerDialog(PropertiesDialog):
    """For a recorded server by its number, or None: for one that is not recorded yet."""

    def __init__(self, gateway: Gateway, number: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(
            gateway, "Add Server" if number is None else "Server Properties", "server", number, parent
        )
        self._row: Any | None = None
        if number is None:
            self.verb.setText("&Add Server")
            self.explain("Only its name is needed; an import fills in what the server says of itself.")
            self._add_tabs()

    def build(self, row: Any, _details: Details) -> None:
        self._row = row
        self.setWindowTitle(f"Properties of Server {row.name}")
        self._add_tabs()

    def _add_tabs(self) -> None:
        self._add_general(self.add_tab("&General"))
        self._add_connection(self.add_tab("&Connection Method"))
        self._add_contact(self.add_tab("C&ontact"))

    def _text(self, name: str, label: str, form: QFormLayout, hint: str = "") -> QLineEdit:
        edit = QLineEdit(self._known(name) or "")
        edit.setPlaceholderText(hint)
        self.add_field(name, label, edit, form)
        return edit

    def _known(self, name: str) -> Any:
        return getattr(self._row, name) if self._row is not None else None

    def _add_general(self, form: QFormLayout) -> None:
        name = QLineEdit(self._known("name") or "")
        self.add_field("rename" if self._row else "name", "&Name:", name, form)
        activation = numbered(ACTIVATIONS, empty="Not known")
        self.add_field("activation", "Acti&vation:", activation, form)
        version = numbered(VERSIONS, empty="Not known")
        self.add_field("windows_version", "&Windows version:", version, form)
        role = numbered(ROLES, empty="Not known")
        self.add_field("role", "Server ro&le:", role, form)
        for field, box in (("activation", activation), ("windows_version", version), ("role", role)):
            choose(box, self._known(field))
        self._text("product_id", "&Product ID:", form, "For example 00252-20000-35572-AT477")
        secret = SecretEdit(code_edit(LICENSE_SERVER_ID), self._known("license_server_id"))
        self.add_field("license_server_id", "License server &ID:", secret, form)
        for field, label in (
            ("version", "The server says:"),
            ("database_path", "Database:"),
        ):
            if said := self._known(field):
                self.add_value(form, label, str(said))
        notes = notes_edit()
        notes.setPlainText(self._known("notes") or "")
        self.add_field("notes", "No&tes:", notes, form)

    def _add_connection(self, form: QFormLayout) -> None:
        method = choice(METHODS, empty="Not known")
        self.add_field("connection_method", "Connection &method:", method, form)
        choose(method, self._known("connection_method"))
        self._text("country", "Coun&try or region:", form)
        self._text("phone", "Telephone n&umber:", form)
        self.add_value(
            form,
            "",
            "The number of the Customer Service Center for this country; the server's own activation"
            " wizard shows it. Microsoft's texts name 1-888-571-2048 for the United States; no list of"
            " others is published.",
        )

    def _add_contact(self, form: QFormLayout) -> None:
        self._text("company", "Com&pany:", form)
        self._text("contact", "Co&ntact:", form, "Name, telephone or e-mail")
        known = self._known
        if self._row is None:
            return
        person = " ".join(filter(None, (known("first_name"), known("last_name"))))
        place = " ".join(filter(None, (known("postal_code"), known("city"), known("state"))))
        for label, said in (
            ("Registered to:", person),
            ("E-mail:", known("email")),
            ("Organizational unit:", known("org_unit")),
            ("Address:", "\n".join(filter(None, (known("address"), place, known("country_region"))))),
        ):
            if said:
                self.add_value(form, label, said)

    def act(self) -> Callable[[Session], ActResult]:
        if self._row is None:
            typed = self.typed()
            name = typed.pop("name")
            return lambda session: servers.add(session, name, **typed)
        old, reason, changed = self._row.name, self.typed("reason")["reason"], self.changed()
        return lambda session: servers.change(session, find_server(session, old), reason=reason, **changed)


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

    def act(self) -> Callable[[Session], ActResult]:
        typed, number = self.typed(), self._server

        def act(session: Session) -> ActResult:
            return record_rebuild(session, get_server(session, number), **typed)

        return act


def open_rebuilt_dialog(asking: FormDialog, server: str, then: Callable[[], None]) -> None:
    """Open the dialog for a server by its name; `then` once it was recorded."""
    path, now = asking.gateway.path, asking.gateway.now

    def ask(rows: list[Any]) -> None:
        for row in rows:
            if row.name == server:
                dialog = RebuiltDialog(asking.gateway, row, asking)
                dialog.acted.connect(lambda _: then())
                dialog.open()

    asking.read(lambda: list(every_row(path, now, ListSpec("servers"))), ask)
