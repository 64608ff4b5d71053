"""What the console writes and asks."""

from __future__ import annotations

import io
import sys

import pytest

from tslic_admin.console.terminal import Terminal, printable


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(as_json=False)


def test_control_characters_never_reach_the_terminal():
    assert printable("a\x1b[2Jb\nc\td") == "a\N{REPLACEMENT CHARACTER}[2Jb c d"


def test_a_secret_is_asked_for_without_echo_where_a_person_types(terminal, monkeypatch):
    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"asked {prompt}")
    assert terminal.read_secret("code") == "asked code: "


def test_numbers_stand_to_the_right_and_texts_to_the_left(terminal, capsys):
    terminal.table(["Name", "Total"], [["A", 5], ["Longer", "Unlimited"], ["B", None]], nothing="none")
    assert capsys.readouterr().out.splitlines() == [
        "Name        Total",
        "------  ---------",
        "A               5",
        "Longer  Unlimited",
        "B",
    ]


def test_progress_is_wiped_before_anything_else_is_said(terminal, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    terminal.progress("1000 rows")
    terminal.line("done")
    assert capsys.readouterr().err == "\r1000 rows\r         \r"


def test_after_its_reader_left_nothing_more_is_written(terminal, monkeypatch):
    class Gone(io.StringIO):
        writes = 0

        def write(self, _):
            Gone.writes += 1
            raise BrokenPipeError

        def fileno(self):
            raise OSError

    monkeypatch.setattr(sys, "stdout", Gone())
    terminal.table(["A"], ([n] for n in range(5)), nothing="none")
    terminal.array(range(5))
    terminal.line("more")
    terminal.flush()
    assert (terminal.closed, Gone.writes) == (True, 1)


def test_a_stream_that_cannot_be_reconfigured_is_taken_as_it_is(monkeypatch):
    class Plain:
        def write(self, text):
            self.text = text

    plain = Plain()
    monkeypatch.setattr(sys, "stdout", plain)
    Terminal(as_json=False).line("x")
    assert plain.text == "x\n"
