"""The lists of what users record: reissue requests, collected licenses, transfers, what is due, what a search finds."""

from __future__ import annotations

from dataclasses import replace

from tslic_admin.db.lists.conditions import kept_pack, open_pack
from tslic_admin.db.lists.query import KIND_STEP, ListQuery, searched_columns
from tslic_admin.db.lists.references import dated_license_sql, license_sql, pack_sql
from tslic_admin.db.lists.stock import LICENSES_QUERY, PLACE_ORDER
from tslic_admin.domain.catalogue.fields import Thing
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE, TEMPORARY
from tslic_admin.domain.catalogue.overviews import DUE, FOUND
from tslic_admin.domain.catalogue.reissues import COLLECTED, COLLECTED_LICENSE, REISSUES, REQUEST
from tslic_admin.domain.catalogue.servers import SERVER
from tslic_admin.domain.catalogue.transfers import TRANSFER, TRANSFERS
from tslic_admin.domain.clocks import NO_EXPIRY_FROM
from tslic_admin.domain.records.due import DEFAULT_WITHIN_DAYS

# Who waits is covered by their latest temporary license on any server; the earliest of those that is not
# over is the day to call before (rule 4.7). same_name and label_of are the domain's own (driver.py).
CALL_BEFORE = """(SELECT min(until) FROM (
  SELECT max(x.expires_at) AS until FROM collected w
  JOIN issuance x ON x.status = 1 AND x.computer_label = label_of(w.to_computer)
    AND same_name(x.computer, w.to_computer) AND x.voided_by IS NULL
  WHERE w.request_id = q.id AND w.state = 'collected' GROUP BY w.id)
WHERE until >= (SELECT day_begins(today())))"""


def covered_until(computer: str) -> str:
    """The end of a computer's latest temporary license on any server (rule 4.7)."""
    return (
        "(SELECT max(x.expires_at) FROM issuance x"
        f" WHERE x.status = 1 AND x.computer_label = label_of({computer})"
        f" AND same_name(x.computer, {computer}) AND x.voided_by IS NULL)"
    )


def recorded_day(kind: str, number: str) -> str:
    """The local day of the entry that recorded a thing first."""
    return (
        "(SELECT local_day(e.recorded_at) FROM event_line l JOIN entry e ON e.number = l.entry"
        f" WHERE l.kind = '{kind}' AND l.record = {number} ORDER BY l.entry LIMIT 1)"
    )


REISSUES_QUERY = ListQuery(
    kind=REISSUES,
    source=f"""reissue_request q JOIN server s ON s.id = q.server_id
LEFT JOIN key_pack p ON p.request_id = q.id AND {kept_pack("p")}""",
    number="q.id",
    things={"q": REQUEST, "p": KEY_PACK},
    computed={
        "server": "s.name",
        "licenses": "(SELECT count(*) FROM collected w WHERE w.request_id = q.id AND w.state <> 'dropped')",
        "call_before": CALL_BEFORE,
        "pack_id": "p.id",
    },
    default_sort="number",
    scope={"server_id": "q.server_id = ?", "record_id": "q.id = ?"},
    live="q.state IN ('open', 'recorded')",
    counted="q.state = 'open'",
    search_columns=("s.name", *searched_columns("q", REQUEST)),
    sorts={"number": "q.id", "version": "q.product_version_id, q.product_type"},
    days={"recorded": recorded_day("request", "q.id"), "effective": "coalesce(q.recorded_on, q.opened_on)"},
)

# What a request holds or has retired, with the computer that waits, how long its temporary license covers it,
# and what it got out of the reissued pack.
COLLECTED_QUERY = ListQuery(
    kind=COLLECTED,
    source=f"""collected c
JOIN issuance i ON i.id = c.issuance_id
JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
LEFT JOIN key_pack n ON n.request_id = c.request_id AND {kept_pack("n")}
LEFT JOIN issuance g ON g.id = (SELECT max(x.id) FROM issuance x
  WHERE x.key_pack_id = n.id AND x.computer_label = label_of(c.to_computer)
    AND same_name(x.computer, c.to_computer) AND x.voided_by IS NULL)""",
    number="c.id",
    things={"c": COLLECTED_LICENSE, "i": LICENSE, "p": KEY_PACK},
    computed={
        "server": "s.name",
        "server_id": "s.id",
        "pack_id": "p.id",
        # a retired license has no holder any more: its last transfer still says who lost it
        "lost_by": """coalesce((SELECT x.to_computer FROM transfer x
  WHERE x.issuance_id = i.id AND x.voided_by IS NULL ORDER BY x.id DESC LIMIT 1), i.computer, i.user)""",
        "covered_until": covered_until("c.to_computer"),
        "got_id": "g.id",
        "got_license_id": "g.license_id",
        "got_issued_at": "g.issued_at",
        "got_pack_id": "CASE WHEN g.id IS NOT NULL THEN n.id END",
        "got_keypack_id": "CASE WHEN g.id IS NOT NULL THEN n.keypack_id END",
    },
    default_sort="number",
    scope={"request_id": "c.request_id = ?", "record_id": "c.id = ?"},
    live="c.state <> 'dropped'",
    with_ended="c.state <> 'dropped'",
    search_columns=("i.computer", *searched_columns("c", COLLECTED_LICENSE)),
    sorts={"number": "c.id"},
)

TRANSFERS_QUERY = ListQuery(
    kind=TRANSFERS,
    source="""transfer t
JOIN issuance i ON i.id = t.issuance_id
JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
LEFT JOIN issuance l ON l.id = t.linked_issuance_id
LEFT JOIN key_pack lp ON lp.id = l.key_pack_id
LEFT JOIN server ls ON ls.id = lp.server_id""",
    number="t.id",
    things={"t": TRANSFER, "i": LICENSE, "p": KEY_PACK},
    computed={
        "server": "s.name",
        "server_id": "s.id",
        "pack_id": "p.id",
        "linked_server": "ls.name",
        "linked_keypack_id": "lp.keypack_id",
        "linked_license_id": "l.license_id",
        "linked_pack_id": "lp.id",
        "linked_issued_at": "l.issued_at",
        "linked_ended_on": "l.ended_on",
    },
    default_sort="number",
    scope={"server_id": "s.id = ?", "record_id": "t.id = ?"},
    live="t.voided_by IS NULL",
    counted="t.removal = 'awaiting' AND t.voided_by IS NULL",
    search_columns=(*searched_columns("t", TRANSFER), "s.name"),
    sorts={"number": "t.id", "place": PLACE_ORDER},
    days={"recorded": recorded_day("transfer", "t.id"), "effective": "t.on_day"},
)

# A temporary license that ran out covers nobody: it is listed with the ended ones.
_TEMPORARY_NOW = (
    "i.status = 1 AND i.ended_on IS NULL"
    " AND (i.expires_at IS NULL OR i.expires_at >= (SELECT day_begins(today())))"
)
TEMPORARY_QUERY = replace(
    LICENSES_QUERY,
    kind=TEMPORARY,
    default_sort="expires_at",
    live=_TEMPORARY_NOW,
    counted=_TEMPORARY_NOW,
    with_ended="i.status = 1 AND i.voided_by IS NULL",
    with_voided="i.status = 1",
)


# One list over everything; {found} is where the search goes into the million licenses by their index instead
# of through all of them.
_SEARCH_KINDS = {1: "server", 2: "pack", 3: "license", 4: "request", 5: "transfer"}
_SEARCH_WORDS = " ".join(f"WHEN {number} THEN '{kind}'" for number, kind in _SEARCH_KINDS.items())


def _hay(alias: str, thing: Thing) -> str:
    return ", ".join(searched_columns(alias, thing))


_SEARCH = f"""(
SELECT 1 AS what, s.id AS id, s.name AS name, coalesce(s.company, '') AS place,
  concat_all({_hay("s", SERVER)}) AS hay
FROM server s
UNION ALL
SELECT 2, p.id, coalesce(p.product_version, p.description, ''),
  {pack_sql()},
  concat_all({pack_sql()}, {_hay("p", KEY_PACK)})
FROM key_pack p JOIN server s ON s.id = p.server_id
WHERE {kept_pack("p")}
UNION ALL
SELECT 3, i.id, coalesce(i.computer, i.user, i.hardware_id, ''),
  {license_sql()},
  concat_all({_hay("i", LICENSE)})
FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id
WHERE i.voided_by IS NULL AND {{found}}
UNION ALL
SELECT 4, q.id, coalesce(q.case_number, q.reason, ''), s.name,
  concat_all('request ' || q.id, s.name, {_hay("q", REQUEST)})
FROM reissue_request q JOIN server s ON s.id = q.server_id
UNION ALL
SELECT 5, t.id, coalesce(t.from_computer, '') || ' → ' || t.to_computer,
  {license_sql()},
  concat_all('transfer ' || t.id, {_hay("t", TRANSFER)})
FROM transfer t JOIN issuance i ON i.id = t.issuance_id JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
WHERE t.voided_by IS NULL) f"""

FOUND_QUERY = ListQuery(
    kind=FOUND,
    source=_SEARCH,
    number=f"f.what * {KIND_STEP} + f.id",
    computed={"what": f"CASE f.what {_SEARCH_WORDS} END", "id": "f.id", "name": "f.name", "place": "f.place"},
    default_sort="what",
    search_columns=("f.hay",),
    search_index=LICENSES_QUERY.search_index,
    sorts={"what": "f.what, f.name"},
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
SELECT 2, p.id, 'key-pack', local_day(p.expires_at), 0, 'pack', p.id, s.name, s.id, {pack_sql()}, NULL, NULL, NULL, p.total
FROM key_pack p JOIN server s ON s.id = p.server_id
WHERE {open_pack("p")}
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
SELECT 5, t.id, 'removal', t.on_day, 1, 'transfer', t.id, s.name, s.id, {dated_license_sql()}, t.from_computer, t.to_computer,
  NULL, NULL
FROM transfer t JOIN issuance i ON i.id = t.issuance_id JOIN key_pack p ON p.id = i.key_pack_id
JOIN server s ON s.id = p.server_id
WHERE t.removal = 'awaiting' AND t.voided_by IS NULL
UNION ALL
SELECT 6, c.id, 'removal', q.recorded_on, 1, 'request', q.id, s.name, s.id, {dated_license_sql()}, {_LOST_BY}, NULL, q.id, NULL
FROM collected c JOIN reissue_request q ON q.id = c.request_id JOIN issuance i ON i.id = c.issuance_id
JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id
WHERE c.state = 'retired' AND c.removal = 'awaiting'
) f"""

DUE_QUERY = ListQuery(
    kind=DUE,
    source=_DUE,
    number=f"f.what * {KIND_STEP} + f.id",
    computed={
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
    with_ended="f.day IS NOT NULL",
    counted=f"f.day <= date(today(), '+{DEFAULT_WITHIN_DAYS} days')",
    search_columns=("f.subject", "f.computer", "f.other", "f.server"),
    sorts={"day": "f.day, f.kind, f.subject", "text": "f.kind, f.computer, f.subject"},
    days={"recorded": "f.day", "effective": "f.day"},
)
