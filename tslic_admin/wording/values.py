"""Coded values, days and times in words: versions, types, programs, statuses, origins, record states."""

from __future__ import annotations

from collections.abc import Mapping

from tslic_admin.domain.clocks import day_of, moment, never_expires
from tslic_admin.domain.licenses.packs import UNLIMITED

VERSIONS = {
    0: "Windows 2000 Server",
    1: "Windows Server 2003",
    2: "Windows Server 2008",
    3: "Windows Server 2008 R2",
    4: "Windows Server 2012",
    5: "Windows Server 2016",
    6: "Windows Server 2019",
    7: "Windows Server 2022",
    8: "Windows Server 2025",
}
SHORT_VERSIONS = {
    0: "2000",
    1: "2003",
    2: "2008",
    3: "2008 R2",
    4: "2012",
    5: "2016",
    6: "2019",
    7: "2022",
    8: "2025",
}
TYPES = {0: "Per Device", 1: "Per User", 2: "Not valid", 3: "Built-in"}
# 7 and 8: one of them is "Built-in Overused", and no source says which: they are shown as unknown
KEY_PACK_TYPES = {
    0: "Unknown",
    1: "Retail",
    2: "Volume",
    3: "Concurrent",
    4: "Temporary",
    5: "Open",
    6: "Built-in",
}
STATUSES = {
    0: "Unknown",
    1: "Temporary",
    2: "Active",
    3: "Upgrade",
    4: "Revoked",
    5: "Pending",
    6: "Concurrent",
}
ROLES = {0: "Workgroup", 1: "Domain", 2: "Forest"}
ACTIVATIONS = {0: "Activated", 1: "Not activated", 2: "Unknown"}
METHODS = {"automatic": "Automatic", "web": "Web browser", "telephone": "Telephone"}
PROGRAMS = {
    "retail": "License Pack (Retail Purchase)",
    "open": "Open License",
    "select": "Select License",
    "enterprise": "Enterprise Agreement",
    "campus": "Campus Agreement",
    "school": "School Agreement",
    "spla": "Service Provider License Agreement",
    "other": "Other agreement",
}
POLICIES = {
    "one-time": "One-time transfer",
    "after-90-days": "Again after 90 days (volume terms)",
    "not-transferable": "Not transferable",
}
CLIENTS = {
    "windows-2000-professional": "Windows 2000 Professional",
    "windows-2000-server": "Windows 2000 Server",
    "xp-professional": "Windows XP Professional",
    "xp-home": "Windows XP Home",
    "windows-9x": "Windows 95, 98 or Me",
    "windows-nt": "Windows NT",
    "macintosh": "Macintosh",
    "thin-client": "Thin client",
    "vista-or-later": "Windows Vista or later",
    "server-2003-or-later": "Windows Server 2003 or later",
    "other": "Other",
}
NEEDS = {
    "yes": "Yes",
    "no": "No",
    "unknown": "Not known",
    "not-checked": "Need not checked",
}
REQUEST_STATES = {
    "open": "Open",
    "recorded": "Recorded, not yet installed",
    "installed": "Installed",
    "withdrawn": "Withdrawn",
}
REMOVALS = {
    "awaiting": "Awaiting removal from the old client",
    "removed": "Removed from the old client",
    "not-intended": "Removal not intended",
}
END_REASONS = {
    "replaced": "replaced on the server",
    "vanished": "no longer on the server",
    "upgraded": "upgraded",
    "pack-closed": "its key pack was closed",
    "voided": "voided",
}
CLOSE_REASONS = {
    "rebuilt": "its server was rebuilt",
    "moved": "its key pack was moved",
    "vanished": "no longer on the server",
}
# the name of a difference, in front of what differs; none where the field says it already
DIFFERENCES = {
    "renamed": "Renamed",
    "renewed": "Renewed",
    "back": "Back on the server",
    "grown": "Grown",
    "shrunk": "Shrunk",
}
# the kind of change that an import's event line is, in the list of changes
CHANGE_KINDS = {
    "new": "New",
    "first-seen": "First seen on the server",
    "renamed": "Renamed",
    "renewed": "Renewed",
    "status": "Status changed",
    "replaced": "Replaced on the server",
    "upgraded": "Upgraded",
    "vanished": "No longer on the server",
    "back": "Back on the server",
    "grown": "Grown",
    "shrunk": "Shrunk",
    "changed": "Changed",
    "voided": "Taken back",
}
CODE_NAMES = {
    "license-key-pack-id": "license key pack ID",
    "license-server-id": "license server ID",
    "license-code": "license code",
    "open-license-number": "license number",
    "authorization-number": "authorization number",
    "agreement-number": "agreement number",
}
RECORD_KINDS = {
    "server": "Server",
    "pack": "Key pack",
    "license": "Issued license",
    "request": "Reissue request",
    "collected": "Collected license",
    "transfer": "Transfer",
    "snapshot": "Snapshot",
    "mapping": "Columns of a table",
    "evidence": "Evidence",
    "entry": "Entry",
}
ACTS = {
    "server.add": "Server added",
    "server.set": "Server changed",
    "pack.add": "Installed licenses recorded",
    "pack.set": "Key pack changed",
    "license.add": "Issued license added by hand",
    "import": "Imported",
    "server.rebuilt": "Server was rebuilt",
    "pack.move": "Key pack was moved",
    "transfer.mark": "One-time transfer marked",
    "transfer.removed": "License removed from the old client",
    "transfer.kept": "Removal from the old client not intended",
    "reissue.removed": "Retired license removed from the old client",
    "reissue.kept": "Removal of a retired license not intended",
    "transfer.link": "Transfer linked to the license received",
    "reissue.open": "Reissue request opened",
    "reissue.add": "Licenses collected for reissue",
    "reissue.drop": "Licenses dropped from reissue request",
    "reissue.record": "Phone reissue recorded",
    "reissue.link": "Reissue linked to the server's key pack",
    "reissue.correct": "Code of a reissue corrected",
    "reissue.installed": "Reissued licenses installed",
    "reissue.needed-by": "Computer that needs a reissued license",
    "reissue.same-call": "Reissue request set to the same call",
    "reissue.withdraw": "Reissue request withdrawn",
    "mapping.set": "Said what the columns of a table are",
    "reveal": "Secrets revealed",
    "void": "Voided",
}


def code_text(texts: Mapping[int, str], value: int | None) -> str:
    """The text of a code; an unknown code is shown as its number, never hidden."""
    if value is None:
        return ""
    return texts.get(value, f"Unknown ({value})")


def count_text(value: int | None) -> str:
    """A number of licenses; 4294967295 is Unlimited."""
    if value is None:
        return ""
    return "Unlimited" if value == UNLIMITED else str(value)


def version_and_type(version: int | None, product_type: int | None, server_text: str | None = None) -> str:
    """*License Version and Type*. Built from the numbers: `server_text`, the server's own, is localized.

    Servers up to 2003 called them TS licenses, 2012 and later RDS; 2008 and 2008 R2 shared theirs.
    """
    if version is None:
        version_text, service = server_text or "Unknown version", "RDS"
    else:
        version_text = code_text(VERSIONS, version)
        service = "TS" if version <= 1 else "TS or RDS" if version <= 3 else "RDS"
    if product_type == 3:
        return f"{version_text} - Built-in {service} CAL"
    type_text = code_text(TYPES, product_type)
    return f"{version_text} - {service} {type_text} CAL" if type_text else version_text


def short_version_and_type(version: int | None, product_type: int | None, key_pack_type: int | None) -> str:
    """For the tree: *2012 Per Device*, *Temporary*, *2000 Built-in*."""
    if key_pack_type == 4:
        return "Temporary"
    return f"{code_text(SHORT_VERSIONS, version) or '?'} {code_text(TYPES, product_type)}".strip()


def origin_text(origin: str, request: int | None, on: str | None, voided_by: int | None = None) -> str:
    """*Original*, *Reissue 4 of 2026-03-02*, *Migration*; *Original, voided by entry 12*."""
    text = origin.capitalize()
    if origin == "reissue":
        text = f"Reissue {request} of {on}" if on else f"Reissue {request}"
    return f"{text}, voided by entry {voided_by}" if voided_by is not None else text


EVIDENCE_KINDS = {
    "per-user-report": "Per-user report",
    "per-device-report": "Per-device report",
    "active-directory": "Active Directory",
    "client-license": "Client's license",
    "tsctst": "Tsctst output",
    "event": "Event log",
}


def day_text(stored: str | None) -> str:
    """A stored time as its local day; any day from 2035-12-31 on is Never."""
    day = day_of(stored)
    return "" if day is None else "Never" if never_expires(day) else day.isoformat()


def time_text(stored: str | None) -> str:
    """A stored time as local time, to the minute."""
    if not stored:
        return ""
    at = moment(stored)
    return stored if at.year >= 9999 or at.year <= 1 else at.astimezone().strftime("%Y-%m-%d %H:%M")


def zoned_text(stored: str | None) -> str:
    """A stored time as local time with its zone, for tooltips and details."""
    if not stored:
        return ""
    at = moment(stored)
    unbounded = at.year >= 9999 or at.year <= 1
    return stored if unbounded else at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z (UTC%z)")
