"""Carries out the actions of the window; window/actions.py declares them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QProcess
from PySide6.QtGui import QPageLayout
from PySide6.QtWidgets import QMessageBox

from tslic_admin.domain.catalogue.history import CHANGES
from tslic_admin.domain.catalogue.key_packs import PackLine
from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.domain.catalogue.servers import ServerLine
from tslic_admin.domain.catalogue.transfers import TransferLine
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.exporting.dialog import ExportDialog
from tslic_admin.ui.exporting.report_dialogs import AuditReportDialog, ClearinghouseKitDialog
from tslic_admin.ui.help_dialogs import AboutDialog, KeysDialog, show_help
from tslic_admin.ui.history.overdue_dialog import show_overdue
from tslic_admin.ui.history.verification import verify_history
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.importing.collector_dialog import CollectorDialog
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.printing.output import Printing
from tslic_admin.ui.printing.pages import PrintPages
from tslic_admin.ui.printing.preview import preview
from tslic_admin.ui.records.client_license_dialog import open_client_license
from tslic_admin.ui.records.key_pack_dialogs import InstallDialog, PackDialog, RecordMoveDialog
from tslic_admin.ui.records.license_dialog import AddLicenseDialog
from tslic_admin.ui.records.removal_dialogs import RemovalDialog, RemovalKitDialog, open_removal_dialog
from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog, ServerDialog
from tslic_admin.ui.records.transfer_dialogs import LinkTransferDialog, TransferDialog
from tslic_admin.ui.reissue.request_chooser import collect_selected, open_worksheet, record_phone_reissue
from tslic_admin.ui.window.actions import ACTIONS
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place

R = TypeVar("R", bound=Row)
MESSAGE_MS = 10_000
SELECT_FOR_CHANGES = (
    "Select a server, or an entry of the issuance history that is an import, to see what it changed."
)


class Commands(QObject):
    """Runs the actions of a window by the table ACTION_METHODS; belongs to the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._gateway = window, window.gateway
        window.action_triggered.connect(self.run)
        window.files_dropped.connect(self._import_files)
        window.commands_attached()

    def run(self, name: str) -> None:
        """Run an action by its name."""
        ACTION_METHODS[name](self)

    def _rows(self, row_type: type[R]) -> list[R]:
        """The selected rows, of the type that their action is for."""
        return [row for row in self._window.selected()[1] if isinstance(row, row_type)]

    def _number(self) -> int:
        """The number of the selected record."""
        rows: list[Row] = self._window.selected()[1]
        return rows[0].number

    # File

    def import_(self) -> None:
        self._import_files(())

    def _import_files(self, paths: Sequence[str]) -> None:
        ImportDialog(self._gateway, paths, self._window).open()

    def export(self) -> None:
        columns = self._window.panel.view.columns_in_order()
        ExportDialog(self._gateway, self._window.panel.spec, columns, self._window).open()

    def print(self) -> None:
        self._print(Printing.print)

    def print_preview(self) -> None:
        self._print(preview)

    def save_pdf(self) -> None:
        self._print(Printing.save)

    def _print(self, act: Callable[[Printing, PrintPages, QPageLayout], None]) -> None:
        """Print, preview or save the list as it is shown."""
        spec = self._window.panel.spec
        if spec is not None:
            printing = Printing(self._gateway, self._window.settings, self._window)
            printing.printed.connect(self._show_printed)
            printing.read(spec, self._window.panel.view.columns_in_order(), partial(act, printing))

    def _show_printed(self, text: str) -> None:
        self._window.statusBar().showMessage(text, MESSAGE_MS)

    def open_sample(self) -> None:
        """Start a second window on the sample; this window's store is not touched."""
        arguments = ["--demo"] if getattr(sys, "frozen", False) else ["-m", "tslic_admin", "--demo"]
        started = QProcess.startDetached(sys.executable, arguments)
        if not started[0] if isinstance(started, tuple) else not started:
            QMessageBox.warning(
                self._window,
                self._window.windowTitle(),
                self.tr("The sample could not be started. Run “tslic-admin --demo” instead."),
            )

    def quit(self) -> None:
        self._window.close()

    # Edit

    def copy(self) -> None:
        self._window.panel.view.copy()

    def copy_headers(self) -> None:
        self._window.panel.view.copy(headers=True)

    def select_all(self) -> None:
        self._window.panel.view.selectAll()
        self._window.panel.view.setFocus()

    def search(self) -> None:
        self._window.search_box.setFocus()
        self._window.search_box.selectAll()

    def filter(self) -> None:
        self._window.panel.filter.setFocus()
        self._window.panel.filter.selectAll()

    def clear_filter(self) -> None:
        if self._window.search_box.text():
            self._window.search_box.clear()
            self._window.search_now()
        else:
            self._window.panel.clear_filter()

    # View

    def refresh(self) -> None:
        self._window.refresh_tree()
        self._window.refresh_list()

    def columns(self) -> None:
        """Do nothing: it is a submenu."""

    def ended(self) -> None:
        """Do nothing: the list follows the checkbox."""

    def reset_layout(self) -> None:
        self._window.reset_layout()

    # Action

    def open(self) -> None:
        record = self._window.selected_record()
        if record is not None:
            self.open_thing(*record)

    def open_thing(self, kind: str, number: int) -> None:
        """Show a thing where it is listed; a request opens its worksheet."""
        if kind in ("license", "transfer"):
            self._window.navigate(kind, number)
        elif kind == "request":
            self._open_request(number)
        else:
            self._window.tree.go_to(Place(kind, number))

    def details(self) -> None:
        self._window.details.currentWidget().setFocus()

    def install(self) -> None:
        dialog = InstallDialog(self._gateway, self._window.server_here(), self._window)
        dialog.acted.connect(self._show_pack)
        dialog.open()

    def _show_pack(self, result: ActResult) -> None:
        self._window.after_refresh(lambda: self._window.navigate("pack", result.record or 0))

    def reissue(self) -> None:
        kind, rows = self._window.selected()
        if kind == "license" and rows:
            self.collect()
        else:
            record_phone_reissue(self._gateway, self._window.server_here(), self._window)

    def collect(self) -> None:
        rows = self._rows(LicenseLine)
        collect_selected(self._gateway, [row.number for row in rows], rows[0].server_id, self._window)

    def _open_request(self, number: int) -> None:
        open_worksheet(self._gateway, number, self._window)

    def transfer(self) -> None:
        dialog = TransferDialog(self._gateway, self._rows(LicenseLine)[0], self._window)
        dialog.alternative_chosen.connect(self._open_alternative)
        dialog.open()

    def _open_alternative(self, action: str, number: int) -> None:
        """Open what the transfer dialog offers where a license cannot be transferred."""
        if action == "collect":
            self.collect()
        elif action == "request":
            self._open_request(number)
        elif action == "removal-kit":
            open_removal_dialog(RemovalKitDialog, self._gateway, "transfer", number, self._window)
        else:
            self._open_pack(number)

    def _open_pack(self, number: int) -> None:
        dialog = PackDialog(self._gateway, number, self._window)
        dialog.navigate.connect(self._window.navigate)
        dialog.open()

    def add_license(self) -> None:
        dialog = AddLicenseDialog(self._gateway, self._pack_here(), self._window.server_here(), self._window)
        dialog.acted.connect(self._show_license)
        dialog.open()

    def _pack_here(self) -> int | None:
        """The key pack that is selected in the list, or whose licenses are listed."""
        kind, rows = self._window.selected()
        place = self._window.tree.place
        if kind == "pack" and len(rows) == 1:
            return self._number()
        return place.number if place is not None and place.kind == "pack" else None

    def _show_license(self, result: ActResult) -> None:
        self._window.after_refresh(lambda: self._window.navigate("license", result.record or 0))

    def link_transfer(self) -> None:
        LinkTransferDialog(self._gateway, self._rows(TransferLine)[0], self._window).open()

    def removal_kit(self) -> None:
        self._open_removal(RemovalKitDialog)

    def record_removal(self) -> None:
        self._open_removal(RemovalDialog)

    def _open_removal(self, dialog: type[RemovalKitDialog | RemovalDialog]) -> None:
        kind = "license" if self._window.selected()[0] == "license" else "transfer"
        open_removal_dialog(dialog, self._gateway, kind, self._number(), self._window)

    def void(self) -> None:
        dialog = VoidDialog(self._gateway, self._window.selected()[0], self._number(), self._window)
        dialog.navigate.connect(self._window.navigate)
        dialog.open()

    def changes(self) -> None:
        """List what an import or a server's imports changed; without either, say what to select."""
        window = self._window
        kind, rows = window.selected()
        if kind == "entry" and len(rows) == 1:
            entry = self._number()
            window.panel.show_changes(ListSpec(CHANGES, record_id=entry), f"What changed by entry {entry}")
            return
        server = self._number() if kind == "server" and len(rows) == 1 else window.server_here()
        if server is None:
            QMessageBox(
                QMessageBox.Icon.Information,
                "What Changed",
                SELECT_FOR_CHANGES,
                QMessageBox.StandardButton.Close,
                window,
            ).open()
            return
        name = window.title_of(Place("server", server))
        window.panel.show_changes(ListSpec(CHANGES, server_id=server), f"What changed on {name}")

    def record_rebuild(self) -> None:
        RecordRebuildDialog(self._gateway, self._rows(ServerLine)[0], self._window).open()

    def record_move(self) -> None:
        RecordMoveDialog(self._gateway, self._rows(PackLine)[0], self._window).open()

    def add_server(self) -> None:
        dialog = ServerDialog(self._gateway, None, self._window)
        dialog.acted.connect(self._show_server)
        dialog.open()

    def _show_server(self, result: ActResult) -> None:
        place = Place("server", result.record or 0)
        self._window.after_refresh(lambda: self._window.go_to_place(place))

    def properties(self) -> None:
        kind, number = self._window.selected()[0], self._number()
        if kind == "request":
            self._open_request(number)
        elif kind == "pack":
            self._open_pack(number)
        else:
            dialog = ServerDialog(self._gateway, number, self._window)
            dialog.navigate.connect(self._window.navigate)
            dialog.open()

    # Tools

    def collector(self) -> None:
        CollectorDialog(self._gateway, self._window).open()

    def client_license(self) -> None:
        open_client_license(self._window)

    def audit_report(self) -> None:
        AuditReportDialog(self._gateway, self._window).open()

    def clearinghouse_kit(self) -> None:
        ClearinghouseKitDialog(self._gateway, self._window).open()

    def overdue(self) -> None:
        show_overdue(self._window, self.open_thing, at_start=False)

    def show_overdue_at_start(self) -> None:
        """Show what is overdue, unless nothing is or the user does not want it at the start."""
        show_overdue(self._window, self.open_thing, at_start=True)

    def verify(self) -> None:
        verify_history(self._window)

    # Help

    def help(self) -> None:
        show_help(self._window)

    def show_keys(self) -> None:
        keys = [(spec.text.replace("&", ""), spec.keys) for spec in ACTIONS if spec.keys]
        KeysDialog(keys, self._window).open()

    def about(self) -> None:
        AboutDialog(self._gateway.path, self._window).open()


# the method of each action in window/actions.py
ACTION_METHODS: dict[str, Callable[[Commands], None]] = {
    "import": Commands.import_,
    "export": Commands.export,
    "print": Commands.print,
    "print-preview": Commands.print_preview,
    "save-pdf": Commands.save_pdf,
    "sample": Commands.open_sample,
    "quit": Commands.quit,
    "copy": Commands.copy,
    "copy-headers": Commands.copy_headers,
    "select-all": Commands.select_all,
    "search": Commands.search,
    "filter": Commands.filter,
    "clear-filter": Commands.clear_filter,
    "refresh": Commands.refresh,
    "columns": Commands.columns,
    "ended": Commands.ended,
    "reset-layout": Commands.reset_layout,
    "open": Commands.open,
    "details": Commands.details,
    "install": Commands.install,
    "reissue": Commands.reissue,
    "collect": Commands.collect,
    "transfer": Commands.transfer,
    "add-license": Commands.add_license,
    "link-transfer": Commands.link_transfer,
    "removal-kit": Commands.removal_kit,
    "record-removal": Commands.record_removal,
    "void": Commands.void,
    "changes": Commands.changes,
    "record-rebuild": Commands.record_rebuild,
    "record-move": Commands.record_move,
    "add-server": Commands.add_server,
    "properties": Commands.properties,
    "collector": Commands.collector,
    "client-license": Commands.client_license,
    "audit-report": Commands.audit_report,
    "clearinghouse-kit": Commands.clearinghouse_kit,
    "overdue": Commands.overdue,
    "verify": Commands.verify,
    "help": Commands.help,
    "keys": Commands.show_keys,
    "about": Commands.about,
}
