"""Marking the one-time transfer: what changes, what is told, and what the table itself refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from services.stock import Stock, last_entry, put_license, put_pack
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, TransferRow
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.outcomes import NeedsReason
from tslic_admin.domain.records.transfers import EarlierTransfer, TransferDetails, TransferPolicy
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import packs, transfers


def mark(license_: int, to: str = "PC9", on: str = "2026-03-01", *, anyway: bool = False, **typed):
    fields = transfers.TransferFields(to=to, on=on, **typed)
    return lambda session: transfers.mark(
        session, session.get_one(IssuanceRow, license_), fields, anyway=anyway
    )


def set_policy(stock: Stock, policy: str) -> None:
    def act(session: Session) -> None:
        packs.change(
            session,
            session.get_one(KeyPackRow, stock.pack),
            PackFields(transfer_policy=policy),
            reason="terms",
        )

    stock.do(act)


def test_a_transfer_is_recorded_and_awaits_the_removal(stock: Stock) -> None:
    done = stock.do(
        mark(
            stock.licenses[0],
            " PC9.corp.example ",
            client_os="XP Professional",
            host_version="2019",
            reason=" broken ",
        )
    )
    assert done.changes == Changes.TRANSFERS | Changes.LICENSES | Changes.HISTORY
    assert done.notices == ()
    row = stock.row("transfer", done.record)
    assert (row["issuance_id"], row["from_computer"], row["to_computer"]) == (1, "PC1", "PC9.corp.example")
    assert (row["on_day"], row["policy"], row["previous_id"]) == ("2026-03-01", "one-time", None)
    assert (row["client_system"], row["host_version"], row["reason"]) == ("xp-professional", 6, "broken")
    assert (row["removal"], row["linked_issuance_id"], row["voided_by"]) == ("awaiting", None, None)


def test_the_issued_license_itself_stays_as_its_server_said(stock: Stock) -> None:
    before = tuple(stock.row("issuance", stock.licenses[0]))
    stock.do(mark(stock.licenses[0]))
    assert tuple(stock.row("issuance", stock.licenses[0])) == before


def test_the_entry_is_of_the_day_of_the_transfer(stock: Stock) -> None:
    done = stock.do(mark(stock.licenses[0], reason="broken"))
    entry = last_entry(stock.store)
    assert (entry.number, entry.kind, entry.reason) == (done.entry, "transfer.mark", "broken")
    assert (entry.recorded_at, entry.effective_on) == ("2026-03-02T12:00:00Z", "2026-03-01")
    assert entry.made == {
        "transfer": {
            "License": stock.licenses[0],
            "From": "PC1",
            "To": "PC9",
            "Need": "not-checked",
            "On": "2026-03-01",
            "Reason": "broken",
            "Policy": "one-time",
            "Removal": "awaiting",
        }
    }


def test_what_was_not_given_is_said(stock: Stock) -> None:
    done = stock.do(mark(stock.licenses[0], client_os=" ", host_version="", reason=" "))
    assert [notice.code for notice in done.notices] == ["need-not-checked"]
    row = stock.row("transfer", done.record)
    assert (row["client_system"], row["host_version"], row["reason"]) == (None, None, None)


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"to": ""}, "name-missing", "to"),
        ({"to": "two words"}, "name-malformed", "to"),
        ({"to": "pc1"}, "already-there", "to"),
        ({"on": "yesterday"}, "day-malformed", "on"),
        ({"on": "2026-03-03"}, "day-in-future", "on"),
        ({"on": "2026-01-04"}, "transfer-before-issue", "on"),
        ({"client_os": "amiga"}, "client-unknown", "client_os"),
        ({"host_version": "3.11"}, "version-unknown", "host_version"),
        ({"reason": "x" * 4001}, "text-too-long", "reason"),
        ({"reason": "\ud800"}, "text-malformed", "reason"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(stock: Stock, typed, code: str, field: str) -> None:
    assert stock.refuse(mark(stock.licenses[0], **typed), code).field == field


def test_a_second_transfer_is_refused_for_good(stock: Stock) -> None:
    first = stock.do(mark(stock.licenses[0]))
    refusal = stock.refuse(mark(stock.licenses[0], "PC8", reason="x", anyway=True), "already-transferred")
    assert (refusal.facts["transfer"], refusal.facts["to"]) == (first.record, "PC9")


def test_another_license_of_the_pack_has_its_own_transfer(stock: Stock) -> None:
    stock.do(mark(stock.licenses[0]))
    assert stock.do(mark(stock.licenses[1])).record == 2


def test_a_license_in_an_open_request_is_dropped_there_first(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    assert stock.refuse(mark(stock.licenses[0]), "transfer-collected").facts["request"] == request


def test_an_ended_license_needs_anyway_and_a_reason(stock: Stock) -> None:
    gone = put_license(stock.store, stock.pack, 9, "OLD", ended_on="2026-02-01", ended_why="vanished")
    for half in ({}, {"anyway": True}, {"reason": "seen"}, {"reason": " ", "anyway": True}):
        assert isinstance(stock.refuse(mark(gone, **half), "transfer-ended"), NeedsReason)
    assert stock.do(mark(gone, reason="seen", anyway=True)).entry


def test_the_days_are_counted_from_the_local_days_of_issue(stock: Stock) -> None:
    late = put_license(
        stock.store, stock.pack, 9, issued_at="2026-02-10T12:00:00Z", first_issued_at="2025-12-01T12:00:00Z"
    )
    stock.refuse(mark(late, on="2025-11-30"), "transfer-before-issue")
    assert stock.do(mark(late, on="2025-12-01")).entry


def test_a_policy_holds_for_later_transfers_and_each_keeps_its_own(stock: Stock, store, clock) -> None:
    license_ = stock.licenses[0]
    stock.do(mark(license_, "PC8", "2026-03-01"))
    set_policy(stock, "after-90-days")
    stock.refuse(mark(license_, "PC9", "2026-03-02"), "within-90-days")
    clock.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    put_license(stock.store, stock.pack, 50, "OTHER")  # something else goes on meanwhile
    stock.do(mark(license_, "PC9", "2026-05-30", reason="x", anyway=True))
    set_policy(stock, "not-transferable")
    clock.now = datetime(2027, 6, 1, 12, tzinfo=UTC)
    stock.refuse(mark(license_, "PC1", "2027-05-30"), "not-transferable")
    set_policy(stock, "one-time")
    stock.refuse(mark(license_, "PC1", "2027-05-30"), "already-transferred")
    set_policy(stock, "after-90-days")
    stock.do(mark(license_, "PC1", "2027-05-30", reason="x", anyway=True))
    rows = [stock.row("transfer", number) for number in (1, 2, 3)]
    assert [
        (row["from_computer"], row["to_computer"], row["policy"], row["previous_id"]) for row in rows
    ] == [
        ("PC1", "PC8", "one-time", None),
        ("PC8", "PC9", "after-90-days", 1),
        ("PC9", "PC1", "after-90-days", 2),
    ]


@pytest.mark.parametrize("policy", ["one-time", "after-90-days"])
def test_a_voided_transfer_does_not_count(stock: Stock, policy: str) -> None:
    old = put_license(
        stock.store, stock.pack, 9, issued_at="2025-01-05T10:00:00Z", first_issued_at="2025-01-05T10:00:00Z"
    )
    set_policy(stock, policy)
    first = stock.do(mark(old)).record

    def void(session: Session) -> None:
        session.get_one(TransferRow, first).voided_by = 1
        seal(session, "transfer.void", reason="x")

    stock.do(void)
    row = stock.row("transfer", stock.do(mark(old, "PC8")).record)
    assert (row["from_computer"], row["previous_id"]) == ("PC1", None)


def test_a_license_that_was_received_by_a_transfer_has_used_it(stock: Stock) -> None:
    """Linked to the old computer's transfer, the new computer's issuance carries it on (rule 4.6)."""
    received = put_license(stock.store, stock.pack, 9, "PC9", issued_at="2026-03-01T11:00:00Z")
    first = stock.do(mark(stock.licenses[0])).record

    def link(session: Session) -> None:
        session.get_one(TransferRow, first).linked_issuance_id = received
        seal(session, "transfer.link", reason="x")

    stock.do(link)
    assert stock.refuse(mark(received, "PC8"), "already-transferred").facts["transfer"] == first


def test_what_would_be_true_is_said_without_recording_it(stock: Stock) -> None:
    with stock.store.reading() as session:
        details = TransferDetails("PC9", date(2026, 3, 1))
        decision = transfers.decide(session, session.get_one(IssuanceRow, stock.licenses[0]), details)
    assert (decision.from_computer, decision.to_computer) == ("PC1", "PC9")


def test_a_license_of_a_reissued_pack_has_a_transfer_of_its_own(stock: Stock) -> None:
    stock.do(mark(stock.licenses[0]))
    request = stock.open_request()
    new = put_pack(stock.store, stock.server, 8, origin="reissue", request_id=request)
    assert stock.do(mark(put_license(stock.store, new, 1, "PC1"), "PC7")).record == 2


@pytest.mark.parametrize(
    ("policy", "earlier", "constraint"),
    [
        ("one-time", None, "issuance_id"),
        ("after-90-days", None, "issuance_id"),
        ("after-90-days", 1, "previous_id"),
    ],
)
def test_the_table_itself_refuses_a_second_move_of_the_same_step(
    stock: Stock, monkeypatch, policy: str, earlier: int | None, constraint: str
) -> None:
    """One one-time transfer per license, one first transfer, one that follows another."""
    old = put_license(
        stock.store, stock.pack, 9, issued_at="2024-01-05T10:00:00Z", first_issued_at="2024-01-05T10:00:00Z"
    )
    set_policy(stock, policy)
    stock.do(mark(old, "PC5", "2024-06-01", reason="x", anyway=True))
    if earlier:
        stock.do(mark(old, "PC6", "2024-12-01", reason="x", anyway=True))
    told = EarlierTransfer(earlier, date(2024, 6, 1), "PC5", TransferPolicy(policy)) if earlier else None
    monkeypatch.setattr(transfers, "last_transfer", lambda *_: told)
    before = last_entry(stock.store)
    with pytest.raises(IntegrityError, match=constraint):
        stock.do(mark(old, "PC7", "2025-12-01", reason="x", anyway=True))
    assert last_entry(stock.store) == before


def test_a_transfer_is_not_linked_to_the_license_that_it_moved(stock: Stock) -> None:
    number = stock.do(mark(stock.licenses[0])).record

    def link(session: Session) -> None:
        transfer = session.get_one(TransferRow, number)
        transfers.set_link(
            session, transfer, session.get_one(IssuanceRow, transfer.issuance_id), reason="typed wrongly"
        )

    stock.refuse(link, "link-itself")


def test_a_license_is_checked_before_its_new_computer_is_known(stock: Stock) -> None:
    def check(session: Session) -> None:
        transfers.check(session, session.get_one(IssuanceRow, stock.licenses[0]))

    stock.do(check)
    stock.do(mark(stock.licenses[0]))
    stock.refuse(check, "already-transferred")
