"""The columns of each list in the window: order, width, icon, tooltip, hidden at first; titles and texts are in wording/columns.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QLocale

from tslic_admin.domain.clocks import moment
from tslic_admin.wording.columns import COLUMNS_BY_KIND, Column


def number_text(value: int) -> str:
    """A number grouped by the locale."""
    return QLocale().toString(value)


def zoned_text(stored: str | None) -> str:
    """A stored time as local time with its zone, for tooltips and details."""
    if not stored:
        return ""
    time = moment(stored)
    return (
        stored
        if time.year >= 9999 or time.year <= 1
        else time.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z (UTC%z)")
    )


@dataclass(frozen=True, slots=True)
class ListColumn:
    """`width` is in characters; `count`: group the number's digits; `right`: align right; `icon`: name of one of :/icons."""

    column: Column
    width: int = 14
    hidden: bool = False
    count: bool = False
    right: bool = False
    text: Callable[[Any], str] | None = None  # if the window shows another text than a file
    icon: Callable[[Any], str | None] | None = None
    tip: Callable[[Any], str] | None = None

    @property
    def key(self) -> str:
        """The sort key of the column."""
        return self.column.key

    @property
    def title(self) -> str:
        return self.column.title

    def show(self, row: Any) -> str:
        if self.text is not None:
            return self.text(row)
        cell = self.column.show(row)
        if cell is None:
            return ""
        return number_text(cell) if self.count and isinstance(cell, int) else str(cell)


# A column of a list: its key in wording/columns.py and how it looks.
Look = tuple[str, dict[str, Any]]


def _text(key: str, width: int = 14, **look: Any) -> Look:
    return key, {"width": width, **look}


def _count(key: str, width: int = 9, **look: Any) -> Look:
    return key, {"width": width, "count": True, "right": True, **look}


def _day(key: str, **look: Any) -> Look:
    return key, {"width": 10, "tip": lambda row: zoned_text(getattr(row, key)), **look}


def _columns(kind: str, *looks: Look) -> tuple[ListColumn, ...]:
    words = {column.key: column for column in COLUMNS_BY_KIND[kind]}
    return tuple(ListColumn(words[key], **look) for key, look in looks)


def activation_icon(activation: int | None) -> str:
    """State by shape as well as by color."""
    if activation is None:
        return "server-unknown"
    return {0: "server-ok", 1: "server-not-activated"}.get(activation, "server-unknown")


def _icon_unless_voided(name: str) -> Callable[[Any], str]:
    """The icon, or *void* for a voided record."""
    return lambda row: name if row.voided_by is None else "void"


def _license_icon(row: Any) -> str:
    if row.voided_by is not None:
        return "void"
    if row.ended_on:
        return "ended"
    if row.record in ("transferred", "received"):
        return "transfer"
    if row.record in ("collected", "retired"):
        return "reissue"
    return "temporary" if row.status == 1 else "license"


def _pack_icon(row: Any) -> str:
    if row.voided_by is not None:
        return "void"
    if row.origin == "reissue":
        return "reissue"
    return "temporary" if row.key_pack_type == 4 else "key-pack"


_SHORTAGE = _count(
    "shortage",
    8,
    text=lambda row: f"{number_text(row.shortage)} short" if row.shortage else "",
    icon=lambda row: "warning" if row.shortage else None,
)


def _licenses(*, place_hidden: bool) -> tuple[ListColumn, ...]:
    return _columns(
        "licenses",
        _text("computer", 22, icon=_license_icon),
        _text("user", 20),
        _text("status", 11),
        _day("issued_at"),
        _day("expires_at"),
        _text("hardware_id", 16),
        _text("holder", 18),
        _text("record", 44),
        _text("license_id", 10, right=True, hidden=True),
        _text("place", 14, hidden=place_hidden),
        _text("ended_on", 11, hidden=True),
    )


def _due_icon(row: Any) -> str:
    if row.kind == "temporary":
        return "temporary"
    thing: str = row.thing
    return {"pack": "key-pack", "request": "reissue"}.get(thing, thing)


def _change_icon(row: Any) -> str:
    kind: str = row.kind
    return {"pack": "key-pack"}.get(kind, kind)


def _found_icon(row: Any) -> str:
    kind: str = row.what
    return {"pack": "key-pack", "request": "reissue"}.get(kind, kind)


LIST_COLUMNS: dict[str, tuple[ListColumn, ...]] = {
    "servers": _columns(
        "servers",
        _text("name", 18, icon=lambda row: activation_icon(row.activation)),
        _text("activation"),
        _text("windows_version", 22),
        _count("packs"),
        _count("total"),
        _count("issued"),
        _SHORTAGE,
        _text("product_id", 24),
        _text("role", 10, hidden=True),
        _text("connection_method", hidden=True),
        _text("country", hidden=True),
        _text("phone", hidden=True),
        _text("company", hidden=True),
        _text("contact", hidden=True),
        _text("license_server_id", hidden=True),
        _text("rebuilt_on", 11, hidden=True),
        _text("notes", 30, hidden=True),
    ),
    "key-packs": _columns(
        "key-packs",
        _text("version", 37, icon=_pack_icon),
        _text("key_pack_type", 8),
        _count("total"),
        _count("available"),
        _count("issued"),
        _day("expires_at"),
        _text("keypack_id", 9, right=True),
        _text("origin", 22),
        _SHORTAGE,
        _text("server", hidden=True),
        _text("description", hidden=True),
        _text("transfer_policy", 20, hidden=True),
        _text("program", 24, hidden=True),
        _text("code", hidden=True),
        _text("purchase_number", hidden=True),
        _text("authorization_number", hidden=True),
        _text("installed_on", 11, hidden=True),
        _text("reseller", hidden=True),
        _text("purchase_ref", hidden=True),
        _text("notes", 30, hidden=True),
        _text("closed_on", 11, hidden=True),
        _text("closed_why", 24, hidden=True),
    ),
    "licenses": _licenses(place_hidden=True),
    "temporary": _licenses(place_hidden=False),
    "reissues": _columns(
        "reissues",
        _text("number", 12, icon=lambda _: "reissue"),
        _text("server"),
        _text("state", 24),
        _count("licenses"),
        _day("call_before"),
        _text("version", 36),
        _text("opened_on", 11),
        _text("recorded_on", 11),
        _count("quantity"),
        _text("keypack_id", 12),
        _text("case_number"),
        _text("agent", hidden=True),
        _text("phone", hidden=True),
        _text("installed_on", 11, hidden=True),
        _text("same_call_as_id", 12, hidden=True),
        _text("reason", 30),
    ),
    "transfers": _columns(
        "transfers",
        _text("number", 18, icon=_icon_unless_voided("transfer")),
        _text("from_computer", 18),
        _text("to_computer", 18),
        _text("on_day", 11),
        _text("removal", 36),
        _text("place", 16),
        _text("policy", 20),
        _text("client_system", 24, hidden=True),
        _text("host_version", 20, hidden=True),
        _text("need", 16, hidden=True),
        _text("reason", 30),
        _text("voided_by", 9),
    ),
    "due": _columns(
        "due",
        _text("day", 11, icon=lambda row: "warning" if row.overdue else None),
        _text("kind", 18, icon=_due_icon),
        _text("subject", 20),
        _text("text", 76),
        _text("server", 14, hidden=True),
    ),
    "history": _columns(
        "history",
        _count("number", 7, icon=_icon_unless_voided("history")),
        _text("recorded_at", 16, tip=lambda row: zoned_text(row.recorded_at)),
        _text("effective_on", 11),
        _text("kind", 32),
        _text("first", 26),
        _count("lines"),
        _text("reason", 34),
        _text("actor", 20),
        _text("voided_by", 9),
        _text("digest", 24, hidden=True),
    ),
    "changes": _columns(
        "changes",
        _count("entry", 7, icon=lambda row: "history" if row.act == "import" else "void"),
        _text("taken_at", 16, tip=lambda row: zoned_text(row.taken_at)),
        _text("what", 22),
        _text("subject", 26, icon=_change_icon),
        _text("computer", 20),
        _text("change", 60),
        _text("field", 18, hidden=True),
        _text("before", 18, hidden=True),
        _text("after", 18, hidden=True),
        _text("server", hidden=True),
    ),
    "found": _columns("found", _text("name", 34, icon=_found_icon), _text("what", 18), _text("place", 26)),
}
# The kind of record that a row of each list is; it decides which actions are enabled.
RECORD_KIND = {
    "servers": "server",
    "key-packs": "pack",
    "licenses": "license",
    "temporary": "license",
    "reissues": "request",
    "transfers": "transfer",
    "due": "due",
    "history": "entry",
    "changes": "change",
}
