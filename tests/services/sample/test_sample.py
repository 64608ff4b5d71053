"""The sample: what it shows, that its history holds, and that it is told at any time of day and year."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from conftest import NOW
from services.stock import Stock, count_entries, dump, every, one
from sqlalchemy import Engine, event

from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.sample.filling import fill_store

TODAY = NOW.astimezone().date()


@pytest.fixture
def told(sample: Any, clock: Any) -> Store:
    return Store(sample, actor="tester@box", now=clock)


def test_three_servers_of_three_ages(told):
    rows = every(told, "SELECT windows_version FROM server ORDER BY id")
    assert [row["windows_version"] for row in rows] == [0, 3, 7]


def test_packs_of_every_program_and_both_types(told):
    rows = every(told, "SELECT key_pack_type, product_type FROM key_pack")
    assert {row["key_pack_type"] for row in rows} == {1, 2, 4, 5, 6}
    assert {row["product_type"] for row in rows} == {0, 1, 3}
    unlimited = every(told, "SELECT total FROM key_pack WHERE key_pack_type IN (4, 6)")
    assert {row["total"] for row in unlimited} == {4294967295}


def test_more_users_than_licenses(told):
    row = one(told, "SELECT total, issued, available, id FROM key_pack WHERE issued > total")
    assert (row["total"], row["issued"], row["available"]) == (60, 74, 0)
    licenses = every(told, "SELECT user, computer FROM issuance WHERE key_pack_id = ?", row["id"])
    assert len(licenses) == 74
    assert {row["computer"] for row in licenses} == {None}


def test_transfers_of_more_than_one_policy(told):
    rows = every(told, "SELECT policy, removal FROM transfer")
    assert sorted(row["policy"] for row in rows) == ["after-90-days"] + ["one-time"] * 4


def test_one_recorded_reissue_and_one_parked_request(told):
    recorded, parked, linked = every(told, "SELECT * FROM reissue_request ORDER BY id")
    assert (recorded["state"], recorded["quantity"], parked["state"]) == ("installed", 4, "open")
    assert linked["state"] == "installed"
    assert (
        one(
            told,
            "SELECT origin FROM key_pack WHERE request_id = ? AND merged_into_id IS NULL",
            recorded["id"],
        )["origin"]
        == "reissue"
    )
    assert (
        len(every(told, "SELECT 1 FROM collected WHERE request_id = ? AND state = 'retired'", recorded["id"]))
        == 4
    )
    assert len(every(told, "SELECT 1 FROM draft WHERE request_id = ?", parked["id"])) == 1


def test_the_parked_request_s_temporary_license_is_about_to_expire(told, clock):
    with read_view(told.path, clock) as state:
        (parked,) = [row for row in state.rows(REISSUES) if row.state == "open"]
    assert day_of(parked.call_before) == TODAY + timedelta(days=5)
    expiries = every(told, "SELECT expires_at FROM issuance WHERE status = 1")
    days = sorted((day_of(row["expires_at"]) or date.min) - TODAY for row in expiries)
    assert [one.days for one in days] == [-3, 5, 40]


def test_it_is_told_in_the_order_of_its_days(told):
    recorded = [row[0] for row in every(told, "SELECT recorded_at FROM entry ORDER BY number")]
    assert recorded == sorted(recorded)


def test_eighteen_months_of_history(told):
    first, last = one(told, "SELECT min(recorded_at), max(recorded_at) FROM entry")
    assert 540 <= (TODAY - (day_of(first) or TODAY)).days <= 550
    assert (TODAY - (day_of(last) or TODAY)).days == 3
    months = every(told, "SELECT DISTINCT substr(recorded_at, 1, 7) AS month FROM entry")
    assert len(months) >= 8


def test_a_reissue_was_linked_by_a_list_and_its_computers_got_their_licenses(told, clock):
    with read_view(told.path, clock) as state:
        rows = list(state.rows(COLLECTED, request_id=3))
    assert [(row.to_computer, row.got_keypack_id) for row in rows] == [
        ("MUC-NB-0041", 11),
        ("MUC-NB-0042", 11),
    ]


def test_a_server_was_rebuilt_and_what_it_held_is_kept(told):
    rows = every(told, "SELECT closed_why FROM key_pack WHERE closed_on IS NOT NULL")
    assert [row["closed_why"] for row in rows] == ["rebuilt", "rebuilt"]
    ended = every(told, "SELECT ended_why FROM issuance WHERE ended_why = 'pack-closed'")
    assert len(ended) == 12


def test_a_transfer_was_voided_and_marked_where_it_belongs(told):
    wrong, right = every(told, "SELECT * FROM transfer WHERE id IN (4, 5)")
    assert wrong["voided_by"] is not None
    assert (right["voided_by"], right["to_computer"]) == (None, wrong["to_computer"])


def test_removals_are_awaited_done_and_not_intended(told):
    rows = every(
        told, "SELECT removal FROM transfer UNION ALL SELECT removal FROM collected WHERE removal IS NOT NULL"
    )
    assert {row["removal"] for row in rows} == {"awaiting", "removed", "not-intended"}
    assert one(told, "SELECT removal_sha256 FROM transfer WHERE id = 1")[0]


def test_licenses_were_entered_by_hand_where_nothing_can_be_imported(told):
    rows = every(told, "SELECT computer FROM issuance WHERE by_hand = 1")
    assert [row["computer"] for row in rows] == ["LAG-PC-01", "LAG-PC-02", "LAG-PC-03"]


def test_every_code_says_what_it_is(told):
    texts = [
        row[0]
        for sql in (
            "SELECT license_key_pack_id FROM key_pack",
            "SELECT license_server_id FROM server",
            "SELECT number FROM key_pack WHERE program = 'retail'",
        )
        for row in every(told, sql)
        if row[0]
    ]
    assert len(texts) >= 5
    assert all(text.startswith("SAMPLE") for text in texts)


def test_its_history_holds(told, clock):
    assert verify(told.path, clock).state is VerificationState.INTACT


def test_it_is_told_once_and_never_over_records_of_the_user_s_own(told, store, clock):
    Stock(store)
    for one_of in (told, store):
        before = dump(one_of)
        with pytest.raises(RuleViolation, match="store-not-empty"):
            fill_store(one_of.path, clock)
        assert dump(one_of) == before


AWKWARD = [
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2027, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2030, 8, 31, 9, 12, tzinfo=UTC),
]


@pytest.mark.skipif(
    not hasattr(time, "tzset"),
    reason="Windows has no time.tzset, so the time zone of this process cannot be changed",
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("now", AWKWARD, ids=str)
def test_it_is_told_at_awkward_times(store, clock, monkeypatch, now, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        clock.now = now
        fill_store(store.path, clock)
        assert count_entries(store) > 20
        assert verify(store.path, clock).state is VerificationState.INTACT
        newest = one(store, "SELECT max(recorded_at) FROM entry")[0]
        assert newest < now.isoformat()
        with read_view(store.path, clock) as state:
            (parked,) = [row for row in state.rows(REISSUES) if row.state == "open"]
        assert 3 <= ((day_of(parked.call_before) or date.min) - now.astimezone().date()).days <= 6
    finally:
        monkeypatch.undo()
        time.tzset()


def test_it_takes_few_statements(store, clock):
    statements = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        fill_store(store.path, clock)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) < 1500
    assert count_entries(store) < 60
