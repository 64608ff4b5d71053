"""The lists that the window shows, and the tree beside them. Plain driver only: they come before SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import PAGE, Interrupted, Pages, compose, every_row, row_type
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.due import WITHIN

__all__ = [
    "PAGE",
    "Interrupted",
    "ListSpec",
    "Pages",
    "Tree",
    "every_row",
    "read_tree",
    "row_type",
    "stands_for",
]


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands in the tree: servers with their open packs, and how much of each record is open or due."""

    servers: tuple[Any, ...]
    packs: tuple[Any, ...]
    open_requests: int
    awaiting_removal: int
    temporary: int
    due: int
    overdue: int


def stands_for(list_kind: str, row: Any) -> tuple[str, int] | None:
    """The thing that a row of a list over several kinds stands for: its kind and number; None for other lists."""
    match list_kind:
        case "found":
            return row.what, row.id
        case "due":
            return row.thing, row.thing_id
        case "change":
            return row.kind, row.record
        case _:
            return None


def read_tree(path: Path, now: Callable[[], datetime]) -> Tree:
    """Everything of the tree in one go. Raises StoreTrouble."""
    with closing(connect_reader(path, now)) as connection, store_trouble():

        def rows(kind: str) -> tuple[Any, ...]:
            query = compose(ListSpec(kind))
            return tuple(map(row_type(kind)._make, connection.execute(query.rows(), query.parameters)))

        def count(spec: ListSpec) -> int:
            query = compose(spec)
            size: int = connection.execute(query.size(), query.parameters).fetchone()[0]
            return size

        open_requests, awaiting = connection.execute(
            "SELECT (SELECT count(*) FROM reissue_request WHERE state = 'open'),"
            " (SELECT count(*) FROM transfer WHERE removal = 'awaiting' AND voided_by IS NULL)"
        ).fetchone()
        return Tree(
            servers=rows("servers"),
            packs=rows("packs"),
            open_requests=open_requests,
            awaiting_removal=awaiting,
            temporary=count(ListSpec("temporary")),
            due=count(ListSpec("due", within=WITHIN)),
            overdue=count(ListSpec("due", overdue=True)),
        )
