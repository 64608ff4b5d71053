"""The commands that record the removal of a license from its old client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, Option
from tslic_admin.domain.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tslic_admin.services.changes import Done
    from tslic_admin.services.removals import GivenUp


def transfer(call: Call) -> int:
    from tslic_admin.services import acts

    done = _record(call, lambda session: acts.find_transfer(session, call.required("transfer")))
    return call.report(done, _said(call, f"Transfer {done.record}"), transfer=done.record)


def reissue(call: Call) -> int:
    from tslic_admin.services import acts, removals

    def find(session: Session) -> GivenUp:
        request = acts.find_request(session, call.required("request"))
        return removals.retired_license(
            session, request, acts.find_license(session, call.required("license"))
        )

    done = _record(call, find)
    said = _said(call, f"{call.required('license')} of reissue {done.record}")
    return call.report(done, said, request=done.record)


def _record(call: Call, find: Callable[[Session], GivenUp]) -> Done:
    from tslic_admin.services import removals

    on, by, reason, file = (call.text(name) for name in ("on", "by", "not_intended", "backup"))
    if (reason is None) == (on is None) or (reason is not None and (by or file) is not None):
        raise RuleViolation("removal-way", field="on")
    backup = removals.read_backup(Path(file)) if file is not None else None
    with call.writing() as session:
        thing = find(session)
        if on is None:
            return removals.not_intended(session, thing, reason=reason)
        return removals.removed(session, thing, on=on, by=by, backup=backup)


def _said(call: Call, what: str) -> str:
    if call.text("on") is None:
        return f"{what}: the removal from the old client is not intended."
    return f"{what}: the license was removed from the old client."


OPTIONS = (
    Option("--on", "on", "DAY", "when it was removed"),
    Option("--by", "by", "NAME", "who removed it"),
    Option("--backup", "backup", "FILE", "the exported key; its SHA-256 is kept, the file is not", file=True),
    Option("--not-intended", "not_intended", "TEXT", "why it stays on the old client"),
)
TRANSFER = Command(
    ("transfer", "removed"),
    "record that the license was removed from the old client, or why not",
    transfer,
    (Argument("transfer", "N", "the transfer's number"),),
    OPTIONS,
)
REISSUE = Command(
    ("reissue", "removed"),
    "record that a retired license was removed from the old client, or why not",
    reissue,
    (
        Argument("request", "REQUEST", "the request's number"),
        Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, an ended one with @ISSUEDATE"),
    ),
    OPTIONS,
)
