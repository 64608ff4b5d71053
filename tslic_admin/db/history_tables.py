"""Where records come from and how they are kept: snapshots, entries, event lines."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tslic_admin.db.base import STRICT, Base, Recorded, index_if_set, one_of, restrict, voiding_entry


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
