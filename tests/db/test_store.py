"""Transactions on the store's file: all or nothing, one writer at a time, and trouble told as trouble."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tslic_admin.db import pragmas
from tslic_admin.db.clock import utc_now
from tslic_admin.db.recording import seal
from tslic_admin.db.store import Store
from tslic_admin.db.tables import EntryRow, EventLineRow, KeyPackRow, ServerRow
from tslic_admin.db.trouble import StoreTrouble, store_trouble, trouble_of


def server(name: str = "DC01") -> ServerRow:
    return ServerRow(name=name, label=name.lower(), domain="")


def add(store: Store, name: str) -> None:
    with store.writing() as session:
        session.add(server(name))
        seal(session, "server.add")


def names(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(ServerRow.name).order_by(ServerRow.id)))


def test_an_exception_takes_everything_back(store):
    with pytest.raises(KeyError), store.writing() as session:
        session.add(server())
        seal(session, "server.add")
        raise KeyError
    assert names(store) == []


def test_a_change_without_an_entry_is_a_bug_and_is_not_committed(store):
    add(store, "DC01")
    with pytest.raises(RuntimeError, match="without a history entry"), store.writing() as session:
        session.scalars(select(ServerRow)).one().country = "Germany"
    with store.reading() as session:
        assert session.scalars(select(ServerRow)).one().country is None


def test_a_second_writer_waits_and_then_sees_what_the_first_did(store, database, clock):
    other = Store(database, actor="other@box", now=clock)
    inside, go_on, seen = threading.Event(), threading.Event(), []

    def first() -> None:
        with store.writing() as session:
            session.add(server("DC01"))
            seal(session, "server.add")
            inside.set()
            go_on.wait(5)

    def second() -> None:
        with other.writing() as session:
            seen.extend(session.scalars(select(ServerRow.name)))

    one = threading.Thread(target=first)
    one.start()
    assert inside.wait(5)
    two = threading.Thread(target=second)
    two.start()
    go_on.set()
    one.join()
    two.join()
    other.close()
    assert seen == ["DC01"]


def test_a_lock_that_is_not_given_up_is_trouble(database, clock):
    store = Store(database, actor="a@b", now=clock, busy_seconds=0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble) as caught, store.writing():
            pass
    store.close()
    assert caught.value.code == "store-locked"


def test_a_full_disk_is_trouble_and_nothing_is_recorded(store):
    with pytest.raises(StoreTrouble) as caught, store.writing() as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        session.add_all(server(f"DC{n:05}") for n in range(3000))
        seal(session, "server.add")
    assert caught.value.code == "store-full"
    assert names(store) == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"no database at all" * 100, "store-not-a-store"), (None, "store-cannot-open")]
)
def test_a_file_that_is_none_of_ours_is_trouble(tmp_path, clock, content, code):
    path = tmp_path / "folder" / "x.sqlite" if content is None else tmp_path / "x.sqlite"
    if content is not None:
        path.write_bytes(content)
    store = Store(path, actor="a@b", now=clock)
    with pytest.raises(StoreTrouble) as caught, store.reading() as session:
        session.execute(text("SELECT 1 FROM server"))
    store.close()
    assert caught.value.code == code


def test_other_errors_of_the_driver_are_bugs():
    with (
        pytest.raises(sqlite3.OperationalError),
        store_trouble(),
        closing(sqlite3.connect(":memory:")) as memory,
    ):
        memory.execute("SELECT nonsense")
    assert trouble_of(ValueError("x")) is None


def test_trouble_passes_through_trouble():
    with pytest.raises(StoreTrouble, match="store-full"), store_trouble():
        raise StoreTrouble("store-full")


def test_the_clock_of_the_store_is_utc():
    assert utc_now().utcoffset().total_seconds() == 0


# the recorder


def lines(store: Store, entry: int) -> list[tuple]:
    with store.reading() as session:
        rows = session.scalars(
            select(EventLineRow).where(EventLineRow.entry == entry).order_by(EventLineRow.line)
        )
        return [(row.kind, row.reference, row.field, row.before, row.after) for row in rows]


def test_several_changes_of_one_field_become_one_line(store):
    add(store, "DC01")
    with store.writing() as session:
        row = session.scalars(select(ServerRow)).one()
        row.country = "Austria"
        session.flush()
        row.country = "Germany"
        row.license_server_id = "A" * 30 + "12345"
        entry = seal(session, "server.set", reason="Moved")
    assert lines(store, entry) == [
        ("server", "DC01", "Country", None, "Germany"),
        ("server", "DC01", "LicenseServerId", None, "…12345"),
    ]


def test_a_change_that_was_taken_back_leaves_no_entry(store):
    add(store, "DC01")
    with store.writing() as session:
        row = session.scalars(select(ServerRow)).one()
        row.country = "Austria"
        session.flush()
        row.country = None
        assert seal(session, "server.set") is None
    with store.reading() as session:
        assert len(session.scalars(select(EntryRow)).all()) == 1


def test_a_new_row_that_changes_before_it_is_sealed_is_still_one_line(store):
    with store.writing() as session:
        row = server()
        session.add(row)
        session.flush()
        row.country = "Germany"
        entry = seal(session, "server.add")
    assert lines(store, entry) == [("server", "DC01", None, None, '{"Country":"Germany","Name":"DC01"}')]


def test_an_entry_knows_both_days_who_and_why(store, clock):
    with store.writing() as session:
        session.add(server())
        seal(session, "server.add", reason="")
    with store.reading() as session:
        entry = session.scalars(select(EntryRow)).one()
        assert (entry.number, entry.recorded_at, entry.effective_on) == (
            1,
            "2026-03-02T12:00:00Z",
            "2026-03-02",
        )
        assert (entry.actor, entry.kind, entry.reason) == ("tester@box", "server.add", None)


# where the file lies

MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
box:/export /srv/shared nfs4 rw 0 0
//box/data /srv/with\040space cifs rw 0 0
""".strip()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/srv/shared/licensing", True),
        ("/srv/sharedelsewhere", False),
        ("/srv/with space", True),
        ("/home", False),
    ],
)
def test_a_network_share_is_known_by_its_mount(monkeypatch, folder, expected):
    pragmas.on_network.cache_clear()
    monkeypatch.setattr(pragmas.Path, "read_text", lambda *_, **__: MOUNTS)
    assert pragmas.on_network(Path(folder) / "tslic.sqlite") is expected


def test_a_system_without_a_list_of_mounts_counts_as_local(monkeypatch):
    def missing(*_, **__):
        raise FileNotFoundError

    pragmas.on_network.cache_clear()
    monkeypatch.setattr(pragmas.Path, "read_text", missing)
    assert pragmas.on_network(Path("/Volumes/x/tslic.sqlite")) is False


@pytest.mark.parametrize(
    ("folder", "drive", "expected"), [("\\\\box\\share", 3, True), ("Z:\\x", 4, True), ("C:\\x", 3, False)]
)
def test_windows_tells_a_share_by_its_name_or_its_drive(monkeypatch, folder, drive, expected):
    import ctypes
    import ntpath
    from types import SimpleNamespace

    pragmas.on_network.cache_clear()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(pragmas.os.path, "realpath", lambda _: folder)
    monkeypatch.setattr(pragmas.os.path, "splitdrive", ntpath.splitdrive)
    windll = SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=lambda _: drive))
    monkeypatch.setattr(ctypes, "windll", windll, raising=False)
    assert pragmas.on_network(Path("x")) is expected


def test_a_store_on_a_share_keeps_a_rollback_journal(database, clock, monkeypatch):
    monkeypatch.setattr("tslic_admin.db.pragmas.on_network", lambda _: True)
    store = Store(database, actor="a@b", now=clock)
    with store.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "delete"
    store.close()


def test_rows_of_the_store_are_never_orphaned(store):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(KeyPackRow(server_id=99, origin="original", transfer_policy="one-time"))
        seal(session, "pack.add")
