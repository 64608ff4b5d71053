"""The commands that verify the history and write its anchor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, Option
from tslic_admin.console.lists import list_history

if TYPE_CHECKING:
    from tslic_admin.db.history.verification import Finding
    from tslic_admin.services.history.verification import Verification, VerificationState

EXIT_CODES = {"intact": 0, "altered": 1, "cut-short": 6}


def verify_history(call: Call) -> int:
    from tslic_admin.services.history.verification import VerificationState, read_anchor, verify_export
    from tslic_admin.services.history.verification import verify as verify_store

    anchor, exported = call.text("anchor"), call.text("export")
    held = read_anchor(Path(anchor)) if anchor is not None else None
    call.open_file()

    def progress(done: int, total: int | None) -> None:
        call.terminal.progress(f"{done} of {total} lines")

    found = verify_store(call.path, call.now, anchor=held, progress=progress)
    state, finding = found.state, found.finding
    if exported is not None:
        by_file, of_file = verify_export(call.path, call.now, Path(exported))
        if state is VerificationState.INTACT:
            state, finding = by_file, of_file
    return _report_verification(call, found, state, finding)


def _report_verification(
    call: Call, found: Verification, state: VerificationState, finding: Finding | None
) -> int:
    from tslic_admin.wording.history.verification import FINDINGS, HISTORY_INTACT

    facts = {"entries": found.entries, "head": found.head}
    text = FINDINGS[finding.code].format_map(finding.facts) if finding else HISTORY_INTACT.format_map(facts)
    if call.terminal.as_json:
        call.terminal.document(
            {
                "state": state.value,
                **facts,
                "finding": {"code": finding.code, **finding.facts, "text": text} if finding else None,
            }
        )
    else:
        call.terminal.line(text)
    return EXIT_CODES[state.value]


def anchor_history(call: Call) -> int:
    from tslic_admin.services.history.verification import write_anchor

    call.open_file()
    name = call.required("file")
    head = write_anchor(call.path, call.now, Path(name))
    if call.terminal.as_json:
        held = {"entry": head.entry, "digest": head.digest}
        call.terminal.document({"entry": None, "file": name, "head": held, "notices": []})
    else:
        call.terminal.line(f"The anchor at entry {head.entry} was written to {name}. Keep it elsewhere.")
    return 0


COMMANDS = (
    Command(("history", "list"), "list the history", list_history),
    Command(
        ("history", "verify"),
        "hold the history against its digests and the tables against the history",
        verify_history,
        (),
        (
            Option("--anchor", "anchor", "FILE", "and against an anchor that was kept", file=True),
            Option("--export", "export", "FILE.json", "and against a history that was exported", file=True),
        ),
    ),
    Command(
        ("history", "anchor"),
        "write the history's head to a file, to be kept elsewhere",
        anchor_history,
        (Argument("file", "FILE", "the file", file=True),),
    ),
)
