"""The door to the store: nobody waits in the window, refusals come back, trouble is told, bugs are not hidden."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import servers
from tslic_admin.ui.gateway import gateway as gateway_module
from tslic_admin.ui.gateway.jobs import Cancelled, Job, Worker
from tslic_admin.ui.records.server_dialogs import ServerDialog


def fail(violation: RuleViolation) -> None:
    pytest.fail(str(violation))


def test_an_act_changes_the_store_and_then_tells_every_view(gateway, qtbot):
    done = []
    with qtbot.waitSignal(gateway.changed) as changed:
        gateway.do(lambda session: servers.add(session, "DC01"), done.append, fail)
    assert changed.args[0] & Changes.SERVERS
    qtbot.waitUntil(lambda: bool(done))
    assert (done[0].entry, done[0].record) == (1, 1)


def test_a_refusal_comes_back_and_nothing_is_told(gateway, settle, qtbot):
    refused = []
    with qtbot.assertNotEmitted(gateway.changed):
        gateway.do(lambda session: servers.add(session, ""), lambda _: pytest.fail("done"), refused.append)
        settle()
    assert refused[0].code == "name-missing"


def test_an_act_that_changed_nothing_refreshes_nothing(gateway, settle, qtbot):
    with qtbot.assertNotEmitted(gateway.changed):
        gateway.do(lambda _: None, lambda _: None, fail)
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
            gateway.do(lambda s: servers.add(s, "DC01"), fail, fail, failed=lambda: failed.append(True))
    assert trouble.args[0].code == "store-locked"
    assert failed == [True]


def test_a_bug_is_not_dressed_as_anything_else(gateway, qtbot, settle):
    with qtbot.captureExceptions() as caught:
        gateway.do(lambda _: 1 / 0, fail, fail)
        gateway.read(lambda: {}["nothing"], fail)
        settle()
    assert {kind for kind, _, _ in caught} == {ZeroDivisionError, KeyError}


def test_a_question_sees_what_the_acts_before_it_did(gateway, qtbot, settle):
    names = []

    def ask(session):
        return session.connection().exec_driver_sql("SELECT name FROM server").scalars().all()

    gateway.do(lambda session: servers.add(session, "DC01"), lambda _: None, fail)
    gateway.ask(ask, names.extend)
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
