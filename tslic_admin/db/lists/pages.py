"""Read lists: page by page for a window, whole for files, or several at one consistent state of the store."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Unpack

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists.history import CHANGES_QUERY, EVENTS_QUERY, HISTORY_QUERY
from tslic_admin.db.lists.query import SHORTEST_PART, ListQuery
from tslic_admin.db.lists.records import (
    COLLECTED_QUERY,
    DUE_QUERY,
    FOUND_QUERY,
    REISSUES_QUERY,
    TEMPORARY_QUERY,
    TRANSFERS_QUERY,
)
from tslic_admin.db.lists.stock import LICENSES_QUERY, PACKS_QUERY, SERVERS_QUERY
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.catalogue.kinds import ListKind, R, Row
from tslic_admin.domain.catalogue.spec import Filters, ListSpec
from tslic_admin.domain.texts import LONGEST_INPUT, is_storable

PAGE = 512
LIST_QUERIES: dict[str, ListQuery[Any]] = {
    query.kind.name: query
    for query in (
        *(SERVERS_QUERY, PACKS_QUERY, LICENSES_QUERY, TEMPORARY_QUERY, REISSUES_QUERY, COLLECTED_QUERY),
        *(TRANSFERS_QUERY, DUE_QUERY, HISTORY_QUERY, CHANGES_QUERY, EVENTS_QUERY, FOUND_QUERY),
    )
}


class Interrupted(Exception):
    """A query was ended by `Pages.interrupt`."""


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        with store_trouble():
            yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Interrupted from error
        raise


@dataclass(frozen=True, slots=True)
class ComposedQuery:
    """A list as SQL: its FROM and WHERE with their parameters, and its ORDER BY."""

    list_query: ListQuery[Any]
    source: str
    where: str
    order: str
    parameters: list[Any]
    reveal: bool = False

    @property
    def columns(self) -> str:
        shown = self.list_query.unmasked_columns if self.reveal else self.list_query.columns
        return f"{self.list_query.number}, {', '.join(shown.values())}"

    def numbers(self) -> str:
        """SELECT of the row numbers in order: over the core alone where nothing else is named."""
        source = self.list_query.core_for(f"{self.where} {self.order}") or self.source
        return f"SELECT {self.list_query.number} AS number FROM {source} WHERE {self.where} ORDER BY {self.order}"

    def size(self) -> str:
        return (
            f"SELECT count(*) FROM {self.list_query.core_for(self.where) or self.source} WHERE {self.where}"
        )

    def rows(self) -> str:
        """SELECT of whole rows in order, to be cut by LIMIT and OFFSET."""
        if not self.list_query.core:
            return f"SELECT {self.columns} FROM {self.source} WHERE {self.where} ORDER BY {self.order}"
        return (
            f"SELECT {self.columns} FROM ({self.numbers()} LIMIT ? OFFSET ?) a CROSS JOIN {self.source}"
            f" WHERE {self.by_number} ORDER BY {self.order}"
        )

    @property
    def by_number(self) -> str:
        """The condition that finds a row by `a.number`."""
        return self.list_query.by_number or f"{self.list_query.number} = a.number"


def compose(spec: ListSpec[Row]) -> ComposedQuery:
    """The query of a list."""
    listed = LIST_QUERIES[spec.kind.name]
    source = listed.source
    parameters: list[Any] = []
    condition_of_all = listed.with_voided if spec.voided and listed.with_voided else listed.with_ended
    conditions = [condition_of_all if spec.ended else listed.live]
    part = spec.search.strip()
    if (
        not is_storable(part) or len(part) > LONGEST_INPUT
    ):  # no record holds it, and SQLite would stumble over it
        conditions.append("0")
        part = ""
    by_index = bool(listed.search_index) and len(part) >= SHORTEST_PART
    phrase = '"' + part.replace('"', '""') + '"'
    if "{found}" in source:
        source = source.replace("{found}", str(listed.search_index) if by_index else "1")
        parameters += [phrase] if by_index else []
        by_index = False
    if listed.group_condition:
        group_conditions = [
            (one, value)
            for field, one in listed.group_scope.items()
            if (value := getattr(spec, field)) is not None
        ]
        conditions.append(
            listed.group_condition.format(" AND ".join(one for one, _ in group_conditions) or "1")
        )
        parameters += [value for _, value in group_conditions]
    for field, condition in listed.scope.items():
        if (value := getattr(spec, field)) is not None:
            conditions.append(condition)
            parameters.append(value)
    for bound, sign in ((spec.since, ">="), (spec.until, "<=")):
        if bound is not None and not listed.group_condition:
            conditions.append(f"{listed.days[spec.by]} {sign} ?")
            parameters.append(bound)
    if part and by_index:
        conditions.append(str(listed.search_index))
        parameters.append(phrase)
    elif part:
        # LIKE ignores the case of ASCII letters only
        columns = (
            listed.search_columns
            if part.isascii()
            else [f"folded({column})" for column in listed.search_columns]
        )
        pattern = "%" + re.sub(r"([\\%_])", r"\\\1", part if part.isascii() else part.casefold()) + "%"
        conditions.append("(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")")
        parameters += [pattern] * len(columns)
    sort = spec.sort or listed.default_sort
    expressions = listed.sorts.get(sort) or listed.columns.get(sort) or listed.number
    direction = "DESC" if spec.descending else "ASC"
    order = ", ".join(
        f"{one.strip()} {direction}"
        for one in [*_split(expressions), *_split(listed.tie_breaker or listed.number)]
    )
    return ComposedQuery(listed, source, " AND ".join(conditions), order, parameters, reveal=spec.reveal)


def _split(expressions: str) -> Iterator[str]:
    """At the commas outside of parentheses."""
    depth, start = 0, 0
    for position, character in enumerate(expressions):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield expressions[start:position]
            start = position + 1
    yield expressions[start:]


def _write_order(
    connection: sqlite3.Connection, table: str, query: ComposedQuery, *, limit: int = -1, offset: int = 0
) -> None:
    """Write the order of a list into a temporary table: position (1 = first row) -> number."""
    run = connection.execute
    run("PRAGMA query_only=0")  # the temporary table is this connection's own
    try:
        run(f"DROP TABLE IF EXISTS temp.{table}")
        run(f"CREATE TEMP TABLE {table} (position INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        run(
            f"INSERT INTO temp.{table} (number) {query.numbers()} LIMIT ? OFFSET ?",
            [*query.parameters, limit, offset],
        )
    finally:
        run("PRAGMA query_only=1")


class Pages:
    """One list at a time, over a connection of its own. Used from one thread; `interrupt` from any."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._connection = connect_reader(path, now)
        self._query: ComposedQuery | None = None
        self._arranged = False

    def open(self, spec: ListSpec[Row]) -> tuple[int, list[Any]]:
        """The size of a list and its first page."""
        self._query, self._arranged = compose(spec), False
        with _interruptible():
            run = self._connection.execute
            size: int = run(self._query.size(), self._query.parameters).fetchone()[0]
        return size, self.page(0)

    def write_order(self) -> None:
        """Write the order of the opened list to a temporary table, so that any page is fast. Raises Interrupted."""
        if self._query is None or self._arranged:
            return
        with _interruptible():
            _write_order(self._connection, "arranged", self._query)
        self._arranged = True

    def page(self, page: int) -> list[Any]:
        """Rows page * PAGE to page * PAGE + PAGE of the opened list."""
        query = self._query
        if query is None:
            return []
        if self._arranged and query.list_query.core:
            sql = (
                f"SELECT {query.columns} FROM temp.arranged a CROSS JOIN {query.source}"
                f" WHERE {query.by_number} AND a.position > ? AND a.position <= ?"
                " ORDER BY a.position"
            )
            parameters = [page * PAGE, (page + 1) * PAGE]
        else:
            sql = query.rows() if query.list_query.core else query.rows() + " LIMIT ? OFFSET ?"
            parameters = [*query.parameters, PAGE, page * PAGE]
        make = query.list_query.kind.make
        with _interruptible():
            return [make(row) for row in self._connection.execute(sql, parameters)]

    def find(self, numbers: Iterable[int]) -> dict[int, int]:
        """Where the things of these numbers stand in the opened list (0 = first row); absent ones missing."""
        ids = list(numbers)
        if self._query is None or not ids:
            return {}
        self.write_order()
        marks = ", ".join("?" * len(ids))
        sql = f"SELECT number, position - 1 FROM temp.arranged WHERE number IN ({marks})"
        with _interruptible():
            return dict(self._connection.execute(sql, ids).fetchall())

    def interrupt(self) -> None:
        """End the running query, which raises Interrupted in its thread."""
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()


def every_row(
    path: Path, now: Callable[[], datetime], spec: ListSpec[R], *, limit: int = -1, offset: int = 0
) -> Iterator[R]:
    """All rows of a list in its order, as they come: for files and the console."""
    with closing(connect_reader(path, now)) as connection:
        yield from rows_of(connection, spec, limit=limit, offset=offset)


def rows_of(
    connection: sqlite3.Connection, spec: ListSpec[R], *, limit: int = -1, offset: int = 0
) -> Iterator[R]:
    """All rows of a list over the caller's connection, within its transaction if it is in one.

    The order of the row numbers is written to a temporary table first, so that a million whole rows are not sorted.
    """
    query = compose(spec)
    make = spec.kind.make
    with store_trouble():
        if not query.list_query.core:
            sql = query.rows() + " LIMIT ? OFFSET ?"
            yield from map(make, connection.execute(sql, [*query.parameters, limit, offset]))
            return
        _write_order(connection, "streamed", query, limit=limit, offset=offset)
        sql = (
            f"SELECT {query.columns} FROM temp.streamed a CROSS JOIN {query.source}"
            f" WHERE {query.by_number} ORDER BY a.position"
        )
        yield from map(make, connection.execute(sql))


PULSE = 1_000_000  # steps of the database's machine between two calls: some hundredths of a second


class StoredMapping(NamedTuple):
    """What the columns under some headings are: the digest of the headings, the list, and the fields as JSON."""

    digest: str
    subject: str
    fields: str


class ReadView:
    """One state of the store: its lists, and the head of its history."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sqlite3.Connection:
        """For what reads more than lists, on the same state."""
        return self._connection

    @contextmanager
    def pulsed(self, pulse: Callable[[], None]) -> Iterator[None]:
        """Call `pulse` now and then while a statement runs; what it raises ends the statement, and comes out."""
        raised: list[BaseException] = []

        def handler() -> int:
            try:
                pulse()
            except BaseException as why:  # noqa: BLE001 - the driver would turn Ctrl+C into an error of its own
                raised.append(why)
            return len(raised)

        self._connection.set_progress_handler(handler, PULSE)
        try:
            yield
        except sqlite3.OperationalError:
            if raised:
                raise raised[0] from None
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def rows(self, kind: ListKind[R], **filters: Unpack[Filters]) -> Iterator[R]:
        return self.list(ListSpec(kind, **filters))

    def list(self, spec: ListSpec[R]) -> Iterator[R]:
        return rows_of(self._connection, spec)

    def row(self, spec: ListSpec[R]) -> R | None:
        """The first row of a list; None where it has none."""
        query = compose(spec)
        sql = query.rows() if query.list_query.core else query.rows() + " LIMIT ? OFFSET ?"
        with store_trouble():
            row = self._connection.execute(sql, [*query.parameters, 1, 0]).fetchone()
        return None if row is None else spec.kind.make(row)

    def size(self, spec: ListSpec[Row]) -> int:
        """How many rows a list has."""
        query = compose(spec)
        with store_trouble():
            row = self._connection.execute(query.size(), query.parameters).fetchone()
        return int(row[0])

    def tree_counts(self) -> dict[str, int]:
        """The numbers that the tree shows, by the name of the list."""
        with store_trouble():
            return {
                query.kind.name: int(self._connection.execute(query.tree_count).fetchone()[0])
                for query in LIST_QUERIES.values()
                if query.counted
            }

    def column_mappings(self) -> tuple[StoredMapping, ...]:
        """Every column mapping that was saved."""
        with store_trouble():
            rows = self._connection.execute("SELECT digest, subject, fields FROM column_mapping").fetchall()
        return tuple(map(StoredMapping._make, rows))

    def draft(self, request: int) -> str | None:
        """What was typed into a request's worksheet so far, as JSON; it never leaves the program."""
        with store_trouble():
            row = self._connection.execute(
                "SELECT content FROM draft WHERE request_id = ?", (request,)
            ).fetchone()
        return None if row is None else str(row[0])

    def revoked(self, packs: Sequence[int]) -> int:
        """How many licenses of these key packs are revoked now."""
        if not packs:
            return 0
        marks = ", ".join("?" * len(packs))
        with store_trouble():
            row = self._connection.execute(
                # the planner takes a whole index of the packs for as good as this one, which holds only these
                "SELECT count(*) FROM issuance INDEXED BY ix_issuance_revoked"
                " WHERE status = 4 AND ended_on IS NULL"
                f" AND key_pack_id IN ({marks})",
                list(packs),
            ).fetchone()
        return int(row[0])

    def event_lines(self) -> int:
        """How many event lines the whole history has."""
        with store_trouble():
            found = self._connection.execute("SELECT count(*) FROM event_line").fetchone()
        return int(found[0])

    def head(self) -> tuple[int, str] | None:
        """Number and digest of the last entry; None where nothing was ever recorded."""
        with store_trouble():
            row: tuple[int, str] | None = self._connection.execute(
                "SELECT number, digest FROM entry ORDER BY number DESC LIMIT 1"
            ).fetchone()
        return row


@contextmanager
def read_view(path: Path, now: Callable[[], datetime]) -> Iterator[ReadView]:
    """Raises StoreTrouble."""
    with closing(connect_reader(path, now)) as connection:
        with store_trouble():
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM alembic_version")  # the state is fixed by the first reading
        yield ReadView(connection)
