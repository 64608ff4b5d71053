"""The window's tests run on a real store behind a real gateway; resources are compiled as for a wheel."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from ui.every_dialog import show

from tslic_admin.app import load_resources
from tslic_admin.db.store import Store
from tslic_admin.ui.commands import Commands
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.importing import options
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.window_settings import WindowSettings


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    load_resources()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    return qapp


@pytest.fixture(autouse=True)
def _collected_between_tests() -> Iterator[None]:
    """Garbage waits until the workers are gone: the collector runs on any thread, and what a test lets go of may be a
    window, which only the interface's thread may delete. In the program every window belongs to another one.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _keys_let_go(qapp: QApplication) -> Iterator[None]:
    """Qt goes on holding the Ctrl of a simulated Ctrl+V, and would add to a selection in the next test."""
    yield
    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWidget(), Qt.Key.Key_Space)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture
def gateway(qapp: QApplication, database: Path, clock: Callable) -> Iterator[Gateway]:
    gateway = Gateway(
        database,
        lambda patience: Store(database, actor="tester@box", now=clock, busy_seconds=patience),
        clock,
    )
    yield gateway
    gateway.close()


@pytest.fixture
def settle(qtbot: QtBot, gateway: Gateway) -> Callable[[], None]:
    """Wait until everything that was asked of the store has answered."""
    return lambda: qtbot.waitUntil(lambda: gateway.idle)


@pytest.fixture
def layout(tmp_path: Path) -> WindowSettings:
    return WindowSettings(tmp_path / "window.ini")


@pytest.fixture
def window(qtbot: QtBot, gateway: Gateway, layout: WindowSettings, settle: Callable[[], None]) -> MainWindow:
    """The window with its commands, shown and settled, on whatever the store holds by then."""
    window = MainWindow(gateway, layout)
    Commands(window)
    qtbot.addWidget(window)
    window.show()
    settle()
    return window


@pytest.fixture
def open_import(
    gateway: Gateway, settle: Callable[[], None], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ImportDialog]:
    """Open the import dialog with files or pasted texts, looked at; typing is followed at once."""
    monkeypatch.setattr(options, "PREVIEW_PAUSE_MS", 0)

    def open_it(*inputs: Path | str | bytes) -> ImportDialog:
        dialog = ImportDialog(gateway, inputs)
        show(dialog, qtbot)
        settle()
        return dialog

    return open_it
