"""Lists of admin scripts give days without times: they say no more than the day (rule 4.5, the same issue date)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from services.importer import Importer, licenses, packs
from services.stock import count_entries, one

from tslic_admin.db.store import Store
from tslic_admin.domain.clocks import resolve_time

HEAD = "License ID,Keypack ID,Issued To Computer,License Status,Issued On,Expires On\n"


def screen(issued: str, expires: str, computer: str = "PC1") -> tuple[str, bytes]:
    return "screen.csv", f"{HEAD}1,3,{computer},Active,{issued},{expires}\n".encode()


def license_(store: Store) -> tuple[Any, ...]:
    row = one(store, "SELECT issued_at, expires_at, ended_on FROM issuance WHERE ended_on IS NULL")
    return tuple(row)


@pytest.fixture
def importer(store, clock) -> Importer:
    """PC1's license of 2026-01-05, 10 o'clock, as its server lists it."""
    importer = Importer(store, clock)
    importer.take(packs(), licenses())
    return importer.at(NOW + timedelta(days=7))


def test_the_same_days_without_times_change_nothing(importer):
    importer.take(screen("2026-01-05", "2026-03-20"), server="DC01")
    assert count_entries(importer.store) == 1
    importer.take(screen("1/5/2026", "3/20/2026"), server="DC01")
    assert count_entries(importer.store) == 1


def test_each_of_the_two_may_be_a_day_alone(importer):
    importer.take(screen("2026-01-05", "2026-03-20 10:00:00"), server="DC01", time_zone="UTC")
    importer.take(screen("2026-01-05 10:00:00", "2026-03-20"), server="DC01", time_zone="UTC")
    assert count_entries(importer.store) == 1


def test_another_day_is_another_day(importer):
    importer.take(screen("2026-01-05", "2026-05-01"), server="DC01")
    assert license_(importer.store) == ("2026-01-05T10:00:00Z", "2026-05-01T00:00:00Z", None)
    importer.take(screen("2026-01-06", "2026-05-01"), server="DC01")
    assert license_(importer.store) == ("2026-01-06T00:00:00Z", "2026-05-01T00:00:00Z", None)
    assert one(importer.store, "SELECT count(*) FROM issuance WHERE ended_why = 'replaced'")[0] == 1


def test_a_day_that_came_first_is_told_its_time_by_the_server(store, clock):
    importer = Importer(store, clock)
    importer.take(packs(), screen("2026-01-05", "2026-03-20"), server="DC01")
    assert license_(store) == ("2026-01-05T00:00:00Z", "2026-03-20T00:00:00Z", None)
    importer.at(NOW + timedelta(days=7)).take(licenses())
    assert license_(store) == ("2026-01-05T10:00:00Z", "2026-03-20T10:00:00Z", None)
    assert one(store, "SELECT count(*) FROM issuance")[0] == 1


def test_a_key_pack_s_day_of_expiry_too(store, clock):
    importer = Importer(store, clock)
    importer.take(packs())
    text = "Keypack ID,Total Licenses,Available,Expiry Date,Server\n{},25,23,{},DC01\n"
    importer.take(("screen.csv", text.format(3, "2038-01-19").encode()))
    assert count_entries(store) == 1
    importer.take(("screen.csv", text.format(4, "2027-01-19").encode()))
    assert one(store, "SELECT expires_at FROM key_pack WHERE keypack_id = 4")[0] == "2027-01-19T00:00:00Z"


def test_only_what_is_a_day_is_settled():
    assert resolve_time(None, "2026-01-05T10:00:00Z") is None
    assert resolve_time("2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z") == "2026-01-05T09:00:00Z"
    assert resolve_time("2026-01-05T00:00:00Z/P1D", None) == "2026-01-05T00:00:00Z"
    assert resolve_time("2026-01-05T00:00:00Z/P1D", "2026-01-06T00:00:00Z") == "2026-01-05T00:00:00Z"
