"""The commands about license servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, Option, reason

if TYPE_CHECKING:
    from tslic_admin.services.changes import Done

NAME = Argument("name", "NAME", "the server's name")
FIELDS = (
    Option("--product-id", "product_id", "ID", "the product ID, as in 00252-20000-35572-AT477"),
    Option(
        "--license-server-id",
        "license_server_id",
        "ID",
        "the 35 characters that identify the server in a call; - asks for it",
        secret=True,
    ),
    Option("--windows-version", "windows_version", "VERSION", "such as 2022 or 2008 R2"),
    Option("--role", "role", "ROLE", "workgroup, domain or forest"),
    Option("--activation", "activation", "STATUS", "activated, not-activated or unknown"),
    Option("--country", "country", "TEXT", "the country it was registered for"),
    Option("--phone", "phone", "NUMBER", "the telephone number of the Customer Service Center there"),
    Option("--company", "company", "TEXT", "the company it was registered for"),
    Option("--contact", "contact", "TEXT", "who looks after it"),
    Option("--notes", "notes", "TEXT", "anything worth knowing"),
)


def add(call: Call) -> int:
    from tslic_admin.services import servers

    with call.writing() as session:
        done = servers.add(session, call.required("name"), **call.typed(o.field for o in FIELDS))
    return _report(call, done, "Server {} was added.")


def change(call: Call) -> int:
    from tslic_admin.services import acts, servers

    with call.writing() as session:
        done = servers.change(
            session,
            acts.find_server(session, call.required("name")),
            reason=call.text("reason"),
            rename=call.text("rename"),
            **call.typed(o.field for o in FIELDS),
        )
    return _report(call, done, "Server {} was changed.")


def rebuilt(call: Call) -> int:
    from tslic_admin.services import acts
    from tslic_admin.services.rebuilt import rebuilt as record

    with call.writing() as session:
        server = acts.find_server(session, call.required("name"))
        done = record(session, server, on=call.required("on"), reason=call.text("reason"))
    return _report(call, done, "Server {} was rebuilt: what it held is closed, and its numbers start again.")


def _report(call: Call, done: Done, said: str) -> int:
    from tslic_admin.services.machine import server_line

    row = call.row("servers", done.record)
    return call.report(done, said.format(row.name), server=server_line(row))


def show(call: Call) -> int:
    from tslic_admin.services.machine import server_line
    from tslic_admin.wording.columns import columns_of

    columns = columns_of(
        "servers",
        "name",
        "activation",
        "windows_version",
        "role",
        "packs",
        "total",
        "issued",
        "shortage",
        "product_id",
    )
    return call.show(call.rows("servers"), columns, server_line, nothing="No servers are recorded.")


COMMANDS = (
    Command(("servers", "add"), "add a license server", add, (NAME,), FIELDS),
    Command(
        ("servers", "set"),
        "change what is known of a server, or its name",
        change,
        (NAME,),
        (*FIELDS, Option("--rename", "rename", "NAME", "its new name"), reason(required=True)),
    ),
    Command(
        ("servers", "rebuilt"),
        "say that a server was rebuilt: what it held is closed",
        rebuilt,
        (NAME,),
        (Option("--on", "on", "DAY", "when it was rebuilt", required=True), reason(required=True)),
    ),
    Command(("servers", "list"), "list the servers", show),
)
