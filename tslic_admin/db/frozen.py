"""Read several lists as they stood at one moment, whatever others write meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import compose, rows_of
from tslic_admin.db.trouble import store_trouble

PULSE = 1_000_000  # steps of the database's machine between two calls: some hundredths of a second


class Frozen:
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

    def rows(self, kind: str, **filters: Any) -> Iterator[Any]:
        return self.list(ListSpec(kind, **filters))

    def list(self, spec: ListSpec) -> Iterator[Any]:
        return rows_of(self._connection, spec)

    def size(self, spec: ListSpec) -> int:
        """How many rows a list has."""
        query = compose(spec)
        with store_trouble():
            found = self._connection.execute(query.size(), query.parameters).fetchone()
        return int(found[0])

    def draft(self, request: int) -> str | None:
        """What was typed into a request's worksheet so far, as JSON; it never leaves the program."""
        with store_trouble():
            found = self._connection.execute(
                "SELECT content FROM draft WHERE request_id = ?", (request,)
            ).fetchone()
        return None if found is None else str(found[0])

    def revoked(self, packs: Sequence[int]) -> int:
        """How many licenses of these key packs are revoked now."""
        if not packs:
            return 0
        marks = ", ".join("?" * len(packs))
        with store_trouble():
            found = self._connection.execute(
                # the planner takes a whole index of the packs for as good as this one, which holds only these
                "SELECT count(*) FROM issuance INDEXED BY ix_issuance_revoked"
                " WHERE status = 4 AND ended_on IS NULL"
                f" AND key_pack_id IN ({marks})",
                list(packs),
            ).fetchone()
        return int(found[0])

    def head(self) -> tuple[int, str] | None:
        """Number and digest of the last entry; None where nothing was ever recorded."""
        with store_trouble():
            found: tuple[int, str] | None = self._connection.execute(
                "SELECT number, digest FROM entry ORDER BY number DESC LIMIT 1"
            ).fetchone()
        return found


@contextmanager
def frozen(path: Path, now: Callable[[], datetime]) -> Iterator[Frozen]:
    """Raises StoreTrouble."""
    with closing(connect_reader(path, now)) as connection:
        with store_trouble():
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM alembic_version")  # the state is fixed by the first reading
        yield Frozen(connection)
