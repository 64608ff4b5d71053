"""Progress of a job as a line in a dialog or as a dialog: hidden for a second, busy up to five, then a bar; with Cancel."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QLocale, QObject, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QProgressDialog, QWidget

from tslic_admin.ui.gateway.jobs import Job

SILENT_MS = 1000
BUSY_MS = 5000  # until then the bar shows only that the job is running


class ProgressLine(QWidget):
    """Visible only while a job is running. `doing` is its verb, such as *Reading*."""

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
        """Follow a job until it ends."""
        self.done()
        self._job, self._doing = job, doing
        self.label.setText(f"{doing}…")
        self.bar.setRange(0, 0)  # busy, until the total is known
        job.progressed.connect(self._progressed)
        job.ended.connect(self.done)
        self._since.start()
        self._wait.start()

    def done(self) -> None:
        if self._job is not None:
            self._job.progressed.disconnect(self._progressed)
            self._job.ended.disconnect(self.done)
        self._job = None
        self._wait.stop()
        self.hide()

    def _progressed(self, done: int, total: int) -> None:
        if self._since.elapsed() < BUSY_MS:
            return
        self.bar.setRange(0, total)
        self.bar.setValue(min(done, total))
        self.label.setText(f"{self._doing}, {QLocale().toString(done)} rows…")


class ProgressDialog(QObject):
    """Shows the progress of a job until it ends."""

    def __init__(self, parent: QWidget, job: Job, text: str) -> None:
        super().__init__(parent)
        self._dialog = QProgressDialog(text, self.tr("Cancel"), 0, 0, parent)
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(SILENT_MS)
        self._dialog.setAutoReset(False)
        self._dialog.setAutoClose(False)
        self._dialog.setValue(0)
        self._since = QElapsedTimer()
        self._since.start()
        self._dialog.canceled.connect(job.cancel)
        job.progressed.connect(self._show)
        job.ended.connect(self._finish)

    def _show(self, done: int, total: int) -> None:
        if self._since.elapsed() < BUSY_MS:
            total = 0
        self._dialog.setMaximum(total)
        self._dialog.setValue(done if total else 0)

    def _finish(self) -> None:
        self._dialog.canceled.disconnect()
        self._dialog.close()
        self._dialog.deleteLater()
        self.deleteLater()


def show_progress(parent: QWidget, job: Job, text: str) -> None:
    """Show the progress of a job after SILENT_MS, until it ends."""
    ProgressDialog(parent, job, text)
