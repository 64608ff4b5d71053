"""Rows that wait: in the order of the server's keys, with what is refused of them, gone afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tslic_admin.db.staging import STAGED_COLUMNS, StagedLicense, StagedRefusal, Staging
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.licenses.issuances import IssuedLicense


@pytest.fixture
def area() -> Iterator[Staging]:
    area = Staging()
    yield area
    area.close()


def license_row(line: int, keypack_id: int, license_id: int, server: str | None = "A") -> tuple[Any, ...]:
    rest = {"keypack_id": keypack_id, "license_id": license_id, "computer": f"PC{line}"}
    return (line, server, *(rest.get(name) for name in STAGED_COLUMNS["licenses"]))


def server_row(line: int, server: str | None) -> tuple[Any, ...]:
    return (line, server, *(None for _ in STAGED_COLUMNS["servers"]))


def keys(area: Staging, file: int = 0, server: int = 1) -> list[tuple[int, int]]:
    rows = (row for row in area.licenses(server) if row.file == file and not row.refused)
    return [(row.keypack_id, row.license_id) for row in rows]


def test_rows_come_in_the_order_of_the_server_s_keys(area):
    area.add_rows(
        0, "licenses", [license_row(n, *key) for n, key in enumerate([(10, 1), (2, 9), (2, 10), (2, 2)])]
    )
    area.begin({"A": 1})
    assert keys(area) == [(2, 2), (2, 9), (2, 10), (10, 1)]
    nothing = IssuedLicense(*(None,) * 6)
    assert next(area.licenses(1)) == StagedLicense(0, 0, 3, 2, 2, nothing._replace(computer="PC3"))


def test_rows_of_a_name_that_stands_for_no_server_are_left_out(area):
    area.add_rows(
        0, "licenses", [license_row(2, 3, 1), license_row(3, 3, 1, None), license_row(4, 3, 2, "B")]
    )
    area.add_rows(0, "servers", [server_row(7, "B")])
    area.begin({"A": 1})
    assert keys(area) == [(3, 1)]
    assert area.lines_without_server(0) == [(3, None), (4, "B"), (7, "B")]
    assert area.lines_without_server(1) == []
    area.begin({"A": 1, None: 1, "B": 2})
    assert area.lines_without_server(0) == []
    assert keys(area) == []
    assert keys(area, server=2) == [(3, 2)]


def test_names_come_in_the_order_of_their_first_rows(area):
    area.add_rows(0, "licenses", [license_row(2, 3, 1, "Z"), license_row(3, 3, 1, None)])
    area.add_rows(1, "licenses", [license_row(2, 3, 1, "B"), license_row(3, 3, 1, "Z")])
    assert area.names() == ["Z", None, "B"]


def test_lists_are_those_of_a_file_and_a_server(area):
    area.add_rows(1, "licenses", [license_row(2, 3, 1, "B"), license_row(3, 3, 2, "A")])
    area.add_rows(0, "licenses", [license_row(2, 3, 4, "B")])
    area.begin({"A": 1, "B": 2})
    assert area.lists("licenses") == [(0, 2), (1, 1), (1, 2)]
    assert area.lists("servers") == area.lists("key-packs") == []


def test_of_a_key_that_stands_twice_no_row_is_taken(area):
    area.add_rows(0, "licenses", [license_row(2, 3, 1), license_row(3, 3, 2), license_row(4, 3, 1)])
    area.begin({"A": 1})
    assert keys(area) == [(3, 2)]
    assert area.refusals(0) == [
        (1, StagedRefusal(2, "3/1", "repeated-key", {})),
        (1, StagedRefusal(4, "3/1", "repeated-key", {})),
    ]


def test_nor_of_one_that_stands_in_two_files(area):
    area.add_rows(0, "licenses", [license_row(2, 3, 1)])
    area.add_rows(1, "licenses", [license_row(9, 3, 1, "a")])
    area.begin({"A": 1, "a": 1})
    assert keys(area) == keys(area, file=1) == []
    assert area.refusals(1) == [(1, StagedRefusal(9, "3/1", "repeated-in-files", {}))]


def test_a_server_has_one_row(area):
    area.add_rows(0, "servers", [server_row(2, None), server_row(3, "A"), server_row(4, "B")])
    area.begin({"A": 1, None: 1, "B": 2})
    assert [refusal for _, refusal in area.refusals(0)] == [
        StagedRefusal(2, "", "repeated-key", {}),
        StagedRefusal(3, "A", "repeated-key", {}),
    ]


def test_to_begin_again_forgets_what_the_comparison_refused_but_not_what_the_file_did(area):
    area.add_rows(0, "licenses", [license_row(2, 3, 1), license_row(3, 3, 1, "B")])
    area.refuse(0, [StagedRefusal(9, "x", "number-malformed", {})], lasting=True)
    area.begin({"A": 1, "B": 1})
    area.refuse(
        0, [StagedRefusal(1, "", "pack-unseen", {"pack": "A/3", "on": dt.date(2026, 3, 2)})], server=1
    )
    assert [refusal.line for _, refusal in area.refusals(0)] == [1, 2, 3, 9]
    assert area.refusals(0)[0][1].facts == {"pack": "A/3", "on": "2026-03-02"}
    area.begin({"A": 1, "B": 2})
    assert [refusal.line for _, refusal in area.refusals(0)] == [9]
    assert keys(area) == [(3, 1)]


def test_values_stay_what_the_reader_made_of_them(area):
    values = (12, None, " ", "2026-01-05T10:00:00Z", 4294967295, "1e5")
    area.add_rows(0, "licenses", [(2, "A", 3, "0012", *values)])
    area.add_rows(0, "key-packs", [(2, "A", 3, *values, *values[:5])])
    area.begin({"A": 1})
    assert next(area.licenses(1)) == (0, 0, 2, 3, "0012", values)
    row = next(area.rows("key-packs", 1))
    assert row == (0, 0, 2, dict(zip(KEY_PACK.listed, (3, *values, *values[:5]), strict=True)))


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    area = Staging()
    (folder,) = Path(tmp_path).iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    area.add_rows(0, "licenses", [license_row(2, 3, 1)])
    area.close()
    assert list(tmp_path.iterdir()) == []
