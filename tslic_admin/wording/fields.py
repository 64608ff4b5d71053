"""The label of each field, and its values in words: for the history, details, exports and the mapping of columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tslic_admin.domain.catalogue.fields import ValueKind
from tslic_admin.domain.catalogue.imports import EVIDENCE
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.clocks import NEVER, iso
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.wording.values import (
    ACTIVATIONS,
    CLIENTS,
    CLOSE_REASONS,
    END_REASONS,
    EVIDENCE_KINDS,
    KEY_PACK_TYPES,
    METHODS,
    NEEDS,
    POLICIES,
    PROGRAMS,
    REMOVALS,
    REQUEST_STATES,
    ROLES,
    STATUSES,
    TYPES,
    VERSIONS,
    code_text,
    day_text,
)

FIELD_LABELS = {
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


# The words for coded values, by the public name of the field. NUMBER_CODES: the code is a number. WORD_CODES: it is a word.
NUMBER_CODES: dict[str, dict[int, str]] = {
    "LicenseStatus": STATUSES,
    "KeyPackType": KEY_PACK_TYPES,
    "ProductType": TYPES,
    "ProductVersionID": VERSIONS,
    "WindowsVersion": VERSIONS,
    "HostVersion": VERSIONS,
    "ServerRole": ROLES,
    "Activation": ACTIVATIONS,
}
_YES_NO = {"0": "No", "1": "Yes"}
WORD_CODES: dict[str, dict[str, str]] = {
    "ConnectionMethod": METHODS,
    "TransferPolicy": POLICIES,
    "Policy": POLICIES,
    "Program": PROGRAMS,
    "ClientSystem": CLIENTS,
    "Need": NEEDS,
    "Removal": REMOVALS,
    "EndedWhy": END_REASONS,
    "ClosedWhy": CLOSE_REASONS,
    "EvidenceKind": EVIDENCE_KINDS,
    "ByHand": _YES_NO,
    "Temporary": _YES_NO,
}


def coded_value_text(name: str, value: int | str | None) -> str:
    """The words of a coded value; empty where there is none."""
    if isinstance(value, int):
        return code_text(NUMBER_CODES[name], value)
    if value is None:
        return ""
    return (REQUEST_STATES if name == "State" else WORD_CODES[name]).get(value, "")


def _day_text(value: str) -> str:
    try:
        return day_text(value)
    except ValueError:  # a history that was altered may say anything
        return value


def _count_text(value: str) -> str:
    return "Unlimited" if value == str(UNLIMITED) else value


def _record_number(value: str) -> str:
    """The number of a record in the store, as it names a key pack or license without a number on its server."""
    return f"#{value}"


def _coded(texts: dict[int, str]) -> Callable[[str], str]:
    return lambda value: code_text(texts, int(value)) if value.isdecimal() else value


def _worded(texts: dict[str, str]) -> Callable[[str], str]:
    return lambda value: texts.get(value, value)


_TEXTS_OF_KINDS = {ValueKind.COUNT: _count_text, ValueKind.DATE: _day_text}
# how a value is written in words, by its name in the history
VALUE_TEXTS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(
        ("Server", "KeyPack", "MergedInto", "MovedFrom", "SucceededBy", "Linked", "License", "Matches"),
        _record_number,
    ),
    **{name: _coded(texts) for name, texts in NUMBER_CODES.items()},
    **{name: _worded(texts) for name, texts in WORD_CODES.items()},
    **{
        field.public_name: _TEXTS_OF_KINDS[field.kind]
        for thing in (KEY_PACK, LICENSE, EVIDENCE)
        for field in thing.fields
        if field.kind in _TEXTS_OF_KINDS
    },
}


def field_value_text(kind: str, field: str, value: str | None) -> str:
    """A field's value in words; empty where there is none."""
    if value is None or value == "":
        return ""
    if field == "State" and kind == "request":
        return REQUEST_STATES.get(value, value)
    return VALUE_TEXTS.get(field, str)(value)


def value_or_nothing(kind: str, field: str, value: str | None) -> str:
    return field_value_text(kind, field, value) or "nothing"


MAPPABLE_LISTS = {"licenses": "Issued licenses", "key-packs": "Key packs", "servers": "License servers"}
OMITTED_COLUMN = "Left out"
_PROPERTY_LABELS = {"Description": "Product Code", "ProductVersionID": "Product Version ID"}


def property_label(name: str) -> str:
    """A property as the window calls it: *Issued To Computer*."""
    return _PROPERTY_LABELS.get(name) or FIELD_LABELS.get(name, name)


def parsed_value_text(name: str, value: str | int | datetime | None) -> str:
    """A value as it was read: words for codes, local time with its zone left out, *Never*."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        if iso(value) == NEVER:
            return "Never"
        return value.astimezone().strftime("%Y-%m-%d %H:%M") if value.year < 9999 else iso(value)
    text_of = VALUE_TEXTS.get(name)
    return text_of(str(value)) if text_of is not None and not isinstance(value, str) else str(value)
