"""The console program from top to bottom: parse, run one command, turn what went wrong into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, Option
from tslic_admin.console.parsing import PROGRAM, HelpRequested, ParsedCommand, UsageError, parse
from tslic_admin.console.terminal import Terminal
from tslic_admin.db.driver import utc_now
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import is_storable

USAGE, REFUSED, TROUBLE, BUG, INTERRUPTED = 2, 3, 4, 5, 130


def main(argv: Sequence[str] | None = None, *, now: Callable[[], datetime] = utc_now) -> int:
    """Run one command and return its exit code (cli.md, Manners)."""
    wanted: ParsedCommand | None = None
    answer = ""
    try:
        wanted = parse(sys.argv[1:] if argv is None else argv)
        if wanted.command is None:
            from tslic_admin.services.identity import program_version

            answer = f"{PROGRAM} {program_version()}\n"
    except UsageError as error:
        Terminal(as_json=False).write_error(f"{PROGRAM}: {error}")
        return USAGE
    except HelpRequested as answered:
        answer = str(answered)
    terminal = Terminal(as_json=wanted is not None and wanted.as_json)
    try:
        if wanted is None or wanted.command is None:
            terminal.write(answer)
            code = 0
        else:
            code = _run(wanted.command, wanted, terminal, now)
        terminal.flush()
    except OSError as error:  # a command's own files are StoreTrouble; what is left is standard output
        from tslic_admin.wording import messages

        terminal.close()
        terminal.write_error(messages.trouble_text("output-trouble", {"why": error.strerror or error}))
        return TROUBLE
    return code


def _run(command: Command, wanted: ParsedCommand, terminal: Terminal, now: Callable[[], datetime]) -> int:
    from tslic_admin.paths import Paths

    paths = Paths.under(Path(wanted.data_dir)) if wanted.data_dir else Paths.for_user()
    call = None
    try:
        call = Call(_readable(command, wanted, terminal), terminal, paths.store, now)
        return command.run(call)
    except RuleViolation as violation:
        from tslic_admin.wording import messages

        terminal.write_error(messages.refusal_text(violation))
        return REFUSED
    except StoreTrouble as trouble:
        from tslic_admin.wording import messages

        terminal.write_error(messages.trouble_text(trouble.code, trouble.facts))
        return TROUBLE
    except KeyboardInterrupt:
        committed = call is not None and call.committed
        terminal.write_error(
            "Interrupted; what was done is recorded." if committed else "Interrupted; nothing was changed."
        )
        return INTERRUPTED
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug, whatever it is, is logged and said
        from tslic_admin import crash

        for line in crash.report(error, paths).splitlines():
            terminal.write_error(line)
        return BUG
    finally:
        if call is not None:
            call.close()


def _readable(command: Command, wanted: ParsedCommand, terminal: Terminal) -> dict[str, object]:
    """The values with every secret `-` read; texts that cannot be stored are refused here once for all.

    Undecodable bytes of the command line arrive as lone surrogates, which no database takes.
    """
    values = dict(wanted.values)
    for option in command.options:
        if option.secret and values[option.field] == "-":
            text = terminal.secret(option.flag.removeprefix("--").replace("-", " "))
            if not text.strip():
                raise RuleViolation("secret-empty", field=option.field, flag=option.flag)
            values[option.field] = text
    everything: tuple[Argument | Option, ...] = (*command.arguments, *command.options)
    for taken in everything:
        given = values[taken.field]
        for text in given if isinstance(given, list) else [given]:
            if isinstance(text, str) and not taken.file and not is_storable(text):
                raise RuleViolation("text-malformed", field=taken.field)
    return values


if __name__ == "__main__":
    sys.exit(main())
