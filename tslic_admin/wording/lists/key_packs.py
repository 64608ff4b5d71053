"""The list of key packs."""

from __future__ import annotations

from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PACKS, PackLine
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.wording.lists.columns import (
    SHORTAGE_COLUMN,
    CellKind,
    Column,
    field_column,
    field_columns,
)
from tslic_admin.wording.lists.machine import Machine, MachineForm, properties
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, WholeList
from tslic_admin.wording.values import PROGRAMS, origin_text, version_and_type

LISTED_PROPERTIES = KEY_PACK.exported(Source.LISTED)
_RECORDED_PROPERTIES = KEY_PACK.exported(Source.RECORDED)
_TEMPORARY_POOL = 4  # KeyPackType


def pack_line_reference(row: PackLine) -> str:
    """PACK of a key pack: SERVER/KEYPACKID, or SERVER/#N."""
    return pack_reference(row.server, row.keypack_id, row.number)


def pack_item(row: PackLine) -> Machine:
    """A key pack in machine form, for files and the console."""
    names = {"Server": row.server, "Pack": pack_line_reference(row)}
    return properties(row, LISTED_PROPERTIES) | names | properties(row, _RECORDED_PROPERTIES)


def purchase_text(row: PackLine, *, with_numbers: bool = True) -> str:
    """How a key pack was purchased: program, numbers, reseller and reference."""
    numbers = (row.purchase_number, row.authorization_number) if with_numbers else ()
    reseller = f"from {row.reseller}" if row.reseller else None
    parts = (PROGRAMS.get(row.program or ""), *numbers, reseller, row.purchase_ref)
    return ", ".join(part for part in parts if part) or "purchase not recorded"


def pack_icon(row: PackLine) -> str:
    if row.voided_by is not None:
        return "void"
    if row.origin == "reissue":
        return "reissue"
    return "temporary" if row.key_pack_type == _TEMPORARY_POOL else "key-pack"


def _keypack_id(row: PackLine) -> int | str:
    return row.keypack_id if row.keypack_id is not None else f"#{row.number}"


PACK_WORDS = ListWords(
    kind=PACKS,
    title="Key packs",
    noun=("key pack", "key packs"),
    sort=("keypack_id", False),
    empty="No key pack of this server is recorded yet.\nImport the server's list, or record installed licenses.",
    steps=("import",),
    first_in_files=("server", "keypack_id"),
    columns=(
        Column(
            "version",
            "License Version and Type",
            lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
            width=37,
            icon=pack_icon,
        ),
        field_column(KEY_PACK, "key_pack_type", width=8),
        field_column(KEY_PACK, "total"),
        field_column(KEY_PACK, "available"),
        field_column(KEY_PACK, "issued"),
        field_column(KEY_PACK, "expires_at", "Expiry Date"),
        Column("keypack_id", "Keypack ID", _keypack_id, CellKind.ID, width=9, right=True),
        Column(
            "origin",
            "Origin",
            lambda row: origin_text(row.origin, row.request_id, row.request_on, row.voided_by),
            width=22,
        ),
        SHORTAGE_COLUMN,
        Column("server", "Server", lambda row: row.server, hidden=True),
        field_column(KEY_PACK, "description", "Product Code", hidden=True),
        field_column(KEY_PACK, "transfer_policy", width=20, hidden=True),
        field_column(KEY_PACK, "program", "Purchased As", width=24, hidden=True),
        field_column(KEY_PACK, "license_key_pack_id", hidden=True),
        field_column(KEY_PACK, "number", "License or Agreement Number", hidden=True),
        field_column(KEY_PACK, "authorization_number", hidden=True),
        field_column(KEY_PACK, "installed_on", "Installed", hidden=True),
        *field_columns(KEY_PACK, "reseller", "purchase_ref", hidden=True),
        field_column(KEY_PACK, "notes", width=30, hidden=True),
        field_column(KEY_PACK, "closed_on", hidden=True),
        field_column(KEY_PACK, "closed_why", width=24, hidden=True),
    ),
    whole=WholeList("All key packs"),
    console=ConsoleTable(
        columns=(
            *("server", "keypack_id", "version", "key_pack_type", "total", "available", "issued", "shortage"),
            *("expires_at", "origin", "transfer_policy", "code", "closed_on"),
        ),
        nothing="No key packs are recorded here.",
    ),
    machine=MachineForm(
        (*LISTED_PROPERTIES, "Server", "Pack", *_RECORDED_PROPERTIES), lambda row, _: pack_item(row)
    ),
)
