"""Reads the lists, the tree, what is due and the details of one record through the plain driver, without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import cast

from tslic_admin.db.lists.pages import LIST_QUERIES, PAGE, Interrupted, Pages, ReadView, every_row, read_view
from tslic_admin.db.lists.related import (
    MOST,
    EventInEntry,
    Evidence,
    Related,
    events_about,
    evidence,
    related,
)
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.catalogue.history import CHANGES, ChangeLine, EntryLine
from tslic_admin.domain.catalogue.key_packs import PACKS, PackLine
from tslic_admin.domain.catalogue.kinds import ListKind, R, Row
from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.domain.catalogue.overviews import DUE, DueLine, FoundLine
from tslic_admin.domain.catalogue.reissues import COLLECTED, CollectedLine, RequestLine
from tslic_admin.domain.catalogue.servers import SERVERS, ServerLine
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.catalogue.transfers import TRANSFERS, TransferLine
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.due import DEFAULT_WITHIN_DAYS, read_within

__all__ = [
    "MOST",
    "PAGE",
    "Details",
    "DetailsRow",
    "Interrupted",
    "ListSpec",
    "Pages",
    "Removal",
    "Tree",
    "changes_spec",
    "every_row",
    "main_list",
    "read_details",
    "read_due",
    "read_overdue",
    "read_tree",
    "record_of_row",
]


@dataclass(frozen=True, slots=True)
class Tree:
    """The content of the tree: servers with their open key packs. `counts`: number of rows by list name."""

    servers: tuple[ServerLine, ...]
    packs: tuple[PackLine, ...]
    counts: Mapping[str, int]
    overdue: int


def main_list(record_kind: str) -> ListKind[Row]:
    """The list that has every record of a kind. Raises KeyError."""
    return {query.kind.record_kind: query.kind for query in LIST_QUERIES.values() if query.kind.main}[
        record_kind
    ]


def record_of_row(kind: ListKind[R], row: R) -> tuple[str, int]:
    """The record that a row of a list stands for: its kind and number."""
    if isinstance(row, FoundLine):
        return row.what, row.id
    if isinstance(row, DueLine):
        return row.thing, row.thing_id
    if isinstance(row, ChangeLine):
        return row.kind, row.record
    return kind.record_kind, row.number


def read_tree(path: Path, now: Callable[[], datetime]) -> Tree:
    """Everything of the tree in one go. Raises StoreTrouble."""
    with read_view(path, now) as state:
        return Tree(
            servers=tuple(state.rows(SERVERS)),
            packs=tuple(state.rows(PACKS)),
            counts=state.tree_counts(),
            overdue=state.size(ListSpec(DUE, overdue=True)),
        )


def read_due(
    path: Path, now: Callable[[], datetime], *, within: str | None = None, on: str | None = None
) -> list[DueLine]:
    """The rows that are due within so many days of a day, by texts as they were typed.

    Without them within 14 days of today. Raises RuleViolation, StoreTrouble.
    """
    days = read_within(within) if within is not None else DEFAULT_WITHIN_DAYS
    at = _clock_at_noon(read_day(on, field="on")) if on is not None else now
    return list(every_row(path, at, ListSpec(DUE, within=days)))


def read_overdue(path: Path, now: Callable[[], datetime]) -> list[DueLine]:
    """What is overdue today. Raises StoreTrouble."""
    return list(every_row(path, now, ListSpec(DUE, overdue=True)))


def _clock_at_noon(day: date) -> Callable[[], datetime]:
    """A clock that stands still; beyond the years of local time, in which nothing is recorded, at their end."""
    nearest = min(max(day, date(1971, 1, 1)), date(2999, 12, 31))
    return lambda: datetime.combine(nearest, time(12)).astimezone()


def changes_spec(server: int, *, since: str | None = None, until: str | None = None) -> ListSpec[ChangeLine]:
    """The list of what the snapshots of a server changed that were taken on these days, as they were typed.

    What an import changed and what voiding it took back both stand in it. Raises RuleViolation.
    """
    first, last = (
        read_day(text, field=field).isoformat() if text is not None else None
        for field, text in (("since", since), ("until", until))
    )
    if first and last and first > last:
        raise RuleViolation("export-period-backwards", field="until", since=first, until=last)
    return ListSpec(CHANGES, server_id=server, since=first, until=last)


Removal = TransferLine | CollectedLine
"""A row whose license is to be removed from an old client."""
DetailsRow = ServerLine | PackLine | LicenseLine | RequestLine | TransferLine | EntryLine


@dataclass(frozen=True, slots=True)
class Details:
    """`row`: as the thing's list has it, None where there is no such thing (any more).

    `evidence`: what a license has. `removals`: rows of transfers or collected licenses whose license is to be removed from an old client.
    """

    kind: str
    number: int
    row: DetailsRow | None
    related: tuple[Related, ...]
    events: tuple[EventInEntry, ...]
    removals: tuple[Removal, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def read_details(path: Path, now: Callable[[], datetime], kind: str, number: int) -> Details:
    """Everything about one thing. Raises StoreTrouble."""
    spec = ListSpec(main_list(kind), record_id=number, ended=True, voided=True)
    with read_view(path, now) as state, store_trouble():
        row = cast("DetailsRow | None", state.row(spec))
        return Details(
            kind=kind,
            number=number,
            row=row,
            related=tuple(related(state.connection, kind, number)),
            events=tuple(events_about(state.connection, kind, number)),
            removals=tuple(_removal_rows(state, row)) if row is not None else (),
            evidence=tuple(evidence(state.connection, number)) if kind == "license" else (),
        )


def _removal_rows(state: ReadView, row: DetailsRow) -> Iterator[Removal]:
    """Yield what is to be removed from old clients for a record: the transfer, or the retired licenses of the request."""
    match row:
        case TransferLine():
            yield row
        case RequestLine():
            yield from (
                one for one in state.rows(COLLECTED, request_id=row.number) if one.removal is not None
            )
        case LicenseLine(record="retired"):
            for one in state.rows(COLLECTED, request_id=row.record_number):
                if one.removal is not None and one.issuance_id == row.number:
                    yield one
        case LicenseLine() if row.removal is not None:
            yield from state.rows(TRANSFERS, record_id=row.record_number)
