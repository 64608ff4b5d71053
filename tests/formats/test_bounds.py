"""However large and odd a file is, reading it takes little memory and few steps, and ends in a sentence."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest
from formats.steps import count_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats import recognise
from tslic_admin.formats.recognise import RECOGNISERS, read
from tslic_admin.formats.tables.files import FileBytes
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import MOST_HEADINGS

MB = 1 << 20
SIZE = 3 * MB
CSV = b"LicenseId,KeyPackId,IssueDate,sIssuedToComputer\n"
ROW = b"7,3,20220118115555.000000-000,PC01\n"


def write(path: Path, head: bytes, piece: bytes, tail: bytes = b"", size: int = SIZE) -> Path:
    with path.open("wb") as file:
        file.write(head)
        many = piece * (MB // len(piece))
        for _ in range(size // MB):
            file.write(many)
        file.write(many[: size % MB])
        file.write(tail)
    return path


ODD = {
    "single line": (b"", b"x"),
    "single line of headings": (b"", b"KeyPackId,"),
    "single line below headings": (CSV, b"7,"),
    "single line of spaces": (CSV, b" "),
    "open quote": (CSV, b'"7,3\n'),
    "open quote of wide rows": (CSV, b'"\n",'),
    "wide rows": (CSV, b"1," * 10_000 + b"\n"),
    "nested lists": (b"", b"["),
    "nested objects": (b"", b'{"a":'),
    "nested list of objects": (b'[{"KeyPackId":1,"TotalLicenses":5},', b'[{"a":'),
    "endless text": (b'[{"KeyPackId":1,"TotalLicenses":"', b"x"),
    "endless object": (b'{"KeyPackId":1,"TotalLicenses":5', b',"x":1'),
    "endless wrapped object": (b'{"value":[{"KeyPackId":1,"TotalLicenses":5', b',"x":1'),
    "endless number": (b'[{"KeyPackId":1,"TotalLicenses":', b"9"),
    "wrapped list without end": (b'{"value":[', b'{"KeyPackId":1,"TotalLicenses":5' + b" " * 400 + b"},\n"),
    "continuation lines": (b"KeyPackId : 1\nTotalLicenses : 5\n", b"  " + b"x" * 500 + b"\n"),
    "endless block": (
        b"KeyPackId : 1\nTotalLicenses : 5\n",
        b"".join(b"a%d : %s\n" % (n, b"1" * 90) for n in range(5000)),
    ),
    "no line breaks": (b"KeyPackId TotalLicenses IssuedLicenses\n", b"1 "),
    "section": (b"<<<rds_licenses:sep(44)>>>\n", b"1,2,"),
    "comment signs": (b"", b"#"),
    "commented line": (b"# [", b'{"KeyPackId":1},'),
    "lines of nothing": (b"", b"\n"),
    "NULs": (CSV, b"\0"),
    "lone surrogates": (b"\xff\xfe", b"\x00\xd8"),
    "marks": (b"", b"\xef\xbb\xbf"),
    "marks in the middle": (CSV + ROW, b"\xef\xbb\xbf" * 99 + ROW),
    "tabs": (b"License ID\tKeypack ID\tClient\tUser\tStart\tIssue Type\tLicense Type\tEnd\n", b"\t"),
}


SLOW = {"continuation lines": 3}
"""What takes seconds a megabyte where lines are traced, and how much smaller its files are than the others."""


class CountedFile(io.FileIO):
    """A file that counts the bytes that are read from it."""

    def __init__(self, path: Path, counted: list[int]) -> None:
        super().__init__(path)
        self._counted = counted

    def readinto(self, buffer: bytearray) -> int:
        count = super().readinto(buffer)
        self._counted.append(count)
        return count


def read_through(data: FileBytes) -> None:
    with suppress(RuleViolation):
        for _ in read(data):
            pass


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_takes_little_memory(name, tmp_path):
    size = SIZE // SLOW.get(name, 1)
    path = write(tmp_path / "odd.txt", *ODD[name], size=size)
    tracemalloc.start()
    try:
        read_through(FileBytes(path=path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # of which a megabyte of the file may be a text of four bytes a character, decoded twice
    assert peak < 20 * MB * size // SIZE


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_of_twice_the_size_takes_about_twice_the_steps(name, tmp_path):
    size = MB // SLOW.get(name, 1)
    small = write(tmp_path / "small.txt", *ODD[name], size=size)
    large = write(tmp_path / "large.txt", *ODD[name], size=2 * size)
    read_through(FileBytes(path=small))  # what is compiled at first use is compiled
    few = count_steps(lambda: read_through(FileBytes(path=small)))
    many = count_steps(lambda: read_through(FileBytes(path=large)))
    assert many <= 2.5 * few + 10_000


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_read_once_for_each_format_at_most(name, tmp_path):
    path = write(tmp_path / "odd.txt", *ODD[name], size=2 * MB // SLOW.get(name, 1))
    counted: list[int] = []

    class Counted(FileBytes):
        def open(self) -> BinaryIO:
            return io.BufferedReader(CountedFile(path, counted))

    read_through(Counted(path=path))
    # before the formats: its encoding, the comment signs, the headings
    assert sum(counted) <= (3 + len(RECOGNISERS)) * path.stat().st_size


@pytest.mark.parametrize(
    "row", ['{{"KeyPackId":1,"TotalLicenses":5,"x{}":1}}\n', "KeyPackId : 1\nTotalLicenses : 5\nx{} : 1\n\n"]
)
def test_rows_may_have_headings_of_their_own_but_not_all_of_many(row):
    few = "".join(row.format(n) for n in range(200))
    assert sum(one.total for one in read(few.encode())) == 1000
    with pytest.raises(RuleViolation) as caught:
        read("".join(row.format(n) for n in range(MOST_HEADINGS + 1)).encode())
    assert (caught.value.code, caught.value.facts) == ("too-many-headings", {"count": MOST_HEADINGS})


@pytest.mark.parametrize(
    "wrap", [(b"[", b"]"), (b'{\n "value" : [', b'],\n "Count": 3, "More": {"a": []}\n}\n')]
)
def test_a_list_on_one_line_is_read_value_by_value(wrap, tmp_path):
    one = b'{"KeyPackId":3,"LicenseId":7,"sIssuedToComputer":"PC01"}'
    path = write(tmp_path / "all.json", wrap[0], one + b",", one + wrap[1], MB)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(FileBytes(path=path)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == MB // (len(one) + 1) + 1
    assert peak < 8 * MB  # as dicts they take more than twice as much


@pytest.mark.parametrize("tail", [b"", b"]", b"] }}", b'], "Count" 3}', b'], "Count": 3', b"}"])
def test_what_follows_a_wrapped_list_must_end_its_object(tail):
    with pytest.raises(RuleViolation) as caught:
        read(b'{"value": [{"KeyPackId":3,"TotalLicenses":5}' + tail)
    assert caught.value.code == "json-malformed"


def test_a_wrapped_list_in_comments_is_read():
    text = b'# {\n#   "value":  [\n#  {"KeyPackId":3,"TotalLicenses":5}\n#  ],\n#  "Count":  1\n# }\n'
    (pack,) = read(text)
    assert (pack.line, pack.keypack_id) == (3, 3)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def database(path: Path) -> bytes:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    return path.read_bytes()


def test_what_was_chosen_by_mistake_is_called_by_its_name(tmp_path):
    kinds = {
        "file-is-archive": [gzip.compress(CSV + ROW), b"7z\xbc\xaf\x27\x1c" + bytes(100)],
        "file-is-document": [zipped(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), b"%PDF-1.7\n\0\0"],
        "file-is-program": [b"MZ\x90\0" + bytes(200), b"\x7fELF" + bytes(100)],
        "file-is-database": [
            database(tmp_path / "x"),
            b"regf" + bytes(99),
            bytes(4) + b"\xef\xcd\xab\x89" + bytes(9),
        ],
        "file-not-recognised": [b"", bytes(100), b"\0" + b"text"],
    }
    for code, files in kinds.items():
        for data in files:
            with pytest.raises(RuleViolation) as caught:
                read(data)
            assert caught.value.code == code


def test_a_line_without_an_end_is_said(tmp_path):
    path = write(tmp_path / "one.txt", b"", b"x", size=3 * MB)
    with pytest.raises(RuleViolation) as caught:
        read(FileBytes(path=path))
    assert caught.value.code == "file-endless-line"
    with pytest.raises(RuleViolation) as caught:
        read(FileBytes(path=path), format="csv")
    assert caught.value.code == "file-endless-line"


def test_a_quote_that_is_never_closed_is_said_with_its_line():
    data = CSV + ROW + b'"7,3\n' + b'x","y\n' * 300_000
    with pytest.raises(RuleViolation) as caught:
        read(data)
    assert (caught.value.code, caught.value.facts) == ("row-endless", {"line": 3})


def test_a_file_larger_than_any_list_is_not_read(monkeypatch):
    monkeypatch.setattr(recognise, "LARGEST_FILE", 2 << 30)
    assert FileBytes(b"abc").size == 3

    class Large(FileBytes):
        size = (2 << 30) + 1

    with pytest.raises(RuleViolation) as caught:
        read(Large())
    assert (caught.value.code, caught.value.facts) == ("file-too-large", {"largest": 2})


def test_a_value_and_its_lines_that_go_on_for_ever_are_refused_line_by_line():
    head = "KeyPackId : 1\nDescription : x\n"
    more = "              " + "y" * 5000 + "\n"
    *refused, pack = read((head + more * 6 + "TotalLicenses : 5\n").encode())
    assert [(one.line, one.code) for one in refused] == [(n, "row-not-recognised") for n in (6, 7, 8)]
    assert (pack.total, len(pack.description)) == (5, 15_001)
    *refused, pack = read((head + "".join(f"a{n} : 1\n" for n in range(600))).encode())
    assert len(refused) == 102
    assert all(isinstance(one, RefusedRow) for one in refused)
    assert pack.keypack_id == 1


SIGNS = [
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"MZ",
    b"SQLite format 3\0",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"[" * 5000,
]
SIGNS += [
    b'{"value":[',
    b'{"a":' * 2000,
    b"\xed\xa0\x80",
    b'"',
    b"\n",
    b",",
    CSV,
    ROW,
    b'], "Count": 1}',
    b"x" * 3000,
]


@given(
    st.lists(st.sampled_from(SIGNS) | st.binary(max_size=6), max_size=8).map(b"".join),
    st.sampled_from(["auto", *RECOGNISERS]),
)
@settings(max_examples=150)
def test_whatever_is_put_together_ends_in_records_or_a_refusal(data, name):
    with suppress(RuleViolation):
        list(read(data, format=name))


def test_a_list_in_an_object_may_follow_other_objects():
    first, second = read(
        b'{"KeyPackId":1,"TotalLicenses":5}\n{"value":[{"KeyPackId":2,"TotalLicenses":6}],"Count":1}'
    )
    assert (first.keypack_id, second.keypack_id) == (1, 2)
