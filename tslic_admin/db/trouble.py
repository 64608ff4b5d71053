"""Trouble with the store's file, as opposed to a refusal (RuleViolation) or a bug."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class StoreTrouble(Exception):
    """The file is missing, locked, full, damaged, read-only or from a newer program; nothing was changed.

    `code` picks the sentence in wording/messages.py.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


_CODES = {
    "SQLITE_BUSY": "store-locked",
    "SQLITE_LOCKED": "store-locked",
    "SQLITE_FULL": "store-full",
    "SQLITE_READONLY": "store-read-only",
    "SQLITE_PERM": "store-read-only",
    "SQLITE_CANTOPEN": "store-cannot-open",
    "SQLITE_NOTADB": "store-not-a-store",
    "SQLITE_CORRUPT": "store-damaged",
    "SQLITE_IOERR": "store-unreadable",
    "SQLITE_AUTH": "store-cannot-open",
}


def trouble_of(error: BaseException) -> StoreTrouble | None:
    """The trouble that a driver's error means, or None where it is a bug of ours."""
    original = getattr(error, "orig", error)
    name = getattr(original, "sqlite_errorname", None) or ""
    for prefix, code in _CODES.items():
        if name.startswith(prefix):
            return StoreTrouble(code)
    if str(original).startswith("Could not decode to UTF-8"):  # of the driver itself: it has no name
        return StoreTrouble("store-damaged")
    return None


@contextmanager
def store_trouble() -> Iterator[None]:
    """Turn the driver's errors about the file into StoreTrouble; anything else passes as it is."""
    try:
        yield
    except StoreTrouble:
        raise
    except Exception as error:
        # SQLAlchemy wraps the driver's error and keeps it as `orig`; importing it here would cost the start
        if isinstance(getattr(error, "orig", error), sqlite3.Error) and (trouble := trouble_of(error)):
            raise trouble from error
        raise
