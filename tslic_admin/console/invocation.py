"""One run of the console program, as its command gets it: the parsed values, the store and the output."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack

from tslic_admin.console.terminal import Terminal
from tslic_admin.db.lists.pages import every_row
from tslic_admin.db.opening import open_store_file
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.kinds import ListKind, R
from tslic_admin.domain.catalogue.spec import Filters, ListSpec
from tslic_admin.services.identity import current_actor
from tslic_admin.wording import messages
from tslic_admin.wording.lists.columns import Column

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store
    from tslic_admin.services.changes import ActResult

D = TypeVar("D", bound="DataclassInstance")
PATIENCE_SECONDS = 30  # how long a command waits for another program's change
ONE_WAIT_SECONDS = 0.25  # how long of it at a time: Ctrl+C takes effect only between two waits of SQLite


@dataclass
class Invocation:
    """One run of the console program. `values` by the fields' names; `committed`: an act is in the store."""

    values: Mapping[str, Any]
    terminal: Terminal
    path: Path
    now: Callable[[], datetime]
    committed: bool = False

    def text(self, field: str) -> str | None:
        value: str | None = self.values[field]
        return value

    def required(self, field: str) -> str:
        """The text of an argument or a required option: the parser refuses a command line without it."""
        value: str = self.values[field]
        return value

    def texts(self, field: str) -> list[str]:
        return list(self.values[field] or ())

    def switch(self, field: str) -> bool:
        return bool(self.values[field])

    def typed(self, kind: type[D]) -> D:
        """The texts of the options as a dataclass that names them; a field without an option keeps its default."""
        return kind(**{one.name: self.values[one.name] for one in fields(kind) if one.name in self.values})

    _stores: list[Store] = field(default_factory=list)

    def close(self) -> None:
        for store in self._stores:
            store.close()

    @cached_property
    def store(self) -> Store:
        """The store, created or upgraded where needed. Raises StoreTrouble."""
        from tslic_admin.db.store import Store  # noqa: PLC0415 - SQLAlchemy takes 0.3 s; lists do without

        self.open_file()
        store = Store(
            self.path,
            actor=current_actor(),
            now=self.now,
            busy_seconds=ONE_WAIT_SECONDS,
            busy_seconds_inside=PATIENCE_SECONDS,
        )
        self._stores.append(store)
        return store

    def open_file(self) -> None:
        """Raises StoreTrouble."""
        open_store_file(self.path)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction of the store. Waits for another program's transaction; Ctrl+C ends the wait."""
        with ExitStack() as stack:
            yield self._enter_when_free(stack)
        self.committed = True

    def _enter_when_free(self, stack: ExitStack) -> Session:
        store, until = self.store, monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with _interrupt_afterwards():
                    return stack.enter_context(store.writing())
            except StoreTrouble as trouble:
                if trouble.code != "store-locked" or monotonic() > until:
                    raise
                self.terminal.progress("Waiting for another change of the store")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.store.reading() as session:
            yield session

    def rows(
        self, kind: ListKind[R], *, limit: int = -1, offset: int = 0, **filters: Unpack[Filters]
    ) -> Iterator[R]:
        """The rows of a list, through the plain driver. Raises StoreTrouble."""
        self.open_file()
        return every_row(self.path, self.now, ListSpec(kind, **filters), limit=limit, offset=offset)

    def row(self, kind: ListKind[R], number: int | None) -> R:
        """A record as its list has it, also an ended or voided one. Raises LookupError for an unknown number."""
        row = self.find_row(kind, number)
        if row is None:
            raise LookupError(f"{kind}: there is no {number}")
        return row

    def find_row(self, kind: ListKind[R], number: int | None) -> R | None:
        """Like `row`, but return None if the number is unknown or None."""
        if number is None:
            return None
        return next(self.rows(kind, record_id=number, ended=True, voided=True), None)

    def server_id(self) -> int | None:
        """The number of the server that --server names, None without it. Raises RuleViolation."""
        name = self.text("server")
        return self.record_id("server", name) if name is not None else None

    def record_id(self, kind: Literal["server", "pack"], reference: str) -> int:
        """The number of the server or key pack that a reference means. Raises RuleViolation."""
        from tslic_admin.services import lookup  # noqa: PLC0415 - SQLAlchemy; only filters need it

        find = lookup.find_server if kind == "server" else lookup.find_pack
        with self.reading() as session:
            return find(session, reference).id

    def show(
        self,
        rows: Iterable[R],
        columns: Iterable[Column[R]],
        machine: Callable[[R], object],
        *,
        nothing: str,
    ) -> int:
        """Write a list: in JSON as `machine` puts each row, else as a table."""
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

    def report(self, result: ActResult, message: str, **more: object) -> int:
        """Write what an act did: in JSON its entry, `more` and its notices, else a line and the notices."""
        notices = [messages.notice_text(notice) for notice in result.notices]
        if self.terminal.as_json:
            self.terminal.document({"entry": result.entry, **more, "notices": notices})
            return 0
        if result.entry is None:
            self.terminal.line("Nothing was changed.")
        else:
            self.terminal.line(f"{message} History entry {result.entry}.")
        for notice in notices:
            self.terminal.line(notice)
        return 0


@contextmanager
def _interrupt_afterwards() -> Iterator[None]:
    """Hold Ctrl+C back until the block ends.

    WORKAROUND: SQLAlchemy logs a traceback for an interrupt that arrives while it closes a connection
    (sqlalchemy/pool/base.py, _close_connection), and each wait for a lock ends with closing one.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not _in_main_thread():
        yield
        return
    interrupts: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if interrupts:
            raise KeyboardInterrupt


def _in_main_thread() -> bool:
    """Whether handlers of signals can be set here."""
    return threading.current_thread() is threading.main_thread()
