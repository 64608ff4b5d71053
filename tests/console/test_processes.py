"""The console as real processes: two on one store, a reader who leaves, Ctrl+C."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow
from tslic_admin.db.store import Store

CLI = (sys.executable, "-m", "tslic_admin.cli", "--data-dir")


def start(folder: Path, *argv: str, **more) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*CLI, str(folder), *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def test_two_programs_may_make_one_store_and_write_to_it_at_once(tmp_path):
    folder = tmp_path / "new"
    programs = [start(folder, "--json", "servers", "add", f"DC{number}") for number in range(4)]
    results = [(program.communicate(timeout=60), program.returncode) for program in programs]
    assert [code for _, code in results] == [0, 0, 0, 0], results
    assert sorted(json.loads(out)["entry"] for (out, _), _ in results) == [1, 2, 3, 4]


def test_of_two_transfers_of_one_license_the_second_is_refused_by_the_rule(stocked):
    mark = ("transfer", "mark", "DC01/3/1", "--on", "2026-02-01", "--reason", "x", "--anyway", "--to")
    programs = [start(stocked.folder, *mark, name) for name in ("PC7", "PC8")]
    errors = [program.communicate(timeout=60)[1] for program in programs]
    assert sorted(program.returncode for program in programs) == [0, 3]
    assert "already transferred" in "".join(errors)
    assert len(stocked.json("transfer", "list")) == 1


def test_the_second_program_waits_for_the_first(stocked):
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        second = start(stocked.folder, "servers", "add", "DC02")
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=2)
        first.execute("COMMIT")
        assert second.wait(timeout=30) == 0
        second.communicate()


def test_who_waits_too_long_is_told_that_the_store_is_locked(stocked, monkeypatch):
    monkeypatch.setattr("tslic_admin.console.call.PATIENCE", 0)
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        result = stocked("servers", "add", "DC02")
        first.execute("ROLLBACK")
    assert (result.code, result.out) == (4, "")
    assert result.err.count("\n") == 1


@pytest.mark.skipif(
    sys.platform == "win32", reason="a pipe without a reader is another error there, which nobody has tried"
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
    program = start(stocked.folder, *argv)
    program.stdout.readline()
    program.stdout.close()
    assert program.wait(timeout=60) == 0
    assert program.stderr.read() == ""
    program.stderr.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C would go to the console of the tests too")
def test_ctrl_c_ends_a_program_that_waits_and_changes_nothing(stocked):
    script = (
        "import sys; from tslic_admin import cli; from tslic_admin.console.terminal import Terminal\n"
        "Terminal.progress = lambda self, text: print(text, flush=True)\n"
        "sys.exit(cli.main())"
    )
    argv = ["--data-dir", str(stocked.folder), "servers", "add", "DC02"]
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        program = subprocess.Popen(
            [sys.executable, "-c", script, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert "Waiting" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        _, error = program.communicate(timeout=30)
        first.execute("ROLLBACK")
    assert program.returncode == 130
    assert error == "Interrupted; nothing was changed.\n"
    assert len(stocked.json("servers", "list")) == 1
