"""The columns of every list: what stands in the header, and what a row shows there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QLocale

from tslic_admin.domain.clocks import day_of, moment, never_expires
from tslic_admin.services.lists import FOUND_KINDS
from tslic_admin.wording.records import record_text
from tslic_admin.wording.values import (
    ACTIVATIONS,
    ACTS,
    CLIENTS,
    KEY_PACK_TYPES,
    KINDS,
    METHODS,
    POLICIES,
    PROGRAMS,
    REMOVALS,
    REQUEST_STATES,
    ROLES,
    STATUSES,
    UNLIMITED,
    VERSIONS,
    named,
    origin_text,
    pack_text,
    version_and_type,
)

Show = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: what the list is sorted by; `width` in characters; `icon` names one of :/icons."""

    key: str
    title: str
    show: Show
    width: int = 14
    right: bool = False
    hidden: bool = False
    icon: Callable[[Any], str | None] | None = None
    tip: Show | None = None


def number_text(value: int | None) -> str:
    """Grouped by the locale; 4294967295 is Unlimited."""
    if value is None:
        return ""
    return "Unlimited" if value == UNLIMITED else QLocale().toString(value)


def day_text(stored: str | None) -> str:
    """A stored time as its local day; any day from 2035-12-31 on is Never."""
    day = day_of(stored)
    return "" if day is None else "Never" if never_expires(day) else day.isoformat()


def time_text(stored: str | None) -> str:
    """A stored time as local time, to the minute."""
    return _local(stored, "%Y-%m-%d %H:%M")


def zoned_text(stored: str | None) -> str:
    """A stored time as local time with its zone, for tooltips and details."""
    return _local(stored, "%Y-%m-%d %H:%M:%S %Z (UTC%z)")


def _local(stored: str | None, form: str) -> str:
    if not stored:
        return ""
    at: datetime = moment(stored)
    return stored if at.year >= 9999 or at.year <= 1 else at.astimezone().strftime(form)


def plain(key: str) -> Show:
    return lambda row: "" if (value := getattr(row, key)) is None else str(value)


def _number(key: str, title: str, *, hidden: bool = False) -> Column:
    return Column(key, title, lambda row: number_text(getattr(row, key)), 9, right=True, hidden=hidden)


def _day(key: str, title: str, *, hidden: bool = False) -> Column:
    return Column(
        key,
        title,
        lambda row: day_text(getattr(row, key)),
        11,
        hidden=hidden,
        tip=lambda row: zoned_text(getattr(row, key)),
    )


def _text(key: str, title: str, width: int = 14, *, hidden: bool = False) -> Column:
    return Column(key, title, plain(key), width, hidden=hidden)


def _short(row: Any) -> str:
    return f"{row.shortage} short" if row.shortage else ""


def activation_icon(activation: int | None) -> str:
    return {0: "server-ok", 1: "server-not-activated"}.get(
        -1 if activation is None else activation, "server-unknown"
    )


def activation_text(activation: int | None) -> str:
    return named(ACTIVATIONS, activation) or "Not known"


SHORTAGE = Column(
    "shortage", "Shortage", _short, 10, right=True, icon=lambda row: "warning" if row.shortage else None
)

SERVERS = (
    Column("name", "Name", plain("name"), 18, icon=lambda row: activation_icon(row.activation)),
    Column("activation", "Activation", lambda row: activation_text(row.activation)),
    Column(
        "windows_version",
        "Version",
        lambda row: named(VERSIONS, row.windows_version) or row.version or "",
        22,
    ),
    _number("packs", "Key Packs"),
    _number("total", "Total Licenses"),
    _number("issued", "Issued"),
    SHORTAGE,
    _text("product_id", "Product ID", 24),
    Column("role", "Role", lambda row: named(ROLES, row.role), 10, hidden=True),
    Column(
        "connection_method",
        "Connection Method",
        lambda row: METHODS.get(row.connection_method, ""),
        hidden=True,
    ),
    _text("country", "Country", hidden=True),
    _text("phone", "Telephone", hidden=True),
    _text("company", "Company", hidden=True),
    _text("contact", "Contact", hidden=True),
    _text("notes", "Notes", 30, hidden=True),
)

PACKS = (
    Column(
        "version",
        "License Version and Type",
        lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
        40,
        icon=lambda row: "reissue" if row.origin == "reissue" else "key-pack",
    ),
    Column("key_pack_type", "License Program", lambda row: named(KEY_PACK_TYPES, row.key_pack_type), 13),
    _number("total", "Total Licenses"),
    _number("available", "Available"),
    _number("issued", "Issued"),
    _day("expires_at", "Expiry Date"),
    Column(
        "keypack_id",
        "Keypack ID",
        lambda row: str(row.keypack_id) if row.keypack_id is not None else f"#{row.number}",
        9,
        right=True,
    ),
    Column("origin", "Origin", lambda row: origin_text(row.origin, row.request_id, row.request_on), 24),
    SHORTAGE,
    _text("server", "Server", hidden=True),
    _text("description", "Product Code", hidden=True),
    Column("transfer_policy", "Transfer Policy", lambda row: POLICIES[row.transfer_policy], 20, hidden=True),
    Column("program", "Purchased As", lambda row: PROGRAMS.get(row.program, ""), 24, hidden=True),
    _text("code", "License Key Pack ID", hidden=True),
    _text("installed_on", "Installed", 11, hidden=True),
    _text("reseller", "Reseller", hidden=True),
    _text("purchase_ref", "Purchase Reference", hidden=True),
    _text("notes", "Notes", 30, hidden=True),
    _text("closed_on", "Closed", 11, hidden=True),
)

PLACE = Column(
    "place", "Key Pack", lambda row: pack_text(row.server, row.keypack_id, row.pack_id), 14, hidden=True
)


def _license_icon(row: Any) -> str:
    if row.ended_on:
        return "ended"
    if row.record in ("transferred", "received"):
        return "transfer"
    if row.record in ("collected", "retired"):
        return "reissue"
    return "temporary" if row.status == 1 else "license"


LICENSES = (
    Column("computer", "Issued To Computer", plain("computer"), 22, icon=_license_icon),
    _text("user", "Issued To User", 20),
    Column("status", "License Status", lambda row: named(STATUSES, row.status), 11),
    _day("issued_at", "Issued On"),
    _day("expires_at", "Expires On"),
    _text("hardware_id", "Hardware ID", 36),
    _text("holder", "Holder", 18),
    Column("record", "Record", record_text, 44),
    Column("license_id", "License ID", plain("license_id"), 10, right=True, hidden=True),
    PLACE,
    _text("ended_on", "Ended", 11, hidden=True),
)
TEMPORARY = tuple(replace(column, hidden=False) if column is PLACE else column for column in LICENSES)

REQUESTS = (
    Column("number", "Request", lambda row: f"Reissue {row.number}", 12, icon=lambda _: "reissue"),
    _text("server", "Server"),
    Column("state", "State", lambda row: REQUEST_STATES[row.state], 24),
    _number("licenses", "Licenses"),
    _day("call_before", "Call Before"),
    Column(
        "version",
        "License Version and Type",
        lambda row: (
            version_and_type(row.product_version_id, row.product_type) if row.product_type is not None else ""
        ),
        36,
    ),
    _text("opened_on", "Opened", 11),
    _text("recorded_on", "Call", 11),
    _number("quantity", "Granted"),
    Column(
        "keypack_id",
        "Key Pack",
        lambda row: pack_text(row.server, row.keypack_id, row.pack_id) if row.pack_id else "",
        12,
    ),
    _text("case_number", "Case Number"),
    _text("agent", "Representative", hidden=True),
    _text("phone", "Number Dialed", hidden=True),
    _text("installed_on", "Installed", 11, hidden=True),
    Column(
        "same_call_as_id",
        "Same Call As",
        lambda row: f"Reissue {row.same_call_as_id}" if row.same_call_as_id else "",
        12,
        hidden=True,
    ),
    _text("reason", "Reason", 30),
)

TRANSFERS = (
    Column("number", "Transfer", lambda row: f"Transfer {row.number}", 12, icon=lambda _: "transfer"),
    _text("from_computer", "From", 18),
    _text("to_computer", "To", 18),
    _text("on_day", "On", 11),
    Column("removal", "Removal", lambda row: REMOVALS.get(row.removal, ""), 36),
    Column(
        "place",
        "License",
        lambda row: f"{pack_text(row.server, row.keypack_id, row.pack_id)}/{row.license_id}",
        16,
    ),
    Column("policy", "Transfer Policy", lambda row: POLICIES[row.policy], 20),
    Column("client_system", "Client System", lambda row: CLIENTS.get(row.client_system, ""), 24, hidden=True),
    Column("host_version", "Host Version", lambda row: named(VERSIONS, row.host_version), 20, hidden=True),
    _text("reason", "Reason", 30),
)

HISTORY = (
    Column("number", "Entry", plain("number"), 7, right=True, icon=lambda _: "history"),
    Column(
        "recorded_at",
        "Recorded",
        lambda row: time_text(row.recorded_at),
        16,
        tip=lambda row: zoned_text(row.recorded_at),
    ),
    _text("effective_on", "Effective", 11),
    Column("kind", "What Was Done", lambda row: ACTS.get(row.kind, row.kind), 32),
    _text("first", "About", 26),
    _number("lines", "Changes"),
    _text("reason", "Reason", 34),
    _text("actor", "By", 20),
    _text("digest", "Digest", 24, hidden=True),
)


def _found_icon(row: Any) -> str:
    kind = FOUND_KINDS[row.what]
    return "key-pack" if kind == "pack" else "reissue" if kind == "request" else kind


FOUND = (
    Column("name", "Found", plain("name"), 34, icon=_found_icon),
    Column("what", "What", lambda row: KINDS[FOUND_KINDS[row.what]], 18),
    _text("place", "Place", 26),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "servers": SERVERS,
    "packs": PACKS,
    "licenses": LICENSES,
    "temporary": TEMPORARY,
    "requests": REQUESTS,
    "transfers": TRANSFERS,
    "history": HISTORY,
    "found": FOUND,
}
# What a row of each list is, for the acts that may be done with it.
RECORD_KIND = {
    "servers": "server",
    "packs": "pack",
    "licenses": "license",
    "temporary": "license",
    "requests": "request",
    "transfers": "transfer",
    "history": "entry",
}
