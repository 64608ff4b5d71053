"""CSV as programs and as spreadsheets want it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.formats.writing.csv_files import CsvWriter

# what any store can hold: no lone surrogates; a lone CR or NUL the csv module cannot give back
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))


def written(headings, rows, *, readable):
    target = io.StringIO()
    writing = CsvWriter(target, headings, readable=readable)
    for row in rows:
        writing.row(row)
    return target.getvalue()


def test_machine_form_alters_nothing_and_ends_lines_as_rfc_4180_has_it():
    assert written(["A", "B"], [["=1+1", None], ['say "x"', 5]], readable=False) == (
        'A,B\r\n=1+1,\r\n"say ""x""",5\r\n'
    )


def test_readable_form_begins_with_a_byte_order_mark():
    assert written(["A"], [], readable=True) == "\ufeffA\r\n"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "'", "\t", "\r"])
def test_a_text_that_a_spreadsheet_could_run_gets_an_apostrophe(begin):
    text = written(["A"], [[begin + "x"]], readable=True)
    (cell,) = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert cell == "'" + begin + "x"


def test_numbers_are_no_formulas():
    assert written(["A"], [[-5]], readable=True).endswith("\r\n-5\r\n")


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize(("first", "shown"), [("ID", "Id"), ("IDs", "Ids"), ("Keypack ID", "Keypack ID")])
def test_the_first_heading_never_makes_a_spreadsheet_think_of_sylk(readable, first, shown):
    assert written([first, "ID"], [], readable=readable).lstrip("\ufeff") == f"{shown},ID\r\n"


@given(st.lists(TEXT, min_size=2, max_size=5))
def test_whatever_a_cell_holds_is_read_back_the_same(cells):
    headings = [f"H{n}" for n in range(len(cells))]
    text = written(headings, [cells], readable=False)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [headings, cells]
