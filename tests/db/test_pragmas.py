"""How connections are set up, and how a network share is told from a disk."""

from __future__ import annotations

import ntpath
import sqlite3
import sys
from contextlib import closing
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from tslic_admin.db import driver
from tslic_admin.db.driver import on_network, prepare_connection

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/share /mnt/nfs nfs4 rw 0 0
//server/share /mnt/cifs cifs rw 0 0
/dev/sdb1 /mnt/nfs/local ext4 rw 0 0
user@host: /mnt/a\\040b fuse.sshfs rw 0 0
old /mnt/twice nfs rw 0 0
/dev/sdc1 /mnt/twice xfs rw 0 0
"""


@pytest.fixture(autouse=True)
def _forgetful():
    on_network.cache_clear()
    yield
    on_network.cache_clear()


@pytest.fixture
def mounts(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(driver, "os", SimpleNamespace(path=SimpleNamespace(realpath=str)))

    def read(path, **_):
        assert str(path) == "/proc/mounts"
        return MOUNTS

    monkeypatch.setattr(Path, "read_text", read)


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/home/ann", False),
        ("/mnt/nfs", True),
        ("/mnt/nfs/deep/down", True),
        ("/mnt/nfs2", False),
        ("/mnt/cifs/x", True),
        ("/mnt/nfs/local", False),
        ("/mnt/nfs/local/x", False),
        ("/mnt/a b/x", True),
        ("/mnt/twice", False),
        ("/", False),
    ],
)
def test_linux_knows_by_the_innermost_mount_that_was_made_last(mounts, folder, network):
    assert on_network(Path(folder) / "tslic.sqlite") is network


def test_a_system_without_a_list_of_mounts_is_taken_for_local(monkeypatch):
    def missing(path, **_):
        raise FileNotFoundError(path)

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "read_text", missing)
    assert on_network(Path("/Users/ann/tslic.sqlite")) is False


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        (r"\\server\share\data\tslic.sqlite", 0, True),
        (r"Z:\data\tslic.sqlite", 4, True),
        (r"C:\data\tslic.sqlite", 3, False),
    ],
)
def test_windows_knows_by_the_name_or_by_the_drive(monkeypatch, path, kind, network):
    asked = []

    def drive_type(drive):
        asked.append(drive)
        return kind

    windll = SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=drive_type))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(driver, "os", SimpleNamespace(path=ntpath))
    monkeypatch.setattr(driver, "ctypes", SimpleNamespace(windll=windll), raising=False)
    assert on_network(PureWindowsPath(path)) is network
    assert asked == ([] if path.startswith("\\\\") else [path[:3]])


@pytest.mark.parametrize(("network", "journal"), [(False, "wal"), (True, "delete")])
@pytest.mark.parametrize("keys", [False, True])
def test_the_journal_is_the_one_that_the_place_allows(tmp_path, monkeypatch, network, journal, keys):
    monkeypatch.setattr(driver, "on_network", lambda _: network)
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        prepare_connection(connection, tmp_path / "x.sqlite", foreign_keys=keys)
        said = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "recursive_triggers", "synchronous", "temp_store")
        }
    assert said == {
        "journal_mode": journal,
        "foreign_keys": int(keys),
        "recursive_triggers": 1,
        "synchronous": 2,
        "temp_store": 2,
    }


def test_a_store_moved_to_a_share_leaves_its_log_behind(database, monkeypatch):
    monkeypatch.setattr(driver, "on_network", lambda _: True)
    with closing(sqlite3.connect(database)) as connection:
        prepare_connection(connection, database)
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    assert [path.name for path in database.parent.iterdir()] == [database.name]
