"""The commands that verify the history and write its anchor."""

from __future__ import annotations

from pathlib import Path

from tslic_admin.console.command import EXIT_ATTENTION, EXIT_CUT_SHORT, Argument, Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.db.history.verification import Finding
from tslic_admin.services.history.verification import (
    Verification,
    VerificationState,
    read_anchor,
    verify,
    verify_export,
    write_anchor,
)
from tslic_admin.wording.history.verification import FINDINGS, HISTORY_INTACT

EXIT_CODES = {
    VerificationState.INTACT: 0,
    VerificationState.ALTERED: EXIT_ATTENTION,
    VerificationState.CUT_SHORT: EXIT_CUT_SHORT,
}


def verify_history(invocation: Invocation) -> int:
    anchor_file, export_file = invocation.text("anchor"), invocation.text("export")
    anchor = read_anchor(Path(anchor_file)) if anchor_file is not None else None
    invocation.open_file()

    def progress(done: int, total: int | None) -> None:
        invocation.terminal.progress(f"{done} of {total} lines")

    verification = verify(invocation.path, invocation.now, anchor=anchor, progress=progress)
    state, finding = verification.state, verification.finding
    if export_file is not None:
        export_state, export_finding = verify_export(invocation.path, invocation.now, Path(export_file))
        if state is VerificationState.INTACT:
            state, finding = export_state, export_finding
    return _report_verification(invocation, verification, state, finding)


def _report_verification(
    invocation: Invocation, verification: Verification, state: VerificationState, finding: Finding | None
) -> int:
    facts = {"entries": verification.entries, "head": verification.head}
    text = FINDINGS[finding.code].format_map(finding.facts) if finding else HISTORY_INTACT.format_map(facts)
    if invocation.terminal.as_json:
        invocation.terminal.document(
            {
                "state": state.value,
                **facts,
                "finding": {"code": finding.code, **finding.facts, "text": text} if finding else None,
            }
        )
    else:
        invocation.terminal.line(text)
    return EXIT_CODES[state]


def anchor_history(invocation: Invocation) -> int:
    invocation.open_file()
    name = invocation.required("file")
    head = write_anchor(invocation.path, invocation.now, Path(name))
    if invocation.terminal.as_json:
        head_document = {"entry": head.entry, "digest": head.digest}
        invocation.terminal.document({"entry": None, "file": name, "head": head_document, "notices": []})
    else:
        invocation.terminal.line(
            f"The anchor at entry {head.entry} was written to {name}. Keep it elsewhere."
        )
    return 0


COMMANDS = (
    Command(
        ("history", "verify"),
        verify_history,
        (),
        (
            Option("--anchor", "anchor", "FILE", "and against an anchor that was kept", file=True),
            Option("--export", "export", "FILE.json", "and against a history that was exported", file=True),
        ),
    ),
    Command(
        ("history", "anchor"),
        anchor_history,
        (Argument("file", "FILE", "the file", file=True),),
    ),
)
