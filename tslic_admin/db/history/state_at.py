"""The rows of the recorded tables as they were after an entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Integer

from tslic_admin.db.history.recording import mask_secret
from tslic_admin.db.history.walk import lines_of_things, walk
from tslic_admin.db.schema.tables import Recorded

RowValues = dict[str, Any]  # of one row, by its columns


def rows_at(
    connection: sqlite3.Connection,
    table: type[Recorded],
    entry: int,
    *,
    number: int | None = None,
    columns: Iterable[str] | None = None,
) -> Iterator[RowValues]:
    """Yield the rows that a recorded table had after `entry`, ordered by number. `number`: only this row.

    `columns`: these recorded ones, or all; secrets are masked. After the last entry the table itself is read: an
    audit compares it with what the entries say.
    """
    of_row = tuple(table.RECORDED if columns is None else columns)
    if connection.execute("SELECT EXISTS (SELECT 1 FROM entry WHERE number > ?)", (entry,)).fetchone()[0]:
        return _rows_by_history(connection, table, entry, number, of_row)
    return _rows_of_table(connection, table, number, of_row)


def _rows_of_table(
    connection: sqlite3.Connection, table: type[Recorded], number: int | None, columns: tuple[str, ...]
) -> Iterator[RowValues]:
    names = ("id", *columns)
    where, parameters = ("", ()) if number is None else (" WHERE id = ?", (number,))
    listed = ", ".join(f'"{name}"' for name in names)
    secrets = table.SECRET.intersection(columns)
    for row in connection.execute(
        f"SELECT {listed} FROM {table.__tablename__}{where} ORDER BY id", parameters
    ):
        values: RowValues = dict(zip(names, row, strict=True))
        for attribute in secrets:
            values[attribute] = mask_secret(table, attribute, values[attribute])
        yield values


def _rows_by_history(
    connection: sqlite3.Connection,
    table: type[Recorded],
    entry: int,
    number: int | None,
    columns: tuple[str, ...],
) -> Iterator[RowValues]:
    numeric = integer_columns(table)
    required = {column.name for column in table.__table__.columns if not column.nullable}.intersection(
        columns
    )
    fields = [(attribute, table.RECORDED[attribute], attribute in numeric) for attribute in columns]
    for record, state in walk(lines_of_things(connection, table.KIND, entry, number)):
        values: RowValues = {"id": record}
        texts = state.texts or {}
        for attribute, name, is_number in fields:
            text = texts.get(name)
            values[attribute] = int(text) if text is not None and is_number and text.isdecimal() else text
        # a forged history may contain any text
        if all(values[attribute] is not None for attribute in required):
            yield values


def integer_columns(table: type[Recorded]) -> set[str]:
    """The integer columns of a table. The history stores their values as text."""
    return {column.name for column in table.__table__.columns if isinstance(column.type, Integer)}
