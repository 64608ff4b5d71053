"""The lists of what servers hold: servers, key packs, issued licenses."""

from __future__ import annotations

from tslic_admin.db.lists.conditions import HOLDER, kept_pack, open_pack, purchased_pack, shortage_of
from tslic_admin.db.lists.query import ListQuery, searched_columns
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PACKS
from tslic_admin.domain.catalogue.licenses import LICENSE, LICENSES
from tslic_admin.domain.catalogue.servers import SERVER, SERVERS

# The last unvoided transfer of a license; the reissue it is in; the transfer it came by.
_LICENSES = f"""issuance i
JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
LEFT JOIN transfer t ON t.id = (
  SELECT max(id) FROM transfer WHERE issuance_id = i.id AND voided_by IS NULL)
LEFT JOIN transfer r ON r.linked_issuance_id = i.id AND r.voided_by IS NULL
LEFT JOIN collected c ON c.issuance_id = i.id AND c.state <> 'dropped'
LEFT JOIN key_pack n ON n.request_id = c.request_id AND {kept_pack("n")}"""

RECORD_STATE = "coalesce(c.state, CASE WHEN t.id IS NOT NULL THEN 'transferred' WHEN r.id IS NOT NULL THEN 'received' END)"

PLACE_ORDER = "s.name, p.keypack_id, i.license_id IS NULL, i.license_id"
"""The order of licenses by server, Keypack ID and License ID."""

LICENSES_QUERY = ListQuery(
    kind=LICENSES,
    source=_LICENSES,
    number="i.id",
    things={"i": LICENSE, "p": KEY_PACK},
    computed={
        "server": "s.name",
        "server_id": "s.id",
        "pack_id": "p.id",
        "holder": HOLDER,
        "record": RECORD_STATE,
        "record_number": "coalesce(c.request_id, t.id, r.id)",
        "record_other": "CASE WHEN c.id IS NOT NULL THEN c.to_computer WHEN t.id IS NOT NULL THEN t.to_computer"
        " ELSE r.from_computer END",
        "removal": "CASE WHEN c.id IS NOT NULL THEN c.removal WHEN t.id IS NOT NULL THEN t.removal END",
        "record_on": "t.on_day",
        "into_pack": "n.id",
        "into_keypack_id": "n.keypack_id",
        "pack_closed_why": "p.closed_why",
    },
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
    search_columns=searched_columns("i", LICENSE),
    search_index="i.id IN (SELECT rowid FROM issuance_search WHERE issuance_search MATCH ?)",
    sorts={
        "record": f"{RECORD_STATE}, coalesce(c.request_id, t.id, r.id)",
        "place": PLACE_ORDER,
    },
)

PACKS_QUERY = ListQuery(
    kind=PACKS,
    source="key_pack p JOIN server s ON s.id = p.server_id LEFT JOIN reissue_request q ON q.id = p.request_id",
    number="p.id",
    things={"p": KEY_PACK},
    computed={
        "server": "s.name",
        "shortage": shortage_of("p"),
        "purchased": purchased_pack("p"),
        "request_on": "q.recorded_on",
        "request_state": "q.state",
        "recorded_as": "(SELECT max(m.id) FROM key_pack m WHERE m.merged_into_id = p.id)",
    },
    default_sort="keypack_id",
    scope={"server_id": "p.server_id = ?", "record_id": "p.id = ?"},
    live=open_pack("p"),
    with_ended=kept_pack("p"),
    with_voided="p.merged_into_id IS NULL",
    search_columns=("s.name", *searched_columns("p", KEY_PACK)),
    sorts={
        "version": "p.product_version_id, p.product_type",
        # packs of one server stand together when all are listed
        "keypack_id": "s.name, p.keypack_id IS NULL, p.keypack_id",
        "origin": "p.origin, p.request_id",
    },
)

_LIVE = f"p.server_id = s.id AND {open_pack('p')}"

SERVERS_QUERY = ListQuery(
    kind=SERVERS,
    source="server s",
    number="s.id",
    things={"s": SERVER},
    computed={
        "packs": f"(SELECT count(*) FROM key_pack p WHERE {_LIVE})",
        "total": f"(SELECT coalesce(sum(p.total), 0) FROM key_pack p WHERE {_LIVE} AND p.total < 4294967295)",
        "issued": f"(SELECT coalesce(sum(p.issued), 0) FROM key_pack p WHERE {_LIVE} AND p.issued < 4294967295)",
        "shortage": f"(SELECT coalesce(sum({shortage_of('p')}), 0) FROM key_pack p WHERE {_LIVE})",
    },
    default_sort="name",
    scope={"server_id": "s.id = ?", "record_id": "s.id = ?"},
    search_columns=searched_columns("s", SERVER),
)
