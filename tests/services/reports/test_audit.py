"""The figures of the audit report, by single acts; random histories are in tests/model/test_audit.py."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from conftest import NOW
from services.reports.transfers import link, transfer
from services.stock import CODE, Stock, put_license, put_pack, put_server
from world import take_in

from tslic_admin.db.history.holdings import held_changes_by_entry
from tslic_admin.db.history.recording import seal
from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import start_of
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.audit import Statement, StatementTerm
from tslic_admin.services.history import voiding
from tslic_admin.services.reissue import calls
from tslic_admin.services.reports.audit import (
    Audit,
    AuditRequest,
    PackAudit,
    compute_audit,
    read_audit_request,
)


def audit(store, since: date | None = None, until: date | None = None, server: int | None = None) -> Audit:
    with read_view(store.path, store._info["now"]) as state:
        return compute_audit(state, store._info["now"], AuditRequest(server, since, until))


def of_pack(store, number: int, **period: Any) -> PackAudit:
    return next(one for one in audit(store, **period).all_packs if one.number == number)


def run_out_and_revoked(store, pack: int, **period: Any) -> tuple[int, int]:
    holdings = of_pack(store, pack, **period).holdings
    return holdings.run_out, holdings.revoked


def from_entries(store, pack: int, term: StatementTerm) -> list[tuple[int, int]]:
    with read_view(store.path, store._info["now"]) as state:
        compute_audit(state, store._info["now"], AuditRequest())
        return [tuple(one) for one in held_changes_by_entry(state.connection, pack, term)]


def record(stock: Stock, *licenses: int) -> int:
    request = stock.open_request(*(stock.licenses[n] for n in licenses))
    stock.do(
        lambda s: calls.record(
            s,
            s.get_one(RequestRow, request),
            calls.ReissueCall(code=CODE, quantity=str(len(licenses)), on="2026-03-02"),
        )
    )
    return request


def test_what_was_recorded_first_is_issued(stock):
    one = of_pack(stock.store, stock.pack)
    assert one.statement == Statement(0, 3, issued=3)
    assert (one.pack["total"], one.usable, one.reissued_away, one.total_set_by) == (10, 10, {}, 2)
    assert from_entries(stock.store, stock.pack, StatementTerm.ISSUED) == [(3, 1), (4, 1), (5, 1)]


def test_a_transferred_license_is_given_up_when_its_new_computer_has_its_own(stock):
    number = transfer(stock)
    assert of_pack(stock.store, stock.pack).statement == Statement(0, 3, issued=3)
    received = put_license(stock.store, stock.pack, 4, "PC9", issued_at="2026-03-02T10:00:00Z")
    link(stock, number, received)
    one = of_pack(stock.store, stock.pack)
    assert one.statement == Statement(0, 3, issued=4, given_up=-1)
    assert (one.holdings.live, one.holdings.given_up, one.holdings.held) == (4, 1, 3)
    link(stock, number, None)
    assert of_pack(stock.store, stock.pack).statement == Statement(0, 4, issued=4, given_up=-1, corrections=1)
    assert from_entries(stock.store, stock.pack, StatementTerm.CORRECTIONS) == [(9, 1)]


def test_a_voided_transfer_gives_nothing_up(stock):
    number = transfer(stock)
    received = put_license(stock.store, stock.pack, 4, "PC9", issued_at="2026-03-02T10:00:00Z")
    with stock.store.writing() as session:
        session.get_one(TransferRow, number).linked_issuance_id = received
        entry = seal(session, "import")
    with stock.store.writing() as session:
        session.get_one(TransferRow, number).voided_by = entry + 1
        seal(session, "void", voids=6)
    one = of_pack(stock.store, stock.pack)
    assert one.statement == Statement(0, 4, issued=4, given_up=-1, corrections=1)
    assert one.holdings.given_up == 0


def test_what_a_reissue_retired_is_given_up_and_no_longer_usable(stock):
    request = record(stock, 0, 1)
    one = of_pack(stock.store, stock.pack)
    assert one.statement == Statement(0, 1, issued=3, given_up=-2)
    assert (one.usable, one.holdings.retired) == (8, 2)
    (entry,) = one.reissued_away
    assert one.reissued_away == {entry: 2}
    made = next(p for p in audit(stock.store).all_packs if p.pack["request_id"] == request)
    assert (made.statement, made.pack["total"], made.is_summed) == (Statement(0, 0), 2, True)
    assert made.pack["license_key_pack_id"] == "…GGGGG"
    stock.do(lambda s: voiding.void(s, entry, reason="wrong"))
    back = of_pack(stock.store, stock.pack)
    assert back.statement == Statement(0, 3, issued=3, given_up=-2, corrections=2)
    assert (back.usable, back.reissued_away) == (10, {})


def test_what_vanished_ended_and_what_is_back_is_a_correction(store, clock):
    rows = "KeyPackId,LicenseId,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate,sHardwareId\n"
    first = "3,1,PC1,2,2026-01-05T10:00:00Z,2026-03-20T10:00:00Z,0xA1\n"
    second = "3,2,PC2,2,2026-01-05T10:00:00Z,2026-03-20T10:00:00Z,0xA2\n"
    packs = b"KeyPackId,ProductType,ProductVersionID,KeyPackType,TotalLicenses\n3,0,6,2,10\n"
    take_in(store, ("packs.csv", packs))
    for listed in (first + second, first, first + second):
        clock.now += timedelta(hours=1)
        take_in(store, ("licenses.csv", (rows + listed).encode()))
    (one,) = audit(store).all_packs
    assert one.statement == Statement(0, 2, issued=2, ended=-1, corrections=1)


def test_a_license_that_turns_out_to_be_of_another_key_pack_moves_there(stock, clock):
    other = put_pack(stock.store, stock.server, 4)
    clock.now += timedelta(days=1)
    with stock.store.writing() as session:
        session.get_one(IssuanceRow, stock.licenses[0]).key_pack_id = other
        seal(session, "reissue.link")
    assert of_pack(stock.store, stock.pack).statement == Statement(0, 2, issued=3, corrections=-1)
    assert of_pack(stock.store, other).statement == Statement(0, 1, corrections=1)
    before = of_pack(stock.store, stock.pack, until=NOW.date())
    assert before.statement == Statement(0, 3, issued=3)
    assert of_pack(stock.store, other, until=NOW.date()).statement == Statement(0, 0)


def test_a_retired_license_counts_to_the_key_pack_it_was_of_then(stock, clock):
    record(stock, 0)
    other = put_pack(stock.store, stock.server, 4)
    clock.now += timedelta(days=1)
    with stock.store.writing() as session:
        session.get_one(IssuanceRow, stock.licenses[0]).key_pack_id = other
        seal(session, "reissue.link")
    assert of_pack(stock.store, stock.pack, until=NOW.date()).usable == 9
    assert [of_pack(stock.store, pack).usable for pack in (stock.pack, other)] == [10, 9]


def test_each_period_begins_with_what_the_one_before_ended_with(stock, clock):
    clock.now += timedelta(days=2)
    put_license(stock.store, stock.pack, 4)
    with stock.store.writing() as session:
        session.get_one(KeyPackRow, stock.pack).total = 20
        seal(session, "import")
    day = NOW.date() + timedelta(days=1)
    first = of_pack(stock.store, stock.pack, until=day)
    second = of_pack(stock.store, stock.pack, since=day + timedelta(days=1))
    assert (first.statement, second.statement) == (Statement(0, 3, issued=3), Statement(3, 4, issued=1))
    assert (
        first.pack["total"],
        second.pack_before and second.pack_before["total"],
        second.pack["total"],
    ) == (10, 10, 20)
    assert (first.total_set_by, second.total_set_by) == (2, 7)


def test_what_ends_in_a_period_may_have_begun_before_it(stock, clock):
    clock.now += timedelta(days=1)
    with stock.store.writing() as session:
        row = session.get_one(IssuanceRow, stock.licenses[0])
        row.ended_on, row.ended_why = "2026-03-03", "vanished"
        seal(session, "import")
    assert of_pack(stock.store, stock.pack, since=clock.now.date()).statement == Statement(3, 2, ended=-1)


def test_an_entry_of_a_clock_that_was_set_back_counts_to_the_day_before_it(stock, clock):
    clock.now += timedelta(days=5)
    put_license(stock.store, stock.pack, 4)
    clock.now -= timedelta(days=3)
    put_license(stock.store, stock.pack, 5)
    day = clock.now.date()  # between the two by its date alone
    assert of_pack(stock.store, stock.pack, until=day).statement.closing == 3
    assert of_pack(stock.store, stock.pack, since=day + timedelta(1)).statement == Statement(3, 5, issued=2)


def test_a_period_of_nothing_holds_what_was_held(stock):
    future = audit(stock.store, since=NOW.date() + timedelta(days=9))
    assert [one.statement for one in future.all_packs] == [Statement(3, 3)]
    assert (future.period.first, future.period.last) == (6, 5)
    assert not list(audit(stock.store, until=NOW.date() - timedelta(days=1)).all_packs)


def test_an_empty_store_has_no_figures_and_they_add_up(store):
    empty = audit(store)
    assert (empty.servers, empty.head, empty.adds_up) == ({}, None, True)


def test_a_license_has_not_run_out_on_the_day_at_whose_beginning_it_ends(stock, clock):
    put_license(stock.store, stock.pack, 4, expires_at=start_of(NOW.date()))
    assert run_out_and_revoked(stock.store, stock.pack) == (0, 0)
    clock.now += timedelta(days=1)
    assert run_out_and_revoked(stock.store, stock.pack) == (1, 0)


def test_what_ran_out_by_its_date_and_what_was_revoked_is_told_as_it_stood_then(stock, clock):
    put_license(stock.store, stock.pack, 4, status=4, expires_at="2026-03-01T10:00:00Z")
    day = NOW.date()
    assert run_out_and_revoked(stock.store, stock.pack) == (1, 1)
    clock.now += timedelta(days=1)
    with stock.store.writing() as session:
        row = session.query(IssuanceRow).filter_by(license_id=4).one()
        row.status, row.expires_at = 2, "2026-05-01T10:00:00Z"
        seal(session, "import")
    assert run_out_and_revoked(stock.store, stock.pack) == (0, 0)
    assert run_out_and_revoked(stock.store, stock.pack, until=day) == (1, 1)
    clock.now += timedelta(days=30)
    assert of_pack(stock.store, stock.pack).holdings.run_out == 3


def test_a_pack_is_short_by_its_server_s_count_or_by_what_is_held(stock):
    with stock.store.writing() as session:
        pack = session.get_one(KeyPackRow, stock.pack)
        pack.total, pack.issued = 2, 5
        seal(session, "import")
    one = of_pack(stock.store, stock.pack)
    assert (one.short_by_server, one.short_by_record) == (3, 1)


def test_pools_that_nobody_bought_are_not_summed_up_and_never_short(stock):
    pool = put_pack(stock.store, stock.server, 9, key_pack_type=4, total=0)
    put_license(stock.store, pool, 1, status=1)
    built_in = put_pack(stock.store, stock.server, 2, product_type=3, key_pack_type=6, total=UNLIMITED)
    for number in (pool, built_in):
        one = of_pack(stock.store, number)
        assert (one.is_open, one.is_summed, one.short_by_record) == (True, False, 0)
    assert of_pack(stock.store, built_in).usable == UNLIMITED


def test_what_was_gone_before_the_period_is_left_out(stock, clock):
    gone = put_pack(stock.store, stock.server, 7, closed_on="2026-03-01", closed_why="vanished")
    ours = put_pack(stock.store, stock.server, None, merged_into_id=stock.pack)
    listed = [one.number for one in audit(stock.store).all_packs]
    assert gone in listed
    assert ours not in listed
    clock.now += timedelta(days=1)
    put_license(stock.store, stock.pack, 4)
    assert [one.number for one in audit(stock.store, since=clock.now.date()).all_packs] == [stock.pack]


def test_one_server_alone(stock):
    other = put_server(stock.store, "DC02")
    put_license(stock.store, put_pack(stock.store, other, 3), 1)
    assert [one.statement.closing for one in audit(stock.store, server=other).all_packs] == [1]
    assert list(audit(stock.store).packs) == [stock.server, other]


def test_the_progress_is_told_the_licenses_so_far(stock, monkeypatch):
    monkeypatch.setattr("tslic_admin.db.history.holdings.PROGRESS_EVERY", 2)
    monkeypatch.setattr("tslic_admin.db.history.holdings.MOST_SUMS", 1)
    counts: list[int] = []
    with read_view(stock.store.path, lambda: NOW) as state:
        found = compute_audit(state, lambda: NOW, AuditRequest(), lambda done, _: counts.append(done))
    assert counts == [2]
    assert [one.statement for one in found.all_packs] == [Statement(0, 3, issued=3)]


def test_days_are_read_as_they_are_typed():
    assert read_audit_request(server_id=1, since="2026-01-01", until="2026-01-31") == AuditRequest(
        1, date(2026, 1, 1), date(2026, 1, 31)
    )
    assert read_audit_request() == AuditRequest()
    for typed, field in (
        ({"since": "x"}, "since"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until"),
    ):
        with pytest.raises(RuleViolation) as refused:
            read_audit_request(**typed)
        assert refused.value.field == field


@pytest.mark.skipif(
    not hasattr(time, "tzset"),
    reason="Windows has no time.tzset, so the time zone of this process cannot be changed",
)
def test_days_are_local_ones(stock, clock, monkeypatch):
    clock.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 3 March in Berlin
    put_license(stock.store, stock.pack, 4)
    assert of_pack(stock.store, stock.pack, until=date(2026, 3, 2)).statement.closing == 4
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert of_pack(stock.store, stock.pack, until=date(2026, 3, 2)).statement.closing == 3
    finally:
        monkeypatch.undo()
        time.tzset()
