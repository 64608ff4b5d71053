"""Runs the acts of a dialog: what the dialog shows while one runs, how it is cancelled, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Cancelled, Job
from tslic_admin.ui.gateway.progress import ProgressLine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store

T = TypeVar("T")
Refused = Callable[[RuleViolation], None]


class ActRunner(QObject):
    """`waiting`: a widget of the dialog that is shown while an act waits for the store's lock.

    With `progress` and `doing`, a progress line follows the act instead. A dialog that is gone is not called back.
    """

    busy_changed = Signal(bool)  # an act has begun or ended

    def __init__(
        self,
        dialog: QWidget,
        gateway: Gateway,
        waiting: QWidget,
        progress: ProgressLine | None = None,
        doing: str = "",
    ) -> None:
        super().__init__(dialog)
        self._gateway = gateway
        self._waiting, self._progress, self._doing = waiting, progress, doing
        self._running: Job | None = None
        self.job = Job(self)  # of the act that runs, or of the next one
        gateway.acting.connect(self._show_waiting)

    @property
    def is_running(self) -> bool:
        return self._running is not None

    def cancel(self) -> bool:
        """Cancel the act that runs: at once if it waits for the lock, else as soon as it can. False: none runs."""
        if self._running is None:
            return False
        self._running.cancel()
        return True

    def run(self, act: Callable[[Session], T], then: Callable[[T], None], refused: Refused) -> None:
        """Run an act in a transaction; after the commit `then`, after a refusal `refused`."""
        job = self._begin()
        self._gateway.do(
            act, self._ending(job, then), self._ending(job, refused), job=job, failed=partial(self._end, job)
        )

    def run_with_store(self, act: Callable[[Store], T], then: Callable[[T], None], refused: Refused) -> None:
        """The same for an act that begins and ends its own transaction."""
        job = self._begin()
        self._gateway.do_with_store(
            act, self._ending(job, then), self._ending(job, refused), job=job, failed=partial(self._end, job)
        )

    def read(
        self,
        query: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[RuleViolation | StoreTrouble], None],
        *,
        can_cancel: bool = False,
    ) -> None:
        """Run something that needs no store, such as writing a file, on the read worker.

        `can_cancel`: it reports to `job.progress`. Otherwise the dialog can be closed while it runs.
        """
        job = self._begin(can_cancel=can_cancel)

        def work() -> T | RuleViolation | StoreTrouble | Cancelled:
            try:
                return query()
            except (RuleViolation, StoreTrouble, Cancelled) as error:
                return error

        def answer(result: T | RuleViolation | StoreTrouble | Cancelled) -> None:
            if isinstance(result, RuleViolation | StoreTrouble):
                failed(result)
            elif not isinstance(result, Cancelled):
                then(result)

        self._gateway.read(work, self._ending(job, answer), failed=partial(self._end, job))

    def _begin(self, *, can_cancel: bool = True) -> Job:
        if self._running is not None:
            self.job = Job(self)  # an act of the worksheet need not wait for the one before it
        job = self.job
        if can_cancel:
            self._running = job
        self.busy_changed.emit(True)
        if self._progress is not None:
            self._progress.watch(job, self._doing)
        return job

    def _ending(self, job: Job, then: Callable[[T], None]) -> Callable[[T], None]:
        """End the job, then call `then`, unless the dialog is gone."""

        def end(result: T) -> None:
            self._end(job)
            if shiboken6.isValid(self):
                then(result)

        return end

    def _end(self, job: Job) -> None:
        if not shiboken6.isValid(self):
            return
        if self.job is job:
            self._running, self.job = None, Job(self)
            if self._progress is not None:
                self._progress.done()
        self.busy_changed.emit(False)

    def _show_waiting(self, job: Job | None) -> None:
        self._waiting.setVisible(self._progress is None and job is not None and job is self._running)
