"""Builds the window's program: application, crash report, store file, gateway, window and, later, its commands.

The program starts in two stages. The imports above the code are stage one: what shows the window and reads its
first list, without dialogs, SQLAlchemy or Alembic. Stage two begins once the first list is shown: the write worker
imports SQLAlchemy and the services, then the interface's thread imports `ui.commands` with all dialogs.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

from PySide6.QtCore import QResource, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from tslic_admin import crash, services
from tslic_admin.db.driver import utc_now
from tslic_admin.paths import Paths
from tslic_admin.services.identity import current_actor, program_version
from tslic_admin.services.stores import StoreTrouble, open_store_file
from tslic_admin.ui.gateway.error_boxes import CrashDialog, log_qt_messages, trouble_box
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.window_settings import WindowSettings

if TYPE_CHECKING:
    from tslic_admin.db.store import Store

SELF_TEST_MS = 20_000
EXIT_TROUBLE, EXIT_SELF_TEST_FAILED = 4, 1  # exit codes


def run(paths: Paths, *, demo: bool, self_test: bool) -> int:
    """Open the window on a store until it is closed; returns the exit code."""
    app = make_application()
    dialog = CrashDialog(paths.logs)
    crash.install(paths.logs, dialog.show_report)
    log_qt_messages()
    try:
        open_store_file(paths.store)
        if demo:
            fill_with_sample(paths)
    except StoreTrouble as trouble:
        trouble_box(None, trouble, paths.store).exec()
        return EXIT_TROUBLE
    gateway = make_gateway(paths)
    window = make_window(paths, gateway)
    attach_commands_later(window, gateway)
    window.show()
    if self_test:
        quit_when_settled(app, window, gateway)
    try:
        return app.exec()
    finally:
        gateway.close()


def make_application() -> QApplication:
    QApplication.setApplicationName("tslic-admin")
    app = QApplication(sys.argv[:1])
    load_resources()
    app.setWindowIcon(QIcon(":/icons/app.svg"))
    return app


def load_resources() -> None:
    if not QResource.registerResource(str(files("tslic_admin") / "tslic_admin.rcc")):
        raise RuntimeError("tslic_admin.rcc is missing: run python packaging/hatch_build.py")


def fill_with_sample(paths: Paths) -> None:
    from tslic_admin.services.sample.filling import fill_store  # noqa: PLC0415 - imports SQLAlchemy; --demo only

    fill_store(paths.store)


def make_gateway(paths: Paths) -> Gateway:
    """The gateway to the store at these paths; the first act opens the store."""

    def open_store(patience: float) -> Store:
        from tslic_admin.db.store import Store  # noqa: PLC0415 - imports SQLAlchemy

        return Store(paths.store, actor=current_actor(), busy_seconds=patience)

    return Gateway(paths.store, open_store, utc_now)


def make_window(paths: Paths, gateway: Gateway) -> MainWindow:
    """The window without its commands: actions wait for `attach_commands`."""
    return MainWindow(gateway, WindowSettings(paths.config / "window.ini"))


def attach_commands_later(window: MainWindow, gateway: Gateway) -> None:
    """Begin stage two once the first list is shown, or once the store is in trouble."""
    beginnings = (window.panel.view.records.shown, gateway.trouble)

    def begin(*_: object) -> None:
        for signal in beginnings:
            signal.disconnect(begin)
        # the event loop paints the list first: the import would compete with it for the interpreter
        QTimer.singleShot(
            0,
            window,
            lambda: gateway.ask(lambda _: load_services(), lambda _: attach_commands(window), owner=window),
        )

    for signal in beginnings:
        signal.connect(begin)


def load_services() -> None:
    """Import all services and with them SQLAlchemy: most of stage two, on the write worker.

    A worker may import them because they create no Qt classes. The window stays usable meanwhile.
    """
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        importlib.import_module(module.name)


def attach_commands(window: MainWindow) -> None:
    """Import all dialogs and connect the window's actions with them; show what is overdue."""
    from tslic_admin.ui.commands import Commands  # noqa: PLC0415 - stage two: imports all dialogs and services

    Commands(window).show_overdue_at_start()


def quit_when_settled(app: QApplication, window: MainWindow, gateway: Gateway) -> None:
    """Close the window once both stages are done and report success; exit with 1 after SELF_TEST_MS."""
    timer = QTimer(app, interval=50)

    def close_if_settled() -> None:
        shown = window.isVisible() and window.panel.spec is not None
        if shown and window.has_commands and gateway.idle:
            timer.stop()
            window.close()
            write_line(
                f"tslic-admin {program_version()} self-test passed: created and opened a store, loaded the resources,"
                f" showed the window with its first list, and attached its {len(window.window_actions)} actions."
            )

    def fail() -> None:
        write_line(
            f"tslic-admin {program_version()} self-test failed: not ready after {SELF_TEST_MS // 1000} s."
        )
        app.exit(EXIT_SELF_TEST_FAILED)

    timer.timeout.connect(close_if_settled)
    timer.start()
    QTimer.singleShot(SELF_TEST_MS, app, fail)


def write_line(text: str) -> None:
    if sys.stdout is not None:  # a window's program on Windows has none
        sys.stdout.write(f"{text}\n")
