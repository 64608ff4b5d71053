"""Verify History: verifies the chain of entries on the read worker and shows the finding."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from tslic_admin.services.history.verification import Verification, VerificationState, verify
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import show_progress
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.wording.history.verification import FINDINGS, HISTORY_INTACT


def verify_history(window: MainWindow) -> None:
    """Verify, then show in the status bar that the history is intact, or in a box what was found."""
    path, now = window.gateway.path, window.gateway.now
    job = Job(window.gateway)
    show_progress(window, job, window.tr("Verifying the history…"))

    def show(result: Verification) -> None:
        if result.state is VerificationState.INTACT:
            window.show_verified(window.tr("history verified"))
            window.statusBar().showMessage(
                HISTORY_INTACT.format(entries=result.entries, head=result.head[:12]), 10_000
            )
            return
        assert result.finding is not None  # noqa: S101 - what is not intact has a finding
        box = QMessageBox(
            QMessageBox.Icon.Critical,
            window.tr("Verify History"),
            FINDINGS[result.finding.code].format_map(result.finding.facts),
            QMessageBox.StandardButton.Close,
            window,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    window.gateway.read(lambda: verify(path, now, progress=job.progress), show, owner=window, job=job)
