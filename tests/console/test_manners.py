"""What every command has in common: exit codes, one line for a refusal, help, the global options."""

from __future__ import annotations

import sys

import pytest

from tslic_admin import cli
from tslic_admin.console.command import COMMAND_TABLE, load_command
from tslic_admin.db.store import Store
from tslic_admin.paths import Paths


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("nonsense",),
        ("servers",),
        ("servers", "nonsense"),
        ("servers", "add"),
        ("servers", "list", "--nonsense"),
        ("servers", "list", "too-much"),
        ("servers", "set", "DC01"),
        ("transfer", "mark", "DC01/3/1", "--to", "PC9"),
        ("reissue", "record", "1"),
        ("export", "servers"),
        ("licenses", "list", "--serv", "DC01"),
        ("--nonsense", "servers", "list"),
        ("transfer", "void", "1"),
        ("compare", "--since", "2026-01-01"),
        ("restore", "FILE"),
    ],
)
def test_a_command_line_that_cannot_be_understood_exits_with_2_and_one_line(console, argv):
    result = console(*argv)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("tslic-admin-cli")
    assert result.err.count("\n") == 1


def test_help_lists_every_command_that_works(console):
    result = console("--help")
    assert result.code == 0
    for entry in COMMAND_TABLE:
        assert f"  {entry.name} " in result.out


@pytest.mark.parametrize("entry", COMMAND_TABLE, ids=lambda entry: entry.name)
def test_every_command_has_help_of_its_own(console, entry):
    result = console(*entry.words, "--help")
    assert result.code == 0
    assert entry.help.split()[0] in result.out
    assert all(option.flag in result.out for option in load_command(entry).options)


def test_help_for_a_group_lists_its_commands(console):
    out = console("servers", "--help").out
    assert "servers add" in out
    assert "key-packs" not in out


def test_the_version_is_printed_without_opening_a_store(tmp_path, capsys):
    assert cli.main(["--data-dir", str(tmp_path / "none"), "--version"]) == 0
    assert capsys.readouterr().out.startswith("tslic-admin-cli ")
    assert not (tmp_path / "none").exists()


def test_global_options_are_taken_after_the_command_too(stocked):
    assert stocked("servers", "list", "--json").json == stocked.json("servers", "list")


def test_a_store_that_is_not_there_yet_is_made(tmp_path, capsys):
    folder = tmp_path / "new" / "place"
    assert cli.main(["--data-dir", str(folder), "--json", "servers", "list"]) == 0
    assert capsys.readouterr().out == "[]\n"
    assert (folder / "tslic.sqlite").exists()


def test_a_folder_that_cannot_be_made_is_trouble(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert cli.main(["--data-dir", str(tmp_path / "file" / "x"), "servers", "list"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_file_that_is_no_store_is_trouble_and_stays_as_it_is(tmp_path, capsys):
    path = tmp_path / "tslic.sqlite"
    path.write_bytes(b"not a database, but long enough to be one" * 100)
    before = path.read_bytes()
    assert cli.main(["--data-dir", str(tmp_path), "servers", "add", "DC01"]) == 4
    assert capsys.readouterr().out == ""
    assert path.read_bytes() == before


def test_undecodable_bytes_on_the_command_line_are_refused(console):
    assert "cannot be stored" in console.refused("servers", "add", "DC\udcff")


def test_a_refusal_stays_on_one_line_whatever_was_typed(console):
    line = console.refused("servers", "set", "two\nlines\x1b[2J", "--reason", "x")
    assert "\x1b" not in line


def test_a_bug_exits_with_5_and_says_where_the_log_is(console, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("tslic_admin.db.lists.pages.compose", broken)
    result = console("servers", "list")
    assert result.code == 5
    assert str(console.folder) in result.err


def test_a_command_whose_module_cannot_be_imported_is_a_bug(console, monkeypatch, tmp_path):
    def broken(_):
        raise ImportError

    monkeypatch.setattr("tslic_admin.console.parsing.load_command", broken)
    monkeypatch.setattr(Paths, "for_user", lambda: Paths.under(tmp_path / "user"))
    result = console("servers", "list")
    assert (result.code, result.out) == (5, "")
    assert str(tmp_path / "user") in result.err


def test_an_interrupt_while_a_command_is_imported_changes_nothing(console, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tslic_admin.console.parsing.load_command", interrupted)
    result = console("servers", "list")
    assert (result.code, result.err) == (130, "Interrupted; nothing was changed.\n")


def test_an_interrupt_rolls_back_and_says_so(console, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("tslic_admin.services.records.servers.seal_act", interrupted)
    result = console("servers", "add", "DC01")
    assert result.code == 130
    assert "nothing was changed" in result.err
    monkeypatch.undo()
    assert cli.main(["--data-dir", str(console.folder), "servers", "list"]) == 0


def test_an_interrupt_after_the_commit_says_that_the_act_is_recorded(console, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("tslic_admin.console.invocation.Invocation.report", interrupted)
    assert "recorded" in console("servers", "add", "DC01").err


def test_an_interrupt_while_a_secret_is_asked_for_changes_nothing(console, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tslic_admin.console.terminal.Terminal.read_secret", interrupted)
    assert console("servers", "add", "DC01", "--license-server-id", "-").code == 130


def test_a_full_disk_under_standard_output_is_trouble(console, monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(28, "No space left on device")

        def fileno(self):
            raise OSError

    monkeypatch.setattr(sys, "stdout", Full())
    assert cli.main(["--data-dir", str(console.folder), "servers", "list"]) == 4


def test_an_act_that_changes_nothing_says_so(stocked, store: Store):
    result = stocked("servers", "set", "DC01", "--role", "domain", "--reason", "again")
    assert result.out == "Nothing was changed.\n"
    assert stocked.json("servers", "set", "DC01", "--role", "domain", "--reason", "again")["entry"] is None
