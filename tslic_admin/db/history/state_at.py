"""The tables as they were after an earlier entry: rows, and the licenses held of each key pack. Later event lines are undone in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Integer

from tslic_admin.db.history.recording import Value, mask_secret
from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, Recorded, TransferRow


def rows_at(connection: sqlite3.Connection, table: type[Any], entry: int) -> Iterator[dict[str, Any]]:
    """Every row of a recorded table that was there after `entry`, by columns, in the order of its numbers.

    Secrets are masked. No more than the later lines of one row are held at a time.
    """
    kind: type[Recorded] = table
    names = {name: attribute for attribute, name in kind.RECORDED.items()}
    numeric = {c.name for c in table.__table__.columns if isinstance(c.type, Integer)}
    columns = ", ".join(f'"{column}"' for column in ("id", *kind.RECORDED))
    later = groupby(
        connection.execute(
            "SELECT record, field, before FROM event_line WHERE kind = ? AND entry > ? ORDER BY record, entry, line",
            (kind.KIND, entry),
        ),
        key=lambda line: line[0],
    )
    record, lines = next(later, (None, iter(())))
    for row in connection.execute(f"SELECT {columns} FROM {table.__tablename__} ORDER BY id"):
        number = row[0]
        values = {
            attribute: mask_secret(kind, attribute, value)
            for attribute, value in zip(kind.RECORDED, row[1:], strict=True)
        }
        there = True
        if record == number:
            unwound = set()
            for _, field, before in lines:
                if field is None:
                    there = False
                elif (
                    field in names and field not in unwound
                ):  # the first change after the entry has the value before it
                    unwound.add(field)
                    values[names[field]] = _value(before, numeric=names[field] in numeric)
            record, lines = next(later, (None, iter(())))
        if there:
            yield {"id": number, **values}


def _value(before: str | None, *, numeric: bool) -> Value:
    """The value of a column from its text in the history. A forged history may contain any text."""
    return int(before) if before is not None and numeric and before.isdecimal() else before


class PackHoldings(NamedTuple):
    """The issued licenses of one key pack at one time.

    `live`: not ended by any list or act; of these: `retired` by a reissue, `given_up` to a license that the new
    computer got; the rest is `held`, and of it `run_out` by its own date and `revoked` by its status.
    """

    pack: int
    live: int
    retired: int
    given_up: int
    held: int
    run_out: int
    revoked: int


_NOTHING_LATER = "SELECT NOT EXISTS (SELECT 1 FROM entry WHERE number > ?)"
# A license's value after the entry: what the first later line says was before, else what the table holds.
_VALUE_AT = """CASE WHEN EXISTS (SELECT 1 FROM event_line l WHERE l.kind = 'license' AND l.record = i.id AND l.entry > ?1
    AND l.field = '{field}')
  THEN (SELECT l.before FROM event_line l WHERE l.kind = 'license' AND l.record = i.id AND l.entry > ?1
    AND l.field = '{field}' ORDER BY l.entry, l.line LIMIT 1)
  ELSE i.{column} END"""


def pack_of_license_at(connection: sqlite3.Connection, issuance: Value, entry: int) -> int:
    """The key pack to which a license belonged after `entry`."""
    sql = f"SELECT {_VALUE_AT.format(field='KeyPack', column='key_pack_id')} FROM issuance i WHERE i.id = ?2"
    return int(connection.execute(sql, (entry, issuance)).fetchone()[0])


_FIELDS = ("key_pack_id", "ended_on", "expires_at", "status")
_HOLDINGS = """
SELECT pack, count(*), sum(why IS 'retired'), sum(why IS 'given-up'), sum(why IS NULL),
  sum(why IS NULL AND expires_at < ?2), sum(why IS NULL AND CAST(status AS INTEGER) = 4)
FROM (SELECT CAST({key_pack_id} AS INTEGER) AS pack, {ended_on} AS ended, {expires_at} AS expires_at,
    {status} AS status, u.why AS why
  FROM issuance i LEFT JOIN temp.not_held u ON u.issuance = i.id WHERE {there})
WHERE ended IS NULL GROUP BY pack ORDER BY pack"""
# The line that a license came with is the first that names it.
_EXISTED = "NOT EXISTS (SELECT 1 FROM event_line l WHERE l.kind = 'license' AND l.record = i.id AND l.entry > ?1 AND l.field IS NULL)"


def holdings_at(connection: sqlite3.Connection, entry: int, day: str) -> Iterator[PackHoldings]:
    """The licenses of every key pack that has any, after `entry`.

    `day`: the stored time at which the day began on which they are counted (domain/clocks.start_of).
    """
    _load_not_held(connection, entry)
    nothing_later = bool(connection.execute(_NOTHING_LATER, (entry,)).fetchone()[0])
    values = {
        column: f"i.{column}"
        if nothing_later
        else _VALUE_AT.format(field=IssuanceRow.RECORDED[column], column=column)
        for column in _FIELDS
    }
    # ?1 is named even where nothing is later: both forms take the same parameters
    sql = _HOLDINGS.format(there="?1 IS NOT NULL" if nothing_later else _EXISTED, **values)
    yield from map(PackHoldings._make, connection.execute(sql, (entry, day)))


def _load_not_held(connection: sqlite3.Connection, entry: int) -> None:
    """Write the licenses that are not held (retired or given up) to a temporary table of this connection."""
    run = connection.execute
    run("PRAGMA query_only=0")
    try:
        run(
            "CREATE TEMP TABLE IF NOT EXISTS not_held (issuance INTEGER PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID"
        )
        run("DELETE FROM temp.not_held")
        for row in rows_at(connection, CollectedRow, entry):
            if row["state"] == "retired":
                run("INSERT OR IGNORE INTO temp.not_held VALUES (?, 'retired')", (row["issuance_id"],))
        for row in rows_at(connection, TransferRow, entry):
            if row["linked_issuance_id"] is not None and row["voided_by"] is None:
                run("INSERT OR IGNORE INTO temp.not_held VALUES (?, 'given-up')", (row["issuance_id"],))
    finally:
        run("PRAGMA query_only=1")
