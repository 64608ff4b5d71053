"""What the entries of a period did to the licenses held: their lines, read in order, license by license.

Nothing of what the tables hold now goes into the sums: one can be held against the other.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from tslic_admin.domain.audit import Move, Standing, Term, moves

Progress = Callable[[int], None]
EVERY = 5000
KEPT = 20_000  # sums held before they are laid down

# The licenses that the period's entries touched: by their own lines, by a request's or a transfer's about them.
_TOUCHED = """
INSERT OR IGNORE INTO temp.touched SELECT issuance FROM (
SELECT CASE l.kind WHEN 'license' THEN l.record
  WHEN 'collected' THEN (SELECT issuance_id FROM collected WHERE id = l.record)
  ELSE (SELECT issuance_id FROM transfer WHERE id = l.record) END AS issuance
FROM event_line l
WHERE l.entry BETWEEN ?1 AND ?2 AND (
  (l.kind = 'license' AND (l.field IS NULL OR l.field IN ('Ended', 'KeyPack')))
  OR (l.kind = 'collected' AND (l.field IS NULL OR l.field = 'State'))
  OR (l.kind = 'transfer' AND (l.field IS NULL OR l.field IN ('Linked', 'VoidedBy')))))
WHERE issuance IS NOT NULL"""
# Each in the order of the licenses, so that they are merged without being sorted whole.
_LINES = (
    """SELECT t.issuance, l.entry, l.line, l.kind, l.record, l.field, l.after
FROM temp.touched t CROSS JOIN event_line l ON l.kind = 'license' AND l.record = t.issuance
WHERE l.entry <= ?1 AND (l.field IS NULL OR l.field IN ('Ended', 'KeyPack')) ORDER BY t.issuance, l.entry, l.line""",
    """SELECT t.issuance, l.entry, l.line, l.kind, l.record, l.field, l.after
FROM collected c JOIN temp.touched t ON t.issuance = c.issuance_id
JOIN event_line l ON l.kind = 'collected' AND l.record = c.id
WHERE l.entry <= ?1 AND (l.field IS NULL OR l.field = 'State') ORDER BY t.issuance, l.entry, l.line""",
    """SELECT t.issuance, l.entry, l.line, l.kind, l.record, l.field, l.after
FROM transfer x JOIN temp.touched t ON t.issuance = x.issuance_id
JOIN event_line l ON l.kind = 'transfer' AND l.record = x.id
WHERE l.entry <= ?1 AND (l.field IS NULL OR l.field IN ('Linked', 'VoidedBy')) ORDER BY t.issuance, l.entry, l.line""",
)
_TABLES = (
    "touched (issuance INTEGER PRIMARY KEY)",
    """moved (pack INTEGER NOT NULL, term TEXT NOT NULL, entry INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (pack, term, entry)) WITHOUT ROWID""",
)


class Moved(NamedTuple):
    """What one entry did to one term of one key pack."""

    entry: int
    amount: int


def lay_down_moves(connection: sqlite3.Connection, first: int, last: int, progress: Progress) -> None:
    """Sum up what the entries `first` to `last` did, into a temporary table of this connection.

    `progress` is told the licenses so far.
    """
    run = connection.execute
    run("PRAGMA query_only=0")
    try:
        for columns in _TABLES:
            run(f"CREATE TEMP TABLE IF NOT EXISTS {columns}")
            run(f"DELETE FROM temp.{columns.partition(' ')[0]}")
        run(_TOUCHED, (first, last))
        voids = {
            number
            for (number,) in run(
                "SELECT number FROM entry WHERE kind = 'void' AND number BETWEEN ? AND ?", (first, last)
            )
        }
        sums: Counter[tuple[int, Term, int]] = Counter()
        lines = merge(*(run(sql, (last,)) for sql in _LINES))
        for done, (_, of_one) in enumerate(groupby(lines, key=lambda line: line[0]), start=1):
            for entry, move in _moves(of_one, first, voids):
                sums[move.pack, move.term, entry] += move.amount
            if len(sums) >= KEPT:
                _add(connection, sums)
            if done % EVERY == 0:
                progress(done)
        _add(connection, sums)
    finally:
        run("PRAGMA query_only=1")


def _moves(lines: Iterator[tuple[Any, ...]], first: int, voids: set[int]) -> Iterator[tuple[int, Move]]:
    """One license's lines, entry by entry: what it was before each of them, and what it was after."""
    license_ = _License()
    for entry, of_entry in groupby(lines, key=lambda line: line[1]):
        before = license_.standing()
        for _, _, _, kind, record, field, after in of_entry:
            license_.take(kind, record, field, after)
        if entry >= first:
            act = "void" if entry in voids else ""
            yield from ((entry, move) for move in moves(before, license_.standing(), act))


class _License:
    """One issued license as its lines tell of it so far."""

    def __init__(self) -> None:
        self._pack: int | None = None
        self._ended = False
        self._retired: dict[int, bool] = {}  # by the request's line that collected it
        self._linked: dict[int, bool] = {}  # by its transfer
        self._voided: dict[int, bool] = {}

    def take(self, kind: str, record: int, field: str | None, after: str | None) -> None:
        if field is None:
            came_with = _came_with(after)
            self._take(kind, record, {name: came_with.get(name) for name in _NAMES[kind]})
        else:
            self._take(kind, record, {field: after})

    def _take(self, kind: str, record: int, said: dict[str, Any]) -> None:
        for field, value in said.items():
            match kind, field:
                case "license", "KeyPack":
                    # whoever writes a history anew may write anything
                    self._pack = int(value) if str(value).isdecimal() else None
                case "license", _:
                    self._ended = value is not None
                case "collected", _:
                    self._retired[record] = value == "retired"
                case _, "Linked":
                    self._linked[record] = value is not None
                case _:
                    self._voided[record] = value is not None

    def standing(self) -> Standing:
        given_up = any(linked and not self._voided[record] for record, linked in self._linked.items())
        return Standing(self._pack, self._ended, any(self._retired.values()), given_up)


_NAMES = {"license": ("KeyPack", "Ended"), "collected": ("State",), "transfer": ("Linked", "VoidedBy")}


def _came_with(after: str | None) -> dict[str, Any]:
    try:
        found = json.loads(after or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _add(connection: sqlite3.Connection, sums: Counter[tuple[int, Term, int]]) -> None:
    connection.executemany(
        "INSERT INTO temp.moved VALUES (?, ?, ?, ?)"
        " ON CONFLICT (pack, term, entry) DO UPDATE SET amount = amount + excluded.amount",
        ((pack, term, entry, amount) for (pack, term, entry), amount in sums.items() if amount),
    )
    sums.clear()


def moved(connection: sqlite3.Connection) -> dict[int, dict[Term, int]]:
    """The sums of the terms of each key pack that has any."""
    found: dict[int, dict[Term, int]] = {}
    for pack, term, amount in connection.execute(
        "SELECT pack, term, sum(amount) FROM temp.moved GROUP BY pack, term"
    ):
        found.setdefault(pack, {})[Term(term)] = amount
    return found


def moved_by(connection: sqlite3.Connection, pack: int, term: Term) -> Iterator[Moved]:
    """The entries that a term of a key pack comes from, in their order."""
    yield from map(
        Moved._make,
        connection.execute(
            "SELECT entry, amount FROM temp.moved WHERE pack = ? AND term = ? AND amount <> 0 ORDER BY entry",
            (pack, term),
        ),
    )
