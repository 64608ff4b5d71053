"""ConvertTo-Json is read object by object, in every shape that PowerShell gives it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables import files
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord

LICENSE = {
    "LicenseId": 7,
    "KeyPackId": 3,
    "sIssuedToComputer": "PC01",
    "LicenseStatus": 2,
    "sIssuedToUser": None,
}
RECORD = IssuedRecord(1, None, 7, 3, computer="PC01", status=2)


def records(text: str, **how):
    content = read(text.encode(), **how)
    assert content.format == "json"
    return list(content)


def test_one_object_a_list_or_one_after_the_other():
    one = json.dumps(LICENSE)
    assert records(one) == [RECORD]
    assert records(f"[{one}]") == [RECORD]
    assert records(f"[{one},{one}]") == [RECORD, RECORD]
    assert [record.line for record in records(f"{one}\n{one}\n")] == [1, 2]
    assert records(f'{{"value":[{one},{one}],"Count":2}}') == [RECORD, RECORD]


def test_every_line_may_be_commented():
    text = "".join(f"# {line}\n" for line in json.dumps([LICENSE, LICENSE], indent=4).splitlines())
    assert [record.line for record in records(text)] == [2, 9]


def test_marks_of_a_byte_order_are_passed_over():
    assert records("\ufeff\ufeff" + json.dumps(LICENSE)) == [RECORD]


def test_the_line_is_where_the_object_begins():
    text = json.dumps([LICENSE, LICENSE], indent=2).replace("\n", "\r\n")
    assert [record.line for record in records(text)] == [2, 9]


@pytest.mark.parametrize(
    "date",
    [
        "/Date(1642506955000)/",
        "2022-01-18T11:55:55Z",
        "2022-01-18T12:55:55.0000000+01:00",
        "20220118115555.000000-000",
        {
            "value": "/Date(1642506955000)/",
            "DisplayHint": 2,
            "DateTime": "Tuesday, January 18, 2022 11:55:55 AM",
        },
        {"value": "2022-01-18T11:55:55Z", "DateTime": "x"},
    ],
)
def test_dates_in_every_form(date):
    (record,) = records(json.dumps(LICENSE | {"IssueDate": date}).replace("/Date", r"\/Date"))
    assert record.issued_at == datetime(2022, 1, 18, 11, 55, 55, tzinfo=UTC)


def test_numbers_mean_what_they_say():
    (pack,) = records(
        '{"KeyPackId": 2, "TotalLicenses": -1, "IssuedLicenses": "30", "PSComputerName": "LIC01"}'
    )
    assert pack == KeyPackRecord(1, "LIC01", 2, total=4294967295, issued=30)
    assert records('[{"KeyPackId": 2, "TotalLicenses": 1.5}]') == [RefusedRow(1, "1.5", "number-malformed")]
    assert records('[{"KeyPackId": 2, "TotalLicenses": NaN}]') == [RefusedRow(1, "NaN", "number-malformed")]


def test_what_is_nested_counts_only_in_a_known_column():
    nested = {"CimClass": {"a": [1]}, "CimInstanceProperties": [1], "Scope": True}
    assert records(json.dumps(LICENSE | nested)) == [RECORD]
    for value in ({"a": 1}, [1], True, {"value": {"value": "x"}}):
        refused = records(json.dumps([LICENSE, LICENSE | {"sIssuedToUser": value}]))[1]
        assert refused == RefusedRow(1, "sIssuedToUser", "value-nested")


def test_objects_of_several_classes_may_stand_in_one_list():
    server = {"ProductId": "00252", "ServerRole": 1}
    assert records(json.dumps([LICENSE, server, LICENSE])) == [
        RECORD,
        ServerRecord(1, None, "00252", role=1),
        RECORD,
    ]


def test_what_is_no_row_is_refused():
    text = json.dumps([LICENSE, {"Name": "x", "Id": 1}, None, "text", [LICENSE]], indent=1)
    assert [r for r in records(text) if isinstance(r, RefusedRow)] == [
        RefusedRow(9, "Name, Id", "row-not-recognised"),
        RefusedRow(13, "", "row-not-recognised"),
        RefusedRow(14, "text", "row-not-recognised"),
        RefusedRow(15, "", "row-not-recognised"),
    ]


def test_a_lone_surrogate_is_refused():
    text = '[{"LicenseId":7,"KeyPackId":3,"sIssuedToComputer":"PC\\ud800"}]'
    assert records(text) == [RefusedRow(1, "PC\ufffd", "text-characters")]


def test_objects_longer_than_a_piece_of_the_file_are_read_whole(monkeypatch):
    monkeypatch.setattr(files, "_CHUNK", 7)
    assert records(json.dumps([LICENSE] * 3)) == [RECORD] * 3


@pytest.mark.parametrize(
    "end", ["", ",", ",]", "] ]", "]{}", "],[]", "}", ",{", '{"a":1}', "]]", ",,{}]", "] 1"]
)
def test_a_list_that_breaks_off_is_refused(end):
    with pytest.raises(RuleViolation) as refusal:
        read(f"[\n{json.dumps(LICENSE)}{end}".encode())
    assert refusal.value.code == "json-malformed"
    assert refusal.value.facts == {"line": 2}


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "[1]", "null", "1", "[", "{", "[" * 100_000, '{"a":' * 100_000, "]", "[{}]", '{"KeyPackId"'],
)
def test_other_json_is_not_recognised(text):
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(text.encode())
