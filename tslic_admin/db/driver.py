"""Connections of the plain driver: pragmas, the domain's rules as SQL functions, the schema of a file, the clock of the store."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from tslic_admin.db.trouble import StoreTrouble, store_trouble
from tslic_admin.domain.clocks import day_of, start_of
from tslic_admin.domain.history.differences import change_kind
from tslic_admin.domain.licenses.packs import is_purchased, shortage
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.domain.records.due import is_overdue

if sys.platform == "win32":  # pragma: no cover - the other system's half
    import ctypes

SQLITE_VERSION: str = sqlite3.sqlite_version
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs"}
_DRIVE_REMOTE = 4


@lru_cache(maxsize=8)
def on_network(path: Path) -> bool:
    """Whether the file lies on a network share: write-ahead logging does not work there (sqlite.org/wal.html)."""
    folder = os.path.realpath(path.parent)
    if sys.platform == "win32":
        if folder.startswith("\\\\"):
            return True
        drive = os.path.splitdrive(folder)[0] + "\\"
        return bool(ctypes.windll.kernel32.GetDriveTypeW(drive) == _DRIVE_REMOTE)
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return (
            False  # macOS: no such list; Finder mounts shares below /Volumes, where WAL is refused by SQLite
        )
    best, kind = "", ""
    for line in mounts.splitlines():
        _, where, file_system, *_ = line.split(" ")
        where = where.replace("\\040", " ")
        inside = folder == where or folder.startswith(where.rstrip("/") + "/")
        if inside and len(where) >= len(best):
            best, kind = where, file_system
    return kind in _NETWORK_FILE_SYSTEMS


def prepare_connection(connection: sqlite3.Connection, path: Path, *, foreign_keys: bool = True) -> None:
    """Foreign keys on, and the journal that the file's place allows."""
    connection.execute(f"PRAGMA foreign_keys={foreign_keys:d}")
    # INSERT OR REPLACE deletes without firing delete triggers unless this is on (sqlite.org/lang_conflict.html)
    connection.execute("PRAGMA recursive_triggers=1")
    _set_journal(connection, "delete" if on_network(path) else "wal")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")


def _set_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Switch the journal; wait while another program does the same, as long as the connection waits for a lock.

    WORKAROUND: SQLite does not wait by itself for this one (https://github.com/russellromney/honker/pull/102):
    of programs that open a new store at once, some would find it locked.
    """
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={mode}")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= until:
                raise
            time.sleep(0.02)
        else:
            return


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


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


def connect_reader(path: Path, now: Callable[[], datetime]) -> sqlite3.Connection:
    """Open the store for reading, from whichever thread. Raises StoreTrouble."""
    with store_trouble():
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        prepare_connection(connection, path)
        connection.execute("PRAGMA query_only=1")

    def function(
        name: str, arguments: int, code: Callable[..., str | int | None], *, pure: bool = True
    ) -> None:
        connection.create_function(name, arguments, code, deterministic=pure)

    def overdue(day: str | None, since: int) -> int | None:
        if day is None:
            return None
        return int(is_overdue(date.fromisoformat(day), now().astimezone().date(), since=bool(since)))

    function("change_kind", 4, change_kind)
    function("label_of", 1, lambda name: label_of(name) if name else None)
    function("folded", 1, lambda text: text.casefold() if text else None)
    function("is_purchased", 2, lambda *types: int(is_purchased(*types)))
    function("shortage", 2, shortage)
    function("same_name", 2, lambda one, other: int(same_name(one, other)))
    function("local_day", 1, lambda text: str(day_of(text)) if text else None)
    # without its Z it sorts before every time of that second, also one with a fraction
    function("day_begins", 1, lambda day: start_of(date.fromisoformat(day)).removesuffix("Z"))
    function("today", 0, lambda: now().astimezone().date().isoformat(), pure=False)
    function("overdue", 2, overdue, pure=False)
    function("concat_all", -1, lambda *texts: " ".join(str(t) for t in texts if t is not None))
    return connection
