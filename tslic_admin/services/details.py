"""All that is known of one thing: its row, what it is connected with, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import compose, row_type
from tslic_admin.db.related import MOST, Happened, Related, happened, related
from tslic_admin.db.trouble import store_trouble

__all__ = ["MOST", "Details", "Happened", "Related", "read_details"]

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
    """`row`: as the thing's list has it, None where there is no such thing (any more)."""

    kind: str
    number: int
    row: Any | None
    related: tuple[Related, ...]
    happened: tuple[Happened, ...]


def read_details(path: Path, now: Callable[[], datetime], kind: str, number: int) -> Details:
    """Everything about one thing. Raises StoreTrouble."""
    name = LIST_OF[kind]
    query = compose(ListSpec(name, record_id=number, ended=True, voided=True))
    with closing(connect_reader(path, now)) as connection, store_trouble():
        sql, parameters = query.rows(), list(query.parameters)
        if query.kind.core:
            parameters += [1, 0]
        row = connection.execute(sql, parameters).fetchone()
        return Details(
            kind=kind,
            number=number,
            row=row_type(name)._make(row) if row else None,
            related=tuple(related(connection, kind, number)),
            happened=tuple(happened(connection, kind, number)),
        )
