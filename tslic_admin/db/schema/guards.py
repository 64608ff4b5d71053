"""Triggers that keep records as they are; the migrations put them on their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from sqlite3 import complete_statement

# What a user recorded is voided, dropped, closed or ended, but stays: no row of these is ever deleted, nor
# replaced under its number.
NEVER_DELETED = """
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: records are never deleted'); END;
CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{table}: records are never replaced'); END;
CREATE TRIGGER {table}_not_renumbered BEFORE UPDATE OF id ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: a record keeps its number'); END;
"""

# What was voided stays voided, by the entry that did it.
NOT_UNVOIDED = """
CREATE TRIGGER {table}_not_unvoided BEFORE UPDATE OF voided_by ON {table}
WHEN OLD.voided_by IS NOT NULL AND NEW.voided_by IS NOT OLD.voided_by
BEGIN SELECT RAISE(ABORT, '{table}: what was voided stays voided'); END;
"""

# The unique indexes once more: INSERT OR REPLACE and UPDATE OR REPLACE make room by deleting the row that is
# in the way, and no delete trigger sees it where recursive triggers are off.
NOT_DISPLACED = """
CREATE TRIGGER {table}_not_displaced_by_insert BEFORE INSERT ON {table}
BEGIN SELECT CASE {new} END; END;
CREATE TRIGGER {table}_not_displaced_by_update BEFORE UPDATE OF {columns} ON {table}
BEGIN SELECT CASE {old} END; END;
"""

Unique = tuple[
    tuple[str, ...], str
]  # columns, and the condition of the index: {of} is whose columns it names


def never_deleted(table: str) -> str:
    return NEVER_DELETED.format(table=table)


def not_unvoided(table: str) -> str:
    return NOT_UNVOIDED.format(table=table)


def not_displaced(table: str, indexes: Sequence[Unique]) -> str:
    """The triggers that keep a row of this table from making room for another."""

    def refusals(number: str) -> str:
        cases = ""
        for columns, holds in indexes:
            same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
            others = f"SELECT 1 FROM {table} WHERE {same} AND {holds.format(of='')} AND id <> {number}"
            there = ", ".join(f"{table}.{column}" for column in columns)
            cases += f"""
  WHEN {holds.format(of="NEW.")} AND EXISTS ({others})
  THEN RAISE(ABORT, 'another record stands there: {there}')"""
        return cases

    names = [name for columns, holds in indexes for name in (*columns, *re.findall(r"{of}(\w+)", holds))]
    columns = ", ".join(dict.fromkeys(names))
    return NOT_DISPLACED.format(table=table, columns=columns, new=refusals("NEW.id"), old=refusals("OLD.id"))


def statements(script: str) -> Iterator[str]:
    """One at a time: the driver's executescript would commit the transaction of the upgrade."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if complete_statement(statement):
            yield statement
            statement = ""
