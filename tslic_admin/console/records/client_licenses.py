"""The command that shows what a client's license file holds, and which issued licenses it matches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command
from tslic_admin.db.trouble import StoreTrouble

if TYPE_CHECKING:
    from tslic_admin.services.evidence.client_licenses import ClientFileContent

REFUSED, TROUBLE = 3, 4


def show_client_licenses(call: Call) -> int:
    """Each file is a result of its own: one that cannot be read keeps nothing of the others back."""
    from tslic_admin.services.evidence.client_licenses import read_file
    from tslic_admin.wording import messages

    code = 0
    found: list[dict[str, Any]] = []
    for name in call.texts("files"):
        try:
            file = read_file(Path(name))
        except StoreTrouble as trouble:
            call.terminal.write_error(messages.trouble_text(trouble.code, trouble.facts))
            code = TROUBLE
            continue
        if file.unread is not None:
            call.terminal.write_error(f"{file.name}: {messages.refusal_text(file.unread)}")
            code = code or REFUSED
            continue
        licenses, unread = _show_file(call, file)
        found += licenses
        if unread:
            code = code or REFUSED
    if call.terminal.as_json:
        call.terminal.document(found)
    return code


def _show_file(call: Call, file: ClientFileContent) -> tuple[list[dict[str, Any]], bool]:
    """What a file says, in JSON; said at once where a person reads. Whether something of it could not be read."""
    from tslic_admin.services.evidence.client_licenses import machine_form, match_licenses
    from tslic_admin.wording import messages
    from tslic_admin.wording.records.client_licenses import (
        CLIENT_FILE_FORMATS,
        CLIENT_LICENSE_COLUMNS,
        NO_CLIENT_LICENSE,
        client_license_cells,
        deletions_text,
    )

    held = file.file
    assert held is not None  # noqa: S101 - else the caller said why
    with call.reading() as session:
        matched = match_licenses(session, held.licenses)
    if not call.terminal.as_json:
        call.terminal.line(f"{file.name}: {CLIENT_FILE_FORMATS[held.format]}, SHA-256 {file.sha256}")
        if not matched:
            call.terminal.line(f"  {NO_CLIENT_LICENSE}")
        for one in matched:
            names = [may_be.name for may_be in one.candidates]
            said = client_license_cells(file.name, one.stored, names)
            call.terminal.line("")
            for key, label in CLIENT_LICENSE_COLUMNS.items():
                if key != "file" and said[key]:
                    call.terminal.line(f"  {label + ':':<24}{said[key]}")
        if held.deletions:
            call.terminal.line(f"  {deletions_text(held.deletions)}")
    elif not matched:
        call.terminal.write_error(f"{file.name}: {NO_CLIENT_LICENSE}")
    for unread in held.unread:
        call.terminal.write_error(f"{file.name}, {unread.place}: {messages.refusal_text(unread.violation)}")
    return [
        {"file": file.name, "entry": one.stored.place or None, **machine_form(one)} for one in matched
    ], bool(held.unread)


COMMANDS = (
    Command(
        ("client-license",),
        "say what a client's license file holds, and which issued licenses it matches",
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
