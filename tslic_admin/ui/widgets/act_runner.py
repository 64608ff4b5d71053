"""Runs the acts of a dialog: one place for busy, waiting, cancel and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from tslic_admin.services.changes import HasChanges
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.db.store import Store

T = TypeVar("T")
R = TypeVar("R", bound=HasChanges)


class ActRunner(QObject):
    """Belongs to its dialog. `waiting` is shown while an act waits for another change to the store."""

    busy_changed = Signal(bool)
    refused = Signal(object)  # Refusal: what prevented an act

    def __init__(self, gateway: Gateway, dialog: QWidget, waiting: QWidget | None) -> None:
        super().__init__(dialog)
        self._gateway, self._waiting = gateway, waiting
        self._jobs: list[Job] = []
        gateway.acting.connect(self._show_waiting)

    @property
    def is_running(self) -> bool:
        return bool(self._jobs)

    def do(self, act: Callable[[Session], R], then: Callable[[R], None], job: Job | None = None) -> None:
        """Run an act; `job` is needed where the act reports its progress."""
        self._gateway.do(act, then, self.refused.emit, owner=self, job=self._begin(job))

    def do_with_store(
        self, act: Callable[[Store], R], then: Callable[[R], None], job: Job | None = None
    ) -> None:
        """Run an act that begins and ends its own transaction."""
        self._gateway.do_with_store(act, then, self.refused.emit, owner=self, job=self._begin(job))

    def read(self, query: Callable[[], T], then: Callable[[T], None], job: Job | None = None) -> None:
        """Read or write a file of the user's on the read worker."""
        self._gateway.read(query, then, self.refused.emit, owner=self, job=self._begin(job))

    def cancel(self) -> None:
        """Cancel what waits for the lock; what is running ends at its next report of progress."""
        for job in self._jobs:
            job.cancel()

    def _begin(self, job: Job | None) -> Job:
        job = job or Job(self._gateway)
        job.ended.connect(self._end)
        self._jobs.append(job)
        self.busy_changed.emit(True)
        return job

    def _end(self, job: Job) -> None:
        self._jobs.remove(job)
        if not self._jobs:
            self.busy_changed.emit(False)

    def _show_waiting(self, job: Job | None) -> None:
        if self._waiting is not None:
            self._waiting.setVisible(job in self._jobs)
