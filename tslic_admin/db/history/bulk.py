"""Write many rows of recorded tables at once, past the session's objects, with the same event lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import BATCH, Value, created_text, mask_secret
from tslic_admin.db.schema.tables import RECORDED_TABLES, Recorded
from tslic_admin.domain.history.entries import event_value

CACHE_KIB = 65536
Line = tuple[str, int, str, str | None, str | None, str | None]


Fields = dict[str, tuple[Value, Value]]  # column -> value before, value after


class NewRow(NamedTuple):
    """A row to be inserted; `values` holds its id and may hold columns that the history does not."""

    table: type[Recorded]
    values: dict[str, Value]
    reference: str


class ChangedRow(NamedTuple):
    """Columns of a row to be changed."""

    table: type[Recorded]
    number: int
    fields: Fields
    reference: str


RowChange = NewRow | ChangedRow


class RowNumbers:
    """Assigns numbers to new rows before they are written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[type[Recorded], int] = {}

    def next(self, table: type[Recorded]) -> int:
        if table not in self._last:
            self._last[table] = self._session.scalar(select(func.max(table.__table__.c.id))) or 0
        self._last[table] += 1
        return self._last[table]


def write_rows(driver: Connection, differences: Iterable[RowChange]) -> Iterator[Line]:
    """Write differences in batches; yields the event lines of each, in order, as it is taken.

    In a batch, changes go before what is new: an old row must leave its key before another takes it. A
    change of a row that is new itself, or that points to one, therefore begins another batch.
    """
    batch: list[RowChange] = []
    fresh: set[tuple[type[Recorded], Value]] = set()
    for difference in differences:
        if len(batch) >= BATCH or (
            isinstance(difference, ChangedRow) and _depends_on_batch(difference, fresh)
        ):
            # more pages of the indexes at hand: a third less time where they are many; until the connection ends
            driver.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
            _flush(driver, batch)
            batch, fresh = [], set()
        if isinstance(difference, NewRow):
            fresh.add((difference.table, difference.values["id"]))
        batch.append(difference)
        yield from lines_of(difference)
    _flush(driver, batch)


def _depends_on_batch(change: ChangedRow, fresh: set[tuple[type[Recorded], Value]]) -> bool:
    """Whether a change is of a row that is new, or points to one."""
    points = POINTER_COLUMNS[change.table]
    return (change.table, change.number) in fresh or any(
        (points[name], after) in fresh for name, (_, after) in change.fields.items() if name in points
    )


# What stands under its key while these are empty: a row that comes back takes it.
_END_COLUMNS = ("ended_on", "closed_on")


def _reopens(difference: ChangedRow) -> bool:
    return any(difference.fields.get(column, (None, 0))[1] is None for column in _END_COLUMNS)


def lines_of(difference: RowChange) -> Iterator[Line]:
    """The event lines of one difference; columns that the history does not know are silent."""
    kind = difference.table
    if isinstance(difference, NewRow):
        number = int(difference.values["id"] or 0)
        yield kind.KIND, number, difference.reference, None, None, created_text(kind, difference.values)
        return
    for attribute, (before, after) in difference.fields.items():
        name = kind.RECORDED.get(attribute)
        if name is not None:
            old, new = (event_value(mask_secret(kind, attribute, value)) for value in (before, after))
            yield kind.KIND, difference.number, difference.reference, name, old, new


def _flush(driver: Connection, batch: list[RowChange]) -> None:
    updates: dict[tuple[bool, type[Recorded], tuple[str, ...]], list[tuple[Value, ...]]] = {}
    inserts: dict[tuple[type[Recorded], tuple[str, ...]], list[tuple[Value, ...]]] = {}
    for one in batch:
        if isinstance(one, NewRow):
            inserts.setdefault((one.table, tuple(one.values)), []).append(tuple(one.values.values()))
        else:
            values = (*(after for _, after in one.fields.values()), one.number)
            updates.setdefault((_reopens(one), one.table, tuple(one.fields)), []).append(values)
    # a row leaves its key before another comes back to it
    for (_, table, columns), rows in sorted(updates.items(), key=lambda one: one[0][0]):
        _fill_waiting(driver, rows)
        assignments = ", ".join(f'"{column}" = w.c{place}' for place, column in enumerate(columns))
        driver.exec_driver_sql(
            f"UPDATE {table.__tablename__} AS t SET {assignments} FROM waiting w WHERE t.id = w.c{len(columns)}"
        )
    # a server before its packs, a pack before its licenses, whatever came first
    for (table, columns), rows in sorted(inserts.items(), key=lambda one: RECORDED_TABLES.index(one[0][0])):
        _fill_waiting(driver, rows)
        names = ", ".join(f'"{column}"' for column in columns)
        sources = ", ".join(_WAITING_COLUMNS[: len(columns)])
        driver.exec_driver_sql(
            f"INSERT INTO {table.__tablename__} ({names}) SELECT {sources} FROM waiting ORDER BY rowid"
        )


_BY_TABLE = {table.__table__: table for table in RECORDED_TABLES}
# the columns that point to another recorded row, and its table
POINTER_COLUMNS: dict[type[Recorded], dict[str, type[Recorded]]] = {
    table: {
        key.parent.name: _BY_TABLE[key.column.table]
        for key in table.__table__.foreign_keys
        if key.column.table in _BY_TABLE
    }
    for table in RECORDED_TABLES
}
_WAITING_COLUMNS = [
    f"c{place}" for place in range(max(len(table.__table__.columns) for table in RECORDED_TABLES) + 1)
]


def _fill_waiting(driver: Connection, rows: list[tuple[Value, ...]]) -> None:
    """Put rows where one statement takes them all from.

    The search index of the licenses (FTS5) writes its pages at the end of each statement that a trigger
    feeds it from: a statement for each row costs three times as much.
    """
    # never dropped: that would be refused while rows are read on the same connection
    driver.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS waiting ({', '.join(_WAITING_COLUMNS)})")
    driver.exec_driver_sql("DELETE FROM waiting")
    marks = ", ".join("?" * len(rows[0]))
    driver.exec_driver_sql(
        f"INSERT INTO waiting ({', '.join(_WAITING_COLUMNS[: len(rows[0])])}) VALUES ({marks})", rows
    )
