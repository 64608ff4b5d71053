"""The lists of what servers hold: servers, key packs, issued licenses."""

from __future__ import annotations

from tslic_admin.db.lists.spec import ListKind, masked_column

# The last unvoided transfer of a license; the reissue it is in; the transfer it came by.
_LICENSES = """issuance i
JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
LEFT JOIN transfer t ON t.id = (
  SELECT max(id) FROM transfer WHERE issuance_id = i.id AND voided_by IS NULL)
LEFT JOIN transfer r ON r.linked_issuance_id = i.id AND r.voided_by IS NULL
LEFT JOIN collected c ON c.issuance_id = i.id AND c.state <> 'dropped'
LEFT JOIN key_pack n ON n.request_id = c.request_id AND n.voided_by IS NULL AND n.merged_into_id IS NULL"""

HOLDER = (
    "CASE WHEN c.state = 'retired' OR t.linked_issuance_id IS NOT NULL THEN NULL"
    " ELSE coalesce(t.to_computer, i.computer) END"
)
RECORD_STATE = "coalesce(c.state, CASE WHEN t.id IS NOT NULL THEN 'transferred' WHEN r.id IS NOT NULL THEN 'received' END)"

_LICENSE_COLUMNS = {
    "server": "s.name",
    "server_id": "s.id",
    "pack_id": "p.id",
    "keypack_id": "p.keypack_id",
    "license_id": "i.license_id",
    "computer": "i.computer",
    "user": "i.user",
    "status": "i.status",
    "issued_at": "i.issued_at",
    "expires_at": "i.expires_at",
    "hardware_id": "i.hardware_id",
    "holder": HOLDER,
    "record": RECORD_STATE,
    "record_number": "coalesce(c.request_id, t.id, r.id)",
    "record_other": "CASE WHEN c.id IS NOT NULL THEN c.to_computer WHEN t.id IS NOT NULL THEN t.to_computer"
    " ELSE r.from_computer END",
    "removal": "CASE WHEN c.id IS NOT NULL THEN c.removal WHEN t.id IS NOT NULL THEN t.removal END",
    "record_on": "t.on_day",
    "into_pack": "n.id",
    "into_keypack_id": "n.keypack_id",
    "ended_on": "i.ended_on",
    "ended_why": "i.ended_why",
    "voided_by": "i.voided_by",
    "pack_closed_why": "p.closed_why",
    "first_issued_at": "i.first_issued_at",
    "by_hand": "i.by_hand",
    "product_version_id": "p.product_version_id",
    "product_version": "p.product_version",
    "product_type": "p.product_type",
    "key_pack_type": "p.key_pack_type",
}

LICENSES = ListKind(
    name="licenses",
    source=_LICENSES,
    number="i.id",
    columns=_LICENSE_COLUMNS,
    default_sort="computer",
    scope={
        "pack_id": "i.key_pack_id = ?",
        "server_id": "i.key_pack_id IN (SELECT id FROM key_pack WHERE server_id = ?)",
        "keypack_id": "i.key_pack_id IN (SELECT id FROM key_pack WHERE keypack_id = ?)",
        "status": "i.status = ?",
        "record_id": "i.id = ?",
    },
    core="issuance i",
    live="i.ended_on IS NULL",
    with_ended="i.voided_by IS NULL",
    with_voided="1",
    search_columns=("i.computer", "i.user", "i.hardware_id"),
    search_index="i.id IN (SELECT rowid FROM issuance_search WHERE issuance_search MATCH ?)",
    sorts={
        "record": f"{RECORD_STATE}, coalesce(c.request_id, t.id, r.id)",
        "place": "s.name, p.keypack_id, i.license_id IS NULL, i.license_id",
    },
)

SHORTAGE = (
    "CASE WHEN p.total = 4294967295 OR p.issued = 4294967295 THEN 0"
    " ELSE max(0, coalesce(p.issued - p.total, 0)) END"
)

PACKS = ListKind(
    name="key-packs",
    source="key_pack p JOIN server s ON s.id = p.server_id LEFT JOIN reissue_request q ON q.id = p.request_id",
    number="p.id",
    columns={
        "server": "s.name",
        "server_id": "s.id",
        "keypack_id": "p.keypack_id",
        "description": "p.description",
        "key_pack_type": "p.key_pack_type",
        "product_type": "p.product_type",
        "product_version": "p.product_version",
        "product_version_id": "p.product_version_id",
        "total": "p.total",
        "available": "p.available",
        "issued": "p.issued",
        "shortage": SHORTAGE,
        "expires_at": "p.expires_at",
        "access_rights": "p.access_rights",
        "type_and_model": "p.type_and_model",
        "origin": "p.origin",
        "request_id": "p.request_id",
        "request_on": "q.recorded_on",
        "request_state": "q.state",
        "transfer_policy": "p.transfer_policy",
        "program": "p.program",
        "code": masked_column("p.license_key_pack_id"),
        "purchase_number": masked_column("p.number"),
        "authorization_number": masked_column("p.authorization_number"),
        "installed_on": "p.installed_on",
        "reseller": "p.reseller",
        "purchase_ref": "p.purchase_ref",
        "notes": "p.notes",
        "first_seen_at": "p.first_seen_at",
        "recorded_as": "(SELECT max(m.id) FROM key_pack m WHERE m.merged_into_id = p.id)",
        "closed_on": "p.closed_on",
        "voided_by": "p.voided_by",
        "closed_why": "p.closed_why",
    },
    default_sort="keypack_id",
    scope={"server_id": "p.server_id = ?", "record_id": "p.id = ?"},
    live="p.closed_on IS NULL AND p.voided_by IS NULL AND p.merged_into_id IS NULL",
    with_ended="p.voided_by IS NULL AND p.merged_into_id IS NULL",
    with_voided="p.merged_into_id IS NULL",
    search_columns=(
        "s.name",
        "p.description",
        "p.product_version",
        "p.reseller",
        "p.purchase_ref",
        "p.notes",
    ),
    sorts={
        "version": "p.product_version_id, p.product_type",
        # packs of one server stand together when all are listed
        "keypack_id": "s.name, p.keypack_id IS NULL, p.keypack_id",
        "origin": "p.origin, p.request_id",
    },
    unmasked_columns={
        "code": "p.license_key_pack_id",
        "purchase_number": "p.number",
        "authorization_number": "p.authorization_number",
    },
)

_LIVE = "p.server_id = s.id AND p.closed_on IS NULL AND p.voided_by IS NULL AND p.merged_into_id IS NULL"

SERVERS = ListKind(
    name="servers",
    source="server s",
    number="s.id",
    columns={
        "name": "s.name",
        "product_id": "s.product_id",
        "license_server_id": masked_column("s.license_server_id"),
        "windows_version": "s.windows_version",
        "rebuilt_on": "s.rebuilt_on",
        "role": "s.role",
        "activation": "s.activation",
        "connection_method": "s.connection_method",
        "country": "s.country",
        "phone": "s.phone",
        "contact": "s.contact",
        "notes": "s.notes",
        "first_name": "s.first_name",
        "last_name": "s.last_name",
        "company": "s.company",
        "country_region": "s.country_region",
        "email": "s.email",
        "org_unit": "s.org_unit",
        "address": "s.address",
        "city": "s.city",
        "state": "s.state",
        "postal_code": "s.postal_code",
        "database_path": "s.database_path",
        "version": "s.version",
        "version_number": "s.version_number",
        "packs": f"(SELECT count(*) FROM key_pack p WHERE {_LIVE})",
        "total": f"(SELECT coalesce(sum(p.total), 0) FROM key_pack p WHERE {_LIVE} AND p.total < 4294967295)",
        "issued": f"(SELECT coalesce(sum(p.issued), 0) FROM key_pack p WHERE {_LIVE} AND p.issued < 4294967295)",
        "shortage": f"(SELECT coalesce(sum({SHORTAGE}), 0) FROM key_pack p WHERE {_LIVE})",
    },
    default_sort="name",
    scope={"server_id": "s.id = ?", "record_id": "s.id = ?"},
    unmasked_columns={"license_server_id": "s.license_server_id"},
    search_columns=("s.name", "s.product_id", "s.company", "s.contact", "s.notes"),
)
