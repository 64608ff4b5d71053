"""What the actions of Tools and Help do."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tslic_admin.ui.actions import ACTIONS
from tslic_admin.ui.main_window import MainWindow


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
        from tslic_admin.ui.collector_dialog import CollectorDialog

        self._open(CollectorDialog(self._gateway, self._window))

    def client_license(self) -> None:
        from tslic_admin.ui.client_license_dialog import open_client_license

        open_client_license(self._window)

    def audit_report(self) -> None:
        from tslic_admin.ui.report_dialogs import AuditDialog

        self._open(AuditDialog(self._gateway, self._window))

    def clearinghouse_kit(self) -> None:
        from tslic_admin.ui.report_dialogs import KitDialog

        self._open(KitDialog(self._gateway, self._window))

    def overdue(self, *, at_start: bool = False) -> None:
        from tslic_admin.ui.overdue_dialog import tell_overdue

        tell_overdue(self._window, self.open_thing, at_start=at_start)

    def verify(self) -> None:
        from tslic_admin.ui.verify import verify_history

        verify_history(self._window)

    # Help

    def help(self) -> None:
        from tslic_admin.ui.help_window import show_help

        show_help(self._window)

    def keys(self) -> None:
        from tslic_admin.ui.keys_dialog import KeysDialog

        keys = [(spec.text.replace("&", ""), spec.keys) for spec in ACTIONS if spec.keys]
        self._open(KeysDialog(keys, self._window))

    def about(self) -> None:
        from tslic_admin.ui.about_dialog import AboutDialog

        self._open(AboutDialog(self._gateway.path, self._window))
