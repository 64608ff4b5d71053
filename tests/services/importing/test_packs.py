"""What a list of key packs does to those that are known, by an import, by hand or by a reissue (rules 4.5 and 4.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from services.importer import PACK, Importer, counts, licenses, packs, refused, table
from services.stock import CODE, Stock, every, last_entry, one, put_license, put_pack

from tslic_admin.db.store import Store
from tslic_admin.domain.clocks import NEVER
from tslic_admin.services.lookup import find_request, find_server
from tslic_admin.services.records import packs as pack_acts
from tslic_admin.services.reissue import calls

LATER = NOW + timedelta(days=7)
BUILT_IN = {
    "KeyPackId": 2,
    "Description": "A02-5.00-EX",
    "KeyPackType": 6,
    "ProductType": 3,
    "ProductVersionID": 0,
    "TotalLicenses": "-1",
    "IssuedLicenses": 0,
    "AvailableLicenses": "4294967295",
    "ExpirationDate": "20351231230000.000000-000",
}


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    """DC01 with its pack 3; a week has passed."""
    importer = Importer(store, clock)
    importer.take(packs())
    return importer.at(LATER)


def pack(store: Store, keypack_id: int = 3) -> dict[str, Any]:
    return dict(one(store, "SELECT * FROM key_pack WHERE keypack_id = ?", keypack_id))


def test_a_new_pack_is_as_its_server_says_and_first_seen_when_the_list_was_taken(store, clock):
    Importer(store, clock).take(packs({}, BUILT_IN))
    row = pack(store)
    assert (row["description"], row["key_pack_type"], row["product_type"], row["product_version_id"]) == (
        "A02-10.01-S",
        2,
        0,
        6,
    )
    assert (row["total"], row["issued"], row["available"]) == (25, 2, 23)
    assert (row["origin"], row["transfer_policy"], row["first_seen_at"]) == (
        "original",
        "one-time",
        "2026-03-02T12:00:00Z",
    )
    assert pack(store, 2)["total"] == pack(store, 2)["available"] == 4294967295


def test_the_same_file_again_changes_nothing_and_writes_no_entry(importer):
    again = importer.take(packs())
    assert (again.act.entry, counts(again.results)) == (None, {"key-packs": (0, 0, 1)})


def test_counts_are_updated_as_the_server_gives_them(importer):
    imported = importer.take(packs({"IssuedLicenses": 30, "AvailableLicenses": 0}))
    assert counts(imported.results) == {"key-packs": (0, 1, 0)}
    row = pack(importer.store)
    assert (row["total"], row["issued"], row["available"]) == (25, 30, 0)
    assert last_entry(importer.store).changed == [
        ("pack", "DC01/3", "IssuedLicenses", "2", "30"),
        ("pack", "DC01/3", "AvailableLicenses", "23", "0"),
    ]


def test_empty_cells_erase_nothing(importer):
    imported = importer.take(
        table("short.csv", {name: PACK[name] for name in ("KeyPackId", "ProductType", "KeyPackType")})
    )
    assert imported.act.entry is None


def test_the_localized_version_text_identifies_nothing(importer):
    importer.take(packs({"ProductVersion": "Windows Server 2019 oder später"}))
    assert pack(importer.store)["product_version"] == "Windows Server 2019 oder später"


def test_what_the_user_recorded_of_a_pack_stays(importer):
    with importer.store.writing() as session:
        pack_acts.change(
            session,
            pack_acts.find_open_pack(session, "DC01", 3),
            pack_acts.PackFields(
                transfer_policy="after-90-days",
                notes="in the safe",
                license_key_pack_id=CODE,
                reseller="Northgate",
            ),
            reason="papers",
        )
    before = pack(importer.store)
    importer.take(packs({"IssuedLicenses": 9}))
    assert pack(importer.store) == before | {"issued": 9}


@pytest.mark.parametrize(
    "other",
    [{"Description": "C50-10.01-S"}, {"ProductType": 1}, {"ProductVersionID": 7}],
    ids=lambda o: next(iter(o)),
)
def test_a_known_keypack_id_with_another_product_refuses_the_whole_file(importer, other):
    results = importer.refuse(packs({"KeyPackId": 4}, other))
    assert refused(results) == [(0, "DC01", "server-rebuilt")]
    assert (results[0].refused[0].facts["pack"], counts(results)["key-packs"]) == ("DC01/3", (0, 0, 0))
    imported = importer.take(packs({"KeyPackId": 4}, other), skip_refused=True)
    assert imported.act.entry is None


def test_of_a_server_that_looks_rebuilt_no_other_list_is_taken_and_of_its_file_no_other_server_s(importer):
    """Its licenses would take the places of those that are known."""
    importer.take(licenses())
    rebuilt = table(
        "packs.csv",
        PACK | {"Description": "C50-10.01-S", "Server": "DC01"},
        PACK | {"KeyPackId": 5, "Server": "DC05"},
    )
    files = (
        rebuilt,
        licenses({"sIssuedToComputer": "PC9", "Server": "DC01"}, {"KeyPackId": 5, "Server": "DC05"}),
    )
    results = importer.refuse(*files, server=None)
    assert sorted((one.file, one.server, *(r.code for r in one.refused)) for one in results) == [
        ("licenses.csv", "DC01", "server-rebuilt"),
        ("licenses.csv", "DC05", "pack-unseen"),
        ("packs.csv", "DC01", "server-rebuilt"),
        ("packs.csv", "DC05"),
    ]
    other = table("dc06.csv", PACK | {"Server": "DC06"})
    imported = importer.take(*files, other, server=None, skip_refused=True)
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (0, 0, 0)}
    assert [row["name"] for row in every(importer.store, "SELECT name FROM server")] == ["DC01", "DC06"]


def by_hand(store: Store, **typed: str) -> int:
    """A pack recorded by hand for DC01, with Keypack ID 3."""
    values = {"product_version_id": "2019", "product_type": "device", "total": "25", "keypack_id": "3"}
    with store.writing() as session:
        done = pack_acts.add(session, find_server(session, "DC01"), pack_acts.PackFields(**values | typed))
    assert done.record is not None
    return done.record


@pytest.fixture
def entered(store: Store, clock: Any) -> Importer:
    """DC01, of which nothing was imported yet."""
    importer = Importer(store, clock)
    importer.take(table("server.csv", {"Server": "DC01", "ProductId": "00252-1", "ServerRole": 1}))
    return importer


def test_a_pack_recorded_by_hand_is_adopted(entered):
    number = by_hand(entered.store, license_key_pack_id=CODE, notes="from the papers")
    imported = entered.at(LATER).take(packs())
    assert counts(imported.results) == {"key-packs": (0, 1, 0)}
    row = pack(entered.store)
    assert (row["id"], row["first_seen_at"]) == (number, "2026-03-09T12:00:00Z")
    assert (row["issued"], row["description"], row["notes"]) == (2, "A02-10.01-S", "from the papers")
    assert row["license_key_pack_id"] == CODE.replace("-", "")
    assert entered.take(packs()).act.entry is None


def test_2008_and_2008_r2_are_one_version_for_a_pack_recorded_by_hand(entered):
    by_hand(entered.store, product_version_id="2008")
    entered.take(packs({"ProductVersionID": 3}))
    assert pack(entered.store)["product_version_id"] == 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"product_version_id": "2022"}, "product_version_id"),
        ({"product_type": "user"}, "product_type"),
        ({"total": "24"}, "total"),
    ],
)
def test_a_pack_recorded_by_hand_otherwise_than_listed_is_refused_and_so_are_its_licenses(
    entered, typed, field
):
    by_hand(entered.store, **typed)
    files = (packs({}, {"KeyPackId": 4}), licenses({}, {"KeyPackId": 4}))
    results = entered.refuse(*files)
    assert [(line, code) for line, _, code in refused(results)] == [(2, "pack-by-hand-differs")] * 2
    assert results[0].refused[0].facts == {"pack": "DC01/3", "field": field}
    imported = entered.take(*files, skip_refused=True)
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (1, 0, 0)}
    assert pack(entered.store)["first_seen_at"] is None


def test_a_pack_without_a_keypack_id_is_no_pack_of_a_list(entered):
    by_hand(entered.store, keypack_id="")
    imported = entered.take(packs())
    assert counts(imported.results) == {"key-packs": (1, 0, 0)}


def test_licenses_of_a_pack_recorded_by_hand_need_no_list_of_packs(entered):
    by_hand(entered.store)
    assert counts(entered.take(licenses()).results) == {"licenses": (1, 0, 0)}


@pytest.fixture
def reissued(store: Store, clock: Any) -> Stock:
    """Licenses 1 and 2 of DC01/3, replaced by the call of yesterday into Keypack ID 8, not seen yet."""
    stock = Stock(store)
    number = stock.open_request(*stock.licenses[:2])
    stock.do(
        lambda s: calls.record(
            s,
            find_request(s, number),
            calls.ReissueCall(code=CODE, quantity="2", on="2026-03-01", keypack_id="8"),
        )
    )
    return stock


def test_a_reissued_pack_that_its_server_lists_is_installed(reissued, clock):
    importer = Importer(reissued.store, clock).at(LATER)
    importer.take(packs({"KeyPackId": 8, "TotalLicenses": 2, "Description": "A02-10.02-S"}))
    request = one(reissued.store, "SELECT * FROM reissue_request")
    assert (request["state"], request["installed_on"]) == ("installed", LATER.astimezone().date().isoformat())
    row = pack(reissued.store, 8)
    assert (row["origin"], row["request_id"], row["license_key_pack_id"]) == (
        "reissue",
        request["id"],
        CODE.replace("-", ""),
    )
    assert (row["first_seen_at"], row["description"]) == ("2026-03-09T12:00:00Z", "A02-10.02-S")
    assert every(reissued.store, "SELECT state FROM collected WHERE state <> 'retired'") == []


def test_a_reissued_pack_is_not_installed_before_its_call(reissued, clock):
    importer = Importer(reissued.store, clock)
    importer.take(packs({"KeyPackId": 8, "TotalLicenses": 2}), taken_at=NOW - timedelta(days=4))
    assert one(reissued.store, "SELECT installed_on FROM reissue_request")["installed_on"] == "2026-03-01"


def test_the_day_that_was_said_for_an_installation_stays(reissued, clock):
    reissued.do(lambda s: calls.set_installed(s, find_request(s, 1), on="2026-03-02"))
    Importer(reissued.store, clock).at(LATER).take(packs({"KeyPackId": 8, "TotalLicenses": 2}))
    assert one(reissued.store, "SELECT installed_on FROM reissue_request")["installed_on"] == "2026-03-02"


def test_a_closed_pack_is_not_the_one_that_is_listed(store, clock):
    stock = Stock(store)
    with store.writing() as session:
        from tslic_admin.db.history.recording import seal

        pack = pack_acts.find_open_pack(session, "DC01", 3)
        pack.closed_on, pack.closed_why = "2026-02-01", "rebuilt"
        seal(session, "server.rebuilt")
    put_license(store, stock.pack, 99, ended_on="2026-02-01", ended_why="pack-closed")
    imported = Importer(store, clock).take(packs({"Description": "C50-10.01-S"}), licenses())
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (1, 0, 0)}


def test_an_open_pack_has_its_keypack_id_before_a_later_one_that_vanished(store, clock):
    stock = Stock(store)
    put_pack(store, stock.server, product_version_id=7, closed_on="2026-02-01", closed_why="vanished")
    imported = Importer(store, clock).take(packs())
    assert counts(imported.results) == {"key-packs": (0, 1, 0)}
    assert stock.row("key_pack", stock.pack)["total"] == 25


def test_the_word_never_changes_no_end_that_means_the_same(store, clock):
    """The tool's own list says Never where the property has a day in 2038."""
    screen = "Keypack ID,Total Licenses,Available,Issued,Expiry Date,Server\n3,25,23,2,{},DC01\n"
    importer = Importer(store, clock)
    importer.take(packs({"ExpirationDate": "20380119031407.000000-000"}))
    importer.at(LATER).take(("screen.csv", screen.format("Never").encode()))
    assert pack(store)["expires_at"] == "2038-01-19T03:14:07Z"
    importer.take(("screen.csv", screen.format("2026-12-31T00:00:00Z").encode()))
    importer.take(("screen.csv", screen.format("Never").encode()))
    assert pack(store)["expires_at"] == NEVER
