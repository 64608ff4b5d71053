"""What reports, directories, clients and events say of issued licenses."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tslic_admin.db.base import STRICT, Base, Recorded, index_if_set, one_of, restrict, uint32, voiding_entry


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
    KIND = "evidence"
    RECORDED: ClassVar[dict[str, str]] = {
        "kind": "EvidenceKind",
        "identity": "Identity",
        "issuance_id": "Matches",
        "server": "NamedServer",
        "server_product_id": "ProductId",
        "computer": "sIssuedToComputer",
        "user": "sIssuedToUser",
        "hardware_id": "sHardwareId",
        "product_version": "ProductVersion",
        "product_version_id": "ProductVersionID",
        "product_type": "ProductType",
        "temporary": "Temporary",
        "issued_at": "IssueDate",
        "expires_at": "ExpirationDate",
        "happened_at": "Happened",
        "facts": "Facts",
        "file_name": "File",
        "file_sha256": "SHA256",
        "voided_by": "VoidedBy",
    }

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
