"""The journal is switched even while other programs switch it; who waits too long is told so."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tslic_admin.db.driver import prepare_connection


class Busy(sqlite3.Connection):
    """A connection whose first few switches find another program switching, as SQLite answers: at once."""

    times = 0
    name = "SQLITE_BUSY"

    def execute(self, sql, *parameters):
        if "journal_mode=" in sql and self.times > 0:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = self.name
            raise error
        return super().execute(sql, *parameters)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "tslic.sqlite"


def journal(connection: sqlite3.Connection) -> str:
    return connection.execute("PRAGMA journal_mode").fetchone()[0]


@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_BUSY_SNAPSHOT"])
def test_who_finds_another_switching_tries_again(path, name):
    with closing(sqlite3.connect(path, factory=Busy)) as connection:
        connection.times, connection.name = 3, name
        prepare_connection(connection, path)
        assert (connection.times, journal(connection)) == (0, "wal")


def test_nobody_tries_for_longer_than_the_connection_waits_for_a_lock(path):
    with closing(sqlite3.connect(path, timeout=0.1, factory=Busy)) as connection:
        connection.times = 1_000_000
        begin = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            prepare_connection(connection, path)
        assert time.monotonic() - begin >= 0.1


def test_any_other_error_is_not_tried_again(path):
    with closing(sqlite3.connect(path, factory=Busy)) as connection:
        connection.times, connection.name = 2, "SQLITE_IOERR"
        with pytest.raises(sqlite3.OperationalError):
            prepare_connection(connection, path)
        assert connection.times == 1
