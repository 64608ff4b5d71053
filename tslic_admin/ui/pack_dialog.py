"""Key pack properties: what its server says of it, and what only this record knows, to be changed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.codes import AUTHORIZATION_NUMBER, LICENSE_KEY_PACK_ID
from tslic_admin.services.changes import Done
from tslic_admin.services.details import Details
from tslic_admin.ui.code_edit import code_edit
from tslic_admin.ui.columns import number_text
from tslic_admin.ui.fields import (
    SecretEdit,
    choice,
    choose,
    notes_edit,
    number_edit,
    numbered,
    optional_day_edit,
)
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.properties_dialog import PropertiesDialog
from tslic_admin.ui.purchase_fields import NumberEdit, PurchaseFields
from tslic_admin.wording.days import day_text, time_text
from tslic_admin.wording.events import RELATIONS
from tslic_admin.wording.values import (
    KEY_PACK_TYPES,
    POLICIES,
    TYPES,
    UNLIMITED,
    VERSIONS,
    named,
    origin_text,
    pack_text,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# bits of AccessRights (Win32_TSLicenseKeyPack)
RIGHTS = {1: "RD Session Host", 2: "VDI session", 4: "Calista", 8: "VDI partners"}


def rights_text(rights: int | None) -> str:
    """The bits by their names; those without one as a number."""
    if rights is None:
        return ""
    named_bits = [text for bit, text in RIGHTS.items() if rights & bit]
    rest = rights & ~sum(RIGHTS)
    return ", ".join([*named_bits, *([f"Unknown ({rest})"] if rest else [])]) or "None (0)"


def count_text(count: int | None) -> str:
    """Grouped by the locale; 4294967295 is Unlimited."""
    return "" if count is None else "Unlimited" if count == UNLIMITED else number_text(count)


def issued_text(row: Any) -> str:
    """How many are issued; more than there are is said, since Available never goes below 0."""
    short = f", {number_text(row.shortage)} more than the pack holds" if row.shortage else ""
    return f"{count_text(row.issued)}{short}"


class PackDialog(PropertiesDialog):
    """For a key pack by its number."""

    def __init__(self, gateway: Gateway, number: int, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Key Pack Properties", "pack", number, parent)
        self._reference = ""

    def build(self, row: Any, details: Details) -> None:
        name = pack_text(row.server, row.keypack_id, row.number)
        self._reference = f"{row.server}/#{row.number}"
        self.setWindowTitle(f"Properties of Key Pack {name}")
        general = self.add_tab("&General")
        if row.first_seen_at is None:
            self._ask_stock(general, row)
        else:
            self._show_stock(general, row)
        self._add_origin(general, row, details)
        self._add_purchase(self.add_tab("&Purchase"), row)
        self._add_terms(self.add_tab("Transfers and N&otes"), row)

    def _ask_stock(self, form: QFormLayout, row: Any) -> None:
        """Recorded by hand: no import has shown yet what the server says."""
        self.explain("Recorded by hand; the server has not been seen to list it yet.")
        version, kind = numbered(VERSIONS), numbered(TYPES)
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

    def _show_stock(self, form: QFormLayout, row: Any) -> None:
        self.explain("What the server says of it changes with the next import, not by hand.")
        version = named(VERSIONS, row.product_version_id)
        if row.product_version and row.product_version != version:
            version = (
                f"{version} (the server says “{row.product_version}”)" if version else row.product_version
            )
        for label, text in (
            ("Product version:", version),
            ("License type:", named(TYPES, row.product_type)),
            ("License program:", named(KEY_PACK_TYPES, row.key_pack_type)),
            ("Total licenses:", count_text(row.total)),
            ("Available:", count_text(row.available)),
            ("Issued:", issued_text(row)),
            ("Expiry date:", day_text(row.expires_at)),
            ("Keypack ID:", "" if row.keypack_id is None else str(row.keypack_id)),
            ("Product code:", row.description or ""),
            ("Access rights:", rights_text(row.access_rights)),
            ("Type and model:", row.type_and_model or ""),
            ("First seen:", time_text(row.first_seen_at)),
        ):
            self.add_value(form, label, text)

    def _add_origin(self, form: QFormLayout, row: Any, details: Details) -> None:
        self.add_value(form, "Origin:", origin_text(row.origin, row.request_id, row.request_on))
        if row.closed_on:
            self.add_value(form, "Closed:", row.closed_on)
        links: dict[str, list[tuple[str, int, str]]] = {}
        for other in details.related:
            name = f"Reissue {other.name}" if other.kind == "request" else other.name
            links.setdefault(other.relation, []).append((other.kind, other.number, name))
        for relation, others in links.items():
            self.add_links(form, f"{RELATIONS[relation]}:", others)

    def _add_purchase(self, form: QFormLayout, row: Any) -> None:
        numbers = NumberEdit()
        number = SecretEdit(numbers, row.purchase_number)
        authorization = SecretEdit(code_edit(AUTHORIZATION_NUMBER), row.authorization_number)
        papers = PurchaseFields(self, form, numbers, number, authorization)
        choose(papers.program, row.program)
        code = SecretEdit(code_edit(LICENSE_KEY_PACK_ID), row.code)
        self.add_field("license_key_pack_id", "License key pack &ID:", code, form)
        installed = optional_day_edit()
        installed.setText(row.installed_on or "")
        self.add_field("installed_on", "Installed o&n:", installed, form)
        for field, label in (("reseller", "Rese&ller:"), ("purchase_ref", "Purchase re&ference:")):
            self.add_field(field, label, QLineEdit(getattr(row, field) or ""), form)

    def _add_terms(self, form: QFormLayout, row: Any) -> None:
        policy = choice(POLICIES)
        choose(policy, row.transfer_policy)
        self.add_field("transfer_policy", "Transfer polic&y:", policy, form)
        self.add_value(form, "", "A changed policy holds for later transfers; those made keep theirs.")
        notes = notes_edit(6)
        notes.setPlainText(row.notes or "")
        self.add_field("notes", "Not&es:", notes, form)

    def act(self) -> Callable[[Session], Done]:
        from tslic_admin.services import packs
        from tslic_admin.services.acts import find_pack

        reference, reason, changed = self._reference, self.typed("reason")["reason"], self.changed()
        return lambda session: packs.change(session, find_pack(session, reference), reason=reason, **changed)
