"""The entries of a period or about a thing, and how they changed the number of licenses held of each key pack."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from tslic_admin.db.lists.history import ABOUT_SERVER
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.audit import HeldChange, LicenseStanding, StatementTerm, held_changes


@dataclass(frozen=True, slots=True)
class Period:
    """Entries `first` to `last`, both of them in it; none where `last` is before `first`."""

    first: int
    last: int

    @property
    def before(self) -> int:
        """The entry after which it begins; 0 where nothing was recorded before."""
        return self.first - 1


def period_of(connection: sqlite3.Connection, since: str | None, until: str | None) -> Period:
    """The entries recorded on local days `since` to `until`, ISO; from the first one, until now.

    An entry counts to the day of one before it where that is later: clocks are set back, numbers are not. So
    each period begins where the one before it ended.
    """
    run = connection.execute
    head = int(run("SELECT coalesce(max(number), 0) FROM entry").fetchone()[0])

    def first_from(day: date) -> int:
        row = run(
            "SELECT number FROM entry WHERE recorded_at >= day_begins(?) ORDER BY number LIMIT 1",
            (day.isoformat(),),
        ).fetchone()
        return head + 1 if row is None else int(row[0])

    first = 1 if since is None else first_from(date.fromisoformat(since))
    if until is None or (last_day := date.fromisoformat(until)) == date.max:
        return Period(first, head)
    last = first_from(last_day + timedelta(days=1)) - 1
    return Period(first, last)


def entries_about(connection: sqlite3.Connection, kind: str, record: int, first: int, last: int) -> list[int]:
    """The entries with a line about a thing."""
    rows = connection.execute(
        "SELECT DISTINCT entry FROM event_line WHERE kind = ? AND record = ? AND entry BETWEEN ? AND ?"
        " ORDER BY entry",
        (kind, record, first, last),
    )
    return [entry for (entry,) in rows]


def entry_that_set(
    connection: sqlite3.Connection, kind: str, record: int, field: str, last: int
) -> int | None:
    """The last entry up to `last` that set a field of a thing or created the thing."""
    row = connection.execute(
        "SELECT max(entry) FROM event_line WHERE kind = ? AND record = ? AND entry <= ?"
        " AND (field = ? OR field IS NULL)",
        (kind, record, last, field),
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


class Entry(NamedTuple):
    """A history entry without its lines."""

    number: int
    recorded_at: str
    effective_on: str
    actor: str
    kind: str
    reason: str | None
    digest: str
    voids: int | None
    voided_by: int | None


_ENTRIES = """SELECT e.number, e.recorded_at, e.effective_on, e.actor, e.kind, e.reason, e.digest, e.voids, v.number
FROM entry e LEFT JOIN entry v ON v.voids = e.number
WHERE (e.number BETWEEN ?2 AND ?3 AND {about}) OR e.number IN (SELECT value FROM json_each(?4))
ORDER BY e.number"""


def entries_of(
    connection: sqlite3.Connection, period: Period, server: int | None, also: Iterable[int]
) -> Iterator[Entry]:
    """The entries of a period, of one server or all, and besides the ones numbered `also`."""
    about = "?1 IS NULL" if server is None else ABOUT_SERVER.replace("SELECT ?)", "SELECT ?1)")
    rows = connection.execute(
        _ENTRIES.format(about=about), (server, period.first, period.last, json.dumps(sorted(also)))
    )
    yield from map(Entry._make, rows)


class LicensePlace(NamedTuple):
    """Where an issued license is, and whose it is by its server's list."""

    server_id: int
    server: str
    pack_id: int
    keypack_id: int | None
    license_id: int | None
    computer: str | None
    lost_by: str | None  # whom it was transferred to last, else its computer or user


def place_of(connection: sqlite3.Connection, issuance: Any) -> LicensePlace:
    """The place of an issued license by its number."""
    row = connection.execute(
        "SELECT s.id, s.name, p.id, p.keypack_id, i.license_id, i.computer, coalesce((SELECT x.to_computer"
        " FROM transfer x WHERE x.issuance_id = i.id AND x.voided_by IS NULL ORDER BY x.id DESC LIMIT 1),"
        " i.computer, i.user) FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id"
        " JOIN server s ON s.id = p.server_id WHERE i.id = ?",
        (issuance,),
    ).fetchone()
    return LicensePlace._make(row)


PROGRESS_EVERY = 5000
MOST_SUMS = 20_000  # sums kept in memory before they are written

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
_LICENSE_LINES = (
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
_HELD_CHANGE_TABLES = (
    "touched (issuance INTEGER PRIMARY KEY)",
    """held_change (pack INTEGER NOT NULL, term TEXT NOT NULL, entry INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (pack, term, entry)) WITHOUT ROWID""",
)


class EntryHeldChange(NamedTuple):
    """How much one entry changed one term of the statement of one key pack."""

    entry: int
    amount: int


def load_held_changes(connection: sqlite3.Connection, first: int, last: int, progress: Progress) -> None:
    """Sum up how the entries `first` to `last` changed the licenses held, in a temporary table of this connection.

    `progress` gets the number of licenses so far.
    """
    run = connection.execute
    run("PRAGMA query_only=0")
    try:
        for columns in _HELD_CHANGE_TABLES:
            run(f"CREATE TEMP TABLE IF NOT EXISTS {columns}")
            run(f"DELETE FROM temp.{columns.partition(' ')[0]}")
        run(_TOUCHED, (first, last))
        voids = {
            number
            for (number,) in run(
                "SELECT number FROM entry WHERE kind = 'void' AND number BETWEEN ? AND ?", (first, last)
            )
        }
        sums: Counter[tuple[int, StatementTerm, int]] = Counter()
        lines = merge(*(run(sql, (last,)) for sql in _LICENSE_LINES))
        for done, (_, of_one) in enumerate(groupby(lines, key=lambda line: line[0]), start=1):
            for entry, change in _held_changes(of_one, first, voids):
                sums[change.pack, change.term, entry] += change.amount
            if len(sums) >= MOST_SUMS:
                _add(connection, sums)
            if done % PROGRESS_EVERY == 0:
                progress(done, None)
        _add(connection, sums)
    finally:
        run("PRAGMA query_only=1")


def _held_changes(
    lines: Iterator[tuple[Any, ...]], first: int, voids: set[int]
) -> Iterator[tuple[int, HeldChange]]:
    """The changes of the licenses held by the lines of one license, entry by entry."""
    license_ = _License()
    for entry, of_entry in groupby(lines, key=lambda line: line[1]):
        before = license_.standing()
        for _, _, _, kind, record, field, after in of_entry:
            license_.apply_line(kind, record, field, after)
        if entry >= first:
            act = "void" if entry in voids else ""
            yield from ((entry, change) for change in held_changes(before, license_.standing(), act))


class _License:
    """The state of one issued license after the lines applied so far."""

    def __init__(self) -> None:
        self._pack: int | None = None
        self._ended = False
        self._retired: dict[int, bool] = {}  # by the request's line that collected it
        self._linked: dict[int, bool] = {}  # by its transfer
        self._voided: dict[int, bool] = {}

    def apply_line(self, kind: str, record: int, field: str | None, after: str | None) -> None:
        if field is None:
            created = _created_values(after)
            self._apply(kind, record, {name: created.get(name) for name in _FIELDS_READ[kind]})
        else:
            self._apply(kind, record, {field: after})

    def _apply(self, kind: str, record: int, values: dict[str, Any]) -> None:
        for field, value in values.items():
            match kind, field:
                case "license", "KeyPack":
                    # a forged history may contain any text
                    self._pack = int(value) if str(value).isdecimal() else None
                case "license", _:
                    self._ended = value is not None
                case "collected", _:
                    self._retired[record] = value == "retired"
                case _, "Linked":
                    self._linked[record] = value is not None
                case _:
                    self._voided[record] = value is not None

    def standing(self) -> LicenseStanding:
        given_up = any(linked and not self._voided[record] for record, linked in self._linked.items())
        return LicenseStanding(self._pack, self._ended, any(self._retired.values()), given_up)


_FIELDS_READ = {"license": ("KeyPack", "Ended"), "collected": ("State",), "transfer": ("Linked", "VoidedBy")}


def _created_values(after: str | None) -> dict[str, Any]:
    try:
        values = json.loads(after or "")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _add(connection: sqlite3.Connection, sums: Counter[tuple[int, StatementTerm, int]]) -> None:
    connection.executemany(
        "INSERT INTO temp.held_change VALUES (?, ?, ?, ?)"
        " ON CONFLICT (pack, term, entry) DO UPDATE SET amount = amount + excluded.amount",
        ((pack, term, entry, amount) for (pack, term, entry), amount in sums.items() if amount),
    )
    sums.clear()


def held_change_totals(connection: sqlite3.Connection) -> dict[int, dict[StatementTerm, int]]:
    """The sum of each term by key pack, for key packs with changes."""
    totals: dict[int, dict[StatementTerm, int]] = {}
    for pack, term, amount in connection.execute(
        "SELECT pack, term, sum(amount) FROM temp.held_change GROUP BY pack, term"
    ):
        totals.setdefault(pack, {})[StatementTerm(term)] = amount
    return totals


def held_changes_by_entry(
    connection: sqlite3.Connection, pack: int, term: StatementTerm
) -> Iterator[EntryHeldChange]:
    """The entries that changed a term of a key pack, in their order, each with its amount."""
    yield from map(
        EntryHeldChange._make,
        connection.execute(
            "SELECT entry, amount FROM temp.held_change WHERE pack = ? AND term = ? AND amount <> 0 ORDER BY entry",
            (pack, term),
        ),
    )
