"""Opening a store's file: made, found current, or refused for what it is."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tslic_admin.db import opening
from tslic_admin.db.driver import schema_of
from tslic_admin.db.opening import SCHEMA, open_store_file
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.services import stores


def execute(path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def trouble_of_opening(path) -> str:
    with pytest.raises(StoreTrouble) as trouble:
        open_store_file(path)
    return trouble.value.code


def test_a_file_that_is_not_there_has_no_schema_nor_has_an_empty_one(tmp_path):
    path = tmp_path / "x.sqlite"
    assert schema_of(path) is None
    assert not path.exists()
    path.touch()
    assert schema_of(path) is None
    execute(path, "PRAGMA journal_mode=WAL")  # a header and nothing else
    assert path.stat().st_size > 0
    assert schema_of(path) is None


def test_a_store_says_its_schema(database):
    assert schema_of(database) == SCHEMA


def test_a_new_store_is_made_with_its_folder(tmp_path):
    path = tmp_path / "deep" / "down" / "tslic.sqlite"
    open_store_file(path)
    assert schema_of(path) == SCHEMA
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_store_is_opened_again_and_again(database):
    before = database.read_bytes()
    open_store_file(database)
    open_store_file(database)
    assert database.read_bytes() == before


def test_a_current_store_is_opened_without_alembic_and_without_sqlalchemy(database):
    code = (
        "import sys; from pathlib import Path; from tslic_admin.services.stores import open_store_file;"
        "open_store_file(Path(sys.argv[1]));"
        "print([name for name in ('alembic', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(database)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"


def test_an_older_store_is_upgraded_after_a_copy(database, monkeypatch):
    monkeypatch.setattr(opening, "SCHEMA", "9998")
    asked = []
    monkeypatch.setattr(
        "tslic_admin.db.migrate.upgrade", lambda path, backup_to: asked.append((path, backup_to))
    )
    open_store_file(database)
    assert asked == [(database, database.with_name("tslic.before-upgrade.sqlite"))]


def test_a_database_of_something_else_is_refused_untouched(tmp_path):
    path = tmp_path / "x.sqlite"
    execute(path, "CREATE TABLE bookmarks (address TEXT)")
    before = path.read_bytes()
    assert trouble_of_opening(path) == "store-not-a-store"
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["alembic_version", "event_line"])
def test_one_of_its_tables_alone_makes_no_store(tmp_path, table):
    path = tmp_path / "x.sqlite"
    execute(path, f"CREATE TABLE {table} (version_num TEXT)")
    assert trouble_of_opening(path) == "store-not-a-store"


def test_a_store_that_lost_its_schema_s_number_is_damaged(database):
    execute(database, "DELETE FROM alembic_version")
    assert trouble_of_opening(database) == "store-damaged"


@pytest.mark.parametrize("content", [b"Dear diary, " * 100, b"\0" * 4096])
def test_what_is_no_database_is_refused_untouched(tmp_path, content):
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    assert trouble_of_opening(path) == "store-not-a-store"
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_trouble(tmp_path):
    (tmp_path / "file").touch()
    assert trouble_of_opening(tmp_path / "file" / "tslic.sqlite") == "store-cannot-open"


def test_a_folder_in_the_file_s_place_is_trouble(tmp_path):
    (tmp_path / "tslic.sqlite").mkdir()
    assert trouble_of_opening(tmp_path / "tslic.sqlite") == "store-cannot-open"


def test_what_the_window_needs_comes_from_here():
    assert stores.open_store_file is open_store_file
    assert (stores.SCHEMA, stores.StoreTrouble) == (SCHEMA, StoreTrouble)
    assert sqlite3.sqlite_version == stores.SQLITE_VERSION
