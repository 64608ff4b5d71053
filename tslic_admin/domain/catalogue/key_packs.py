"""Key packs: fields, typed texts, and the row type of the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tslic_admin.domain.catalogue.fields import Field, Source, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import ListKind

_LISTED = Source.LISTED

KEY_PACK = Thing(
    "pack",
    (
        Field("server_id", "Server", ValueKind.RECORD, exported=False),
        Field("keypack_id", "KeyPackId", ValueKind.ID, _LISTED),
        Field("description", "Description", source=_LISTED, searched=True),
        Field("key_pack_type", "KeyPackType", ValueKind.CODE, _LISTED),
        Field("product_type", "ProductType", ValueKind.CODE, _LISTED),
        Field("product_version", "ProductVersion", source=_LISTED, searched=True),
        Field("product_version_id", "ProductVersionID", ValueKind.CODE, _LISTED),
        Field("total", "TotalLicenses", ValueKind.COUNT, _LISTED),
        Field("issued", "IssuedLicenses", ValueKind.COUNT, _LISTED),
        Field("available", "AvailableLicenses", ValueKind.COUNT, _LISTED),
        Field("expires_at", "ExpirationDate", ValueKind.DATE, _LISTED),
        Field("access_rights", "AccessRights", ValueKind.NUMBER, _LISTED),
        Field("type_and_model", "TypeAndModel", source=_LISTED),
        Field("origin", "Origin", ValueKind.CODE),
        Field("request_id", "Request", ValueKind.RECORD),
        Field("moved_from_id", "MovedFrom", ValueKind.RECORD, exported=False),
        Field("merged_into_id", "MergedInto", ValueKind.RECORD, exported=False),
        Field("transfer_policy", "TransferPolicy", ValueKind.CODE),
        Field("program", "Program", ValueKind.CODE),
        Field("closed_on", "Closed", ValueKind.DAY),
        Field("license_key_pack_id", "LicenseKeyPackId", ValueKind.ID, secret=True, list_name="code"),
        Field("number", "Number", ValueKind.ID, secret=True, list_name="purchase_number"),
        Field("authorization_number", "AuthorizationNumber", ValueKind.ID, secret=True),
        Field("installed_on", "InstalledOn", ValueKind.DAY),
        Field("reseller", "Reseller", searched=True),
        Field("purchase_ref", "PurchaseReference", searched=True),
        Field("notes", "Notes", searched=True),
        Field("first_seen_at", "FirstSeen", ValueKind.DATE, exported=False),
        Field("closed_why", "ClosedWhy", ValueKind.CODE, exported=False),
        Field("voided_by", "VoidedBy", ValueKind.RECORD, exported=False),
    ),
)


@dataclass(frozen=True, slots=True)
class PackFields:
    """The texts that a user typed for a key pack, by field name. None: not changed; empty: cleared."""

    product_version_id: str | None = None
    product_type: str | None = None
    program: str | None = None
    total: str | None = None
    keypack_id: str | None = None
    license_key_pack_id: str | None = None
    number: str | None = None
    authorization_number: str | None = None
    installed_on: str | None = None
    expires_at: str | None = None
    transfer_policy: str | None = None
    reseller: str | None = None
    purchase_ref: str | None = None
    notes: str | None = None


class PackLine(NamedTuple):
    """A key pack. `purchased`: 1, or 0 for a built-in or temporary pool. `recorded_as`: the key pack recorded by hand that turned out to be this one."""

    number: int
    server: str
    server_id: int
    keypack_id: int | None
    description: str | None
    key_pack_type: int | None
    product_type: int | None
    product_version: str | None
    product_version_id: int | None
    total: int | None
    available: int | None
    issued: int | None
    shortage: int
    purchased: int
    expires_at: str | None
    access_rights: int | None
    type_and_model: str | None
    origin: str
    request_id: int | None
    request_on: str | None
    request_state: str | None
    transfer_policy: str
    program: str | None
    code: str | None
    purchase_number: str | None
    authorization_number: str | None
    installed_on: str | None
    reseller: str | None
    purchase_ref: str | None
    notes: str | None
    first_seen_at: str | None
    recorded_as: int | None
    closed_on: str | None
    voided_by: int | None
    closed_why: str | None


PACKS = ListKind("key-packs", PackLine, "pack", has_secrets=True)
