"""What a recorded thing is connected with, and its event lines: for the details beside a list."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from tslic_admin.db.lists.conditions import kept_pack
from tslic_admin.db.lists.references import license_sql, pack_sql
from tslic_admin.domain.history.entries import EventLine

MOST = 500  # lines shown at once; the history list and its export have them all

_PACK = pack_sql()
_LICENSE = license_sql()
_FROM_LICENSE = "issuance i JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id"
_FROM_PACK = "key_pack p JOIN server s ON s.id = p.server_id"
_MOVE = "coalesce(t.from_computer, '') || ' → ' || t.to_computer || ', ' || t.on_day"

# relation, kind and number of the other thing, its name; `?1` is the number of the thing itself
RELATED = {
    "server": "",
    "pack": f"""
        SELECT 'server', 'server', s.id, s.name FROM {_FROM_PACK} WHERE p.id = ?1
        UNION ALL SELECT 'request', 'request', p.request_id, p.request_id FROM key_pack p
          WHERE p.id = ?1 AND p.request_id IS NOT NULL
        UNION ALL SELECT 'replaces', 'license', i.id, {_LICENSE} || coalesce(', ' || i.computer, '')
          FROM {_FROM_LICENSE} JOIN collected c ON c.issuance_id = i.id AND c.state = 'retired'
          JOIN key_pack n ON n.request_id = c.request_id WHERE n.id = ?1
        UNION ALL SELECT 'moved-from', 'pack', p.id, {_PACK} FROM {_FROM_PACK}
          JOIN key_pack me ON me.moved_from_id = p.id WHERE me.id = ?1
        UNION ALL SELECT 'moved-to', 'pack', p.id, {_PACK} FROM {_FROM_PACK}
          WHERE p.moved_from_id = ?1 AND p.voided_by IS NULL
        UNION ALL SELECT DISTINCT 'reissued-into', 'pack', p.id, {_PACK} FROM {_FROM_PACK}
          JOIN collected c ON c.request_id = p.request_id AND c.state = 'retired'
          JOIN issuance i ON i.id = c.issuance_id WHERE i.key_pack_id = ?1 AND p.voided_by IS NULL
        UNION ALL SELECT 'voided-by', 'entry', p.voided_by, p.voided_by FROM key_pack p
          WHERE p.id = ?1 AND p.voided_by IS NOT NULL""",
    "license": f"""
        SELECT 'server', 'server', s.id, s.name FROM {_FROM_LICENSE} WHERE i.id = ?1
        UNION ALL SELECT 'pack', 'pack', p.id, {_PACK} FROM {_FROM_LICENSE} WHERE i.id = ?1
        UNION ALL SELECT 'succeeded-by', 'license', i.id, {_LICENSE} FROM {_FROM_LICENSE}
          JOIN issuance me ON me.succeeded_by_id = i.id WHERE me.id = ?1
        UNION ALL SELECT 'succeeds', 'license', i.id, {_LICENSE} FROM {_FROM_LICENSE}
          WHERE i.succeeded_by_id = ?1
        UNION ALL SELECT 'transfer', 'transfer', t.id, {_MOVE} FROM transfer t
          WHERE t.issuance_id = ?1 AND t.voided_by IS NULL
        UNION ALL SELECT 'received', 'transfer', t.id, {_MOVE} FROM transfer t
          WHERE t.linked_issuance_id = ?1 AND t.voided_by IS NULL
        UNION ALL SELECT 'request', 'request', c.request_id, c.request_id FROM collected c
          WHERE c.issuance_id = ?1 AND c.state <> 'dropped'
        UNION ALL SELECT 'replaced-by', 'pack', p.id, {_PACK} FROM {_FROM_PACK}
          JOIN collected c ON c.request_id = p.request_id AND c.state = 'retired'
          WHERE c.issuance_id = ?1 AND {kept_pack("p")}
        UNION ALL SELECT 'voided-by', 'entry', i.voided_by, i.voided_by FROM issuance i
          WHERE i.id = ?1 AND i.voided_by IS NOT NULL""",
    "request": f"""
        SELECT 'server', 'server', s.id, s.name FROM reissue_request q JOIN server s ON s.id = q.server_id
          WHERE q.id = ?1
        UNION ALL SELECT 'became', 'pack', p.id, {_PACK} FROM {_FROM_PACK}
          WHERE p.request_id = ?1 AND {kept_pack("p")}
        UNION ALL SELECT CASE c.state WHEN 'retired' THEN 'replaces' ELSE 'collected' END, 'license', i.id,
          {_LICENSE} || coalesce(', ' || i.computer, '')
          FROM {_FROM_LICENSE} JOIN collected c ON c.issuance_id = i.id AND c.state <> 'dropped'
          WHERE c.request_id = ?1
        UNION ALL SELECT 'same-call', 'request', q.id, q.id FROM reissue_request q
          JOIN reissue_request me ON me.id = ?1
          WHERE q.id <> ?1 AND (q.id = me.same_call_as_id OR q.same_call_as_id = ?1
            OR q.same_call_as_id = me.same_call_as_id)""",
    "transfer": f"""
        SELECT 'license', 'license', i.id, {_LICENSE} FROM {_FROM_LICENSE}
          JOIN transfer t ON t.issuance_id = i.id WHERE t.id = ?1
        UNION ALL SELECT 'linked', 'license', i.id, {_LICENSE} FROM {_FROM_LICENSE}
          JOIN transfer t ON t.linked_issuance_id = i.id WHERE t.id = ?1
        UNION ALL SELECT 'previous', 'transfer', o.id, o.id FROM transfer t
          JOIN transfer o ON o.id = t.previous_id WHERE t.id = ?1
        UNION ALL SELECT 'next', 'transfer', o.id, o.id FROM transfer o WHERE o.previous_id = ?1
        UNION ALL SELECT 'voided-by', 'entry', t.voided_by, t.voided_by FROM transfer t
          WHERE t.id = ?1 AND t.voided_by IS NOT NULL""",
    "entry": """
        SELECT 'voids', 'entry', e.voids, e.voids FROM entry e WHERE e.number = ?1 AND e.voids IS NOT NULL
        UNION ALL SELECT 'voided-by', 'entry', v.number, v.number FROM entry v WHERE v.voids = ?1""",
}

# The things whose lines tell what happened to a thing, besides its own.
_ALSO_ABOUT = {
    "license": (
        " UNION ALL SELECT 'transfer', id FROM transfer WHERE issuance_id = ?1"
        " UNION ALL SELECT 'collected', id FROM collected WHERE issuance_id = ?1"
        " UNION ALL SELECT 'evidence', id FROM evidence WHERE issuance_id = ?1"
    ),
    "request": " UNION ALL SELECT 'collected', id FROM collected WHERE request_id = ?1",
}


class Related(NamedTuple):
    relation: str
    kind: str
    number: int
    name: str


class EventInEntry(NamedTuple):
    """An event line with the entry it stands in."""

    entry: int
    recorded_at: str
    effective_on: str
    act: str
    reason: str | None
    actor: str
    line: EventLine


def related(connection: sqlite3.Connection, kind: str, number: int) -> list[Related]:
    """What a thing is connected with, at most MOST of each list."""
    sql = RELATED[kind]
    if not sql:
        return []
    return [
        Related(r[0], r[1], r[2], str(r[3])) for r in connection.execute(f"{sql} LIMIT {MOST}", (number,))
    ]


class Evidence(NamedTuple):
    """A piece of evidence that a license has; `facts` is JSON: what was read, as [name, value] pairs."""

    kind: str
    server: str | None
    issued_at: str | None
    expires_at: str | None
    happened_at: str | None
    facts: str
    file_name: str
    file_sha256: str


def evidence(connection: sqlite3.Connection, license_number: int) -> list[Evidence]:
    """What reports, directories, clients and events say of a license, newest first, at most MOST."""
    sql = (
        f"SELECT {', '.join(Evidence._fields)} FROM evidence"
        f" WHERE issuance_id = ? AND voided_by IS NULL ORDER BY id DESC LIMIT {MOST}"
    )
    return [Evidence._make(row) for row in connection.execute(sql, (license_number,))]


def events_about(connection: sqlite3.Connection, kind: str, number: int) -> list[EventInEntry]:
    """What happened to a thing, newest first, at most MOST lines; for an entry, its own lines in order."""
    columns = (
        "e.number, e.recorded_at, e.effective_on, e.kind, e.reason, e.actor,"
        " l.line, l.kind, l.record, l.reference, l.field, l.before, l.after"
    )
    if kind == "entry":
        sql = f"""SELECT {columns} FROM entry e JOIN event_line l ON l.entry = e.number
            WHERE e.number = ?1 ORDER BY l.line LIMIT {MOST}"""
        parameters: tuple[Any, ...] = (number,)
    else:
        sql = f"""WITH things (kind, record) AS (SELECT ?2, ?1{_ALSO_ABOUT.get(kind, "")})
            SELECT {columns} FROM things w JOIN event_line l ON l.kind = w.kind AND l.record = w.record
            JOIN entry e ON e.number = l.entry ORDER BY e.number DESC, l.line LIMIT {MOST}"""
        parameters = (number, kind)
    return [
        EventInEntry._make((*row[:6], EventLine(*row[6:]))) for row in connection.execute(sql, parameters)
    ]
