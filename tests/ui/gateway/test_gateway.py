"""The door to the store: nobody waits in the window, refusals come back, trouble is told, bugs are not hidden."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest
import shiboken6
from conftest import HANG
from PySide6.QtCore import QObject

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.records import servers
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway import gateway as gateway_module
from tslic_admin.ui.gateway.jobs import Cancelled, Job, Worker
from tslic_admin.ui.records.server_dialogs import ServerDialog


def fail(result: object) -> None:
    pytest.fail(str(result))


def test_an_act_changes_the_store_and_then_tells_every_view(gateway, qtbot):
    done = []
    with qtbot.waitSignal(gateway.changed) as changed:
        gateway.do(lambda session: servers.add(session, "DC01"), done.append, fail, owner=gateway)
    assert changed.args[0] & Changes.SERVERS
    qtbot.waitUntil(lambda: bool(done))
    assert (done[0].entry, done[0].record) == (1, 1)


def test_a_refusal_comes_back_and_nothing_is_told(gateway, settle, qtbot):
    refused = []
    with qtbot.assertNotEmitted(gateway.changed):
        gateway.do(lambda session: servers.add(session, ""), fail, refused.append, owner=gateway)
        settle()
    assert refused[0].code == "name-missing"


def test_an_act_that_changed_nothing_refreshes_nothing(gateway, settle, qtbot):
    with qtbot.assertNotEmitted(gateway.changed):
        gateway.do(lambda _: ActResult(None, Changes.NONE), lambda _: None, fail, owner=gateway)
        settle()


def test_it_waits_for_another_program_and_says_so(gateway, qtbot, database, monkeypatch):
    monkeypatch.setattr(gateway_module, "WAITING_AFTER_MS", 1)
    monkeypatch.setattr(gateway_module, "LOCK_TRY_SECONDS", 0.05)
    dialog = ServerDialog(gateway, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.fields["name"].setText("DC01")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dialog.accept()
        qtbot.waitUntil(dialog.waiting.isVisible)
        other.execute("COMMIT")
        with qtbot.waitSignal(dialog.acted):
            pass


def test_cancel_while_waiting_leaves_everything_as_it_was(gateway, qtbot, settle, database, monkeypatch):
    monkeypatch.setattr(gateway_module, "LOCK_TRY_SECONDS", 0.05)
    dialog = ServerDialog(gateway, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.fields["name"].setText("DC01")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dialog.accept()
        dialog.reject()
        settle()
        other.execute("COMMIT")
        assert other.execute("SELECT count(*) FROM server").fetchone() == (0,)
    assert dialog.isVisible()
    assert dialog.fields["name"].text() == "DC01"
    assert dialog.verb.isEnabled()


def test_a_lock_that_is_never_given_up_is_trouble(gateway, qtbot, database, monkeypatch):
    monkeypatch.setattr(gateway_module, "LOCK_TRY_SECONDS", 0.02)
    monkeypatch.setattr(gateway_module, "LOCK_PATIENCE_SECONDS", 0.06)
    failed = []
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with qtbot.waitSignal(gateway.trouble) as trouble:
            gateway.do(
                lambda session: servers.add(session, "DC01"), fail, fail,
                owner=gateway, failed=lambda: failed.append(True),
            )  # fmt: skip
    assert trouble.args[0].code == "store-locked"
    assert failed == [True]


@pytest.mark.parametrize(("code", "tries"), [("store-full", 1), ("store-locked", 5)])
def test_only_a_lock_is_waited_for(gateway, qtbot, monkeypatch, code, tries):
    monkeypatch.setattr(gateway_module, "LOCK_TRY_SECONDS", 0.02)
    monkeypatch.setattr(gateway_module, "LOCK_PATIENCE_SECONDS", 0.1)
    attempts = []

    def act(_: object) -> ActResult:
        attempts.append(True)
        raise StoreTrouble(code)

    with qtbot.waitSignal(gateway.trouble) as trouble:
        gateway.do(act, fail, fail, owner=gateway)
    assert trouble.args[0].code == code
    assert len(attempts) == tries


def test_an_act_that_takes_long_is_told_until_it_ends(gateway, qtbot, settle, monkeypatch):
    monkeypatch.setattr(gateway_module, "WAITING_AFTER_MS", 1)
    told, go_on = [], threading.Event()
    gateway.acting.connect(told.append)

    def act(_: object) -> ActResult:
        go_on.wait(timeout=HANG)
        return ActResult(None, Changes.NONE)

    job = gateway.do(act, lambda _: None, fail, owner=gateway)
    qtbot.waitUntil(lambda: told == [job])
    go_on.set()
    settle()
    assert told == [job, None]


def test_trouble_with_a_chosen_file_comes_back_to_who_reads_it(gateway, qtbot, settle):
    def query(*_: object) -> None:
        raise StoreTrouble("file-missing")

    refused = []
    with qtbot.assertNotEmitted(gateway.trouble):
        gateway.read(query, fail, refused.append, owner=gateway)
        gateway.ask(query, fail, refused.append, owner=gateway)
        settle()
    assert [trouble.code for trouble in refused] == ["file-missing", "file-missing"]
    failed = []
    with qtbot.waitSignals([gateway.trouble, gateway.trouble]):
        gateway.read(query, fail, owner=gateway, failed=lambda: failed.append("read"))
        gateway.ask(query, fail, owner=gateway, failed=lambda: failed.append("ask"))
    assert sorted(failed) == ["ask", "read"]


def refuse(*_: object) -> ActResult:
    raise RuleViolation("name-missing")


def cancel(*_: object) -> ActResult:
    raise Cancelled


@pytest.mark.parametrize("work", [lambda *_: ActResult(None, Changes.SERVERS), refuse, cancel])
def test_an_owner_that_is_gone_is_not_called_back(gateway, qtbot, settle, work):
    """The views still refresh, and the job ends."""
    calls = []

    def start(owner: QObject) -> None:
        job = Job(gateway)
        job.ended.connect(lambda _: calls.append("ended"))
        callbacks = (lambda _: calls.append("then"), lambda _: calls.append("refused"))
        gateway.do(work, *callbacks, owner=owner, job=job, failed=lambda: calls.append("failed"))
        gateway.read(work, *callbacks, owner=owner, failed=lambda: calls.append("failed"))
        gateway.ask(work, *callbacks, owner=owner, failed=lambda: calls.append("failed"))

    changed = []
    gateway.changed.connect(changed.append)
    start(gateway)
    settle()
    assert len(calls) == 4
    assert len({*calls}) == 2
    owner = QObject()
    calls.clear()
    start(owner)
    shiboken6.delete(owner)
    settle()
    assert calls == ["ended"]
    assert len(changed) in (0, 2)


def test_what_is_cancelled_before_its_turn_does_not_run(gateway, settle):
    jobs, ended, failed = (Job(gateway), Job(gateway)), [], []
    for job in jobs:
        job.ended.connect(ended.append)
        job.cancel()
    gateway.do(fail, fail, fail, owner=gateway, job=jobs[0], failed=lambda: failed.append("do"))
    gateway.read(lambda: fail("ran"), fail, owner=gateway, job=jobs[1], failed=lambda: failed.append("read"))
    settle()
    assert len(ended) == 2
    assert sorted(failed) == ["do", "read"]


def test_a_bug_is_not_dressed_as_anything_else(gateway, qtbot, settle):
    with qtbot.captureExceptions() as caught:
        gateway.do(lambda _: 1 / 0, fail, fail, owner=gateway)
        gateway.read(lambda: {}["nothing"], fail, owner=gateway)
        settle()
    assert {kind for kind, _, _ in caught} == {ZeroDivisionError, KeyError}


def test_a_question_sees_what_the_acts_before_it_did(gateway, qtbot, settle):
    names = []

    def ask(session):
        return session.connection().exec_driver_sql("SELECT name FROM server").scalars().all()

    gateway.do(lambda session: servers.add(session, "DC01"), lambda _: None, fail, owner=gateway)
    gateway.ask(ask, names.extend, owner=gateway)
    settle()
    assert names == ["DC01"]


def test_answers_come_on_the_interfaces_thread_and_none_after_the_end(qtbot):
    worker = Worker("test")
    seen = []
    worker.start(
        lambda: threading.current_thread().name,
        lambda done: seen.append((done.result(), threading.current_thread() is threading.main_thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("test_0", True)]
    worker.start(lambda: "late", lambda done: seen.append(done.result()))
    worker.close(finish=True)
    worker.start(lambda: "never", lambda done: seen.append(done.result()))
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert len(seen) == 1


def test_a_job_tells_how_far_it_is_until_it_is_cancelled(qtbot):
    job = Job()
    with qtbot.waitSignal(job.progressed) as progress:
        job.progress(5_000_000_000, None)
    assert progress.args == [2**31 - 1, 0]
    job.cancel()
    with pytest.raises(Cancelled):
        job.progress(1, 2)
