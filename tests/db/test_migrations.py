"""From one schema to the next: in one transaction, with a copy kept, and never back."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from tslic_admin.db import migrate
from tslic_admin.db.opening import SCHEMA, open_store_file, schema_of
from tslic_admin.db.store import make_engine
from tslic_admin.db.trouble import StoreTrouble


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def set_version(path: Path, number: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (number,))


@pytest.fixture
def next_step(monkeypatch, tmp_path):
    """Adds a second migration with the given body to a copy of the real ones."""

    def add(body: str) -> None:
        copy = tmp_path / "migrations"
        shutil.copytree(
            Path(migrate.__file__).parent / "migrations", copy, ignore=shutil.ignore_patterns("__pycache__")
        )
        (copy / "versions" / "0002_next.py").write_text(
            "from alembic import op\nimport sqlalchemy as sa\nrevision = '0002'\ndown_revision = '0001'\n"
            f"def upgrade():\n    op.add_column('server', sa.Column('rack', sa.Text()))\n{body}"
        )
        real = migrate.alembic_config

        def config():
            changed = real()
            changed.set_main_option("script_location", str(copy))
            return changed

        monkeypatch.setattr(migrate, "alembic_config", config)

    return add


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(server)")}


def test_the_newest_schema_is_the_one_the_tables_describe(database):
    engine = make_engine(database)
    config = migrate.alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)
    engine.dispose()


def test_the_cheap_look_knows_the_newest_schema():
    assert ScriptDirectory.from_config(migrate.alembic_config()).get_current_head() == SCHEMA


def test_a_file_that_is_not_there_or_empty_is_created(tmp_path):
    new = tmp_path / "a folder" / "tslic.sqlite"
    assert schema_of(new) is None
    open_store_file(new)
    assert schema_of(new) == SCHEMA
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    open_store_file(empty)
    assert version(empty) == SCHEMA


def test_a_database_without_tables_is_taken_as_empty(tmp_path):
    path = tmp_path / "tslic.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    assert schema_of(path) is None


def test_a_database_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "tslic.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(StoreTrouble) as caught:
        open_store_file(path)
    assert caught.value.code == "store-not-a-store"
    assert path.read_bytes() == before


def test_an_upgrade_keeps_a_copy_and_the_records(database, next_step, monkeypatch):
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO server (name, label, domain) VALUES ('DC01', 'dc01', '')")
    next_step("")
    monkeypatch.setattr("tslic_admin.db.opening.SCHEMA", "0002")
    open_store_file(database)
    assert (version(database), "rack" in columns(database)) == ("0002", True)
    copy = database.with_suffix(".before-upgrade.sqlite")
    assert (version(copy), "rack" in columns(copy)) == ("0001", False)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM server").fetchall() == [("DC01",)]


def test_an_upgrade_without_a_place_for_a_copy_keeps_none(database, next_step):
    next_step("")
    migrate.upgrade(database)
    assert version(database) == "0002"


def test_a_failing_migration_leaves_nothing_behind(database, next_step, tmp_path):
    next_step("    raise RuntimeError('boom')\n")
    with pytest.raises(RuntimeError, match="boom"):
        migrate.upgrade(database, backup_to=tmp_path / "backup.sqlite")
    assert (version(database), "rack" in columns(database)) == ("0001", False)
    assert (tmp_path / "backup.sqlite").exists()


def test_a_migration_that_leaves_dangling_references_is_taken_back(database, next_step):
    next_step(
        "    op.execute(\"INSERT INTO key_pack (server_id, origin, transfer_policy) VALUES (99, 'original', 'one-time')\")\n"
    )
    with pytest.raises(RuntimeError, match="dangling"):
        migrate.upgrade(database)
    assert version(database) == "0001"


def test_an_upgrade_of_a_current_file_does_nothing(database):
    before = database.read_bytes()
    migrate.upgrade(database)
    assert database.read_bytes() == before


def test_a_file_from_a_newer_program_is_refused_untouched(database):
    set_version(database, "9999")
    before = database.read_bytes()
    with pytest.raises(StoreTrouble) as caught:
        open_store_file(database)
    assert caught.value.code == "store-newer"
    assert database.read_bytes() == before


def test_two_programs_that_start_on_a_new_store_at_once_both_get_it(tmp_path):
    path = tmp_path / "tslic.sqlite"
    failures = []

    def start() -> None:
        try:
            open_store_file(path)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert version(path) == SCHEMA
