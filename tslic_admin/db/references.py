"""What a recorded thing is called in the history and on the command line: DC01, DC01/3, DC01/3/17."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tslic_admin.db.tables import (
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


def pack_reference(server: str, keypack_id: int | None, number: int) -> str:
    """SERVER/KEYPACKID, or SERVER/#N for a pack without a Keypack ID yet."""
    return f"{server}/#{number}" if keypack_id is None else f"{server}/{keypack_id}"


def license_reference(pack: str, license_id: int | None, number: int) -> str:
    """PACK/LICENSEID, or PACK/#N for a license entered by hand, whose number there nobody knows."""
    return f"{pack}/#{number}" if license_id is None else f"{pack}/{license_id}"


def mapping_reference(digest: str) -> str:
    """The beginning of the digest: headings may be long."""
    return f"#{digest[:12]}"


_SERVER = "JOIN server s ON s.id = t.server_id"
_OF_PACK = "JOIN key_pack p ON p.id = {of}.key_pack_id JOIN server s ON s.id = p.server_id"
_OF_LICENSE = "JOIN issuance i ON i.id = t.issuance_id " + _OF_PACK.format(of="i")
_LICENSE = (
    "s.name || '/' || coalesce(p.keypack_id, '#' || p.id) || '/' || coalesce({of}.license_id, '#' || {of}.id)"
)

# The same as `reference`, for many rows at once: what to join to a table called t, and its reference.
REFERENCES: dict[type[Any], tuple[str, str]] = {
    ServerRow: ("", "t.name"),
    KeyPackRow: (_SERVER, "s.name || '/' || coalesce(t.keypack_id, '#' || t.id)"),
    IssuanceRow: (_OF_PACK.format(of="t"), _LICENSE.format(of="t")),
    TransferRow: (_OF_LICENSE, _LICENSE.format(of="i")),
    CollectedRow: (_OF_LICENSE, _LICENSE.format(of="i")),
    RequestRow: (_SERVER, "s.name"),
    SnapshotRow: ("", "t.file_name"),
    EvidenceRow: (
        _OF_LICENSE.replace("JOIN", "LEFT JOIN"),
        f"coalesce({_LICENSE.format(of='i')}, t.file_name)",
    ),
    ColumnMappingRow: ("", "'#' || substr(t.digest, 1, 12)"),
}


def reference(session: Session, row: Recorded | Any) -> str:
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
            return mapping_reference(row.digest)
        case _:
            raise TypeError(type(row).__name__)
