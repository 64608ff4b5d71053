"""The commands that write reports as pages."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from tslic_admin.console.command import EXIT_ATTENTION, SERVER_FILTER, Command, Option
from tslic_admin.console.exporting.files import name_in_history
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.progress import Progress
from tslic_admin.services.exporting.reveals import kit_revealed
from tslic_admin.services.history.verification import VerificationState
from tslic_admin.services.reports.audit import read_audit_request
from tslic_admin.services.reports.audit_report import write_audit
from tslic_admin.services.reports.clearinghouse import write_kit
from tslic_admin.services.reports.report import ReportResult
from tslic_admin.wording.exporting.audit import REPORT_ALTERED, REPORT_DOES_NOT_ADD_UP
from tslic_admin.wording.exporting.exports import head_text


def report_audit(invocation: Invocation) -> int:
    request = read_audit_request(
        server_id=invocation.server_id(), since=invocation.text("since"), until=invocation.text("until")
    )
    invocation.open_file()
    code = 0
    with invocation.terminal.open_output():
        code = _report_result(
            invocation,
            write_audit(invocation.path, invocation.now, request, _target(invocation), _progress(invocation)),
        )
    return code  # noqa: RET504 - a reader who is gone ends the block above


def report_clearinghouse(invocation: Invocation) -> int:
    server, name = invocation.server_id(), invocation.required("to")
    invocation.open_file()
    with invocation.terminal.open_output():
        if invocation.switch("reveal"):
            result = kit_revealed(invocation.store, server, _target(invocation), name_in_history(name))
        else:
            result = write_kit(invocation.path, invocation.now, server, _target(invocation))
        _report_result(invocation, result)
    return 0


def _target(invocation: Invocation) -> Path | BinaryIO:
    name = invocation.required("to")
    return Path(name) if name != "-" else invocation.terminal.binary_output()


def _progress(invocation: Invocation) -> Progress:
    return lambda done, total: invocation.terminal.progress(f"{done} of {total} lines")


def _report_result(invocation: Invocation, result: ReportResult) -> int:
    name = invocation.required("to")
    code = EXIT_ATTENTION if result.needs_attention else 0
    if invocation.terminal.as_json and name != "-":
        head = result.head
        document = {
            "entry": result.entry,
            "file": name,
            "rows": result.rows,
            "sha256": result.sha256,
            "head": {"entry": head[0], "digest": head[1]} if head else None,
        }
        if result.state is not None:
            document |= {"verification": result.state.value, "adds_up": result.adds_up}
        invocation.terminal.document(document)
        return code
    # standard output is the page itself where it was asked for
    say = invocation.terminal.line if name != "-" else invocation.terminal.write_error
    say(f"The report was written to {name if name != '-' else 'standard output'}.")
    say(f"SHA-256: {result.sha256}")
    say(f"History head: {head_text(result.head)}")
    if result.entry is not None:
        say(f"Secrets were revealed. History entry {result.entry}.")
    if result.state not in (None, VerificationState.INTACT):
        say(REPORT_ALTERED)
    if result.adds_up is False:
        say(REPORT_DOES_NOT_ADD_UP)
    return code


TARGET_OPTION = Option("--to", "to", "FILE.html", "the file; - is standard output", required=True, file=True)

COMMANDS = (
    Command(
        ("report", "audit"),
        report_audit,
        (),
        (
            TARGET_OPTION,
            SERVER_FILTER,
            Option("--since", "since", "DAY", "recorded from this day on"),
            Option("--until", "until", "DAY", "recorded up to this day"),
        ),
    ),
    Command(
        ("report", "clearinghouse"),
        report_clearinghouse,
        (),
        (
            TARGET_OPTION,
            SERVER_FILTER,
            Option("--reveal", "reveal", None, "codes and numbers whole; the history records it"),
        ),
    ),
)
