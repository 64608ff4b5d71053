"""The lists of the history: entries, their event lines, and changes between the snapshots of a server."""

from __future__ import annotations

from tslic_admin.db.lists.query import KIND_STEP, ListQuery
from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.history import CHANGES, EVENTS, HISTORY
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.catalogue.servers import SERVER

# Entries with a line about a server or about anything of it, whatever it was called then.
ABOUT_SERVER = """e.number IN (
  WITH it (id) AS (SELECT ?),
  packs (id) AS (SELECT k.id FROM key_pack k JOIN it ON k.server_id = it.id),
  held (id) AS (SELECT i.id FROM issuance i JOIN packs ON i.key_pack_id = packs.id),
  asked (id) AS (SELECT q.id FROM reissue_request q JOIN it ON q.server_id = it.id),
  things (kind, id) AS (
    SELECT 'server', id FROM it UNION ALL SELECT 'pack', id FROM packs
    UNION ALL SELECT 'license', id FROM held UNION ALL SELECT 'request', id FROM asked
    UNION ALL SELECT 'transfer', t.id FROM transfer t JOIN held ON t.issuance_id = held.id
    UNION ALL SELECT 'collected', c.id FROM collected c JOIN asked ON c.request_id = asked.id
    UNION ALL SELECT 'evidence', v.id FROM evidence v JOIN held ON v.issuance_id = held.id
    UNION ALL SELECT 'snapshot', n.id FROM snapshot n JOIN it ON n.server_id = it.id)
  SELECT l.entry FROM things t CROSS JOIN event_line l ON l.kind = t.kind AND l.record = t.id)"""

HISTORY_QUERY = ListQuery(
    kind=HISTORY,
    source="entry e LEFT JOIN entry v ON v.voids = e.number",
    number="e.number",
    computed={
        "recorded_at": "e.recorded_at",
        "effective_on": "e.effective_on",
        "kind": "e.kind",
        "first": "(SELECT kind || ' ' || reference FROM event_line WHERE entry = e.number AND line = 1)",
        "lines": "(SELECT max(line) FROM event_line WHERE entry = e.number)",
        "actor": "e.actor",
        "reason": "e.reason",
        "voided_by": "v.number",
        "digest": "e.digest",
        "previous": "e.previous",
    },
    default_sort="number",
    scope={"record_id": "e.number = ?", "server_id": ABOUT_SERVER},
    search_columns=("e.kind", "e.reason", "e.actor"),
    sorts={"number": "e.number"},
    days={"recorded": "local_day(e.recorded_at)", "effective": "e.effective_on"},
)

# What an entry changed, line by line.
EVENTS_QUERY = ListQuery(
    kind=EVENTS,
    source="event_line l",
    number="l.line",
    computed={
        "entry": "l.entry",
        "subject": "l.kind || ' ' || l.record || ' ' || l.reference",
        "kind": "l.kind",
        "record": "l.record",
        "reference": "l.reference",
        "field": "l.field",
        "before": "l.before",
        "after": "l.after",
    },
    default_sort="number",
    scope={"record_id": "l.entry = ?"},
    search_columns=("l.reference", "l.field", "l.before", "l.after"),
    sorts={"number": "l.entry", "change": "l.field, l.after"},
)


# in capitals: these belong to subqueries, and say nothing of what a row needs
_ENTRY = "(SELECT min(N.entry) FROM event_line N WHERE N.kind = 'snapshot' AND N.record = X.id)"
_SNAPSHOTS = "snapshot X WHERE X.subject IN ('servers', 'key-packs', 'licenses')"
_OF_ONE_SERVER = f"SELECT {_ENTRY} FROM {_SNAPSHOTS} GROUP BY 1 HAVING count(DISTINCT X.server_id) = 1"
_IMPORT = "coalesce(e.voids, e.number)"
_OWNER = """(CASE l.kind
  WHEN 'license' THEN (SELECT server_id FROM key_pack WHERE id = (SELECT key_pack_id FROM issuance WHERE id = l.record))
  WHEN 'pack' THEN (SELECT server_id FROM key_pack WHERE id = l.record) ELSE l.record END)"""
_COMPUTER = "(CASE l.kind WHEN 'license' THEN (SELECT coalesce(computer, user) FROM issuance WHERE id = l.record) END)"
# when a server's lists were taken, by the import that took them
_TAKEN_AT = f"""(SELECT {_ENTRY} AS entry, X.server_id AS server_id, max(X.taken_at) AS newest,
  max(CASE X.subject WHEN 'licenses' THEN X.taken_at END) AS license,
  max(CASE X.subject WHEN 'key-packs' THEN X.taken_at END) AS pack
FROM {_SNAPSHOTS} GROUP BY 1, 2)"""

# What a server says, and what became of a thing by what it says. What a person recorded is not told, nor numbers
# that only this program knows, nor what follows from another line of the same thing.
LISTED_FIELDS = (
    *(
        field.public_name
        for thing in (SERVER, KEY_PACK, LICENSE)
        for field in thing.fields
        if field.source is Source.LISTED and field.name != "keypack_id"
    ),
    *("FirstSeen", "EndedWhy", "ClosedWhy", "VoidedBy"),
)
_LISTED_FIELDS = ", ".join(f"'{field}'" for field in LISTED_FIELDS)
_IS_CHANGE = (
    f"l.kind IN ('license', 'pack', 'server') AND (l.field IS NULL OR (l.field IN ({_LISTED_FIELDS})"
    " AND NOT (l.field = 'EndedWhy' AND l.after IS 'voided')))"
)
_CORE = "entry e CROSS JOIN event_line l ON l.entry = e.number"

CHANGES_QUERY = ListQuery(
    kind=CHANGES,
    source=f"""{_CORE}
LEFT JOIN server s ON s.id = {_OWNER}
LEFT JOIN {_TAKEN_AT} k ON k.entry = {_IMPORT} AND k.server_id = s.id""",
    number=f"e.number * {KIND_STEP} + l.line",
    computed={
        "entry": "e.number",
        "act": "e.kind",
        "taken_at": "coalesce(CASE l.kind WHEN 'license' THEN k.license WHEN 'pack' THEN k.pack END, k.newest)",
        "server": "s.name",
        "what": "change_kind(l.kind, l.field, l.before, l.after)",
        "line": "l.line",
        "kind": "l.kind",
        "record": "l.record",
        "reference": "l.reference",
        "computer": _COMPUTER,
        "field": "l.field",
        "before": "l.before",
        "after": "l.after",
    },
    default_sort="number",
    group_scope={
        "server_id": "X.server_id = ?",
        "since": "local_day(X.taken_at) >= ?",
        "until": "local_day(X.taken_at) <= ?",
    },
    group_condition=f"+{_IMPORT} IN (SELECT {_ENTRY} FROM {_SNAPSHOTS} AND {{}})",
    scope={
        "record_id": "e.number = ?",
        "server_id": f"(+{_IMPORT} IN ({_OF_ONE_SERVER}) OR {_OWNER} = ?)",
    },
    core=_CORE,
    live=_IS_CHANGE,
    with_ended=_IS_CHANGE,
    search_columns=("l.reference", _COMPUTER, "l.before", "l.after"),
    # one server's snapshots follow each other as their entries do (rule 4.5)
    sorts={
        **dict.fromkeys(("number", "entry", "taken_at"), "e.number, l.line"),
        "subject": "l.kind, l.reference",
        "change": "l.field, l.after",
    },
    tie_breaker="e.number, l.line",
    by_number=f"e.number = a.number / {KIND_STEP} AND l.line = a.number % {KIND_STEP}",
)
