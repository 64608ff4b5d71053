"""The store's two kinds of transaction, and what happens when the file is the trouble."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest
from conftest import HANG
from sqlalchemy import event, select, text

from tslic_admin.db.history.recording import seal
from tslic_admin.db.migrate import upgrade
from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.db.store import BUSY_SECONDS, Store, make_engine
from tslic_admin.db.trouble import StoreTrouble


def add(session, name: str, **fields) -> None:
    session.add(ServerRow(name=name, label=name.casefold(), domain="", **fields))
    seal(session, "server.add")


def names(store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(ServerRow.name).order_by(ServerRow.id)))


@pytest.fixture
def other(database, clock):
    """The same file, opened by a program that does not wait long."""
    store = Store(database, actor="other@box", now=clock, busy_seconds=0.05)
    yield store
    store.close()


def test_what_was_written_is_there_afterwards(store):
    with store.writing() as session:
        add(session, "DC01")
    assert names(store) == ["DC01"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_any_exception_rolls_everything_back(store, error):
    with pytest.raises(error), store.writing() as session:
        add(session, "DC01")
        raise error
    assert names(store) == []


def test_a_writer_holds_the_lock_from_its_first_moment(store, database):
    with (
        store.writing(),
        closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        connection.execute("BEGIN IMMEDIATE")


def test_a_reader_holds_no_lock_and_sees_one_state(store, other):
    with store.reading() as session:
        assert session.scalars(select(ServerRow)).all() == []
        with other.writing() as writing:
            add(writing, "DC01")
        assert session.scalars(select(ServerRow)).all() == []
    assert names(store) == ["DC01"]


def test_who_cannot_wait_longer_is_told_that_the_store_is_locked(store, other):
    with store.writing() as session:
        add(session, "DC01")
        with pytest.raises(StoreTrouble) as trouble, other.writing():
            raise AssertionError("two writers at once")
    assert trouble.value.code == "store-locked"
    assert names(other) == ["DC01"]


def test_a_second_writer_waits_and_then_sees_what_the_first_wrote(store, database, clock):
    beginning, seen = threading.Event(), []

    def second() -> None:
        patient = Store(database, actor="other@box", now=clock, busy_seconds=HANG)
        event.listen(patient._engine, "before_cursor_execute", lambda *_: beginning.set())
        with patient.writing() as session:
            seen.extend(session.scalars(select(ServerRow.name)))
            add(session, "DC02")
        patient.close()

    thread = threading.Thread(target=second)
    with store.writing() as session:
        thread.start()
        assert beginning.wait(HANG)
        add(session, "DC01")
        thread.join(0.2)  # on a busy machine the second may not have come to wait: then less is shown
        assert thread.is_alive()
    thread.join(HANG)
    assert seen == ["DC01"]
    assert names(store) == ["DC01", "DC02"]


def test_writers_wait_half_a_minute():
    assert BUSY_SECONDS == 30


def test_rows_stay_readable_after_the_transaction_of_a_writer(store):
    with store.writing() as session:
        add(session, "DC01")
        row = session.scalars(select(ServerRow)).one()
    assert row.name == "DC01"


def test_reading_writes_nothing_by_itself(store):
    with store.reading() as session:
        session.add(ServerRow(name="DC01", label="dc01", domain=""))
    assert names(store) == []


@pytest.mark.parametrize("folder", ["a?b", "a#b", "a%20b", "ü ж", "a;b'c\"d"])
def test_a_folder_may_be_called_anything(tmp_path, clock, folder):
    path = tmp_path / folder / "tslic.sqlite"
    path.parent.mkdir()
    upgrade(path)
    store = Store(path, actor="a@b", now=clock)
    with store.writing() as session:
        add(session, "DC01")
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM server").fetchall() == [("DC01",)]
    assert [found.name for found in tmp_path.iterdir()] == [folder]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("recursive_triggers", 1), ("synchronous", 2), ("temp_store", 2)],
)
def test_every_connection_is_set_up(store, pragma, value):
    with store.reading() as session:
        assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_an_upgrade_has_its_foreign_keys_off(database):
    engine = make_engine(database, foreign_keys=False)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    engine.dispose()


# trouble


def test_a_full_disk_is_trouble_and_nothing_is_written(store, database):
    with pytest.raises(StoreTrouble) as trouble, store.writing() as session:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        add(session, "DC01", notes="x" * 1_000_000)
    assert trouble.value.code == "store-full"
    assert names(store) == []


def test_a_store_that_may_only_be_read_is_trouble_for_writers_alone(store):
    with pytest.raises(StoreTrouble) as trouble, store.writing() as session:
        session.connection().exec_driver_sql("PRAGMA query_only = 1")
        add(session, "DC01")
    assert trouble.value.code == "store-read-only"
    assert names(store) == []


def test_a_file_that_is_no_database_is_trouble(tmp_path, clock):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"Dear diary, " * 1000)
    store = Store(path, actor="a@b", now=clock)
    with pytest.raises(StoreTrouble) as trouble:
        names(store)
    assert trouble.value.code == "store-not-a-store"
    store.close()


def test_a_damaged_file_is_trouble(store, database, clock):
    with store.writing() as session:
        for number in range(200):
            session.add(ServerRow(name=f"S{number}", label=f"s{number}", domain="", notes="x" * 500))
        seal(session, "server.add")
    store.close()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'server'").fetchone()[0]
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(StoreTrouble) as trouble:
        names(store)
    assert trouble.value.code == "store-damaged"


def test_a_store_in_a_folder_that_is_not_there_is_trouble(tmp_path, clock):
    store = Store(tmp_path / "none" / "tslic.sqlite", actor="a@b", now=clock)
    with pytest.raises(StoreTrouble) as trouble:
        names(store)
    assert trouble.value.code == "store-cannot-open"
    store.close()


def test_a_broken_rule_of_the_file_is_a_bug_and_no_trouble(store):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(ServerRow(name="", label="", domain=""))
        session.flush()


def test_a_transaction_may_wait_longer_inside_than_before_it_begins(database, clock):
    store = Store(database, actor="other@box", now=clock, busy_seconds=0.05, busy_seconds_inside=7)
    for transaction in (store.reading, store.writing):
        with transaction() as session:
            assert session.execute(text("PRAGMA busy_timeout")).scalar() == 7000
    store.close()
