"""The commands that verify the history and write its anchor."""

from __future__ import annotations

from pathlib import Path

from tslic_admin.console.call import Call
from tslic_admin.console.command import EXIT_ATTENTION, EXIT_CUT_SHORT, Argument, Command, Option
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


def verify_history(call: Call) -> int:
    anchor_file, export_file = call.text("anchor"), call.text("export")
    anchor = read_anchor(Path(anchor_file)) if anchor_file is not None else None
    call.open_file()

    def progress(done: int, total: int | None) -> None:
        call.terminal.progress(f"{done} of {total} lines")

    verification = verify(call.path, call.now, anchor=anchor, progress=progress)
    state, finding = verification.state, verification.finding
    if export_file is not None:
        export_state, export_finding = verify_export(call.path, call.now, Path(export_file))
        if state is VerificationState.INTACT:
            state, finding = export_state, export_finding
    return _report_verification(call, verification, state, finding)


def _report_verification(
    call: Call, verification: Verification, state: VerificationState, finding: Finding | None
) -> int:
    facts = {"entries": verification.entries, "head": verification.head}
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
    return EXIT_CODES[state]


def anchor_history(call: Call) -> int:
    call.open_file()
    name = call.required("file")
    head = write_anchor(call.path, call.now, Path(name))
    if call.terminal.as_json:
        head_document = {"entry": head.entry, "digest": head.digest}
        call.terminal.document({"entry": None, "file": name, "head": head_document, "notices": []})
    else:
        call.terminal.line(f"The anchor at entry {head.entry} was written to {name}. Keep it elsewhere.")
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
