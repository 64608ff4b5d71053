"""The console program from top to bottom: parse, run one command, turn what went wrong into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tslic_admin.console.command import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    EXIT_TROUBLE,
    EXIT_USAGE,
    Argument,
    Command,
    Option,
)
from tslic_admin.console.invocation import Invocation
from tslic_admin.console.parsing import PROGRAM, HelpRequested, ParsedCommand, UsageError, parse
from tslic_admin.console.terminal import Terminal
from tslic_admin.db.driver import utc_now
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import is_storable
from tslic_admin.paths import Paths
from tslic_admin.services.identity import program_version
from tslic_admin.wording import messages


def main(argv: Sequence[str] | None = None, *, now: Callable[[], datetime] = utc_now) -> int:
    """Run one command and return its exit code."""
    parsed: ParsedCommand | None = None
    answer = ""
    try:
        parsed = parse(sys.argv[1:] if argv is None else argv)
        if parsed.command is None:
            answer = f"{PROGRAM} {program_version()}\n"
    except UsageError as error:
        Terminal(as_json=False).write_error(f"{PROGRAM}: {error}")
        return EXIT_USAGE
    except HelpRequested as help_requested:
        answer = str(help_requested)
    except KeyboardInterrupt:  # while the command's module was imported
        return _interrupted(Terminal(as_json=False), committed=False)
    except Exception as error:  # noqa: BLE001 - a module that cannot be imported is a bug; see _run
        return _report_bug(error, Terminal(as_json=False), Paths.for_user())
    terminal = Terminal(as_json=parsed is not None and parsed.as_json)
    try:
        if parsed is None or parsed.command is None:
            terminal.write(answer)
            code = 0
        else:
            code = _run(parsed.command, parsed, terminal, now)
        terminal.flush()
    except OSError as error:  # a command's own files are StoreTrouble; what is left is standard output
        terminal.close()
        terminal.write_error(messages.trouble_text("output-trouble", {"why": error.strerror or error}))
        return EXIT_TROUBLE
    return code


def _run(command: Command, parsed: ParsedCommand, terminal: Terminal, now: Callable[[], datetime]) -> int:
    paths = Paths.under(Path(parsed.data_dir)) if parsed.data_dir else Paths.for_user()
    invocation = None
    try:
        invocation = Invocation(_resolve_values(command, parsed, terminal), terminal, paths.store, now)
        return command.run(invocation)
    except RuleViolation as violation:
        terminal.write_error(messages.refusal_text(violation))
        return EXIT_REFUSED
    except StoreTrouble as trouble:
        terminal.write_error(messages.trouble_text(trouble.code, trouble.facts))
        return EXIT_TROUBLE
    except KeyboardInterrupt:
        return _interrupted(terminal, committed=invocation is not None and invocation.committed)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug, whatever it is, is logged and reported
        return _report_bug(error, terminal, paths)
    finally:
        if invocation is not None:
            invocation.close()


def _interrupted(terminal: Terminal, *, committed: bool) -> int:
    terminal.write_error(
        "Interrupted; what was done is recorded." if committed else "Interrupted; nothing was changed."
    )
    return EXIT_INTERRUPTED


def _report_bug(error: Exception, terminal: Terminal, paths: Paths) -> int:
    from tslic_admin import crash  # noqa: PLC0415 - takes 20 ms (importlib.metadata), and only a bug needs it

    for line in crash.report(error, paths).splitlines():
        terminal.write_error(line)
    return EXIT_BUG


def _resolve_values(command: Command, parsed: ParsedCommand, terminal: Terminal) -> dict[str, object]:
    """The values with every secret `-` read. Raises RuleViolation for a text that cannot be stored.

    Undecodable bytes of the command line arrive as lone surrogates, which no database takes.
    """
    values = dict(parsed.values)
    for option in command.options:
        if option.secret and values[option.field] == "-":
            text = terminal.read_secret(option.flag.removeprefix("--").replace("-", " "))
            if not text.strip():
                raise RuleViolation("secret-empty", field=option.field, flag=option.flag)
            values[option.field] = text
    everything: tuple[Argument | Option, ...] = (*command.arguments, *command.options)
    for declared in everything:
        value = values[declared.field]
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not declared.file and not is_storable(text):
                raise RuleViolation("text-malformed", field=declared.field)
    return values


if __name__ == "__main__":
    sys.exit(main())
