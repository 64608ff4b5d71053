"""Workers and jobs: a worker is one thread that runs its jobs one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Cancelled(Exception):
    """The user cancelled; what was done so far is rolled back."""


class Job(QObject):
    """One piece of work that can report how far it is and be cancelled."""

    progressed = Signal(int, int)  # done, of all (0: not known)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()

    def progress(self, done: int, total: int | None = None) -> None:
        """Called by the work, from its thread. Raises Cancelled once the user has cancelled."""
        if self._cancelled.is_set():
            raise Cancelled
        self.progressed.emit(min(done, 2**31 - 1), min(total or 0, 2**31 - 1))

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()


class Worker(QObject):
    """Runs jobs one after the other on a thread of its own; answers come on the interface's thread."""

    _finished = Signal(object)  # the number of a job and its future

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        # queued: work that is done before its callback is attached would answer inside of `start`
        self._finished.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        # Kept here and never by the future: its thread could be the last to let go of a widget that waits for
        # the answer, and would delete it there while Qt goes on calling its timers.
        self._waiting: dict[int, Callable[[Future[Any]], None]] = {}
        self._started = 0
        self._open = True
        self.pending = 0

    def start(self, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Queue work; `then` gets its future, done, unless the worker is closed before."""
        if not self._open:
            return
        self.pending += 1
        self._started += 1
        number = self._started
        self._waiting[number] = then
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._finished.emit((number, done)))

    def _answer(self, answered: tuple[int, Future[Any]]) -> None:
        number, done = answered
        self.pending -= 1
        then = self._waiting.pop(number)
        if self._open:
            then(done)

    def close(self, *, finish: bool = False) -> None:
        """Let the running job end, and with `finish` all that wait; nobody is called back any more."""
        self._open = False
        self._pool.shutdown(cancel_futures=not finish)
