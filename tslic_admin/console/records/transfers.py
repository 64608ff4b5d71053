"""The commands that record one-time transfers, and the removal of a license from its old client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.records import removals, transfers
from tslic_admin.services.records.removals import GivenUpRow


def remove_transferred(invocation: Invocation) -> int:
    result = _record_removal(
        invocation, lambda session: lookup.find_transfer(session, invocation.required("transfer"))
    )
    return invocation.report(
        result, _removal_text(invocation, f"Transfer {result.record}"), transfer=result.record
    )


def remove_reissued(invocation: Invocation) -> int:
    def find(session: Session) -> GivenUpRow:
        request = lookup.find_request(session, invocation.required("request"))
        return removals.retired_license(
            session, request, lookup.find_license(session, invocation.required("license"))
        )

    result = _record_removal(invocation, find)
    message = _removal_text(invocation, f"{invocation.required('license')} of reissue {result.record}")
    return invocation.report(result, message, request=result.record)


def _record_removal(invocation: Invocation, find: Callable[[Session], GivenUpRow]) -> ActResult:
    on, by, reason, file = (invocation.text(name) for name in ("on", "by", "not_intended", "backup"))
    if (reason is None) == (on is None) or (reason is not None and (by or file) is not None):
        raise RuleViolation("removal-way", field="on")
    backup = removals.read_backup(Path(file)) if file is not None else None
    with invocation.writing() as session:
        thing = find(session)
        if on is None:
            return removals.record_not_intended(session, thing, reason=reason)
        return removals.record_removed(session, thing, on=on, by=by, backup=backup)


def _removal_text(invocation: Invocation, what: str) -> str:
    if invocation.text("on") is None:
        return f"{what}: the removal from the old client is not intended."
    return f"{what}: the license was removed from the old client."


REMOVAL_OPTIONS = (
    Option("--on", "on", "DAY", "when it was removed"),
    Option("--by", "by", "NAME", "who removed it"),
    Option("--backup", "backup", "FILE", "the exported key; its SHA-256 is kept, the file is not", file=True),
    Option("--not-intended", "not_intended", "TEXT", "why it stays on the old client"),
)


def mark_transfer(invocation: Invocation) -> int:
    with invocation.writing() as session:
        issuance = lookup.find_license(session, invocation.required("license"))
        name = lookup.name_of_license(session, issuance)
        result = transfers.mark(
            session,
            issuance,
            invocation.typed(transfers.TransferFields),
            anyway=invocation.switch("anyway"),
        )
    message = (
        f"Transfer {result.record}: {name} was marked as transferred to {invocation.required('to').strip()}."
    )
    return invocation.report(result, message, transfer=result.record)


def link_transfer(invocation: Invocation) -> int:
    with invocation.writing() as session:
        transfer = lookup.find_transfer(session, invocation.required("transfer"))
        text = invocation.required("license")
        issuance = lookup.find_license(session, text) if text.strip().casefold() != "none" else None
        name = lookup.name_of_license(session, issuance) if issuance is not None else "no license"
        result = transfers.set_link(session, transfer, issuance, reason=invocation.text("reason"))
    return invocation.report(result, f"Transfer {result.record} is linked to {name}.", transfer=result.record)


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
