"""The commands that record one-time transfers, and the removal of a license from its old client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.console.history import voids
from tslic_admin.console.lists import list_transfers
from tslic_admin.domain.outcomes import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tslic_admin.services.changes import ActResult
    from tslic_admin.services.records.removals import GivenUpRow


def remove_transferred(call: Call) -> int:
    from tslic_admin.services import lookup

    done = _record_removal(call, lambda session: lookup.find_transfer(session, call.required("transfer")))
    return call.report(done, _removal_text(call, f"Transfer {done.record}"), transfer=done.record)


def remove_reissued(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.records import removals

    def find(session: Session) -> GivenUpRow:
        request = lookup.find_request(session, call.required("request"))
        return removals.retired_license(
            session, request, lookup.find_license(session, call.required("license"))
        )

    done = _record_removal(call, find)
    said = _removal_text(call, f"{call.required('license')} of reissue {done.record}")
    return call.report(done, said, request=done.record)


def _record_removal(call: Call, find: Callable[[Session], GivenUpRow]) -> ActResult:
    from tslic_admin.services.records import removals

    on, by, reason, file = (call.text(name) for name in ("on", "by", "not_intended", "backup"))
    if (reason is None) == (on is None) or (reason is not None and (by or file) is not None):
        raise RuleViolation("removal-way", field="on")
    backup = removals.read_backup(Path(file)) if file is not None else None
    with call.writing() as session:
        thing = find(session)
        if on is None:
            return removals.record_not_intended(session, thing, reason=reason)
        return removals.record_removed(session, thing, on=on, by=by, backup=backup)


def _removal_text(call: Call, what: str) -> str:
    if call.text("on") is None:
        return f"{what}: the removal from the old client is not intended."
    return f"{what}: the license was removed from the old client."


REMOVAL_OPTIONS = (
    Option("--on", "on", "DAY", "when it was removed"),
    Option("--by", "by", "NAME", "who removed it"),
    Option("--backup", "backup", "FILE", "the exported key; its SHA-256 is kept, the file is not", file=True),
    Option("--not-intended", "not_intended", "TEXT", "why it stays on the old client"),
)
TRANSFER_REMOVAL = Command(
    ("transfer", "removed"),
    "record that the license was removed from the old client, or why not",
    remove_transferred,
    (Argument("transfer", "N", "the transfer's number"),),
    REMOVAL_OPTIONS,
)
REISSUE_REMOVAL = Command(
    ("reissue", "removed"),
    "record that a retired license was removed from the old client, or why not",
    remove_reissued,
    (
        Argument("request", "REQUEST", "the request's number"),
        Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, an ended one with @ISSUEDATE"),
    ),
    REMOVAL_OPTIONS,
)


def mark_transfer(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.records import transfers

    with call.writing() as session:
        issuance = lookup.find_license(session, call.required("license"))
        name = lookup.name_of_license(session, issuance)
        done = transfers.mark(
            session,
            issuance,
            to=call.required("to"),
            on=call.required("on"),
            client_os=call.text("client_os"),
            host_version=call.text("host_version"),
            reason=call.text("reason"),
            anyway=call.switch("anyway"),
        )
    said = f"Transfer {done.record}: {name} was marked as transferred to {call.required('to').strip()}."
    return call.report(done, said, transfer=done.record)


def link_transfer(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.records import transfers

    with call.writing() as session:
        transfer = lookup.find_transfer(session, call.required("transfer"))
        text = call.required("license")
        issuance = lookup.find_license(session, text) if text.strip().casefold() != "none" else None
        name = lookup.name_of_license(session, issuance) if issuance is not None else "no license"
        done = transfers.set_link(session, transfer, issuance, reason=call.text("reason"))
    return call.report(done, f"Transfer {done.record} is linked to {name}.", transfer=done.record)


COMMANDS = (
    Command(
        ("transfer", "mark"),
        "mark that a license moved to another computer, once and for good",
        mark_transfer,
        (Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, an ended one with @ISSUEDATE"),),
        (
            Option("--to", "to", "COMPUTER", "the computer it moved to", required=True),
            Option("--on", "on", "DAY", "when it moved", required=True),
            Option("--client-os", "client_os", "OS", "that computer's system, such as xp-professional"),
            Option("--host-version", "host_version", "VERSION", "the version of the terminal server it uses"),
            reason_option(required=False),
            ANYWAY,
        ),
    ),
    Command(
        ("transfer", "link"),
        "say which license the new computer got from its server",
        link_transfer,
        (
            Argument("transfer", "N", "the transfer's number"),
            Argument("license", "LICENSE|none", "SERVER/KEYPACKID/LICENSEID; none takes the link back"),
        ),
        (reason_option(required=True),),
    ),
    voids.TRANSFER,
    TRANSFER_REMOVAL,
    Command(("transfer", "list"), "list the transfers", list_transfers),
)
