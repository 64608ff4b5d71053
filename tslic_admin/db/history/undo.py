"""Undo an entry: find its effects, find the later entries that depend on it, and write the opposite changes (rule 4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from tslic_admin.db.history.bulk import ChangedRow, Fields, Line, RowChange, write_rows
from tslic_admin.db.history.recording import DERIVED, Value
from tslic_admin.db.history.references import REFERENCE_SQL
from tslic_admin.db.history.state_at import integer_columns
from tslic_admin.db.history.walk import walk
from tslic_admin.db.schema.tables import (
    RECORDED_TABLES,
    CollectedRow,
    EvidenceRow,
    IssuanceRow,
    KeyPackRow,
    Recorded,
    RequestRow,
    TransferRow,
)
from tslic_admin.domain.history.voids import Dependent
from tslic_admin.domain.progress import Progress

# the phases of undoing, in their order: created things give up their keys first; things that take a key again come last
CREATED, CHANGED, TAKES_A_KEY = 1, 2, 3

# Fields that every list of a server states again. A later change of them makes no entry a dependent one (rule 4.8:
# except renewals and counts).
RENEWED = (
    ("license", "ExpirationDate"),
    ("pack", "TotalLicenses"),
    ("pack", "IssuedLicenses"),
    ("pack", "AvailableLicenses"),
)


def pairs(of: tuple[tuple[str, str], ...]) -> str:
    """A list of kinds and fields as SQL."""
    return "(VALUES " + ", ".join(f"('{kind}', '{field}')" for kind, field in of) + ")"


# An entry that counts: neither voided nor itself a void, which leaves what was before.
LIVE = "({e}.kind <> 'void' AND NOT EXISTS (SELECT 1 FROM entry v WHERE v.voids = {e}.number))"

_EFFECT_TABLES = (
    """CREATE TEMP TABLE IF NOT EXISTS effect_thing (
  kind TEXT NOT NULL, record INTEGER NOT NULL, phase INTEGER NOT NULL, PRIMARY KEY (kind, record)) WITHOUT ROWID""",
    """CREATE TEMP TABLE IF NOT EXISTS effect_field (
  kind TEXT NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL, before TEXT, after TEXT,
  PRIMARY KEY (kind, record, field)) WITHOUT ROWID""",
)

# A field may have changed twice in one entry (two lists of one server in one import): first before, last after.
_CHANGED = """
INSERT INTO effect_field SELECT f.kind, f.record, f.field, f.before, l.after
FROM (SELECT kind, record, field, min(line) AS first, max(line) AS last FROM event_line
      WHERE entry = ?1 AND field IS NOT NULL AND kind <> 'entry' GROUP BY kind, record, field) g
JOIN event_line f ON f.entry = ?1 AND f.line = g.first
JOIN event_line l ON l.entry = ?1 AND l.line = g.last
WHERE f.before IS NOT l.after
  AND NOT EXISTS (SELECT 1 FROM effect_thing c WHERE c.kind = f.kind AND c.record = f.record)"""

# A server that the entry created stays, with its name only: its other values are restored as if they had changed.
_SERVER_VALUES = """
INSERT INTO effect_field SELECT l.kind, l.record, j.key, NULL, CAST(j.value AS TEXT)
FROM event_line l, json_each(l.after) j
WHERE l.entry = ?1 AND l.field IS NULL AND l.kind = 'server' AND j.key <> 'Name'"""

# Fields by which a row takes a place that only one may hold; True: by having a value, False: by having none.
_KEYS = {
    ("license", "Ended"): False,
    ("pack", "Closed"): False,
    ("pack", "MergedInto"): False,
    ("pack", "KeyPackId"): True,
    ("pack", "Request"): True,
    ("transfer", "Linked"): True,
}
_TAKES_KEY = " OR ".join(
    [
        *(
            f"(f.kind = '{kind}' AND f.field = '{field}' AND f.before IS {'NOT ' if having else ''}NULL)"
            for (kind, field), having in _KEYS.items()
        ),
        "(f.kind = 'collected' AND f.field = 'State' AND f.after = 'dropped')",
    ]
)
_CHANGED_THINGS = f"""
INSERT INTO effect_thing SELECT f.kind, f.record, max(CASE WHEN {_TAKES_KEY} THEN {TAKES_A_KEY} ELSE {CHANGED} END)
FROM effect_field f GROUP BY f.kind, f.record"""


def load_effects(driver: Connection, entry: int) -> None:
    """Fill the temporary tables with what an entry did."""
    run = driver.exec_driver_sql
    for table in _EFFECT_TABLES:
        run(table)
    run("DELETE FROM effect_thing")
    run("DELETE FROM effect_field")
    run(
        "INSERT INTO effect_thing SELECT kind, record, ? FROM event_line WHERE entry = ? AND field IS NULL",
        (CREATED, entry),
    )
    run(_CHANGED, (entry,))
    run(_SERVER_VALUES, (entry,))
    run("DELETE FROM effect_thing WHERE kind = 'server'")
    run(_CHANGED_THINGS)


def effect_counts(driver: Connection) -> dict[tuple[str, bool], int]:
    """How many things of each kind the entry created (True) or changed (False)."""
    rows = driver.exec_driver_sql(
        "SELECT kind, phase = 1 AS created, count(*) FROM effect_thing GROUP BY kind, created"
    )
    return {(kind, bool(created)): count for kind, created, count in rows}


# Fields that point from one thing to another: where, its column and name, what it points to, what no longer counts.
POINTERS: tuple[tuple[type[Recorded], str, str, str], ...] = (
    (KeyPackRow, "request_id", "request", "r.voided_by IS NULL"),
    (KeyPackRow, "moved_from_id", "pack", "r.voided_by IS NULL"),
    (KeyPackRow, "merged_into_id", "pack", "r.voided_by IS NULL"),
    (IssuanceRow, "key_pack_id", "pack", "r.voided_by IS NULL"),
    (IssuanceRow, "succeeded_by_id", "license", "r.voided_by IS NULL"),
    (RequestRow, "same_call_as_id", "request", "r.state <> 'withdrawn'"),
    (CollectedRow, "request_id", "request", "r.state <> 'dropped'"),
    (CollectedRow, "issuance_id", "license", "r.state <> 'dropped'"),
    (TransferRow, "issuance_id", "license", "r.voided_by IS NULL"),
    (TransferRow, "previous_id", "transfer", "r.voided_by IS NULL"),
    (TransferRow, "linked_issuance_id", "license", "r.voided_by IS NULL"),
    (EvidenceRow, "issuance_id", "license", "r.voided_by IS NULL"),
)

_AFFECTED = f"""
INSERT INTO affected_thing SELECT kind, record FROM effect_thing t
WHERE kind IN ('license', 'pack', 'transfer', 'request', 'collected', 'evidence')
  AND (phase = {CREATED} OR EXISTS (
    SELECT 1 FROM effect_field f WHERE f.kind = t.kind AND f.record = t.record
      AND (f.kind, f.field) NOT IN {pairs(RENEWED)}))"""

# Every later change of these things, with what each field was when the entry was done and what it is now.
_LATER = f"""
INSERT INTO later_change SELECT l.kind, l.record, l.field, l.entry, l.line, l.before, l.after,
  {LIVE.format(e="e")}
FROM affected_thing t CROSS JOIN event_line l ON l.kind = t.kind AND l.record = t.record AND l.entry > ?1
JOIN entry e ON e.number = l.entry
WHERE l.field IS NOT NULL AND (l.kind, l.field) NOT IN {pairs(RENEWED)}"""
# A pack that was merged when the call was recorded and stands alone again, and its request that is recorded again
# and not installed, were unlinked.
_CHANGES = """
INSERT INTO dependent SELECT DISTINCT c.entry FROM (
  SELECT kind, record, field, entry, first_value(before) OVER of_field AS was,
    last_value(after) OVER of_field AS now, max(CASE WHEN stands THEN entry END) OVER of_field AS last_entry
  FROM later_change WINDOW of_field AS (
    PARTITION BY kind, record, field ORDER BY entry, line
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) c
JOIN entry e ON e.number = c.last_entry
LEFT JOIN effect_field f ON f.kind = c.kind AND f.record = c.record AND f.field = c.field
WHERE (e.kind = 'import' OR NOT (c.now IS c.was OR (f.field IS NOT NULL AND c.now IS f.before)))
  AND NOT (c.kind = 'pack' AND c.field = 'MergedInto' AND c.now IS NULL)
  AND NOT (c.kind = 'request' AND c.field = 'State' AND c.now = 'recorded')"""

# The entry that last made a row point there.
_POINTING = """
INSERT INTO dependent SELECT (
  SELECT max(l.entry) FROM event_line l JOIN entry e ON e.number = l.entry
  WHERE l.kind = '{kind}' AND l.record = r.id AND (l.field IS NULL OR l.field = '{field}') AND {live}) AS setter
FROM {table} r
WHERE r.{column} IN (SELECT record FROM affected_thing WHERE kind = '{target}') AND {stands}
  AND EXISTS (SELECT 1 FROM event_line l WHERE l.kind = '{kind}' AND l.record = r.id AND l.entry > ?1)
  AND setter > ?1"""

# Licenses of the affected transfers and collected rows: a later transfer or collecting of such a license depends on them.
_HELD_LICENSES = """(
  SELECT issuance_id FROM transfer WHERE id IN (SELECT record FROM affected_thing WHERE kind = 'transfer')
  UNION SELECT issuance_id FROM collected WHERE id IN (SELECT record FROM affected_thing WHERE kind = 'collected'))"""
_TAKEN_UP = """
INSERT INTO dependent SELECT l.entry FROM {kind} r
JOIN event_line l ON l.kind = '{kind}' AND l.record = r.id AND l.entry > ?1 AND l.field IS NULL
WHERE r.issuance_id IN {held} AND {stands}"""

# A license that was collected is named again by the entry that retires it.
_RETIRED = """
INSERT INTO dependent SELECT l.entry FROM collected r
JOIN event_line l ON l.kind = 'collected' AND l.record = r.id AND l.entry > ?1 AND l.field = 'State'
WHERE r.state = 'retired' AND (r.issuance_id IN (SELECT record FROM affected_thing WHERE kind = 'license')
  OR r.issuance_id IN {held})"""

_DEPENDENT_TABLES = (
    "affected_thing (kind TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)) WITHOUT ROWID",
    """later_change (kind TEXT NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL, entry INTEGER NOT NULL,
  line INTEGER NOT NULL, before TEXT, after TEXT, stands INTEGER NOT NULL,
  PRIMARY KEY (kind, record, field, entry, line)) WITHOUT ROWID""",
    "dependent (entry INTEGER)",
)


def find_dependents(driver: Connection, entry: int) -> tuple[Dependent, ...]:
    """The later entries that depend on an entry, in their order. Call load_effects first."""
    run = driver.exec_driver_sql
    for columns in _DEPENDENT_TABLES:
        run(f"CREATE TEMP TABLE IF NOT EXISTS {columns}")
        run(f"DELETE FROM {columns.partition(' ')[0]}")
    run(_AFFECTED)
    run(_LATER, (entry,))
    run(_CHANGES)
    for table, column, target, stands in POINTERS:
        names = {"table": table.__tablename__, "column": column, "target": target, "stands": stands}
        sql = _POINTING.format(
            kind=table.KIND, field=table.RECORDED[column], live=LIVE.format(e="e"), **names
        )
        run(sql, (entry,))
    for kind, stands in (("transfer", "r.voided_by IS NULL"), ("collected", "r.state <> 'dropped'")):
        run(_TAKEN_UP.format(kind=kind, held=_HELD_LICENSES, stands=stands), (entry,))
    run(_RETIRED.format(held=_HELD_LICENSES), (entry,))
    dependents = run(
        "SELECT e.number, e.kind, e.effective_on, e.reason FROM entry e"
        f" WHERE e.number IN (SELECT entry FROM dependent) AND {LIVE.format(e='e')} ORDER BY e.number"
    )
    return tuple(Dependent._make(row) for row in dependents)


ROWS_PER_STEP = 5000


class SecretNotRestorable(Exception):
    """The value before is a secret, of which the history holds the last characters only."""


_SINCE = f"""EXISTS (
  SELECT 1 FROM event_line l JOIN entry e ON e.number = l.entry
  WHERE l.kind = f.kind AND l.record = f.record AND l.entry > ?1 AND l.field = f.field
    AND {LIVE.format(e="e")})"""
# No later entry depends on this one, so a field changed since is one of RENEWED, or has the value that the entry gave it.
_FIELDS = f"""
SELECT f.record, f.field, f.before FROM effect_field f JOIN effect_thing t USING (kind, record)
WHERE f.kind = ?2 AND t.phase = ?3 AND f.record BETWEEN ?4 AND ?5
  AND NOT ((f.kind = 'server' OR (f.kind, f.field) IN {pairs(RENEWED)}) AND {_SINCE})
ORDER BY f.record"""
# The event lines of these records before the entry. Lines of voided entries are left out.
_STANDING_LINES = f"""
SELECT l.record, l.entry, l.reference, l.field, l.before, l.after FROM effect_thing t
JOIN event_line l ON l.kind = t.kind AND l.record = t.record AND l.entry < ?1 JOIN entry e ON e.number = l.entry
WHERE t.kind = ?2 AND t.phase = ?3 AND t.record BETWEEN ?4 AND ?5 AND {LIVE.format(e="e")}
ORDER BY l.record, l.entry, l.line"""


def undo_entry(
    driver: Connection, entry: int, by: int, day: str, *, progress: Progress | None = None
) -> Iterator[Line]:
    """Undo an entry: write the changes and yield their event lines. Call load_effects first.

    `by`: the number of the voiding entry; `day`: the day on which the licenses that the entry created end. Raises
    SecretNotRestorable.
    """
    run = driver.exec_driver_sql
    total = run("SELECT count(*) FROM effect_thing").scalar_one()
    voids = bool(run("SELECT EXISTS (SELECT 1 FROM entry WHERE voids IS NOT NULL)").scalar_one())
    done = 0

    def with_progress(differences: Iterator[RowChange]) -> Iterator[RowChange]:
        nonlocal done
        for difference in differences:
            done += 1
            if progress is not None and done % 1000 == 0:
                progress(done, total)
            yield difference

    for phase in (CREATED, CHANGED, TAKES_A_KEY):
        for table in RECORDED_TABLES:
            pages = _pages(driver, table, phase)
            changes = (
                _void_changes(table, pages, by, day)
                if phase == CREATED
                else _restore_changes(driver, table, pages, entry, phase, voids=voids)
            )
            # each set is written before the next one begins: rows leave their keys before others take them
            yield from write_rows(driver, with_progress(changes))


class _Thing(NamedTuple):
    """The current values of a row, of the columns that the history records."""

    number: int
    reference: str
    values: dict[str, Value]


def _pages(driver: Connection, table: type[Recorded], phase: int) -> Iterator[list[_Thing]]:
    """Yield the records of one table for one phase of the undo, page by page."""
    joins, reference = REFERENCE_SQL[table]
    names = ", ".join(f't."{column}"' for column in table.RECORDED)
    sql = (
        f"SELECT t.id, {reference}, {names} FROM effect_thing x JOIN {table.__tablename__} t ON t.id = x.record"
        f" {joins} WHERE x.kind = ? AND x.phase = ? AND x.record > ? ORDER BY x.record LIMIT ?"
    )
    last = 0
    while rows := driver.exec_driver_sql(sql, (table.KIND, phase, last, ROWS_PER_STEP)).fetchall():
        last = rows[-1][0]
        yield [_Thing(row[0], row[1], dict(zip(table.RECORDED, row[2:], strict=True))) for row in rows]


def _void_changes(
    table: type[Recorded], pages: Iterator[list[_Thing]], by: int, day: str
) -> Iterator[RowChange]:
    for thing in chain.from_iterable(pages):
        # no act that can be voided creates a record that cannot be voided
        fields: Fields = {"voided_by": (thing.values["voided_by"], by)}
        if table is IssuanceRow and thing.values["ended_on"] is None:
            fields |= {"ended_on": (None, day), "ended_why": (None, "voided")}
        yield ChangedRow(table, thing.number, fields, thing.reference)


def _restore_changes(
    driver: Connection,
    table: type[Recorded],
    pages: Iterator[list[_Thing]],
    entry: int,
    phase: int,
    *,
    voids: bool,
) -> Iterator[RowChange]:
    attributes = {name: attribute for attribute, name in table.RECORDED.items()}
    numeric = integer_columns(table)
    for things in pages:
        page = (entry, table.KIND, phase, things[0].number, things[-1].number)
        before = driver.exec_driver_sql(_FIELDS, page).fetchall()
        effects = {number: list(of_one) for number, of_one in groupby(before, key=itemgetter(0))}
        # if no earlier entry is voided, the lines of this entry contain the state before it
        lines = driver.exec_driver_sql(_STANDING_LINES, page) if voids else ()
        standing = dict(walk(map(tuple, lines)))
        for thing in things:
            if thing.values.get("voided_by") is not None:
                continue  # what is voided stays as it was then
            fields: Fields = {}
            for _, name, text_before in effects.get(thing.number, ()):
                text = text_before
                attribute = attributes[name]
                # The state of a request is restored from the lines of this entry. An earlier entry that was
                # voided may have changed it for another reason.
                if voids and (table, attribute) != (RequestRow, "state"):
                    state = standing.get(thing.number)
                    text = state.get(name) if state else None
                if attribute in table.SECRET and text is not None:
                    raise SecretNotRestorable(thing.reference)
                value = int(text) if text is not None and attribute in numeric else text
                if thing.values[attribute] != value:
                    fields[attribute] = (thing.values[attribute], value)
            if fields:
                fields |= _derived_columns(table, fields)
                yield ChangedRow(table, thing.number, fields, thing.reference)


def _derived_columns(table: type[Recorded], fields: Fields) -> Fields:
    if table not in DERIVED or DERIVED[table][0] not in fields:
        return {}
    source, columns = DERIVED[table]
    value = fields[source][1]
    return {column: (None, derive(str(value)) if value else None) for column, derive in columns.items()}
