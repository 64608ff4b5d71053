"""What one entry did, laid down in temporary tables: the things it created, the fields it changed.

Whatever takes an entry back or asks what builds on it joins to these: an import may have a million lines.
The tables belong to the connection and hold one entry at a time.
"""

from __future__ import annotations

from sqlalchemy import Connection

# how a thing is taken back: one that was created gives up its keys first, one that takes a key back comes last
CREATED, CHANGED, TAKES_A_KEY = 1, 2, 3

# What a server says anew with each list; who relies on a license relies on none of it (rule 4.8: renewals and
# counts apart).
RENEWED = (
    ("license", "ExpirationDate"),
    ("pack", "TotalLicenses"),
    ("pack", "IssuedLicenses"),
    ("pack", "AvailableLicenses"),
)


def pairs(of: tuple[tuple[str, str], ...]) -> str:
    """A list of kinds and fields as SQL."""
    return "(VALUES " + ", ".join(f"('{kind}', '{field}')" for kind, field in of) + ")"


# An entry that counts: neither voided nor itself a void, which leaves what was before.
LIVE = "({e}.kind <> 'void' AND NOT EXISTS (SELECT 1 FROM entry v WHERE v.voids = {e}.number))"

TABLES = (
    """CREATE TEMP TABLE IF NOT EXISTS effect_thing (
  kind TEXT NOT NULL, record INTEGER NOT NULL, phase INTEGER NOT NULL, PRIMARY KEY (kind, record)) WITHOUT ROWID""",
    """CREATE TEMP TABLE IF NOT EXISTS effect_field (
  kind TEXT NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL, before TEXT, after TEXT,
  PRIMARY KEY (kind, record, field)) WITHOUT ROWID""",
)

# A field may have changed twice in one entry (two lists of one server in one import): first before, last after.
_CHANGED = """
INSERT INTO effect_field SELECT f.kind, f.record, f.field, f.before, l.after
FROM (SELECT kind, record, field, min(line) AS first, max(line) AS last FROM event_line
      WHERE entry = ?1 AND field IS NOT NULL AND kind <> 'entry' GROUP BY kind, record, field) g
JOIN event_line f ON f.entry = ?1 AND f.line = g.first
JOIN event_line l ON l.entry = ?1 AND l.line = g.last
WHERE f.before IS NOT l.after
  AND NOT EXISTS (SELECT 1 FROM effect_thing c WHERE c.kind = f.kind AND c.record = f.record)"""

# A server that was first named stays, as a name: whatever else was said of it is taken back as if it had changed.
_SAID_OF_SERVERS = """
INSERT INTO effect_field SELECT l.kind, l.record, j.key, NULL, CAST(j.value AS TEXT)
FROM event_line l, json_each(l.after) j
WHERE l.entry = ?1 AND l.field IS NULL AND l.kind = 'server' AND j.key <> 'Name'"""

# Fields by which a row takes a place that only one may hold; True: by having a value, False: by having none.
_KEYS = {
    ("license", "Ended"): False,
    ("pack", "Closed"): False,
    ("pack", "MergedInto"): False,
    ("pack", "KeyPackId"): True,
    ("pack", "Request"): True,
    ("transfer", "Linked"): True,
}
_TAKING = " OR ".join(
    [
        *(
            f"(f.kind = '{kind}' AND f.field = '{field}' AND f.before IS {'NOT ' if having else ''}NULL)"
            for (kind, field), having in _KEYS.items()
        ),
        "(f.kind = 'collected' AND f.field = 'State' AND f.after = 'dropped')",
    ]
)
_CHANGED_THINGS = f"""
INSERT INTO effect_thing SELECT f.kind, f.record, max(CASE WHEN {_TAKING} THEN {TAKES_A_KEY} ELSE {CHANGED} END)
FROM effect_field f GROUP BY f.kind, f.record"""


def lay_down(driver: Connection, entry: int) -> None:
    """Fill the temporary tables with what an entry did."""
    run = driver.exec_driver_sql
    for table in TABLES:
        run(table)
    run("DELETE FROM effect_thing")
    run("DELETE FROM effect_field")
    run(
        "INSERT INTO effect_thing SELECT kind, record, ? FROM event_line WHERE entry = ? AND field IS NULL",
        (CREATED, entry),
    )
    run(_CHANGED, (entry,))
    run(_SAID_OF_SERVERS, (entry,))
    run("DELETE FROM effect_thing WHERE kind = 'server'")
    run(_CHANGED_THINGS)


def counted(driver: Connection) -> dict[tuple[str, bool], int]:
    """How many things of each kind the entry created (True) or changed (False)."""
    found = driver.exec_driver_sql(
        "SELECT kind, phase = 1 AS created, count(*) FROM effect_thing GROUP BY kind, created"
    )
    return {(kind, bool(created)): count for kind, created, count in found}
