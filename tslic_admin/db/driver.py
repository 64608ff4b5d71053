"""A reading connection of the plain driver, with the domain's own rules as SQL functions.

Lists and details are read through it: the window shows its first page long before SQLAlchemy could have
been imported (house.md, section 4).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from tslic_admin.db.pragmas import prepare
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import day_of, start_of
from tslic_admin.domain.differences import change_kind
from tslic_admin.domain.due import is_overdue
from tslic_admin.domain.names import label_of, same_name


def connect_reader(path: Path, now: Callable[[], datetime]) -> sqlite3.Connection:
    """Open the store for reading, from whichever thread. Raises StoreTrouble."""
    with store_trouble():
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        prepare(connection, path)
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
    function("same_name", 2, lambda one, other: int(same_name(one, other)))
    function("local_day", 1, lambda text: str(day_of(text)) if text else None)
    # without its Z it sorts before every time of that second, also one with a fraction
    function("day_begins", 1, lambda day: start_of(date.fromisoformat(day)).removesuffix("Z"))
    function("today", 0, lambda: now().astimezone().date().isoformat(), pure=False)
    function("overdue", 2, overdue, pure=False)
    function("concat_all", -1, lambda *texts: " ".join(str(t) for t in texts if t is not None))
    return connection
