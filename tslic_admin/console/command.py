"""The table of all commands, and how one is declared: its arguments, its options, the function that runs it, exit codes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tslic_admin.console.invocation import Invocation

# Exit codes other than 0, done.
EXIT_ATTENTION = 1  # done, and the answer is one to look at
EXIT_USAGE = 2
EXIT_REFUSED = 3  # by a rule
EXIT_TROUBLE = 4  # with a file, or with standard output
EXIT_BUG = 5
EXIT_CUT_SHORT = 6  # the history ends before its anchor
EXIT_INTERRUPTED = 130  # by Ctrl+C


@dataclass(frozen=True, slots=True)
class Argument:
    """A word without a flag. `field`: its name in the invocation's values, a list where `many`.

    `file`: a file's name, which may hold any bytes; all other texts must be storable.
    """

    field: str
    metavar: str
    help: str
    many: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """`field`: the service's name for it. No `metavar`: a switch. `secret`: `-` reads it from elsewhere."""

    flag: str
    field: str
    metavar: str | None
    help: str
    required: bool = False
    secret: bool = False
    many: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """What a command takes and does. `words`: as in its entry of COMMAND_TABLE. `run` returns the exit code."""

    words: tuple[str, ...]
    run: Callable[[Invocation], int]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command before its module is imported. `words`: what is typed to name it. `module`: below this package."""

    words: tuple[str, ...]
    help: str
    module: str

    @property
    def name(self) -> str:
        return " ".join(self.words)


# In the order of the help. A module is imported when one of its commands is called: see load_command.
COMMAND_TABLE = (
    CommandEntry(("servers", "add"), "add a license server", "records.servers"),
    CommandEntry(("servers", "set"), "change what is known of a server, or its name", "records.servers"),
    CommandEntry(
        ("servers", "rebuilt"), "say that a server was rebuilt: what it held is closed", "records.servers"
    ),
    CommandEntry(("servers", "list"), "list the servers", "lists"),
    CommandEntry(("key-packs", "add"), "record an installed key pack by hand", "records.key_packs"),
    CommandEntry(
        ("key-packs", "set"), "change a key pack, or what only our record knows of it", "records.key_packs"
    ),
    CommandEntry(("key-packs", "void"), "take back a key pack that was recorded by hand", "history.voids"),
    CommandEntry(("key-packs", "move"), "say that a key pack was moved to another one", "records.key_packs"),
    CommandEntry(("key-packs", "list"), "list the key packs", "lists"),
    CommandEntry(("licenses", "add"), "add an issued license by hand", "records.key_packs"),
    CommandEntry(("licenses", "void"), "take back a license that was added by hand", "history.voids"),
    CommandEntry(("licenses", "list"), "list the issued licenses", "lists"),
    CommandEntry(("import",), "read what license servers list", "importing.files"),
    CommandEntry(("import", "void"), "take a whole import back", "history.voids"),
    CommandEntry(
        ("collector",),
        "print the PowerShell script that reads license servers into a file for the import",
        "importing.collector",
    ),
    CommandEntry(("compare",), "list what changed between the snapshots of a server", "lists"),
    CommandEntry(
        ("transfer", "mark"),
        "mark that a license moved to another computer, once and for good",
        "records.transfers",
    ),
    CommandEntry(
        ("transfer", "link"), "say which license the new computer got from its server", "records.transfers"
    ),
    CommandEntry(("transfer", "void"), "take a marked transfer back", "history.voids"),
    CommandEntry(
        ("transfer", "removed"),
        "record that the license was removed from the old client, or why not",
        "records.transfers",
    ),
    CommandEntry(("transfer", "list"), "list the transfers", "lists"),
    CommandEntry(("reissue", "open"), "open a request, to collect licenses for one call", "reissue.requests"),
    CommandEntry(("reissue", "add"), "collect licenses into a request", "reissue.requests"),
    CommandEntry(("reissue", "drop"), "take licenses out of an open request", "reissue.requests"),
    CommandEntry(
        ("reissue", "record"), "record the call: the code, the quantity granted, the day", "reissue.requests"
    ),
    CommandEntry(
        ("reissue", "correct"), "correct a mistyped code, until the pack is linked", "reissue.requests"
    ),
    CommandEntry(
        ("reissue", "link"), "say which of the server's key packs the reissued one is", "reissue.requests"
    ),
    CommandEntry(
        ("reissue", "installed"), "say when the reissued licenses were installed", "reissue.requests"
    ),
    CommandEntry(
        ("reissue", "removed"),
        "record that a retired license was removed from the old client, or why not",
        "records.transfers",
    ),
    CommandEntry(("reissue", "withdraw"), "give an open request up", "reissue.requests"),
    CommandEntry(
        ("reissue", "void"), "take a recorded call back: its request is open again", "history.voids"
    ),
    CommandEntry(("reissue", "show"), "the worksheet of a request", "reissue.worksheet"),
    CommandEntry(("reissue", "list"), "list the requests", "lists"),
    CommandEntry(("due",), "list what is due; exit code 1 if anything is", "lists"),
    CommandEntry(
        ("client-license",),
        "say what a client's license file holds, and which issued licenses it matches",
        "records.client_licenses",
    ),
    CommandEntry(
        ("export",), "write a list to a file, in machine form or as the screen shows it", "exporting.files"
    ),
    CommandEntry(
        ("report", "audit"),
        "write what was installed, usable and held, and what led there, as a page",
        "exporting.reports",
    ),
    CommandEntry(
        ("report", "clearinghouse"),
        "write what is asked for when a licensing database must be rebuilt, a page for each server",
        "exporting.reports",
    ),
    CommandEntry(("history", "list"), "list the history", "lists"),
    CommandEntry(
        ("history", "verify"),
        "hold the history against its digests and the tables against the history",
        "history.verification",
    ),
    CommandEntry(
        ("history", "anchor"),
        "write the history's head to a file, to be kept elsewhere",
        "history.verification",
    ),
    CommandEntry(("demo",), "fill an empty store with the sample", "sample"),
)


def load_command(entry: CommandEntry) -> Command:
    """Import the module of a command, which may take half a second, and return what it declares for `entry`."""
    module = importlib.import_module(f"tslic_admin.console.{entry.module}")
    commands: tuple[Command, ...] = module.COMMANDS
    return next(command for command in commands if command.words == entry.words)


SERVER_FILTER = Option("--server", "server", "NAME", "only of this license server")


def reason_option(*, required: bool) -> Option:
    return Option("--reason", "reason", "TEXT", "why; the history keeps it", required=required)


ANYWAY = Option("--anyway", "anyway", None, "where a rule asks for a reason: do it all the same")
