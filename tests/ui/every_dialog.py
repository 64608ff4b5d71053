"""Every dialog on a small store, for the tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from formats.client.chains import chain, exported
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.importing.column_mappings import preview_table
from tslic_admin.services.importing.files import SourceFile
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs, servers
from tslic_admin.services.records.removal_kits import GivenUpLicense
from tslic_admin.ui.exporting.dialog import ExportDialog
from tslic_admin.ui.exporting.report_dialogs import AuditReportDialog, ClearinghouseKitDialog
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.help_dialogs import AboutDialog, KeysDialog
from tslic_admin.ui.history.overdue_dialog import OverdueDialog
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.importing.collector_dialog import CollectorDialog
from tslic_admin.ui.importing.column_mapping import MappingDialog
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.client_license_dialog import ClientLicenseDialog
from tslic_admin.ui.records.key_pack_dialogs import InstallDialog, PackDialog, RecordMoveDialog
from tslic_admin.ui.records.license_dialog import AddLicenseDialog
from tslic_admin.ui.records.removal_dialogs import RemovalDialog, RemovalKitDialog
from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog, ServerDialog
from tslic_admin.ui.records.transfer_dialogs import LinkTransferDialog
from tslic_admin.ui.reissue.request_dialogs import CorrectCodeDialog, LinkPackDialog
from tslic_admin.ui.widgets.code_edit import CodeEdit
from tslic_admin.ui.widgets.fields import text_of
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.lists.key_packs import PACK_WORDS

CODE = "ABCDE" * 7


def stock(store: Store) -> None:
    """A server of everything, an empty one, and a key pack recorded by hand."""
    with store.writing() as session:
        servers.add(
            session,
            "DC01.corp.example",
            ServerFields(
                product_id="00252-20000-35572-AT477",
                license_server_id="S" * 35,
                windows_version="2012",
                role="domain",
                activation="activated",
                connection_method="telephone",
                country="Germany",
                phone="+49 800 2848283",
                company="Example AG",
                contact="Ada",
                notes="In the cellar",
            ),
        )
    with store.writing() as session:
        servers.add(session, "TS2K")
    with store.writing() as session:
        packs.add(
            session,
            find_server(session, "DC01"),
            PackFields(
                product_version_id="2012",
                product_type="device",
                total="250",
                keypack_id="3",
                program="open",
                number="12345678",
                authorization_number="A1B2C3D4E5F6G7H",
                license_key_pack_id=CODE,
                installed_on="2024-01-02",
                reseller="Softshop",
                purchase_ref="PO 4711",
            ),
        )


def edit_of(field: Any) -> Any:
    """The edit that a field has inside of it, as it is shown now."""
    while hasattr(field, "edit") or hasattr(field, "visible_edit"):
        field = field.edit if hasattr(field, "edit") else field.visible_edit
    return field


def enter(field: Any, value: str) -> None:
    """Put a value into a field, as if it was pasted or chosen."""
    edit = edit_of(field)
    if isinstance(edit, QComboBox):
        edit.setCurrentIndex(edit.findData(value))
        assert edit.currentData() == value
    elif isinstance(edit, CodeEdit):
        edit.set_code(value)
    elif isinstance(edit, QPlainTextEdit):
        edit.setPlainText(value)
    else:
        assert isinstance(edit, QLineEdit)
        edit.setMaxLength(32767)  # pasted by other ways than the keyboard
        edit.setText(value)


def entered(field: Any) -> str:
    edit = edit_of(field)
    return edit.code() if isinstance(edit, CodeEdit) else text_of(edit)


def show(dialog: Any, qtbot: QtBot) -> None:
    """Open a dialog that is still there when it was closed, to be looked at.

    It is kept until the test is over: it has no window above it, so the collector, which runs on any thread, would
    delete one that the test let go of, there and then.
    """
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    vars(qtbot).setdefault("shown", []).append(dialog)
    dialog.open()


def _add_server(gateway: Gateway) -> QDialog:
    return ServerDialog(gateway)


def _server(gateway: Gateway) -> QDialog:
    return ServerDialog(gateway, 1)


def _install(gateway: Gateway) -> QDialog:
    return InstallDialog(gateway, 1)


def _add_license(gateway: Gateway) -> QDialog:
    return AddLicenseDialog(gateway, 1, None)


def _pack(gateway: Gateway) -> QDialog:
    return PackDialog(gateway, 1)


def _client_license(gateway: Gateway) -> QDialog:
    file = gateway.path.with_name("key.reg")
    file.write_bytes(exported(chain(), chain()[:-1]))
    return ClientLicenseDialog(gateway, [file])


def _export(gateway: Gateway) -> QDialog:
    return ExportDialog(gateway, ListSpec(PACKS), PACK_WORDS.columns)


def _audit(gateway: Gateway) -> QDialog:
    return AuditReportDialog(gateway)


def _kit(gateway: Gateway) -> QDialog:
    return ClearinghouseKitDialog(gateway)


def _import(gateway: Gateway) -> QDialog:
    return ImportDialog(gateway, [b"KeyPackId,TotalLicenses,ExpirationDate\n3,250,1/2/2027 10:00:00 AM"])


def _mapping(gateway: Gateway) -> QDialog:
    source = SourceFile("lists.csv", b"Pack;License;PC;Since\n3;7;PC01;2026-01-05\n3;8;PC02;2026-01-06\n")
    table = preview_table(source, {})
    assert table is not None
    return MappingDialog(gateway, source, table, table.mapping, date_order="auto", time_zone=None)


def _link_pack(gateway: Gateway) -> QDialog:
    return LinkPackDialog(gateway, 1, 1, None)


def _correct_code(gateway: Gateway) -> QDialog:
    return CorrectCodeDialog(gateway, 1)


def _link_transfer(gateway: Gateway) -> QDialog:
    transfer = {"number": 1, "to_computer": "PC9", "server": "DC01", "server_id": 1, "issuance_id": 1}
    return LinkTransferDialog(gateway, SimpleNamespace(**transfer, linked_issuance_id=None))


def _thing() -> Any:
    return GivenUpLicense("transfer", 1, "PC1", "DC01/3/17", "Transfer 1 of 2026-03-01, to PC9", "awaiting")


def _removal_kit(gateway: Gateway) -> QDialog:
    return RemovalKitDialog(gateway, _thing())


def _removal(gateway: Gateway) -> QDialog:
    return RemovalDialog(gateway, _thing())


def _record_rebuild(gateway: Gateway) -> QDialog:
    return RecordRebuildDialog(gateway, SimpleNamespace(number=1, name="DC01.corp.example"))


def _record_move(gateway: Gateway) -> QDialog:
    return RecordMoveDialog(gateway, SimpleNamespace(number=1, server="DC01", keypack_id=3))


def _about(gateway: Gateway) -> QDialog:
    return AboutDialog(gateway.path)


def _keys(_: Gateway) -> QDialog:
    return KeysDialog([("Import…", "Ctrl+I"), ("Properties…", "Alt+Return")])


def _overdue(gateway: Gateway) -> QDialog:
    about = dict.fromkeys(DUE.fields) | {"kind": "key-pack", "thing": "pack", "thing_id": 1}
    rows = [DUE.row(**about | {"day": f"2026-02-{day:02}", "subject": "DC01/3"}) for day in range(1, 29)]
    return OverdueDialog(rows, WindowSettings(gateway.path.with_name("window.ini")))


def _collector(gateway: Gateway) -> QDialog:
    return CollectorDialog(gateway)


def _void(gateway: Gateway) -> QDialog:
    return VoidDialog(gateway, "pack", 1)


DIALOGS: dict[str, Callable[[Gateway], Any]] = {
    "add-server": _add_server,
    "server": _server,
    "install": _install,
    "add-license": _add_license,
    "pack": _pack,
    "import": _import,
    "mapping": _mapping,
    "client-license": _client_license,
    "export": _export,
    "audit": _audit,
    "kit": _kit,
    "overdue": _overdue,
    "removal-kit": _removal_kit,
    "removal": _removal,
    "link-pack": _link_pack,
    "correct-code": _correct_code,
    "link-transfer": _link_transfer,
    "void": _void,
    "record-rebuild": _record_rebuild,
    "record-move": _record_move,
    "collector": _collector,
    "about": _about,
    "keys": _keys,
}
