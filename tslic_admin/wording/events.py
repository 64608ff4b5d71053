"""What an event line says, in words: for details, the history list and readable exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Container

from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.differences import called
from tslic_admin.domain.history import EventLine
from tslic_admin.wording.evidence import EVIDENCE
from tslic_admin.wording.values import (
    ACTIVATIONS,
    CALLED,
    CLIENTS,
    CLOSED,
    ENDED,
    KEY_PACK_TYPES,
    KINDS,
    METHODS,
    NEEDS,
    POLICIES,
    PROGRAMS,
    REMOVALS,
    REQUEST_STATES,
    ROLES,
    STATUSES,
    TYPES,
    UNLIMITED,
    VERSIONS,
    named,
)

RELATIONS = {
    "server": "Server",
    "pack": "Key pack",
    "license": "License",
    "transfer": "Transfer",
    "received": "Received by transfer",
    "linked": "The new computer's own license",
    "request": "Reissue request",
    "moved-from": "Moved from key pack",
    "moved-to": "Moved to key pack",
    "succeeded-by": "Upgraded to license",
    "succeeds": "Came for temporary license",
    "replaces": "Replaces",
    "replaced-by": "Replaced by key pack",
    "reissued-into": "Licenses of it reissued into",
    "became": "Reissued as key pack",
    "collected": "Collected",
    "same-call": "Same call as reissue request",
    "previous": "After transfer",
    "next": "Followed by transfer",
    "voided-by": "Voided by",
    "voids": "Takes back",
}

FIELDS = {
    "sIssuedToComputer": "Issued To Computer",
    "sIssuedToUser": "Issued To User",
    "LicenseStatus": "License Status",
    "IssueDate": "Issued On",
    "FirstIssueDate": "First Issued On",
    "ExpirationDate": "Expires On",
    "sHardwareId": "Hardware ID",
    "LicenseId": "License ID",
    "KeyPackId": "Keypack ID",
    "KeyPackType": "License Program",
    "ProductType": "License Type",
    "ProductVersion": "Product Version",
    "ProductVersionID": "Product Version",
    "TotalLicenses": "Total Licenses",
    "IssuedLicenses": "Issued",
    "AvailableLicenses": "Available",
    "TransferPolicy": "Transfer Policy",
    "LicenseKeyPackId": "License Key Pack ID",
    "LicenseServerId": "License Server ID",
    "ProductId": "Product ID",
    "EndedWhy": "Ended Because",
    "ClosedWhy": "Closed Because",
    "WindowsVersion": "Windows Version",
    "ServerRole": "Server Role",
    "ConnectionMethod": "Connection Method",
    "FirstName": "First Name",
    "LastName": "Last Name",
    "CountryRegion": "Country or Region",
    "eMail": "E-mail",
    "OrgUnit": "Organizational Unit",
    "PostalCode": "Postal Code",
    "DatabasePath": "Database Path",
    "VersionNumber": "Version Number",
    "AccessRights": "Access Rights",
    "TypeAndModel": "Type and Model",
    "MovedFrom": "Moved From",
    "MergedInto": "Merged Into",
    "AuthorizationNumber": "Authorization Number",
    "InstalledOn": "Installed On",
    "PurchaseReference": "Purchase Reference",
    "FirstSeen": "First Seen",
    "VoidedBy": "Voided By Entry",
    "KeyPack": "Key Pack",
    "ByHand": "Entered By Hand",
    "SucceededBy": "Succeeded By",
    "ClientSystem": "Client System",
    "HostVersion": "Host Version",
    "Need": "Needs a CAL",
    "RemovalOn": "Removal On",
    "RemovalBy": "Removed By",
    "RemovalEvidence": "Evidence of Removal",
    "RemovalReason": "Reason for No Removal",
    "SameCallAs": "Same Call As",
    "CallStarted": "Call Started",
    "CallEnded": "Call Ended",
    "HeadingsDigest": "Digest of the Headings",
    "TakenAt": "Taken At",
    "SHA256": "SHA-256",
    "DateOrder": "Date Order",
    "TimeZone": "Time Zone",
    "EvidenceKind": "Evidence",
    "Matches": "Matches License",
    "NamedServer": "Server",
    "Happened": "Happened On",
}
# what tells evidence apart and what was read stand in the details, not among the changes
UNTOLD = {"Identity", "Facts"}


def _coded(texts: dict[int, str]) -> Callable[[str], str]:
    return lambda value: named(texts, int(value)) if value.isdecimal() else value


def _listed(texts: dict[str, str]) -> Callable[[str], str]:
    return lambda value: texts.get(value, value)


def _day(value: str) -> str:
    try:
        day = day_of(value)
    except ValueError:  # a history that was altered may say anything
        return value
    return "Never" if never_expires(day) else str(day)


def _count(value: str) -> str:
    return "Unlimited" if value == str(UNLIMITED) else value


def _numbered(value: str) -> str:
    """A thing of this record by its number, as a key pack or license without one of its server is called."""
    return f"#{value}"


VALUES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(
        ("Server", "KeyPack", "MergedInto", "MovedFrom", "SucceededBy", "Linked", "License", "Matches"),
        _numbered,
    ),
    "ByHand": _listed({"0": "No", "1": "Yes"}),
    "LicenseStatus": _coded(STATUSES),
    "KeyPackType": _coded(KEY_PACK_TYPES),
    "ProductType": _coded(TYPES),
    "ProductVersionID": _coded(VERSIONS),
    "WindowsVersion": _coded(VERSIONS),
    "HostVersion": _coded(VERSIONS),
    "ServerRole": _coded(ROLES),
    "Activation": _coded(ACTIVATIONS),
    "ConnectionMethod": _listed(METHODS),
    "TransferPolicy": _listed(POLICIES),
    "Policy": _listed(POLICIES),
    "Program": _listed(PROGRAMS),
    "ClientSystem": _listed(CLIENTS),
    "Need": _listed(NEEDS),
    "Removal": _listed(REMOVALS),
    "EndedWhy": _listed(ENDED),
    "ClosedWhy": _listed(CLOSED),
    "TotalLicenses": _count,
    "IssuedLicenses": _count,
    "AvailableLicenses": _count,
    "ExpirationDate": _day,
    "IssueDate": _day,
    "FirstIssueDate": _day,
    "FirstSeen": _day,
    "EvidenceKind": _listed(EVIDENCE),
    "Temporary": _listed({"0": "No", "1": "Yes"}),
    "Happened": _day,
}


def value_text(kind: str, field: str, value: str | None) -> str:
    """A field's value in words; empty where there is none."""
    if value is None or value == "":
        return ""
    if field == "State" and kind == "request":
        return REQUEST_STATES.get(value, value)
    return VALUES.get(field, str)(value)


def _value(kind: str, field: str, value: str | None) -> str:
    return value_text(kind, field, value) or "nothing"


def subject_text(line: EventLine) -> str:
    """The thing a line is about: *Issued license DC01/3/17*."""
    return f"{KINDS.get(line.kind, line.kind.capitalize())} {line.reference}"


def change_text(line: EventLine) -> str:
    """What changed on it: *Renewed. Expires On: 2026-03-02 → 2026-05-20*, or what a new thing came with."""
    if line.field is not None:
        name = CALLED.get(called(line.kind, line.field, line.before, line.after) or "")
        label = (f"{name}. " if name else "") + FIELDS.get(line.field, line.field)
        before, after = (_value(line.kind, line.field, value) for value in (line.before, line.after))
        return f"{label}: {after}" if line.before is None else f"{label}: {before} → {after}"
    return f"New: {came_with(line)}"


def came_with(line: EventLine, untold: Container[str] = UNTOLD) -> str:
    """What a new thing came with: *Issued To Computer PC-1; License Status Active*."""
    try:
        values = json.loads(line.after or "{}")
    except ValueError:
        values = line.after
    if not isinstance(values, dict):
        return str(values)
    return "; ".join(
        f"{FIELDS.get(field, field)} {_value(line.kind, field, str(value))}"
        for field, value in values.items()
        if field not in untold
    )
