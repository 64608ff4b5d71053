"""The entries of a period or about a thing, and the places of the licenses that they are about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tslic_admin.db.lists.history import ABOUT_SERVER


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


def place_of(connection: sqlite3.Connection, issuance: int) -> LicensePlace:
    """The place of an issued license by its number."""
    row = connection.execute(
        "SELECT s.id, s.name, p.id, p.keypack_id, i.license_id, i.computer, coalesce((SELECT x.to_computer"
        " FROM transfer x WHERE x.issuance_id = i.id AND x.voided_by IS NULL ORDER BY x.id DESC LIMIT 1),"
        " i.computer, i.user) FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id"
        " JOIN server s ON s.id = p.server_id WHERE i.id = ?",
        (issuance,),
    ).fetchone()
    return LicensePlace._make(row)
