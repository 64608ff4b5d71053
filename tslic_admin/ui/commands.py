"""What each action of the window does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QDialog, QMessageBox

from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec, record_of_row
from tslic_admin.ui.window.actions import ACTIONS
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place

if TYPE_CHECKING:
    from tslic_admin.ui.records.removal_dialogs import RemovalDialog, RemovalKitDialog


class ToolCommands(QObject):
    """One method an action, named after it; the other menus are in commands.py."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._gateway = window, window.gateway

    def _open(self, dialog: QDialog) -> QDialog:
        dialog.open()
        return dialog

    def open_thing(self, kind: str, number: int) -> None:
        """Show a thing where it is listed."""
        raise NotImplementedError

    # Tools

    def collector(self) -> None:
        from tslic_admin.ui.importing.collector_dialog import CollectorDialog

        self._open(CollectorDialog(self._gateway, self._window))

    def client_license(self) -> None:
        from tslic_admin.ui.records.client_license_dialog import open_client_license

        open_client_license(self._window)

    def audit_report(self) -> None:
        from tslic_admin.ui.exporting.report_dialogs import AuditDialog

        self._open(AuditDialog(self._gateway, self._window))

    def clearinghouse_kit(self) -> None:
        from tslic_admin.ui.exporting.report_dialogs import KitDialog

        self._open(KitDialog(self._gateway, self._window))

    def overdue(self, *, at_start: bool = False) -> None:
        from tslic_admin.ui.history.overdue_dialog import show_overdue

        show_overdue(self._window, self.open_thing, at_start=at_start)

    def verify(self) -> None:
        from tslic_admin.ui.history.verification import verify_history

        verify_history(self._window)

    # Help

    def help(self) -> None:
        from tslic_admin.ui.help_dialogs import show_help

        show_help(self._window)

    def keys(self) -> None:
        from tslic_admin.ui.help_dialogs import KeysDialog

        keys = [(spec.text.replace("&", ""), spec.keys) for spec in ACTIONS if spec.keys]
        self._open(KeysDialog(keys, self._window))

    def about(self) -> None:
        from tslic_admin.ui.help_dialogs import AboutDialog

        self._open(AboutDialog(self._gateway.path, self._window))


class Commands(ToolCommands):
    """One method an action, named after it; those of Tools and Help are in tool_commands.py."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.acted.connect(self.run)
        window.dropped.connect(self._import_files)

    def run(self, name: str) -> None:
        getattr(self, name.replace("-", "_").replace("import", "import_"))()

    def _row(self) -> Any:
        return self._window.selected()[1][0]

    # File

    def import_(self) -> None:
        self._import_files(())

    def _import_files(self, paths: Sequence[str]) -> None:
        from tslic_admin.ui.importing.dialog import ImportDialog

        self._open(ImportDialog(self._gateway, paths, self._window))

    def export(self) -> None:
        from tslic_admin.ui.exporting.dialog import ExportDialog

        columns = self._window.panel.view.columns_in_order()
        self._open(ExportDialog(self._gateway, self._window.panel.spec, columns, self._window))

    def print(self) -> None:
        from tslic_admin.ui.printing.output import print_shown

        print_shown(self._window)

    def print_preview(self) -> None:
        from tslic_admin.ui.printing.preview_dialog import open_preview

        open_preview(self._window)

    def save_pdf(self) -> None:
        from tslic_admin.ui.printing.output import save_shown

        save_shown(self._window)

    def sample(self) -> None:

        start_sample(self._window)

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
        """A submenu; nothing to run."""

    def ended(self) -> None:
        """Checkable: the list follows its toggling."""

    def reset_layout(self) -> None:
        self._window.reset_layout()

    # Action

    def open(self) -> None:
        kind, row = self._window.selected()[0], self._row()
        self.open_thing(*(record_of_row(kind, row) or (kind, row.number)))

    def open_thing(self, kind: str, number: int) -> None:
        if kind in ("license", "transfer"):
            self._window.navigate(kind, number)
        elif kind == "request":
            self._request(number)
        else:
            self._window.tree.go_to(Place(kind, number))

    def details(self) -> None:
        self._window.details.currentWidget().setFocus()

    def install(self) -> None:
        from tslic_admin.ui.records.key_pack_dialogs import InstallDialog

        dialog = InstallDialog(self._gateway, self._window.server_here(), self._window)
        dialog.acted.connect(self._show_pack)
        self._open(dialog)

    def _show_pack(self, done: ActResult) -> None:
        self._window.after_refresh(lambda: self._window.navigate("pack", done.record or 0))

    def reissue(self) -> None:
        kind, rows = self._window.selected()
        if kind == "license" and rows:
            self.collect()
            return
        from tslic_admin.ui.reissue.request_chooser import record_phone_reissue

        record_phone_reissue(self._gateway, self._window.server_here(), self._window)

    def collect(self) -> None:
        from tslic_admin.ui.reissue.request_chooser import collect_selected

        rows: list[Any] = self._window.selected()[1]
        collect_selected(self._gateway, [row.number for row in rows], rows[0].server_id, self._window)

    def _request(self, number: int) -> None:
        from tslic_admin.ui.reissue.request_chooser import open_worksheet

        open_worksheet(self._gateway, number, self._window)

    def transfer(self) -> None:
        from tslic_admin.ui.records.transfer_dialogs import TransferDialog

        dialog = TransferDialog(self._gateway, self._row(), self._window)
        dialog.alternative_chosen.connect(self._instead_of_transfer)
        self._open(dialog)

    def link_transfer(self) -> None:
        from tslic_admin.ui.records.transfer_dialogs import LinkTransferDialog

        self._open(LinkTransferDialog(self._gateway, self._row(), self._window))

    def _instead_of_transfer(self, action: str, number: int) -> None:
        if action == "collect":
            self.collect()
        elif action == "request":
            self._request(number)
        elif action == "removal-kit":
            from tslic_admin.ui.records.removal_dialogs import RemovalKitDialog, open_removal_dialog

            open_removal_dialog(RemovalKitDialog, self._gateway, "transfer", number, self._window)
        else:
            self._pack_properties(number)

    def _pack_properties(self, number: int) -> None:
        from tslic_admin.ui.records.key_pack_dialogs import PackDialog

        dialog = PackDialog(self._gateway, number, self._window)
        dialog.navigate.connect(self._window.navigate)
        self._open(dialog)

    def add_license(self) -> None:
        from tslic_admin.ui.records.license_dialog import AddLicenseDialog

        dialog = AddLicenseDialog(self._gateway, self._pack_here(), self._window.server_here(), self._window)
        dialog.acted.connect(self._show_license)
        self._open(dialog)

    def _pack_here(self) -> int | None:
        """The key pack that is selected in the list, or whose licenses are listed."""
        kind, rows = self._window.selected()
        place = self._window.tree.place
        if kind == "pack" and len(rows) == 1:
            return int(self._row().number)
        return place.number if place is not None and place.kind == "pack" else None

    def _show_license(self, done: ActResult) -> None:
        self._window.after_refresh(lambda: self._window.navigate("license", done.record or 0))

    def removal_kit(self) -> None:
        from tslic_admin.ui.records.removal_dialogs import RemovalKitDialog

        self._of_given_up(RemovalKitDialog)

    def record_removal(self) -> None:
        from tslic_admin.ui.records.removal_dialogs import RemovalDialog

        self._of_given_up(RemovalDialog)

    def _of_given_up(self, dialog: type[RemovalKitDialog | RemovalDialog]) -> None:
        from tslic_admin.ui.records.removal_dialogs import open_removal_dialog

        kind = "license" if self._window.selected()[0] == "license" else "transfer"
        open_removal_dialog(dialog, self._gateway, kind, self._row().number, self._window)

    def void(self) -> None:
        from tslic_admin.ui.history.void_dialog import VoidDialog

        dialog = VoidDialog(self._gateway, self._window.selected()[0], self._row().number, self._window)
        dialog.navigate.connect(self._window.navigate)
        self._open(dialog)

    def changes(self) -> None:

        show_changes(self._window)

    def rebuilt(self) -> None:
        from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog

        self._open(RecordRebuildDialog(self._gateway, self._row(), self._window))

    def moved(self) -> None:
        from tslic_admin.ui.records.key_pack_dialogs import RecordMoveDialog

        self._open(RecordMoveDialog(self._gateway, self._row(), self._window))

    def add_server(self) -> None:
        from tslic_admin.ui.records.server_dialogs import ServerDialog

        dialog = ServerDialog(self._gateway, None, self._window)
        dialog.acted.connect(
            lambda done: self._window.after_refresh(
                lambda: self._window.go_to_place(Place("server", done.record or 0))
            )
        )
        self._open(dialog)

    def properties(self) -> None:
        kind, _ = self._window.selected()
        row = self._row()
        if kind == "request":
            self._request(row.number)
        elif kind == "pack":
            self._pack_properties(row.number)
        else:
            from tslic_admin.ui.records.server_dialogs import ServerDialog

            dialog = ServerDialog(self._gateway, row.number, self._window)
            dialog.navigate.connect(self._window.navigate)
            self._open(dialog)


def show_message(window: MainWindow, title: str, text: str) -> None:
    """A message that is only to be read."""
    box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, window)
    box.open()


SELECT_FOR_CHANGES = (
    "Select a server, or an entry of the issuance history that is an import, to see what it changed."
)


def show_changes(window: MainWindow) -> None:
    """Show the list of an import or of a server's imports; say what to select where nothing can be meant."""
    kind, selected = window.selected()
    rows: list[Any] = list(selected)
    if kind == "entry" and len(rows) == 1:
        window.panel.show_changes(
            ListSpec("changes", record_id=rows[0].number), f"What changed by entry {rows[0].number}"
        )
        return
    server = rows[0].number if kind == "server" and len(rows) == 1 else window.server_here()
    if server is None:
        show_message(window, "What Changed", SELECT_FOR_CHANGES)
        return
    name = window.title_of(Place("server", server))
    window.panel.show_changes(ListSpec("changes", server_id=server), f"What changed on {name}")


def start_sample(window: MainWindow) -> None:
    """Start a second window on the sample; nothing of this one's store is touched."""
    arguments = ["--demo"] if getattr(sys, "frozen", False) else ["-m", "tslic_admin", "--demo"]
    started = QProcess.startDetached(sys.executable, arguments)
    if not started[0] if isinstance(started, tuple) else not started:
        QMessageBox.warning(
            window,
            window.windowTitle(),
            window.tr("The sample could not be started. Run “tslic-admin --demo” instead."),
        )
