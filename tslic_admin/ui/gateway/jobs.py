"""Workers and jobs: a worker is one thread that runs its jobs one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")

# Reports done and total (None: unknown), as Job.progress does; what it raises ends the work.


class Cancelled(Exception):
    """The user cancelled; the act is rolled back."""


class Job(QObject):
    """A piece of work that reports its progress and can be cancelled. Its parent is the gateway, which outlives it."""

    progressed = Signal(int, int)  # done, total (0: unknown)
    ended = Signal(object)  # the job ended, for any reason; emitted before the callbacks run

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()

    def progress(self, done: int, total: int | None = None) -> None:
        """Report progress; called by the work on its thread. Raises Cancelled once the user has cancelled."""
        if self._cancelled.is_set():
            raise Cancelled
        self.progressed.emit(min(done, 2**31 - 1), min(total or 0, 2**31 - 1))

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()


class Worker(QObject):
    """Runs jobs one after the other on its own thread, and calls back on the interface's thread."""

    _finished = Signal(int)  # the number of a job

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        # queued, because work that ends before its callback is attached would call back inside `start`
        self._finished.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        # The callbacks are stored here and not in the futures. Otherwise the worker's thread could drop the last
        # reference to a widget, and would delete the widget there while Qt still calls its timers.
        self._waiting: dict[int, Callable[[], None]] = {}
        self._started = 0
        self._open = True
        self.pending = 0

    def start(self, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Queue work; `then` gets its completed future, unless the worker is closed before."""
        if not self._open:
            return
        self.pending += 1
        self._started += 1
        number = self._started
        future = self._pool.submit(work)
        self._waiting[number] = lambda: then(future)
        future.add_done_callback(lambda _: self._finished.emit(number))

    def _answer(self, number: int) -> None:
        self.pending -= 1
        answer = self._waiting.pop(number)
        if self._open:
            answer()

    def close(self, *, finish: bool = False) -> None:
        """Wait for the running job, and with `finish` for all queued jobs; calls nobody back any more."""
        self._open = False
        self._pool.shutdown(cancel_futures=not finish)
