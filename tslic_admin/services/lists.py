"""Reads the lists, the tree, what is due and the details of one record through the plain driver, without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tslic_admin.db.lists.pages import PAGE, Interrupted, Pages, ReadView, every_row, read_view
from tslic_admin.db.lists.related import (
    MOST,
    EventInEntry,
    Evidence,
    Related,
    events_about,
    evidence,
    related,
)
from tslic_admin.db.lists.spec import ListSpec
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.due import DEFAULT_WITHIN_DAYS, read_within

__all__ = [
    "LIST_BY_RECORD_KIND",
    "MOST",
    "PAGE",
    "Details",
    "Interrupted",
    "ListSpec",
    "Pages",
    "Tree",
    "changes_spec",
    "every_row",
    "read_details",
    "read_due",
    "read_overdue",
    "read_tree",
    "record_of_row",
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


def record_of_row(list_kind: str, row: Any) -> tuple[str, int] | None:
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
    with read_view(path, now) as state:
        open_requests, awaiting = state.tree_counts()
        return Tree(
            servers=tuple(state.rows("servers")),
            packs=tuple(state.rows("key-packs")),
            open_requests=open_requests,
            awaiting_removal=awaiting,
            temporary=state.size(ListSpec("temporary")),
            due=state.size(ListSpec("due", within=DEFAULT_WITHIN_DAYS)),
            overdue=state.size(ListSpec("due", overdue=True)),
        )


def read_due(
    path: Path, now: Callable[[], datetime], *, within: str | None = None, on: str | None = None
) -> list[Any]:
    """The rows that are due within so many days of a day, by texts as they were typed.

    Without them within 14 days of today. Raises RuleViolation, StoreTrouble.
    """
    days = read_within(within) if within is not None else DEFAULT_WITHIN_DAYS
    at = _clock_at_noon(read_day(on, field="on")) if on is not None else now
    return list(every_row(path, at, ListSpec("due", within=days)))


def read_overdue(path: Path, now: Callable[[], datetime]) -> list[Any]:
    """What is overdue today. Raises StoreTrouble."""
    return list(every_row(path, now, ListSpec("due", overdue=True)))


def _clock_at_noon(day: date) -> Callable[[], datetime]:
    """A clock that stands still; beyond the years of local time, in which nothing is recorded, at their end."""
    nearest = min(max(day, date(1971, 1, 1)), date(2999, 12, 31))
    return lambda: datetime.combine(nearest, time(12)).astimezone()


def changes_spec(server: int, *, since: str | None = None, until: str | None = None) -> ListSpec:
    """The list of what the snapshots of a server changed that were taken on these days, as they were typed.

    What an import changed and what voiding it took back both stand in it. Raises RuleViolation.
    """
    first, last = (
        read_day(text, field=field).isoformat() if text is not None else None
        for field, text in (("since", since), ("until", until))
    )
    if first and last and first > last:
        raise RuleViolation("export-period-backwards", field="until", since=first, until=last)
    return ListSpec("changes", server_id=server, since=first, until=last)


LIST_BY_RECORD_KIND = {
    "server": "servers",
    "pack": "key-packs",
    "license": "licenses",
    "request": "reissues",
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
    events: tuple[EventInEntry, ...]
    removals: tuple[Any, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def read_details(path: Path, now: Callable[[], datetime], kind: str, number: int) -> Details:
    """Everything about one thing. Raises StoreTrouble."""
    spec = ListSpec(LIST_BY_RECORD_KIND[kind], record_id=number, ended=True, voided=True)
    with read_view(path, now) as state, store_trouble():
        row = state.row(spec)
        return Details(
            kind=kind,
            number=number,
            row=row,
            related=tuple(related(state.connection, kind, number)),
            events=tuple(events_about(state.connection, kind, number)),
            removals=tuple(_removal_rows(state, kind, row)) if row is not None else (),
            evidence=tuple(evidence(state.connection, number)) if kind == "license" else (),
        )


def _removal_rows(state: ReadView, kind: str, row: Any) -> Iterator[Any]:
    """What of a thing is removed from old clients: a transfer, or the retired licenses of a request."""
    if kind == "transfer":
        yield row
    elif kind == "request" or (kind == "license" and row.record == "retired"):
        request = row.number if kind == "request" else row.record_number
        for one in state.rows("collected", request_id=request):
            if one.removal is not None and (kind == "request" or one.issuance_id == row.number):
                yield one
    elif kind == "license" and row.removal is not None:
        yield from state.rows("transfers", record_id=row.record_number)
