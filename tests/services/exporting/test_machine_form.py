"""Rows of the lists in machine form, in JSON's shape and in columns."""

from __future__ import annotations

import pytest

from tslic_admin.db.lists.pages import row_type
from tslic_admin.domain.catalogue.history import EVENTS, HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.reissues import REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.exporting import machine_csv, machine_form


def row(kind: str, **values):
    """A row of a list in which everything not named is None."""
    fields = row_type(kind)._fields
    assert set(values) <= set(fields)
    return row_type(kind)(**dict.fromkeys(fields) | values)


LICENSE = {"server": "DC01", "pack_id": 1, "keypack_id": 3, "license_id": 17}


@pytest.mark.parametrize(
    ("values", "record"),
    [
        ({}, None),
        (
            {"record": "transferred", "record_number": 4, "record_other": "PC2", "removal": "removed"},
            {"state": "transferred", "transfer": 4, "to": "PC2", "removal": "removed"},
        ),
        (
            {"record": "received", "record_number": 4, "record_other": "PC1"},
            {"state": "received", "transfer": 4, "from": "PC1", "removal": None},
        ),
        (
            {"record": "collected", "record_number": 2},
            {"state": "collected", "request": 2, "to": None, "removal": None},
        ),
        (
            {"record": "retired", "record_number": 2, "record_other": "PC2", "removal": "awaiting"},
            {"state": "retired", "request": 2, "to": "PC2", "removal": "awaiting"},
        ),
    ],
)
def test_the_record_of_a_license_names_its_transfer_or_request(values, record):
    assert machine_form.license(row(LICENSES, **LICENSE, **values))["Record"] == record


def test_numbers_times_and_unlimited_stay_as_they_are_stored():
    pack = machine_form.key_pack(
        row(
            PACKS,
            number=5,
            server="DC01",
            total=4294967295,
            expires_at="2038-01-19T03:14:07Z",
            key_pack_type=17,
        )
    )
    assert (pack["TotalLicenses"], pack["KeyPackType"]) == (4294967295, 17)
    assert pack["ExpirationDate"] == "2038-01-19T03:14:07Z"
    assert pack["Pack"] == "DC01/#5"


def test_a_server_is_listed_by_its_name_with_its_own_word_for_its_version_first():
    assert machine_form.server_line(row(SERVERS, name="DC01", windows_version=7))["Version"] == 7
    listed = machine_form.server_line(row(SERVERS, name="DC01", windows_version=7, version="6.0"))
    assert (listed["Name"], listed["Version"], listed["WindowsVersion"]) == ("DC01", "6.0", 7)
    assert "Server" not in listed
    assert machine_form.server(row(SERVERS, name="DC01", windows_version=7))["Version"] is None


def test_an_ended_license_is_named_with_the_local_day_of_its_issue():
    ended = row(TRANSFERS, **LICENSE, ended_on="2026-02-01", issued_at="2026-01-05T12:00:00Z")
    assert machine_form.transfer(ended)["license"] == "DC01/3/17@2026-01-05"
    undated = row(TRANSFERS, **LICENSE, ended_on="2026-02-01")
    assert machine_form.transfer(undated)["license"] == "DC01/3/17@"


@pytest.mark.parametrize(
    ("ended", "linked"), [({}, "DC02/#8/21"), ({"linked_ended_on": "2026-02-01"}, "DC02/#8/21@2026-01-05")]
)
def test_a_linked_license_is_named_in_full(ended, linked):
    transfer = row(
        TRANSFERS,
        **LICENSE,
        linked_license_id=21,
        linked_issuance_id=5,
        linked_server="DC02",
        linked_pack_id=8,
        linked_issued_at="2026-01-05T12:00:00Z",
        **ended,
    )
    assert machine_form.transfer(transfer)["linked"] == linked


def test_a_request_says_its_days_as_local_days():
    shown = machine_form.request(row(REISSUES, number=1, call_before="2026-03-30T12:00:00Z"), [], None)
    assert shown["call_before"] == "2026-03-30"
    assert machine_form.request(row(REISSUES, number=1), [], None)["call_before"] is None


def test_an_entry_hands_its_events_on_as_they_come():
    events = iter([{"line": 1}])
    assert machine_form.entry(row(HISTORY, number=1), events)["events"] is events


def test_in_columns_the_record_of_a_license_is_spread_out():
    item = machine_form.license(
        row(LICENSES, **LICENSE, record="received", record_number=4, record_other="PC1")
    )
    (cells,) = machine_csv.rows(LICENSES, item)
    shown = dict(zip(machine_csv.HEADINGS["licenses"], cells, strict=True))
    assert (shown["Record"], shown["Transfer"], shown["From"]) == ("received", 4, "PC1")
    assert (shown["Request"], shown["To"]) == (None, None)
    (cells,) = machine_csv.rows(LICENSES, machine_form.license(row(LICENSES, **LICENSE)))
    assert cells[-6:] == [None] * 6


def test_in_columns_a_request_has_a_row_for_every_license_and_one_where_there_is_none():
    pack = {"Pack": "DC01/8", "LicenseKeyPackId": "…GGGGG"}
    two = [{"license": "DC01/3/1", "to": "A", "covered_until": None, "removal": None}] * 2
    rows = list(machine_csv.rows(REISSUES, machine_form.request(row(REISSUES, number=1), two, pack)))
    assert len(rows) == 2
    shown = dict(zip(machine_csv.HEADINGS["reissues"], rows[0], strict=True))
    assert (shown["request"], shown["keypack"], shown["code"], shown["license"]) == (
        1,
        "DC01/8",
        "…GGGGG",
        "DC01/3/1",
    )
    (empty,) = machine_csv.rows(REISSUES, machine_form.request(row(REISSUES, number=1), [], None))
    assert len(empty) == len(machine_csv.HEADINGS["reissues"])


def test_in_columns_an_entry_has_a_row_for_every_line_with_its_own_repeated():
    lines = [machine_form.event(row(EVENTS, number=n, subject="server 1 DC01")) for n in (1, 2)]
    rows = list(machine_csv.rows(HISTORY, machine_form.entry(row(HISTORY, number=3), iter(lines))))
    shown = [dict(zip(machine_csv.HEADINGS["history"], cells, strict=True)) for cells in rows]
    assert [(one["entry"], one["line"]) for one in shown] == [(3, 1), (3, 2)]


@pytest.mark.parametrize("kind", ["servers", "key-packs", "transfers"])
def test_in_columns_everything_else_is_a_row_of_what_json_has(kind):
    make = {
        "servers": machine_form.server,
        "key-packs": machine_form.key_pack,
        "transfers": machine_form.transfer,
    }[kind]
    item = make(row(kind, number=1, name="DC01") if kind == "servers" else row(kind, server="DC01"))
    (cells,) = machine_csv.rows(kind, item)
    assert dict(zip(machine_csv.HEADINGS[kind], cells, strict=True)) == item
