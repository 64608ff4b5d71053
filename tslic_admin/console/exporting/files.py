"""The command that writes a list to a file."""

from __future__ import annotations

from pathlib import Path

from tslic_admin.console.command import SERVER_FILTER, Argument, Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.services.exporting import export_request, writers
from tslic_admin.services.exporting.export_request import EXPORTED_LISTS
from tslic_admin.services.exporting.writers import ExportResult
from tslic_admin.wording.exporting.exports import left_out_text


def export_list(invocation: Invocation) -> int:
    name = invocation.required("to")
    request = export_request.read_export_request(
        invocation.required("what"),
        file_name=name,
        file_format=invocation.text("file_format"),
        readable=invocation.switch("readable"),
        machine=invocation.switch("machine"),
        server_id=invocation.server_id(),
        since=invocation.text("since"),
        until=invocation.text("until"),
        by=invocation.text("by"),
        reveal=invocation.switch("reveal"),
    )
    invocation.open_file()
    target = Path(name) if name != "-" else invocation.terminal.binary_output()

    def progress(done: int, total: int | None) -> None:
        invocation.terminal.progress(f"{done} of {total}")

    with invocation.terminal.open_output():
        if export_request.reveals_secrets(request):
            # revealing writes to the history
            from tslic_admin.services.exporting.reveals import export_revealed  # noqa: PLC0415 - SQLAlchemy

            result = export_revealed(invocation.store, request, target, name_in_history(name), progress)
        else:
            result = writers.export(invocation.path, invocation.now, request, target, progress)
        _report_export(invocation, name, result)
    return 0


def name_in_history(target: str) -> str:
    """How the history calls a file that secrets were written to: without its folder."""
    name = Path(target).name if target != "-" else "standard output"
    return name.encode("utf-8", "backslashreplace").decode()


def _report_export(invocation: Invocation, name: str, result: ExportResult) -> None:
    head = result.head
    if invocation.terminal.as_json and name != "-":
        invocation.terminal.document(
            {
                "entry": result.entry,
                "file": name,
                "rows": result.rows,
                "left_out": result.left_out,
                "sha256": result.sha256,
                "head": {"entry": head[0], "digest": head[1]} if head else None,
            }
        )
        return
    # standard output is the file itself where it was asked for
    say = invocation.terminal.line if name != "-" else invocation.terminal.write_error
    say(f"{result.rows} rows written to {name if name != '-' else 'standard output'}.")
    say(f"SHA-256: {result.sha256}")
    say(f"History head: entry {head[0]}, {head[1]}" if head else "History head: nothing recorded yet")
    if result.left_out:
        say(left_out_text(result.left_out))
    if result.entry is not None:
        say(f"Secrets were revealed. History entry {result.entry}.")


COMMANDS = (
    Command(
        ("export",),
        export_list,
        (Argument("what", "WHAT", ", ".join(EXPORTED_LISTS)),),
        (
            Option("--to", "to", "FILE", "the file; - is standard output", required=True, file=True),
            Option(
                "--format",
                "file_format",
                "FORMAT",
                "csv, json, xlsx, html, ics (due) or snipe-it (key-packs); else by the file's ending",
            ),
            Option(
                "--readable",
                "readable",
                None,
                "the screen's columns and words, as xlsx and html have by themselves",
            ),
            Option("--machine", "machine", None, "numbers undecoded and names for scripts, in xlsx too"),
            SERVER_FILTER,
            Option("--since", "since", "DAY", "from this day on"),
            Option("--until", "until", "DAY", "up to this day"),
            Option("--by", "by", "recorded|effective", "which day counts; else the day of recording"),
            Option("--reveal", "reveal", None, "codes and numbers whole; the history records it"),
        ),
    ),
)
