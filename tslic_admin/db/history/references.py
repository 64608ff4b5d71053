"""The references of recorded rows: of one mapped row, and as SQL for many."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tslic_admin.db.lists.references import license_sql, pack_sql
from tslic_admin.db.schema.tables import (
    CollectedRow,
    ColumnMappingRow,
    EvidenceRow,
    IssuanceRow,
    KeyPackRow,
    Recorded,
    RequestRow,
    ServerRow,
    SnapshotRow,
    TransferRow,
)
from tslic_admin.domain.licenses.references import license_reference, pack_reference

_JOIN_SERVER = "JOIN server s ON s.id = t.server_id"
_JOIN_PACK = "JOIN key_pack p ON p.id = {of}.key_pack_id JOIN server s ON s.id = p.server_id"
_JOIN_LICENSE = "JOIN issuance i ON i.id = t.issuance_id " + _JOIN_PACK.format(of="i")

# The same as `reference`, for many rows at once: what to join to a table called t, and its reference.
REFERENCE_SQL: dict[type[Recorded], tuple[str, str]] = {
    ServerRow: ("", "t.name"),
    KeyPackRow: (_JOIN_SERVER, pack_sql(pack="t")),
    IssuanceRow: (_JOIN_PACK.format(of="t"), license_sql(license_="t")),
    TransferRow: (_JOIN_LICENSE, license_sql()),
    CollectedRow: (_JOIN_LICENSE, license_sql()),
    RequestRow: (_JOIN_SERVER, "s.name"),
    SnapshotRow: ("", "t.file_name"),
    EvidenceRow: (_JOIN_LICENSE.replace("JOIN", "LEFT JOIN"), f"coalesce({license_sql()}, t.file_name)"),
    ColumnMappingRow: ("", "'#' || substr(t.digest, 1, 12)"),
}


def reference(session: Session, row: Recorded) -> str:
    """The reference of any recorded row, as it reads now."""
    match row:
        case ServerRow():
            return row.name
        case KeyPackRow():
            server = session.get_one(ServerRow, row.server_id)
            return pack_reference(server.name, row.keypack_id, row.id)
        case IssuanceRow():
            pack = session.get_one(KeyPackRow, row.key_pack_id)
            return license_reference(reference(session, pack), row.license_id, row.id)
        case TransferRow() | CollectedRow():
            return reference(session, session.get_one(IssuanceRow, row.issuance_id))
        case RequestRow():
            return reference(session, session.get_one(ServerRow, row.server_id))
        case EvidenceRow(issuance_id=int(number)):
            return reference(session, session.get_one(IssuanceRow, number))
        case SnapshotRow() | EvidenceRow():
            return row.file_name
        case ColumnMappingRow():
            return f"#{row.digest[:12]}"  # headings may be long
        case _:
            raise TypeError(type(row).__name__)
