"""The console as real processes: two on one store, a reader who leaves, Ctrl+C."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import HANG
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow
from tslic_admin.db.store import Store

CLI = ("-m", "tslic_admin.cli")
# Progress goes to standard output, so that a test can wait for it. A shell that starts the tests in its background
# makes all their processes ignore Ctrl+C.
SCRIPT = """
import signal, sys
from tslic_admin import cli
from tslic_admin.console.terminal import Terminal

signal.signal(signal.SIGINT, signal.default_int_handler)
Terminal.progress = lambda self, text: print(text, flush=True)
sys.exit(cli.main())
"""
CLI_WITH_PROGRESS = ("-c", SCRIPT)


def start(folder: Path, *argv: str, program: tuple[str, str] = CLI) -> subprocess.Popen[str]:
    command = [sys.executable, *program, "--data-dir", str(folder), *argv]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_programs_may_make_one_store_and_write_to_it_at_once(tmp_path):
    folder = tmp_path / "new"
    programs = [start(folder, "--json", "servers", "add", f"DC{number}") for number in range(4)]
    results = [(program.communicate(timeout=HANG), program.returncode) for program in programs]
    assert [code for _, code in results] == [0, 0, 0, 0], results
    assert sorted(json.loads(out)["entry"] for (out, _), _ in results) == [1, 2, 3, 4]


def test_of_two_transfers_of_one_license_the_second_is_refused_by_the_rule(stocked):
    mark = ("transfer", "mark", "DC01/3/1", "--on", "2026-02-01", "--reason", "x", "--anyway", "--to")
    programs = [start(stocked.folder, *mark, name) for name in ("PC7", "PC8")]
    errors = [program.communicate(timeout=HANG)[1] for program in programs]
    assert sorted(program.returncode for program in programs) == [0, 3]
    assert "already transferred" in "".join(errors)
    assert len(stocked.json("transfer", "list")) == 1


def test_the_second_program_waits_for_the_first(stocked):
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        with start(stocked.folder, "servers", "add", "DC02", program=CLI_WITH_PROGRESS) as second:
            assert "Waiting" in second.stdout.readline()
            first.execute("COMMIT")
            output, error = second.communicate(timeout=HANG)
    assert (second.returncode, error) == (0, "")
    assert "Server DC02 was added." in output


def test_who_waits_too_long_is_told_that_the_store_is_locked(stocked, monkeypatch):
    monkeypatch.setattr("tslic_admin.console.invocation.PATIENCE_SECONDS", 0)
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        result = stocked("servers", "add", "DC02")
        first.execute("ROLLBACK")
    assert (result.code, result.out) == (4, "")
    assert result.err.count("\n") == 1


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="on Windows a pipe without a reader raises another error; this program was not tested with it yet",
)
@pytest.mark.parametrize(
    "argv",
    [("licenses", "list"), ("--json", "licenses", "list"), ("export", "licenses", "--to", "-")],
    ids=" ".join,
)
def test_a_reader_who_leaves_is_no_error(stocked, store: Store, argv):
    with store.writing() as session:
        session.add_all(
            IssuanceRow(key_pack_id=1, license_id=number, computer=f"PC{number}", status=2)
            for number in range(100, 3000)
        )
        session.flush()
        seal(session, "import")
    with start(stocked.folder, *argv) as program:
        program.stdout.readline()
        program.stdout.close()
        assert program.wait(timeout=HANG) == 0
        assert program.stderr.read() == ""


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="on Windows Ctrl+C goes to every process of the console, so it would end the tests too",
)
def test_ctrl_c_ends_a_program_that_waits_and_changes_nothing(stocked):
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        with start(stocked.folder, "servers", "add", "DC02", program=CLI_WITH_PROGRESS) as program:
            assert "Waiting" in program.stdout.readline()
            program.send_signal(signal.SIGINT)
            _, error = program.communicate(timeout=HANG)
        first.execute("ROLLBACK")
    assert (program.returncode, error) == (130, "Interrupted; nothing was changed.\n")
    assert len(stocked.json("servers", "list")) == 1


@pytest.fixture
def ctrl_c_interrupts():
    """As in a program that a person started; see CLI_WITH_PROGRESS."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_ctrl_c_while_a_connection_is_closed_leaves_no_traceback(stocked, monkeypatch, caplog):
    """SQLAlchemy logs an interrupt that meets it there, which a busy machine makes likely."""
    closings = []

    def close(self, connection):
        closings.append(connection)
        signal.raise_signal(signal.SIGINT)
        connection.close()

    monkeypatch.setattr(SQLiteDialect_pysqlite, "do_close", close)
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        result = stocked("servers", "add", "DC02")
        first.execute("ROLLBACK")
    assert len(closings) == 1
    assert (result.code, result.err) == (130, "Interrupted; nothing was changed.\n")
    assert caplog.records == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_ctrl_c_while_a_transaction_begins_ends_it_again(stocked, monkeypatch):
    enter = Store.writing

    @contextmanager
    def writing(self):
        with enter(self) as session:
            signal.raise_signal(signal.SIGINT)
            yield session

    monkeypatch.setattr(Store, "writing", writing)
    result = stocked("servers", "add", "DC02")
    assert (result.code, result.err) == (130, "Interrupted; nothing was changed.\n")
    assert len(stocked.json("servers", "list")) == 1
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
