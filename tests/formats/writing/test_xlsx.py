"""Workbooks: what two independent readers find in them, and that nothing in them is a formula, a link or lost."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.writing import xlsx
from tslic_admin.formats.writing.xlsx import Id, XlsxWriter

HEADINGS = ("Name", "License ID", "Total", "Expiry Date")


def book(rows, headings=HEADINGS, title="Key packs", about=(("Store", "tslic.sqlite"),)):
    stream = io.BytesIO()
    with XlsxWriter(stream, title, headings, about) as writing:
        for row in rows:
            writing.row(row)
    return stream.getvalue()


def cells(data, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def sheet(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_ids_are_text_days_are_days_and_numbers_are_numbers():
    data = book([["PC1", Id("007"), 250, date(2026, 3, 2)], ["PC2", Id("35"), None, "Never"]])
    assert cells(data) == [
        list(HEADINGS),
        ["PC1", "007", 250.0, date(2026, 3, 2)],
        ["PC2", "35", "", "Never"],
    ]
    row = sheet(data)[2]
    assert [cell.data_type for cell in row] == ["s", "s", "n", "d"]
    assert [cell.number_format for cell in row] == ["General", "@", "General", "yyyy\\-mm\\-dd"]


def test_times_are_told_to_the_minute():
    data = book([["x", Id("1"), 1, datetime(2026, 3, 2, 10, 15)]])
    assert cells(data)[1][3] == datetime(2026, 3, 2, 10, 15)
    assert sheet(data)["D2"].number_format.endswith("hh:mm")


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(1900, 2, 28), "1900-02-28"), (datetime(1601, 1, 1, 0, 30), "1601-01-01 00:30")],
)
def test_a_day_before_their_calendar_begins_is_text(day, text):
    assert cells(book([["x", Id("1"), 1, day]]))[1][3] == text


def test_what_is_no_cell_is_a_bug():
    with pytest.raises(TypeError):
        book([[1.5, Id("1"), 1, None]])


def test_the_headings_stay_in_sight_have_a_filter_and_repeat_on_every_page():
    first = sheet(book([["PC1", Id("1"), 1, None]] * 3))
    assert first.freeze_panes == "A2"
    assert first.auto_filter.ref == "A1:D4"
    assert first.print_title_rows == "$1:$1"
    assert first["A1"].font.bold


def test_a_list_without_rows_is_a_book_with_headings():
    data = book([])
    assert cells(data) == [list(HEADINGS)]
    assert sheet(data).auto_filter.ref == "A1:D1"


def test_columns_are_as_wide_as_their_first_rows_within_reason():
    data = book([["x" * 30, Id("1"), 1, "one\nlonger"], ["y" * 200, Id("1"), 1, datetime(2026, 1, 1)]])
    widths = {name: column.width for name, column in sheet(data).column_dimensions.items()}
    assert widths == {"A": 60, "B": 13, "C": 8, "D": 17}


def test_the_second_sheet_says_what_the_list_is():
    data = book([], about=[("Store", "tslic.sqlite"), ("Filter", "")])
    assert cells(data, sheet=1) == [["Store", "tslic.sqlite"], ["Filter", "–"]]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What [is] due: 1/2?", "What  is  due  1 2"),
        ("x" * 40, "x" * 31),
        ("''", "List"),
        ("A & 'B'", "A & 'B"),
    ],
)
def test_a_title_becomes_a_name_that_a_sheet_may_have(title, name):
    assert openpyxl.load_workbook(io.BytesIO(book([], title=title))).sheetnames[0] == name


def test_columns_are_lettered_as_far_as_they_go():
    assert [xlsx.column_letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


HOSTILE = [
    *("=1+1", "+49 89 1", "-1", "@SUM(A1)", "'quoted", '=HYPERLINK("http://x")', "http://example.com/"),
    *("  ends  ", " ", "tab\t", "one\ntwo", "lone\rreturn", "a\r\nb", "\x01\x1f", "_x0041_", "_x00", "a_b"),
    *(
        "<a>&amp;\"'</a>",
        "]]>",
        "\u202eright to left",
        "\U0001f5a5",
        "\u2028",
        "\u00a0",
        "0012",
        "1e5",
        "TRUE",
    ),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [str, Id])
def test_text_stays_what_it_is(text, kind):
    data = book([[kind(text)]], headings=("Text",))
    assert cells(data)[1] == [text]
    cell = sheet(data)["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert b"<f" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("text", "quoted"), [("=1+1", True), ("-x", True), ("@x", True), ("x=1", False)])
def test_what_looks_like_a_formula_stays_text_when_its_cell_is_edited(text, quoted):
    assert sheet(book([[text]], headings=("Text",)))["A2"].quotePrefix == quoted


def test_lines_are_shown_as_lines():
    assert sheet(book([["one\ntwo"]], headings=("Text",)))["A2"].alignment.wrap_text


# what no reader here gives back: calamine takes these escapes as they stand
NOT_READ_BACK = "\ufffe\uffff"


@settings(max_examples=60)
@given(
    st.lists(
        st.text(
            st.one_of(
                st.characters(codec="utf-8", exclude_characters=NOT_READ_BACK),
                st.sampled_from("=+-@'\"_x0041_<>&\r\n\t \x01\x0b\u2028\u202e"),
            ),
            max_size=20,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back_as_it_was(texts):
    read = cells(book([[text, Id(text)] for text in texts], headings=("Text", "Code")))
    assert read[1:] == [[text, text] for text in texts] or not any(texts[-1:])
    first = sheet(book([[text] for text in texts], headings=("Text",)))
    assert {cell.data_type for row in first.iter_rows(min_row=2) for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ud800", "\0"])
def test_what_xml_cannot_hold_is_escaped_without_loss(character):
    text = zipfile.ZipFile(io.BytesIO(book([["a" + character]], headings=("T",)))).read(
        "xl/worksheets/sheet1.xml"
    )
    assert f"a_x{ord(character):04X}_".encode() in text
    ET.fromstring(text)  # noqa: S314 - our own


def test_every_part_is_well_formed_and_listed():
    archive = zipfile.ZipFile(io.BytesIO(book([["a", Id("1"), 1, date(2026, 1, 1)]])))
    for name in archive.namelist():
        ET.fromstring(archive.read(name))  # noqa: S314 - our own
    types = archive.read("[Content_Types].xml").decode()
    listed = set(re.findall('PartName="/([^"]+)"', types))
    assert listed == {
        name for name in archive.namelist() if name.startswith("xl/") and not name.endswith(".rels")
    }


def test_the_elements_of_a_sheet_stand_in_the_order_of_the_schema():
    archive = zipfile.ZipFile(io.BytesIO(book([["a", Id("1"), 1, None]])))
    root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    assert [child.tag.rpartition("}")[2] for child in root] == [
        *("sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter"),
        *("pageMargins", "pageSetup", "headerFooter", "ignoredErrors"),
    ]


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert len(cells(book([["a", Id("1"), 1, None]] * 2))) == 3
    with pytest.raises(RuleViolation) as refused:
        book([["a", Id("1"), 1, None]] * 3)
    assert (refused.value.code, refused.value.facts) == ("xlsx-too-many-rows", {"most": 2})


@pytest.mark.parametrize("text", ["x" * 32_768, "\U0001f5a5" * 16_384])
@pytest.mark.parametrize("kind", [str, Id])
def test_a_text_longer_than_a_cell_is_refused_and_never_cut(text, kind):
    with pytest.raises(RuleViolation) as refused:
        book([["a", "b"], ["a", kind(text)]], headings=("A", "B"))
    assert (refused.value.code, refused.value.facts["cell"]) == ("xlsx-cell-too-long", "B3")
    assert cells(book([[kind(text[:-1])]], headings=("A",)))[1] == [text[:-1]]


def test_a_sheet_too_large_for_the_archive_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST_SHEET", 2000)
    with pytest.raises(RuleViolation) as refused:
        book([["a" * 100, Id("1"), 1, None]] * 100)
    assert refused.value.code == "xlsx-too-large"


def test_memory_is_bounded(monkeypatch):
    """What was written is passed on before the next rows come."""
    monkeypatch.setattr(xlsx, "CHUNK", 1000)
    stream = io.BytesIO()
    with XlsxWriter(stream, "x", ("A",), ()) as writing:
        for number in range(40_000):
            writing.row([str(number * 7919)])
            if number > 1000:
                assert writing._pending < 1100
        assert stream.tell() > 50_000
    assert len(cells(stream.getvalue())) == 40_001


@pytest.mark.parametrize("rows", [1, 500])
def test_an_export_that_was_broken_off_leaves_no_book_that_looks_whole(rows):
    stream = io.BytesIO()
    with pytest.raises(KeyError), XlsxWriter(stream, "x", ("A",), ()) as writing:
        for _ in range(rows):
            writing.row(["x"])
        raise KeyError
    assert not zipfile.is_zipfile(io.BytesIO(stream.getvalue()))


def test_two_books_of_the_same_list_are_the_same():
    rows = [["PC1", Id("7"), 250, date(2026, 3, 2)]]
    assert book(rows) == book(rows)
