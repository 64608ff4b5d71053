"""Change a store behind the history's back, as another program could."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def tamper(store, *statements: str) -> None:
    """What another program may do, once it has taken the guards down."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
