"""The two stages of a start: the window shows its first list before dialogs and SQLAlchemy are imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import HANG
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from tslic_admin.app import attach_commands, attach_commands_later
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.commands import Commands
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.help_dialogs import KeysDialog
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place
from tslic_admin.ui.window.window_settings import WindowSettings

Settle = Callable[[], None]

FIRST_LIST = """
import sys
from pathlib import Path
from tslic_admin import app
from tslic_admin.paths import Paths

application = app.make_application()
paths = Paths.under(Path(sys.argv[1]))
app.open_store_file(paths.store)
gateway = app.make_gateway(paths)
window = app.make_window(paths, gateway)
window.panel.view.records.shown.connect(application.quit)
window.show()
application.exec()
print(window.panel.spec.kind, window.panel.view.records.size)
print(*sorted(sys.modules))
gateway.close()
"""


def run_python(*arguments: str) -> list[str]:
    """The lines that a fresh process writes on standard output."""
    done = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, timeout=HANG
    )
    return done.stdout.splitlines()


def test_the_first_list_is_shown_before_dialogs_and_sqlalchemy_are_imported(sample: Path) -> None:
    shown, modules = run_python("-c", FIRST_LIST, str(sample.parent))
    assert shown == "key-packs 2"
    imported = modules.split()
    packages = ("tslic_admin.ui.window", "tslic_admin.ui.widgets", "tslic_admin.ui.gateway")
    assert [
        name for name in imported if name.split(".")[0] in ("sqlalchemy", "alembic", "mako", "cryptography")
    ] == []
    assert [n for n in imported if n.startswith("tslic_admin.ui.") and not n.startswith(packages)] == []
    assert [name for name in imported if "dialog" in name and name.startswith("tslic_admin")] == []


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_need_no_qt(option: str) -> None:
    script = (
        "import sys\nfrom tslic_admin.__main__ import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    assert 'PySide6' not in sys.modules"
    )
    assert "tslic-admin" in run_python("-c", script, option)[0]


def test_the_self_test_says_in_one_line_that_it_passed() -> None:
    (line,) = run_python("-m", "tslic_admin", "--self-test")
    assert " self-test passed: " in line
    assert "42 actions" in line


# between the stages


@pytest.fixture
def early(
    sample: Path, gateway: Gateway, layout: WindowSettings, settle: Settle, qtbot: QtBot
) -> Iterator[MainWindow]:
    """The window on the sample, before its commands are attached."""
    layout.show_overdue = False
    layout.place = str(Place("transfers"))
    window = MainWindow(gateway, layout)
    qtbot.addWidget(window)
    window.show()
    settle()
    return window


def test_an_action_waits_for_the_commands_and_then_runs_once(early: MainWindow) -> None:
    for _ in range(2):  # somebody is impatient
        early.window_actions["import"].trigger()
    assert not early.findChildren(ImportDialog)
    attach_commands(early)
    (dialog,) = early.findChildren(ImportDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_dropped_files_wait_as_well(early: MainWindow, settle: Settle, tmp_path: Path) -> None:
    file = tmp_path / "packs.csv"
    file.write_text("KeyPackId,TotalLicenses\n3,250\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    button, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    early.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, button, key))
    attach_commands(early)
    settle()
    (dialog,) = early.findChildren(ImportDialog)
    assert "packs.csv" in dialog.files.model().index(0, 0).data()
    dialog.reject()


def test_a_waiting_action_does_not_run_for_another_selection(early: MainWindow, settle: Settle) -> None:
    early.panel.view.selectRow(0)
    settle()
    assert early.window_actions["link-transfer"].isEnabled()
    early.window_actions["link-transfer"].trigger()
    early.panel.view.clearSelection()
    settle()
    acted: list[str] = []
    early.action_triggered.connect(acted.append)
    attach_commands(early)
    assert acted == []


def test_the_commands_are_attached_after_the_first_list(
    sample: Path, gateway: Gateway, layout: WindowSettings, qtbot: QtBot
) -> None:
    layout.show_overdue = False
    window = MainWindow(gateway, layout)
    qtbot.addWidget(window)
    attach_commands_later(window, gateway)
    window.show()
    assert not window.has_commands
    window.window_actions["keys"].trigger()
    qtbot.waitUntil(lambda: window.findChild(KeysDialog) is not None)
    assert window.panel.spec is not None
    assert len(window.findChildren(Commands)) == 1
    window.refresh_list()  # a second list does not attach them again
    qtbot.waitUntil(lambda: gateway.idle)
    assert len(window.findChildren(Commands)) == 1


def test_trouble_with_the_store_does_not_keep_the_commands_away(
    early: MainWindow, gateway: Gateway, qtbot: QtBot
) -> None:
    attach_commands_later(early, gateway)
    gateway.trouble.emit(StoreTrouble("store-damaged", path=gateway.path))
    qtbot.waitUntil(lambda: early.has_commands)
