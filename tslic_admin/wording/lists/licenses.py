"""The lists of issued licenses: of a key pack, and the temporary ones of all servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.licenses import LICENSE, LICENSES, TEMPORARY, LicenseLine
from tslic_admin.wording.lists.columns import AnyColumn, CellKind, Column, field_column
from tslic_admin.wording.lists.machine import Cells, Machine, MachineForm, properties, row_pack_reference
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, TreeEntry, WholeList
from tslic_admin.wording.records.summaries import record_text

_LISTED = LICENSE.exported(Source.LISTED)
LISTED_PROPERTIES = {"LicenseId": _LISTED.pop("LicenseId"), "KeyPackId": "keypack_id", **_LISTED}
_PROPERTIES = LISTED_PROPERTIES | {"Server": "server", "Holder": "holder"}
SORTS = _PROPERTIES | {"Record": "record", "Ended": "ended_on"}
"""The properties that the list can be sorted by: public name -> attribute of the row."""
_RECORD_PARTS = ("transfer", "request", "to", "from", "removal")
_TEMPORARY_STATUS = 1


def license_record(row: LicenseLine) -> Machine | None:
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


def license_item(row: LicenseLine) -> Machine:
    """A license in machine form, for files and the console."""
    return properties(row, _PROPERTIES) | {"Record": license_record(row), "Ended": row.ended_on}


def _license_rows(item: Machine) -> Iterator[Cells]:
    record = item["Record"] or {}
    own = [item[name] for name in (*_PROPERTIES, "Ended")]
    yield [*own, record.get("state"), *(record.get(name) for name in _RECORD_PARTS)]


def license_icon(row: LicenseLine) -> str:
    if row.voided_by is not None:
        return "void"
    if row.ended_on:
        return "ended"
    if row.record in ("transferred", "received"):
        return "transfer"
    if row.record in ("collected", "retired"):
        return "reissue"
    return "temporary" if row.status == _TEMPORARY_STATUS else "license"


def _license_id(row: LicenseLine) -> int | str:
    return row.license_id if row.license_id is not None else f"#{row.number}"


PLACE_COLUMN: AnyColumn = Column("place", "Key Pack", row_pack_reference, hidden=True)

LICENSE_WORDS = ListWords(
    kind=LICENSES,
    title="Issued licenses",
    noun=("license", "licenses"),
    sort=("computer", False),
    empty="No issued license of this key pack is recorded yet.\nImport the list of issued licenses, or add one by hand.",
    steps=("import", "add-license"),
    first_in_files=("place", "license_id"),
    columns=(
        field_column(LICENSE, "computer", width=22, icon=license_icon),
        field_column(LICENSE, "user", width=20),
        field_column(LICENSE, "status", width=11),
        field_column(LICENSE, "issued_at"),
        field_column(LICENSE, "expires_at"),
        field_column(LICENSE, "hardware_id", width=16),
        Column("holder", "Holder", lambda row: row.holder, width=18),
        Column("record", "Record", record_text, width=44),
        Column("license_id", "License ID", _license_id, CellKind.ID, width=10, right=True, hidden=True),
        PLACE_COLUMN,
        field_column(LICENSE, "ended_on", hidden=True),
    ),
    whole=WholeList("All issued licenses", sort="place"),
    console=ConsoleTable(
        columns=(
            *("place", "license_id", "computer", "user", "status", "issued_at", "expires_at", "holder"),
            "record",
        ),
        nothing="No licenses match.",
    ),
    machine=MachineForm(
        (*_PROPERTIES, "Ended", "Record", *(name.capitalize() for name in _RECORD_PARTS)),
        lambda row, _: license_item(row),
        _license_rows,
    ),
)

TEMPORARY_WORDS = replace(
    LICENSE_WORDS,
    kind=TEMPORARY,
    title="Temporary licenses",
    sort=("expires_at", False),
    empty="Nobody waits under a temporary license.",
    steps=(),
    columns=tuple(
        replace(column, hidden=False) if column is PLACE_COLUMN else column
        for column in LICENSE_WORDS.columns
    ),
    tree=TreeEntry("Temporary licenses", "temporary"),
    whole=None,
    console=None,
)
