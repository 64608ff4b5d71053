"""The command that shows a reissue request, as the worksheet for the call or as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.console.command import Argument, Command
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.reissues import REISSUES, CollectedLine
from tslic_admin.domain.records.advice import PoolReturn
from tslic_admin.services.lookup import find_request
from tslic_admin.services.reissue.worksheets import Worksheet, read_worksheet
from tslic_admin.wording.lists.key_packs import pack_line_reference, purchase_text
from tslic_admin.wording.lists.machine import row_license_reference
from tslic_admin.wording.lists.reissues import request_item
from tslic_admin.wording.records.calls import call_alternatives, new_license_text, return_text
from tslic_admin.wording.values import (
    REMOVALS,
    REQUEST_STATES,
    count_text,
    day_text,
    version_and_type,
)


def worksheet_lines(sheet: Worksheet) -> Iterator[str]:
    """What to have at hand, what is collected, what came of it."""
    row, server, collected = sheet.request, sheet.server, sheet.collected
    yield f"Reissue request {row.number}: {REQUEST_STATES[row.state]}"
    version = "" if row.product_type is None else version_and_type(row.product_version_id, row.product_type)
    yield from _fact_lines(
        ("Opened", row.opened_on),
        ("Reason", row.reason),
        ("Same call as", row.same_call_as_id and f"Reissue {row.same_call_as_id}"),
        ("Call before", day_text(row.call_before)),
    )
    yield "At hand for the call"
    yield from _fact_lines(
        ("Server", server.name),
        ("Telephone", server.phone),
        ("Country", server.country),
        ("Company", server.company),
        ("Contact", server.contact),
        ("Product ID", server.product_id),
        ("License server ID", server.license_server_id),
        ("Licenses", version),
        ("Quantity", len(collected)),
        *((f"Key pack {pack_line_reference(pack)}", purchase_text(pack)) for pack in sheet.packs),
    )
    yield "Collected licenses"
    for one in collected:
        yield from _license_lines(one, sheet.returns[one.issuance_id])
    if row.state == "open":
        yield from (f"  {text}" for text in call_alternatives(sheet.revocation, sheet.shortage))
    if row.recorded_on:
        yield "Result"
        yield from _fact_lines(
            ("Call", row.recorded_on),
            ("Granted", count_text(row.quantity)),
            ("Case number", row.case_number),
            ("Representative", row.agent),
            ("Number dialed", row.phone),
            ("Confirmation code", sheet.pack and sheet.pack.code),
            ("Installed", row.installed_on or "not yet"),
        )


def _license_lines(one: CollectedLine, pool_return: PoolReturn) -> Iterator[str]:
    parts = [one.computer or "no computer"]
    if one.to_computer:
        cover = day_text(one.covered_until)
        parts.append(
            f"needed by {one.to_computer}, {f'covered until {cover}' if cover else 'no temporary license seen'}"
        )
    if one.state == "collected" and (returns := return_text(pool_return)):
        parts.append(returns)
    if new_license := new_license_text(one):
        parts.append(f"got {new_license} on {day_text(one.got_issued_at)}")
    if one.removal:
        parts.append(REMOVALS[one.removal].lower())
    yield from _fact_lines((row_license_reference(one), "; ".join(parts)))


def _fact_lines(*facts: tuple[str, object]) -> Iterator[str]:
    for name, value in facts:
        if value not in (None, ""):
            yield f"  {name}: {value}"


def show_request(invocation: Invocation) -> int:
    with invocation.reading() as session:
        number = find_request(session, invocation.required("request")).id
    if invocation.terminal.as_json:
        invocation.terminal.document(request_item(invocation.row(REISSUES, number), invocation.rows))
    elif sheet := read_worksheet(invocation.path, invocation.now, number):
        for line in worksheet_lines(sheet):
            invocation.terminal.line(line)
    return 0


COMMANDS = (
    Command(("reissue", "show"), show_request, (Argument("request", "REQUEST", "the request's number"),)),
)
