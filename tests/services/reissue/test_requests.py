"""Reissue requests until the call: opened, collected for, dropped from, withdrawn, parked with what was typed."""

from __future__ import annotations

import pytest
from services.stock import (
    Stock,
    collecting,
    count_entries,
    every,
    last_entry,
    put_license,
    put_pack,
    put_server,
)
from sqlalchemy.exc import IntegrityError

from tslic_admin.db.schema.tables import IssuanceRow, RequestRow, ServerRow
from tslic_admin.domain.outcomes import NeedsReason
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import transfers
from tslic_admin.services.reissue import requests
from tslic_admin.services.reissue.worksheets import Draft, read_draft

REISSUES = Changes.REISSUES | Changes.LICENSES | Changes.HISTORY


def of(number: int, act, *arguments, **named):
    """An act on a request of that number."""
    return lambda session: act(session, session.get_one(RequestRow, number), *arguments, **named)


def drop(number: int, *licenses: int):
    return lambda session: requests.drop(
        session, session.get_one(RequestRow, number), [session.get_one(IssuanceRow, n) for n in licenses]
    )


def held(stock: Stock, request: int) -> list[tuple[int, str | None, str]]:
    rows = every(stock.store, "SELECT * FROM collected WHERE request_id = ? ORDER BY id", request)
    return [(row["issuance_id"], row["to_computer"], row["state"]) for row in rows]


def test_a_request_is_opened_for_one_server(stock: Stock) -> None:
    done = stock.do(
        lambda s: requests.open_request(s, s.get_one(ServerRow, stock.server), reason=" two broke ")
    )
    assert done.changes == Changes.REISSUES | Changes.HISTORY
    row = stock.row("reissue_request", done.record)
    assert (row["server_id"], row["state"], row["opened_on"]) == (stock.server, "open", "2026-03-02")
    assert (row["reason"], row["same_call_as_id"], row["product_type"]) == ("two broke", None, None)
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason, entry.effective_on) == ("reissue.open", "two broke", "2026-03-02")


def test_a_request_of_another_server_may_be_of_the_same_call(stock: Stock) -> None:
    first = stock.open_request()
    other = put_server(stock.store, "DC02")
    done = stock.do(
        lambda s: requests.open_request(
            s, s.get_one(ServerRow, other), same_call_as=s.get_one(RequestRow, first), reason=" "
        )
    )
    row = stock.row("reissue_request", done.record)
    assert (row["server_id"], row["same_call_as_id"], row["reason"]) == (other, first, None)


def test_a_reason_that_cannot_be_kept_is_refused(stock: Stock) -> None:
    stock.refuse(
        lambda s: requests.open_request(s, s.get_one(ServerRow, stock.server), reason="\ud800"),
        "text-malformed",
    )


def test_licenses_are_collected_with_the_computers_that_wait(stock: Stock) -> None:
    request = stock.open_request()
    one, two, _ = stock.licenses
    done = stock.do(collecting(request, (one, " NEW "), (two, None), reason="stolen"))
    assert (done.record, done.changes, done.notices) == (request, REISSUES, ())
    assert held(stock, request) == [(one, "NEW", "collected"), (two, None, "collected")]
    row = stock.row("reissue_request", request)
    assert (row["product_type"], row["product_version_id"]) == (0, 6)
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason) == ("reissue.add", "stolen")
    assert ("request", "DC01", "ProductVersionID", None, "6") in entry.changed


def test_over_weeks_more_are_collected(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    stock.do(collecting(request, (stock.licenses[1], None)))
    assert [issuance for issuance, _, _ in held(stock, request)] == stock.licenses[:2]


def test_a_collected_license_may_get_another_waiting_computer(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    done = stock.do(collecting(request, (stock.licenses[0], "NEW")))
    assert held(stock, request) == [(stock.licenses[0], "NEW", "collected")]
    assert last_entry(stock.store).changed == [("collected", "DC01/3/1", "To", None, "NEW")]
    assert done.changes == REISSUES


@pytest.mark.parametrize("computer", [None, " ", "NEW"])
def test_a_license_is_not_collected_twice(stock: Stock, computer: str | None) -> None:
    request = stock.open_request()
    stock.do(collecting(request, (stock.licenses[0], "NEW")))
    stock.refuse(collecting(request, (stock.licenses[0], computer)), "reissue-already-here")
    other = stock.open_request()
    assert (
        stock.refuse(collecting(other, (stock.licenses[0], "X")), "reissue-collected").facts["request"]
        == request
    )


def test_not_even_within_one_act(stock: Stock) -> None:
    request = stock.open_request()
    one = stock.licenses[0]
    stock.refuse(collecting(request, (one, None), (one, None)), "reissue-already-here")


def test_all_or_nothing_is_collected(stock: Stock) -> None:
    temporary = put_license(stock.store, stock.pack, 9, status=1)
    request = stock.open_request()
    stock.refuse(collecting(request, (stock.licenses[0], None), (temporary, None)), "reissue-temporary")
    stock.refuse(collecting(request, (stock.licenses[0], None), (stock.licenses[1], "a b")), "name-malformed")


def test_an_unclear_status_needs_anyway_and_a_reason(stock: Stock) -> None:
    pending = put_license(stock.store, stock.pack, 9, status=5)
    request = stock.open_request()
    for half in ({}, {"anyway": True}, {"reason": "x"}, {"reason": " ", "anyway": True}):
        refusal = stock.refuse(collecting(request, (pending, None), **half), "reissue-status-unclear")
        assert isinstance(refusal, NeedsReason)
    assert stock.do(collecting(request, (pending, None), reason="x", anyway=True)).entry


def test_an_ended_license_is_collected_and_may_be_back_in_the_pool(stock: Stock) -> None:
    gone = put_license(stock.store, stock.pack, 9, ended_on="2026-02-01", ended_why="vanished")
    request = stock.open_request()
    done = stock.do(collecting(request, (stock.licenses[0], None), (gone, None)))
    assert [(n.code, n.facts["license"]) for n in done.notices] == [
        ("may-be-back-in-the-pool", "DC01/3/9@2026-01-05")
    ]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"product_type": 1}, "request-other-type"), ({"product_version_id": 5}, "request-other-version")],
)
def test_one_version_and_one_type_from_several_packs(stock: Stock, fields, code: str) -> None:
    request = stock.open_request(stock.licenses[0])
    other = put_license(stock.store, put_pack(stock.store, stock.server, 4, **fields), 1)
    same = put_license(stock.store, put_pack(stock.store, stock.server, 5), 1)
    stock.refuse(collecting(request, (other, None)), code)
    stock.do(collecting(request, (same, None)))


def test_what_the_first_license_does_not_say_of_version_and_type_the_next_does(stock: Stock) -> None:
    silent = put_pack(stock.store, stock.server, 4, product_type=None, product_version_id=None)
    request = stock.open_request(put_license(stock.store, silent, 1), stock.licenses[0])
    row = stock.row("reissue_request", request)
    assert (row["product_type"], row["product_version_id"]) == (0, 6)
    other = put_license(stock.store, put_pack(stock.store, stock.server, 5, product_type=1), 1)
    stock.refuse(collecting(request, (other, None)), "request-other-type")


def test_licenses_of_another_server_go_into_a_request_of_their_own(stock: Stock) -> None:
    other = put_pack(stock.store, put_server(stock.store, "DC02"), 3)
    stock.refuse(
        collecting(stock.open_request(), (put_license(stock.store, other), None)), "request-other-server"
    )


def test_a_transferred_license_can_be_reissued(stock: Stock) -> None:
    one = stock.licenses[0]
    stock.do(
        lambda s: transfers.mark(
            s, s.get_one(IssuanceRow, one), transfers.TransferFields(to="PC9", on="2026-03-01")
        )
    )
    request = stock.open_request(one)
    assert held(stock, request) == [(one, None, "collected")]
    assert stock.row("transfer", 1)["voided_by"] is None


def test_the_waiting_computer_is_said_later_changed_and_taken_back(stock: Stock) -> None:
    one = stock.licenses[0]
    request = stock.open_request(one)

    def needed_by(computer: str, license_: int = one):
        return lambda s: requests.set_needed_by(
            s, s.get_one(RequestRow, request), s.get_one(IssuanceRow, license_), computer
        )

    assert stock.do(needed_by(" NEW ")).changes == REISSUES
    assert last_entry(stock.store).changed == [("collected", "DC01/3/1", "To", None, "NEW")]
    stock.do(needed_by(" "))
    assert held(stock, request) == [(one, None, "collected")]
    stock.refuse(needed_by("a b"), "name-malformed")
    stock.refuse(needed_by("NEW", stock.licenses[1]), "not-collected")
    stock.do(of(request, requests.withdraw, reason="x"))
    stock.refuse(needed_by("NEW"), "request-not-open")


def test_a_dropped_license_is_free_and_its_line_stays(stock: Stock) -> None:
    one, two, _ = stock.licenses
    request = stock.open_request(one, two)
    done = stock.do(drop(request, one))
    assert (done.record, done.changes) == (request, REISSUES)
    assert held(stock, request) == [(one, None, "dropped"), (two, None, "collected")]
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason) == ("reissue.drop", None)
    assert entry.changed == [("collected", "DC01/3/1", "State", "collected", "dropped")]
    stock.do(collecting(stock.open_request(), (one, None)))


def test_a_license_that_was_dropped_may_come_back(stock: Stock) -> None:
    one = stock.licenses[0]
    request = stock.open_request(one)
    stock.do(drop(request, one))
    stock.do(collecting(request, (one, "NEW")))
    assert held(stock, request) == [(one, None, "dropped"), (one, "NEW", "collected")]


def test_an_empty_request_takes_any_version_and_type_again(stock: Stock) -> None:
    user = put_license(stock.store, put_pack(stock.store, stock.server, 4, product_type=1), 1)
    request = stock.open_request(*stock.licenses[:2])
    stock.do(drop(request, stock.licenses[0]))
    stock.refuse(collecting(request, (user, None)), "request-other-type")
    stock.do(drop(request, stock.licenses[1]))
    stock.do(collecting(request, (user, None)))
    assert stock.row("reissue_request", request)["product_type"] == 1


def test_what_is_not_there_cannot_be_dropped(stock: Stock) -> None:
    one, two, _ = stock.licenses
    request = stock.open_request(one)
    stock.refuse(drop(request, one, two), "not-collected")
    stock.refuse(drop(request, one, one), "not-collected")


def test_dropping_nothing_is_nothing(stock: Stock) -> None:
    done = stock.do(drop(stock.open_request()))
    assert (done.entry, done.changes) == (None, Changes.NONE)


def test_a_withdrawn_request_gives_back_what_it_held_and_forgets_the_draft(stock: Stock) -> None:
    one, two, _ = stock.licenses
    request = stock.open_request(one, two)
    stock.do(of(request, requests.save_draft, Draft({"code": "AAAAA"})))
    done = stock.do(of(request, requests.withdraw, reason=" found again "))
    assert (done.record, done.changes) == (request, REISSUES)
    assert stock.row("reissue_request", request)["state"] == "withdrawn"
    assert {state for _, _, state in held(stock, request)} == {"dropped"}
    assert every(stock.store, "SELECT * FROM draft") == []
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason) == ("reissue.withdraw", "found again")
    assert ("request", "DC01", "State", "open", "withdrawn") in entry.changed
    stock.open_request(one, two)


def test_a_withdrawal_needs_a_reason(stock: Stock) -> None:
    for reason in (None, " "):
        stock.refuse(of(stock.open_request(), requests.withdraw, reason=reason), "reason-missing")


def test_a_withdrawn_request_stays_as_it_is(stock: Stock) -> None:
    request = stock.open_request(stock.licenses[0])
    stock.do(of(request, requests.withdraw, reason="x"))
    for act in (
        of(request, requests.withdraw, reason="x"),
        of(request, requests.save_draft, Draft()),
        of(request, requests.set_same_call, None),
        drop(request),
        collecting(request, (stock.licenses[0], "NEW")),
    ):
        assert stock.refuse(act, "request-not-open").facts["state"] == "withdrawn"


def same_call(request: int, other: int | None):
    return lambda s: requests.set_same_call(
        s, s.get_one(RequestRow, request), s.get_one(RequestRow, other) if other else None
    )


def test_a_call_may_turn_out_to_settle_another_request_too(stock: Stock) -> None:
    first, second = stock.open_request(), stock.open_request()
    done = stock.do(same_call(second, first))
    assert (done.record, done.changes) == (second, Changes.REISSUES | Changes.HISTORY)
    assert last_entry(stock.store).changed == [("request", "DC01", "SameCallAs", None, str(first))]
    stock.refuse(same_call(first, second), "same-call-itself")
    stock.refuse(same_call(second, second), "same-call-itself")
    stock.do(same_call(second, None))
    assert stock.row("reissue_request", second)["same_call_as_id"] is None


def test_a_withdrawn_request_is_the_same_call_as_none(stock: Stock) -> None:
    """No call settles it, neither when another is opened nor afterwards."""
    first, second = stock.open_request(), stock.open_request()
    stock.do(of(first, requests.withdraw, reason="x"))
    assert stock.refuse(same_call(second, first), "same-call-withdrawn").field == "same_call_as"
    stock.refuse(
        lambda s: requests.open_request(
            s, s.get_one(ServerRow, 1), same_call_as=s.get_one(RequestRow, first)
        ),
        "same-call-withdrawn",
    )


def test_what_was_typed_is_kept_until_the_call_is_made_and_is_no_history(stock: Stock) -> None:
    request = stock.open_request()
    before = count_entries(stock.store)
    typed = {"code": "AAAAA", "quantity": "2", "agent": "ü\ud83d\ude00\ud800"}
    stock.do(of(request, requests.save_draft, Draft({"code": "first"})))
    stock.do(of(request, requests.save_draft, Draft(typed, left_out=(3, 1), tab=2)))
    [(content,)] = every(stock.store, "SELECT content FROM draft")
    assert read_draft(content) == Draft(typed | {"agent": "ü😀\ud800"}, left_out=(3, 1), tab=2)
    assert count_entries(stock.store) == before


def test_nothing_typed_is_an_empty_draft() -> None:
    assert read_draft(None) == Draft()
    assert read_draft('{"agent": "Kim", "case": null, "phone": ""}') == Draft({"agent": "Kim"})


def test_the_table_itself_refuses_a_license_in_two_requests(stock: Stock, monkeypatch) -> None:
    stock.open_request(stock.licenses[0])
    second = stock.open_request()
    monkeypatch.setattr(requests, "decide_collect", lambda *_, **__: ())
    before = count_entries(stock.store)
    with pytest.raises(IntegrityError, match="issuance_id"):
        stock.do(collecting(second, (stock.licenses[0], None)))
    assert (held(stock, second), count_entries(stock.store)) == ([], before)
