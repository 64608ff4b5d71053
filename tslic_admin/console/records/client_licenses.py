"""The command that shows what a client's license file holds, and which issued licenses it matches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tslic_admin.console.command import EXIT_REFUSED, EXIT_TROUBLE, Argument, Command
from tslic_admin.console.invocation import Invocation
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.services.evidence.client_licenses import (
    ClientFileContent,
    match_in_machine_form,
    match_licenses,
    read_file,
)
from tslic_admin.wording import messages
from tslic_admin.wording.records.client_licenses import (
    CLIENT_FILE_FORMATS,
    CLIENT_LICENSE_COLUMNS,
    NO_CLIENT_LICENSE,
    client_license_cells,
    deletions_text,
)


def show_client_licenses(invocation: Invocation) -> int:
    """Show each file by itself: one that cannot be read does not stop the others."""
    code = 0
    documents: list[dict[str, Any]] = []
    for name in invocation.texts("files"):
        try:
            file = read_file(Path(name))
        except StoreTrouble as trouble:
            invocation.terminal.write_error(messages.trouble_text(trouble.code, trouble.facts))
            code = EXIT_TROUBLE
            continue
        if file.refusal is not None:
            invocation.terminal.write_error(f"{file.name}: {messages.refusal_text(file.refusal)}")
            code = code or EXIT_REFUSED
            continue
        licenses, unread = _show_file(invocation, file)
        documents += licenses
        if unread:
            code = code or EXIT_REFUSED
    if invocation.terminal.as_json:
        invocation.terminal.document(documents)
    return code


def _show_file(invocation: Invocation, file: ClientFileContent) -> tuple[list[dict[str, Any]], bool]:
    """Write what a file holds, unless JSON is asked for. Returns it for JSON, and whether some of it was unreadable."""
    content = file.file
    assert content is not None  # noqa: S101 - else the caller reported why
    with invocation.reading() as session:
        matches = match_licenses(session, content.licenses)
    if not invocation.terminal.as_json:
        invocation.terminal.line(f"{file.name}: {CLIENT_FILE_FORMATS[content.format]}, SHA-256 {file.sha256}")
        if not matches:
            invocation.terminal.line(f"  {NO_CLIENT_LICENSE}")
        for match in matches:
            names = [candidate.name for candidate in match.candidates]
            cells = client_license_cells(file.name, match.stored, names)
            invocation.terminal.line("")
            for key, label in CLIENT_LICENSE_COLUMNS.items():
                if key != "file" and cells[key]:
                    invocation.terminal.line(f"  {label + ':':<24}{cells[key]}")
        if content.deletions:
            invocation.terminal.line(f"  {deletions_text(content.deletions)}")
    elif not matches:
        invocation.terminal.write_error(f"{file.name}: {NO_CLIENT_LICENSE}")
    for unread in content.unread:
        invocation.terminal.write_error(
            f"{file.name}, {unread.place}: {messages.refusal_text(unread.violation)}"
        )
    return [
        {"file": file.name, "entry": match.stored.place or None, **match_in_machine_form(match)}
        for match in matches
    ], bool(content.unread)


COMMANDS = (
    Command(
        ("client-license",),
        show_client_licenses,
        (
            Argument(
                "files",
                "FILE",
                "an exported key MSLicensing (.reg), or a license as a client keeps it (.cal, .p7b, license.HOST)",
                many=True,
                file=True,
            ),
        ),
    ),
)
