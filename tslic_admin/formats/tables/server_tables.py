"""The tables of a license server's three WMI classes: key packs, issued licenses, the server itself."""

from __future__ import annotations

from functools import lru_cache

from tslic_admin.formats.tables.cells import (
    UnreadableCell,
    code_reader,
    count,
    date,
    key_reader,
    license_program,
    license_status,
    lines,
    number,
    product_type,
    server_role,
    text,
    type_in,
    type_part,
    version_id,
    version_in,
    version_part,
)
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, ServerRecord
from tslic_admin.formats.tables.table_definition import (
    EXPIRES_AT_FIELD,
    SERVER_FIELD,
    TableColumn,
    TableDefinition,
)

UNKNOWN_ACTIVATION = 2
_activation = code_reader({"activated": 0, "notactivated": 1, "unknown": UNKNOWN_ACTIVATION})


def version_number(cell: str) -> int | None:
    """A uint32, as seen; its documentation calls it a text, and what is no number says nothing here."""
    try:
        return number(cell)
    except UnreadableCell:
        return None


def activation(cell: str) -> int | None:
    """0 activated, 1 not activated; None for 2: the server does not know."""
    code = _activation(cell)
    return None if code == UNKNOWN_ACTIVATION else code


KEYPACK_ID_FIELD = TableColumn(
    "keypack_id", lru_cache(key_reader("keypack-id-missing")), ("KeyPackId",), ("Pack ID",)
)

KEY_PACK_TABLE = TableDefinition(
    KeyPackRecord,
    (
        SERVER_FIELD,
        KEYPACK_ID_FIELD,
        TableColumn("description", text, ("Description", "Product Code")),
        TableColumn(
            "key_pack_type",
            license_program,
            ("KeyPackType", "License Program"),
            ("Program", "Purchase Method", "Pack Type"),
        ),
        TableColumn(
            "product_type",
            product_type,
            ("ProductType",),
            ("License Type", "Type", "CAL Type"),
            fallbacks=(("type_and_model", type_in),),
        ),
        TableColumn(
            "product_version",
            text,
            ("ProductVersion",),
            ("Version",),
            fallbacks=(("type_and_model", version_part),),
        ),
        TableColumn(
            "product_version_id",
            version_id,
            ("ProductVersionID",),
            fallbacks=(("product_version", version_in), ("type_and_model", version_in)),
        ),
        TableColumn("total", count, ("TotalLicenses",), ("Total", "Installed Licenses", "License Count")),
        TableColumn("issued", count, ("IssuedLicenses", "Issued"), ("In Use", "Used", "Used Licenses")),
        TableColumn("available", count, ("AvailableLicenses", "Available"), ("Free", "Free Licenses")),
        EXPIRES_AT_FIELD,
        TableColumn("access_rights", count, ("AccessRights",)),
        TableColumn(
            "type_and_model", type_part, ("TypeAndModel", "License Version and Type", "Version and Type")
        ),
    ),
    keys=frozenset({"keypack_id"}),
    distinctive_fields=frozenset(
        {
            "description",
            "key_pack_type",
            "product_type",
            "total",
            "issued",
            "available",
            "access_rights",
            "type_and_model",
        }
    ),
    distinctive_required=3,
)
LICENSE_TABLE = TableDefinition(
    IssuedRecord,
    (
        SERVER_FIELD,
        TableColumn("license_id", key_reader("license-id-missing"), ("LicenseId",)),
        KEYPACK_ID_FIELD,
        TableColumn(
            "user", text, ("sIssuedToUser", "Issued To User"), ("User", "User Name", "Issued To (User)")
        ),
        TableColumn(
            "computer",
            text,
            ("sIssuedToComputer", "Issued To Computer"),
            ("Computer", "Computer Name", "Client", "Client Name", "Device", "Device Name"),
        ),
        TableColumn("status", license_status, ("LicenseStatus",), ("Status",)),
        TableColumn(
            "issued_at",
            date,
            ("IssueDate", "Issued On"),
            ("Issued Date", "Date Issued", "Issued", "Start Date"),
        ),
        EXPIRES_AT_FIELD,
        TableColumn("hardware_id", text, ("sHardwareId", "Hardware ID"), ("HWID", "Client HWID")),
    ),
    keys=frozenset({"keypack_id", "license_id"}),
    distinctive_fields=frozenset({"license_id", "user", "computer", "status", "issued_at", "hardware_id"}),
    distinctive_required=3,
)
SERVER_TABLE = TableDefinition(
    ServerRecord,
    (
        TableColumn("server", text, (*SERVER_FIELD.headings, "Name")),
        TableColumn("product_id", lines, ("ProductId",)),
        TableColumn("first_name", text, ("FirstName",)),
        TableColumn("last_name", text, ("LastName",)),
        TableColumn("company", lines, ("Company",)),
        TableColumn("country_region", text, ("CountryRegion",)),
        TableColumn("email", text, ("eMail",)),
        TableColumn("org_unit", text, ("OrgUnit",)),
        TableColumn("address", lines, ("Address",)),
        TableColumn("city", text, ("City",)),
        TableColumn("state", text, ("State",)),
        TableColumn("postal_code", text, ("PostalCode",)),
        TableColumn("role", server_role, ("ServerRole",)),
        TableColumn("database_path", text, ("DatabasePath",)),
        TableColumn("version", text, ("Version",)),
        TableColumn("version_number", version_number, ("VersionNumber",)),
        # a method's answer, under the name that its documentation gives it
        TableColumn("activation", activation, ("ActivationStatus",)),
    ),
    keys=frozenset(),
    distinctive_fields=frozenset({"product_id", "role", "database_path", "version_number", "activation"}),
    distinctive_required=2,
)
