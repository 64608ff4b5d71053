"""Licenses entered by hand, and lists that turn out to hold them; our own exports read back."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from services.importer import LICENSE, Importer, counts, licenses, packs, refused, table
from services.stock import every, last_entry, one, put_license
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import KeyPackRow
from tslic_admin.db.store import Store
from tslic_admin.services.changes import ActResult
from tslic_admin.services.exporting.export_request import ExportRequest, read_export_request
from tslic_admin.services.exporting.writers import export
from tslic_admin.services.records import licenses as by_hand


@pytest.fixture
def importer(store: Store, clock) -> Importer:
    """DC01 is known with key packs 3 and 4."""
    found = Importer(store, clock)
    found.take(packs({}, {"KeyPackId": 4}))
    return found


def add(importer: Importer, computer: str, pack: int = 1, **typed: str) -> int:
    def act(session: Session) -> ActResult:
        return by_hand.add(
            session, session.get_one(KeyPackRow, pack), by_hand.LicenseFields(computer=computer, **typed)
        )

    with importer.store.writing() as session:
        return act(session).record or 0


def rows(importer: Importer) -> list[tuple[Any, ...]]:
    found = every(importer.store, "SELECT id, license_id, computer, by_hand FROM issuance ORDER BY id")
    return [tuple(row) for row in found]


def linked(results: Any) -> tuple[int, int]:
    return sum(result.linked for result in results), sum(result.ambiguous for result in results)


def test_what_the_list_says_is_taken_over_and_told_in_the_history(importer: Importer) -> None:
    number = add(importer, "PC1", issued_at="2026-01-05")
    took = importer.take(licenses({"sIssuedToUser": "CORP\\ann"}))
    assert counts(took.results)["licenses"] == (0, 1, 0)
    assert linked(took.results) == (1, 0)
    assert rows(importer) == [(number, 1, "PC1", 0)]
    assert one(importer.store, "SELECT issued_at FROM issuance")["issued_at"] == "2026-01-05T10:00:00Z"
    told = {field: (before, after) for _, _, field, before, after in last_entry(importer.store).changed}
    assert told["LicenseId"] == (None, "1")
    assert told["ByHand"] == ("1", "0")
    assert told["sIssuedToUser"] == (None, "CORP\\ann")
    assert {name for _, name, *_ in last_entry(importer.store).changed} == {"DC01/3/1"}


def test_an_empty_cell_takes_nothing_away(importer: Importer) -> None:
    add(importer, "PC1", user="ann", hardware_id="0xAB", expires_at="2026-05-01", issued_at="2026-01-05")
    importer.take(licenses({"ExpirationDate": "", "sIssuedToUser": ""}))
    row = one(importer.store, "SELECT user, hardware_id, expires_at FROM issuance")
    assert tuple(row) == ("ann", "0xAB", "2026-05-01T00:00:00Z")


def test_a_name_that_only_begins_alike_is_no_candidate(importer: Importer) -> None:
    add(importer, "PC1.corp.example")
    took = importer.take(
        licenses({"sIssuedToComputer": "PC1.other.example"}, {"LicenseId": 2, "sIssuedToComputer": ""})
    )
    assert linked(took.results) == (0, 0)
    assert counts(took.results)["licenses"] == (2, 0, 0)


def test_one_that_ended_or_was_voided_is_found_no_more(importer: Importer) -> None:
    put_license(importer.store, 1, None, "PC1", by_hand=1, ended_on="2026-02-01", ended_why="voided")  # type: ignore[arg-type]
    assert linked(importer.take(licenses()).results) == (0, 0)


def test_a_known_license_is_never_taken_for_one_by_hand(importer: Importer) -> None:
    importer.take(licenses())
    add(importer, "PC1", issued_at="2026-02-05")
    importer.take(licenses({"ExpirationDate": "20260520100000.000000-000"}))
    assert [license_id for _, license_id, *_ in rows(importer)] == [1, None]
    took = importer.take(licenses({"IssueDate": "20260205100000.000000-000"}))
    assert linked(took.results) == (1, 0), "another lies under its key: it is the one entered by hand"
    assert [license_id for _, license_id, *_ in rows(importer)] == [1, 1]


def test_among_many_it_is_found_wherever_it_stands(importer: Importer) -> None:
    number = add(importer, "PC77")
    many = [LICENSE | {"LicenseId": n, "sIssuedToComputer": f"PC{n}"} for n in range(1, 200)]
    took = importer.take(table("licenses.csv", *many))
    assert counts(took.results)["licenses"] == (198, 1, 0)
    assert one(importer.store, "SELECT license_id FROM issuance WHERE id = ?", number)["license_id"] == 77


def test_they_are_looked_up_by_an_index(importer: Importer) -> None:
    sql = "EXPLAIN QUERY PLAN SELECT id FROM issuance WHERE key_pack_id IN (1) AND ended_on IS NULL AND license_id IS NULL"
    assert "key_pack_id=? AND license_id=?" in str([tuple(row) for row in every(importer.store, sql)])


# out and in again


def exported(importer: Importer, file_format: str) -> tuple[str, bytes]:
    wish: ExportRequest = read_export_request("licenses", file_name="x", file_format=file_format)
    stream = BytesIO()
    export(importer.store.path, importer.clock, wish, stream)
    return f"licenses.{file_format}", stream.getvalue()


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_our_own_export_read_back_changes_nothing(importer: Importer, file_format: str) -> None:
    add(importer, "PC1", issued_at="2026-01-07")
    add(importer, "PC1", issued_at="2026-01-08")
    importer.take(licenses())
    took = importer.take(exported(importer, file_format))
    assert counts(took.results)["licenses"] == (0, 0, 3)


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_our_own_export_gives_the_same_rows_in_another_store(
    importer: Importer, template_database, tmp_path, clock, file_format: str
) -> None:
    add(importer, "PC1", issued_at="2026-01-07", user="ann", hardware_id="0xAB", status="3")
    importer.take(licenses())
    path = tmp_path / "other.sqlite"
    path.write_bytes(template_database.read_bytes())
    store = Store(path, actor="tester@box", now=clock)
    other = Importer(store, clock)
    other.take(packs({}, {"KeyPackId": 4}))
    file = exported(importer, file_format)
    assert counts(other.take(file).results)["licenses"] == (2, 0, 0)
    columns = "license_id, computer, user, status, issued_at, expires_at, hardware_id, by_hand"
    sql = f"SELECT {columns} FROM issuance ORDER BY license_id"
    assert [tuple(r) for r in every(store, sql)] == [tuple(r) for r in every(importer.store, sql)]
    assert counts(other.take(file).results)["licenses"] == (0, 0, 2)
    store.close()


def test_an_older_export_of_one_that_has_its_license_id_by_now_is_known(importer: Importer) -> None:
    add(importer, "PC1", issued_at="2026-01-05")
    add(importer, "HW", hardware_id="0xAB")
    file = exported(importer, "csv")
    importer.take(licenses({}, {"LicenseId": 2, "sIssuedToComputer": "RENAMED", "sHardwareId": "0xAB"}))
    assert counts(importer.take(file).results)["licenses"] == (0, 0, 2)


def test_a_servers_list_without_a_license_id_is_refused_as_ever(importer: Importer) -> None:
    found = importer.refuse(licenses({"LicenseId": ""}))
    assert refused(found) == [(2, "", "license-id-missing")]


def test_without_its_key_pack_our_own_row_is_refused_by_what_it_is_called(importer: Importer) -> None:
    data = [{"LicenseId": None, "KeyPackId": 9, "sIssuedToComputer": "PC1", "Holder": "PC1", "Record": None}]
    found = importer.refuse(("licenses.json", json.dumps(data).encode()))
    assert [(value, code) for _, value, code in refused(found)] == [("9/#", "pack-unseen")]


# which one of several


def two_and_one(importer: Importer) -> tuple[int, int]:
    """Two entered by hand that one listed license could be."""
    return add(importer, "PC1.a.example"), add(importer, "PC1.b.example", issued_at="2026-01-05")


def test_of_several_it_is_asked_which_one_is_listed(importer: Importer) -> None:
    numbers = two_and_one(importer)
    took = importer.take(licenses())
    (question,) = took.results[0].questions
    assert (question.kind, question.listed) == ("license", "DC01/3/1")
    assert question.candidates == (
        (numbers[0], "Entered by hand (DC01/3/#1)"),
        (numbers[1], "Entered by hand, issued 2026-01-05 (DC01/3/#2)"),
    )
    assert (counts(took.results)["licenses"], linked(took.results)) == ((1, 0, 0), (0, 1))


def test_what_is_answered_is_taken_over(importer: Importer) -> None:
    numbers = two_and_one(importer)
    took = importer.take(licenses(), answers={("license", "DC01/3/1"): numbers[1]})
    assert (counts(took.results)["licenses"], linked(took.results)) == ((0, 1, 0), (1, 0))
    assert rows(importer) == [(numbers[0], None, "PC1.a.example", 1), (numbers[1], 1, "PC1", 0)]


def test_none_of_them_is_an_answer_too(importer: Importer) -> None:
    numbers = two_and_one(importer)
    took = importer.take(licenses(), answers={("license", "DC01/3/1"): 0})
    assert (counts(took.results)["licenses"], linked(took.results)) == ((1, 0, 0), (0, 0))
    assert [license_id for _, license_id, *_ in rows(importer)] == [None, None, 1]
    assert numbers == (1, 2)


def test_one_of_ours_is_one_of_theirs_however_it_is_answered(importer: Importer) -> None:
    number = add(importer, "PC1")
    listed = licenses({}, {"LicenseId": 2})
    both = {("license", "DC01/3/1"): number, ("license", "DC01/3/2"): number}
    took = importer.take(listed, answers=both)
    assert (counts(took.results)["licenses"], linked(took.results)) == ((1, 1, 0), (1, 1))


def test_where_others_are_it_for_certain_nothing_is_asked(importer: Importer) -> None:
    """The same hardware goes first; the second license of that computer is one of its own."""
    add(importer, "PC1", hardware_id="0xAB")
    took = importer.take(licenses({"sHardwareId": "0xAB"}, {"LicenseId": 2, "sHardwareId": ""}))
    assert took.results[0].questions == ()
    assert (counts(took.results)["licenses"], linked(took.results)) == ((1, 1, 0), (1, 0))


@pytest.mark.parametrize("status", [1, 2])
def test_one_is_found_too_where_its_license_id_was_another_computers(importer: Importer, status: int) -> None:
    """License IDs are used again: what lay under it was replaced (rule 4.5)."""
    importer.take(licenses({"sIssuedToComputer": "OLD", "LicenseStatus": status}))
    number = add(importer, "PC1")
    took = importer.take(licenses())
    assert linked(took.results) == (1, 0)
    assert counts(took.results)["licenses"] == (0, 1, 0)
    found = every(importer.store, "SELECT id, license_id, computer, ended_why FROM issuance ORDER BY id")
    assert [tuple(row) for row in found] == [(1, 1, "OLD", "replaced"), (number, 1, "PC1", None)]


def test_one_that_no_list_shows_may_be_what_a_temporary_one_was_upgraded_to(importer: Importer) -> None:
    importer.take(licenses({"LicenseStatus": 1}, {"LicenseId": 2, "sIssuedToComputer": "PC2"}))
    number = add(importer, "PC1", issued_at="2026-02-01")
    importer.take(licenses({"LicenseId": 2, "sIssuedToComputer": "PC2"}))
    row = one(importer.store, "SELECT ended_why, succeeded_by_id FROM issuance WHERE id = 1")
    assert tuple(row) == ("upgraded", number)
