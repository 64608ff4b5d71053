"""What a preview tells of an import row by row: each kind of difference, and no more than enough of it."""

from __future__ import annotations

import pytest
from services.importer import LICENSE, Importer, licenses, packs, table

from tslic_admin.db.store import Store
from tslic_admin.domain.history.entries import EventLine
from tslic_admin.services.importing.imports import ImportResult
from tslic_admin.services.importing.results import SHOWN_PER_WORD


@pytest.fixture
def importer(store: Store, clock) -> Importer:
    """DC01 is known with key pack 3 and its license 1."""
    found = Importer(store, clock)
    found.take(packs({}), licenses())
    return found


def told(took: ImportResult) -> list[tuple[str, str, list[str | None]]]:
    return [
        (one.word, one.reference, [line.field for line in one.lines])
        for result in took.results
        for one in result.differences
    ]


def test_each_difference_is_told_as_what_it_is(importer: Importer) -> None:
    listed = licenses(
        {"LicenseId": 2, "sIssuedToComputer": "PC2"}, {"LicenseId": 3, "sIssuedToComputer": "PC3"}
    )
    assert told(importer.take(listed)) == [
        ("vanished", "DC01/3/1", ["Ended", "EndedWhy"]),
        ("new", "DC01/3/2", [None]),
        ("new", "DC01/3/3", [None]),
    ]
    renewed = {"LicenseId": 2, "sIssuedToComputer": "PC2", "ExpirationDate": "20260901000000.000000-000"}
    assert told(importer.take(licenses(renewed, {"LicenseId": 3, "sIssuedToComputer": "PC3"}))) == [
        ("changed", "DC01/3/2", ["ExpirationDate"])
    ]


def test_numbers_of_rows_are_left_out(importer: Importer) -> None:
    """They say nothing to anybody."""
    took = importer.take(licenses({}, {"LicenseId": 2, "sIssuedToComputer": "PC2"}))
    ((line,),) = (one.lines for result in took.results for one in result.differences)
    assert isinstance(line, EventLine)
    assert "KeyPack" not in str(line.after).replace("sIssued", "")
    assert '"sIssuedToComputer":"PC2"' in str(line.after)


def test_a_temporary_license_that_was_upgraded_is_told_once(importer: Importer) -> None:
    temporary = {"LicenseId": 7, "sIssuedToComputer": "PC7", "LicenseStatus": 1, "sHardwareId": "0x77"}
    importer.take(licenses({}, temporary))
    active = temporary | {"LicenseId": 8, "LicenseStatus": 2}
    assert [(word, name) for word, name, _ in told(importer.take(licenses({}, active)))] == [
        ("new", "DC01/3/8"),
        ("changed", "DC01/3/7"),
    ]


def test_of_many_the_first_are_told(importer: Importer) -> None:
    many = [LICENSE | {"LicenseId": n, "sIssuedToComputer": f"PC{n}"} for n in range(1, SHOWN_PER_WORD + 50)]
    took = importer.take(table("licenses.csv", *many))
    assert sum(result.new for result in took.results) == SHOWN_PER_WORD + 48
    assert len(told(took)) == SHOWN_PER_WORD
