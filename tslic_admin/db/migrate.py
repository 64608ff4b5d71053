"""Bring a database file to the newest schema with Alembic, after keeping a copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from tslic_admin.db.driver import schema_of
from tslic_admin.db.store import make_engine
from tslic_admin.db.trouble import StoreTrouble


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "tslic_admin:db/migrations")
    return config


def upgrade(path: Path, *, backup_to: Path | None = None) -> None:
    """All steps run in one transaction, so a failure leaves the file as it was.

    Foreign keys are off meanwhile: SQLite alters a table by building a new one and dropping the old.
    Raises StoreTrouble `store-newer`, and schema_of's.
    """
    config = alembic_config()
    script = ScriptDirectory.from_config(config)
    if (schema := schema_of(path)) is not None:  # setting a connection up may change the file's header
        refuse_unknown(script, schema, path)
    engine = make_engine(path, foreign_keys=False)
    try:
        # the version is read under the write lock: of two programs that start at once, one upgrades
        with engine.execution_options(write=True).begin() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current == script.get_current_head():
                return
            if current is not None:
                refuse_unknown(script, current, path)
                if backup_to is not None:
                    back_up(path, backup_to)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RuntimeError(f"dangling references after the upgrade: {len(broken)}")
    finally:
        engine.dispose()


def refuse_unknown(script: ScriptDirectory, revision: str, path: Path) -> None:
    try:
        script.get_revision(revision)
    except CommandError as error:
        raise StoreTrouble("store-newer", path=path) from error


def back_up(source: Path, target: Path) -> None:
    """Copy a live database, its write-ahead log included (a plain file copy would miss it)."""
    with closing(sqlite3.connect(source)) as src, closing(sqlite3.connect(target)) as dst:
        src.backup(dst)
