"""What an import records besides the stock: snapshots, evidence, column mappings."""

from __future__ import annotations

from tslic_admin.domain.catalogue.fields import Field, Source, Thing, ValueKind

_LISTED = Source.LISTED

SNAPSHOT = Thing(
    "snapshot",
    (
        Field("server_id", "Server", ValueKind.RECORD),
        Field("subject", "Subject", ValueKind.CODE),
        Field("taken_at", "TakenAt", ValueKind.MOMENT),
        Field("complete", "Complete", ValueKind.FLAG),
        Field("file_name", "File"),
        Field("file_size", "Size", ValueKind.NUMBER),
        Field("file_sha256", "SHA256", ValueKind.ID),
        Field("format", "Format", ValueKind.CODE),
        Field("date_order", "DateOrder", ValueKind.CODE),
        Field("time_zone", "TimeZone"),
        Field("voided_by", "VoidedBy", ValueKind.RECORD),
    ),
)

EVIDENCE = Thing(
    "evidence",
    (
        Field("identity", "Identity", ValueKind.ID, _LISTED),
        Field("kind", "EvidenceKind", ValueKind.CODE, _LISTED),
        Field("issuance_id", "Matches", ValueKind.RECORD),
        Field("server", "NamedServer"),
        Field("server_product_id", "ProductId", ValueKind.ID, _LISTED),
        Field("computer", "sIssuedToComputer", source=_LISTED),
        Field("user", "sIssuedToUser", source=_LISTED),
        Field("hardware_id", "sHardwareId", ValueKind.ID, _LISTED),
        Field("product_version", "ProductVersion", source=_LISTED),
        Field("product_version_id", "ProductVersionID", ValueKind.CODE, _LISTED),
        Field("product_type", "ProductType", ValueKind.CODE, _LISTED),
        Field("temporary", "Temporary", ValueKind.FLAG, _LISTED),
        Field("issued_at", "IssueDate", ValueKind.DATE, _LISTED),
        Field("expires_at", "ExpirationDate", ValueKind.DATE, _LISTED),
        Field("happened_at", "Happened", ValueKind.DATE, _LISTED),
        Field("facts", "Facts", source=_LISTED),
        Field("file_name", "File"),
        Field("file_sha256", "SHA256", ValueKind.ID),
        Field("voided_by", "VoidedBy", ValueKind.RECORD),
    ),
)

COLUMN_MAPPING = Thing(
    "mapping",
    (
        Field("digest", "HeadingsDigest", ValueKind.ID),
        Field("headings", "Headings"),
        Field("subject", "Lists", ValueKind.CODE),
        Field("fields", "Columns"),
    ),
)
