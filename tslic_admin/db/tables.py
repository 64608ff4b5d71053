"""The tables of the store; what must never break is a constraint here or a trigger in the migrations.

Times are text, ISO 8601 in UTC; days are ISO days: they sort, and they leave the program as they stand.
A table that is `Recorded` is in the history: every change of a field named in RECORDED becomes an event
line, without anybody having to remember it (recording.py).
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

UINT32 = "4294967295"
STRICT = {"sqlite_strict": True}  # an INTEGER column holds integers and nothing else


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}


class Recorded:
    """A table whose every change is an event line: its kind there, and its fields' names."""

    KIND: ClassVar[str]
    RECORDED: ClassVar[dict[str, str]]
    SECRET: ClassVar[frozenset[str]] = frozenset()


def one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def uint32(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{c} BETWEEN 0 AND {UINT32}", name=f"{c}_uint32") for c in columns]


def restrict(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


REMOVAL_STATES = ("awaiting", "removed", "not-intended")


class ServerRow(Recorded, Base):
    __tablename__ = "server"
    __table_args__ = (
        UniqueConstraint("label", "domain"),
        CheckConstraint("length(name) > 0", name="name"),
        *uint32("role", "version_number"),
        STRICT,
    )
    KIND = "server"
    SECRET = frozenset({"license_server_id"})
    RECORDED: ClassVar[dict[str, str]] = {
        "name": "Name",
        "product_id": "ProductId",
        "license_server_id": "LicenseServerId",
        "windows_version": "WindowsVersion",
        "role": "ServerRole",
        "activation": "Activation",
        "connection_method": "ConnectionMethod",
        "country": "Country",
        "phone": "Phone",
        "contact": "Contact",
        "notes": "Notes",
        "first_name": "FirstName",
        "last_name": "LastName",
        "company": "Company",
        "country_region": "CountryRegion",
        "email": "eMail",
        "org_unit": "OrgUnit",
        "address": "Address",
        "city": "City",
        "state": "State",
        "postal_code": "PostalCode",
        "database_path": "DatabasePath",
        "version": "Version",
        "version_number": "VersionNumber",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    label: Mapped[str]  # of the name, for looking up: case and domain ignored
    domain: Mapped[str]
    product_id: Mapped[str | None]
    license_server_id: Mapped[str | None]
    windows_version: Mapped[int | None]
    role: Mapped[int | None]
    activation: Mapped[int | None]
    connection_method: Mapped[str | None]
    country: Mapped[str | None]
    phone: Mapped[str | None]
    contact: Mapped[str | None]
    notes: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    company: Mapped[str | None]
    country_region: Mapped[str | None]
    email: Mapped[str | None]
    org_unit: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    postal_code: Mapped[str | None]
    database_path: Mapped[str | None]
    version: Mapped[str | None]
    version_number: Mapped[int | None]


class KeyPackRow(Recorded, Base):
    __tablename__ = "key_pack"
    __table_args__ = (
        one_of("origin", "original", "reissue", "migration"),
        one_of("transfer_policy", "one-time", "after-90-days", "not-transferable"),
        one_of("program", "retail", "open", "select", "enterprise", "campus", "school", "spla", "other"),
        CheckConstraint("length(license_key_pack_id) = 35", name="license_key_pack_id"),
        CheckConstraint("origin <> 'reissue' OR request_id IS NOT NULL", name="reissue_has_its_request"),
        *uint32(
            "keypack_id",
            "key_pack_type",
            "product_type",
            "product_version_id",
            "total",
            "issued",
            "available",
            "access_rights",
        ),
        Index(
            "uq_key_pack_license_key_pack_id",
            "license_key_pack_id",
            unique=True,
            sqlite_where=text("voided_by IS NULL AND merged_into_id IS NULL"),
        ),
        Index(
            "uq_key_pack_server_id_keypack_id",
            "server_id",
            "keypack_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL AND voided_by IS NULL AND merged_into_id IS NULL"),
        ),
        Index(
            "uq_key_pack_request_id",
            "request_id",
            unique=True,
            sqlite_where=text("voided_by IS NULL AND merged_into_id IS NULL"),
        ),
        Index(None, "server_id"),
        STRICT,
    )
    KIND = "pack"
    SECRET = frozenset({"license_key_pack_id", "number", "authorization_number"})
    RECORDED: ClassVar[dict[str, str]] = {
        "server_id": "Server",
        "keypack_id": "KeyPackId",
        "description": "Description",
        "key_pack_type": "KeyPackType",
        "product_type": "ProductType",
        "product_version": "ProductVersion",
        "product_version_id": "ProductVersionID",
        "total": "TotalLicenses",
        "issued": "IssuedLicenses",
        "available": "AvailableLicenses",
        "expires_at": "ExpirationDate",
        "access_rights": "AccessRights",
        "type_and_model": "TypeAndModel",
        "origin": "Origin",
        "request_id": "Request",
        "moved_from_id": "MovedFrom",
        "merged_into_id": "MergedInto",
        "transfer_policy": "TransferPolicy",
        "program": "Program",
        "license_key_pack_id": "LicenseKeyPackId",
        "number": "Number",
        "authorization_number": "AuthorizationNumber",
        "installed_on": "InstalledOn",
        "reseller": "Reseller",
        "purchase_ref": "PurchaseReference",
        "notes": "Notes",
        "first_seen_at": "FirstSeen",
        "closed_on": "Closed",
        "voided_by": "VoidedBy",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(restrict("server.id"))
    keypack_id: Mapped[int | None]
    description: Mapped[str | None]
    key_pack_type: Mapped[int | None]
    product_type: Mapped[int | None]
    product_version: Mapped[str | None]
    product_version_id: Mapped[int | None]
    total: Mapped[int | None]
    issued: Mapped[int | None]
    available: Mapped[int | None]
    expires_at: Mapped[str | None]
    access_rights: Mapped[int | None]
    type_and_model: Mapped[str | None]
    origin: Mapped[str]
    request_id: Mapped[int | None] = mapped_column(restrict("reissue_request.id"))
    moved_from_id: Mapped[int | None] = mapped_column(restrict("key_pack.id"))
    # a pack recorded by hand that turned out to be one the server lists gives its records to that one
    merged_into_id: Mapped[int | None] = mapped_column(restrict("key_pack.id"))
    transfer_policy: Mapped[str]
    program: Mapped[str | None]
    license_key_pack_id: Mapped[str | None]
    number: Mapped[str | None]
    authorization_number: Mapped[str | None]
    installed_on: Mapped[str | None]
    reseller: Mapped[str | None]
    purchase_ref: Mapped[str | None]
    notes: Mapped[str | None]
    first_seen_at: Mapped[str | None]  # on its server; None for one known by hand only
    closed_on: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(
        ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED")
    )


class IssuanceRow(Recorded, Base):
    __tablename__ = "issuance"
    __table_args__ = (
        one_of("ended_why", "replaced", "vanished", "upgraded", "pack-closed", "voided"),
        CheckConstraint("(ended_on IS NULL) = (ended_why IS NULL)", name="ended"),
        CheckConstraint("voided_by IS NULL OR ended_on IS NOT NULL", name="voided_is_ended"),
        *uint32("license_id", "status"),
        Index(
            "uq_issuance_key_pack_id_license_id",
            "key_pack_id",
            "license_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
        ),
        # the live licenses of a pack in the orders that its headers are clicked for most
        Index("ix_issuance_by_computer", "key_pack_id", "ended_on", "computer"),
        Index("ix_issuance_by_user", "key_pack_id", "ended_on", "user"),
        Index("ix_issuance_by_issued_at", "key_pack_id", "ended_on", "issued_at"),
        Index("ix_issuance_by_expires_at", "key_pack_id", "ended_on", "expires_at"),
        Index("ix_issuance_temporary", "computer_label", sqlite_where=text("status = 1")),
        STRICT,
    )
    KIND = "license"
    RECORDED: ClassVar[dict[str, str]] = {
        "key_pack_id": "KeyPack",
        "license_id": "LicenseId",
        "user": "sIssuedToUser",
        "computer": "sIssuedToComputer",
        "status": "LicenseStatus",
        "issued_at": "IssueDate",
        "first_issued_at": "FirstIssueDate",
        "expires_at": "ExpirationDate",
        "hardware_id": "sHardwareId",
        "by_hand": "ByHand",
        "ended_on": "Ended",
        "ended_why": "EndedWhy",
        "succeeded_by_id": "SucceededBy",
        "voided_by": "VoidedBy",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    key_pack_id: Mapped[int] = mapped_column(restrict("key_pack.id"))
    license_id: Mapped[int]
    user: Mapped[str | None] = mapped_column(Text(collation="NOCASE"))
    computer: Mapped[str | None] = mapped_column(Text(collation="NOCASE"))
    computer_label: Mapped[str | None]  # the name by which computers are the same, for looking up
    status: Mapped[int | None]
    issued_at: Mapped[str | None]
    first_issued_at: Mapped[str | None]
    expires_at: Mapped[str | None]
    hardware_id: Mapped[str | None]
    by_hand: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[str | None]
    ended_why: Mapped[str | None]
    succeeded_by_id: Mapped[int | None] = mapped_column(restrict("issuance.id"))
    voided_by: Mapped[int | None] = mapped_column(
        ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED")
    )


class TransferRow(Recorded, Base):
    __tablename__ = "transfer"
    __table_args__ = (
        one_of("policy", "one-time", "after-90-days", "not-transferable"),
        one_of("removal", *REMOVAL_STATES),
        Index(
            "uq_transfer_one_time",
            "issuance_id",
            unique=True,
            sqlite_where=text("policy = 'one-time' AND voided_by IS NULL"),
        ),
        Index(
            "uq_transfer_previous_id",
            "previous_id",
            unique=True,
            sqlite_where=text("voided_by IS NULL"),
        ),
        # an unvoided transfer without one before it is the first: there is one first per issuance
        Index(
            "uq_transfer_first",
            "issuance_id",
            unique=True,
            sqlite_where=text("previous_id IS NULL AND voided_by IS NULL"),
        ),
        Index(None, "issuance_id"),
        Index(
            "uq_transfer_linked_issuance_id",
            "linked_issuance_id",
            unique=True,
            sqlite_where=text("voided_by IS NULL"),
        ),
        STRICT,
    )
    KIND = "transfer"
    RECORDED: ClassVar[dict[str, str]] = {
        "issuance_id": "License",
        "from_computer": "From",
        "to_computer": "To",
        "on_day": "On",
        "client_system": "ClientSystem",
        "host_version": "HostVersion",
        "reason": "Reason",
        "policy": "Policy",
        "previous_id": "Previous",
        "linked_issuance_id": "Linked",
        "removal": "Removal",
        "removal_on": "RemovalOn",
        "removal_by": "RemovalBy",
        "removal_sha256": "RemovalEvidence",
        "removal_reason": "RemovalReason",
        "voided_by": "VoidedBy",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    issuance_id: Mapped[int] = mapped_column(restrict("issuance.id"))
    from_computer: Mapped[str | None]
    to_computer: Mapped[str]
    on_day: Mapped[str]
    client_system: Mapped[str | None]
    host_version: Mapped[int | None]
    reason: Mapped[str | None]
    policy: Mapped[str]
    previous_id: Mapped[int | None] = mapped_column(restrict("transfer.id"))
    linked_issuance_id: Mapped[int | None] = mapped_column(restrict("issuance.id"))
    removal: Mapped[str]
    removal_on: Mapped[str | None]
    removal_by: Mapped[str | None]
    removal_sha256: Mapped[str | None]
    removal_reason: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(
        ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED")
    )


class RequestRow(Recorded, Base):
    __tablename__ = "reissue_request"
    __table_args__ = (
        one_of("state", "open", "recorded", "installed", "withdrawn"),
        CheckConstraint(
            "state IN ('open', 'withdrawn') OR (quantity IS NOT NULL AND recorded_on IS NOT NULL)",
            name="recorded",
        ),
        Index(None, "server_id"),
        STRICT,
    )
    KIND = "request"
    RECORDED: ClassVar[dict[str, str]] = {
        "server_id": "Server",
        "product_version_id": "ProductVersionID",
        "product_type": "ProductType",
        "state": "State",
        "same_call_as_id": "SameCallAs",
        "reason": "Reason",
        "opened_on": "Opened",
        "quantity": "Quantity",
        "recorded_on": "On",
        "case_number": "Case",
        "agent": "Agent",
        "phone": "Phone",
        "call_started_at": "CallStarted",
        "call_ended_at": "CallEnded",
        "installed_on": "Installed",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(restrict("server.id"))
    product_version_id: Mapped[int | None]
    product_type: Mapped[int | None]
    state: Mapped[str]
    same_call_as_id: Mapped[int | None] = mapped_column(restrict("reissue_request.id"))
    reason: Mapped[str | None]
    opened_on: Mapped[str]
    quantity: Mapped[int | None]
    recorded_on: Mapped[str | None]
    case_number: Mapped[str | None]
    agent: Mapped[str | None]
    phone: Mapped[str | None]
    call_started_at: Mapped[str | None]
    call_ended_at: Mapped[str | None]
    installed_on: Mapped[str | None]


class CollectedRow(Recorded, Base):
    """A CAL collected for a request, and the computer that waits for its successor."""

    __tablename__ = "collected"
    __table_args__ = (
        one_of("state", "collected", "retired", "dropped"),
        one_of("removal", *REMOVAL_STATES),
        Index(
            "uq_collected_issuance_id",
            "issuance_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
        ),
        Index(None, "request_id"),
        STRICT,
    )
    KIND = "collected"
    RECORDED: ClassVar[dict[str, str]] = {
        "request_id": "Request",
        "issuance_id": "License",
        "to_computer": "To",
        "state": "State",
        "removal": "Removal",
        "removal_on": "RemovalOn",
        "removal_by": "RemovalBy",
        "removal_sha256": "RemovalEvidence",
        "removal_reason": "RemovalReason",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(restrict("reissue_request.id"))
    issuance_id: Mapped[int] = mapped_column(restrict("issuance.id"))
    to_computer: Mapped[str | None]
    state: Mapped[str]
    removal: Mapped[str | None]
    removal_on: Mapped[str | None]
    removal_by: Mapped[str | None]
    removal_sha256: Mapped[str | None]
    removal_reason: Mapped[str | None]


class DraftRow(Base):
    """What was typed into a request's worksheet and is not yet an act; may hold a code, so never exported."""

    __tablename__ = "draft"
    __table_args__ = (STRICT,)
    request_id: Mapped[int] = mapped_column(restrict("reissue_request.id"), primary_key=True)
    content: Mapped[str]  # JSON


class SnapshotRow(Recorded, Base):
    """One list of one server, taken from one file by one import."""

    __tablename__ = "snapshot"
    __table_args__ = (
        one_of("subject", "servers", "key-packs", "licenses"),
        Index(None, "server_id", "subject", "taken_at"),
        STRICT,
    )
    KIND = "snapshot"
    RECORDED: ClassVar[dict[str, str]] = {
        "server_id": "Server",
        "subject": "Subject",
        "taken_at": "TakenAt",
        "complete": "Complete",
        "file_name": "File",
        "file_size": "Size",
        "file_sha256": "SHA256",
        "format": "Format",
        "date_order": "DateOrder",
        "time_zone": "TimeZone",
        "voided_by": "VoidedBy",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(restrict("server.id"))
    subject: Mapped[str]
    taken_at: Mapped[str]
    complete: Mapped[int]
    file_name: Mapped[str]
    file_size: Mapped[int]
    file_sha256: Mapped[str]
    format: Mapped[str]
    date_order: Mapped[str | None]
    time_zone: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(
        ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED")
    )


class EntryRow(Base):
    """One committed act. Append-only: triggers in migration 0001 refuse everything else."""

    __tablename__ = "entry"
    __table_args__ = (STRICT,)
    number: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[str]
    effective_on: Mapped[str]
    actor: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str | None]
    voids: Mapped[int | None] = mapped_column(restrict("entry.number"), unique=True)
    form: Mapped[int]
    previous: Mapped[str]
    digest: Mapped[str]


class EventLineRow(Base):
    """What an act changed on one thing. Written before its entry, which seals it."""

    __tablename__ = "event_line"
    __table_args__ = (
        Index("ix_event_line_of_a_record", "kind", "record", "entry", "line"),
        STRICT | {"sqlite_with_rowid": False},
    )
    entry: Mapped[int] = mapped_column(
        ForeignKey("entry.number", ondelete="RESTRICT", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    record: Mapped[int]
    reference: Mapped[str]
    field: Mapped[str | None]
    before: Mapped[str | None]
    after: Mapped[str | None]


RECORDED_TABLES: tuple[type[Any], ...] = (
    ServerRow,
    KeyPackRow,
    IssuanceRow,
    RequestRow,
    CollectedRow,
    TransferRow,
    SnapshotRow,
)
