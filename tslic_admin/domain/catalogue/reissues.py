"""Reissue requests and the licenses collected for them: fields, and the row types of the lists."""

from __future__ import annotations

from typing import NamedTuple

from tslic_admin.domain.catalogue.fields import Field, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.removals import REMOVAL_FIELDS

REQUEST = Thing(
    "request",
    (
        Field("server_id", "Server", ValueKind.RECORD),
        Field("product_version_id", "ProductVersionID", ValueKind.CODE),
        Field("product_type", "ProductType", ValueKind.CODE),
        Field("state", "State", ValueKind.CODE),
        Field("same_call_as_id", "SameCallAs", ValueKind.RECORD),
        Field("reason", "Reason", searched=True),
        Field("opened_on", "Opened", ValueKind.DAY),
        Field("quantity", "Quantity", ValueKind.COUNT),
        Field("recorded_on", "On", ValueKind.DAY),
        Field("case_number", "Case", ValueKind.ID, searched=True),
        Field("agent", "Agent", searched=True),
        Field("phone", "Phone", ValueKind.ID),
        Field("call_started_at", "CallStarted", ValueKind.MOMENT),
        Field("call_ended_at", "CallEnded", ValueKind.MOMENT),
        Field("installed_on", "Installed", ValueKind.DAY),
    ),
)

COLLECTED_LICENSE = Thing(
    "collected",
    (
        Field("request_id", "Request", ValueKind.RECORD),
        Field("issuance_id", "License", ValueKind.RECORD),
        Field("to_computer", "To", searched=True),
        Field("state", "State", ValueKind.CODE),
        *REMOVAL_FIELDS,
    ),
)


class RequestLine(NamedTuple):
    """A reissue request. `call_before`: the day on which the first temporary license of a waiting computer ends."""

    number: int
    server: str
    server_id: int
    product_version_id: int | None
    product_type: int | None
    state: str
    licenses: int
    call_before: str | None
    opened_on: str
    quantity: int | None
    recorded_on: str | None
    case_number: str | None
    agent: str | None
    phone: str | None
    call_started_at: str | None
    call_ended_at: str | None
    installed_on: str | None
    same_call_as_id: int | None
    reason: str | None
    pack_id: int | None
    keypack_id: int | None


class CollectedLine(NamedTuple):
    """A license of a reissue request.

    `lost_by`: the computer that has it no longer. `to_computer`: the computer that waits; `covered_until`: the end of
    its temporary license. `got_…`: the license that it was issued from the reissued key pack.
    """

    number: int
    server: str
    server_id: int
    pack_id: int
    keypack_id: int | None
    license_id: int | None
    issuance_id: int
    computer: str | None
    user: str | None
    lost_by: str | None
    issued_at: str | None
    expires_at: str | None
    ended_on: str | None
    request_id: int
    to_computer: str | None
    state: str
    removal: str | None
    removal_on: str | None
    removal_by: str | None
    removal_sha256: str | None
    removal_reason: str | None
    covered_until: str | None
    got_id: int | None
    got_license_id: int | None
    got_issued_at: str | None
    got_pack_id: int | None
    got_keypack_id: int | None


# a request in an export contains its key pack
REISSUES = ListKind("reissues", RequestLine, "request", has_secrets=True)
COLLECTED = ListKind("collected", CollectedLine, "collected")
