"""What every test starts from: a real store file, copied from a migrated template."""

from __future__ import annotations

import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = (
    "UTC"  # days are the machine's own: the tests' are the same everywhere; some set another zone
)
if hasattr(time, "tzset"):
    time.tzset()

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker
from world import World, build_world

from tslic_admin.db.migrate import upgrade
from tslic_admin.db.store import Store
from tslic_admin.services.sample.filling import fill_store

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

# The only Hypothesis profile. Neither a deadline nor `too_slow`: they fail on a busy machine. Fixtures of function
# scope are allowed: examples share them, and each example makes a store, folder or page of its own from them.
settings.register_profile(
    "tslic-admin",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tslic-admin")

# Mid-day, so that a zone that cannot be set (Windows) has the same calendar day nearly everywhere.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

HANG = 300
"""Seconds after which a program or thread that is waited for has stopped; a busy machine needs far less."""

WAIT_MS = 60_000
"""As long may a busy machine take for what the window does in a moment. A wait ends as soon as it is done."""


class PatientBot(QtBot):
    """pytest-qt's robot; its own waits end after five seconds."""

    def waitSignal(self, signal: Any, *, timeout: int = WAIT_MS, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = WAIT_MS) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


class Clock:
    """The time a test is at; set `now` to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated file, made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    upgrade(path)
    return path


@pytest.fixture(scope="session")
def sample_database(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, told at NOW, made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("sample") / "sample.sqlite"
    path.write_bytes(template_database.read_bytes())
    fill_store(path, Clock())
    return path


@pytest.fixture
def sample(sample_database: Path, database: Path) -> Path:
    """The store filled with the sample."""
    database.write_bytes(sample_database.read_bytes())
    return database


@pytest.fixture
def database(template_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "tslic.sqlite"
    path.write_bytes(template_database.read_bytes())
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Path, clock: Clock) -> Iterator[Store]:
    store = Store(database, actor="tester@box", now=clock)
    yield store
    store.close()


@pytest.fixture(scope="session")
def world_template(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world, made once; each test that asks for `world` gets a copy."""
    path = tmp_path_factory.mktemp("world") / "world.sqlite"
    path.write_bytes(template_database.read_bytes())
    store = Store(path, actor="tester@box", now=Clock())
    world = build_world(store)
    store.close()
    return world


@pytest.fixture
def world(world_template: World, store: Store) -> World:
    """A store with a row in every list, and what it holds."""
    store.path.write_bytes(world_template.store.path.read_bytes())
    return replace(world_template, store=store)
