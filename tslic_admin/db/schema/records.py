"""Mapped tables of what users record: transfers, reissue requests, collected licenses, drafts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tslic_admin.db.schema.base import (
    REMOVAL_STATES,
    STRICT,
    Base,
    Recorded,
    index_if_set,
    one_of,
    removal_fits,
    restrict,
    voiding_entry,
)
from tslic_admin.domain.catalogue.reissues import COLLECTED_LICENSE, REQUEST
from tslic_admin.domain.catalogue.transfers import TRANSFER


class TransferRow(Recorded, Base):
    __tablename__ = "transfer"
    __table_args__ = (
        one_of("policy", "one-time", "after-90-days", "not-transferable"),
        one_of("need", "yes", "no", "unknown", "not-checked"),
        one_of("removal", *REMOVAL_STATES),
        *removal_fits(),
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
        index_if_set("voided_by"),
        STRICT,
    )
    THING = TRANSFER

    id: Mapped[int] = mapped_column(primary_key=True)
    issuance_id: Mapped[int] = mapped_column(restrict("issuance.id"))
    from_computer: Mapped[str | None]
    to_computer: Mapped[str]
    on_day: Mapped[str]
    client_system: Mapped[str | None]
    host_version: Mapped[int | None]
    need: Mapped[str]  # whether that client needs a CAL at that host (rule 4.2)
    reason: Mapped[str | None]
    policy: Mapped[str]
    previous_id: Mapped[int | None] = mapped_column(restrict("transfer.id"))
    linked_issuance_id: Mapped[int | None] = mapped_column(restrict("issuance.id"))
    removal: Mapped[str]
    removal_on: Mapped[str | None]
    removal_by: Mapped[str | None]
    removal_sha256: Mapped[str | None]
    removal_reason: Mapped[str | None]
    voided_by: Mapped[int | None] = mapped_column(voiding_entry())


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
    THING = REQUEST

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
        *removal_fits(),
        Index(
            "uq_collected_issuance_id",
            "issuance_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
        ),
        Index(None, "request_id"),
        STRICT,
    )
    THING = COLLECTED_LICENSE

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
