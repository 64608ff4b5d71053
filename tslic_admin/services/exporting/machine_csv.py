"""Machine form in columns for CSV files and workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tslic_admin.services.exporting import machine_form
from tslic_admin.services.exporting.machine_form import Machine

_RECORD = ("transfer", "request", "to", "from", "removal")
_ENTRY = (
    *("entry", "recorded_at", "effective_on", "actor", "kind", "reason", "voided_by", "digest", "previous"),
)
_EVENT = ("line", "subject", "field", "before", "after")
_REQUEST = (
    *("request", "server", "state", "call_before", "quantity", "on", "case", "agent", "keypack", "code"),
    "same_call_as",
)
_COLLECTED = ("license", "to", "covered_until", "removal")

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "servers": ("Server", *machine_form.SERVER, *machine_form.SERVER_RECORD),
    "key-packs": (*machine_form.KEY_PACK, "Pack", *machine_form.KEY_PACK_RECORD),
    "licenses": (*machine_form.LICENSE, "Ended", "Record", *(name.capitalize() for name in _RECORD)),
    "transfers": (
        *("transfer", "license", "from", "to", "on", "policy", "previous", "linked", "removal", "voided_by"),
    ),
    "reissues": (*_REQUEST, *_COLLECTED),
    "due": ("kind", "date", "subject", "text"),
    "changes": ("kind", "entry", "taken_at", "subject", "field", "before", "after", "text"),
    "history": (*_ENTRY, *_EVENT),
}


def rows(kind: str, item: Machine) -> Iterator[list[Any]]:
    """The file's rows for one row of a list, in the order of HEADINGS."""
    match kind:
        case "licenses":
            record = item["Record"] or {}
            own = [item[name] for name in (*machine_form.LICENSE, "Ended")]
            yield [*own, record.get("state"), *(record.get(name) for name in _RECORD)]
        case "reissues":
            pack = item["keypack"] or {}
            shared = item | {"keypack": pack.get("Pack"), "code": pack.get("LicenseKeyPackId")}
            first = [shared[name] for name in _REQUEST]
            for one in item["licenses"] or [{}]:
                yield [*first, *(one.get(name) for name in _COLLECTED)]
        case "history":
            first = [item[name] for name in _ENTRY]
            for one in item["events"]:
                yield [*first, *(one[name] for name in _EVENT)]
        case _:
            yield [item[name] for name in HEADINGS[kind]]
