"""The only way from widgets to services: acts on the write worker, long reads on the read worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import Changes
from tslic_admin.services.lists import Interrupted, Pages
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.jobs import Cancelled, Job, Worker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store

T = TypeVar("T")
WAITING_AFTER_MS = 1000
LOCK_PATIENCE_SECONDS = 30
LOCK_TRY_SECONDS = 0.5


class Gateway(QObject):
    """Runs acts on the write worker and long reads on the read worker; widgets get it instead of a store."""

    changed = Signal(object)  # Changes, after the commit
    acting = Signal(object)  # the Job of an act that has been running for a second, or None when it ended
    trouble = Signal(object)  # StoreTrouble

    def __init__(
        self,
        path: Path,
        open_store: Callable[[float], Store],
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path, self.now = path, now
        self._open_store = open_store
        self._store: Store | None = None
        self._writer = Worker("writer", self)
        self._reader = Worker("reader", self)
        self._pages: list[Pages] = []

    @property
    def today(self) -> date:
        """The local calendar day."""
        return self.now().astimezone().date()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read or written, so that the views show the current state."""
        return self._writer.pending == 0 and self._reader.pending == 0

    def do(
        self,
        act: Callable[[Session], T],
        then: Callable[[T], None],
        refused: Callable[[RuleViolation], None],
        *,
        job: Job | None = None,
        failed: Callable[[], None] = lambda: None,
    ) -> Job:
        """Run one act in one transaction; after the commit `then`, after a refusal `refused`.

        `failed` is called when the act was cancelled or the file is in trouble; `trouble` is emitted as well.
        """

        def in_one_transaction(store: Store) -> T:
            with store.writing() as session:
                return act(session)

        return self.do_with_store(in_one_transaction, then, refused, job=job, failed=failed)

    def do_with_store(
        self,
        act: Callable[[Store], T],
        then: Callable[[T], None],
        refused: Callable[[RuleViolation], None],
        *,
        job: Job | None = None,
        failed: Callable[[], None] = lambda: None,
    ) -> Job:
        """Like `do`, for an act that begins and ends its own transaction."""
        job = job or Job(self)
        slow = QTimer(self, singleShot=True, interval=WAITING_AFTER_MS)
        slow.timeout.connect(lambda: self.acting.emit(job))
        slow.start()

        def answer(done: Future[T]) -> None:
            slow.stop()
            slow.deleteLater()
            self.acting.emit(None)
            error = done.exception()
            if error is None:
                result = done.result()
                changes = getattr(result, "changes", Changes.NONE)
                if changes:
                    self.changed.emit(changes)
                then(result)
            elif isinstance(error, RuleViolation):
                refused(error)
            else:
                failed()
                self._report(error)

        self._writer.start(lambda: self._act(act, job), answer)
        return job

    def read(
        self, query: Callable[[], T], then: Callable[[T], None], *, failed: Callable[[], None] = lambda: None
    ) -> None:
        """Run a query on the read worker; `then` gets its result, `failed` is called where it fails."""

        def answer(done: Future[T]) -> None:
            error = done.exception()
            if error is None:
                then(done.result())
                return
            failed()
            if not isinstance(error, Interrupted):
                self._report(error)

        self._reader.start(query, answer)

    def ask(
        self,
        query: Callable[[Session], T],
        then: Callable[[T], None],
        refused: Callable[[RuleViolation], None] | None = None,
    ) -> None:
        """Run a query that needs a session, such as the preview of an act.

        It takes no lock, but it waits for the acts before it, so that it sees their changes.
        """

        def work() -> T:
            with self._open_once().reading() as session:
                return query(session)

        def answer(done: Future[T]) -> None:
            error = done.exception()
            if error is None:
                then(done.result())
            elif isinstance(error, RuleViolation) and refused is not None:
                refused(error)
            else:
                self._report(error)

        self._writer.start(work, answer)

    def prepare(self, load: Callable[[], None], then: Callable[[], None]) -> None:
        """Run what acts need before they can run, such as imports, on the write worker; then call `then`."""

        def answer(done: Future[None]) -> None:
            error = done.exception()
            if error is None:
                then()
            else:
                self._report(error)

        self._writer.start(load, answer)

    def pages(self) -> Pages:
        """A reading connection for one list. Call this and use it on the read worker."""
        pages = Pages(self.path, self.now)
        self._pages.append(pages)
        return pages

    def close(self) -> None:
        """End reading and finish acts; called once, after the window has closed."""
        self._reader.close()
        for pages in self._pages:
            pages.close()
        self._writer.close(finish=True)  # closing a worksheet has just started to save its draft
        if self._store is not None:
            self._store.close()

    def _open_once(self) -> Store:
        if self._store is None:
            self._store = self._open_store(LOCK_TRY_SECONDS)
        return self._store

    def _act(self, act: Callable[[Store], T], job: Job) -> T:
        """Try to get the lock for LOCK_PATIENCE_SECONDS, in steps between which the user can cancel."""
        for _ in range(round(LOCK_PATIENCE_SECONDS / LOCK_TRY_SECONDS) - 1):
            if job.is_cancelled:
                raise Cancelled
            try:
                return act(self._open_once())
            except StoreTrouble as trouble:
                if trouble.code != "store-locked":
                    raise
        return act(self._open_once())

    def _report(self, error: BaseException | None) -> None:
        if error is None or isinstance(error, Cancelled):
            return
        if isinstance(error, StoreTrouble):
            self.trouble.emit(error)
        else:
            raise error  # a bug, for the crash report
