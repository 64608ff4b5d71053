"""Snipe-IT's import form: its own headings, and no two rows that it would take for one license."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tslic_admin.formats.writing.csv_files import SNIPE_IT_HEADINGS, SnipeItWriter

SAMPLE = Path(__file__).parents[4] / "shared" / "samples" / "snipeit" / "licenses-sample.csv"


def form(*licenses):
    stream = io.StringIO()
    writing = SnipeItWriter(stream)
    for fields in licenses:
        usual = {"serial": None, "seats": 5, "order": None, "expires": None, "supplier": None, "notes": []}
        writing.license("2019 Per Device", **(usual | fields))
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


@pytest.mark.skipif(
    not SAMPLE.exists(), reason="needs the folder with real sample files, which is not part of the project"
)
def test_its_headings_are_those_of_the_real_sample():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        real = next(csv.reader(file))
    assert set(SNIPE_IT_HEADINGS) <= set(real)


def test_a_key_pack_is_a_license_with_seats():
    (row,) = form(
        {
            "pack": "DC01/3",
            "serial": "…45678",
            "order": "PO 4711",
            "expires": "2026-03-02",
            "supplier": "Softshop",
            "notes": ["Key pack DC01/3", "=cmd"],
        }
    )
    assert row == {
        "Item name": "2019 Per Device",
        "serial number": "…45678",
        "Category": "Client access licenses",
        "manufacturer": "Microsoft",
        "purchase order": "PO 4711",
        "expiration date": "2026-03-02",
        "seats": "5",
        "supplier": "Softshop",
        "notes": "Key pack DC01/3\n=cmd",
    }


def test_licenses_of_one_name_and_number_are_told_apart_by_their_key_pack():
    rows = form({"pack": "DC01/3"}, {"pack": "DC01/4"}, {"pack": "DC01/5", "serial": "1"})
    assert [row["Item name"] for row in rows] == [
        "2019 Per Device",
        "2019 Per Device (DC01/4)",
        "2019 Per Device",
    ]
