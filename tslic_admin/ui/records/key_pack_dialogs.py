"""Record Installed Licenses, key pack properties, and Key Pack Was Moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields, PackLine
from tslic_admin.domain.catalogue.servers import SERVERS, ServerLine
from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.codes import (
    AGREEMENT_NUMBER,
    AUTHORIZATION_NUMBER,
    LICENSE_CODE,
    LICENSE_KEY_PACK_ID,
    OPEN_LICENSE_NUMBER,
    Shape,
)
from tslic_admin.domain.licenses.packs import UNLIMITED, Program
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import Details, ListSpec
from tslic_admin.services.lookup import find_pack, find_server, get_pack
from tslic_admin.services.records import packs
from tslic_admin.services.records.closing import move_pack
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.records.properties_dialog import PropertiesDialog
from tslic_admin.ui.records.server_dialogs import ServerDialog
from tslic_admin.ui.widgets.code_edit import code_edit
from tslic_admin.ui.widgets.fields import (
    Choice,
    FieldWith,
    SecretEdit,
    choice,
    choose,
    day_edit,
    heading,
    notes_edit,
    number_choice,
    number_edit,
    optional_day_edit,
    text_of,
)
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.ui.widgets.list_columns import number_text
from tslic_admin.wording.history.events import RELATIONS
from tslic_admin.wording.values import (
    KEY_PACK_TYPES,
    POLICIES,
    PROGRAMS,
    TYPES,
    VERSIONS,
    code_text,
    day_text,
    origin_text,
    time_text,
    version_and_type,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NUMBER_LABELS = {
    LICENSE_CODE: "License c&ode:",
    OPEN_LICENSE_NUMBER: "Open License n&umber:",
    AGREEMENT_NUMBER: "Agreement or enrollment n&umber:",
}


class PurchaseNumberEdit(QWidget):
    """A field for the number of a purchase: boxes for a license code, a line for the others; each keeps its text."""

    def __init__(self) -> None:
        super().__init__()
        self._edits: dict[Shape, QWidget] = {shape: code_edit(shape) for shape in NUMBER_LABELS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for edit in self._edits.values():
            column.addWidget(edit)
        self.ask(AGREEMENT_NUMBER)

    def ask(self, shape: Shape) -> None:
        """Ask for a number of this shape."""
        for one, edit in self._edits.items():
            edit.setVisible(one == shape)
        self.visible_edit = self._edits[shape]
        self.setFocusProxy(self.visible_edit)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for edit in self._edits.values():
            edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.visible_edit.setAccessibleDescription(description)

    @Property(str)
    def text(self) -> str:
        return text_of(self.visible_edit)


class PurchaseFields(QObject):
    """Adds `program`, `number` and `authorization_number` to a dialog; hides what the program does not have.

    `row`: of the key pack that is shown, None for a new one.
    """

    def __init__(self, dialog: FormDialog, form: QFormLayout, row: PackLine | None) -> None:
        super().__init__(dialog)
        self._dialog, self._form, self._row = dialog, form, row
        self._numbers = PurchaseNumberEdit()
        self._number = SecretEdit(self._numbers, row.purchase_number if row else None)
        authorization = SecretEdit(code_edit(AUTHORIZATION_NUMBER), row.authorization_number if row else None)
        self.program: QComboBox = choice(PROGRAMS, empty="Not known")
        dialog.add_field("program", "License progra&m:", self.program, form)
        dialog.add_field("number", NUMBER_LABELS[AGREEMENT_NUMBER], self._number, form)
        dialog.add_field("authorization_number", "Authori&zation number:", authorization, form)
        self.program.currentIndexChanged.connect(self.show_program_fields)
        choose(self.program, row.program if row else None)
        self.show_program_fields()

    def add_code(self, label: str) -> None:
        """Add the license key pack ID."""
        code = SecretEdit(code_edit(LICENSE_KEY_PACK_ID), self._row.code if self._row else None)
        self._dialog.add_field("license_key_pack_id", label, code, self._form)

    def add_order(self, reseller_label: str) -> None:
        """Add the reseller and the reference of the purchase."""
        reseller, reference = (self._row.reseller, self._row.purchase_ref) if self._row else (None, None)
        self._dialog.add_field("reseller", reseller_label, QLineEdit(reseller or ""), self._form)
        self._dialog.add_field("purchase_ref", "Purchase re&ference:", QLineEdit(reference or ""), self._form)

    def show_program_fields(self) -> None:
        """Show the fields that the chosen program has."""
        chosen = str(self.program.currentData())
        program = Program(chosen) if chosen else Program.OTHER
        text = NUMBER_LABELS[program.number_shape]
        self._numbers.ask(program.number_shape)
        label = self._form.labelForField(self._number)
        if isinstance(label, QLabel):
            label.setText(text)
        self._number.setAccessibleName(text.replace("&", "").rstrip(":"))
        self._dialog.show_field("number", bool(chosen))
        self._dialog.show_field("authorization_number", program.authorization_shape is not None)


PURCHASED_TYPES = {number: TYPES[number] for number in (0, 1)}  # the other types are never sold


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
        self._purchase = PurchaseFields(self, self.form, None)
        self.add_field("product_version_id", "Product versi&on:", number_choice(VERSIONS, empty="Choose one"))
        self.add_field("product_type", "License &type:", number_choice(PURCHASED_TYPES, empty="Choose one"))
        self.total = number_edit("For example 25")
        self.total.textChanged.connect(self._update_verb)
        self.add_field("total", "&Quantity:", self.total)

    def _add_installation(self) -> None:
        self.form.addRow(heading("On the server"))
        self.add_field("installed_on", "&Installed on:", optional_day_edit())
        self.add_field("expires_at", "E&xpires on:", optional_day_edit("Never"))
        self.add_field("keypack_id", "&Keypack ID:", number_edit("As the server lists it"))
        self._purchase.add_code("&License key pack ID:")

    def _add_records(self) -> None:
        self.form.addRow(heading("For the records"))
        self.add_field("transfer_policy", "Transfer polic&y:", choice(POLICIES))
        self._purchase.add_order("Resell&er:")
        self.add_field("notes", "&Notes:", notes_edit())

    def _update_verb(self) -> None:
        """Show the quantity in the verb if it is a number."""
        text = self.total.text().strip()
        is_one = text.isdecimal() and int(text) == 1
        self.verb.setText(
            f"&Record {text} License{'' if is_one else 's'}" if text.isdecimal() else "&Record Licenses"
        )

    def _load_servers(self, chosen: int | None) -> None:
        self.read_rows(ListSpec(SERVERS), lambda rows: self._fill_servers(rows, chosen))

    def _fill_servers(self, rows: list[ServerLine], chosen: int | None) -> None:
        self.servers.clear()
        self.servers.addItem("Choose one" if rows else "No server is recorded yet", "")
        for row in rows:
            self.servers.addItem(row.name, row.name)
            if row.number == chosen or len(rows) == 1:
                self.servers.setCurrentIndex(self.servers.count() - 1)

    def _add_server(self) -> None:
        dialog = ServerDialog(self.gateway, None, self)
        dialog.acted.connect(lambda result: self._load_servers(result.record))
        dialog.open()

    def act(self) -> Callable[[Session], ActResult]:
        typed = self.typed()
        server, pack = typed.pop("server"), PackFields(**typed)

        def add(session: Session) -> ActResult:
            if not server:
                raise RuleViolation("field-missing", field="server")
            return packs.add(session, find_server(session, server), pack)

        return add


# bits of AccessRights (Win32_TSLicenseKeyPack)
ACCESS_RIGHTS = {1: "RD Session Host", 2: "VDI session", 4: "Calista", 8: "VDI partners"}


def rights_text(rights: int | None) -> str:
    """The names of the bits; the sum of the bits without a name is shown as a number."""
    if rights is None:
        return ""
    named_bits = [text for bit, text in ACCESS_RIGHTS.items() if rights & bit]
    rest = rights & ~sum(ACCESS_RIGHTS)
    return ", ".join([*named_bits, *([f"Unknown ({rest})"] if rest else [])]) or "None (0)"


def grouped_count_text(count: int | None) -> str:
    """Grouped by the locale; 4294967295 is Unlimited."""
    return "" if count is None else "Unlimited" if count == UNLIMITED else number_text(count)


def issued_count_text(row: PackLine) -> str:
    """How many are issued, and by how many they exceed the pack: Available never goes below 0."""
    shortage = f", {number_text(row.shortage)} more than the pack holds" if row.shortage else ""
    return f"{grouped_count_text(row.issued)}{shortage}"


class PackDialog(PropertiesDialog):
    """For a key pack by its number."""

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Key Pack Properties", "pack", number, parent)
        self._reference = ""

    def build(self, details: Details) -> None:
        row = details.row
        if not isinstance(row, PackLine):
            return
        name = pack_reference(row.server, row.keypack_id, row.number)
        self._reference = pack_reference(row.server, None, row.number)
        self.setWindowTitle(f"Properties of Key Pack {name}")
        general = self.add_tab("&General")
        if row.first_seen_at is None:
            self._add_stock_fields(general, row)
        else:
            self._add_stock_values(general, row)
        self._add_origin(general, row, details)
        self._add_purchase(self.add_tab("&Purchase"), row)
        self._add_terms(self.add_tab("Transfers and N&otes"), row)

    def _add_stock_fields(self, form: QFormLayout, row: PackLine) -> None:
        """Fields for a pack that was recorded by hand: no import has listed it yet."""
        self.explain("Recorded by hand; the server has not been seen to list it yet.")
        version, kind = number_choice(VERSIONS), number_choice(TYPES)
        choose(version, row.product_version_id)
        choose(kind, row.product_type)
        self.add_field("product_version_id", "Product &version:", version, form)
        self.add_field("product_type", "License &type:", kind, form)
        total, keypack, expires = number_edit(), number_edit("Not known"), optional_day_edit("Never")
        total.setText("unlimited" if row.total == UNLIMITED else str(row.total))
        keypack.setText("" if row.keypack_id is None else str(row.keypack_id))
        day = day_of(row.expires_at)
        expires.setText(day.isoformat() if day and not never_expires(day) else "")
        self.add_field("total", "&Quantity:", total, form)
        self.add_field("keypack_id", "&Keypack ID:", keypack, form)
        self.add_field("expires_at", "E&xpires on:", expires, form)

    def _add_stock_values(self, form: QFormLayout, row: PackLine) -> None:
        self.explain("What the server says of it changes with the next import, not by hand.")
        version = code_text(VERSIONS, row.product_version_id)
        if row.product_version and row.product_version != version:
            version = (
                f"{version} (the server says “{row.product_version}”)" if version else row.product_version
            )
        for label, text in (
            ("Product version:", version),
            ("License type:", code_text(TYPES, row.product_type)),
            ("License program:", code_text(KEY_PACK_TYPES, row.key_pack_type)),
            ("Total licenses:", grouped_count_text(row.total)),
            ("Available:", grouped_count_text(row.available)),
            ("Issued:", issued_count_text(row)),
            ("Expiry date:", day_text(row.expires_at)),
            ("Keypack ID:", "" if row.keypack_id is None else str(row.keypack_id)),
            ("Product code:", row.description or ""),
            ("Access rights:", rights_text(row.access_rights)),
            ("Type and model:", row.type_and_model or ""),
            ("First seen:", time_text(row.first_seen_at)),
        ):
            self.add_value(form, label, text)

    def _add_origin(self, form: QFormLayout, row: PackLine, details: Details) -> None:
        self.add_value(form, "Origin:", origin_text(row.origin, row.request_id, row.request_on))
        if row.closed_on:
            self.add_value(form, "Closed:", row.closed_on)
        links: dict[str, list[tuple[str, int, str]]] = {}
        for other in details.related:
            name = f"Reissue {other.name}" if other.kind == "request" else other.name
            links.setdefault(other.relation, []).append((other.kind, other.number, name))
        for relation, others in links.items():
            self.add_links(form, f"{RELATIONS[relation]}:", others)

    def _add_purchase(self, form: QFormLayout, row: PackLine) -> None:
        purchase = PurchaseFields(self, form, row)
        purchase.add_code("License key pack &ID:")
        installed = optional_day_edit()
        installed.setText(row.installed_on or "")
        self.add_field("installed_on", "Installed o&n:", installed, form)
        purchase.add_order("Rese&ller:")

    def _add_terms(self, form: QFormLayout, row: PackLine) -> None:
        policy = choice(POLICIES)
        choose(policy, row.transfer_policy)
        self.add_field("transfer_policy", "Transfer polic&y:", policy, form)
        self.add_value(form, "", "A changed policy holds for later transfers; those made keep theirs.")
        notes = notes_edit(6)
        notes.setPlainText(row.notes or "")
        self.add_field("notes", "Not&es:", notes, form)

    def act(self) -> Callable[[Session], ActResult]:
        reference, reason = self._reference, self.typed("reason")["reason"]
        changed = PackFields(**self.changed_fields())
        return lambda session: packs.change(session, find_pack(session, reference), changed, reason=reason)


CHOOSE_PACK = "Choose the key pack"


class RecordMoveDialog(FormDialog):
    """For one row of the key packs list."""

    def __init__(self, gateway: Gateway, pack_row: PackLine, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Key Pack Was Moved", "&Record the Move", parent)
        self._pack = pack_row.number
        name = pack_reference(pack_row.server, pack_row.keypack_id, pack_row.number)
        self.explain(
            f"Afterwards {name} and its licenses are closed, and the other key pack has the origin Migration. The"
            " records keep both. Only the record changes, nothing on a license server."
        )
        self.to = Choice()
        self.to.addItem(CHOOSE_PACK, "")
        self.add_field("to", "&To key pack:", self.to)
        self.add_field("on", "&Date of the move:", day_edit(gateway.today))
        self.add_field("reason", "R&eason:", QLineEdit())
        self.read_rows(ListSpec(PACKS), self._fill_packs)

    def _fill_packs(self, rows: list[PackLine]) -> None:
        for row in rows:
            if row.number != self._pack:
                name = pack_reference(row.server, row.keypack_id, row.number)
                kind = version_and_type(row.product_version_id, row.product_type, row.product_version)
                self.to.addItem(f"{name}, {kind}", str(row.number))

    def act(self) -> Callable[[Session], ActResult]:
        typed, number = self.typed(), self._pack

        def act(session: Session) -> ActResult:
            pack, to = get_pack(session, number), get_pack(session, typed["to"])
            return move_pack(session, pack, to=to, on=typed["on"], reason=typed["reason"])

        return act
