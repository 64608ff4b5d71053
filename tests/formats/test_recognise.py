"""A file is known by its content; what is not known is refused, and nothing else ever happens."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import RECOGNISERS, read
from tslic_admin.formats.tables.headings import KNOWN_TABLES, recognise_headings
from tslic_admin.formats.tables.records import IssuedRecord
from tslic_admin.formats.tables.server_tables import KEY_PACK_TABLE, LICENSE_TABLE, SERVER_TABLE

CSV = b"LicenseId,KeyPackId,IssueDate\n7,3,20/03/2022 12:26:14\n"


def refusal(data: bytes, **how) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        read(data, **how)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n \n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0" * 100,
        bytes(range(256)) * 10,
        CSV + b"\0",
        b"KeyPackId\0,TotalLicenses\n",
        b"a,b\n1\n",
        b"x" * 100_000,
        b'"KeyPackId,TotalLicenses\n',
        b"<html><body>KeyPackId</body></html>",
        b"FirstName,LastName,Company,City,State,PostalCode\n",
    ],
)
def test_what_is_not_known_is_refused(data):
    assert refusal(data).code == "file-not-recognised"


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf\xef\xbb\xbf" + CSV, "\n\ufeff".encode() + CSV])
def test_a_byte_order_mark_in_an_odd_place_does_not_hide_a_heading(data):
    (record,) = read(data, time_zone=UTC)
    assert record.license_id == 7


def test_a_byte_order_mark_before_a_row_is_refused_with_the_row():
    _, refused = read(CSV + b"\xef\xbb\xbf" + CSV.splitlines()[1])
    assert (refused.line, refused.code) == (3, "number-malformed")


def test_names_of_formats_and_orders_are_checked():
    violation = refusal(CSV, format="xlsx")
    assert (violation.code, violation.field) == ("unknown-format", "format")
    assert violation.facts == {"value": "xlsx", "known": ", ".join(RECOGNISERS)}
    violation = refusal(CSV, date_order="ydm")
    assert (violation.code, violation.field) == ("unknown-date-order", "date_order")
    assert violation.facts == {"value": "ydm", "known": "mdy, dmy, ymd"}


@pytest.mark.parametrize("name", RECOGNISERS)
def test_a_format_asked_for_must_fit(name):
    if name == "csv":
        assert read(CSV, format=name).format == name
    else:
        violation = refusal(CSV, format=name)
        assert (violation.code, violation.field, violation.facts) == (
            "format-does-not-fit",
            "format",
            {"value": name},
        )


def test_rows_that_nothing_could_tell_apart_are_refused_as_a_whole():
    violation = refusal(b"Issued To Computer,License Status,Issued On\nPC01,2,\n")
    assert violation.code == "columns-missing"
    assert violation.facts == {"columns": "LicenseId, KeyPackId"}
    violation = refusal(b'[{"KeyPackType":2,"TotalLicenses":5,"ProductType":1}]')
    assert violation.facts == {"columns": "KeyPackId"}


def test_the_date_order_is_the_files_or_the_users():
    assert read(CSV).date_order == "dmy"
    assert read(CSV.replace(b"20/03/2022", b"2022-03-20")).date_order is None
    open_ = CSV.replace(b"20/03", b"02/03")
    violation = refusal(open_)
    assert (violation.code, violation.field) == ("date-order-open", "date_order")
    assert violation.facts == {"value": "02/03/2022 12:26:14"}
    for order, month in (("mdy", 2), ("dmy", 3)):
        content = read(open_, date_order=order, time_zone=UTC)
        assert content.date_order == order
        (record,) = content
        assert record.issued_at.month == month
    (refused,) = read(CSV, date_order="mdy")
    assert (refused.code, refused.value) == ("date-malformed", "20/03/2022 12:26:14")


def test_one_date_decides_for_all_of_them():
    lines = [
        b"LicenseId,KeyPackId,IssueDate,ExpirationDate\n",
        b"1,3,02/03/2022,01/02/2038\n" * 50,
        b"2,3,,13/02/2038\n",
    ]
    first = next(iter(read(b"".join(lines), time_zone=UTC)))
    assert first.issued_at == datetime(2022, 3, 2, tzinfo=UTC)


def test_the_time_zone_is_that_of_the_exporting_server():
    (record,) = read(CSV, time_zone=ZoneInfo("America/New_York"))
    assert record.issued_at == datetime(2022, 3, 20, 16, 26, 14, tzinfo=UTC)


def test_a_content_can_be_read_again_and_says_no_more_than_the_file():
    content = read(CSV, time_zone=UTC)
    assert (
        list(content)
        == list(content)
        == [IssuedRecord(2, None, 7, 3, issued_at=datetime(2022, 3, 20, 12, 26, 14, tzinfo=UTC))]
    )
    assert content.taken_at is None


def test_a_large_file_is_never_held_as_records():
    rows = b"".join(
        b"%d,3,20220118%06d.000000-000,PC%d\n" % (n, n % 240000 // 10000 * 10000, n) for n in range(50_000)
    )
    data = b"LicenseId,KeyPackId,IssueDate,sIssuedToComputer\n" + rows
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 50_000
    assert peak < 8 << 20  # as a list of records it takes more than 20 MB


def test_every_class_lists_its_columns_as_its_record_does():
    for table in (one for one in KNOWN_TABLES if not one.evidence):
        fields = list(table.record.__dataclass_fields__)
        assert [column.field for column in table.columns] == fields[1:]


@pytest.mark.parametrize(
    ("headings", "table"),
    [
        ("KeyPackId,Description", KEY_PACK_TABLE),
        ("KeyPackId,LicenseId", LICENSE_TABLE),
        ("KeyPackId,LicenseId,Description,ProductType,KeyPackType,TotalLicenses", LICENSE_TABLE),
        ("KeyPackId,sIssuedToComputer,LicenseStatus,Description", None),
        ("KeyPackId,ExpirationDate", None),
        ("ProductId,DatabasePath", SERVER_TABLE),
        ("ProductId,Name", None),
    ],
)
def test_a_table_is_recognised_by_its_distinctive_headings(headings, table):
    heading = recognise_headings(headings.split(","))
    assert (heading.table if heading else None) is table
