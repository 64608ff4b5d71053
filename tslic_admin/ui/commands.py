"""What each action of the window does. Dialogs are imported when they are opened: the start stays fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMessageBox

from tslic_admin.services.changes import Done
from tslic_admin.services.lists import stands_for
from tslic_admin.ui.main_window import MainWindow
from tslic_admin.ui.tool_commands import ToolCommands
from tslic_admin.ui.tree import Place

if TYPE_CHECKING:
    from tslic_admin.ui.removal_dialog import RemovalDialog
    from tslic_admin.ui.removal_kit_dialog import RemovalKitDialog


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
        from tslic_admin.ui.import_dialog import ImportDialog

        self._open(ImportDialog(self._gateway, paths, self._window))

    def export(self) -> None:
        from tslic_admin.ui.export_dialog import ExportDialog

        columns = self._window.panel.view.columns_in_order()
        self._open(ExportDialog(self._gateway, self._window.panel.spec, columns, self._window))

    def print(self) -> None:
        from tslic_admin.ui.printing import print_shown

        print_shown(self._window)

    def print_preview(self) -> None:
        from tslic_admin.ui.print_preview import open_preview

        open_preview(self._window)

    def save_pdf(self) -> None:
        from tslic_admin.ui.printing import save_shown

        save_shown(self._window)

    def sample(self) -> None:
        from tslic_admin.ui.sample import start_sample

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
        self.open_thing(*(stands_for(kind, row) or (kind, row.number)))

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
        from tslic_admin.ui.install_dialog import InstallDialog

        dialog = InstallDialog(self._gateway, self._window.server_here(), self._window)
        dialog.acted.connect(self._show_pack)
        self._open(dialog)

    def _show_pack(self, done: Done) -> None:
        self._window.after_refresh(lambda: self._window.navigate("pack", done.record or 0))

    def reissue(self) -> None:
        kind, rows = self._window.selected()
        if kind == "license" and rows:
            self.collect()
            return
        from tslic_admin.ui.reissue_entry import record_phone_reissue

        record_phone_reissue(self._gateway, self._window.server_here(), self._window)

    def collect(self) -> None:
        from tslic_admin.ui.reissue_entry import collect_selected

        rows: list[Any] = self._window.selected()[1]
        collect_selected(self._gateway, [row.number for row in rows], rows[0].server_id, self._window)

    def _request(self, number: int) -> None:
        from tslic_admin.ui.reissue_entry import open_worksheet

        open_worksheet(self._gateway, number, self._window)

    def transfer(self) -> None:
        from tslic_admin.ui.transfer_dialog import TransferDialog

        dialog = TransferDialog(self._gateway, self._row(), self._window)
        dialog.instead.connect(self._instead_of_transfer)
        self._open(dialog)

    def link_transfer(self) -> None:
        from tslic_admin.ui.link_dialogs import LinkTransferDialog

        self._open(LinkTransferDialog(self._gateway, self._row(), self._window))

    def _instead_of_transfer(self, action: str, number: int) -> None:
        if action == "collect":
            self.collect()
        elif action == "request":
            self._request(number)
        elif action == "removal-kit":
            from tslic_admin.ui.removal_entry import open_for
            from tslic_admin.ui.removal_kit_dialog import RemovalKitDialog

            open_for(RemovalKitDialog, self._gateway, "transfer", number, self._window)
        else:
            self._pack_properties(number)

    def _pack_properties(self, number: int) -> None:
        from tslic_admin.ui.pack_dialog import PackDialog

        dialog = PackDialog(self._gateway, number, self._window)
        dialog.navigate.connect(self._window.navigate)
        self._open(dialog)

    def add_license(self) -> None:
        from tslic_admin.ui.license_dialog import AddLicenseDialog

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

    def _show_license(self, done: Done) -> None:
        self._window.after_refresh(lambda: self._window.navigate("license", done.record or 0))

    def removal_kit(self) -> None:
        from tslic_admin.ui.removal_kit_dialog import RemovalKitDialog

        self._of_given_up(RemovalKitDialog)

    def record_removal(self) -> None:
        from tslic_admin.ui.removal_dialog import RemovalDialog

        self._of_given_up(RemovalDialog)

    def _of_given_up(self, dialog: type[RemovalKitDialog | RemovalDialog]) -> None:
        from tslic_admin.ui.removal_entry import open_for

        kind = "license" if self._window.selected()[0] == "license" else "transfer"
        open_for(dialog, self._gateway, kind, self._row().number, self._window)

    def void(self) -> None:
        from tslic_admin.ui.void_dialog import VoidDialog

        dialog = VoidDialog(self._gateway, self._window.selected()[0], self._row().number, self._window)
        dialog.navigate.connect(self._window.navigate)
        self._open(dialog)

    def changes(self) -> None:
        from tslic_admin.ui.what_changed import show_changes

        show_changes(self._window)

    def rebuilt(self) -> None:
        from tslic_admin.ui.closing_dialogs import RebuiltDialog

        self._open(RebuiltDialog(self._gateway, self._row(), self._window))

    def moved(self) -> None:
        from tslic_admin.ui.closing_dialogs import MovedDialog

        self._open(MovedDialog(self._gateway, self._row(), self._window))

    def add_server(self) -> None:
        from tslic_admin.ui.server_dialog import ServerDialog

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
            from tslic_admin.ui.server_dialog import ServerDialog

            dialog = ServerDialog(self._gateway, row.number, self._window)
            dialog.navigate.connect(self._window.navigate)
            self._open(dialog)


def say(window: MainWindow, title: str, text: str) -> None:
    """A message that is only to be read."""
    box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, window)
    box.open()
