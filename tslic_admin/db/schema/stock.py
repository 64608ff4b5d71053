"""Mapped tables of what servers hold: servers, key packs, issued licenses."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tslic_admin.db.schema.base import (
    STRICT,
    Base,
    Recorded,
    index_if_set,
    one_of,
    restrict,
    uint32,
    voiding_entry,
)
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.catalogue.servers import SERVER


class ServerRow(Recorded, Base):
    __tablename__ = "server"
    __table_args__ = (
        UniqueConstraint("label", "domain"),
        CheckConstraint("length(name) > 0", name="name"),
        *uint32("role", "version_number"),
        STRICT,
    )
    THING = SERVER

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    label: Mapped[str]  # of the name, for looking up: case and domain ignored
    domain: Mapped[str]
    product_id: Mapped[str | None]
    license_server_id: Mapped[str | None]
    windows_version: Mapped[int | None]
    rebuilt_on: Mapped[str | None]  # the day since which its numbers are counted
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
        one_of("closed_why", "rebuilt", "moved", "vanished"),
        CheckConstraint("(closed_on IS NULL) = (closed_why IS NULL)", name="closed"),
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
        index_if_set("voided_by"),
        index_if_set("merged_into_id"),
        STRICT,
    )
    THING = KEY_PACK

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
    closed_why: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(voiding_entry())


class IssuanceRow(Recorded, Base):
    __tablename__ = "issuance"
    __table_args__ = (
        one_of("ended_why", "replaced", "vanished", "upgraded", "pack-closed", "voided"),
        CheckConstraint("(ended_on IS NULL) = (ended_why IS NULL)", name="ended"),
        CheckConstraint("voided_by IS NULL OR ended_on IS NOT NULL", name="voided_is_ended"),
        # only what was entered by hand has no number of its server
        CheckConstraint("license_id IS NOT NULL OR by_hand = 1", name="license_id"),
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
        Index("ix_issuance_revoked", "key_pack_id", sqlite_where=text("status = 4 AND ended_on IS NULL")),
        # what may come back under its key
        Index(
            "ix_issuance_gone",
            "key_pack_id",
            "license_id",
            sqlite_where=text("ended_why IN ('vanished', 'upgraded')"),
        ),
        Index(
            "ix_issuance_succeeded_by", "succeeded_by_id", sqlite_where=text("succeeded_by_id IS NOT NULL")
        ),
        Index("ix_issuance_temporary", "computer_label", sqlite_where=text("status = 1")),
        index_if_set("voided_by"),
        Index(
            "ix_issuance_temporary_by_expires_at",
            "expires_at",
            sqlite_where=text("status = 1 AND ended_on IS NULL"),
        ),
        STRICT,
    )
    THING = LICENSE

    id: Mapped[int] = mapped_column(primary_key=True)
    key_pack_id: Mapped[int] = mapped_column(restrict("key_pack.id"))
    license_id: Mapped[int | None]  # None: entered by hand, not yet seen in a list of its server
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
    voided_by: Mapped[int | None] = mapped_column(voiding_entry())
