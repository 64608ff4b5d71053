"""The columns of every list as the window, the console and readable files show them: heading, text, and kind of cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tslic_admin.domain.history.entries import EventLine
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.wording.fields import FIELD_LABELS, field_value_text
from tslic_admin.wording.history.events import change_text, initial_values_text, subject_text
from tslic_admin.wording.records.summaries import DUE_KINDS, due_text, record_text
from tslic_admin.wording.values import (
    ACTIVATIONS,
    ACTS,
    CHANGE_KINDS,
    CLIENTS,
    CLOSE_REASONS,
    KEY_PACK_TYPES,
    METHODS,
    NEEDS,
    POLICIES,
    PROGRAMS,
    RECORD_KINDS,
    REMOVALS,
    REQUEST_STATES,
    ROLES,
    STATUSES,
    VERSIONS,
    code_text,
    day_text,
    license_text,
    origin_text,
    pack_text,
    time_text,
    version_and_type,
)

Cell = str | int | None
Show = Callable[[Any], Cell]


class CellKind(Enum):
    """What the cells of a column are, for files that have kinds of cells."""

    WORDS = "words"  # and numbers, where a cell is one
    ID = "id"  # known by it, never counted with: text, though it may look like a number
    DAY = "day"  # an ISO day in local time, or a word in its place
    TIME = "time"  # an ISO day and time in local time


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: a column of the list (db/lists/), or a name of its own for a cell that is composed. `show`: a row's cell."""

    key: str
    title: str
    show: Show
    cell_kind: CellKind = CellKind.WORDS


# of a new record: what other columns show, what no server lists, and numbers of this program only
_OMITTED_FIELDS = {
    *("LicenseId", "KeyPackId", "Name", "KeyPack", "Server", "ByHand", "FirstIssueDate", "FirstSeen"),
    *("Origin", "TransferPolicy"),
}


def change_event_line(row: Any) -> EventLine:
    """The event line of a row of changes."""
    return EventLine(row.line, row.kind, row.record, row.reference, row.field, row.before, row.after)


def _value_cell(place: str) -> Show:
    """A value in words; empty for a new record, whose values are not of one field."""
    return lambda row: field_value_text(row.kind, row.field, getattr(row, place)) if row.field else ""


def _change_cell(row: Any) -> str:
    """What differs. That a record is new is shown by another column."""
    return (
        change_text(change_event_line(row))
        if row.field
        else initial_values_text(change_event_line(row), _OMITTED_FIELDS)
    )


CHANGE_COLUMNS = (
    Column("entry", "Entry", lambda row: row.entry),
    Column("taken_at", "Taken", lambda row: time_text(row.taken_at), CellKind.TIME),
    Column("what", "What", lambda row: CHANGE_KINDS.get(row.what, "")),
    Column("subject", "Subject", lambda row: subject_text(change_event_line(row))),
    Column("computer", "Computer or User", lambda row: row.computer),
    Column("field", "Property", lambda row: FIELD_LABELS.get(row.field, row.field)),
    Column("before", "Before", _value_cell("before")),
    Column("after", "After", _value_cell("after")),
    Column("change", "Change", _change_cell),
    Column("server", "Server", lambda row: row.server),
)


def number_cell(value: int | None) -> Cell:
    """A number of licenses; 4294967295 is Unlimited."""
    return "Unlimited" if value == UNLIMITED else value


def plain_column(key: str, title: str) -> Column:
    """A column that shows the value as it is."""
    return Column(key, title, lambda row: getattr(row, key))


def _number(key: str, title: str) -> Column:
    return Column(key, title, lambda row: number_cell(getattr(row, key)))


def _time_as_day(key: str, title: str) -> Column:
    return Column(key, title, lambda row: day_text(getattr(row, key)), CellKind.DAY)


def _stored_day(key: str, title: str) -> Column:
    """A day that is stored as a day."""
    return Column(key, title, lambda row: getattr(row, key), CellKind.DAY)


def _id(key: str, title: str) -> Column:
    return Column(key, title, lambda row: getattr(row, key), CellKind.ID)


def _word(key: str, title: str, texts: Any) -> Column:
    return Column(key, title, lambda row: texts.get(getattr(row, key), ""))


def _code(key: str, title: str, texts: Any) -> Column:
    return Column(key, title, lambda row: code_text(texts, getattr(row, key)))


def _event_line(row: Any) -> EventLine:
    return EventLine(row.number, row.kind, row.record, row.reference, row.field, row.before, row.after)


def _removal_text(row: Any) -> str:
    """The state of the removal; empty where a voided transfer left it open: nothing is to be removed then."""
    awaited = row.removal == "awaiting"
    return "" if awaited and row.voided_by is not None else REMOVALS[row.removal]


def _voided_suffix(row: Any) -> str:
    """The suffix of a voided row, so that it is seen wherever the row is listed."""
    return "" if row.voided_by is None else ", voided"


SHORTAGE_COLUMN = _number("shortage", "Shortage")
PLACE_COLUMN = Column("place", "Key Pack", lambda row: pack_text(row.server, row.keypack_id, row.pack_id))
SERVER_COLUMN = plain_column("server", "Server")

SERVER_COLUMNS = (
    plain_column("name", "Name"),
    Column("activation", "Activation", lambda row: code_text(ACTIVATIONS, row.activation) or "Not known"),
    Column(
        "windows_version",
        "Version",
        lambda row: code_text(VERSIONS, row.windows_version) or row.version or "",
    ),
    _number("packs", "Key Packs"),
    _number("total", "Total Licenses"),
    _number("issued", "Issued"),
    SHORTAGE_COLUMN,
    _id("product_id", "Product ID"),
    _code("role", "Role", ROLES),
    _word("connection_method", "Connection Method", METHODS),
    plain_column("country", "Country"),
    _id("phone", "Telephone"),
    plain_column("company", "Company"),
    plain_column("contact", "Contact"),
    plain_column("notes", "Notes"),
    _id("license_server_id", "License Server ID"),
    _stored_day("rebuilt_on", "Rebuilt"),
)

PACK_COLUMNS = (
    SERVER_COLUMN,
    Column(
        "keypack_id",
        "Keypack ID",
        lambda row: row.keypack_id if row.keypack_id is not None else f"#{row.number}",
        CellKind.ID,
    ),
    Column(
        "version",
        "License Version and Type",
        lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
    ),
    _code("key_pack_type", "License Program", KEY_PACK_TYPES),
    _number("total", "Total Licenses"),
    _number("available", "Available"),
    _number("issued", "Issued"),
    _time_as_day("expires_at", "Expiry Date"),
    Column(
        "origin",
        "Origin",
        lambda row: origin_text(row.origin, row.request_id, row.request_on, row.voided_by),
    ),
    SHORTAGE_COLUMN,
    _id("description", "Product Code"),
    _word("transfer_policy", "Transfer Policy", POLICIES),
    _word("program", "Purchased As", PROGRAMS),
    _id("code", "License Key Pack ID"),
    _id("purchase_number", "License or Agreement Number"),
    _id("authorization_number", "Authorization Number"),
    _stored_day("installed_on", "Installed"),
    plain_column("reseller", "Reseller"),
    plain_column("purchase_ref", "Purchase Reference"),
    plain_column("notes", "Notes"),
    _stored_day("closed_on", "Closed"),
    _word("closed_why", "Closed Because", CLOSE_REASONS),
)

LICENSE_COLUMNS = (
    PLACE_COLUMN,
    Column(
        "license_id",
        "License ID",
        lambda row: row.license_id if row.license_id is not None else f"#{row.number}",
        CellKind.ID,
    ),
    plain_column("computer", "Issued To Computer"),
    plain_column("user", "Issued To User"),
    _code("status", "License Status", STATUSES),
    _time_as_day("issued_at", "Issued On"),
    _time_as_day("expires_at", "Expires On"),
    _id("hardware_id", "Hardware ID"),
    plain_column("holder", "Holder"),
    Column("record", "Record", record_text),
    _stored_day("ended_on", "Ended"),
)

REQUEST_COLUMNS = (
    Column("number", "Request", lambda row: f"Reissue {row.number}"),
    SERVER_COLUMN,
    _word("state", "State", REQUEST_STATES),
    _number("licenses", "Licenses"),
    _time_as_day("call_before", "Call Before"),
    Column(
        "version",
        "License Version and Type",
        lambda row: (
            version_and_type(row.product_version_id, row.product_type) if row.product_type is not None else ""
        ),
    ),
    _stored_day("opened_on", "Opened"),
    _stored_day("recorded_on", "Call"),
    _number("quantity", "Granted"),
    Column(
        "keypack_id",
        "Key Pack",
        lambda row: pack_text(row.server, row.keypack_id, row.pack_id) if row.pack_id else "",
    ),
    _id("case_number", "Case Number"),
    plain_column("agent", "Representative"),
    _id("phone", "Number Dialed"),
    _stored_day("installed_on", "Installed"),
    Column(
        "same_call_as_id",
        "Same Call As",
        lambda row: f"Reissue {row.same_call_as_id}" if row.same_call_as_id else "",
    ),
    plain_column("reason", "Reason"),
)

TRANSFER_COLUMNS = (
    Column("number", "Transfer", lambda row: f"Transfer {row.number}{_voided_suffix(row)}"),
    plain_column("from_computer", "From"),
    plain_column("to_computer", "To"),
    _stored_day("on_day", "On"),
    Column("removal", "Removal", _removal_text),
    Column(
        "place",
        "License",
        lambda row: license_text(
            pack_text(row.server, row.keypack_id, row.pack_id), row.license_id, row.issuance_id
        ),
    ),
    _word("policy", "Transfer Policy", POLICIES),
    _word("client_system", "Client System", CLIENTS),
    _code("host_version", "Host Version", VERSIONS),
    _word("need", "Needs a CAL", NEEDS),
    plain_column("reason", "Reason"),
    plain_column("voided_by", "Voided By"),
)

DUE_COLUMNS = (
    _stored_day("day", "Date"),
    _word("kind", "What", DUE_KINDS),
    plain_column("subject", "Subject"),
    Column("text", "Due", due_text),
    SERVER_COLUMN,
)

HISTORY_COLUMNS = (
    plain_column("number", "Entry"),
    Column("recorded_at", "Recorded", lambda row: time_text(row.recorded_at), CellKind.TIME),
    _stored_day("effective_on", "Effective"),
    Column("kind", "What Was Done", lambda row: ACTS.get(row.kind, row.kind) + _voided_suffix(row)),
    plain_column("first", "About"),
    _number("lines", "Changes"),
    plain_column("reason", "Reason"),
    plain_column("actor", "By"),
    plain_column("voided_by", "Voided By"),
    _id("digest", "Digest"),
)

SEARCH_COLUMNS = (
    plain_column("name", "Found"),
    _word("what", "What", RECORD_KINDS),
    plain_column("place", "Place"),
)

EVENT_COLUMNS = (
    _number("number", "Line"),
    Column("subject", "Subject", lambda row: subject_text(_event_line(row))),
    Column("change", "Change", lambda row: change_text(_event_line(row))),
)

COLUMNS_BY_KIND: dict[str, tuple[Column, ...]] = {
    "servers": SERVER_COLUMNS,
    "key-packs": PACK_COLUMNS,
    "licenses": LICENSE_COLUMNS,
    "temporary": LICENSE_COLUMNS,
    "reissues": REQUEST_COLUMNS,
    "transfers": TRANSFER_COLUMNS,
    "due": DUE_COLUMNS,
    "history": HISTORY_COLUMNS,
    "events": EVENT_COLUMNS,
    "changes": CHANGE_COLUMNS,
    "found": SEARCH_COLUMNS,
}


def columns_of(kind: str, *keys: str) -> tuple[Column, ...]:
    """The columns of these keys in the order asked for; all of them where none is named."""
    by_key = {column.key: column for column in COLUMNS_BY_KIND[kind]}
    return tuple(by_key[key] for key in keys) if keys else COLUMNS_BY_KIND[kind]
