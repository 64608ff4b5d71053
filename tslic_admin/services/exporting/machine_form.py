"""Rows of the lists in machine form: WMI property names, undecoded numbers, ISO 8601 times in UTC (formats.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tslic_admin.domain.clocks import day_of
from tslic_admin.wording.columns import change_event_line
from tslic_admin.wording.history.events import change_text, subject_text
from tslic_admin.wording.records.summaries import due_text
from tslic_admin.wording.values import license_text, pack_text

Machine = dict[str, Any]

# property -> column of the list
LICENSE = {
    "LicenseId": "license_id",
    "KeyPackId": "keypack_id",
    "sIssuedToUser": "user",
    "sIssuedToComputer": "computer",
    "LicenseStatus": "status",
    "IssueDate": "issued_at",
    "ExpirationDate": "expires_at",
    "sHardwareId": "hardware_id",
    "Server": "server",
    "Holder": "holder",
}
KEY_PACK = {
    "KeyPackId": "keypack_id",
    "Description": "description",
    "KeyPackType": "key_pack_type",
    "ProductType": "product_type",
    "ProductVersion": "product_version",
    "ProductVersionID": "product_version_id",
    "TotalLicenses": "total",
    "IssuedLicenses": "issued",
    "AvailableLicenses": "available",
    "ExpirationDate": "expires_at",
    "AccessRights": "access_rights",
    "TypeAndModel": "type_and_model",
    "Server": "server",
}
KEY_PACK_RECORD = {
    "Origin": "origin",
    "Request": "request_id",
    "TransferPolicy": "transfer_policy",
    "Program": "program",
    "Closed": "closed_on",
    "LicenseKeyPackId": "code",
    "Number": "purchase_number",
    "AuthorizationNumber": "authorization_number",
    "InstalledOn": "installed_on",
    "Reseller": "reseller",
    "PurchaseReference": "purchase_ref",
    "Notes": "notes",
}
SERVER = {
    "FirstName": "first_name",
    "LastName": "last_name",
    "Company": "company",
    "CountryRegion": "country_region",
    "eMail": "email",
    "OrgUnit": "org_unit",
    "Address": "address",
    "City": "city",
    "State": "state",
    "PostalCode": "postal_code",
    "ServerRole": "role",
    "DatabasePath": "database_path",
    "ProductId": "product_id",
    "Version": "version",
    "VersionNumber": "version_number",
}
SERVER_RECORD = {
    "WindowsVersion": "windows_version",
    "Activation": "activation",
    "ConnectionMethod": "connection_method",
    "Country": "country",
    "Phone": "phone",
    "Contact": "contact",
    "Notes": "notes",
    "LicenseServerId": "license_server_id",
    "KeyPacks": "packs",
    "TotalLicenses": "total",
    "IssuedLicenses": "issued",
    "Shortage": "shortage",
}
LICENSE_SORTS = LICENSE | {"Record": "record", "Ended": "ended_on"}


def _properties(row: Any, names: Mapping[str, str]) -> Machine:
    return {name: getattr(row, column) for name, column in names.items()}


def row_pack_reference(row: Any) -> str:
    """PACK of a row that names its pack: SERVER/KEYPACKID, or SERVER/#N."""
    return pack_text(row.server, row.keypack_id, row.pack_id)


def row_license_reference(row: Any) -> str:
    """LICENSE of a row that is a license or names one; an ended one with @ISSUEDATE."""
    number = row.issuance_id if hasattr(row, "issuance_id") else row.number
    current = license_text(row_pack_reference(row), row.license_id, number)
    return f"{current}@{day_of(row.issued_at) or ''}" if row.ended_on else current


def license_record(row: Any) -> Machine | None:
    """The transfer or reissue request that a license belongs to; None if there is neither."""
    match row.record:
        case None:
            return None
        case "collected" | "retired":
            record_key, other_key = "request", "to"
        case "received":
            record_key, other_key = "transfer", "from"
        case _:
            record_key, other_key = "transfer", "to"
    return {
        "state": row.record,
        record_key: row.record_number,
        other_key: row.record_other,
        "removal": row.removal,
    }


def license(row: Any) -> Machine:  # noqa: A001 - the field's word
    return _properties(row, LICENSE) | {"Record": license_record(row), "Ended": row.ended_on}


def key_pack(row: Any) -> Machine:
    pack = {"Pack": pack_text(row.server, row.keypack_id, row.number)}
    return _properties(row, KEY_PACK) | pack | _properties(row, KEY_PACK_RECORD)


def server(row: Any) -> Machine:
    """A server as files have it."""
    return {"Server": row.name} | _properties(row, SERVER) | _properties(row, SERVER_RECORD)


def server_line(row: Any) -> Machine:
    """A server as the console lists it. `Version`: what the server reported, else what was typed."""
    version = row.version if row.version is not None else row.windows_version
    whole = server(row)
    return {"Name": whole.pop("Server"), "ProductId": whole.pop("ProductId"), **whole, "Version": version}


def transfer(row: Any) -> Machine:
    linked = None
    if row.linked_issuance_id is not None:
        pack = pack_text(row.linked_server, row.linked_keypack_id, row.linked_pack_id)
        linked = license_text(pack, row.linked_license_id, row.linked_issuance_id)
        if row.linked_ended_on:
            linked += f"@{day_of(row.linked_issued_at) or ''}"
    return {
        "transfer": row.number,
        "license": row_license_reference(row),
        "from": row.from_computer,
        "to": row.to_computer,
        "on": row.on_day,
        "policy": row.policy,
        "previous": row.previous_id,
        "linked": linked,
        "removal": row.removal,
        "voided_by": row.voided_by,
    }


def collected(row: Any) -> Machine:
    """A license of a reissue request, and how long its waiting computer is covered."""
    return {
        "license": row_license_reference(row),
        "to": row.to_computer,
        "covered_until": _day(row.covered_until),
        "removal": row.removal,
    }


def request(row: Any, licenses: list[Machine], pack: Machine | None) -> Machine:
    """A reissue request with what it holds and the key pack it became."""
    return {
        "request": row.number,
        "server": row.server,
        "state": row.state,
        "call_before": _day(row.call_before),
        "licenses": licenses,
        "quantity": row.quantity,
        "on": row.recorded_on,
        "case": row.case_number,
        "agent": row.agent,
        "keypack": pack,
        "same_call_as": row.same_call_as_id,
    }


def due(row: Any) -> Machine:
    return {"kind": row.kind, "date": row.day, "subject": row.subject, "text": due_text(row)}


def event(row: Any) -> Machine:
    return {
        "line": row.number,
        "subject": row.subject,
        "field": row.field,
        "before": row.before,
        "after": row.after,
    }


def change(row: Any) -> Machine:
    """A difference between two snapshots; `subject`: the reference at that time."""
    line = change_event_line(row)
    return {
        "kind": row.what,
        "entry": row.entry,
        "taken_at": row.taken_at,
        "subject": row.reference,
        "field": row.field,
        "before": row.before,
        "after": row.after,
        "text": f"{subject_text(line)}: {change_text(line)}",
    }


def entry(row: Any, events: Iterable[Machine]) -> Machine:
    """A history entry with its lines; an iterator of them is written as it comes."""
    return {
        "entry": row.number,
        "recorded_at": row.recorded_at,
        "effective_on": row.effective_on,
        "actor": row.actor,
        "kind": row.kind,
        "reason": row.reason,
        "voided_by": row.voided_by,
        "digest": row.digest,
        "previous": row.previous,
        "events": events,
    }


def _day(stored: str | None) -> str | None:
    day = day_of(stored)
    return None if day is None else day.isoformat()


ReadRows = Callable[..., Iterator[Any]]


def request_with_licenses(rows: ReadRows, row: Any, *, reveal: bool = False) -> Machine:
    """A request in machine form. `rows(kind, **filters)` reads a list."""
    licenses = [collected(one) for one in rows("collected", request_id=row.number)]
    pack = None
    if row.pack_id is not None:
        pack = next(map(key_pack, rows("key-packs", record_id=row.pack_id, ended=True, reveal=reveal)), None)
    return request(row, licenses, pack)
