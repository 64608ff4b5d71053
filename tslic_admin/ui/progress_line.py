"""How far slow work is: nothing for a second, busy to five, then a bar with a number; Cancel ends the work."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QLocale, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from tslic_admin.ui.jobs import Job

SILENT_MS = 1000
BUSY_MS = 5000  # until then it is only said that something is done


class ProgressLine(QWidget):
    """Shown only while a job lasts. `doing` says what, such as *Reading*."""

    def __init__(self) -> None:
        super().__init__()
        self._doing = ""
        self._job: Job | None = None
        self.label = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.label)
        line.addWidget(self.bar, 1)
        self._since = QElapsedTimer()
        self._wait = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._wait.timeout.connect(self.show)
        self.hide()

    def watch(self, job: Job, doing: str) -> None:
        """Follow a job until `done`."""
        self.done()
        self._job, self._doing = job, doing
        self.label.setText(f"{doing}…")
        self.bar.setRange(0, 0)  # busy, as long as no end is known
        job.progressed.connect(self._progressed)
        self._since.start()
        self._wait.start()

    def done(self) -> None:
        if self._job is not None:
            self._job.progressed.disconnect(self._progressed)
        self._job = None
        self._wait.stop()
        self.hide()

    def _progressed(self, done: int, total: int) -> None:
        if self._since.elapsed() < BUSY_MS:
            return
        self.bar.setRange(0, total)
        self.bar.setValue(min(done, total))
        self.label.setText(f"{self._doing}, {QLocale().toString(done)} rows…")
