"""The runner of a dialog's acts: busy while one runs, cancelled, refused, and silent once the dialog is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel, QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.records import servers
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.act_runner import ActRunner


def fail(answer: object) -> None:
    pytest.fail(repr(answer))


@pytest.fixture
def dialog(qtbot) -> Iterator[QWidget]:
    widget = QWidget()
    yield widget
    if shiboken6.isValid(widget):
        shiboken6.delete(widget)


@pytest.fixture
def runner(dialog: QWidget, gateway: Gateway) -> ActRunner:
    return ActRunner(dialog, gateway, QLabel(dialog))


def test_the_dialog_is_busy_from_the_beginning_to_the_end(runner: ActRunner, settle: Callable) -> None:
    busy, results = [], []
    runner.busy_changed.connect(busy.append)
    runner.run(lambda session: servers.add(session, "DC01"), results.append, fail)
    assert (busy, runner.is_running) == ([True], True)
    settle()
    assert (busy, runner.is_running) == ([True, False], False)
    assert results[0].record == 1


@pytest.mark.parametrize("error", [RuleViolation("code-known"), StoreTrouble("file-not-written")])
def test_what_a_reading_raises_is_shown(runner: ActRunner, settle: Callable, error: Exception) -> None:
    def query() -> None:
        raise error

    failures = []
    runner.read(query, fail, failures.append)
    assert not runner.is_running, "the dialog can be closed"
    settle()
    assert failures == [error]


def test_a_cancelled_reading_answers_nobody(runner: ActRunner, gateway: Gateway, settle: Callable) -> None:
    started = threading.Event()
    gateway.read(started.wait, lambda _: None)
    progress = runner.job.progress
    runner.read(lambda: progress(1), fail, fail, can_cancel=True)
    assert runner.cancel()
    started.set()
    settle()
    assert not runner.is_running
    assert not runner.job.is_cancelled, "the next act has its own job"
    assert not runner.cancel(), "nothing runs any more"


def test_of_two_acts_the_later_one_is_cancelled(
    runner: ActRunner, gateway: Gateway, settle: Callable
) -> None:
    started, results = threading.Event(), []
    gateway.ask(lambda _: started.wait(), lambda _: None)
    runner.run(lambda session: servers.add(session, "DC01"), results.append, fail)
    runner.run(lambda session: servers.add(session, "DC02"), fail, fail)
    runner.cancel()
    started.set()
    settle()
    assert [one.record for one in results] == [1]
    assert not runner.is_running


@pytest.mark.parametrize("name", ["DC01", ""])
def test_a_dialog_that_is_gone_is_not_called_back(
    runner: ActRunner, dialog: QWidget, settle: Callable, name: str
) -> None:
    runner.run(lambda session: servers.add(session, name), fail, fail)
    shiboken6.delete(dialog)
    settle()
