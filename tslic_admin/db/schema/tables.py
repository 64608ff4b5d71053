"""All mapped tables in one place, and which of them the history records."""

from __future__ import annotations

from tslic_admin.db.schema.base import Base, Recorded
from tslic_admin.db.schema.history import ColumnMappingRow, EntryRow, EventLineRow, EvidenceRow, SnapshotRow
from tslic_admin.db.schema.records import CollectedRow, DraftRow, RequestRow, TransferRow
from tslic_admin.db.schema.stock import IssuanceRow, KeyPackRow, ServerRow

__all__ = [
    "RECORDED_TABLES",
    "Base",
    "CollectedRow",
    "ColumnMappingRow",
    "DraftRow",
    "EntryRow",
    "EventLineRow",
    "EvidenceRow",
    "IssuanceRow",
    "KeyPackRow",
    "Recorded",
    "RequestRow",
    "ServerRow",
    "SnapshotRow",
    "TransferRow",
]

RECORDED_TABLES: tuple[type[Recorded], ...] = (
    ServerRow,
    KeyPackRow,
    IssuanceRow,
    RequestRow,
    CollectedRow,
    TransferRow,
    SnapshotRow,
    EvidenceRow,
    ColumnMappingRow,
)
