"""Rows of the lists in machine form: as objects, and in columns."""

from __future__ import annotations

from typing import Any

import pytest
from wording.lists.rows import row

from tslic_admin.domain.catalogue.history import EVENTS, HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.history import entry_item
from tslic_admin.wording.lists.key_packs import pack_item
from tslic_admin.wording.lists.licenses import license_item
from tslic_admin.wording.lists.machine import Machine
from tslic_admin.wording.lists.reissues import request_item
from tslic_admin.wording.lists.servers import server_console_item, server_item
from tslic_admin.wording.lists.transfers import transfer_item


def read(rows: dict[ListKind[Any], list[Any]]) -> Any:
    """Reads these rows of lists."""
    return lambda kind, **_: iter(rows.get(kind, []))


def columns(kind: ListKind[Any], item: Machine) -> list[dict[str, Any]]:
    """The CSV rows of an object, by heading."""
    form = words_of(kind).machine
    assert form is not None
    return [dict(zip(form.headings, cells, strict=True)) for cells in form.rows(item)]


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
    assert license_item(row(LICENSES, **LICENSE, **values))["Record"] == record


def test_numbers_times_and_unlimited_stay_as_they_are_stored():
    pack = pack_item(
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
    assert server_console_item(row(SERVERS, name="DC01", windows_version=7))["Version"] == 7
    listed = server_console_item(row(SERVERS, name="DC01", windows_version=7, version="6.0"))
    assert (listed["Name"], listed["Version"], listed["WindowsVersion"]) == ("DC01", "6.0", 7)
    assert "Server" not in listed
    assert server_item(row(SERVERS, name="DC01", windows_version=7))["Version"] is None


def test_an_ended_license_is_named_with_the_local_day_of_its_issue():
    ended = row(TRANSFERS, **LICENSE, ended_on="2026-02-01", issued_at="2026-01-05T12:00:00Z")
    assert transfer_item(ended)["license"] == "DC01/3/17@2026-01-05"
    undated = row(TRANSFERS, **LICENSE, ended_on="2026-02-01")
    assert transfer_item(undated)["license"] == "DC01/3/17@"


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
    assert transfer_item(transfer)["linked"] == linked


def test_a_license_without_an_id_is_named_by_its_own_number_not_by_that_of_what_names_it():
    named = {"number": 4, "issuance_id": 5, "server": "DC01", "pack_id": 1, "keypack_id": 3}
    assert transfer_item(row(TRANSFERS, **named))["license"] == "DC01/3/#5"


def test_a_request_names_its_key_pack_even_where_that_is_closed():
    def rows(kind, *, ended=False, **_):
        closed = [row(PACKS, number=8, server="DC01", keypack_id=8)]
        return iter(closed if kind == PACKS and ended else [])

    assert request_item(row(REISSUES, number=1, pack_id=8), rows)["keypack"]["Pack"] == "DC01/8"


def test_a_request_says_its_days_as_local_days():
    shown = request_item(row(REISSUES, number=1, call_before="2026-03-30T12:00:00Z"), read({}))
    assert shown["call_before"] == "2026-03-30"
    assert request_item(row(REISSUES, number=1), read({}))["call_before"] is None


def test_an_entry_hands_its_events_on_as_they_come():
    events = iter([row(EVENTS, number=1), row(EVENTS, number=2)])
    item = entry_item(row(HISTORY, number=1), lambda *_, **__: events)
    assert next(item["events"])["line"] == 1
    assert next(events).number == 2


def test_in_columns_the_record_of_a_license_is_spread_out():
    item = license_item(row(LICENSES, **LICENSE, record="received", record_number=4, record_other="PC1"))
    (shown,) = columns(LICENSES, item)
    assert (shown["Record"], shown["Transfer"], shown["From"]) == ("received", 4, "PC1")
    assert (shown["Request"], shown["To"]) == (None, None)
    (shown,) = columns(LICENSES, license_item(row(LICENSES, **LICENSE)))
    assert list(shown.values())[-6:] == [None] * 6


def test_in_columns_a_request_has_a_row_for_every_license_and_one_where_there_is_none():
    pack = row(PACKS, number=8, server="DC01", keypack_id=8, code="…GGGGG")
    two = [row(COLLECTED, **LICENSE, issuance_id=5, to_computer="A")] * 2
    became = row(REISSUES, number=1, pack_id=8)
    rows = columns(REISSUES, request_item(became, read({PACKS: [pack], COLLECTED: two})))
    assert len(rows) == 2
    names = ("request", "keypack", "code", "license", "to")
    assert [rows[0][name] for name in names] == [1, "DC01/8", "…GGGGG", "DC01/3/17", "A"]
    (empty,) = columns(REISSUES, request_item(row(REISSUES, number=1), read({})))
    assert (empty["request"], empty["license"]) == (1, None)


def test_in_columns_an_entry_has_a_row_for_every_line_with_its_own_repeated():
    lines = [row(EVENTS, number=n, subject="server 1 DC01") for n in (1, 2)]
    shown = columns(HISTORY, entry_item(row(HISTORY, number=3), read({EVENTS: lines})))
    assert [(one["entry"], one["line"]) for one in shown] == [(3, 1), (3, 2)]


@pytest.mark.parametrize("kind", [SERVERS, PACKS, TRANSFERS], ids=str)
def test_in_columns_everything_else_is_a_row_of_what_json_has(kind):
    form = words_of(kind).machine
    item = form.item(row(kind, **({"issuance_id": 1} if kind is TRANSFERS else {})), read({}))
    assert columns(kind, item) == [item]
