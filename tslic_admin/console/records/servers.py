"""The commands that record license servers by hand."""

from __future__ import annotations

from tslic_admin.console.command import Argument, Command, Option, reason_option
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.servers import SERVERS, ServerFields
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.records import closing, servers
from tslic_admin.wording.lists.servers import server_console_item

SERVER_NAME = Argument("name", "NAME", "the server's name")
SERVER_OPTIONS = (
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


def add_server(invocation: Invocation) -> int:
    with invocation.writing() as session:
        name = invocation.required("name")
        result = servers.add(session, name, invocation.typed(ServerFields))
    return _report_server(invocation, result, "Server {} was added.")


def change_server(invocation: Invocation) -> int:
    with invocation.writing() as session:
        result = servers.change(
            session,
            lookup.find_server(session, invocation.required("name")),
            invocation.typed(ServerFields),
            reason=invocation.text("reason"),
            rename=invocation.text("rename"),
        )
    return _report_server(invocation, result, "Server {} was changed.")


def record_rebuild(invocation: Invocation) -> int:
    with invocation.writing() as session:
        server = lookup.find_server(session, invocation.required("name"))
        result = closing.record_rebuild(
            session, server, on=invocation.required("on"), reason=invocation.text("reason")
        )
    return _report_server(
        invocation, result, "Server {} was rebuilt: what it held is closed, and its numbers start again."
    )


def _report_server(invocation: Invocation, result: ActResult, message: str) -> int:
    row = invocation.row(SERVERS, result.record)
    return invocation.report(result, message.format(row.name), server=server_console_item(row))


COMMANDS = (
    Command(("servers", "add"), add_server, (SERVER_NAME,), SERVER_OPTIONS),
    Command(
        ("servers", "set"),
        change_server,
        (SERVER_NAME,),
        (*SERVER_OPTIONS, Option("--rename", "rename", "NAME", "its new name"), reason_option(required=True)),
    ),
    Command(
        ("servers", "rebuilt"),
        record_rebuild,
        (SERVER_NAME,),
        (Option("--on", "on", "DAY", "when it was rebuilt", required=True), reason_option(required=True)),
    ),
)
