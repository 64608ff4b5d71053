"""A collector file: the lists of several servers, and what the file says itself of each."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists import collector_file
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables import rows
from tslic_admin.formats.tables.records import (
    IssuedRecord,
    KeyPackRecord,
    RefusedRow,
    ServerRecord,
    ServerSummary,
)

TAKEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
SERVER = {"ProductId": "00252-20000-35572-AT477", "ServerRole": 1, "Version": "2019"}
PACK = {"KeyPackId": 3, "TotalLicenses": 4294967295, "ExpirationDate": "2036-01-01T00:00:00.000000Z"}
LICENSE = {"LicenseId": 1, "KeyPackId": 3, "sIssuedToComputer": "PC1", "IssueDate": None, "LicenseStatus": 2}


def server(name: str = "DC01", **other: Any) -> dict[str, Any]:
    lists = {"server": [SERVER], "key_packs": [PACK], "licenses": [LICENSE]}
    head = {"name": name, "taken_at": "2026-03-01T10:00:00.000000Z", "activation": 0}
    return head | lists | {"complete": True, "errors": []} | other


def written(*servers: Any, **other: Any) -> bytes:
    return json.dumps(
        {"format": "tslic-admin collector", "version": 1, "servers": list(servers)} | other, indent=1
    ).encode()


def failed(name: str = "DC02", *errors: str) -> dict[str, Any]:
    return {"name": name, "taken_at": "2026-03-01T10:00:00Z", "activation": None,
            "complete": False, "errors": list(errors)}  # fmt: skip


def test_every_list_of_every_server_is_read_under_its_name():
    content = read(written(server(), server("DC02", activation=1, key_packs=[])))
    assert (content.format, content.date_order, content.taken_at) == ("collector", None, None)
    first, pack, license_, other, last = content
    assert isinstance(first, ServerRecord)
    assert (first.server, first.product_id, first.role, first.activation) == (
        "DC01", "00252-20000-35572-AT477", 1, 0)  # fmt: skip
    assert isinstance(pack, KeyPackRecord)
    assert (pack.server, pack.total) == ("DC01", 4294967295)
    assert isinstance(license_, IssuedRecord)
    assert (license_.server, license_.computer, license_.status) == ("DC01", "PC1", 2)
    assert isinstance(other, ServerRecord)
    assert (other.server, other.activation, last.server) == ("DC02", 1, "DC02")
    assert list(content) == [first, pack, license_, other, last], "read again, it is the same"


def test_the_lines_of_rows_are_the_file_s():
    data = written(server(licenses=[LICENSE, LICENSE | {"LicenseId": "x"}]))
    (*_, good, bad) = read(data)
    lines = data.decode().splitlines()
    assert bad == RefusedRow(bad.line, "x", "number-malformed")
    assert lines[good.line - 1].strip() == "{"
    assert lines[bad.line].strip() == '"LicenseId": "x",'


def test_what_the_file_says_of_each_server_is_handed_over():
    summaries = read(written(server(), failed("DC02", "The RPC server is unavailable.\r\n"))).summaries
    assert summaries["DC01"] == ServerSummary(TAKEN, complete=True, rows=3)
    assert summaries["DC02"] == ServerSummary(
        TAKEN, complete=False, rows=0, errors=("The RPC server is unavailable.  ",)
    )


@pytest.mark.parametrize(
    ("members", "complete"),
    [
        ({"complete": "true"}, False),
        ({"complete": None}, False),
        ({"errors": ["x"]}, False),
        ({"errors": "x"}, True),
    ],
)
def test_complete_is_only_what_is_vouched_for_and_had_no_error(members, complete):
    assert read(written(server(**members))).summaries["DC01"].complete is complete


def test_a_time_that_is_none_is_as_if_it_was_not_said():
    assert read(written(server(taken_at="yesterday"))).summaries["DC01"].taken_at is None
    assert read(written(server(taken_at=None))).summaries["DC01"].taken_at is None


def test_a_server_that_stands_twice_is_as_good_as_the_worse():
    again = server(taken_at="2026-02-01T00:00:00Z", complete=False, errors=["x"])
    summaries = read(written(server(), again)).summaries
    assert summaries == {
        "DC01": ServerSummary(datetime(2026, 2, 1, tzinfo=UTC), complete=False, rows=6, errors=("x",))
    }


def test_a_server_without_a_name_has_rows_without_one():
    content = read(written(server("")))
    assert {record.server for record in content} == {None}
    assert set(content.summaries) == {None}


def test_what_stands_behind_the_lists_is_known_before_them():
    turned = dict(reversed(server().items()))
    content = read(written(turned, more={"later": [1, {"a": []}]}))
    assert [record.server for record in content] == ["DC01"] * 3
    assert content.summaries["DC01"].complete


def test_what_a_later_script_adds_is_passed_over():
    content = read(written(server(more=[{"a": 1}]), made_by="x"))
    assert [type(record) for record in content] == [ServerRecord, KeyPackRecord, IssuedRecord]


def test_a_server_that_does_not_know_whether_it_is_activated_says_nothing():
    for status, read_ in ((2, None), (0, 0), (None, None), (1, 1), (17, 17)):
        (record,) = read(written(server(activation=status, key_packs=[], licenses=[])))
        assert record.activation == read_


def test_a_version_number_that_is_a_text_refuses_nothing():
    """Its documentation calls it one."""
    (record,) = read(written(server(server=[SERVER | {"VersionNumber": "10.0"}], key_packs=[], licenses=[])))
    assert record.version_number is None


def test_rows_that_are_none_are_refused_one_by_one():
    content = read(written(server(licenses=[1, "x", [], LICENSE, {"LicenseId": {}}])))
    codes = [record.code for record in content if isinstance(record, RefusedRow)]
    assert codes == ["row-not-recognised"] * 3 + ["value-nested"]


@pytest.mark.parametrize("version", [2, "99", None, [1]])
def test_a_newer_form_is_refused_and_says_so(version):
    with pytest.raises(RuleViolation, match="collector-newer"):
        read(written(server(), version=version))


def test_its_head_may_stand_in_any_order():
    with pytest.raises(RuleViolation, match="collector-newer"):
        read(b'{"version":2,"made":"x","format":"tslic-admin collector","servers":[]}')
    assert list(read(b'{"version":1,"format":"tslic-admin collector"}')) == []
    assert list(read(b'{"format":"tslic-admin collector","servers":[]}')) == []


def test_what_has_much_before_its_servers_is_another_json():
    head = "".join(f'"a{number}":1,' for number in range(20))
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(f'{{{head}"format":"tslic-admin collector","servers":[]}}'.encode(), format="collector")


def test_a_file_of_odd_rows_or_headings_or_servers_without_end_is_none(monkeypatch):
    monkeypatch.setattr(collector_file, "MOST_REFUSED", 3)
    assert len(list(read(written(server(licenses=[1] * 3))))) == 5
    with pytest.raises(RuleViolation, match="too-many-refused"):
        read(written(server(licenses=[1] * 4)))
    monkeypatch.setattr(rows, "MOST_HEADINGS", 3)
    with pytest.raises(RuleViolation, match="too-many-headings"):
        read(written(server(licenses=[LICENSE | {f"x{number}": 1} for number in range(3)])))
    monkeypatch.setattr(collector_file, "MOST_SERVERS", 2)
    assert len(read(written(failed("A"), failed("B"))).summaries) == 2
    with pytest.raises(RuleViolation, match="json-malformed"):
        read(written(failed("A"), failed("B"), failed("C")))


def test_another_json_is_not_taken_for_one():
    for data in (
        b'{"format":"x","servers":[]}',
        b'{"servers":[],"format":"tslic-admin collector"}',
        b"{1",
        b"[]",
    ):
        with pytest.raises(RuleViolation, match=r"file-not-recognised|format-does-not-fit"):
            read(data, format="collector")


def test_a_file_that_ends_too_early_is_damaged():
    data = written(server())
    for end in range(len(data) // 3, len(data) - 1, 7):
        with pytest.raises(RuleViolation, match="json-malformed"):
            read(data[:end])
    with pytest.raises(RuleViolation, match="json-malformed"):
        read(data + b"x")


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["DC01", "-1", "2036-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ROW = st.dictionaries(
    st.sampled_from(["LicenseId", "KeyPackId", "IssueDate", "Server", "ProductId", "ServerRole", "x"]),
    ANYTHING,
)
MEMBERS = {"name", "taken_at", "activation", "server", "key_packs", "licenses", "complete", "errors"}
ODD_SERVER = st.dictionaries(st.sampled_from(sorted(MEMBERS)), st.lists(ROW, max_size=3) | ANYTHING)


@settings(max_examples=100)
@given(st.lists(ODD_SERVER | ANYTHING, max_size=3))
def test_whatever_stands_in_it_ends_in_records_refused_rows_or_a_refusal(servers):
    with suppress(RuleViolation):
        for record in read(written(*servers), format="collector"):
            assert isinstance(record, IssuedRecord | KeyPackRecord | ServerRecord | RefusedRow)


@settings(max_examples=150)
@given(st.data())
def test_whatever_happened_to_it_ends_in_records_refused_rows_or_a_refusal(data):
    file = bytearray(written(server(), failed("DC02", "no")))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(file) - 1))
        piece = data.draw(
            st.binary(max_size=3)
            | st.sampled_from([b"[", b"{", b'"', b"\0", b"\xed\xa0\x80", b"\xef\xbb\xbf"])
        )
        file[at : at + data.draw(st.integers(0, 3))] = piece
    with suppress(RuleViolation):
        list(read(bytes(file)))
