"""The commands that record key packs, and the licenses issued from them, by hand."""

from __future__ import annotations

from tslic_admin.console.command import Argument, Command, Option, reason_option
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.licenses import LICENSES, LicenseFields
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.records import closing, licenses, packs
from tslic_admin.wording.lists.key_packs import pack_item
from tslic_admin.wording.lists.machine import row_license_reference

KEY_PACK_OPTIONS = (
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
LICENSE_OPTIONS = (
    Option("--computer", "computer", "NAME", "the computer it was issued to", required=True),
    Option("--user", "user", "NAME", "the user it was issued to"),
    Option("--hardware-id", "hardware_id", "ID", "the hardware ID, as the server shows it"),
    Option("--issued-on", "issued_at", "DAY", "when it was issued"),
    Option("--expires-on", "expires_at", "DAY", "when it expires"),
    Option("--status", "status", "STATUS", "such as active or temporary, or its number; else active"),
)


def add_key_pack(invocation: Invocation) -> int:
    with invocation.writing() as session:
        server = lookup.find_server(session, invocation.required("server"))
        result = packs.add(session, server, invocation.typed(PackFields))
    return _report_key_pack(invocation, result, "Key pack {} was recorded.")


def change_key_pack(invocation: Invocation) -> int:
    with invocation.writing() as session:
        result = packs.change(
            session,
            lookup.find_pack(session, invocation.required("pack")),
            invocation.typed(PackFields),
            reason=invocation.text("reason"),
        )
    return _report_key_pack(invocation, result, "Key pack {} was changed.")


def move_key_pack(invocation: Invocation) -> int:
    with invocation.writing() as session:
        result = closing.move_pack(
            session,
            lookup.find_pack(session, invocation.required("pack")),
            to=lookup.find_pack(session, invocation.required("to")),
            on=invocation.required("on"),
            reason=invocation.text("reason"),
        )
    return _report_key_pack(
        invocation, result, f"Key pack {invocation.required('pack').strip()} was moved to {{}}."
    )


def _report_key_pack(invocation: Invocation, result: ActResult, message: str) -> int:
    row = invocation.find_row(PACKS, result.record)
    pack = pack_item(row) if row else None
    return invocation.report(result, message.format(pack["Pack"] if pack else ""), keypack=pack)


def add_license(invocation: Invocation) -> int:
    with invocation.writing() as session:
        pack = licenses.find_pack_on_server(
            session, invocation.required("server"), invocation.required("pack")
        )
        result = licenses.add(session, pack, invocation.typed(LicenseFields))
    reference = row_license_reference(invocation.row(LICENSES, result.record))
    return invocation.report(result, f"License {reference} was added.", license=reference)


COMMANDS = (
    Command(
        ("key-packs", "add"),
        add_key_pack,
        (),
        (
            Option("--server", "server", "NAME", "the license server it is on", required=True),
            *KEY_PACK_OPTIONS,
        ),
    ),
    Command(
        ("key-packs", "set"),
        change_key_pack,
        (Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),),
        (*KEY_PACK_OPTIONS, reason_option(required=True)),
    ),
    Command(
        ("key-packs", "move"),
        move_key_pack,
        (Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),),
        (
            Option("--to", "to", "PACK", "the key pack that it was moved to", required=True),
            Option("--on", "on", "DAY", "when it was moved", required=True),
            reason_option(required=True),
        ),
    ),
    Command(
        ("licenses", "add"),
        add_license,
        (),
        (
            Option("--server", "server", "NAME", "the license server it is on", required=True),
            Option("--key-pack", "pack", "N", "its key pack: a Keypack ID, or #N", required=True),
            *LICENSE_OPTIONS,
        ),
    ),
)
