"""Mapped tables of imports and of the history: snapshots, entries, event lines, evidence, column mappings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
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
from tslic_admin.domain.catalogue.imports import COLUMN_MAPPING, EVIDENCE, SNAPSHOT


class SnapshotRow(Recorded, Base):
    """One list of one server, taken from one file by one import; evidence is of no one server."""

    __tablename__ = "snapshot"
    __table_args__ = (
        one_of("subject", "servers", "key-packs", "licenses", "evidence"),
        CheckConstraint("(subject = 'evidence') = (server_id IS NULL)", name="of_a_server"),
        Index(None, "server_id", "subject", "taken_at"),
        index_if_set("voided_by"),
        STRICT,
    )
    THING = SNAPSHOT

    id: Mapped[int] = mapped_column(primary_key=True)
    server_id: Mapped[int | None] = mapped_column(restrict("server.id"))
    subject: Mapped[str]
    taken_at: Mapped[str]
    complete: Mapped[int]
    file_name: Mapped[str]
    file_size: Mapped[int]
    file_sha256: Mapped[str]
    format: Mapped[str]
    date_order: Mapped[str | None]
    time_zone: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(voiding_entry())


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


class EvidenceRow(Recorded, Base):
    """One piece of evidence, and the license it is attached to; it never makes one."""

    __tablename__ = "evidence"
    __table_args__ = (
        one_of(
            "kind",
            "per-user-report",
            "per-device-report",
            "active-directory",
            "client-license",
            "tsctst",
            "event",
        ),
        CheckConstraint("json_valid(facts)", name="facts"),
        CheckConstraint("length(identity) = 64", name="identity"),
        CheckConstraint("length(file_sha256) = 64", name="file_sha256"),
        CheckConstraint("temporary IN (0, 1)", name="temporary"),
        *uint32("product_version_id", "product_type"),
        Index("uq_evidence_identity", "identity", unique=True, sqlite_where=text("voided_by IS NULL")),
        Index("ix_evidence_issuance_id", "issuance_id", sqlite_where=text("issuance_id IS NOT NULL")),
        index_if_set("voided_by"),
        STRICT,
    )
    THING = EVIDENCE

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    identity: Mapped[str]  # the same evidence again has the same one
    issuance_id: Mapped[int | None] = mapped_column(restrict("issuance.id"))
    server: Mapped[str | None]  # as it was named; it need not be one that is known
    server_product_id: Mapped[str | None]
    computer: Mapped[str | None]
    user: Mapped[str | None]
    hardware_id: Mapped[str | None]
    product_version: Mapped[str | None]
    product_version_id: Mapped[int | None]
    product_type: Mapped[int | None]
    temporary: Mapped[int | None]
    issued_at: Mapped[str | None]
    expires_at: Mapped[str | None]
    happened_at: Mapped[str | None]
    facts: Mapped[str]  # JSON: what was read, as [name, value] pairs in their order
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    voided_by: Mapped[int | None] = mapped_column(voiding_entry())


class ColumnMappingRow(Recorded, Base):
    """What the columns under some headings are; said again, it changes."""

    __tablename__ = "column_mapping"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("json_valid(headings)", name="headings"),
        CheckConstraint("json_valid(fields)", name="fields"),
        one_of("subject", "servers", "key-packs", "licenses"),
        STRICT,
    )
    THING = COLUMN_MAPPING

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]  # of the headings, by which they are known again
    headings: Mapped[str]  # JSON: as they stood in the first such file
    subject: Mapped[str]
    fields: Mapped[str]  # JSON: of each column its field, or null where it is left out
