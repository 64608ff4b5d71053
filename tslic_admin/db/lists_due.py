"""The list of what is due: one row for each thing that has a day or waits to be done, of whatever kind it is."""

from __future__ import annotations

from tslic_admin.db.lists import KIND_STEP, ListKind
from tslic_admin.db.lists_records import CALL_BEFORE, covered_until
from tslic_admin.domain.clocks import NO_EXPIRY_FROM

_PACK = "s.name || '/' || coalesce(p.keypack_id, '#' || p.id)"
_LICENSE = (
    f"{_PACK} || '/' || coalesce(i.license_id, '#' || i.id)"
    " || CASE WHEN i.ended_on IS NULL THEN '' ELSE '@' || coalesce(local_day(i.issued_at), '') END"
)
# who had a license that was retired: the last one it was transferred to, else the computer of its server's list
_LOST_BY = """coalesce((SELECT o.to_computer FROM transfer o
  WHERE o.issuance_id = i.id AND o.voided_by IS NULL ORDER BY o.id DESC LIMIT 1), i.computer, i.user)"""

# `since`: the day tells since when it waits, not when it is due. `thing`: what it is opened as.
_DUE = f"""(
SELECT 1 AS what, c.id AS id, 'temporary' AS kind, local_day({covered_until("c.to_computer")}) AS day, 0 AS since,
  'request' AS thing, q.id AS thing_id, s.name AS server, s.id AS server_id, c.to_computer AS subject,
  c.to_computer AS computer, NULL AS other, q.id AS request_id, NULL AS licenses
FROM collected c JOIN reissue_request q ON q.id = c.request_id JOIN server s ON s.id = q.server_id
WHERE c.state <> 'dropped' AND c.to_computer IS NOT NULL AND q.state IN ('open', 'recorded')
UNION ALL
SELECT 2, p.id, 'key-pack', local_day(p.expires_at), 0, 'pack', p.id, s.name, s.id, {_PACK}, NULL, NULL, NULL, p.total
FROM key_pack p JOIN server s ON s.id = p.server_id
WHERE p.closed_on IS NULL AND p.voided_by IS NULL AND p.merged_into_id IS NULL
  AND p.expires_at < day_begins('{NO_EXPIRY_FROM}')
UNION ALL
SELECT 3, r.id, 'request', coalesce(r.call_before, r.opened_on), r.call_before IS NULL, 'request', r.id, r.server,
  r.server_id, 'Reissue ' || r.id, NULL, NULL, r.id, r.licenses
FROM (SELECT q.id, q.opened_on, s.name AS server, s.id AS server_id, local_day({CALL_BEFORE}) AS call_before,
    (SELECT count(*) FROM collected w WHERE w.request_id = q.id AND w.state = 'collected') AS licenses
  FROM reissue_request q JOIN server s ON s.id = q.server_id WHERE q.state = 'open') r
UNION ALL
SELECT 4, q.id, 'install', q.recorded_on, 1, 'request', q.id, s.name, s.id, 'Reissue ' || q.id, NULL, NULL, q.id, q.quantity
FROM reissue_request q JOIN server s ON s.id = q.server_id WHERE q.state = 'recorded'
UNION ALL
SELECT 5, t.id, 'removal', t.on_day, 1, 'transfer', t.id, s.name, s.id, {_LICENSE}, t.from_computer, t.to_computer,
  NULL, NULL
FROM transfer t JOIN issuance i ON i.id = t.issuance_id JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
WHERE t.removal = 'awaiting' AND t.voided_by IS NULL
UNION ALL
SELECT 6, c.id, 'removal', q.recorded_on, 1, 'request', q.id, s.name, s.id, {_LICENSE}, {_LOST_BY}, NULL, q.id, NULL
FROM collected c JOIN reissue_request q ON q.id = c.request_id JOIN issuance i ON i.id = c.issuance_id
JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id
WHERE c.state = 'retired' AND c.removal = 'awaiting'
) f"""

DUE = ListKind(
    name="due",
    source=_DUE,
    number=f"f.what * {KIND_STEP} + f.id",
    columns={
        "kind": "f.kind",
        "day": "f.day",
        "subject": "f.subject",
        "server": "f.server",
        "server_id": "f.server_id",
        "thing": "f.thing",
        "thing_id": "f.thing_id",
        "computer": "f.computer",
        "other": "f.other",
        "request_id": "f.request_id",
        "licenses": "f.licenses",
        "since": "f.since",
        "past": "f.day < today()",
        "overdue": "overdue(f.day, f.since)",
    },
    default_sort="day",
    scope={
        "server_id": "f.server_id = ?",
        # no day where the calendar has no more
        "within": "f.day <= coalesce(date(today(), '+' || ? || ' days'), '9999-12-31')",
        "overdue": "overdue(f.day, f.since) = ?",
    },
    live="f.day IS NOT NULL",
    kept="f.day IS NOT NULL",
    searched=("f.subject", "f.computer", "f.other", "f.server"),
    sorts={"day": "f.day, f.kind, f.subject"},
    days={"recorded": "f.day", "effective": "f.day"},
)
