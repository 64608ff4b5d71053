"""Which later entries build on an entry: they name a thing that it created or changed (rule 4.8).

Names: changes that thing, points to it with one of its own fields, or has taken over the license that its
transfer or collected license holds. An entry whose effect is gone (a link that was unlinked, a license that
was dropped, a value that is again what it was) builds on nothing any more; only what a server says now is
its word, whatever it said between: also of a license that is back again. What the entry only renewed or
counted anew is nothing to build on, and renewing and counting anew builds on nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tslic_admin.db.effects import CREATED, LIVE, RENEWED, pairs
from tslic_admin.db.tables import CollectedRow, EvidenceRow, IssuanceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.voids import Builder

# Fields that point from one thing to another: where, its column and name, what it points to, what no longer counts.
REFERENCES: tuple[tuple[type[Any], str, str, str], ...] = (
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

_THINGS = f"""
INSERT INTO built_upon SELECT kind, record FROM effect_thing t
WHERE kind IN ('license', 'pack', 'transfer', 'request', 'collected', 'evidence')
  AND (phase = {CREATED} OR EXISTS (
    SELECT 1 FROM effect_field f WHERE f.kind = t.kind AND f.record = t.record
      AND (f.kind, f.field) NOT IN {pairs(RENEWED)}))"""

# Every later change of these things, with what each field was when the entry was done and what it is now.
_LATER = f"""
INSERT INTO changed_later SELECT l.kind, l.record, l.field, l.entry, l.line, l.before, l.after,
  {LIVE.format(e="e")}
FROM built_upon t CROSS JOIN event_line l ON l.kind = t.kind AND l.record = t.record AND l.entry > ?1
JOIN entry e ON e.number = l.entry
WHERE l.field IS NOT NULL AND (l.kind, l.field) NOT IN {pairs(RENEWED)}"""
# A pack that was merged when the call was recorded and stands alone again, and its request that is recorded again
# and not installed, were unlinked.
_CHANGES = """
INSERT INTO builders SELECT DISTINCT c.entry FROM (
  SELECT kind, record, field, entry, first_value(before) OVER of_field AS was,
    last_value(after) OVER of_field AS now, max(CASE WHEN stands THEN entry END) OVER of_field AS said
  FROM changed_later WINDOW of_field AS (
    PARTITION BY kind, record, field ORDER BY entry, line
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) c
JOIN entry e ON e.number = c.said
LEFT JOIN effect_field f ON f.kind = c.kind AND f.record = c.record AND f.field = c.field
WHERE (e.kind = 'import' OR NOT (c.now IS c.was OR (f.field IS NOT NULL AND c.now IS f.before)))
  AND NOT (c.kind = 'pack' AND c.field = 'MergedInto' AND c.now IS NULL)
  AND NOT (c.kind = 'request' AND c.field = 'State' AND c.now = 'recorded')"""

# The entry that last made a row point there.
_POINTED = """
INSERT INTO builders SELECT (
  SELECT max(l.entry) FROM event_line l JOIN entry e ON e.number = l.entry
  WHERE l.kind = '{kind}' AND l.record = r.id AND (l.field IS NULL OR l.field = '{field}') AND {live}) AS setter
FROM {table} r
WHERE r.{column} IN (SELECT record FROM built_upon WHERE kind = '{target}') AND {stands}
  AND EXISTS (SELECT 1 FROM event_line l WHERE l.kind = '{kind}' AND l.record = r.id AND l.entry > ?1)
  AND setter > ?1"""

# A license that a transfer or a request holds: whoever takes it up later takes it from there.
_HELD = """(
  SELECT issuance_id FROM transfer WHERE id IN (SELECT record FROM built_upon WHERE kind = 'transfer')
  UNION SELECT issuance_id FROM collected WHERE id IN (SELECT record FROM built_upon WHERE kind = 'collected'))"""
_TAKEN_UP = """
INSERT INTO builders SELECT l.entry FROM {kind} r
JOIN event_line l ON l.kind = '{kind}' AND l.record = r.id AND l.entry > ?1 AND l.field IS NULL
WHERE r.issuance_id IN {held} AND {stands}"""

# A license that was collected is named again by the entry that retires it.
_RETIRED = """
INSERT INTO builders SELECT l.entry FROM collected r
JOIN event_line l ON l.kind = 'collected' AND l.record = r.id AND l.entry > ?1 AND l.field = 'State'
WHERE r.state = 'retired' AND (r.issuance_id IN (SELECT record FROM built_upon WHERE kind = 'license')
  OR r.issuance_id IN {held})"""

_TABLES = (
    "built_upon (kind TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)) WITHOUT ROWID",
    """changed_later (kind TEXT NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL, entry INTEGER NOT NULL,
  line INTEGER NOT NULL, before TEXT, after TEXT, stands INTEGER NOT NULL,
  PRIMARY KEY (kind, record, field, entry, line)) WITHOUT ROWID""",
    "builders (entry INTEGER)",
)


def builders(driver: Connection, entry: int) -> tuple[Builder, ...]:
    """The entries that build on one whose effects are laid down (effects.py), in their order."""
    run = driver.exec_driver_sql
    for columns in _TABLES:
        run(f"CREATE TEMP TABLE IF NOT EXISTS {columns}")
        run(f"DELETE FROM {columns.partition(' ')[0]}")
    run(_THINGS)
    run(_LATER, (entry,))
    run(_CHANGES)
    for table, column, target, stands in REFERENCES:
        names = {"table": table.__tablename__, "column": column, "target": target, "stands": stands}
        sql = _POINTED.format(kind=table.KIND, field=table.RECORDED[column], live=LIVE.format(e="e"), **names)
        run(sql, (entry,))
    for kind, stands in (("transfer", "r.voided_by IS NULL"), ("collected", "r.state <> 'dropped'")):
        run(_TAKEN_UP.format(kind=kind, held=_HELD, stands=stands), (entry,))
    run(_RETIRED.format(held=_HELD), (entry,))
    found = run(
        "SELECT e.number, e.kind, e.effective_on, e.reason FROM entry e"
        f" WHERE e.number IN (SELECT entry FROM builders) AND {LIVE.format(e='e')} ORDER BY e.number"
    )
    return tuple(Builder._make(row) for row in found)
