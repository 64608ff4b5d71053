"""The commands that record one-time transfers, and the removal of a license from its old client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.records import removals, transfers
from tslic_admin.services.records.removals import GivenUpRow


def remove_transferred(call: Call) -> int:
    result = _record_removal(call, lambda session: lookup.find_transfer(session, call.required("transfer")))
    return call.report(result, _removal_text(call, f"Transfer {result.record}"), transfer=result.record)


def remove_reissued(call: Call) -> int:
    def find(session: Session) -> GivenUpRow:
        request = lookup.find_request(session, call.required("request"))
        return removals.retired_license(
            session, request, lookup.find_license(session, call.required("license"))
        )

    result = _record_removal(call, find)
    message = _removal_text(call, f"{call.required('license')} of reissue {result.record}")
    return call.report(result, message, request=result.record)


def _record_removal(call: Call, find: Callable[[Session], GivenUpRow]) -> ActResult:
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


def mark_transfer(call: Call) -> int:
    with call.writing() as session:
        issuance = lookup.find_license(session, call.required("license"))
        name = lookup.name_of_license(session, issuance)
        result = transfers.mark(
            session,
            issuance,
            to=call.required("to"),
            on=call.required("on"),
            client_os=call.text("client_os"),
            host_version=call.text("host_version"),
            reason=call.text("reason"),
            anyway=call.switch("anyway"),
        )
    message = f"Transfer {result.record}: {name} was marked as transferred to {call.required('to').strip()}."
    return call.report(result, message, transfer=result.record)


def link_transfer(call: Call) -> int:
    with call.writing() as session:
        transfer = lookup.find_transfer(session, call.required("transfer"))
        text = call.required("license")
        issuance = lookup.find_license(session, text) if text.strip().casefold() != "none" else None
        name = lookup.name_of_license(session, issuance) if issuance is not None else "no license"
        result = transfers.set_link(session, transfer, issuance, reason=call.text("reason"))
    return call.report(result, f"Transfer {result.record} is linked to {name}.", transfer=result.record)


COMMANDS = (
    Command(
        ("transfer", "mark"),
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
        link_transfer,
        (
            Argument("transfer", "N", "the transfer's number"),
            Argument("license", "LICENSE|none", "SERVER/KEYPACKID/LICENSEID; none takes the link back"),
        ),
        (reason_option(required=True),),
    ),
    Command(
        ("transfer", "removed"),
        remove_transferred,
        (Argument("transfer", "N", "the transfer's number"),),
        REMOVAL_OPTIONS,
    ),
    Command(
        ("reissue", "removed"),
        remove_reissued,
        (
            Argument("request", "REQUEST", "the request's number"),
            Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, an ended one with @ISSUEDATE"),
        ),
        REMOVAL_OPTIONS,
    ),
)
