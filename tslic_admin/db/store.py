"""Open the database file through SQLAlchemy: its engine and its reading and writing transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from tslic_admin.db.driver import prepare_connection, utc_now
from tslic_admin.db.history.recording import record_changes, refuse_unsealed
from tslic_admin.db.trouble import store_trouble

BUSY_SECONDS = 30.0


def make_engine(
    path: Path,
    *,
    foreign_keys: bool = True,
    busy_seconds: float = BUSY_SECONDS,
    busy_seconds_inside: float | None = None,
) -> Engine:
    """Engine of one database file. The seconds are those of Store."""
    # not as text: a folder's name may hold what means something in an address, such as ? and %
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def _on_connect(dbapi: sqlite3.Connection, _: Any) -> None:
        dbapi.isolation_level = None  # the driver starts no transaction of its own: see _on_begin
        prepare_connection(dbapi, path, foreign_keys=foreign_keys)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
        )
        if busy_seconds_inside is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={busy_seconds_inside * 1000:.0f}")

    return engine


class Store:
    """One database file: who acts on it, what time it is, and its two kinds of transaction.

    `busy_seconds`: how long a transaction waits for another program's before it begins. `busy_seconds_inside`:
    how long it waits inside, which without write-ahead log it does for readers; as long where None.
    Raises StoreTrouble wherever the file is the trouble.
    """

    def __init__(
        self,
        path: Path,
        *,
        actor: str,
        now: Callable[[], datetime] = utc_now,
        busy_seconds: float = BUSY_SECONDS,
        busy_seconds_inside: float | None = None,
    ) -> None:
        self.path = path
        self._info = {"actor": actor, "now": now}
        self._engine = make_engine(path, busy_seconds=busy_seconds, busy_seconds_inside=busy_seconds_inside)
        self._read = sessionmaker(self._engine, info=self._info, autoflush=False)
        self._write = sessionmaker(
            self._engine.execution_options(write=True), info=self._info, expire_on_commit=False
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent state of the file."""
        with store_trouble(), self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the write lock; commits at the end, rolls back on any exception.

        What an act changes must be sealed by a history entry before the end (services/sealing.py).
        """
        with store_trouble(), self._write() as session, session.begin():
            session.connection()  # BEGIN IMMEDIATE now: what is read next cannot be out of date
            record_changes(session)
            yield session
            refuse_unsealed(session)

    def close(self) -> None:
        self._engine.dispose()
