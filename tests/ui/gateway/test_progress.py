"""How far slow work is: busy at first, a bar with a number when it lasts, and Cancel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QProgressDialog, QWidget

from tslic_admin.ui.gateway import progress as progress_module
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import ProgressLine, show_progress


@pytest.fixture
def place(qtbot) -> QWidget:
    place = QWidget()
    qtbot.addWidget(place)
    place.show()
    return place


def test_at_first_a_line_only_says_that_something_is_done(place, qtbot, monkeypatch):
    monkeypatch.setattr(progress_module, "BUSY_MS", 60_000)
    line, job = ProgressLine(), Job(place)
    qtbot.addWidget(line)
    line.watch(job, "Reading")
    assert not line.isVisible()
    job.progressed.emit(5000, 20000)
    assert (line.label.text(), line.bar.maximum()) == ("Reading…", 0)


def test_what_lasts_gets_a_bar_with_its_number(place, qtbot, monkeypatch):
    monkeypatch.setattr(progress_module, "BUSY_MS", 0)
    line, job = ProgressLine(), Job(place)
    qtbot.addWidget(line)
    line.watch(job, "Reading")
    job.progressed.emit(5000, 20000)
    assert (line.bar.value(), line.bar.maximum()) == (5000, 20000)
    assert line.label.text().endswith(f"{QLocale().toString(5000)} rows…")
    job.ended.emit(job)
    assert not line.isVisible()


@pytest.mark.parametrize(("busy_ms", "shown"), [(60_000, (0, 0)), (0, (5000, 20000))])
def test_a_dialog_is_busy_first_and_then_counts_and_cancels(place, monkeypatch, busy_ms, shown):
    monkeypatch.setattr(progress_module, "BUSY_MS", busy_ms)
    job = Job(place)
    show_progress(place, job, "Verifying")
    dialog = place.findChild(QProgressDialog)
    job.progressed.emit(5000, 20000)
    assert (dialog.value(), dialog.maximum()) == shown
    dialog.canceled.emit()  # as its button does
    assert job.is_cancelled
    job.ended.emit(job)
    assert not dialog.isVisible()
