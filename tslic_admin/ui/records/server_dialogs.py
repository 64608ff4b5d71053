"""Add Server, server properties, and Server Was Rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from tslic_admin.domain.catalogue.servers import SERVERS, ServerFields, ServerLine
from tslic_admin.domain.codes import LICENSE_SERVER_ID
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import Details, ListSpec
from tslic_admin.services.lookup import find_server, get_server
from tslic_admin.services.records import servers
from tslic_admin.services.records.closing import record_rebuild
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.properties_dialog import PropertiesDialog
from tslic_admin.ui.widgets.code_edit import code_edit
from tslic_admin.ui.widgets.fields import SecretEdit, choice, choose, day_edit, notes_edit, number_choice
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
        self._row: ServerLine | None = None
        if number is None:
            self.verb.setText("&Add Server")
            self.explain("Only its name is needed; an import fills in what the server says of itself.")
            self._add_tabs()

    def build(self, details: Details) -> None:
        if isinstance(details.row, ServerLine):
            self._row = details.row
            self.setWindowTitle(f"Properties of Server {details.row.name}")
            self._add_tabs()

    def _add_tabs(self) -> None:
        self._add_general(self.add_tab("&General"))
        self._add_connection(self.add_tab("&Connection Method"))
        self._add_contact(self.add_tab("C&ontact"))

    def _add_text(self, name: str, label: str, form: QFormLayout, hint: str = "") -> None:
        edit = QLineEdit(self._recorded_text(name))
        edit.setPlaceholderText(hint)
        self.add_field(name, label, edit, form)

    def _recorded_value(self, name: str) -> str | int | None:
        value: str | int | None = getattr(self._row, name) if self._row is not None else None
        return value

    def _recorded_text(self, name: str) -> str:
        return str(self._recorded_value(name) or "")

    def _add_general(self, form: QFormLayout) -> None:
        name = QLineEdit(self._recorded_text("name"))
        self.add_field("rename" if self._row else "name", "&Name:", name, form)
        for field, label, texts in (
            ("activation", "Acti&vation:", ACTIVATIONS),
            ("windows_version", "&Windows version:", VERSIONS),
            ("role", "Server ro&le:", ROLES),
        ):
            box = number_choice(texts, empty="Not known")
            choose(box, self._recorded_value(field))
            self.add_field(field, label, box, form)
        self._add_text("product_id", "&Product ID:", form, "For example 00252-20000-35572-AT477")
        secret = SecretEdit(code_edit(LICENSE_SERVER_ID), self._recorded_text("license_server_id"))
        self.add_field("license_server_id", "License server &ID:", secret, form)
        for field, label in (
            ("version", "The server says:"),
            ("database_path", "Database:"),
        ):
            if value := self._recorded_text(field):
                self.add_value(form, label, value)
        notes = notes_edit()
        notes.setPlainText(self._recorded_text("notes"))
        self.add_field("notes", "No&tes:", notes, form)

    def _add_connection(self, form: QFormLayout) -> None:
        method = choice(METHODS, empty="Not known")
        self.add_field("connection_method", "Connection &method:", method, form)
        choose(method, self._recorded_value("connection_method"))
        self._add_text("country", "Coun&try or region:", form)
        self._add_text("phone", "Telephone n&umber:", form)
        self.add_value(
            form,
            "",
            "The number of the Customer Service Center for this country; the server's own activation"
            " wizard shows it. Microsoft's texts name 1-888-571-2048 for the United States; no list of"
            " others is published.",
        )

    def _add_contact(self, form: QFormLayout) -> None:
        self._add_text("company", "Com&pany:", form)
        self._add_text("contact", "Co&ntact:", form, "Name, telephone or e-mail")
        row = self._row
        if row is None:
            return
        person = " ".join(filter(None, (row.first_name, row.last_name)))
        place = " ".join(filter(None, (row.postal_code, row.city, row.state)))
        for label, text in (
            ("Registered to:", person),
            ("E-mail:", row.email),
            ("Organizational unit:", row.org_unit),
            ("Address:", "\n".join(filter(None, (row.address, place, row.country_region)))),
        ):
            if text:
                self.add_value(form, label, text)

    def act(self) -> Callable[[Session], ActResult]:
        if self._row is None:
            typed = self.typed()
            name, new = typed.pop("name"), ServerFields(**typed)
            return lambda session: servers.add(session, name, new)
        name, reason, typed = self._row.name, self.typed("reason")["reason"], self.changed_fields()
        rename, changed = typed.pop("rename", None), ServerFields(**typed)
        return lambda session: servers.change(
            session, find_server(session, name), changed, reason=reason, rename=rename
        )


class RecordRebuildDialog(FormDialog):
    """For one row of the servers list."""

    def __init__(self, gateway: Gateway, server_row: ServerLine, parent: QWidget | None = None) -> None:
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
            server = get_server(session, number)
            return record_rebuild(session, server, on=typed["on"], reason=typed["reason"])

        return act


def open_rebuild_dialog(dialog: FormDialog, server: str, then: Callable[[], None]) -> None:
    """Open the dialog for a server by its name, over `dialog`; `then` is called once it was recorded."""

    def open_for_server(rows: list[ServerLine]) -> None:
        for row in rows:
            if row.name == server:
                rebuild_dialog = RecordRebuildDialog(dialog.gateway, row, dialog)
                rebuild_dialog.acted.connect(lambda _: then())
                rebuild_dialog.open()

    dialog.read_rows(ListSpec(SERVERS), open_for_server)
