"""The command that says what a client's own license is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command
from tslic_admin.db.trouble import StoreTrouble

if TYPE_CHECKING:
    from tslic_admin.services.client_files import ReadFile

REFUSED, TROUBLE = 3, 4


def show(call: Call) -> int:
    """Each file is a result of its own: one that cannot be read keeps nothing of the others back."""
    from tslic_admin.services.client_files import read_file
    from tslic_admin.wording import say

    code = 0
    found: list[dict[str, Any]] = []
    for name in call.texts("files"):
        try:
            file = read_file(Path(name))
        except StoreTrouble as trouble:
            call.terminal.complain(say.trouble(trouble.code, trouble.facts))
            code = TROUBLE
            continue
        if file.unread is not None:
            call.terminal.complain(f"{file.name}: {say.refusal(file.unread)}")
            code = code or REFUSED
            continue
        licenses, unread = _show_one(call, file)
        found += licenses
        if unread:
            code = code or REFUSED
    if call.terminal.as_json:
        call.terminal.document(found)
    return code


def _show_one(call: Call, file: ReadFile) -> tuple[list[dict[str, Any]], bool]:
    """What a file says, in JSON; said at once where a person reads. Whether something of it could not be read."""
    from tslic_admin.services.client_licenses import machine, match
    from tslic_admin.wording import say
    from tslic_admin.wording.client_licenses import COLUMNS, FORMATS, NONE_IN_IT, cells, deletions_text

    held = file.file
    assert held is not None  # noqa: S101 - else the caller said why
    with call.reading() as session:
        matched = match(session, held.licenses)
    if not call.terminal.as_json:
        call.terminal.line(f"{file.name}: {FORMATS[held.format]}, SHA-256 {file.sha256}")
        if not matched:
            call.terminal.line(f"  {NONE_IN_IT}")
        for one in matched:
            names = [may_be.name for may_be in one.may_be]
            said = cells(file.name, one.held, names)
            call.terminal.line("")
            for key, label in COLUMNS.items():
                if key != "file" and said[key]:
                    call.terminal.line(f"  {label + ':':<24}{said[key]}")
        if held.deletions:
            call.terminal.line(f"  {deletions_text(held.deletions)}")
    elif not matched:
        call.terminal.complain(f"{file.name}: {NONE_IN_IT}")
    for unread in held.unread:
        call.terminal.complain(f"{file.name}, {unread.place}: {say.refusal(unread.violation)}")
    return [{"file": file.name, "entry": one.held.place or None, **machine(one)} for one in matched], bool(
        held.unread
    )


COMMANDS = (
    Command(
        ("client-license",),
        "say what a client's license file holds, and which issued licenses it matches",
        show,
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
