"""Where the window's program is built and joined. Nothing else creates a gateway or reads a path.

Read from top to bottom: arguments, paths, crash report, store file, application, resources, gateway,
window, and, once it is painted, everything that is slow to import.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tslic_admin.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tslic_admin.db.store import Store
    from tslic_admin.ui.gateway.gateway import Gateway
    from tslic_admin.ui.window.main_window import MainWindow

SELF_TEST_MS = 20_000


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tslic-admin", description="Keeps the record of Terminal Services / Remote Desktop CALs."
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the store tslic.sqlite")
    parser.add_argument("--demo", action="store_true", help="open the sample; nothing of yours is touched")
    parser.add_argument("--version", action="version", version=f"tslic-admin {version('tslic-admin')}")
    parser.add_argument("--self-test", action="store_true", help="start, open the window, quit with 0")
    return parser.parse_args(argv)


def load_resources() -> None:
    from PySide6.QtCore import QResource

    if not QResource.registerResource(str(files("tslic_admin") / "tslic_admin.rcc")):
        raise RuntimeError("tslic_admin.rcc is missing: run python packaging/hatch_build.py")


def make_gateway(paths: Paths) -> Gateway:
    """The door to the store at these paths; the store itself is opened by the first act."""
    from tslic_admin.db.driver import utc_now
    from tslic_admin.services.identity import current_actor
    from tslic_admin.ui.gateway.gateway import Gateway

    def open_store(patience: float) -> Store:
        from tslic_admin.db.store import Store

        return Store(paths.store, actor=current_actor(), busy_seconds=patience)

    return Gateway(paths.store, open_store, utc_now)


def make_window(paths: Paths, gateway: Gateway) -> MainWindow:
    from tslic_admin.ui.commands import Commands
    from tslic_admin.ui.window.layout import Layout
    from tslic_admin.ui.window.main_window import MainWindow

    window = MainWindow(gateway, Layout(paths.config / "window.ini"))
    Commands(window).overdue(at_start=True)
    return window


def make_application() -> QApplication:
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    QApplication.setApplicationName("tslic-admin")
    app = QApplication(sys.argv[:1])
    load_resources()
    app.setWindowIcon(QIcon(":/icons/app.svg"))
    return app


def run(paths: Paths, *, demo: bool, self_test: bool) -> int:
    """Open the window on a store until it is closed; returns the exit code."""
    from tslic_admin import crash
    from tslic_admin.services.stores import StoreTrouble, open_store_file

    app = make_application()
    from tslic_admin.ui.gateway.error_boxes import CrashDialog, log_qt_messages

    dialog = CrashDialog(paths.logs)
    crash.install(paths.logs, dialog.show_report)
    log_qt_messages()
    try:
        open_store_file(paths.store)
        if demo:
            from tslic_admin.services.sample.filling import fill_store

            fill_store(paths.store)
    except StoreTrouble as trouble:
        from tslic_admin.ui.gateway.error_boxes import trouble_box

        trouble_box(None, trouble, paths.store).exec()
        return 4
    gateway = make_gateway(paths)
    window = make_window(paths, gateway)
    window.show()
    if self_test:
        quit_when_settled(app, window, gateway)
    try:
        return app.exec()
    finally:
        gateway.close()


def quit_when_settled(app: QApplication, window: MainWindow, gateway: Gateway) -> None:
    """Leave with 0 once the window shows its first list, with 1 where it does not in time."""
    from PySide6.QtCore import QTimer

    look = QTimer(app, interval=50)

    def settled() -> None:
        if gateway.idle and window.panel.spec is not None and window.isVisible():
            look.stop()
            window.close()

    look.timeout.connect(settled)
    look.start()
    QTimer.singleShot(SELF_TEST_MS, app, lambda: app.exit(1))


def main(argv: Sequence[str] | None = None) -> int:
    given = arguments(argv)
    if given.demo or given.self_test:
        with tempfile.TemporaryDirectory(prefix="tslic-admin-", ignore_cleanup_errors=True) as folder:
            return run(Paths.under(Path(folder)), demo=given.demo, self_test=given.self_test)
    paths = Paths.under(given.data_dir) if given.data_dir else Paths.for_user()
    return run(paths, demo=False, self_test=False)
