"""The commands about one-time transfers."""

from __future__ import annotations

from tslic_admin.console import removals, voids
from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason


def mark(call: Call) -> int:
    from tslic_admin.services import acts, transfers

    with call.writing() as session:
        issuance = acts.find_license(session, call.required("license"))
        name = acts.name_of_license(session, issuance)
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


def link(call: Call) -> int:
    from tslic_admin.services import acts, transfer_links

    with call.writing() as session:
        transfer = acts.find_transfer(session, call.required("transfer"))
        text = call.required("license")
        issuance = acts.find_license(session, text) if text.strip().casefold() != "none" else None
        name = acts.name_of_license(session, issuance) if issuance is not None else "no license"
        done = transfer_links.set_link(session, transfer, issuance, reason=call.text("reason"))
    return call.report(done, f"Transfer {done.record} is linked to {name}.", transfer=done.record)


def show(call: Call) -> int:
    from tslic_admin.services.machine import transfer
    from tslic_admin.wording.columns import columns_of

    columns = columns_of(
        "transfers",
        "number",
        "place",
        "from_computer",
        "to_computer",
        "on_day",
        "policy",
        "removal",
        "voided_by",
    )
    return call.show(
        call.rows("transfers", ended=True), columns, transfer, nothing="No transfers are recorded."
    )


COMMANDS = (
    Command(
        ("transfer", "mark"),
        "mark that a license moved to another computer, once and for good",
        mark,
        (Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, an ended one with @ISSUEDATE"),),
        (
            Option("--to", "to", "COMPUTER", "the computer it moved to", required=True),
            Option("--on", "on", "DAY", "when it moved", required=True),
            Option("--client-os", "client_os", "OS", "that computer's system, such as xp-professional"),
            Option("--host-version", "host_version", "VERSION", "the version of the terminal server it uses"),
            reason(required=False),
            ANYWAY,
        ),
    ),
    Command(
        ("transfer", "link"),
        "say which license the new computer got from its server",
        link,
        (
            Argument("transfer", "N", "the transfer's number"),
            Argument("license", "LICENSE|none", "SERVER/KEYPACKID/LICENSEID; none takes the link back"),
        ),
        (reason(required=True),),
    ),
    voids.TRANSFER,
    removals.TRANSFER,
    Command(("transfer", "list"), "list the transfers", show),
)
