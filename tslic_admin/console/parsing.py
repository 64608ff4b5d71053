"""Parses a command line into one command of the table and its values, or answers with help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from tslic_admin.console.command import COMMAND_TABLE, Command, CommandEntry, load_command

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
    """A command line that was understood. `command` None: only the version is asked for."""

    command: Command | None
    values: dict[str, Any]
    data_dir: str | None
    as_json: bool


def parse(argv: Sequence[str]) -> ParsedCommand:
    """Import the module of the command that is named, and no other. Raises UsageError or HelpRequested."""
    root = _Parser(
        prog=PROGRAM, usage=f"{PROGRAM} [--data-dir DIR] [--json] [--version] COMMAND …", allow_abbrev=False
    )
    root.epilog = _command_list()
    root.formatter_class = argparse.RawDescriptionHelpFormatter
    root.add_argument("--version", action="store_true", help="print the version and end")
    _add_everywhere(root)
    root.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    global_values = root.parse_args(list(argv))
    if global_values.version:
        return ParsedCommand(None, {}, global_values.data_dir, global_values.json)
    entry, rest = _choose_command(global_values.words)
    command = load_command(entry)
    values = vars(_parser_of(command, entry.help).parse_intermixed_args(rest))
    data_dir, as_json = values.pop("data_dir"), values.pop("json")
    return ParsedCommand(command, values, data_dir or global_values.data_dir, as_json or global_values.json)


def _add_everywhere(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", metavar="DIR", help="the folder of the store, tslic.sqlite")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _choose_command(words: Sequence[str]) -> tuple[CommandEntry, list[str]]:
    """The entry that the first words name, and the words that follow."""
    matches = [entry for entry in COMMAND_TABLE if tuple(words[: len(entry.words)]) == entry.words]
    if matches:
        entry = max(matches, key=lambda match: len(match.words))  # `import void 12` reads no files
        return entry, list(words[len(entry.words) :])
    if not words:
        raise UsageError(f"a command is missing. See: {PROGRAM} --help")
    subcommands = [entry.words[1] for entry in COMMAND_TABLE if entry.words[0] == words[0]]
    if not subcommands:
        raise UsageError(f"there is no command {words[0]!r}. See: {PROGRAM} --help")
    if any(word in ("-h", "--help") for word in words[1:2]):
        raise HelpRequested(_command_list(words[0]) + "\n")
    raise UsageError(f"after {words[0]!r} comes one of: {', '.join(subcommands)}. See: {PROGRAM} --help")


def _parser_of(command: Command, description: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"{PROGRAM} {command.name}", description=description, allow_abbrev=False)
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
    """The commands for the help, of all groups or of the one that `first` names."""
    entries = [entry for entry in COMMAND_TABLE if first in (None, entry.words[0])]
    width = max(len(entry.name) for entry in entries)
    lines = [f"  {entry.name.ljust(width)}  {entry.help}" for entry in entries]
    return "\n".join(["commands:", *lines])
