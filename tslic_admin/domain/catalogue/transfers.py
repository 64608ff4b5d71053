"""One-time transfers: fields, and the row type of the list."""

from __future__ import annotations

from typing import NamedTuple

from tslic_admin.domain.catalogue.fields import Field, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.removals import REMOVAL_FIELDS

TRANSFER = Thing(
    "transfer",
    (
        Field("issuance_id", "License", ValueKind.RECORD),
        Field("from_computer", "From", searched=True),
        Field("to_computer", "To", searched=True),
        Field("on_day", "On", ValueKind.DAY),
        Field("client_system", "ClientSystem", ValueKind.CODE),
        Field("host_version", "HostVersion", ValueKind.CODE),
        Field("need", "Need", ValueKind.CODE),
        Field("reason", "Reason", searched=True),
        Field("policy", "Policy", ValueKind.CODE),
        Field("previous_id", "Previous", ValueKind.RECORD),
        Field("linked_issuance_id", "Linked", ValueKind.RECORD),
        *REMOVAL_FIELDS,
        Field("voided_by", "VoidedBy", ValueKind.RECORD),
    ),
)


class TransferLine(NamedTuple):
    """A transfer of a license; `linked_…`: the license that the new computer was issued."""

    number: int
    server: str
    server_id: int
    pack_id: int
    keypack_id: int | None
    license_id: int | None
    issuance_id: int
    issued_at: str | None
    ended_on: str | None
    expires_at: str | None
    from_computer: str | None
    to_computer: str
    on_day: str
    client_system: str | None
    host_version: int | None
    need: str
    reason: str | None
    policy: str
    previous_id: int | None
    removal: str
    removal_on: str | None
    removal_by: str | None
    removal_sha256: str | None
    removal_reason: str | None
    linked_issuance_id: int | None
    linked_server: str | None
    linked_keypack_id: int | None
    linked_license_id: int | None
    linked_pack_id: int | None
    linked_issued_at: str | None
    linked_ended_on: str | None
    voided_by: int | None


TRANSFERS = ListKind("transfers", TransferLine, "transfer")
