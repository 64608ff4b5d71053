"""The tables of the store; what must never break is a constraint here or a trigger in the migrations.

A table that is `Recorded` is in the history: every change of a field named in RECORDED becomes an event
line, without anybody having to remember it (recording.py).
"""

from __future__ import annotations

from typing import Any

from tslic_admin.db.base import Base, Recorded
from tslic_admin.db.evidence_tables import EvidenceRow
from tslic_admin.db.history_tables import EntryRow, EventLineRow, SnapshotRow
from tslic_admin.db.mapping_tables import ColumnMappingRow
from tslic_admin.db.record_tables import CollectedRow, DraftRow, RequestRow, TransferRow
from tslic_admin.db.stock_tables import IssuanceRow, KeyPackRow, ServerRow

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

RECORDED_TABLES: tuple[type[Any], ...] = (
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
