"""What a command is handed: the parsed values, the store, and where to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from tslic_admin.console.terminal import Terminal
from tslic_admin.db.trouble import StoreTrouble

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store
    from tslic_admin.services.changes import ActResult
    from tslic_admin.wording.columns import Column

PATIENCE = 30  # seconds for another program's change
PULSE = 0.25  # of them at a time: SQLite hears no Ctrl+C while it waits


@dataclass
class Call:
    """One call of the program. `values` by the fields' names; `committed`: an act is in the store."""

    values: Mapping[str, Any]
    terminal: Terminal
    path: Path
    now: Callable[[], datetime]
    committed: bool = False

    def text(self, field: str) -> str | None:
        value: str | None = self.values[field]
        return value

    def required(self, field: str) -> str:
        """What the parser has already insisted on."""
        value: str = self.values[field]
        return value

    def texts(self, field: str) -> list[str]:
        return list(self.values[field] or ())

    def switch(self, field: str) -> bool:
        return bool(self.values[field])

    def typed(self, fields: Iterable[str]) -> dict[str, str | None]:
        return {field: self.text(field) for field in fields}

    _stores: list[Store] = field(default_factory=list)

    def close(self) -> None:
        for store in self._stores:
            store.close()

    @cached_property
    def store(self) -> Store:
        """The store, created or upgraded where needed. Raises StoreTrouble."""
        from tslic_admin.db.store import Store
        from tslic_admin.services.identity import current_actor

        self.open_file()
        store = Store(self.path, actor=current_actor(), now=self.now, busy_seconds=PULSE)
        self._stores.append(store)
        return store

    def open_file(self) -> None:
        """Raises StoreTrouble."""
        from tslic_admin.db.opening import open_store_file

        open_store_file(self.path)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction of the store. Another program's is waited for, and Ctrl+C is heard meanwhile."""
        with ExitStack() as stack:
            yield self._enter_when_free(stack)
        self.committed = True

    def _enter_when_free(self, stack: ExitStack) -> Session:
        until = monotonic() + PATIENCE
        while True:
            try:
                session = stack.enter_context(self.store.writing())
            except StoreTrouble as trouble:
                if trouble.code != "store-locked" or monotonic() > until:
                    raise
                self.terminal.progress("Waiting for another change of the store")
            else:
                _extend_busy_timeout(session)
                return session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.store.reading() as session:
            _extend_busy_timeout(session)
            yield session

    def rows(self, kind: str, *, limit: int = -1, offset: int = 0, **filters: Any) -> Iterator[Any]:
        """The rows of a list, through the plain driver. Raises StoreTrouble."""
        from tslic_admin.db.lists.pages import every_row
        from tslic_admin.db.lists.spec import ListSpec

        self.open_file()
        return every_row(self.path, self.now, ListSpec(kind, **filters), limit=limit, offset=offset)

    def row(self, kind: str, number: int | None) -> Any:
        """One thing as its list has it, also a voided one; None where it stands in no list any more."""
        return next(self.rows(kind, record_id=number, ended=True, voided=True), None)

    def server_id(self) -> int | None:
        """The server that --server names. Raises RuleViolation."""
        name = self.text("server")
        if name is None:
            return None
        from tslic_admin.services.lookup import find_server

        with self.reading() as session:
            return find_server(session, name).id

    def show(
        self,
        rows: Iterable[Any],
        columns: Iterable[Column],
        machine: Callable[[Any], object],
        *,
        nothing: str,
    ) -> int:
        """A list: in JSON as `machine` puts it, else as a table."""
        if self.terminal.as_json:
            self.terminal.array(map(machine, rows))
        else:
            shown = tuple(columns)
            self.terminal.table(
                [column.title for column in shown],
                ([column.show(row) for column in shown] for row in rows),
                nothing=nothing,
            )
        return 0

    def report(self, done: ActResult, message: str, **more: object) -> int:
        """An act: its entry, what it made and its notices in JSON, else what was done in one line."""
        from tslic_admin.wording import messages

        notices = [messages.notice_text(notice) for notice in done.notices]
        if self.terminal.as_json:
            self.terminal.document({"entry": done.entry, **more, "notices": notices})
            return 0
        if done.entry is None:
            self.terminal.line("Nothing was changed.")
        else:
            self.terminal.line(f"{message} History entry {done.entry}.")
        for notice in notices:
            self.terminal.line(notice)
        return 0


def _extend_busy_timeout(session: Session) -> None:
    """What waits inside a transaction (without write-ahead log: for readers) may take its time."""
    session.connection().exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE * 1000}")
