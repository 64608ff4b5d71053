"""Recording the call: the code, the new key pack, the licenses it replaces, the day it was installed."""

from __future__ import annotations

import pytest
from services.stock import (
    CODE,
    OTHER_CODE,
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

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import packs, transfers
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.worksheets import Draft

CALL = {"code": CODE, "quantity": "2", "on": "2026-03-01"}


def record(request: int, licenses: list[int] | None = None, **typed):
    return lambda session: calls.record(
        session,
        session.get_one(RequestRow, request),
        calls.ReissueCall(**CALL | typed),
        licenses=None if licenses is None else [session.get_one(IssuanceRow, n) for n in licenses],
    )


def installed(request: int, on: str = "2026-03-02"):
    return lambda session: calls.set_installed(session, session.get_one(RequestRow, request), on=on)


@pytest.fixture
def request_(stock: Stock) -> int:
    """Holds the first two licenses."""
    return stock.open_request(*stock.licenses[:2])


def states(stock: Stock, request: int) -> dict[int, tuple[str, str | None]]:
    rows = every(stock.store, "SELECT * FROM collected WHERE request_id = ? ORDER BY id", request)
    return {row["issuance_id"]: (row["state"], row["removal"]) for row in rows}


def codes(done) -> list[str]:
    return [notice.code for notice in done.notices]


def test_the_call_makes_a_key_pack_like_any_other_whose_origin_is_known(stock: Stock, request_: int) -> None:
    done = stock.do(record(request_, case=" C-1 ", agent="Ann", phone="1-888"))
    assert done.changes == (
        Changes.REISSUES | Changes.LICENSES | Changes.PACKS | Changes.SERVERS | Changes.HISTORY
    )
    assert (done.record, codes(done)) == (request_, [])
    pack = stock.row("key_pack", done.second_record)
    assert (pack["origin"], pack["request_id"], pack["server_id"]) == ("reissue", request_, stock.server)
    assert (pack["license_key_pack_id"], pack["total"], pack["keypack_id"]) == (
        CODE.replace("-", ""),
        2,
        None,
    )
    assert (pack["product_version_id"], pack["product_type"], pack["description"]) == (6, 0, "A02-10.01-S")
    assert (pack["transfer_policy"], pack["first_seen_at"], pack["issued"]) == ("one-time", None, None)
    row = stock.row("reissue_request", request_)
    assert (row["state"], row["quantity"], row["recorded_on"]) == ("recorded", 2, "2026-03-01")
    assert (row["case_number"], row["agent"], row["phone"], row["installed_on"]) == (
        "C-1",
        "Ann",
        "1-888",
        None,
    )


def test_what_it_replaces_is_retired_and_awaits_removal(stock: Stock, request_: int) -> None:
    stock.do(record(request_))
    assert states(stock, request_) == dict.fromkeys(stock.licenses[:2], ("retired", "awaiting"))
    stock.refuse(
        lambda s: transfers.mark(
            s, s.get_one(IssuanceRow, stock.licenses[0]), transfers.TransferFields(to="X", on="2026-03-01")
        ),
        "transfer-retired",
    )
    stock.refuse(collecting(stock.open_request(), (stock.licenses[0], None)), "reissue-retired")


def test_the_entry_is_of_the_day_of_the_call_and_masks_the_code(stock: Stock, request_: int) -> None:
    done = stock.do(record(request_))
    entry = last_entry(stock.store)
    assert (entry.number, entry.kind, entry.reason) == (done.entry, "reissue.record", None)
    assert (entry.recorded_at, entry.effective_on) == ("2026-03-02T12:00:00Z", "2026-03-01")
    assert entry.made["pack"]["LicenseKeyPackId"] == "…GGGGG"
    assert {(kind, field, after) for kind, _, field, _, after in entry.changed} >= {
        ("request", "State", "recorded"),
        ("request", "Quantity", "2"),
        ("collected", "State", "retired"),
        ("collected", "Removal", "awaiting"),
    }
    assert not any("AAAAA" in str(tuple(row)) for row in every(stock.store, "SELECT * FROM event_line"))


def test_only_the_named_licenses_are_retired_the_rest_goes_back_and_that_is_said(
    stock: Stock, request_: int
) -> None:
    one, two, _ = stock.licenses
    done = stock.do(record(request_, [two, two], quantity="1"))
    assert codes(done) == ["rest-dropped"]
    assert states(stock, request_) == {one: ("dropped", None), two: ("retired", "awaiting")}
    stock.open_request(one)


def test_more_than_are_replaced_and_none_at_all_are_said(stock: Stock, request_: int) -> None:
    assert codes(stock.do(record(request_, quantity="3"))) == ["quantity-above-retired"]
    empty = stock.open_request()
    done = stock.do(record(empty, code=OTHER_CODE))
    assert codes(done) == ["nothing-retired"]
    pack = stock.row("key_pack", done.second_record)
    assert (pack["product_type"], pack["product_version_id"], pack["description"]) == (None, None, None)


def test_with_nothing_named_everything_goes_back(stock: Stock, request_: int) -> None:
    assert codes(stock.do(record(request_, []))) == ["nothing-retired", "rest-dropped"]
    assert {state for state, _ in states(stock, request_).values()} == {"dropped"}


def test_what_the_replaced_packs_agree_on_holds_for_the_new_one(stock: Stock) -> None:
    other = put_pack(stock.store, stock.server, 4, description="A02-10.01-X", program="select")
    for pack in (stock.pack, other):
        stock.do(
            lambda s, n=pack: packs.change(
                s, s.get_one(KeyPackRow, n), PackFields(program="open"), reason="x"
            )
        )
    request = stock.open_request(stock.licenses[0], put_license(stock.store, other, 1))
    pack = stock.row("key_pack", stock.do(record(request)).second_record)
    assert (pack["program"], pack["key_pack_type"], pack["description"]) == ("open", 2, None)


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"code": CODE[:-1]}, "code-length", "code"),
        ({"code": CODE[:-1] + "!"}, "code-characters", "code"),
        ({"code": "…GGGGG"}, "code-masked", "code"),
        ({"quantity": "few"}, "count-malformed", "quantity"),
        ({"quantity": "0"}, "quantity-malformed", "quantity"),
        ({"quantity": "unlimited"}, "quantity-malformed", "quantity"),
        ({"quantity": "1"}, "quantity-below-retired", "quantity"),
        ({"on": "yesterday"}, "day-malformed", "on"),
        ({"on": "2026-03-03"}, "day-in-future", "on"),
        ({"keypack_id": "seven"}, "keypack-id-malformed", "keypack_id"),
        ({"keypack_id": "-1"}, "keypack-id-malformed", "keypack_id"),
        ({"case": "x" * 4001}, "text-too-long", "case_number"),
        ({"agent": "\ud800"}, "text-malformed", "agent"),
        ({"phone": "a\x00b"}, "text-malformed", "phone"),
        ({"call_started_at": "now"}, "time-malformed", "call_started_at"),
        (
            {"call_started_at": "2026-03-01T10:00Z", "call_ended_at": "2026-03-01T09:59Z"},
            "call-ends-before-start",
            "call_ended_at",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    stock: Stock, request_: int, typed, code: str, field: str
) -> None:
    assert stock.refuse(record(request_, **typed), code).field == field


def test_the_times_of_the_call_are_kept_in_utc(stock: Stock, request_: int) -> None:
    stock.do(record(request_, call_started_at="2026-03-01T10:00+01:00", call_ended_at=" "))
    row = stock.row("reissue_request", request_)
    assert (row["call_started_at"], row["call_ended_at"]) == ("2026-03-01T09:00:00Z", None)


def test_a_call_may_end_in_the_second_in_which_it_began(stock: Stock, request_: int) -> None:
    stock.do(record(request_, call_started_at="2026-03-01T10:00Z", call_ended_at="2026-03-01T10:00Z"))
    assert stock.row("reissue_request", request_)["call_ended_at"] == "2026-03-01T10:00:00Z"


def test_the_pack_of_a_license_that_is_retired_is_not_offered(stock: Stock) -> None:
    seen = {"total": 2, "first_seen_at": "2026-03-02T12:00:00Z"}
    old, _ = put_pack(stock.store, stock.server, 8, **seen), put_pack(stock.store, stock.server, 9, **seen)
    number = stock.open_request(put_license(stock.store, old, 1, "PC8"))
    (notice,) = (one for one in stock.do(record(number)).notices if one.code == "packs-offered")
    assert notice.facts == {"packs": "DC01/9"}


def test_a_license_that_was_not_collected_cannot_be_named(stock: Stock, request_: int) -> None:
    refusal = stock.refuse(record(request_, [stock.licenses[2]]), "not-collected")
    assert refusal.facts == {"license": "DC01/3/3", "request": request_}


def test_a_code_is_recorded_once(stock: Stock, request_: int) -> None:
    stock.do(record(request_))
    refusal = stock.refuse(record(stock.open_request(stock.licenses[2])), "code-known")
    assert refusal.field == "code"


def test_the_code_of_a_voided_pack_may_be_entered_again(stock: Stock, request_: int) -> None:
    put_pack(stock.store, stock.server, 8, license_key_pack_id=CODE.replace("-", ""), voided_by=1)
    assert stock.do(record(request_)).second_record


def test_a_call_is_recorded_once(stock: Stock, request_: int) -> None:
    stock.do(record(request_))
    assert stock.refuse(record(request_, code=OTHER_CODE), "request-not-open").facts["state"] == "recorded"
    stock.refuse(
        lambda s: requests.withdraw(s, s.get_one(RequestRow, request_), reason="x"), "request-not-open"
    )


def test_the_draft_is_gone_once_the_call_is_recorded(stock: Stock, request_: int) -> None:
    stock.do(lambda s: requests.save_draft(s, s.get_one(RequestRow, request_), Draft({"code": CODE})))
    stock.refuse(record(request_, code="short"), "code-length")  # and kept while it is not
    stock.do(record(request_))
    assert every(stock.store, "SELECT * FROM draft") == []


def test_a_keypack_id_that_nobody_has_yet_is_the_new_packs(stock: Stock, request_: int) -> None:
    done = stock.do(record(request_, keypack_id=" 8 "))
    assert stock.row("key_pack", done.second_record)["keypack_id"] == 8
    assert stock.row("reissue_request", request_)["state"] == "recorded"


# Adopting the pack that the server already lists


@pytest.fixture
def listed(stock: Stock) -> int:
    return put_pack(stock.store, stock.server, 8, total=2, issued=1, first_seen_at="2026-02-20T12:00:00Z")


def test_a_pack_that_the_server_lists_already_is_adopted(stock: Stock, request_: int, listed: int) -> None:
    done = stock.do(record(request_, keypack_id="8"))
    assert done.second_record == listed
    pack = stock.row("key_pack", listed)
    assert (pack["origin"], pack["request_id"], pack["license_key_pack_id"]) == (
        "reissue", request_, CODE.replace("-", ""),
    )  # fmt: skip
    assert (pack["issued"], pack["first_seen_at"]) == (1, "2026-02-20T12:00:00Z")
    row = stock.row("reissue_request", request_)
    # it was seen on the server before the call was recorded, but not before the call
    assert (row["state"], row["installed_on"]) == ("installed", "2026-03-01")
    entry = last_entry(stock.store)
    assert entry.made["pack"]["MergedInto"] == listed  # what was recorded stays as it was
    assert ("pack", "DC01/8", "LicenseKeyPackId", None, "…GGGGG") in entry.changed


def test_a_pack_that_was_seen_after_the_call_was_installed_on_that_day(stock: Stock, request_: int) -> None:
    put_pack(stock.store, stock.server, 8, total=2, first_seen_at="2026-02-25T12:00:00Z")
    stock.do(record(request_, keypack_id="8", on="2026-02-20"))
    assert stock.row("reissue_request", request_)["installed_on"] == "2026-02-25"


def test_a_pack_recorded_by_hand_was_installed_when_that_record_says(stock: Stock, request_: int) -> None:
    put_pack(stock.store, stock.server, 8, total=2, first_seen_at=None, installed_on="2026-02-26")
    stock.do(record(request_, keypack_id="8", on="2026-02-20"))
    assert stock.row("reissue_request", request_)["installed_on"] == "2026-02-26"


def test_a_pack_recorded_by_hand_with_the_same_code_is_adopted_too(stock: Stock, request_: int) -> None:
    hand = put_pack(
        stock.store, stock.server, 8, total=2, first_seen_at=None, license_key_pack_id=CODE.replace("-", "")
    )
    assert stock.do(record(request_, keypack_id="8")).second_record == hand
    assert stock.row("reissue_request", request_)["installed_on"] == "2026-03-01"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"total": 3}, "adopt-other-total"),
        ({"total": None}, "adopt-other-total"),
        ({"product_type": 1}, "adopt-other-type"),
        ({"product_version_id": 5}, "adopt-other-version"),
        ({"license_key_pack_id": OTHER_CODE.replace("-", "")}, "adopt-other-code"),
    ],
)
def test_a_pack_that_does_not_agree_is_not_adopted(stock: Stock, request_: int, fields, code: str) -> None:
    put_pack(stock.store, stock.server, 8, **({"total": 2} | fields))
    refusal = stock.refuse(record(request_, keypack_id="8"), code)
    assert (refusal.field, refusal.facts["pack"]) == ("keypack_id", "DC01/8")


def test_a_pack_of_another_reissue_is_not_adopted(stock: Stock, request_: int) -> None:
    stock.do(record(request_, keypack_id="8"))
    second = stock.open_request(stock.licenses[2])
    assert (
        stock.refuse(record(second, code=OTHER_CODE, keypack_id="8"), "adopt-claimed").facts["by"] == request_
    )


def test_the_pack_whose_licenses_are_replaced_is_not_their_replacement(stock: Stock) -> None:
    pack = put_pack(stock.store, stock.server, 8, total=1)
    request = stock.open_request(put_license(stock.store, pack, 1))
    stock.refuse(record(request, keypack_id="8", quantity="1"), "adopt-own-pack")


def test_a_closed_pack_and_one_of_another_server_are_not_meant(stock: Stock, request_: int) -> None:
    put_pack(stock.store, stock.server, 8, total=2, closed_on="2026-01-01", closed_why="rebuilt")
    put_pack(stock.store, put_server(stock.store, "DC02"), 8, total=2)
    done = stock.do(record(request_, keypack_id="8"))
    assert stock.row("key_pack", done.second_record)["first_seen_at"] is None
    assert done.second_record == max(row["id"] for row in every(stock.store, "SELECT id FROM key_pack"))


# Installing


def test_the_installation_is_recorded_on_its_day(stock: Stock, request_: int) -> None:
    pack = stock.do(record(request_)).second_record
    done = stock.do(installed(request_, "2026-03-01"))
    assert (done.record, done.changes) == (request_, Changes.REISSUES | Changes.PACKS | Changes.HISTORY)
    row = stock.row("reissue_request", request_)
    assert (row["state"], row["installed_on"]) == ("installed", "2026-03-01")
    assert stock.row("key_pack", pack)["installed_on"] == "2026-03-01"
    entry = last_entry(stock.store)
    assert (entry.kind, entry.effective_on) == ("reissue.installed", "2026-03-01")


def test_the_day_of_an_adopted_pack_can_be_said_too(stock: Stock, request_: int, listed: int) -> None:
    stock.do(record(request_, keypack_id="8"))
    stock.do(installed(request_, "2026-03-02"))
    assert stock.row("reissue_request", request_)["installed_on"] == "2026-03-02"
    assert stock.row("key_pack", listed)["installed_on"] == "2026-03-02"


def test_saying_the_same_day_again_is_nothing(stock: Stock, request_: int) -> None:
    stock.do(record(request_))
    stock.do(installed(request_))
    assert stock.do(installed(request_)).entry is None


@pytest.mark.parametrize(
    ("on", "code"),
    [("soon", "day-malformed"), ("2026-03-03", "day-in-future"), ("2026-02-28", "installed-before-call")],
)
def test_not_before_the_call_and_not_in_the_future(stock: Stock, request_: int, on: str, code: str) -> None:
    stock.do(record(request_))
    assert stock.refuse(installed(request_, on), code).field == "on"


def test_the_call_comes_first(stock: Stock, request_: int) -> None:
    assert stock.refuse(installed(request_), "request-not-recorded").facts["state"] == "open"
    stock.do(lambda s: requests.withdraw(s, s.get_one(RequestRow, request_), reason="x"))
    assert stock.refuse(installed(request_), "request-not-recorded").facts["state"] == "withdrawn"


def test_a_transferred_license_is_retired_and_its_transfer_stays_on_record(stock: Stock) -> None:
    one = stock.licenses[0]
    stock.do(
        lambda s: transfers.mark(
            s, s.get_one(IssuanceRow, one), transfers.TransferFields(to="PC9", on="2026-03-01")
        )
    )
    request = stock.open_request(one)
    stock.do(record(request, quantity="1"))
    assert states(stock, request) == {one: ("retired", "awaiting")}
    assert stock.row("transfer", 1)["voided_by"] is None


def test_the_table_itself_refuses_a_second_pack_of_a_code(stock: Stock, request_: int, monkeypatch) -> None:
    stock.do(record(request_))
    second = stock.open_request(stock.licenses[2])
    monkeypatch.setattr(calls, "refuse_known_code", lambda *_, **__: None)
    before = count_entries(stock.store)
    with pytest.raises(IntegrityError, match="license_key_pack_id"):
        stock.do(record(second))
    assert count_entries(stock.store) == before
    assert stock.row("reissue_request", second)["state"] == "open"


def test_the_table_itself_refuses_a_second_pack_of_a_request(
    stock: Stock, request_: int, monkeypatch
) -> None:
    stock.do(record(request_))
    monkeypatch.setattr(calls, "require_open", lambda *_: None)
    monkeypatch.setattr(calls, "decide_record", lambda *_, **__: ())
    with pytest.raises(IntegrityError, match="request_id"):
        stock.do(record(request_, code=OTHER_CODE))
    assert stock.row("key_pack", 2)["voided_by"] is None
