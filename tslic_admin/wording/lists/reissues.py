"""The list of reissue requests, and the form of the licenses collected for them."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES, REQUEST, CollectedLine, RequestLine
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.wording.lists.columns import CellKind, Column, count_column, field_column
from tslic_admin.wording.lists.key_packs import pack_item
from tslic_admin.wording.lists.machine import (
    Cells,
    Machine,
    MachineForm,
    ReadRows,
    day_or_none,
    row_license_reference,
)
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, TreeEntry, WholeList
from tslic_admin.wording.values import day_text, version_and_type

_REQUEST_NAMES = (
    *("request", "server", "state", "call_before", "quantity", "on", "case", "agent", "keypack", "code"),
    "same_call_as",
)
_COLLECTED_NAMES = ("license", "to", "covered_until", "removal")


def collected_item(row: CollectedLine) -> Machine:
    """A license of a reissue request, and how long its waiting computer is covered."""
    return {
        "license": row_license_reference(row),
        "to": row.to_computer,
        "covered_until": day_or_none(row.covered_until),
        "removal": row.removal,
    }


def request_item(row: RequestLine, rows: ReadRows) -> Machine:
    """A reissue request with what it holds and the key pack it became."""
    pack = None
    if row.pack_id is not None:
        pack = next(map(pack_item, rows(PACKS, record_id=row.pack_id, ended=True)), None)
    return {
        "request": row.number,
        "server": row.server,
        "state": row.state,
        "call_before": day_or_none(row.call_before),
        "licenses": [collected_item(one) for one in rows(COLLECTED, request_id=row.number)],
        "quantity": row.quantity,
        "on": row.recorded_on,
        "case": row.case_number,
        "agent": row.agent,
        "keypack": pack,
        "same_call_as": row.same_call_as_id,
    }


def _request_rows(item: Machine) -> Iterator[Cells]:
    pack = item["keypack"] or {}
    shared = item | {"keypack": pack.get("Pack"), "code": pack.get("LicenseKeyPackId")}
    first = [shared[name] for name in _REQUEST_NAMES]
    for one in item["licenses"] or [{}]:
        yield [*first, *(one.get(name) for name in _COLLECTED_NAMES)]


def _version(row: RequestLine) -> str:
    return version_and_type(row.product_version_id, row.product_type) if row.product_type is not None else ""


def _pack(row: RequestLine) -> str:
    return pack_reference(row.server, row.keypack_id, row.pack_id) if row.pack_id else ""


REISSUE_WORDS = ListWords(
    kind=REISSUES,
    title="Reissue requests",
    noun=("request", "requests"),
    sort=("number", True),
    empty="No reissue request is open.\nCollect the licenses that one telephone call is to replace.",
    steps=("reissue",),
    columns=(
        Column("number", "Request", lambda row: f"Reissue {row.number}", width=12, icon=lambda _: "reissue"),
        Column("server", "Server", lambda row: row.server),
        field_column(REQUEST, "state", width=24),
        count_column("licenses", "Licenses"),
        Column("call_before", "Call Before", lambda row: day_text(row.call_before), CellKind.DAY),
        Column("version", "License Version and Type", _version, width=36),
        field_column(REQUEST, "opened_on"),
        field_column(REQUEST, "recorded_on", "Call"),
        field_column(REQUEST, "quantity", "Granted"),
        Column("keypack_id", "Key Pack", _pack, width=12),
        field_column(REQUEST, "case_number", "Case Number"),
        field_column(REQUEST, "agent", "Representative", hidden=True),
        field_column(REQUEST, "phone", "Number Dialed", hidden=True),
        field_column(REQUEST, "installed_on", hidden=True),
        Column(
            "same_call_as_id",
            "Same Call As",
            lambda row: f"Reissue {row.same_call_as_id}" if row.same_call_as_id else "",
            width=12,
            hidden=True,
        ),
        field_column(REQUEST, "reason", width=30),
    ),
    tree=TreeEntry("Reissue requests", "reissue"),
    whole=WholeList("All reissue requests", ended=True),
    console=ConsoleTable(
        columns=(
            *("number", "server", "state", "licenses", "call_before", "version", "opened_on", "recorded_on"),
            *("quantity", "keypack_id", "case_number"),
        ),
        nothing="No reissue requests are recorded.",
    ),
    machine=MachineForm((*_REQUEST_NAMES, *_COLLECTED_NAMES), request_item, _request_rows),
)
