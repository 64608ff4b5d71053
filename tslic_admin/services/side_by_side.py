"""Rows of a list beside what is known, both in the order of the server's keys: a million of each need no memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tslic_admin.services.compared import Rows


class Gone:
    """What is no longer under its key, in the order of the keys; asked for in that order."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def under(self, license_id: int) -> list[Any]:
        """Those of one key, the one that ended last first."""
        found = []
        while self._next is not None and self._next[1] <= license_id:
            if self._next[1] == license_id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return sorted(found, key=lambda one: (one[10], one[0]), reverse=True)


def side_by_side(rows: Rows, known: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """Rows and what is known, each with the other under its key; None where there is none."""
    current = next(known, None)
    for row in rows:
        while current is not None and row[4] is not None and current[1] < row[4]:
            yield None, current
            current = next(known, None)
        if current is not None and current[1] == row[4]:
            yield row, current
            current = next(known, None)
        else:
            yield row, None
    while current is not None:
        yield None, current
        current = next(known, None)
