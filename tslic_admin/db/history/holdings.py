"""The licenses held of each key pack: how many after an entry, and how the entries of a period changed them."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from tslic_admin.db.history.state_at import rows_at
from tslic_admin.db.history.walk import ThingState
from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, TransferRow
from tslic_admin.domain.licenses.issuances import LicenseStatus
from tslic_admin.domain.progress import Progress
from tslic_admin.domain.records.audit import HeldChange, LicenseStanding, StatementTerm, held_changes


@dataclass(slots=True)
class PackHoldings:
    """The issued licenses of one key pack at one time.

    `live`: not ended by any list or act; of these: `retired` by a reissue, `given_up` to a license that the new
    computer got; the rest is `held`, and of it `run_out` by its own date and `revoked` by its status.
    """

    live: int = 0
    retired: int = 0
    given_up: int = 0
    held: int = 0
    run_out: int = 0
    revoked: int = 0


_COUNTED = ("key_pack_id", "ended_on", "expires_at", "status")


def holdings_at(connection: sqlite3.Connection, entry: int, day: str) -> dict[int, PackHoldings]:
    """The licenses of every key pack that has any, after `entry`, by the number of the key pack.

    `day`: the stored time at which the day began on which they are counted (domain/clocks.start_of).
    """
    retired = {
        row["issuance_id"] for row in rows_at(connection, CollectedRow, entry) if row["state"] == "retired"
    }
    given_up = {
        row["issuance_id"]
        for row in rows_at(connection, TransferRow, entry)
        if row["linked_issuance_id"] is not None and row["voided_by"] is None
    }
    packs: defaultdict[int, PackHoldings] = defaultdict(PackHoldings)
    for row in rows_at(connection, IssuanceRow, entry, columns=_COUNTED):
        if row["ended_on"] is not None:
            continue
        pack = packs[row["key_pack_id"]]
        pack.live += 1
        if row["id"] in retired:
            pack.retired += 1
        elif row["id"] in given_up:
            pack.given_up += 1
        else:
            pack.held += 1
            pack.run_out += row["expires_at"] is not None and row["expires_at"] < day
            pack.revoked += row["status"] == LicenseStatus.REVOKED
    return dict(packs)


PROGRESS_EVERY = 5000
MOST_SUMS = 20_000  # sums kept in memory before they are written

# What says whether a license is held: fields of its own, of its transfers, and of the requests that collected it.
_FIELDS = {"license": "'Ended', 'KeyPack'", "collected": "'State'", "transfer": "'Linked', 'VoidedBy'"}
_TOUCHED = """
INSERT OR IGNORE INTO temp.touched SELECT {issuance} FROM event_line l
WHERE l.entry BETWEEN ?1 AND ?2 AND l.kind = '{kind}' AND (l.field IS NULL OR l.field IN ({fields}))
  AND {issuance} IS NOT NULL"""
_ISSUANCES = {
    "license": "l.record",
    "collected": "(SELECT issuance_id FROM collected WHERE id = l.record)",
    "transfer": "(SELECT issuance_id FROM transfer WHERE id = l.record)",
}
# Each query is ordered by license. Therefore the results can be merged row by row, without sorting all of them.
_LINES = """
SELECT t.issuance, l.entry, l.line, l.kind, l.record, l.reference, l.field, l.before, l.after FROM {things}
JOIN event_line l ON l.kind = '{kind}' AND l.record = {record}
WHERE l.entry <= ?1 AND (l.field IS NULL OR l.field IN ({fields})) ORDER BY t.issuance, l.entry, l.line"""
_THINGS = {
    "license": ("temp.touched t CROSS", "t.issuance"),
    "collected": ("collected x JOIN temp.touched t ON t.issuance = x.issuance_id", "x.id"),
    "transfer": ("transfer x JOIN temp.touched t ON t.issuance = x.issuance_id", "x.id"),
}
_HELD_CHANGE_TABLES = (
    "touched (issuance INTEGER PRIMARY KEY)",
    """held_change (pack INTEGER NOT NULL, term TEXT NOT NULL, entry INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (pack, term, entry)) WITHOUT ROWID""",
)


class EntryHeldChange(NamedTuple):
    """How much one entry changed one term of the statement of one key pack."""

    entry: int
    amount: int


# license, entry, line, then: kind and number of the thing, reference, field, before, after
_LicenseLine = tuple[int, int, int, str, int, str, str | None, str | None, str | None]


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
        for kind, fields in _FIELDS.items():
            run(_TOUCHED.format(kind=kind, fields=fields, issuance=_ISSUANCES[kind]), (first, last))
        voids = {
            number
            for (number,) in run(
                "SELECT number FROM entry WHERE kind = 'void' AND number BETWEEN ? AND ?", (first, last)
            )
        }
        sums: Counter[tuple[int, StatementTerm, int]] = Counter()
        lines = merge(*(_license_lines(connection, kind, last) for kind in _FIELDS))
        for done, (_, of_one) in enumerate(groupby(lines, key=itemgetter(0)), start=1):
            for entry, change in _held_changes(of_one, first, voids):
                sums[change.pack, change.term, entry] += change.amount
            if len(sums) >= MOST_SUMS:
                _add(connection, sums)
            if done % PROGRESS_EVERY == 0:
                progress(done, None)
        _add(connection, sums)
    finally:
        run("PRAGMA query_only=1")


def _license_lines(connection: sqlite3.Connection, kind: str, last: int) -> Iterator[_LicenseLine]:
    things, record = _THINGS[kind]
    return connection.execute(
        _LINES.format(kind=kind, fields=_FIELDS[kind], things=things, record=record), (last,)
    )


def _held_changes(
    lines: Iterator[_LicenseLine], first: int, voids: set[int]
) -> Iterator[tuple[int, HeldChange]]:
    """Yield for each entry how the event lines of one license changed the number of licenses held."""
    things: defaultdict[tuple[str, int], ThingState] = defaultdict(ThingState)
    before = LicenseStanding()
    for entry, of_entry in groupby(lines, key=itemgetter(1)):
        for _, _, _, kind, number, reference, field, was, now in of_entry:
            things[kind, number].apply(entry, reference, field, was, now)
        after = _standing(things)
        if entry >= first:
            act = "void" if entry in voids else ""
            yield from ((entry, change) for change in held_changes(before, after, act))
        before = after


def _standing(things: dict[tuple[str, int], ThingState]) -> LicenseStanding:
    """Whether a license is held, from its own state and the states of its transfers and reissue requests."""
    standing = LicenseStanding()
    for (kind, _), state in things.items():
        match kind:
            case "license":
                pack = state.get("KeyPack") or ""
                # a forged history may contain any text
                standing.pack = int(pack) if pack.isdecimal() else None
                standing.ended = state.get("Ended") is not None
            case "collected":
                standing.retired |= state.get("State") == "retired"
            case _:
                standing.given_up |= state.get("Linked") is not None and state.get("VoidedBy") is None
    return standing


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
