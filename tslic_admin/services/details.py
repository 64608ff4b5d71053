"""All that is known of one thing: its row, what it is connected with, and what happened to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import compose, row_type, rows_of
from tslic_admin.db.related import MOST, Evidence, Happened, Related, evidence, happened, related
from tslic_admin.db.trouble import store_trouble

__all__ = ["MOST", "Details", "Evidence", "Happened", "Related", "read_details"]

LIST_OF = {
    "server": "servers",
    "pack": "packs",
    "license": "licenses",
    "request": "requests",
    "transfer": "transfers",
    "entry": "history",
}


@dataclass(frozen=True, slots=True)
class Details:
    """`row`: as the thing's list has it, None where there is no such thing (any more).

    `evidence`: what a license has. `removals`: rows of transfers or collected licenses whose license is to be removed from an old client.
    """

    kind: str
    number: int
    row: Any | None
    related: tuple[Related, ...]
    happened: tuple[Happened, ...]
    removals: tuple[Any, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def read_details(path: Path, now: Callable[[], datetime], kind: str, number: int) -> Details:
    """Everything about one thing. Raises StoreTrouble."""
    name = LIST_OF[kind]
    query = compose(ListSpec(name, record_id=number, ended=True, voided=True))
    with closing(connect_reader(path, now)) as connection, store_trouble():
        sql, parameters = query.rows(), list(query.parameters)
        if query.kind.core:
            parameters += [1, 0]
        found = connection.execute(sql, parameters).fetchone()
        row: Any = row_type(name)._make(found) if found else None
        return Details(
            kind=kind,
            number=number,
            row=row,
            related=tuple(related(connection, kind, number)),
            happened=tuple(happened(connection, kind, number)),
            removals=tuple(_removals(connection, kind, row)) if row is not None else (),
            evidence=tuple(evidence(connection, number)) if kind == "license" else (),
        )


def _removals(connection: sqlite3.Connection, kind: str, row: Any) -> Iterator[Any]:
    """What of a thing is removed from old clients: a transfer, or the retired licenses of a request."""
    if kind == "transfer":
        yield row
    elif kind == "request" or (kind == "license" and row.record == "retired"):
        request = row.number if kind == "request" else row.record_number
        for one in rows_of(connection, ListSpec("collected", request_id=request)):
            if one.removal is not None and (kind == "request" or one.issuance_id == row.number):
                yield one
    elif kind == "license" and row.removal is not None:
        yield from rows_of(connection, ListSpec("transfers", record_id=row.record_number))
