"""The window's tests run on a real store behind a real gateway; resources are compiled as for a wheel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tslic_admin.db.store import Store
from tslic_admin.ui.gateway import Gateway


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    return qapp


@pytest.fixture
def gateway(qapp: QApplication, database: Path, clock: Callable) -> Iterator[Gateway]:
    gateway = Gateway(
        database, lambda patience: Store(database, actor="tester@box", now=clock, busy_seconds=patience), clock
    )
    yield gateway
    gateway.close()


@pytest.fixture
def settle(qtbot: QtBot, gateway: Gateway) -> Callable[[], None]:
    """Wait until everything that was asked of the store has answered."""
    return lambda: qtbot.waitUntil(lambda: gateway.idle, timeout=10_000)
