"""What changed between the snapshots of a server: the event lines of its imports, and of what took them back.

Only entries that hold a snapshot are walked through, in their order, so that a first page of a million lines costs
nothing. Whose a line is need be asked only where one import held lists of several servers.
"""

from __future__ import annotations

from tslic_admin.db.lists import KIND_STEP, ListKind

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
_TAKEN = f"""(SELECT {_ENTRY} AS entry, X.server_id AS server_id, max(X.taken_at) AS newest,
  max(CASE X.subject WHEN 'licenses' THEN X.taken_at END) AS license,
  max(CASE X.subject WHEN 'key-packs' THEN X.taken_at END) AS pack
FROM {_SNAPSHOTS} GROUP BY 1, 2)"""

# What a server says, and what became of a thing by what it says. What a person recorded is not told, nor numbers
# that only this program knows, nor what follows from another line of the same thing.
TOLD = (
    *("sIssuedToUser", "sIssuedToComputer", "LicenseStatus", "IssueDate", "ExpirationDate", "sHardwareId"),
    *("Description", "KeyPackType", "ProductType", "ProductVersion", "ProductVersionID", "TotalLicenses"),
    *("IssuedLicenses", "AvailableLicenses", "AccessRights", "TypeAndModel", "ProductId", "ServerRole"),
    *("FirstName", "LastName", "Company", "CountryRegion", "eMail", "OrgUnit", "Address", "City", "State"),
    *("PostalCode", "DatabasePath", "Version", "VersionNumber", "Activation"),
    *("LicenseId", "FirstSeen", "EndedWhy", "ClosedWhy", "VoidedBy"),
)
_TOLD = ", ".join(f"'{field}'" for field in TOLD)
_SHOWN = (
    f"l.kind IN ('license', 'pack', 'server') AND (l.field IS NULL OR (l.field IN ({_TOLD})"
    " AND NOT (l.field = 'EndedWhy' AND l.after IS 'voided')))"
)
_CORE = "entry e CROSS JOIN event_line l ON l.entry = e.number"

CHANGES = ListKind(
    name="changes",
    source=f"""{_CORE}
LEFT JOIN server s ON s.id = {_OWNER}
LEFT JOIN {_TAKEN} k ON k.entry = {_IMPORT} AND k.server_id = s.id""",
    number=f"e.number * {KIND_STEP} + l.line",
    columns={
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
    chosen={
        "server_id": "X.server_id = ?",
        "since": "local_day(X.taken_at) >= ?",
        "until": "local_day(X.taken_at) <= ?",
    },
    within=f"+{_IMPORT} IN (SELECT {_ENTRY} FROM {_SNAPSHOTS} AND {{}})",
    scope={
        "record_id": "e.number = ?",
        "server_id": f"(+{_IMPORT} IN ({_OF_ONE_SERVER}) OR {_OWNER} = ?)",
    },
    core=_CORE,
    live=_SHOWN,
    kept=_SHOWN,
    searched=("l.reference", _COMPUTER, "l.before", "l.after"),
    # one server's snapshots follow each other as their entries do (rule 4.5)
    sorts={
        **dict.fromkeys(("number", "entry", "taken_at"), "e.number, l.line"),
        "subject": "l.kind, l.reference",
        "change": "l.field, l.after",
    },
    tie="e.number, l.line",
    by_number=f"e.number = a.number / {KIND_STEP} AND l.line = a.number % {KIND_STEP}",
)
