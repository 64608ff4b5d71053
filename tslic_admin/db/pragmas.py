"""How every connection to the store is set up, whichever driver layer opened it."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from functools import lru_cache
from pathlib import Path

_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs"}
_DRIVE_REMOTE = 4


@lru_cache(maxsize=8)
def on_network(path: Path) -> bool:
    """Whether the file lies on a network share: write-ahead logging does not work there (sqlite.org/wal.html)."""
    folder = os.path.realpath(path.parent)
    if sys.platform == "win32":
        import ctypes

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


def prepare(connection: sqlite3.Connection, path: Path, *, foreign_keys: bool = True) -> None:
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
