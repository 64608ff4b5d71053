"""Issued licenses: fields, typed texts, and the row type of the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tslic_admin.domain.catalogue.fields import Field, Source, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import ListKind

_LISTED = Source.LISTED

LICENSE = Thing(
    "license",
    (
        Field("key_pack_id", "KeyPack", ValueKind.RECORD, exported=False),
        Field("license_id", "LicenseId", ValueKind.ID, _LISTED),
        Field("user", "sIssuedToUser", source=_LISTED, searched=True),
        Field("computer", "sIssuedToComputer", source=_LISTED, searched=True),
        Field("status", "LicenseStatus", ValueKind.CODE, _LISTED),
        Field("issued_at", "IssueDate", ValueKind.DATE, _LISTED),
        Field("first_issued_at", "FirstIssueDate", ValueKind.DATE, exported=False),
        Field("expires_at", "ExpirationDate", ValueKind.DATE, _LISTED),
        Field("hardware_id", "sHardwareId", ValueKind.ID, _LISTED, searched=True),
        Field("by_hand", "ByHand", ValueKind.FLAG, exported=False),
        Field("ended_on", "Ended", ValueKind.DAY),
        Field("ended_why", "EndedWhy", ValueKind.CODE, exported=False),
        Field("succeeded_by_id", "SucceededBy", ValueKind.RECORD, exported=False),
        Field("voided_by", "VoidedBy", ValueKind.RECORD, exported=False),
    ),
)


@dataclass(frozen=True, slots=True)
class LicenseFields:
    """The texts that a user typed for a license. None or empty: unknown. `issued_at` and `expires_at` are days."""

    computer: str
    user: str | None = None
    hardware_id: str | None = None
    issued_at: str | None = None
    expires_at: str | None = None
    status: str | None = None


class LicenseLine(NamedTuple):
    """An issued license.

    `holder`: the computer that has it by the records. `record`: the state of the transfer or reissue request that it
    belongs to; `record_number` its number, `record_other` the other computer. `into_pack`: the reissued key pack.
    """

    number: int
    server: str
    server_id: int
    pack_id: int
    keypack_id: int | None
    license_id: int | None
    computer: str | None
    user: str | None
    status: int | None
    issued_at: str | None
    expires_at: str | None
    hardware_id: str | None
    holder: str | None
    record: str | None
    record_number: int | None
    record_other: str | None
    removal: str | None
    record_on: str | None
    into_pack: int | None
    into_keypack_id: int | None
    ended_on: str | None
    ended_why: str | None
    voided_by: int | None
    pack_closed_why: str | None
    first_issued_at: str | None
    by_hand: int
    product_version_id: int | None
    product_version: str | None
    product_type: int | None
    key_pack_type: int | None


LICENSES = ListKind("licenses", LicenseLine, "license")
TEMPORARY = ListKind("temporary", LicenseLine, "license", main=False)
