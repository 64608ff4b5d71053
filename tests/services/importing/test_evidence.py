"""Evidence is attached to the license it matches, whatever brought it, and makes none (formats.md, *Evidence*)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from services.importer import (
    HARDWARE,
    OTHER_HARDWARE,
    Importer,
    licenses,
    packs,
    per_device,
    per_user,
    refused,
)
from services.stock import every, last_entry, one

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history import voiding
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.lists import read_details

LATER = NOW + timedelta(days=7)
USERS = {"KeyPackId": 4, "ProductType": 1, "Description": "C50-10.01-S"}
ANN = {
    "LicenseId": 7,
    "KeyPackId": 4,
    "sIssuedToUser": "corp.example\\ann",
    "sIssuedToComputer": "",
    "ExpirationDate": "20260401100000.000000-000",
}
PC2 = {"LicenseId": 2, "sIssuedToComputer": "PC2", "sHardwareId": HARDWARE}


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    """DC01 with device licenses 1 of PC1 and 2 of PC2 in pack 3, and ann's user license 7 in pack 4; a week ago."""
    importer = Importer(store, clock)
    importer.take(packs({}, USERS), licenses({}, PC2, ANN))
    importer.options = ImportOptions()
    return importer.at(LATER)


def evidence(store: Store) -> list[dict[str, Any]]:
    return [dict(row) for row in every(store, "SELECT * FROM evidence ORDER BY id")]


def license_(store: Store, number: int) -> int:
    return int(one(store, "SELECT id FROM issuance WHERE license_id = ? AND ended_on IS NULL", number)["id"])


def stock(store: Store) -> list[tuple[Any, ...]]:
    """Servers, packs and licenses, which evidence never makes."""
    return [
        tuple(row)
        for table in ("server", "key_pack", "issuance")
        for row in every(store, f"SELECT * FROM {table} ORDER BY id")
    ]


def comes_to(imported: imports.ImportResult) -> tuple[int, int, int, int, int, int]:
    (result,) = [one for one in imported.results if one.subject == "evidence"]
    return (
        result.new,
        result.changed,
        result.unchanged,
        result.linked,
        result.ambiguous,
        result.unmatched,
    )


def test_evidence_is_attached_to_the_license_of_its_computer_and_holds_what_was_read(importer):
    before = stock(importer.store)
    imported = importer.take(per_device())
    assert comes_to(imported) == (1, 0, 0, 1, 0, 0)
    (row,) = evidence(importer.store)
    assert row["issuance_id"] == license_(importer.store, 1)
    assert (row["kind"], row["file_name"], len(row["file_sha256"])) == (
        "per-device-report",
        "devices.csv",
        64,
    )
    assert (row["computer"], row["expires_at"], row["product_version_id"]) == (
        "PC1",
        "2026-03-20T10:00:00Z",
        6,
    )
    assert json.loads(row["facts"])[0] == ["sIssuedToComputer", "PC1"]
    assert stock(importer.store) == before


def test_the_entry_holds_the_file_though_it_is_of_no_server(importer):
    importer.take(per_device())
    snapshot = last_entry(importer.store).made["snapshot"]
    assert (snapshot["Subject"], snapshot["File"], snapshot["Format"]) == ("evidence", "devices.csv", "csv")
    assert "Server" not in snapshot


def test_the_same_row_again_is_unchanged(importer):
    importer.take(per_device())
    again = importer.take(per_device(name="other name.csv"))
    assert comes_to(again) == (0, 0, 1, 0, 0, 0)
    assert again.act.entry is None


def test_a_row_that_stands_twice_in_the_files_is_recorded_once(importer):
    imported = importer.take(per_device({}, {}), per_device(name="more.csv"))
    assert [(one.file, one.new, one.unchanged) for one in imported.results] == [
        ("devices.csv", 1, 1),
        ("more.csv", 0, 1),
    ]
    assert len(evidence(importer.store)) == 1


def test_what_matches_nothing_is_recorded_listed_and_makes_no_license(importer):
    before = stock(importer.store)
    imported = importer.take(per_device({"sIssuedToComputer": "PC9"}))
    assert comes_to(imported) == (1, 0, 0, 0, 0, 1)
    (result,) = imported.results
    assert [(row.line, row.about) for row in result.unmatched_examples] == [(2, "Per-device report, PC9")]
    assert (result.server, result.subject) == (None, "evidence")
    assert evidence(importer.store)[0]["issuance_id"] is None
    assert stock(importer.store) == before


def test_no_server_is_made_of_the_name_that_evidence_gives(importer):
    before = stock(importer.store)
    imported = importer.take(per_device({"Server": "DC77"}), server=None)
    assert comes_to(imported) == (1, 0, 0, 0, 0, 1)
    assert imported.results[0].server == "DC77"
    assert evidence(importer.store)[0]["server"] == "DC77"
    assert stock(importer.store) == before


def test_evidence_of_a_named_server_is_looked_for_there_only(importer):
    other = Importer(importer.store, importer.clock, ImportOptions(server="DC02"))
    other.take(packs(), licenses())
    assert comes_to(importer.take(per_device({"Server": "DC02.corp.example"}))) == (1, 0, 0, 1, 0, 0)
    server = one(
        importer.store,
        "SELECT s.name FROM evidence e JOIN issuance i ON i.id = e.issuance_id"
        " JOIN key_pack p ON p.id = i.key_pack_id JOIN server s ON s.id = p.server_id",
    )
    assert server["name"] == "DC02"


def test_what_could_be_several_is_asked_and_an_answer_attaches_it(importer):
    other = Importer(importer.store, importer.clock, ImportOptions(server="DC02"))
    other.take(packs(), licenses())
    imported = importer.take(per_device())
    assert comes_to(imported) == (1, 0, 0, 0, 1, 0)
    (question,) = imported.results[0].questions
    assert (question.kind, question.listed) == ("evidence", "devices.csv:2, Per-device report, PC1")
    assert [name for _, name in question.candidates] == ["DC01/3/1", "DC02/3/1"]
    assert evidence(importer.store)[0]["issuance_id"] is None
    number = question.candidates[1][0]
    answered = importer.take(per_device(), answers={question.key: number})
    assert comes_to(answered) == (0, 1, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == number


def test_an_answer_that_it_is_none_of_them_leaves_it_without_a_license(importer):
    Importer(importer.store, importer.clock, ImportOptions(server="DC02")).take(packs(), licenses())
    key = ("evidence", "devices.csv:2, Per-device report, PC1")
    imported = importer.take(per_device(), answers={key: 0})
    assert comes_to(imported) == (1, 0, 0, 0, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] is None


def test_a_user_goes_by_the_name_in_any_form_and_only_to_user_licenses(importer):
    importer.take(
        licenses({}, PC2, ANN, {"LicenseId": 3, "sIssuedToComputer": "PC3", "sIssuedToUser": "CORP\\ann"}),
        server="DC01",
    )
    assert comes_to(importer.take(per_user())) == (1, 0, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == license_(importer.store, 7)
    assert comes_to(importer.take(per_user({"User": "ann@corp.example"}))) == (1, 0, 0, 1, 0, 0)
    assert comes_to(importer.take(per_user({"User": "ELSEWHERE\\ann"}))) == (1, 0, 0, 0, 0, 1)


def test_the_hardware_id_goes_before_the_name(importer):
    row = {"sIssuedToComputer": "RENAMED", "sHardwareId": HARDWARE.upper()}
    assert comes_to(importer.take(per_device(row))) == (1, 0, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == license_(importer.store, 2)
    another = {"sIssuedToComputer": "PC2", "sHardwareId": OTHER_HARDWARE}
    assert comes_to(importer.take(per_device(another))) == (1, 0, 0, 0, 0, 1)


def test_another_version_is_another_license(importer):
    assert comes_to(importer.take(per_device({"ProductVersionID": 4}))) == (1, 0, 0, 0, 0, 1)


def test_the_users_word_for_the_server_is_refused_where_a_row_names_another(importer):
    results = importer.refuse(per_device({"Server": "DC02"}, {"Server": "DC01"}), server="DC01")
    assert refused(results) == [(2, "DC02", "server-other")]
    assert [one.new for one in results] == [1]


def test_a_file_of_which_every_row_is_refused_is_still_listed(importer):
    (result,) = importer.refuse(per_device({"Server": "DC02"}), server="DC01")
    assert (result.subject, result.format, len(result.refused)) == (None, "csv", 1)


def test_evidence_and_the_list_with_its_license_come_in_one_import_in_any_order(importer):
    new = {"LicenseId": 9, "sIssuedToComputer": "PC9"}
    imported = importer.take(
        per_device({"sIssuedToComputer": "PC9"}), licenses({}, PC2, ANN, new), server="DC01"
    )
    assert comes_to(imported) == (1, 0, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == license_(importer.store, 9)


def test_a_new_server_s_licenses_have_evidence_in_the_same_import(importer):
    imported = importer.take(
        packs(name="p.csv"), licenses(name="l.csv"), per_device({"Server": "DC03"}), server="DC03"
    )
    assert comes_to(imported) == (1, 0, 0, 1, 0, 0)


def test_a_license_that_was_replaced_by_the_list_beside_it_gives_way_to_the_new_one(importer):
    other = {"IssueDate": "20260301100000.000000-000", "ExpirationDate": "20260320100000.000000-000"}
    imported = importer.take(per_device(), licenses(other, PC2, ANN), server="DC01")
    assert comes_to(imported) == (1, 0, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == license_(importer.store, 1)


def test_evidence_without_a_license_finds_it_when_it_comes_again(importer):
    row = {"sIssuedToComputer": "PC9"}
    importer.take(per_device(row))
    importer.take(licenses({}, PC2, ANN, {"LicenseId": 9, "sIssuedToComputer": "PC9"}), server="DC01")
    again = importer.take(per_device(row))
    assert comes_to(again) == (0, 1, 0, 1, 0, 0)
    assert evidence(importer.store)[0]["issuance_id"] == license_(importer.store, 9)
    (told,) = again.results[0].differences
    assert (told.word, told.reference) == ("linked", "DC01/3/9")


def test_voiding_the_import_takes_the_evidence_back_and_it_can_come_again(importer):
    entry = importer.take(per_device()).act.entry
    with importer.store.writing() as session:
        voiding.void(session, entry, reason="the wrong file")
    assert verify(importer.store.path, importer.clock).state is VerificationState.INTACT
    assert evidence(importer.store)[0]["voided_by"] is not None
    details = read_details(importer.store.path, importer.clock, "license", license_(importer.store, 1))
    assert details.evidence == ()
    assert comes_to(importer.take(per_device())) == (1, 0, 0, 1, 0, 0)


def test_an_import_whose_license_has_evidence_is_built_on(importer):
    entry = importer.take(
        licenses({}, PC2, ANN, {"LicenseId": 9, "sIssuedToComputer": "PC9"}), server="DC01"
    ).act.entry
    attached = importer.take(per_device({"sIssuedToComputer": "PC9"})).act.entry
    with pytest.raises(RuleViolation) as refusal, importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    assert [one.entry for one in refusal.value.facts["entries"]] == [attached]


def test_an_import_whose_evidence_was_attached_later_is_built_on(importer):
    row = {"sIssuedToComputer": "PC9"}
    entry = importer.take(per_device(row)).act.entry
    importer.take(licenses({}, PC2, ANN, {"LicenseId": 9, "sIssuedToComputer": "PC9"}), server="DC01")
    attached = importer.take(per_device(row)).act.entry
    with pytest.raises(RuleViolation) as refusal, importer.store.writing() as session:
        voiding.void(session, entry, reason="x")
    assert [one.entry for one in refusal.value.facts["entries"]] == [attached]
    with importer.store.writing() as session:
        voiding.void(session, attached, reason="x")
    assert evidence(importer.store)[0]["issuance_id"] is None
    assert verify(importer.store.path, importer.clock).state is VerificationState.INTACT


def test_a_license_shows_its_evidence_and_its_history_tells_of_it(importer):
    importer.take(per_device())
    details = read_details(importer.store.path, importer.clock, "license", license_(importer.store, 1))
    (found,) = details.evidence
    assert (found.kind, found.file_name, found.expires_at) == (
        "per-device-report",
        "devices.csv",
        "2026-03-20T10:00:00Z",
    )
    assert ("evidence", "DC01/3/1") in [(one.line.kind, one.line.reference) for one in details.events]


def test_only_the_first_are_listed_and_asked_one_by_one(importer, monkeypatch):
    Importer(importer.store, importer.clock, ImportOptions(server="DC02")).take(packs(), licenses({}, PC2))
    monkeypatch.setattr("tslic_admin.services.importing.evidence.MOST_UNMATCHED", 1)
    monkeypatch.setattr("tslic_admin.services.importing.evidence.MOST_QUESTIONS", 1)
    names = ("PC1", "PC2", "PC8", "PC9")
    imported = importer.take(per_device(*({"sIssuedToComputer": name} for name in names)))
    assert comes_to(imported) == (4, 0, 0, 0, 2, 2)
    (result,) = imported.results
    assert (len(result.unmatched_examples), len(result.questions)) == (1, 1)


def test_what_still_matches_nothing_is_unchanged(importer):
    row = {"sIssuedToComputer": "PC9"}
    importer.take(per_device(row))
    again = importer.take(per_device(row))
    assert (comes_to(again), again.act.entry) == ((0, 0, 1, 0, 0, 0), None)


def test_reports_and_lists_of_several_computers_and_users_in_one_import(importer):
    users = [{"User": f"CORP\\{name}"} for name in ("ann", "bob")]
    bob = ANN | {"LicenseId": 8, "sIssuedToUser": "bob"}
    cid = ANN | {"LicenseId": 9, "sIssuedToUser": "cid"}
    devices = [{"sIssuedToComputer": name} for name in ("PC1", "PC2")]
    lists = licenses({}, PC2, ANN, bob, cid)
    imported = importer.take(per_device(*devices), per_user(*users), lists, server="DC01")
    assert [one.linked for one in imported.results if one.subject == "evidence"] == [2, 2]
    more = importer.take(per_user({"User": "cid"}, {"User": "nobody"}))
    assert comes_to(more) == (2, 0, 0, 1, 0, 1)


def test_progress_is_told_and_ends_the_import_where_it_raises(importer):
    rows = per_device(*({"sIssuedToComputer": f"PC{number}"} for number in range(100, 1200)))
    told = []
    with (
        stage([SourceFile(*rows)], ImportOptions()) as staged,
        importer.store.reading() as session,
    ):
        imports.preview(session, staged, progress=lambda done, _: told.append(done))
    assert told == [1000]


def test_a_date_of_the_future_is_refused_for_evidence_too(importer):
    results = importer.refuse(per_device(), taken_at=LATER + timedelta(days=1))
    assert [code for _, _, code in refused(results)] == ["taken-in-future"]
