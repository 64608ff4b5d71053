"""Links between recorded key packs and listed ones: cases that the stories of rules 4.6 and 4.7 do not cover."""

from __future__ import annotations

from datetime import timedelta

import pytest
from services.importer import Importer, licenses, packs
from services.stock import CODE, Stock, every, one, put, put_license, put_pack
from sqlalchemy import select

from tslic_admin.db.history.bulk import ChangedRow, NewRow, write_rows
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, TransferRow
from tslic_admin.services.importing.results import LinkQuestion
from tslic_admin.services.lookup import find_request, find_server, find_transfer, get_issuance
from tslic_admin.services.records import packs as key_packs
from tslic_admin.services.records import transfers
from tslic_admin.services.records.closing import record_rebuild
from tslic_admin.services.reissue import calls

GRANTED = "2"


@pytest.fixture
def stock(store) -> Stock:
    return Stock(store)


@pytest.fixture
def server_lists(store, stock, clock) -> Importer:
    """DC01 with its stock; lists are taken a day after."""
    clock.now += timedelta(days=1)
    return Importer(store, clock)


@pytest.fixture
def recorded(stock: Stock) -> int:
    """A request whose call granted two licenses; its pack is not on the server yet."""
    number = stock.open_request(*stock.licenses[:1])
    stock.do(
        lambda s: calls.record(
            s, find_request(s, number), calls.ReissueCall(code=CODE, quantity=GRANTED, on="2026-03-02")
        )
    )
    return number


def listed(keypack_id: int, total: int = 2) -> dict[str, object]:
    return {"KeyPackId": keypack_id, "TotalLicenses": total, "IssuedLicenses": 0, "AvailableLicenses": total}


def link(number: int, keypack_id: str):
    return lambda s: calls.set_link(s, find_request(s, number), keypack_id, reason="x")


# answers to what a preview asks


def questions_of(result) -> list[LinkQuestion]:
    return [question for file in result.results for question in file.questions]


def test_what_was_answered_is_linked(server_lists, recorded, store):
    files = (packs(listed(8), listed(9)),)
    pack_id = one(store, "SELECT id FROM key_pack WHERE request_id = ?", recorded)[0]
    imported = server_lists.take(*files, answers={("pack", "DC01/9"): pack_id, ("pack", "DC01/8"): 0})
    assert [question.key for question in questions_of(imported)] == [("pack", "DC01/8"), ("pack", "DC01/9")]
    assert questions_of(imported)[0].candidates == (
        (pack_id, f"Reissue {recorded} of 2026-03-02 (DC01/#{pack_id})"),
    )
    (result,) = imported.results
    assert (result.linked, result.ambiguous) == (1, 0)
    pack = one(store, "SELECT * FROM key_pack WHERE request_id = ? AND merged_into_id IS NULL", recorded)
    assert pack["keypack_id"] == 9


def test_one_of_ours_is_given_as_an_answer_once(server_lists, recorded, store):
    pack_id = one(store, "SELECT id FROM key_pack WHERE request_id = ?", recorded)[0]
    answers = {("pack", "DC01/9"): pack_id, ("pack", "DC01/8"): pack_id}
    (result,) = server_lists.take(packs(listed(8), listed(9)), answers=answers).results
    assert (result.linked, result.ambiguous) == (1, 1)


def test_a_transfer_is_asked_about_with_its_name(server_lists, stock, store):
    put(
        store,
        TransferRow(
            issuance_id=stock.licenses[0], from_computer="PC1", to_computer="NEW", on_day="2026-03-01",
            policy="one-time", need="not-checked", removal="awaiting",
        ),
    )  # fmt: skip
    new = {"sIssuedToComputer": "NEW", "IssueDate": "2026-03-02T09:00:00Z"}
    imported = server_lists.take(licenses({"LicenseId": 91, **new}, {"LicenseId": 92, **new}))
    assert questions_of(imported) == [
        LinkQuestion("transfer", f"DC01/3/{number}", ((1, "transfer 1 of 2026-03-01 from PC1 to NEW"),))
        for number in (91, 92)
    ]


def test_what_is_left_when_all_others_are_answered_is_not_in_question(server_lists, recorded, store):
    pack_id = one(store, "SELECT id FROM key_pack WHERE request_id = ?", recorded)[0]
    answers = {("pack", "DC01/9"): pack_id}
    (result,) = server_lists.take(packs(listed(8), listed(9)), answers=answers).results
    assert (result.linked, result.ambiguous) == (1, 0)


# packs by hand, with licenses by hand


def hand_made(stock: Stock, **fields) -> int:
    values = {"product_version_id": "2019", "product_type": "device", "total": "2", **fields}
    return (
        stock.do(lambda s: key_packs.add(s, find_server(s, "DC01"), key_packs.PackFields(**values))).record
        or 0
    )


def test_licenses_by_hand_move_with_their_pack(server_lists, stock, store):
    pack_id = hand_made(stock)
    license_ = put_license(store, pack_id, None, "OLD", by_hand=1)
    (result,) = server_lists.take(packs(listed(8))).results
    assert result.linked == 1
    there = one(store, "SELECT id FROM key_pack WHERE keypack_id = 8")[0]
    assert one(store, "SELECT key_pack_id FROM issuance WHERE id = ?", license_)[0] == there


def test_they_move_with_a_link_by_hand_and_come_back_with_it(stock, store, recorded):
    there = put_pack(store, stock.server, 8, total=2, first_seen_at="2026-03-02T12:00:00Z")
    pack_id = one(store, "SELECT id FROM key_pack WHERE request_id = ?", recorded)[0]
    license_ = put_license(store, pack_id, None, "OLD", by_hand=1)
    own = put_license(store, there, None, "OTHER", by_hand=1)
    for to, where in (("8", there), ("none", pack_id)):
        stock.do(link(recorded, to))
        assert one(store, "SELECT key_pack_id FROM issuance WHERE id = ?", license_)[0] == where
        assert one(store, "SELECT key_pack_id FROM issuance WHERE id = ?", own)[0] == there


def test_a_pack_by_hand_does_not_become_one_that_is_another_s(stock, store, recorded):
    put_pack(store, stock.server, 8, total=2, first_seen_at="2026-03-02T12:00:00Z")
    put_pack(store, stock.server, 9, total=2, license_key_pack_id="Z" * 35)
    pack_id = hand_made(stock)
    stock.do(link(recorded, "8"))

    def change(number, **fields):
        return lambda s: key_packs.change(
            s, s.get_one(KeyPackRow, number), key_packs.PackFields(**fields), reason="x"
        )

    stock.refuse(change(pack_id, keypack_id="8"), "link-claimed")
    stock.refuse(change(pack_id, keypack_id="9"), "link-other-code")
    stock.do(link(recorded, "none"))
    reissued = one(store, "SELECT id FROM key_pack WHERE request_id = ?", recorded)[0]
    stock.refuse(change(reissued, keypack_id="8"), "link-by-request")


def test_a_link_that_stands_already_is_no_entry(stock, store, recorded):
    put_pack(store, stock.server, 8, total=2, first_seen_at="2026-03-02T12:00:00Z")
    assert stock.do(link(recorded, "8")).entry
    assert stock.do(link(recorded, "8")).entry is None


def test_a_request_opened_after_the_list_was_taken_is_not_of_it(store, stock, clock):
    importer = Importer(store, clock)
    taken = clock.now
    clock.now += timedelta(days=3)
    number = stock.open_request(*stock.licenses[:1])
    stock.do(
        lambda s: calls.record(
            s, find_request(s, number), calls.ReissueCall(code=CODE, quantity=GRANTED, on="2026-03-05")
        )
    )
    (result,) = importer.take(packs(listed(8)), taken_at=taken).results
    assert (result.new, result.linked) == (1, 0)


INSTALLED = [
    (None, None, "2026-03-03"),  # the day it was first listed
    (None, "2026-03-05", "2026-03-05"),
    ("2026-03-04", "2026-03-05", "2026-03-04"),  # the listed pack's own day
    ("2026-03-01", None, "2026-03-02"),  # not before the call
]


def install(number: int, day: str | None):
    def change(session):
        pack = session.scalars(select(KeyPackRow).where(KeyPackRow.request_id == number)).one()
        return key_packs.change(session, pack, key_packs.PackFields(installed_on=day), reason="x")

    return change


@pytest.mark.parametrize(("listed_pack", "recorded_pack", "request_"), INSTALLED)
def test_a_link_by_hand_says_when_the_pack_was_installed(
    stock, store, clock, recorded, listed_pack, recorded_pack, request_
):
    clock.now += timedelta(days=4)
    put_pack(store, stock.server, 8, total=2, first_seen_at="2026-03-03T12:00:00Z", installed_on=listed_pack)
    if recorded_pack:
        stock.do(install(recorded, recorded_pack))
    stock.do(link(recorded, "8"))
    state, day = one(store, "SELECT state, installed_on FROM reissue_request WHERE id = ?", recorded)
    assert (state, day) == ("installed", request_)


@pytest.mark.parametrize(("recorded_pack", "request_"), [one[1:] for one in INSTALLED if one[0] is None])
def test_an_import_says_the_same(stock, store, clock, recorded, recorded_pack, request_):
    taken = clock.now + timedelta(days=1)
    clock.now += timedelta(days=4)
    if recorded_pack:
        stock.do(install(recorded, recorded_pack))
    Importer(store, clock).take(packs(listed(8)), taken_at=taken)
    state, day = one(store, "SELECT state, installed_on FROM reissue_request WHERE id = ?", recorded)
    assert (state, day) == ("installed", request_)


def test_a_request_adopts_a_pack_that_has_its_code_already(stock, store):
    there = put_pack(
        store,
        stock.server,
        8,
        total=2,
        first_seen_at="2026-03-02T12:00:00Z",
        license_key_pack_id=CODE.replace("-", ""),
    )
    number = stock.open_request(*stock.licenses[:1])
    call = calls.ReissueCall(code=CODE, quantity=GRANTED, on="2026-03-02", keypack_id="8")
    stock.do(lambda s: calls.record(s, find_request(s, number), call))
    assert one(store, "SELECT request_id FROM key_pack WHERE id = ?", there)[0] == number


def test_what_vanishes_with_the_same_import_is_in_nobody_s_way(server_lists, stock, recorded, store):
    put_pack(store, stock.server, 8, total=2, first_seen_at="2026-03-03T12:00:00Z")
    (result,) = server_lists.take(packs({}, listed(9)), complete=True).results
    assert (result.vanished, result.linked, result.ambiguous) == (1, 1, 0)


def test_a_pack_by_hand_of_before_a_rebuilding_is_none_that_is_listed_after_it(server_lists, stock):
    hand_made(stock, installed_on="2026-02-01")
    stock.do(lambda s: record_rebuild(s, find_server(s, "DC01"), on="2026-03-01", reason="x"))
    (result,) = server_lists.take(packs(listed(8))).results
    assert (result.new, result.linked, result.ambiguous) == (1, 0, 0)


# transfers


def test_a_voided_transfer_is_linked_to_nothing(stock, store):
    number = put(
        store,
        TransferRow(
            issuance_id=stock.licenses[0], to_computer="NEW", on_day="2026-03-01", policy="one-time",
            need="not-checked", removal="awaiting", voided_by=1,
        ),
    )  # fmt: skip
    stock.refuse(
        lambda s: transfers.set_link(s, find_transfer(s, number), None, reason="x"), "transfer-voided"
    )


def test_a_transfer_that_was_followed_by_another_is_settled(server_lists, stock, store):
    stock.do(
        lambda s: key_packs.change(
            s,
            s.get_one(KeyPackRow, stock.pack),
            key_packs.PackFields(transfer_policy="after-90-days"),
            reason="x",
        )
    )
    common = {"policy": "after-90-days", "need": "not-checked", "removal": "awaiting"}
    first = put(
        store,
        TransferRow(issuance_id=stock.licenses[0], to_computer="NEW", on_day="2026-02-01", **common),
    )
    put(
        store,
        TransferRow(
            issuance_id=stock.licenses[0],
            to_computer="NEW2",
            on_day="2026-03-01",
            previous_id=first,
            **common,
        ),
    )
    new = {"sIssuedToComputer": "NEW", "IssueDate": "2026-03-02T09:00:00Z", "LicenseId": 91}
    (result,) = server_lists.take(licenses(new)).results
    assert (result.linked, result.ambiguous) == (0, 0)
    received = one(store, "SELECT id FROM issuance WHERE license_id = 91")[0]
    stock.refuse(
        lambda s: transfers.set_link(s, find_transfer(s, first), get_issuance(s, received), reason="x"),
        "link-moved-on",
    )


# differences that point to what is new


def test_a_change_may_point_to_a_row_of_the_same_import(store, stock):
    license_ = stock.licenses[0]
    differences = [
        NewRow(
            IssuanceRow,
            {"id": 900, "key_pack_id": stock.pack, "license_id": 900, "by_hand": 0},
            "DC01/3/900",
        ),
        ChangedRow(IssuanceRow, license_, {"succeeded_by_id": (None, 900)}, "DC01/3/1"),
    ]
    with store.writing() as session:
        from tslic_admin.db.history.recording import seal

        seal(session, "import", bulk_lines=write_rows(session.connection(), differences))
    assert every(store, "SELECT succeeded_by_id FROM issuance WHERE id = ?", license_)[0][0] == 900
