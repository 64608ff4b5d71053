"""Progress as the habits want it: nothing below a second, busy to five, then a bar with a number; and Cancel."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt
from PySide6.QtWidgets import QProgressDialog, QWidget

from tslic_admin.ui import progress_line
from tslic_admin.ui.jobs import Job


class Progress(QObject):
    """Shows how far a job is; `finish` takes it away, whatever became of the job."""

    def __init__(self, parent: QWidget, job: Job, text: str) -> None:
        super().__init__(parent)
        self._dialog = QProgressDialog(text, self.tr("Cancel"), 0, 0, parent)
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(progress_line.SILENT_MS)
        self._dialog.setAutoReset(False)
        self._dialog.setAutoClose(False)
        self._dialog.setValue(0)
        self._since = QElapsedTimer()
        self._since.start()
        self._dialog.canceled.connect(job.cancel)
        job.progressed.connect(self._show)

    def _show(self, done: int, total: int) -> None:
        if self._since.elapsed() < progress_line.BUSY_MS:
            total = 0
        self._dialog.setMaximum(total)
        self._dialog.setValue(done if total else 0)

    def finish(self) -> None:
        self._dialog.canceled.disconnect()
        self._dialog.close()
        self._dialog.deleteLater()
        self.deleteLater()


def show_progress(parent: QWidget, job: Job, text: str) -> Progress:
    """Show a job's progress once it has taken a second."""
    return Progress(parent, job, text)
