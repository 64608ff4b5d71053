"""Take back what an entry did, as differences for the bulk writer: set by set, however many there are (rule 4.8).

What it created gets the entry that voids it; a license is ended besides. What it changed gets the value that
the entries still standing gave it last. What a server says anew with each list keeps a later value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Integer

from tslic_admin.db.bulk import Changed, Difference, Line, write
from tslic_admin.db.effects import CHANGED, CREATED, LIVE, RENEWED, TAKES_A_KEY, pairs
from tslic_admin.db.recording import Value
from tslic_admin.db.references import REFERENCES
from tslic_admin.db.tables import RECORDED_TABLES, IssuanceRow, Recorded, ServerRow
from tslic_admin.domain.names import domain_of, label_of

PAGE = 5000
Progress = Callable[[int, int | None], None]


class Masked(Exception):
    """The value before is a secret, of which the history holds the last characters only."""


# What the entries before gave a field last, where they still stand; a thing whose creation was voided has nothing.
_STANDING = f"""json_extract(coalesce(
  (SELECT CASE WHEN l.field IS NOT NULL THEN json_array(l.after)
          ELSE json_array(CAST(json_extract(l.after, '$.' || f.field) AS TEXT)) END
   FROM event_line l JOIN entry e ON e.number = l.entry
   WHERE l.kind = f.kind AND l.record = f.record AND l.entry < ?1 AND (l.field = f.field OR l.field IS NULL)
     AND {LIVE.format(e="e")} ORDER BY l.entry DESC, l.line DESC LIMIT 1), '[null]'), '$[0]')"""
_SINCE = f"""EXISTS (
  SELECT 1 FROM event_line l JOIN entry e ON e.number = l.entry
  WHERE l.kind = f.kind AND l.record = f.record AND l.entry > ?1 AND l.field = f.field
    AND {LIVE.format(e="e")})"""
# What a request was is what it was before this call: that an earlier one, now voided, was unlinked says nothing of it.
# Nothing builds on the entry: what was changed since is what is said anew each time, or is as the entry left it.
_FIELDS = f"""
SELECT f.record, f.field, CASE WHEN ?2 AND (f.kind, f.field) <> ('request', 'State') THEN {_STANDING} ELSE f.before END
FROM effect_field f JOIN effect_thing t USING (kind, record)
WHERE f.kind = ?3 AND t.phase = ?4 AND f.record BETWEEN ?5 AND ?6
  AND NOT ((f.kind = 'server' OR (f.kind, f.field) IN {pairs(RENEWED)}) AND {_SINCE})
ORDER BY f.record"""


def take_back(
    driver: Connection, entry: int, by: int, day: str, *, progress: Progress | None = None
) -> Iterator[Line]:
    """Write what takes back an entry whose effects are laid down (effects.py); yields the event lines.

    `by`: the number of the entry that does it; `day`: what it created ends then. Raises Masked.
    """
    run = driver.exec_driver_sql
    total = run("SELECT count(*) FROM effect_thing").scalar_one()
    voids = bool(run("SELECT EXISTS (SELECT 1 FROM entry WHERE voids IS NOT NULL)").scalar_one())
    done = 0

    def counted(differences: Iterator[Difference]) -> Iterator[Difference]:
        nonlocal done
        for difference in differences:
            done += 1
            if progress is not None and done % 1000 == 0:
                progress(done, total)
            yield difference

    for phase in (CREATED, CHANGED, TAKES_A_KEY):
        for table in RECORDED_TABLES:
            things = _things(driver, table, phase)
            found = (
                _voided(table, things, by, day)
                if phase == CREATED
                else _restored(driver, table, things, entry, phase, voids=voids)
            )
            # each set is written before the next one begins: rows leave their keys before others take them
            yield from write(driver, counted(found))


def _things(driver: Connection, table: type[Any], phase: int) -> Iterator[tuple[list[str], list[Any]]]:
    """Rows with their references, in pages: names of the columns, rows (reference, id, columns…)."""
    kind: type[Recorded] = table
    columns = list(kind.RECORDED)
    joins, reference = REFERENCES[table]
    names = ", ".join(f't."{column}"' for column in columns)
    sql = (
        f"SELECT {reference}, t.id, {names} FROM effect_thing x JOIN {table.__tablename__} t ON t.id = x.record"
        f" {joins} WHERE x.kind = ? AND x.phase = ? AND x.record > ? ORDER BY x.record LIMIT ?"
    )
    last = 0
    while rows := driver.exec_driver_sql(sql, (kind.KIND, phase, last, PAGE)).fetchall():
        last = rows[-1][1]
        yield columns, list(rows)


def _voided(
    table: type[Any], pages: Iterator[tuple[list[str], list[Any]]], by: int, day: str
) -> Iterator[Difference]:
    for columns, rows in pages:
        voided_by = 2 + columns.index("voided_by")  # a thing that cannot be voided is made by no voidable act
        for row in rows:
            fields: dict[str, tuple[Value, Value]] = {"voided_by": (row[voided_by], by)}
            if table is IssuanceRow and row[2 + columns.index("ended_on")] is None:
                fields |= {"ended_on": (None, day), "ended_why": (None, "voided")}
            yield Changed(table, row[1], fields, row[0])


def _restored(
    driver: Connection,
    table: type[Any],
    pages: Iterator[tuple[list[str], list[Any]]],
    entry: int,
    phase: int,
    *,
    voids: bool,
) -> Iterator[Difference]:
    kind: type[Recorded] = table
    attributes = {name: attribute for attribute, name in kind.RECORDED.items()}
    for columns, rows in pages:
        bounds = (rows[0][1], rows[-1][1])
        before = driver.exec_driver_sql(_FIELDS, (entry, voids, kind.KIND, phase, *bounds)).fetchall()
        wanted = {number: list(of_one) for number, of_one in groupby(before, key=lambda one: one[0])}
        for row in rows:
            now = dict(zip(columns, row[2:], strict=True))
            if now.get("voided_by") is not None:
                continue  # what is voided stays as it was then
            fields: dict[str, tuple[Value, Value]] = {}
            for _, name, text in wanted.get(row[1], ()):
                attribute = attributes[name]
                if attribute in kind.SECRET and text is not None:
                    raise Masked(row[0])
                value = int(text) if text is not None and _is_number(table, attribute) else text
                if now[attribute] != value:
                    fields[attribute] = (now[attribute], value)
            if fields:
                yield Changed(table, row[1], fields | _following(table, fields), row[0])


def _is_number(table: type[Any], attribute: str) -> bool:
    return isinstance(table.__table__.columns[attribute].type, Integer)


def _following(table: type[Any], fields: dict[str, tuple[Value, Value]]) -> dict[str, tuple[Value, Value]]:
    """Columns that the history does not hold because they follow from one that it does (verification.py)."""
    if table is IssuanceRow and "computer" in fields:
        name = fields["computer"][1]
        return {"computer_label": (None, label_of(str(name)) if name else None)}
    if table is ServerRow and "name" in fields:
        name = str(fields["name"][1])
        return {"label": (None, label_of(name)), "domain": (None, domain_of(name))}
    return {}
