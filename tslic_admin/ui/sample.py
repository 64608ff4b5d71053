"""Open the sample: the program itself once more, on a store that is gone afterwards."""

from __future__ import annotations

import sys

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QMessageBox

from tslic_admin.ui.main_window import MainWindow


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
