"""Generated files come back as they were written; mutated ones end in records, refused rows or a refusal."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.licenses.packs import VERSION_NAMES
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import RECOGNISERS, read
from tslic_admin.formats.tables.headings import KNOWN_TABLES
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord

UINT32 = st.integers(0, 4294967295)
NAME = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12).filter(
    lambda name: name.strip() == name and not name.endswith("…")
)
MOMENT = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda d: d.replace(tzinfo=UTC))
HEADINGS = {c.record: [column.headings[0] for column in c.columns] for c in KNOWN_TABLES}
TABLE_NAMES = st.text("abcXYZ0189\\-.", min_size=1, max_size=12).filter(lambda name: not name.endswith("..."))


def records_of(record_class, texts):
    by_type = {"int": UINT32, "str | None": st.none() | texts, "int | None": st.none() | UINT32}
    values = {f.name: by_type.get(f.type, st.none() | MOMENT) for f in fields(record_class)}
    if record_class is IssuedRecord:  # only an export of this program lacks it
        values["license_id"] = UINT32
    if record_class is KeyPackRecord:  # 2025 and the like name a version
        values["product_version_id"] = st.none() | UINT32.filter(
            lambda number: str(number) not in VERSION_NAMES
        )
    if record_class is ServerRecord:  # 2 says that the server does not know
        values["activation"] = st.none() | UINT32.filter(lambda status: status != 2)
    return st.builds(record_class, **values).filter(
        lambda record: any(cells(record))
    )  # a blank row is no row


RECORDS = {
    c: st.lists(records_of(c, NAME), min_size=1, max_size=5)
    for c in (KeyPackRecord, IssuedRecord, ServerRecord)
}
PLAIN = {
    c: st.lists(records_of(c, TABLE_NAMES), min_size=1, max_size=5) for c in (KeyPackRecord, IssuedRecord)
}


def cells(record) -> list[str]:
    values = [getattr(record, field.name) for field in fields(record)[1:]]
    return ["" if v is None else v.isoformat() if isinstance(v, datetime) else str(v) for v in values]


def unlined(records):
    return [replace(record, line=0) for record in records]


def as_csv(records, delimiter: str, quoting: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)
    writer.writerow(HEADINGS[type(records[0])])
    writer.writerows(cells(record) for record in records)
    return out.getvalue()


def as_objects(records) -> list[dict[str, object]]:
    names = HEADINGS[type(records[0])]
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in zip(names, [getattr(r, f.name) for f in fields(r)[1:]], strict=True)
        }
        for r in records
    ]


def as_list(records) -> str:
    names = HEADINGS[type(records[0])]
    blocks = ["".join(f"{n:<18}: {c}\n" for n, c in zip(names, cells(r), strict=True)) for r in records]
    return "\n\n" + "\n".join(blocks)


def as_table(records) -> str:
    rows = [HEADINGS[type(records[0])], *(cells(record) for record in records)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numbers = [f.type.startswith("int") for f in fields(records[0])[1:]]
    rows.insert(1, ["-" * len(name) for name in rows[0]])
    return "".join(
        " ".join(
            c.rjust(w) if right else c.ljust(w) for c, w, right in zip(row, widths, numbers, strict=True)
        ).rstrip()
        + "\n"
        for row in rows
    )


@pytest.mark.parametrize("record_class", RECORDS)
@given(data=st.data())
def test_csv_and_json_come_back_as_they_were_written(record_class, data):
    records = data.draw(RECORDS[record_class])
    delimiter = data.draw(st.sampled_from(",;\t"))
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    encoding = data.draw(st.sampled_from(["utf-8-sig", "utf-16"]))
    assert unlined(read(as_csv(records, delimiter, quoting).encode(encoding))) == unlined(records)
    assert unlined(read(json.dumps(as_objects(records), indent=2).encode())) == unlined(records)


@pytest.mark.parametrize("record_class", PLAIN)
@given(data=st.data())
def test_lists_and_tables_come_back_as_they_were_written(record_class, data):
    records = data.draw(PLAIN[record_class])
    assert unlined(read(as_list(records).encode())) == unlined(records)
    assert unlined(read(as_table(records).encode())) == unlined(records)


SEEDS = [
    b'#TYPE x\r\n"LicenseId","KeyPackId","sIssuedToUser","IssueDate"\r\n"7","3","ann","20/03/2022 12:26:14"\r\n',
    b'[{"KeyPackId": 3, "TotalLicenses": -1, "ExpirationDate": {"value": "\\/Date(1582571197098)\\/"}}, {"KeyPackId": 4}]',
    b"\nKeyPackId      : 3\nProductVersion : Windows Server 2008 or\n                 R2\nTotalLicenses  : 5\n\n",
    b"KeyPackId LicenseId IssueDate\n--------- --------- ---------\n        3         7 8/27/2017 1:18:50 PM\n",
    b"<<<rds_licenses:sep(44)>>>\nKeyPackId,Descr...\n3,A02-6.00-S,2,0,W,2,-1,0,5,01/08/2023 00:00:00\n",
    "LicenseId;KeyPackId;sIssuedToUser\n7;3;Größe\n8;3;\n".encode("utf-16"),
]
SCRAPS = st.sampled_from(
    [
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b'"',
        b",",
        b";",
        b"\n",
        b"\r",
        b"#",
        b"{",
        b"[",
        b"]",
        b"}",
        b":",
        b"=",
        b"...",
        b"-1",
        b"99999999999",
        b"01/02/2022",
        b"<<<",
        b">>>",
        b"    ",
        b"----",
        b"\\ud800",
        b"\xe2\x80\xa6",
        b"*",
        b"/",
    ]
) | st.binary(max_size=4)


@st.composite
def mutated(draw) -> bytes:
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(SCRAPS) + data[at + draw(st.integers(0, 5)) :]
    return data


def outcome(data: bytes, **how) -> list[object]:
    with suppress(RuleViolation):
        found = list(read(data, **how))
        assert all(isinstance(r, KeyPackRecord | IssuedRecord | ServerRecord | RefusedRow) for r in found)
        for record in found:
            if isinstance(record, RefusedRow):
                record.value.encode()  # fit for any screen
            else:
                assert all(
                    isinstance(getattr(record, f.name), int) for f in fields(record) if f.type == "int"
                )
        return found
    return []


@given(
    data=mutated(), order=st.sampled_from(["auto", "mdy", "dmy", "ymd"]), zone=st.sampled_from([None, UTC])
)
@settings(max_examples=400)
def test_a_mutated_file_never_ends_otherwise(data, order, zone):
    outcome(data, date_order=order, time_zone=zone)


@given(data=mutated() | st.binary(max_size=300), name=st.sampled_from(sorted(RECOGNISERS)))
@settings(max_examples=200)
def test_a_format_forced_upon_any_file_never_ends_otherwise(data, name):
    outcome(data, format=name)


@given(st.text(max_size=40), st.sampled_from(["auto", "mdy", "ymd"]))
@settings(max_examples=300)
def test_any_text_may_stand_in_any_cell(text, order):
    row = {"LicenseId": 7, "KeyPackId": 3, "sIssuedToUser": text, "IssueDate": text, "LicenseStatus": text}
    for name in row:
        data = json.dumps([{"LicenseId": 1, "KeyPackId": 1}, {"LicenseId": 7, "KeyPackId": 3} | {name: text}])
        assert len(outcome(data.encode(), date_order=order)) in (0, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"a" + b" " * 2_000_000 + b"b",
        b"a," * 1_000_000,
        b"[" * 2_000_000,
        b"{" * 2_000_000,
        b'"' * 2_000_001,
        b"\n" * 2_000_000,
        b"# " * 1_000_000,
        b"a b " * 500_000,
        b'[{"KeyPackId": 1, "TotalLicenses": "' + b" " * 2_000_000 + b'x"}]',
        b"KeyPackId : 1\nTotalLicenses : 1\n" + b" x" * 1_000_000,
        b"KeyPackId,TotalLicenses\n" + b'"' * 2_000_001,
        b"KeyPackId TotalLicenses\n" + b"1 " * 1_000_000,
    ],
)
def test_a_large_odd_file_takes_no_time(data):
    outcome(data)
