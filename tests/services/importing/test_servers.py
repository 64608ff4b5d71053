"""Which server a row is from, and what a server says of itself (rule 4.5)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from services.importer import LICENSE, PACK, Importer, counts, licenses, packs, refused, table
from services.stock import every, one, put_pack, put_server

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing.files import ImportOptions

ROW = {"ProductId": "00252-20000-35572-AT477", "ServerRole": 1, "Company": "Alder", "Version": "6.0"}


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    return Importer(store, clock, ImportOptions())


def of(*names: str | None) -> tuple[str, bytes]:
    """A list of key packs, one of each server; None: the cell is empty."""
    return table("packs.csv", *(PACK | {"PSComputerName": name or ""} for name in names))


def names(store: Store) -> list[str]:
    return [row["name"] for row in every(store, "SELECT name FROM server ORDER BY id")]


def test_servers_are_created_when_first_named(importer):
    results = importer.take(of("DC01", "DC02.corp.example")).results
    assert [(one.server, one.new) for one in results] == [("DC01", 1), ("DC02.corp.example", 1)]
    rows = every(importer.store, "SELECT name, label, domain FROM server")
    assert [tuple(row) for row in rows] == [
        ("DC01", "dc01", ""),
        ("DC02.corp.example", "dc02", "corp.example"),
    ]


def test_a_server_of_which_nothing_was_taken_is_not_created(importer):
    importer.take(table("l.csv", LICENSE | {"Server": "DC01"}), of("DC02"), skip_refused=True)
    assert names(importer.store) == ["DC02"]


def test_the_user_names_the_server_of_rows_that_name_none(importer):
    importer.take(of(None), server="DC01")
    assert names(importer.store) == ["DC01"]


def test_rows_of_which_nobody_knows_the_server_are_refused(importer):
    assert refused(importer.refuse(of(None))) == [(2, "", "server-missing")]


@pytest.mark.parametrize("machine", ["localhost", "LOCALHOST", ".", "127.0.0.1", "::1"])
def test_a_name_for_the_machine_itself_is_as_good_as_none(importer, machine):
    assert refused(importer.refuse(of(machine))) == [(2, machine, "server-missing")]
    importer.take(of(machine), server="DC01")
    assert names(importer.store) == ["DC01"]


def test_a_row_that_names_another_server_than_the_user_is_refused(importer):
    results = importer.refuse(of("DC02"), licenses(), server="DC01")
    assert refused(results) == [(2, "3/1", "pack-unseen"), (2, "DC02", "server-other")]
    imported = importer.take(of("DC01", "DC02"), server="dc01.corp.example", skip_refused=True)
    assert names(importer.store) == ["dc01.corp.example"]
    assert refused(imported.results) == [(3, "DC02", "server-other")]
    assert imported.results[0].refused[0].facts == {"server": "dc01.corp.example"}


def test_a_name_that_can_be_none_is_refused(importer):
    assert refused(importer.refuse(of("DC 01"))) == [(2, "DC 01", "name-malformed")]


@pytest.mark.parametrize("name", ["dc01", "DC01.corp.example", "DC01"])
def test_names_ignore_case_and_the_domain_where_one_has_none(importer, name):
    importer.take(of("DC01"))
    imported = importer.take(of(name))
    assert (imported.act.entry, names(importer.store)) == (None, ["DC01"])
    assert imported.results[0].server == "DC01"


def test_two_spellings_in_one_import_are_one_server(importer):
    importer.take(
        table("p.csv", PACK | {"Server": "DC01"}, PACK | {"Server": "dc01.corp.example", "KeyPackId": 4})
    )
    assert names(importer.store) == ["dc01.corp.example"]


def test_servers_of_other_domains_are_others(importer):
    importer.take(of("DC01.a.example", "DC01.b.example"))
    assert names(importer.store) == ["DC01.a.example", "DC01.b.example"]


@pytest.mark.parametrize("known", [(), ("DC01.a.example",), ("DC01.a.example", "DC01.b.example")])
def test_a_bare_name_that_could_be_several_servers_is_refused(importer, known):
    if known:
        importer.take(of(*known))
    results = importer.refuse(of("DC01.a.example", "DC01", "DC01.b.example"))
    assert refused(results) == [(3, "DC01", "server-ambiguous")]
    facts = next(one.facts for result in results for one in result.refused)
    assert facts == {"value": "DC01", "known": "DC01.a.example, DC01.b.example"}


def test_a_bare_name_is_the_server_that_is_known_by_it(importer):
    put_server(importer.store, "DC01")
    put_server(importer.store, "DC01.a.example")
    assert importer.take(of("DC01")).results[0].server == "DC01"


def test_the_user_s_full_name_says_which_server_a_bare_one_is(importer):
    importer.take(of("DC01.a.example", "DC01.b.example"))
    results = importer.take(of("DC01"), server="DC01.b.example").results
    assert [(one.server, one.unchanged) for one in results] == [("DC01.b.example", 1)]


def test_two_full_names_cannot_both_be_the_server_known_by_its_bare_name(importer):
    importer.take(of("DC01"))
    results = importer.refuse(of("DC01.a.example", "DC01.b.example", "DC01"))
    assert refused(results) == [
        (2, "DC01.a.example", "server-ambiguous"),
        (3, "DC01.b.example", "server-ambiguous"),
    ]


def test_the_name_that_the_user_gives_must_be_one(importer):
    with pytest.raises(RuleViolation, match="name-malformed"):
        importer.take(of(None), server="DC 01")


# what a server says of itself


def test_a_server_is_new_with_all_that_the_file_says_of_it(importer):
    imported = importer.take(table("s.csv", ROW | {"Server": "DC01"}))
    assert counts(imported.results) == {"servers": (1, 0, 0)}
    row = one(importer.store, "SELECT * FROM server")
    assert (row["name"], row["product_id"], row["role"], row["company"]) == (
        "DC01",
        ROW["ProductId"],
        1,
        "Alder",
    )


def test_a_server_that_is_only_named_is_new_too(importer):
    imported = importer.take(
        table("s.csv", ROW | {"Server": "DC01"}, dict.fromkeys(ROW, "") | {"Server": "DC02"})
    )
    assert counts(imported.results) == {"servers": (2, 0, 0)}
    assert names(importer.store) == ["DC01", "DC02"]


def test_server_key_packs_and_licenses_come_in_one_import(importer):
    files = (licenses(), packs(), table("s.csv", ROW))
    imported = importer.take(*files, server="DC01")
    assert counts(imported.results) == {"servers": (1, 0, 0), "key-packs": (1, 0, 0), "licenses": (1, 0, 0)}
    assert importer.take(*files, server="DC01").act.entry is None


def test_what_a_server_says_otherwise_is_updated_and_an_empty_cell_erases_nothing(importer):
    put_server(
        importer.store, "DC01", notes="in the cellar", company="Finch", product_id=ROW["ProductId"].lower()
    )
    imported = importer.take(table("s.csv", ROW | {"Version": ""}), server="DC01")
    assert counts(imported.results) == {"servers": (0, 1, 0)}
    row = one(importer.store, "SELECT * FROM server")
    assert (row["company"], row["notes"], row["version"], row["product_id"]) == (
        "Alder",
        "in the cellar",
        None,
        ROW["ProductId"],
    )
    again = importer.take(table("s.csv", ROW | {"Version": ""}), server="DC01")
    assert (again.act.entry, counts(again.results)) == (None, {"servers": (0, 0, 1)})


def test_another_product_id_refuses_the_whole_file(importer):
    importer.take(table("s.csv", ROW), packs(), server="DC01")
    other = table("s.csv", ROW | {"ProductId": "00252-20000-35572-AT478", "Company": "Other"})
    results = importer.refuse(other, packs({"IssuedLicenses": 9}), server="DC01")
    assert refused(results) == [(0, "DC01", "server-rebuilt-product")] * 2
    assert results[0].refused[0].facts == {
        "server": "DC01",
        "known": ROW["ProductId"],
        "said": "00252-20000-35572-AT478",
    }
    assert (
        importer.take(other, packs({"IssuedLicenses": 9}), server="DC01", skip_refused=True).act.entry is None
    )


def test_a_second_row_of_a_server_is_refused_with_the_first(importer):
    results = importer.refuse(table("s.csv", ROW | {"Server": "DC01"}, ROW | {"Server": "DC01"}))
    assert refused(results) == [(2, "DC01", "repeated-key"), (3, "DC01", "repeated-key")]


def test_a_refusal_stands_with_its_server(importer):
    rows = [PACK | {"Server": name, "KeyPackId": n} for name, n in (("A", 1), ("B", 1), ("B", 1), ("A", 2))]
    results = importer.refuse(table("p.csv", *rows))
    assert {one.server: [r.line for r in one.refused] for one in results} == {"A": [], "B": [3, 4]}


# when


def test_a_list_older_than_the_newest_of_its_server_and_kind_is_refused(importer):
    importer.take(of("DC01", "DC02"), taken_at=NOW - timedelta(days=2))
    older = NOW - timedelta(days=3)
    changed = table("p.csv", *(PACK | {"Server": name, "IssuedLicenses": 9} for name in ("DC01", "DC03")))
    results = importer.refuse(changed, taken_at=older)
    assert refused(results) == [(0, "DC01", "snapshot-older")]
    assert results[0].refused[0].facts == {
        "server": "DC01",
        "taken": "2026-02-27T12:00:00Z",
        "newest": "2026-02-28T12:00:00Z",
    }
    imported = importer.take(changed, licenses(server_of("DC01")), taken_at=older, skip_refused=True)
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (1, 0, 0)}


def server_of(name: str) -> dict[str, str]:
    return {"Server": name}


def test_a_list_as_old_as_the_newest_is_taken(importer):
    importer.take(packs(), server="DC01")
    assert importer.take(packs({"IssuedLicenses": 9}), server="DC01", taken_at=NOW).act.entry == 2


def test_a_list_cannot_have_been_taken_in_the_future(importer):
    results = importer.refuse(packs(), licenses(), server="DC01", taken_at=NOW + timedelta(days=1))
    assert refused(results) == [(0, "DC01", "taken-in-future")] * 2
    assert results[0].refused[0].facts == {"taken": "2026-03-03", "today": "2026-03-02"}
    importer.take(packs(), server="DC01", taken_at=NOW + timedelta(days=1), skip_refused=True)
    assert names(importer.store) == []


def test_one_refusal_of_a_kind_is_enough_for_a_file_and_a_server(importer):
    """JSON may hold both lists."""
    pack = {"KeyPackId": 3, "KeyPackType": 2, "TotalLicenses": 5, "ProductType": 0}
    license_ = {"KeyPackId": 3, "LicenseId": 1, "sIssuedToComputer": "PC1", "LicenseStatus": 2}
    both = ("both.json", json.dumps([pack, license_]).encode())
    results = importer.refuse(both, server="DC01", taken_at=NOW + timedelta(days=1))
    assert refused(results) == [(0, "DC01", "taken-in-future")]
    assert counts(importer.take(both, server="DC01").results) == {
        "key-packs": (1, 0, 0),
        "licenses": (1, 0, 0),
    }


def test_the_time_is_kept_in_whole_seconds(importer, clock):
    """As texts, a fraction would stand before the whole second that it follows."""
    clock.now = NOW.replace(microsecond=999_999)
    importer.take(packs(), server="DC01")
    clock.now = NOW + timedelta(seconds=1)
    importer.take(packs({"IssuedLicenses": 9}), server="DC01")
    times = [row["taken_at"] for row in every(importer.store, "SELECT taken_at FROM snapshot")]
    assert times == ["2026-03-02T12:00:00Z", "2026-03-02T12:00:01Z"]
    assert importer.take(packs(), server="DC01").act.entry == 3


def test_an_entry_takes_effect_on_the_day_that_its_lists_were_taken(importer):
    importer.take(packs(), server="DC01", taken_at=NOW - timedelta(days=40))
    importer.take(packs({"IssuedLicenses": 9}), server="DC01")
    assert [row["effective_on"] for row in every(importer.store, "SELECT effective_on FROM entry")] == [
        "2026-01-21",
        "2026-03-02",
    ]


def test_a_snapshot_says_from_which_file_and_how_it_was_read(importer):
    put_pack(importer.store, put_server(importer.store), 3)
    file = licenses({"IssueDate": "01/02/2026 10:00:00", "ExpirationDate": ""})
    importer.take(file, server="DC01", date_order="dmy", time_zone="Europe/Berlin", complete=True)
    row = one(importer.store, "SELECT * FROM snapshot")
    assert (row["subject"], row["taken_at"], row["complete"]) == ("licenses", "2026-03-02T12:00:00Z", 1)
    assert (row["file_name"], row["file_size"], row["format"]) == ("licenses.csv", len(file[1]), "csv")
    assert (row["date_order"], row["time_zone"]) == ("dmy", "Europe/Berlin")
    assert one(importer.store, "SELECT issued_at FROM issuance")["issued_at"] == "2026-02-01T09:00:00Z"
