"""Every option and argument of every command with a value that it must refuse, and nothing half done after any.

The commands come from the program's own table: a new option without a bad value here fails the first test.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tslic_admin.console.command import COMMAND_TABLE, Argument, Command, Option, load_command

COMMANDS = [load_command(entry) for entry in COMMAND_TABLE]

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"
PACKS = "KeyPackId,KeyPackType,ProductType,TotalLicenses,PSComputerName\n5,2,0,25,DC09\n"
TOO_LONG = "x" * 4001

# field -> a value that no command takes for it
BAD = {
    "activation": "perhaps",
    "agent": TOO_LONG,
    "authorization_number": "short",
    "by": "moon",
    "case": TOO_LONG,
    "client_os": "amiga",
    "code": "short",
    "company": TOO_LONG,
    "computer": "two words",
    "contact": TOO_LONG,
    "country": TOO_LONG,
    "date_order": "ydm",
    "entry": "99",
    "expires_at": "soon",
    "file_format": "pdf",
    "format": "pdf",
    "hardware_id": "x" * 256,
    "host_version": "3.11",
    "installed_on": "2026-02-30",
    "issued_at": "2026-02-30",
    "keypack_id": "three",
    "license": "DC01/3",
    "license_key_pack_id": "short",
    "license_server_id": "short",
    "licenses": "DC01/3/99",
    "limit": "some",
    "name": "two words",
    "not_intended": TOO_LONG,
    "notes": TOO_LONG,
    "number": "letters",
    "offset": "some",
    "on": "yesterday",
    "pack": "DC01/99",
    "phone": TOO_LONG,
    "product_id": TOO_LONG,
    "product_type": "per-chair",
    "product_version_id": "3.11",
    "program": "gift",
    "purchase_ref": TOO_LONG,
    "quantity": "few",
    "reason": TOO_LONG,
    "rename": "two words",
    "request": "99",
    "reseller": TOO_LONG,
    "role": "king",
    "same_call_as": "99",
    "search": "\udcff",
    "server": "nowhere",
    "since": "yesterday",
    "sort": "colour",
    "status": "happy",
    "taken_at": "yesterday",
    "time_zone": "Mars/Olympus",
    "to": "two words",
    "total": "few",
    "transfer": "99",
    "transfer_policy": "never-ever",
    "until": "tomorrow",
    "user": TOO_LONG,
    "what": "everything",
    "windows_version": "3.11",
    "within": "soon",
}
# where a field means something else: a server that an import names is made
BAD_HERE = {
    ("transfer removed", "by"): TOO_LONG,
    ("reissue removed", "by"): TOO_LONG,
    ("import", "server"): "two words",
    ("collector", "server"): "two words",
}
# command -> words and options with which it is done on the store of these tests
GOOD: dict[str, tuple[str, ...]] = {
    "servers add": ("DC02",),
    "servers set": ("DC01", "--reason", "x"),
    "servers list": (),
    "servers rebuilt": ("DC01", "--on", "2026-03-01", "--reason", "x"),
    "key-packs add": (
        *("--server", "DC01", "--product-version", "2019", "--type", "device", "--total", "5"),
        *("--program", "open"),
    ),
    "key-packs set": ("DC01/#3", "--program", "open", "--reason", "x"),
    "key-packs void": ("DC01/#3", "--reason", "x"),
    "key-packs list": (),
    "key-packs move": ("DC01/3", "--to", "DC01/#3", "--on", "2026-03-01", "--reason", "x"),
    "licenses add": ("--server", "DC01", "--key-pack", "3", "--computer", "OLD9"),
    "licenses void": ("DC01/3/#6", "--reason", "x"),
    "licenses list": (),
    "transfer mark": ("DC01/3/3", "--to", "PC7", "--on", "2026-03-01"),
    "transfer void": ("1", "--reason", "x"),
    "transfer removed": ("1", "--on", "2026-03-02", "--by", "Ann"),
    "transfer link": ("1", "none", "--reason", "x"),
    "transfer list": (),
    "reissue open": ("--server", "DC01"),
    "reissue add": ("1", "DC01/3/3"),
    "reissue drop": ("1", "DC01/3/1"),
    "reissue record": ("1", "--code", CODE, "--quantity", "2", "--on", "2026-03-01"),
    "reissue correct": ("2", "--code", CODE, "--reason", "x"),
    "reissue link": ("2", "7", "--reason", "x"),
    "reissue installed": ("2", "--on", "2026-03-02"),
    "reissue removed": ("3", "DC01/3/#7", "--on", "2026-03-01", "--by", "Ann"),
    "reissue withdraw": ("1", "--reason", "x"),
    "reissue void": ("2", "--reason", "x"),
    "reissue show": ("1",),
    "reissue list": (),
    "compare": ("--server", "DC01"),
    "collector": ("--server", "DC07"),
    "due": ("--within", "0", "--on", "1999-01-01"),
    "export": ("history", "--to", "-"),
    "history list": (),
    "history verify": (),
    "history anchor": (os.devnull,),
    "import": ("-",),
    "import void": ("10", "--reason", "x"),
    "report audit": ("--to", "-"),
    "report clearinghouse": ("--to", "-"),
}


def values() -> Iterator[tuple[Command, Argument | Option]]:
    for command in COMMANDS:
        for declared in (*command.arguments, *command.options):
            if not declared.file and getattr(declared, "metavar", None) is not None:
                yield command, declared


CASES = [pytest.param(*case, id=f"{case[0].name} {case[1].field}") for case in values()]


@pytest.fixture
def ready(collected):
    """A request with two licenses, another that is recorded; packs and a license by hand, a transfer, an import."""
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    collected.json(*add, "--total", "5")
    collected.json("reissue", "open", "--server", "DC01")
    collected.json("reissue", "record", "2", "--code", "9" * 35, "--quantity", "1", "--on", "2026-03-01")
    ended = ("DC01/3/9@2026-01-05", "--anyway", "--reason", "x")
    collected.json("transfer", "mark", *ended, "--to", "PC8", "--on", "2026-03-01")
    collected.json("licenses", "add", "--server", "DC01", "--key-pack", "3", "--computer", "OLD8")
    assert collected.json("import", "-", stdin=PACKS.replace("DC09", "DC08"))["entry"] == 10
    collected.json(*add, "--total", "1", "--keypack-id", "7")
    collected.json("licenses", "add", "--server", "DC01", "--key-pack", "3", "--computer", "OLD7")
    collected.json("reissue", "open", "--server", "DC01")
    collected.json("reissue", "add", "3", "DC01/3/#7")
    collected.json("reissue", "record", "3", "--code", "8" * 35, "--quantity", "1", "--on", "2026-03-01")
    return collected


def replaced(command: Command, declared: Argument | Option, bad: str) -> list[str]:
    """The command's good words with this one value replaced, or added."""
    words = list(GOOD[command.name])
    if isinstance(declared, Argument):
        words[[argument.field for argument in command.arguments].index(declared.field)] = bad
    elif declared.flag in words:
        words[words.index(declared.flag) + 1] = bad
    else:
        words += [declared.flag, bad]
    return [*command.words, *words]


def state(console) -> list[str]:
    """Everything that the store holds."""
    with closing(sqlite3.connect(console.folder / "tslic.sqlite")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    "command",
    # demo is for an empty store; the licenses of clients have tests of their own
    [command for command in COMMANDS if command.name not in ("demo", "client-license")],
    ids=lambda command: command.name,
)
def test_the_good_values_of_every_command_are_taken(ready, command):
    result = ready(*command.words, *GOOD[command.name], stdin=PACKS)
    assert result.code == 0, result.err


@pytest.mark.parametrize(("command", "declared"), CASES)
def test_a_bad_value_is_refused_in_one_line_and_nothing_is_half_done(ready, command, declared):
    before = state(ready)
    bad = BAD_HERE.get((command.name, declared.field), BAD[declared.field])
    line = ready.refused(*replaced(command, declared, bad))
    assert line[0].isupper() or line[0] in "“0123456789"
    assert line.rstrip().endswith((".", "?"))
    assert state(ready) == before


@pytest.mark.parametrize(
    ("command", "declared"), [case for case in CASES if getattr(case.values[1], "required", False)]
)
def test_a_required_option_that_is_left_out_is_a_matter_of_usage(ready, command, declared):
    words = list(GOOD[command.name])
    at = words.index(declared.flag)
    del words[at : at + 2]
    before = state(ready)
    assert ready(*command.words, *words).code == 2
    assert state(ready) == before
