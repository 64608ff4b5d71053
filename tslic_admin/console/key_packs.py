"""The commands about key packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tslic_admin.console import voids
from tslic_admin.console.call import Call
from tslic_admin.console.command import SERVER_FILTER, Argument, Command, Option, reason

if TYPE_CHECKING:
    from tslic_admin.services.changes import Done

FIELDS = (
    Option("--product-version", "product_version_id", "ID_OR_NAME", "such as 2022 or 2008 R2, or its number"),
    Option("--type", "product_type", "TYPE", "device, user, or its number"),
    Option(
        "--program", "program", "PROGRAM", "retail, open, select, enterprise, campus, school, spla or other"
    ),
    Option("--total", "total", "N", "how many licenses, or unlimited"),
    Option("--keypack-id", "keypack_id", "N", "its number on the server"),
    Option(
        "--code",
        "license_key_pack_id",
        "CODE",
        "the license key pack ID, 35 characters; - asks for it",
        secret=True,
    ),
    Option(
        "--number",
        "number",
        "N",
        "license code, license number or agreement number, as the program has it; - asks for it",
        secret=True,
    ),
    Option(
        "--authorization-number",
        "authorization_number",
        "N",
        "of an Open License; - asks for it",
        secret=True,
    ),
    Option("--installed-on", "installed_on", "DAY", "when it was installed"),
    Option("--expires-on", "expires_at", "DAY", "when it expires, or never"),
    Option("--policy", "transfer_policy", "POLICY", "one-time, after-90-days or not-transferable"),
    Option("--reseller", "reseller", "TEXT", "who sold it"),
    Option("--purchase-ref", "purchase_ref", "TEXT", "order or invoice"),
    Option("--notes", "notes", "TEXT", "anything worth knowing"),
)


def add(call: Call) -> int:
    from tslic_admin.services import acts, packs

    with call.writing() as session:
        server = acts.find_server(session, call.required("server"))
        done = packs.add(session, server, **call.typed(o.field for o in FIELDS))
    return _report(call, done, "Key pack {} was recorded.")


def change(call: Call) -> int:
    from tslic_admin.services import acts, packs

    with call.writing() as session:
        done = packs.change(
            session,
            acts.find_pack(session, call.required("pack")),
            reason=call.text("reason"),
            **call.typed(o.field for o in FIELDS),
        )
    return _report(call, done, "Key pack {} was changed.")


def move(call: Call) -> int:
    from tslic_admin.services import acts
    from tslic_admin.services.moved import move as record

    with call.writing() as session:
        done = record(
            session,
            acts.find_pack(session, call.required("pack")),
            to=acts.find_pack(session, call.required("to")),
            on=call.required("on"),
            reason=call.text("reason"),
        )
    return _report(call, done, f"Key pack {call.required('pack').strip()} was moved to {{}}.")


def _report(call: Call, done: Done, said: str) -> int:
    from tslic_admin.services.machine import key_pack

    row = call.row("packs", done.record)
    pack = key_pack(row) if row else None
    return call.report(done, said.format(pack["Pack"] if pack else ""), keypack=pack)


def show(call: Call) -> int:
    from tslic_admin.services.machine import key_pack
    from tslic_admin.wording.columns import columns_of

    # closed packs too: the list says since when they are
    rows = call.rows("packs", server_id=call.server_id(), ended=True)
    columns = columns_of(
        "packs",
        *("server", "keypack_id", "version", "key_pack_type", "total", "available", "issued", "shortage"),
        *("expires_at", "origin", "transfer_policy", "code", "closed_on"),
    )
    return call.show(rows, columns, key_pack, nothing="No key packs are recorded here.")


COMMANDS = (
    Command(
        ("key-packs", "add"),
        "record an installed key pack by hand",
        add,
        (),
        (Option("--server", "server", "NAME", "the license server it is on", required=True), *FIELDS),
    ),
    Command(
        ("key-packs", "set"),
        "change a key pack, or what only our record knows of it",
        change,
        (Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),),
        (*FIELDS, reason(required=True)),
    ),
    voids.KEY_PACK,
    Command(
        ("key-packs", "move"),
        "say that a key pack was moved to another one",
        move,
        (Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),),
        (
            Option("--to", "to", "PACK", "the key pack that it was moved to", required=True),
            Option("--on", "on", "DAY", "when it was moved", required=True),
            reason(required=True),
        ),
    ),
    Command(("key-packs", "list"), "list the key packs", show, (), (SERVER_FILTER,)),
)
