"""Bring a store to the newest schema before anything else opens it; cheap where it is already there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tslic_admin.db.trouble import StoreTrouble, store_trouble

SCHEMA = "0003"


def schema_of(path: Path) -> str | None:
    """The schema that a file was written with; None for a file that is not there or empty.

    Raises StoreTrouble `store-not-a-store` for a database of something else, `store-damaged`.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not names:
            return None
        if not {"alembic_version", "event_line"} <= names:
            raise StoreTrouble("store-not-a-store", path=path)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is None:  # written with the tables, in one transaction
            raise StoreTrouble("store-damaged", path=path)
        return str(row[0])


def open_store_file(path: Path) -> None:
    """Create the file, or upgrade an older one after keeping a copy beside it.

    Raises StoreTrouble; a file from a newer program is left untouched (`store-newer`).
    """
    with store_trouble():
        if schema_of(path) == SCHEMA:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreTrouble("store-cannot-open", path=path) from error
        from tslic_admin.db.migrate import upgrade  # Alembic, only when it is needed

        upgrade(path, backup_to=path.with_suffix(".before-upgrade.sqlite"))
