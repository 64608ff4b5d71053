"""The only way from widgets to services: acts on the write worker, long reads on the read worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import HasChanges
from tslic_admin.services.lists import Interrupted, Pages
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.jobs import Cancelled, Job, Worker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store

T = TypeVar("T")
R = TypeVar("R", bound="HasChanges")
Refusal = RuleViolation | StoreTrouble  # what a dialog can show
WAITING_AFTER_MS = 1000
LOCK_PATIENCE_SECONDS = 30
LOCK_TRY_SECONDS = 0.5


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Callbacks(Generic[T]):
    """The callbacks of a job; none is called after `owner` was deleted. `refusals`: the error types that go to `refused`."""

    owner: QObject
    then: Callable[[T], None]
    refused: Callable[[Refusal], None] | None
    refusals: tuple[type[Refusal], ...]
    failed: Callable[[], None]


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
        act: Callable[[Session], R],
        then: Callable[[R], None],
        refused: Callable[[Refusal], None],
        *,
        owner: QObject,
        job: Job | None = None,
        failed: Callable[[], None] = _nothing,
    ) -> Job:
        """Run one act in one transaction; after the commit `changed` is emitted and `then` gets the result.

        `refused` gets what a rule refused. `failed` is called when the act was cancelled or the file is in
        trouble; `trouble` is emitted as well. None of the three is called once the owner is gone.
        """

        def in_one_transaction(store: Store) -> R:
            with store.writing() as session:
                return act(session)

        return self.do_with_store(in_one_transaction, then, refused, owner=owner, job=job, failed=failed)

    def do_with_store(
        self,
        act: Callable[[Store], R],
        then: Callable[[R], None],
        refused: Callable[[Refusal], None],
        *,
        owner: QObject,
        job: Job | None = None,
        failed: Callable[[], None] = _nothing,
    ) -> Job:
        """Like `do`, for an act that begins and ends its own transaction."""
        job = job or Job(self)
        slow = QTimer(self, singleShot=True, interval=WAITING_AFTER_MS)
        slow.timeout.connect(lambda: self.acting.emit(job))
        slow.start()
        callbacks = _Callbacks(owner, then, refused, (RuleViolation,), failed)

        def answer(done: Future[R]) -> None:
            slow.stop()
            slow.deleteLater()
            self.acting.emit(None)
            if done.exception() is None and (changes := done.result().changes):
                self.changed.emit(changes)
            self._answer(done, job, callbacks)

        self._writer.start(lambda: self._act(act, job), answer)
        return job

    def read(
        self,
        query: Callable[[], T],
        then: Callable[[T], None],
        refused: Callable[[Refusal], None] | None = None,
        *,
        owner: QObject,
        job: Job | None = None,
        failed: Callable[[], None] = _nothing,
    ) -> None:
        """Run a query on the read worker; `then` gets its result. The callbacks are those of `do`.

        Where there is `refused`, it gets trouble with a file too: it may be one that the user chose.
        """
        callbacks = _Callbacks(owner, then, refused, (RuleViolation, StoreTrouble), failed)

        def work() -> T:
            if job is not None and job.is_cancelled:
                raise Cancelled
            return query()

        self._reader.start(work, lambda done: self._answer(done, job, callbacks))

    def ask(
        self,
        query: Callable[[Session], T],
        then: Callable[[T], None],
        refused: Callable[[Refusal], None] | None = None,
        *,
        owner: QObject,
        failed: Callable[[], None] = _nothing,
    ) -> None:
        """Like `read`, for a query that needs a session, such as the preview of an act.

        It takes no lock, but it waits for the acts before it, so that it sees their changes.
        """

        def work() -> T:
            with self._open_once().reading() as session:
                return query(session)

        callbacks = _Callbacks(owner, then, refused, (RuleViolation, StoreTrouble), failed)
        self._writer.start(work, lambda done: self._answer(done, None, callbacks))

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

    def _answer(self, done: Future[T], job: Job | None, callbacks: _Callbacks[T]) -> None:
        """End the job, then call one of the callbacks; trouble goes to the window, a bug to the crash report."""
        if job is not None:
            job.ended.emit(job)
            job.deleteLater()
        error = done.exception()
        has_owner = shiboken6.isValid(callbacks.owner)
        if callbacks.refused is not None and isinstance(error, callbacks.refusals):
            if has_owner:
                callbacks.refused(error)
        elif error is not None:
            if has_owner:
                callbacks.failed()
            if isinstance(error, StoreTrouble):
                self.trouble.emit(error)
            elif not isinstance(error, Cancelled | Interrupted):
                raise error
        elif has_owner:
            callbacks.then(done.result())
