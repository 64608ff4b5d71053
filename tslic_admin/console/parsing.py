"""The table of all commands in the order of the help, and parsing a command line into one of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from tslic_admin.console import lists, sample
from tslic_admin.console.command import Command
from tslic_admin.console.exporting import files as exporting_files
from tslic_admin.console.exporting import reports
from tslic_admin.console.history import verification
from tslic_admin.console.importing import collector
from tslic_admin.console.importing import files as importing_files
from tslic_admin.console.records import client_licenses, key_packs, servers, transfers
from tslic_admin.console.reissue import requests

COMMANDS: tuple[Command, ...] = (
    *servers.COMMANDS,
    *key_packs.COMMANDS,
    *key_packs.LICENSE_COMMANDS,
    *importing_files.COMMANDS,
    *collector.COMMANDS,
    *lists.COMPARE_COMMANDS,
    *transfers.COMMANDS,
    *requests.COMMANDS,
    *lists.DUE_COMMANDS,
    *client_licenses.COMMANDS,
    *exporting_files.COMMANDS,
    *reports.COMMANDS,
    *verification.COMMANDS,
    *sample.COMMANDS,
)


PROGRAM = "tslic-admin-cli"


class UsageError(Exception):
    """The command line names no command, or lacks or has too much of something."""


class HelpRequested(Exception):
    """Help was asked for; the text is the answer."""


class _Parser(argparse.ArgumentParser):
    """Raises instead of writing and exiting."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See: {self.prog} --help")

    def print_help(self, file: Any = None) -> None:  # noqa: ARG002 - argparse's own signature
        raise HelpRequested(self.format_help())


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """What was asked for. `command` None: only the version."""

    command: Command | None
    values: dict[str, Any]
    data_dir: str | None
    as_json: bool


def parse(argv: Sequence[str]) -> ParsedCommand:
    """Raises UsageError or Answered."""
    root = _Parser(
        prog=PROGRAM, usage=f"{PROGRAM} [--data-dir DIR] [--json] [--version] COMMAND …", allow_abbrev=False
    )
    root.epilog = _command_list()
    root.formatter_class = argparse.RawDescriptionHelpFormatter
    root.add_argument("--version", action="store_true", help="print the version and end")
    _add_everywhere(root)
    root.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    known = root.parse_args(list(argv))
    if known.version:
        return ParsedCommand(None, {}, known.data_dir, known.json)
    command, rest = _choose_command(known.words)
    values = vars(_parser_of(command).parse_intermixed_args(rest))
    data_dir, as_json = values.pop("data_dir"), values.pop("json")
    return ParsedCommand(command, values, data_dir or known.data_dir, as_json or known.json)


def _add_everywhere(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", metavar="DIR", help="the folder of the store, tslic.sqlite")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _choose_command(words: Sequence[str]) -> tuple[Command, list[str]]:
    meant = [command for command in COMMANDS if tuple(words[: len(command.words)]) == command.words]
    if meant:
        command = max(meant, key=lambda one: len(one.words))  # `import void 12` reads no files
        return command, list(words[len(command.words) :])
    if not words:
        raise UsageError(f"a command is missing. See: {PROGRAM} --help")
    seconds = [command.words[1] for command in COMMANDS if command.words[0] == words[0]]
    if not seconds:
        raise UsageError(f"there is no command {words[0]!r}. See: {PROGRAM} --help")
    if any(word in ("-h", "--help") for word in words[1:2]):
        raise HelpRequested(_command_list(words[0]) + "\n")
    raise UsageError(f"after {words[0]!r} comes one of: {', '.join(seconds)}. See: {PROGRAM} --help")


def _parser_of(command: Command) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"{PROGRAM} {command.name}", description=command.help, allow_abbrev=False)
    _add_everywhere(parser)
    for option in command.options:
        if option.metavar is None:
            parser.add_argument(option.flag, dest=option.field, action="store_true", help=option.help)
        else:
            parser.add_argument(
                option.flag,
                dest=option.field,
                metavar=option.metavar,
                help=option.help,
                required=option.required,
                action="append" if option.many else "store",
            )
    for argument in command.arguments:
        if argument.many:
            parser.add_argument(argument.field, metavar=argument.metavar, help=argument.help, nargs="+")
        else:
            parser.add_argument(argument.field, metavar=argument.metavar, help=argument.help)
    return parser


def _command_list(first: str | None = None) -> str:
    chosen = [command for command in COMMANDS if first in (None, command.words[0])]
    width = max(len(command.name) for command in chosen)
    lines = [f"  {command.name.ljust(width)}  {command.help}" for command in chosen]
    return "\n".join(["commands:", *lines])
