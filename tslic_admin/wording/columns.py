"""The columns of every list as the screen, the console and readable files show them: heading and words.

Numbers stay numbers, so that a window can group them and a file can leave them unquoted.
"""

from __future__ import annotations

from typing import Any

from tslic_admin.domain.history import EventLine
from tslic_admin.wording.change_columns import CHANGES
from tslic_admin.wording.column import Cell, Column, Holds
from tslic_admin.wording.days import day_text, time_text
from tslic_admin.wording.due import DUE_KINDS, due_text
from tslic_admin.wording.events import change_text, subject_text
from tslic_admin.wording.records import record_text
from tslic_admin.wording.values import (
    ACTIVATIONS,
    ACTS,
    CLIENTS,
    CLOSED,
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
    UNLIMITED,
    VERSIONS,
    license_text,
    named,
    origin_text,
    pack_text,
    version_and_type,
)


def number_cell(value: int | None) -> Cell:
    """A number of licenses; 4294967295 is Unlimited."""
    return "Unlimited" if value == UNLIMITED else value


def _plain(key: str, title: str) -> Column:
    return Column(key, title, lambda row: getattr(row, key))


def _number(key: str, title: str) -> Column:
    return Column(key, title, lambda row: number_cell(getattr(row, key)))


def _day(key: str, title: str) -> Column:
    return Column(key, title, lambda row: day_text(getattr(row, key)), Holds.DAY)


def _on(key: str, title: str) -> Column:
    """A day that is stored as a day."""
    return Column(key, title, lambda row: getattr(row, key), Holds.DAY)


def _id(key: str, title: str) -> Column:
    return Column(key, title, lambda row: getattr(row, key), Holds.ID)


def _word(key: str, title: str, texts: Any) -> Column:
    return Column(key, title, lambda row: texts.get(getattr(row, key), ""))


def _named(key: str, title: str, texts: Any) -> Column:
    return Column(key, title, lambda row: named(texts, getattr(row, key)))


def _line(row: Any) -> EventLine:
    return EventLine(row.number, row.kind, row.record, row.reference, row.field, row.before, row.after)


def _removal(row: Any) -> str:
    """A transfer that never was leaves nothing to remove."""
    awaited = row.removal == "awaiting"
    return "" if awaited and row.voided_by is not None else REMOVALS[row.removal]


def _voided(row: Any) -> str:
    """Behind the name of what counts no more, so that it is seen wherever it is listed."""
    return "" if row.voided_by is None else ", voided"


SHORTAGE = _number("shortage", "Shortage")
PLACE = Column("place", "Key Pack", lambda row: pack_text(row.server, row.keypack_id, row.pack_id))
SERVER = _plain("server", "Server")

SERVERS = (
    _plain("name", "Name"),
    Column("activation", "Activation", lambda row: named(ACTIVATIONS, row.activation) or "Not known"),
    Column(
        "windows_version",
        "Version",
        lambda row: named(VERSIONS, row.windows_version) or row.version or "",
    ),
    _number("packs", "Key Packs"),
    _number("total", "Total Licenses"),
    _number("issued", "Issued"),
    SHORTAGE,
    _id("product_id", "Product ID"),
    _named("role", "Role", ROLES),
    _word("connection_method", "Connection Method", METHODS),
    _plain("country", "Country"),
    _id("phone", "Telephone"),
    _plain("company", "Company"),
    _plain("contact", "Contact"),
    _plain("notes", "Notes"),
    _id("license_server_id", "License Server ID"),
    _on("rebuilt_on", "Rebuilt"),
)

PACKS = (
    SERVER,
    Column(
        "keypack_id",
        "Keypack ID",
        lambda row: row.keypack_id if row.keypack_id is not None else f"#{row.number}",
        Holds.ID,
    ),
    Column(
        "version",
        "License Version and Type",
        lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
    ),
    _named("key_pack_type", "License Program", KEY_PACK_TYPES),
    _number("total", "Total Licenses"),
    _number("available", "Available"),
    _number("issued", "Issued"),
    _day("expires_at", "Expiry Date"),
    Column(
        "origin",
        "Origin",
        lambda row: origin_text(row.origin, row.request_id, row.request_on, row.voided_by),
    ),
    SHORTAGE,
    _id("description", "Product Code"),
    _word("transfer_policy", "Transfer Policy", POLICIES),
    _word("program", "Purchased As", PROGRAMS),
    _id("code", "License Key Pack ID"),
    _id("purchase_number", "License or Agreement Number"),
    _id("authorization_number", "Authorization Number"),
    _on("installed_on", "Installed"),
    _plain("reseller", "Reseller"),
    _plain("purchase_ref", "Purchase Reference"),
    _plain("notes", "Notes"),
    _on("closed_on", "Closed"),
    _word("closed_why", "Closed Because", CLOSED),
)

LICENSES = (
    PLACE,
    Column(
        "license_id",
        "License ID",
        lambda row: row.license_id if row.license_id is not None else f"#{row.number}",
        Holds.ID,
    ),
    _plain("computer", "Issued To Computer"),
    _plain("user", "Issued To User"),
    _named("status", "License Status", STATUSES),
    _day("issued_at", "Issued On"),
    _day("expires_at", "Expires On"),
    _id("hardware_id", "Hardware ID"),
    _plain("holder", "Holder"),
    Column("record", "Record", record_text),
    _on("ended_on", "Ended"),
)

REQUESTS = (
    Column("number", "Request", lambda row: f"Reissue {row.number}"),
    SERVER,
    _word("state", "State", REQUEST_STATES),
    _number("licenses", "Licenses"),
    _day("call_before", "Call Before"),
    Column(
        "version",
        "License Version and Type",
        lambda row: (
            version_and_type(row.product_version_id, row.product_type) if row.product_type is not None else ""
        ),
    ),
    _on("opened_on", "Opened"),
    _on("recorded_on", "Call"),
    _number("quantity", "Granted"),
    Column(
        "keypack_id",
        "Key Pack",
        lambda row: pack_text(row.server, row.keypack_id, row.pack_id) if row.pack_id else "",
    ),
    _id("case_number", "Case Number"),
    _plain("agent", "Representative"),
    _id("phone", "Number Dialed"),
    _on("installed_on", "Installed"),
    Column(
        "same_call_as_id",
        "Same Call As",
        lambda row: f"Reissue {row.same_call_as_id}" if row.same_call_as_id else "",
    ),
    _plain("reason", "Reason"),
)

TRANSFERS = (
    Column("number", "Transfer", lambda row: f"Transfer {row.number}{_voided(row)}"),
    _plain("from_computer", "From"),
    _plain("to_computer", "To"),
    _on("on_day", "On"),
    Column("removal", "Removal", _removal),
    Column(
        "place",
        "License",
        lambda row: license_text(
            pack_text(row.server, row.keypack_id, row.pack_id), row.license_id, row.issuance_id
        ),
    ),
    _word("policy", "Transfer Policy", POLICIES),
    _word("client_system", "Client System", CLIENTS),
    _named("host_version", "Host Version", VERSIONS),
    _word("need", "Needs a CAL", NEEDS),
    _plain("reason", "Reason"),
    _plain("voided_by", "Voided By"),
)

DUE = (
    _on("day", "Date"),
    _word("kind", "What", DUE_KINDS),
    _plain("subject", "Subject"),
    Column("text", "Due", due_text),
    SERVER,
)

HISTORY = (
    _plain("number", "Entry"),
    Column("recorded_at", "Recorded", lambda row: time_text(row.recorded_at), Holds.TIME),
    _on("effective_on", "Effective"),
    Column("kind", "What Was Done", lambda row: ACTS.get(row.kind, row.kind) + _voided(row)),
    _plain("first", "About"),
    _number("lines", "Changes"),
    _plain("reason", "Reason"),
    _plain("actor", "By"),
    _plain("voided_by", "Voided By"),
    _id("digest", "Digest"),
)

FOUND = (
    _plain("name", "Found"),
    _word("what", "What", KINDS),
    _plain("place", "Place"),
)

EVENTS = (
    _number("number", "Line"),
    Column("subject", "Subject", lambda row: subject_text(_line(row))),
    Column("change", "Change", lambda row: change_text(_line(row))),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "servers": SERVERS,
    "packs": PACKS,
    "licenses": LICENSES,
    "temporary": LICENSES,
    "requests": REQUESTS,
    "transfers": TRANSFERS,
    "due": DUE,
    "history": HISTORY,
    "events": EVENTS,
    "changes": CHANGES,
    "found": FOUND,
}


def columns_of(kind: str, *keys: str) -> tuple[Column, ...]:
    """The columns of these keys in the order asked for; all of them where none is named."""
    known = {column.key: column for column in COLUMNS[kind]}
    return tuple(known[key] for key in keys) if keys else COLUMNS[kind]
