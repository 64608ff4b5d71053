"""Format-Table is cut where its headings say, and never in the middle of a value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow

PACKS = """\

KeyPackId Description ProductVersion         TotalLicenses IssuedLicenses ExpirationDate
--------- ----------- --------------         ------------- -------------- --------------
        2 A02-5.00-EX Windows 2000 Server       4294967295              0 20351231230000.000000-000
       13 A02-6.00-S  Windows Server 2008 R2           250            251 20380101081108.000000-000

"""
TWO = KeyPackRecord(
    4,
    None,
    2,
    "A02-5.00-EX",
    product_version="Windows 2000 Server",
    product_version_id=0,
    total=4294967295,
    issued=0,
    expires_at=datetime(2035, 12, 31, 23, tzinfo=UTC),
)


def records(text: str, **how):
    content = read(text.encode(), time_zone=UTC, **how)
    assert content.format == "format-table"
    return list(content)


def table(*rows: str, right: tuple[int, ...] = (), line: bool = True) -> str:
    """Rows of cells parted by `|`, laid out as PowerShell does: one blank between columns as wide as needed."""
    cells = [row.split("|") for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    if line:
        cells.insert(1, ["-" * len(name) for name in cells[0]])
    laid = [
        [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        for row in cells
    ]
    return "".join(f"{' '.join(row)}\n" for row in laid)


@pytest.mark.parametrize(
    "text",
    [
        PACKS,
        PACKS.replace("\n", "\r\n"),
        "".join(f"#{line}\n" for line in PACKS.splitlines()),
        "".join(f"# {line}\n" for line in PACKS.splitlines()),
    ],
)
def test_columns_stand_under_their_headings(text):
    first, second = records(text)
    assert first == TWO
    assert (second.line, second.keypack_id, second.product_version) == (5, 13, "Windows Server 2008 R2")
    assert (second.total, second.issued) == (250, 251)


def test_it_works_without_a_line_of_dashes_and_below_a_banner():
    text = PACKS.replace(PACKS.splitlines()[2] + "\n", "")
    assert [r.line for r in records(text)] == [3, 4]
    assert [r.line for r in records(f"PS C:\\> gwmi x | ft\n{PACKS}")] == [5, 6]


def test_headings_of_several_words():
    rows = ("License ID|Keypack ID|Issued To Computer|License Status", "7|3|PC01.contoso.com|Active")
    assert records(table(*rows)) == [IssuedRecord(3, None, 7, 3, computer="PC01.contoso.com", status=2)]
    wide = table(*(row.replace("|", " |") for row in rows), line=False)
    assert records(wide) == [IssuedRecord(2, None, 7, 3, computer="PC01.contoso.com", status=2)]


def test_a_right_aligned_number_may_be_wider_than_its_heading():
    text = table(
        "ProductVersion|KeyPackId|Issued|Available",
        "Windows Server 2012 R2|2|4294967295|1234567890",
        right=(1, 2, 3),
    )
    (pack,) = records(text)
    assert pack == KeyPackRecord(
        3,
        None,
        2,
        product_version="Windows Server 2012 R2",
        product_version_id=4,
        issued=4294967295,
        available=1234567890,
    )


@pytest.mark.parametrize("right", [(), (2, 3)])
def test_a_date_is_not_cut_at_its_own_blanks(right):
    text = table(
        "KeyPackId|LicenseId|Issued On|Expires On|LicenseStatus",
        "3|7|8/17/2017 1:18:50 PM|11/15/2017 1:18:50 PM|2",
        "3|8|8/17/2017 1:18:51 PM|11/15/2017 1:18:51 PM|2",
        "3|9|||",
        right=right,
    )
    first, second, third = records(text)
    assert first == IssuedRecord(
        3,
        None,
        7,
        3,
        status=2,
        issued_at=datetime(2017, 8, 17, 13, 18, 50, tzinfo=UTC),
        expires_at=datetime(2017, 11, 15, 13, 18, 50, tzinfo=UTC),
    )
    assert (second.license_id, third) == (8, IssuedRecord(5, None, 9, 3))


def test_a_date_column_in_the_middle_of_text_is_not_mistaken():
    text = table(
        "LicenseId|KeyPackId|sIssuedToUser|IssueDate", "7|3|ann of contoso|soon", "8|3|bob of contoso|"
    )
    assert records(text) == [
        RefusedRow(3, "soon", "date-malformed"),
        IssuedRecord(4, None, 8, 3, user="bob of contoso"),
    ]


@pytest.mark.parametrize("mark", ["...", "…"])
def test_a_cut_cell_costs_the_row_unless_it_is_only_for_display(mark):
    text = table(
        "KeyPackId|KeyPackType|Description|ProductVersion|Other",
        f"2|2|A02|Windows Ser{mark}|x{mark}",
        f"3|2|A{mark}|W|x",
    )
    assert records(text) == [
        KeyPackRecord(3, None, 2, "A02", 2),
        RefusedRow(4, f"A{mark}", "cell-cut"),
    ]


def test_a_cut_heading_is_understood_where_only_one_property_begins_so():
    text = table("KeyPackId|TotalLic...|ProductV...|IssuedLic…", "2|10|4|3")
    assert records(text) == [KeyPackRecord(3, None, 2, total=10, issued=3)]


def test_a_value_across_the_border_of_its_column_is_refused(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.lists.format_table._SAMPLE", 2)
    line = "2 A02-5.00-EX-and-much-more-text"
    assert records(f"{PACKS.rstrip()}\n{line}\n")[2:] == [RefusedRow(6, line, "row-misaligned")]


def test_columns_that_always_touch_are_refused_row_by_row():
    text = "KeyPackId TotalLicenses\n123456789012\n"
    assert records(text) == [RefusedRow(2, "123456789012", "row-misaligned")]


def test_two_tables_in_one_file_repeat_the_headings():
    assert [r.line for r in records(PACKS + PACKS)] == [4, 5, 10, 11]


def test_a_line_too_long_for_headings_is_passed_over():
    assert [r.line for r in records("x" * 20000 + PACKS)] == [4, 5]


@pytest.mark.parametrize("text", ["Name Id\n---- --\nx    1\n", "KeyPackId Name\n1 2\n", "------\n------\n"])
def test_other_tables_are_not_recognised(text):
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(text.encode())
