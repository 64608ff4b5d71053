"""A monitoring agent's section is read by its fixed order of columns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import KeyPackRecord, RefusedRow

SECTION = "<<<rds_licenses:sep(44)>>>\n"
HEAD = (
    "KeyPackId,Description,KeyPackType,ProductType,ProductVersion,ProductVersionID,TotalLicenses,IssuedLicenses,"
    "AvailableLicenses,ExpirationDate"
)
ROW = "13,A02-6.00-S,4,0,Windows Server 2012,4,-1,100,-1,01/08/2023 00:00:00\n"


def pack(line: int, **other) -> KeyPackRecord:
    expires = other.pop("expires_at", datetime(2023, 1, 8, tzinfo=UTC))
    return KeyPackRecord(
        line,
        None,
        13,
        "A02-6.00-S",
        4,
        0,
        "Windows Server 2012",
        4,
        4294967295,
        100,
        4294967295,
        expires,
        **other,
    )


def records(text: str, **how):
    content = read(text.encode(), time_zone=UTC, **how)
    assert content.format == "monitoring-section"
    return list(content)


def test_the_heading_is_only_a_check_and_may_be_missing_cut_or_longer():
    assert records(SECTION + ROW) == [pack(2)]
    for head in (HEAD, f"{HEAD},TypeAndModel", HEAD[:120] + "...", HEAD.lower(), f"{HEAD},TypeAndModel,More"):
        assert records(f"{SECTION}{head}\n{ROW}") == [pack(3)]


@pytest.mark.parametrize(
    "head", [HEAD.replace("KeyPackType,ProductType", "ProductType,KeyPackType"), "KeyPackId,x..."]
)
def test_another_order_is_refused(head):
    with pytest.raises(RuleViolation) as refusal:
        read(f"{SECTION}{head}\n{ROW}".encode())
    assert refusal.value.code == "section-headings"
    assert refusal.value.facts["line"] == 2


def test_the_agents_dates_are_month_first_unless_the_user_knows_better():
    content = read((SECTION + ROW).encode())
    assert content.date_order == "mdy"
    (record,) = records(SECTION + ROW, date_order="dmy")
    assert record.expires_at == datetime(2023, 8, 1, tzinfo=UTC)
    assert (
        read((SECTION + ROW.replace("01/08/2023 00:00:00", "20230108000000.000000-000")).encode()).date_order
        is None
    )


def test_a_row_may_have_the_eleventh_column():
    assert records(SECTION + ROW.rstrip() + ",RDS Per Device CAL\n") == [
        pack(2, type_and_model="RDS Per Device CAL")
    ]


@pytest.mark.parametrize(
    ("row", "code"), [("13,A02-6.00-S,4", "row-too-short"), (ROW.rstrip() + ",a,b", "row-too-long")]
)
def test_rows_of_another_length_are_refused(row, code):
    assert records(f"{SECTION}{row}\n{ROW}") == [RefusedRow(2, row, code), pack(3)]


def test_the_section_is_found_within_a_whole_agent_output():
    text = f"<<<check_mk>>>\nVersion: 1\n{SECTION}{ROW}\n<<<uptime>>>\n1,2,3\n<<<rds_licenses>>>\n{ROW}"
    assert records(text) == [pack(4), pack(9)]


def test_the_section_names_its_separator():
    text = "<<<rds_licenses:cached(1,2):sep(59)>>>\n" + ROW.replace(",", ";")
    assert records(text) == [pack(2)]


@pytest.mark.parametrize("prefix", ["#", "# "])
def test_every_line_may_be_commented(prefix):
    assert records("".join(f"{prefix}{line}\n" for line in f"{SECTION}{HEAD}\n{ROW}".splitlines())) == [
        pack(3)
    ]


def test_an_empty_section_is_an_empty_list():
    assert records(SECTION) == []
