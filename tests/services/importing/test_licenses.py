"""What a list of issued licenses does to those that are known (rule 4.5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from conftest import NOW
from services.importer import (
    HARDWARE,
    LICENSE,
    OTHER_HARDWARE,
    ZEROS,
    Importer,
    counts,
    licenses,
    packs,
    refused,
)
from services.stock import Stock, count_entries, dump, every, last_entry, one, put_license

from tslic_admin.db.store import Store
from tslic_admin.domain.clocks import start_of
from tslic_admin.services.lookup import find_license, find_request, find_server
from tslic_admin.services.records import transfers
from tslic_admin.services.reissue import requests

LATER = NOW + timedelta(days=7)


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    """DC01 with its pack 3, PC1's license 1 and PC2's 2; a week has passed."""
    importer = Importer(store, clock)
    importer.take(
        packs(), licenses({}, {"LicenseId": 2, "sIssuedToComputer": "PC2", "sHardwareId": HARDWARE})
    )
    return importer.at(LATER)


def rows(store: Store, *, license_id: int = 1) -> list[dict[str, Any]]:
    """Everything that ever lay under a key, oldest first."""
    found = every(store, "SELECT * FROM issuance WHERE license_id = ? ORDER BY id", license_id)
    return [dict(row) for row in found]


def only(store: Store, *, license_id: int = 1) -> dict[str, Any]:
    (row,) = rows(store, license_id=license_id)
    return row


def second(**cells: Any) -> dict[str, Any]:
    return {"LicenseId": 2, "sIssuedToComputer": "PC2", "sHardwareId": HARDWARE, **cells}


def test_a_new_license_is_as_its_server_says(importer):
    row = only(importer.store)
    assert (row["computer"], row["computer_label"], row["user"], row["status"]) == ("PC1", "pc1", None, 2)
    assert row["issued_at"] == row["first_issued_at"] == "2026-01-05T10:00:00Z"
    assert (row["expires_at"], row["ended_on"], row["by_hand"]) == ("2026-03-20T10:00:00Z", None, 0)


def test_the_same_file_again_changes_nothing_and_writes_no_entry(importer):
    again = importer.take(packs(), licenses({}, second()))
    assert again.act.entry is None
    assert counts(again.results) == {"key-packs": (0, 0, 1), "licenses": (0, 0, 2)}


def test_a_renewed_license_is_the_same_with_a_later_expiry(importer):
    imported = importer.take(licenses({"ExpirationDate": "20260520100000.000000-000"}))
    assert counts(imported.results)["licenses"] == (0, 1, 0)
    assert only(importer.store)["expires_at"] == "2026-05-20T10:00:00Z"
    assert (
        "license",
        "DC01/3/1",
        "ExpirationDate",
        "2026-03-20T10:00:00Z",
        "2026-05-20T10:00:00Z",
    ) in last_entry(importer.store).changed


def test_a_computer_that_was_renamed_keeps_its_license(importer):
    importer.take(licenses(second(sIssuedToComputer="PC2-NEW")))
    row = only(importer.store, license_id=2)
    assert (row["computer"], row["computer_label"], row["ended_on"]) == ("PC2-NEW", "pc2-new", None)


def test_a_changed_status_is_said(importer):
    importer.take(licenses({"LicenseStatus": 4}))
    assert only(importer.store)["status"] == 4
    assert ("license", "DC01/3/1", "LicenseStatus", "2", "4") in last_entry(importer.store).changed


def test_the_first_issue_date_stays_the_earliest(importer):
    importer.take(licenses(second(IssueDate="20260215100000.000000-000")))
    row = only(importer.store, license_id=2)
    assert (row["issued_at"], row["first_issued_at"]) == ("2026-02-15T10:00:00Z", "2026-01-05T10:00:00Z")
    importer.take(licenses(second(IssueDate="20251201100000.000000-000")))
    row = only(importer.store, license_id=2)
    assert (row["issued_at"], row["first_issued_at"]) == ("2025-12-01T10:00:00Z", "2025-12-01T10:00:00Z")


def test_a_fraction_of_a_second_is_later_than_the_whole_one(importer):
    importer.take(licenses(second(IssueDate="20260105100000.500000-000")))
    row = only(importer.store, license_id=2)
    assert (row["issued_at"], row["first_issued_at"]) == (
        "2026-01-05T10:00:00.500000Z",
        "2026-01-05T10:00:00Z",
    )


def test_a_form_without_fractions_of_a_second_shows_the_same_license(importer):
    importer.take(licenses({"IssueDate": "20260105100000.500000-000"}))
    assert only(importer.store)["ended_on"] is None


@pytest.mark.parametrize(
    "empty", ["sIssuedToComputer", "IssueDate", "ExpirationDate", "LicenseStatus", "sHardwareId"]
)
def test_an_empty_cell_erases_nothing(importer, empty):
    before = dump(importer.store)
    imported = importer.take(licenses({empty: ""}, second(**{empty: ""})))
    assert (imported.act.entry, counts(imported.results)["licenses"]) == (None, (0, 0, 2))
    assert dump(importer.store) == before


def test_an_empty_user_erases_nothing(importer):
    row = {"LicenseId": 9, "sIssuedToComputer": "", "sIssuedToUser": "CORP\\ann"}
    importer.take(licenses(row))
    imported = importer.take(licenses(row | {"sIssuedToUser": ""}))
    assert imported.act.entry is None
    assert only(importer.store, license_id=9)["user"] == "CORP\\ann"


def test_a_list_without_most_columns_erases_nothing(importer):
    imported = importer.take(
        ("short.csv", b"LicenseId,KeyPackId,sIssuedToComputer,ExpirationDate\n1,3,pc1,2026-04-01T00:00:00Z\n")
    )
    assert counts(imported.results)["licenses"] == (0, 1, 0)
    row = only(importer.store)
    assert (row["computer"], row["expires_at"]) == ("pc1", "2026-04-01T00:00:00Z")
    assert (row["issued_at"], row["status"]) == ("2026-01-05T10:00:00Z", 2)


def test_what_was_not_known_is_filled_in(importer):
    importer.take(licenses({"LicenseId": 9, "IssueDate": "", "sIssuedToUser": ""}))
    importer.take(licenses({"LicenseId": 9, "sIssuedToUser": "CORP\\ann"}))
    row = only(importer.store, license_id=9)
    assert (row["issued_at"], row["first_issued_at"], row["user"]) == (
        "2026-01-05T10:00:00Z",
        "2026-01-05T10:00:00Z",
        "CORP\\ann",
    )


REPLACED = {
    "another computer": ({}, {"sIssuedToComputer": "PC9"}),
    "another issue date of the same computer": ({}, {"IssueDate": "20260301100000.000000-000"}),
    "another hardware ID of the same name": (second(), second(sHardwareId=OTHER_HARDWARE)),
    "hardware IDs of zeros, another computer": (
        {"LicenseId": 8, "sHardwareId": ZEROS},
        {"LicenseId": 8, "sHardwareId": ZEROS, "sIssuedToComputer": "PC9"},
    ),
    "another user": (
        {"LicenseId": 8, "sIssuedToComputer": " ", "sIssuedToUser": "ann"},
        {"LicenseId": 8, "sIssuedToComputer": " ", "sIssuedToUser": "bob"},
    ),
    "the same name in another domain": (
        {"LicenseId": 8, "sIssuedToComputer": "PC1.a.example"},
        {"LicenseId": 8, "sIssuedToComputer": "PC1.b.example"},
    ),
}


@pytest.mark.parametrize(("was", "comes"), REPLACED.values(), ids=REPLACED)
def test_anything_else_under_a_key_ends_the_old_license_and_begins_another(importer, was, comes):
    number = was.get("LicenseId", 1)
    importer.take(licenses(was))
    imported = importer.take(licenses(comes))
    assert counts(imported.results)["licenses"] == (0, 1, 0)
    old, new = rows(importer.store, license_id=number)
    assert (old["ended_on"], old["ended_why"]) == (LATER.astimezone().date().isoformat(), "replaced")
    assert (old["computer"], old["user"]) == tuple(
        (LICENSE | was)[name].strip() or None for name in ("sIssuedToComputer", "sIssuedToUser")
    )
    assert new["computer"] == ((LICENSE | comes)["sIssuedToComputer"].strip() or None)
    assert (new["ended_on"], new["first_issued_at"]) == (None, new["issued_at"])


SAME = {
    "the same hardware ID under another name": second(sIssuedToComputer="PC7"),
    "the same hardware ID in other letters": second(sHardwareId="0x" + HARDWARE.upper()),
    "zeros for a hardware ID": second(sHardwareId=ZEROS),
    "the same name in other letters": {"sIssuedToComputer": "pc1"},
    "the same name with its domain": {"sIssuedToComputer": "PC1.corp.example"},
}


@pytest.mark.parametrize("comes", SAME.values(), ids=SAME)
def test_the_same_license_stays_one(importer, comes):
    importer.take(licenses(comes))
    assert only(importer.store, license_id=comes.get("LicenseId", 1))["ended_on"] is None


def test_zeros_erase_no_hardware_id(importer):
    """They are none (formats.md, section 3), and what is erased could not tell the next computer from this one."""
    before = dump(importer.store)
    assert importer.take(licenses({}, second(sHardwareId=ZEROS))).act.entry is None
    assert dump(importer.store) == before
    importer.take(licenses(second(sHardwareId=ZEROS, ExpirationDate="20260520100000.000000-000")))
    row = only(importer.store, license_id=2)
    assert (row["hardware_id"], row["expires_at"]) == (HARDWARE, "2026-05-20T10:00:00Z")
    importer.take(licenses(second(sHardwareId=OTHER_HARDWARE)))
    assert [one["ended_why"] for one in rows(importer.store, license_id=2)] == ["replaced", None]


def test_zeros_are_kept_where_nothing_better_is_known(importer):
    importer.take(licenses({"sHardwareId": ZEROS}))
    assert only(importer.store)["hardware_id"] == ZEROS
    importer.take(licenses({"sHardwareId": HARDWARE}))
    assert only(importer.store)["hardware_id"] == HARDWARE


def test_a_replaced_license_keeps_all_its_records_and_its_successor_has_none(importer):
    store = importer.store
    with store.writing() as session:
        transfers.mark(
            session, find_license(session, "DC01/3/1"), transfers.TransferFields(to="PC7", on="2026-03-03")
        )
    with store.writing() as session:
        request = requests.open_request(session, find_server(session, "DC01")).record
    with store.writing() as session:
        requests.collect(
            session, find_request(session, request), [(find_license(session, "DC01/3/2"), "PC8")]
        )
    importer.take(
        licenses({"sIssuedToComputer": "PC9"}, second(sIssuedToComputer="PC10", sHardwareId=OTHER_HARDWARE))
    )
    for license_id, table in ((1, "transfer"), (2, "collected")):
        old, new = rows(store, license_id=license_id)
        assert [row["issuance_id"] for row in every(store, f"SELECT issuance_id FROM {table}")] == [old["id"]]
        assert old["ended_why"] == "replaced"
        assert new["ended_on"] is None
    with store.reading() as session:
        assert find_license(session, "DC01/3/1@2026-01-05").computer == "PC1"
        assert find_license(session, "DC01/3/1").computer == "PC9"


def test_the_same_computer_is_enough_where_nobody_knows_when_it_was_issued(importer):
    importer.take(licenses({"LicenseId": 9, "IssueDate": ""}))
    importer.take(licenses({"LicenseId": 9, "IssueDate": "", "LicenseStatus": 4}))
    assert only(importer.store, license_id=9)["status"] == 4


def test_a_license_id_is_used_again_and_again(importer):
    for n, computer in enumerate(("A", "B", "A"), start=1):
        importer.take(licenses({"sIssuedToComputer": computer, "IssueDate": f"2026010{n}100000.000000-000"}))
    found = rows(importer.store)
    assert [row["computer"] for row in found] == ["PC1", "A", "B", "A"]
    assert [row["ended_why"] for row in found] == ["replaced"] * 3 + [None]


def test_of_equal_licenses_that_ended_the_last_is_back(importer):
    store = importer.store
    ended = {"license_id": 5, "computer": "PC5", "ended_why": "vanished"}
    for day in ("2026-02-01", "2026-02-05"):
        put_license(store, 1, ended_on=day, **ended)
    importer.take(licenses({}, second(), {"LicenseId": 5, "sIssuedToComputer": "PC5"}))
    assert [row["ended_on"] for row in rows(store, license_id=5)] == ["2026-02-01", None]


def test_a_license_of_a_pack_that_nobody_has_seen_is_refused(importer):
    results = importer.refuse(licenses({"KeyPackId": 7}, {"KeyPackId": 7, "LicenseId": 4}, {}))
    assert refused(results) == [(2, "7/1", "pack-unseen"), (3, "7/4", "pack-unseen")]
    assert results[0].refused[0].facts == {"pack": "DC01/7"}


def test_key_packs_and_licenses_come_in_one_import_whatever_the_order_of_the_files(store, clock):
    importer = Importer(store, clock)
    imported = importer.take(licenses(), packs())
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (1, 0, 0)}


def test_licenses_of_a_pack_from_two_files_go_together(importer):
    imported = importer.take(
        licenses({"LicenseId": 11}, {"LicenseId": 13}), licenses({"LicenseId": 12}, name="more.csv")
    )
    assert counts(imported.results)["licenses"] == (3, 0, 0)
    assert count_entries(importer.store) == 2


DAY = start_of(date(2026, 1, 5))
BY_HAND = {
    "all that was entered agrees": ({}, True),
    "only the day of its issue is known": ({"issued_at": DAY, "hardware_id": None}, True),
    "its issue date is not known": ({"issued_at": None, "first_issued_at": None}, True),
    "it has no hardware ID": ({"hardware_id": None}, True),
    "its status is another": ({"status": 0}, True),
    "its day is another": ({"issued_at": "2026-01-07T00:00:00Z", "hardware_id": None}, False),
    "its computer is another": ({"computer": "PC9", "computer_label": "pc9", "hardware_id": None}, False),
    "its hardware ID is another": ({"hardware_id": OTHER_HARDWARE}, False),
}


@pytest.mark.parametrize(("entered", "same"), BY_HAND.values(), ids=BY_HAND)
def test_a_license_entered_by_hand_is_the_server_s_where_nothing_entered_speaks_against_it(
    store, clock, entered, same
):
    stock = Stock(store)
    number = put_license(
        store, stock.pack, 17, **({"computer": "PC1", "hardware_id": HARDWARE, "by_hand": 1} | entered)
    )
    importer = Importer(store, clock)
    imported = importer.take(licenses({"LicenseId": 17, "sHardwareId": HARDWARE}))
    assert counts(imported.results)["licenses"] == (0, 1, 0)
    row = stock.row("issuance", number)
    assert (row["by_hand"], row["ended_on"] is None) == (0 if same else 1, same)
    if same:
        assert (row["issued_at"], row["hardware_id"], row["status"]) == ("2026-01-05T10:00:00Z", HARDWARE, 2)
    assert importer.take(licenses({"LicenseId": 17, "sHardwareId": HARDWARE})).act.entry is None


def test_many_licenses_are_walked_through_side_by_side_with_those_that_are_known(importer):
    """More than a batch, with what is new before, between and after what is known."""
    many = [{"LicenseId": 10 + 2 * n, "sIssuedToComputer": f"M{n}"} for n in range(6000)]
    importer.take(licenses({}, second(), *many))
    news = [{"LicenseId": 11 + 4 * n, "sIssuedToComputer": f"N{n}"} for n in range(3000)]
    replaced = [row | {"sIssuedToComputer": "X"} for row in many[::3]]
    renewed = [row | {"ExpirationDate": "20260601100000.000000-000"} for row in many[1::3]]
    imported = importer.take(licenses({}, second(), *news, *replaced, *renewed, *many[2::3]))
    assert counts(imported.results)["licenses"] == (3000, 4000, 2002)
    assert one(importer.store, "SELECT count(*) AS n FROM issuance WHERE ended_why = 'replaced'")["n"] == 2000
    found = every(importer.store, "SELECT license_id, computer FROM issuance WHERE ended_on IS NULL")
    expected = {row["LicenseId"]: row["sIssuedToComputer"] for row in (*many, *news, *replaced)}
    assert {row["license_id"]: row["computer"] for row in found} == expected | {1: "PC1", 2: "PC2"}
    assert importer.take(licenses({}, second(), *news, *replaced, *renewed, *many[2::3])).act.entry is None


def test_the_search_finds_what_an_import_brought_and_what_it_renamed(importer):
    importer.take(
        licenses(second(sIssuedToComputer="RENAMED-2"), {"LicenseId": 3, "sIssuedToComputer": "BROUGHT-3"})
    )

    def found(text: str) -> list[int]:
        sql = "SELECT rowid FROM issuance_search WHERE issuance_search MATCH ?"
        return [row[0] for row in every(importer.store, sql, f'"{text}"')]

    assert (found("named-2"), found("ought-3"), found("pc2")) == ([2], [3], [])
    every(importer.store, "INSERT INTO issuance_search (issuance_search) VALUES ('integrity-check')")
