"""Add an issued license by hand, as the tool of a server older than 2008 shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from tslic_admin.domain.catalogue.key_packs import PACKS, PackLine
from tslic_admin.domain.catalogue.licenses import LicenseFields
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.lookup import find_pack
from tslic_admin.services.records import licenses
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import Choice, number_choice, optional_day_edit
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.values import STATUSES, short_version_and_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIELDS_OF_ONE_LICENSE = ("computer", "user", "hardware_id")  # cleared before the next license is typed


class AddLicenseDialog(FormDialog):
    """`pack_id`: the key pack that is chosen at first; else the only one of the server `server_id`, if it is."""

    def __init__(
        self, gateway: Gateway, pack_id: int | None, server_id: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(gateway, "Add Issued License", "&Add License", parent)
        self.explain(
            "A license that the server's own tool shows as issued, where nothing can be exported. A list that is "
            "imported later takes it over. Only the record changes, nothing on the server."
        )
        self._pack_id, self._server_id = pack_id, server_id
        self.packs = Choice()
        self.add_field("pack", "&Key pack:", self.packs)
        self.add_field("computer", "Issued to &computer:", QLineEdit())
        self.add_field("user", "Issued to &user:", QLineEdit())
        self.add_field("status", "License &status:", number_choice(STATUSES, empty="As the key pack's"))
        self.add_field("issued_at", "&Issued on:", optional_day_edit())
        self.add_field("expires_at", "&Expires on:", optional_day_edit())
        self.add_field("hardware_id", "&Hardware ID:", QLineEdit())
        self.another = QCheckBox("Add an&other one afterwards")
        self.body.insertWidget(self.body.indexOf(self.buttons), self.another)
        self.read_rows(ListSpec(PACKS), self._fill_packs)

    def _fill_packs(self, rows: list[PackLine]) -> None:
        self.packs.addItem("Choose one" if rows else "No key pack is recorded yet", "")
        of_server = [row.number for row in rows if row.server_id == self._server_id]
        chosen = self._pack_id or (of_server[0] if len(of_server) == 1 else None)
        for row in rows:
            name = pack_reference(row.server, row.keypack_id, row.number)
            kind = short_version_and_type(row.product_version_id, row.product_type, row.key_pack_type)
            self.packs.addItem(f"{name}, {kind}", name)
            if row.number == chosen:
                self.packs.setCurrentIndex(self.packs.count() - 1)
        first = self.first_field()
        if self.isVisible() and first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def act(self) -> Callable[[Session], ActResult]:
        typed = self.typed()
        pack, typed_license = typed.pop("pack"), LicenseFields(**typed)

        def add(session: Session) -> ActResult:
            if not pack:
                raise RuleViolation("field-missing", field="pack")
            return licenses.add(session, find_pack(session, pack), typed_license)

        return add

    def succeeded(self, result: ActResult) -> None:
        """Close, or clear the fields of one license so that the next one of the same pack can be typed."""
        if not self.another.isChecked():
            super().succeeded(result)
            return
        self.acted.emit(result)
        self.explain(f"{self.typed('computer')['computer'].strip()} was added. The next one:")
        for name in FIELDS_OF_ONE_LICENSE:
            field = self.fields[name]
            assert isinstance(field, QLineEdit)  # noqa: S101 - they are made so above
            field.clear()
        self.fields["computer"].setFocus(Qt.FocusReason.OtherFocusReason)
