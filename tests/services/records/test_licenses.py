"""Issued licenses entered by hand: what is recorded, what is refused, what they are called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Clock
from services.stock import Stock, count_entries, last_entry, put_license, put_pack, put_server
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import KeyPackRow
from tslic_admin.domain.catalogue.licenses import LicenseFields
from tslic_admin.domain.outcomes import Notice
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.records import licenses, transfers
from tslic_admin.services.reissue import requests

HARDWARE = "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"


def adding(stock: Stock, pack: int | None = None, **typed: str) -> Callable[[Session], ActResult]:
    at, said = pack or stock.pack, {"computer": "OLD9"} | typed
    return lambda session: licenses.add(session, session.get_one(KeyPackRow, at), LicenseFields(**said))


def test_a_license_is_recorded_as_the_screen_shows_it(stock: Stock) -> None:
    done = stock.do(
        adding(
            stock,
            computer=" old9.corp.example ",
            user="CORP\\ann",
            hardware_id=HARDWARE,
            issued_at="2026-02-01",
            expires_at="2026-04-20",
            status="upgrade",
        )
    )
    row = stock.row("issuance", done.record or 0)
    assert (row["license_id"], row["by_hand"], row["status"]) == (None, 1, 3)
    assert (row["computer"], row["computer_label"], row["user"]) == ("old9.corp.example", "old9", "CORP\\ann")
    assert row["hardware_id"] == HARDWARE
    assert row["issued_at"] == row["first_issued_at"]
    assert str(lookup.day_of(row["issued_at"])) == "2026-02-01"
    assert str(lookup.day_of(row["expires_at"])) == "2026-04-20"
    assert done.changes == Changes.LICENSES | Changes.HISTORY
    assert done.notices == ()
    entry = last_entry(stock.store)
    assert (entry.kind, entry.effective_on) == ("license.add", "2026-02-01")
    assert entry.made["license"]["ByHand"] == 1
    assert "LicenseId" not in entry.made["license"]


def test_the_computer_alone_is_enough(stock: Stock) -> None:
    done = stock.do(adding(stock, user=" ", hardware_id="", issued_at="", expires_at="", status=""))
    row = stock.row("issuance", done.record or 0)
    assert (row["status"], row["user"], row["hardware_id"]) == (2, None, None)
    assert (row["issued_at"], row["expires_at"]) == (None, None)
    assert last_entry(stock.store).effective_on == "2026-03-02"


def test_in_a_pool_of_temporary_licenses_it_is_temporary_and_runs_90_days(stock: Stock) -> None:
    pool = put_pack(stock.store, stock.server, 4, key_pack_type=4, total=4294967295)
    done = stock.do(adding(stock, pool, issued_at="2026-01-01"))
    row = stock.row("issuance", done.record or 0)
    assert row["status"] == 1
    assert str(lookup.day_of(row["expires_at"])) == "2026-04-01"
    assert done.notices == (Notice("temporary-end-reckoned", {"on": lookup.day_of(row["expires_at"])}),)
    said = stock.do(adding(stock, pool, computer="OTHER", issued_at="2026-01-01", expires_at="2026-03-30"))
    assert said.notices == ()


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"computer": " "}, "name-missing", "computer"),
        ({"computer": "a b"}, "name-malformed", "computer"),
        ({"issued_at": "yesterday"}, "day-malformed", "issued_at"),
        ({"issued_at": "2026-03-03"}, "day-in-future", "issued_at"),
        ({"issued_at": "2026-02-01", "expires_at": "2026-01-31"}, "expires-before-issue", "expires_at"),
        ({"status": "happy"}, "status-unknown", "status"),
        ({"hardware_id": "a\tb"}, "hardware-id-malformed", "hardware_id"),
        ({"hardware_id": "9" * 256}, "hardware-id-malformed", "hardware_id"),
        ({"user": "x" * 4001}, "text-too-long", "user"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    stock: Stock, typed: dict[str, str], code: str, field: str
) -> None:
    assert stock.refuse(adding(stock, **typed), code).field == field


def test_a_closed_pack_issues_nothing(stock: Stock) -> None:
    pack = put_pack(stock.store, stock.server, 5, closed_on="2026-02-01", closed_why="rebuilt")
    facts = stock.refuse(adding(stock, pack), "license-pack-closed").facts
    assert facts["pack"] == "DC01/5"


@pytest.mark.parametrize(
    ("key_pack", "code"),
    [("9", "pack-unknown"), ("x", "pack-malformed"), ("", "pack-malformed"), ("3/1", "pack-malformed")],
)
def test_a_pack_that_is_not_there_is_refused(stock: Stock, key_pack: str, code: str) -> None:
    stock.refuse(lambda session: licenses.find_pack_on_server(session, "DC01", key_pack), code)
    stock.refuse(lambda session: licenses.find_pack_on_server(session, "nowhere", "3"), "server-unknown")


def test_the_pack_is_named_by_its_keypack_id_or_its_number_here(stock: Stock) -> None:
    unseen = put_pack(stock.store, stock.server, None, first_seen_at=None)
    assert stock.do(lambda session: licenses.find_pack_on_server(session, "dc01", " 3 ").id) == stock.pack
    assert stock.do(lambda session: licenses.find_pack_on_server(session, "dc01", f"#{unseen}").id) == unseen


def test_the_same_license_is_not_recorded_twice(stock: Stock) -> None:
    put_license(stock.store, stock.pack, 8, "HW8", hardware_id=f"0x{HARDWARE.upper()}")
    known = stock.refuse(adding(stock, computer="pc1.corp.example", issued_at="2026-01-05"), "license-known")
    assert known.facts["license"] == "DC01/3/1"
    assert stock.refuse(adding(stock, computer="PC1"), "license-known").field == "computer"
    renamed = stock.refuse(adding(stock, computer="NEWNAME", hardware_id=HARDWARE), "license-known")
    assert renamed.facts["license"] == "DC01/3/8"
    first = stock.do(adding(stock)).record
    again = stock.refuse(adding(stock), "license-known")
    assert again.facts["license"] == f"DC01/3/#{first}"


def test_another_license_of_the_same_computer_is_told_by_its_day_or_hardware(stock: Stock) -> None:
    put_license(stock.store, stock.pack, 8, "HW8", hardware_id=HARDWARE)
    put_license(stock.store, stock.pack, 9, "GONE", ended_on="2026-02-01", ended_why="vanished")
    entries = count_entries(stock.store)
    stock.do(adding(stock, computer="PC1", issued_at="2026-02-05"))
    stock.do(adding(stock, computer="HW8", hardware_id=HARDWARE.replace("1", "7")))
    stock.do(adding(stock, computer="GONE", issued_at="2026-01-05"))
    elsewhere = put_pack(stock.store, put_server(stock.store, "DC02"))
    stock.do(adding(stock, elsewhere, computer="PC1", issued_at="2026-01-05"))
    assert count_entries(stock.store) == entries + 6


def test_it_is_called_by_its_number_here_and_can_be_transferred_and_reissued(stock: Stock) -> None:
    """What is recorded on it refers to it like to any other."""
    number = stock.do(adding(stock, issued_at="2026-02-01")).record or 0
    name = f"DC01/3/#{number}"
    stock.do(
        lambda session: transfers.mark(
            session, lookup.find_license(session, name), transfers.TransferFields(to="PC7", on="2026-02-20")
        )
    )
    assert stock.row("transfer", 1)["issuance_id"] == number
    request = stock.open_request()
    stock.do(
        lambda session: requests.collect(
            session, lookup.find_request(session, request), [(lookup.find_license(session, name), None)]
        )
    )
    with stock.store.reading() as session:
        assert lookup.name_of_license(session, lookup.get_issuance(session, number)) == name
    assert last_entry(stock.store).made["collected"]["License"] == number
    assert verify(stock.store.path, Clock()).state is VerificationState.INTACT


def test_an_ended_one_is_called_with_its_day_of_issue(stock: Stock) -> None:
    number = put_license(
        stock.store,
        stock.pack,
        None,  # type: ignore[arg-type]
        by_hand=1,
        ended_on="2026-02-20",
        ended_why="voided",
    )
    name = f"DC01/3/#{number}@2026-01-05"
    with stock.store.reading() as session:
        assert lookup.name_of_license(session, lookup.get_issuance(session, number)) == name
        assert lookup.find_license(session, name).id == number


def test_a_listed_license_is_found_by_its_number_here_too(stock: Stock) -> None:
    with stock.store.reading() as session:
        assert lookup.find_license(session, f"DC01/3/#{stock.licenses[1]}").license_id == 2


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DC01/3/#", "license-malformed"),
        ("DC01/3/##1", "license-malformed"),
        ("DC01/3/#99", "license-unknown"),
    ],
)
def test_a_number_that_is_none_finds_nothing(stock: Stock, name: str, code: str) -> None:
    stock.refuse(lambda session: lookup.find_license(session, name), code)
