"""The table of commands: it is complete, and what it does not name is not imported."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from collections import Counter

import pytest
from conftest import HANG

from tslic_admin import console as console_package
from tslic_admin.console.command import COMMAND_TABLE, load_command

# Prints what was imported that takes long or belongs to a command.
SCRIPT = """
import json, sys
from tslic_admin import cli
from tslic_admin.console.command import COMMAND_TABLE

code = cli.main(sys.argv[1:])
heavy = {name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "PySide6"}
modules = {entry.module for entry in COMMAND_TABLE if f"tslic_admin.console.{entry.module}" in sys.modules}
print(json.dumps([code, sorted(heavy), sorted(modules)]), file=sys.stderr)
"""
# Without a filter: to find a server or a key pack by its name takes SQLAlchemy; `compare` always names a server.
LISTS = [entry for entry in COMMAND_TABLE if entry.words[-1] == "list"]


def call(folder, *argv: str) -> list:
    """Exit code, slow libraries and command modules of a process of its own."""
    command = [sys.executable, "-c", SCRIPT, "--data-dir", str(folder), *argv]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG)
    return json.loads(result.stderr.splitlines()[-1])


def declared() -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each module of the console declares which command."""
    prefix = f"{console_package.__name__}."
    names = [module.name for module in pkgutil.walk_packages(console_package.__path__, prefix)]
    return Counter(
        (name.removeprefix(prefix), command.words)
        for name in names
        for command in getattr(importlib.import_module(name), "COMMANDS", ())
    )


def test_the_table_names_every_command_once_and_no_other():
    assert declared() == Counter((entry.module, entry.words) for entry in COMMAND_TABLE)
    assert max(Counter(entry.words for entry in COMMAND_TABLE).values()) == 1


@pytest.mark.parametrize("entry", COMMAND_TABLE, ids=lambda entry: entry.name)
def test_an_entry_loads_the_command_of_its_words(entry):
    command = load_command(entry)
    assert (command.words, command.name) == (entry.words, entry.name)


@pytest.mark.parametrize("argv", [("--version",), ("--help",), ("servers", "--help")], ids=" ".join)
def test_help_and_the_version_import_no_command(tmp_path, argv):
    assert call(tmp_path, *argv) == [0, [], []]


@pytest.mark.parametrize("entry", LISTS, ids=lambda entry: entry.name)
def test_a_list_imports_no_sqlalchemy_and_no_other_command(stocked, entry):
    assert call(stocked.folder, *entry.words) == [0, [], ["lists"]]


def test_due_imports_no_sqlalchemy_and_no_other_command(stocked):
    assert call(stocked.folder, "due", "--within", "0", "--on", "1999-01-01") == [0, [], ["lists"]]


def test_the_collector_imports_no_sqlalchemy_and_no_other_command(tmp_path):
    assert call(tmp_path, "collector", "--server", "DC07") == [0, [], ["importing.collector"]]


@pytest.mark.parametrize("file_format", ["csv", "json", "xlsx", "html"])
def test_an_export_imports_no_sqlalchemy_and_no_other_command(stocked, tmp_path, file_format):
    target = tmp_path / f"licenses.{file_format}"
    assert call(stocked.folder, "export", "licenses", "--to", str(target)) == [0, [], ["exporting.files"]]
    assert target.stat().st_size > 0


def test_an_act_imports_the_module_that_the_table_names(stocked):
    assert call(stocked.folder, "servers", "add", "DC02") == [0, ["sqlalchemy"], ["records.servers"]]
