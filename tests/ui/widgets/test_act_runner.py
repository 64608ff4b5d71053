"""The runner of a dialog's acts: busy while one runs, cancelled, refused, and silent once the dialog is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel, QWidget

from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.records import servers
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job
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
    return ActRunner(gateway, dialog, QLabel(dialog))


def test_the_dialog_is_busy_from_the_beginning_to_the_end(runner: ActRunner, settle: Callable) -> None:
    busy, results = [], []
    runner.busy_changed.connect(busy.append)
    runner.do(lambda session: servers.add(session, "DC01"), results.append)
    assert (busy, runner.is_running) == ([True], True)
    settle()
    assert (busy, runner.is_running) == ([True, False], False)
    assert results[0].record == 1


@pytest.mark.parametrize("error", [RuleViolation("code-known"), StoreTrouble("file-not-written")])
def test_what_a_reading_raises_is_a_refusal(runner: ActRunner, settle: Callable, error: Exception) -> None:
    def query() -> None:
        raise error

    refusals = []
    runner.refused.connect(refusals.append)
    runner.read(query, fail)
    settle()
    assert refusals == [error]
    assert not runner.is_running


def test_of_two_acts_that_wait_none_is_done_once_cancelled(
    runner: ActRunner, gateway: Gateway, store: Store, dialog: QWidget, settle: Callable
) -> None:
    started, busy = threading.Event(), []
    gateway.ask(lambda _: started.wait(), lambda _: None, owner=dialog)
    runner.busy_changed.connect(busy.append)
    runner.do(lambda session: servers.add(session, "DC01"), fail)
    runner.do(lambda session: servers.add(session, "DC02"), fail)
    runner.cancel()
    started.set()
    settle()
    assert busy == [True, True, False]
    with store.reading() as session:
        assert session.get(ServerRow, 1) is None


def test_a_reading_can_be_cancelled_only_with_a_job(
    runner: ActRunner, gateway: Gateway, settle: Callable
) -> None:
    answers: list[str] = []
    runner.read(lambda: "whole", answers.append)
    assert not runner.cancel()
    settle()
    assert answers == ["whole"]
    runner.read(lambda: "", answers.append, Job(gateway))
    assert runner.cancel()
    settle()


@pytest.mark.parametrize("name", ["DC01", ""])
def test_a_dialog_that_is_gone_is_not_called_back(
    runner: ActRunner, dialog: QWidget, settle: Callable, name: str
) -> None:
    runner.refused.connect(fail)
    runner.do(lambda session: servers.add(session, name), fail)
    shiboken6.delete(dialog)
    settle()
