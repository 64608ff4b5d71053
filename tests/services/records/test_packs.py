"""Key packs recorded by hand, and what only a record knows of any pack."""

from __future__ import annotations

import pytest
from services.stock import CODE, OTHER_CODE, Stock, count_entries, last_entry, put_pack, put_server
from sqlalchemy.exc import IntegrityError

from tslic_admin.db.schema.tables import KeyPackRow, ServerRow
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.clocks import day_of
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import packs

NEEDED = {"product_version_id": "2019", "product_type": "device", "total": "25"}
EVERYTHING = NEEDED | {
    "keypack_id": "7",
    "program": "open",
    "number": "1234 5678",
    "authorization_number": "0123456789abcde",
    "license_key_pack_id": CODE.lower(),
    "installed_on": "2026-02-01",
    "expires_at": "2027-01-01",
    "transfer_policy": "after-90-days",
    "reseller": "Seller",
    "purchase_ref": "PO-1",
    "notes": "a note",
}


def add(stock: Stock, **typed):
    return lambda session: packs.add(session, session.get_one(ServerRow, stock.server), PackFields(**typed))


def change(number: int, /, reason: str | None = "why", **typed):
    return lambda session: packs.change(
        session, session.get_one(KeyPackRow, number), PackFields(**typed), reason=reason
    )


@pytest.fixture
def by_hand(stock: Stock) -> int:
    return stock.do(add(stock, **EVERYTHING)).record


def test_a_pack_is_recorded_with_everything_on_its_paper(stock: Stock) -> None:
    done = stock.do(add(stock, **EVERYTHING))
    assert done.changes == Changes.PACKS | Changes.SERVERS | Changes.HISTORY
    row = stock.row("key_pack", done.record)
    assert (row["keypack_id"], row["product_version_id"], row["product_type"], row["total"]) == (7, 6, 0, 25)
    assert (row["number"], row["authorization_number"]) == ("12345678", "0123456789ABCDE")
    assert row["license_key_pack_id"] == CODE.replace("-", "")
    assert (row["transfer_policy"], row["program"], row["key_pack_type"]) == ("after-90-days", "open", 5)
    assert (row["origin"], row["request_id"], row["first_seen_at"]) == ("original", None, None)
    assert (row["issued"], row["available"]) == (None, None)  # nobody counted them


def test_its_entry_is_of_the_day_it_was_installed_and_masks_all_three_numbers(
    stock: Stock, by_hand: int
) -> None:
    entry = last_entry(stock.store)
    assert (entry.kind, entry.recorded_at, entry.effective_on) == (
        "pack.add",
        "2026-03-02T12:00:00Z",
        "2026-02-01",
    )
    made = entry.made["pack"]
    assert (made["Number"], made["AuthorizationNumber"], made["LicenseKeyPackId"]) == (
        "…45678",
        "…ABCDE",
        "…GGGGG",
    )


def test_what_is_needed_is_enough_and_the_rest_has_its_defaults(stock: Stock) -> None:
    blank = dict.fromkeys(set(EVERYTHING) - set(NEEDED), " ")
    done = stock.do(add(stock, **NEEDED, **blank))
    row = stock.row("key_pack", done.record)
    assert (row["transfer_policy"], row["program"], row["key_pack_type"]) == ("one-time", None, None)
    assert last_entry(stock.store).effective_on == "2026-03-02"


@pytest.mark.parametrize("field", NEEDED)
@pytest.mark.parametrize("text", [None, "", " "])
def test_version_type_and_total_are_needed(stock: Stock, field: str, text: str | None) -> None:
    assert stock.refuse(add(stock, **NEEDED | {field: text}), "field-missing").field == field


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"keypack_id": "unlimited"}, "keypack-id-malformed", "keypack_id"),
        ({"keypack_id": "-1"}, "keypack-id-malformed", "keypack_id"),
        ({"keypack_id": "3"}, "keypack-known", "keypack_id"),
        ({"product_version_id": "3.11"}, "version-unknown", "product_version_id"),
        ({"product_type": "chair"}, "type-unknown", "product_type"),
        ({"total": "few"}, "count-malformed", "total"),
        ({"expires_at": "soon"}, "day-malformed", "expires_at"),
        ({"installed_on": "2026-03-03"}, "day-in-future", "installed_on"),
        ({"license_key_pack_id": "short"}, "code-length", "license_key_pack_id"),
        ({"transfer_policy": "sometimes"}, "policy-unknown", "transfer_policy"),
        ({"program": "gift"}, "program-unknown", "program"),
        ({"number": "12345678"}, "number-without-program", "number"),
        ({"authorization_number": "0" * 15}, "number-without-program", "authorization_number"),
        (
            {"program": "select", "authorization_number": "0" * 15},
            "number-not-of-program",
            "authorization_number",
        ),
        ({"program": "select", "number": "12345678"}, "code-length", "number"),
        ({"program": "open", "number": "1234567X"}, "code-digits", "number"),
        ({"program": "retail", "number": "…45678"}, "code-masked", "number"),
        ({"notes": "\ud800"}, "text-malformed", "notes"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_its_field(stock: Stock, typed, code: str, field: str) -> None:
    assert stock.refuse(add(stock, **NEEDED | typed), code).field == field


@pytest.mark.parametrize(("text", "stored"), [("Never", None), (" ", None)])
def test_a_pack_may_never_expire(stock: Stock, text: str, stored: str | None) -> None:
    done = stock.do(add(stock, **NEEDED, expires_at=text))
    assert stock.row("key_pack", done.record)["expires_at"] is stored


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-01-01"])
def test_a_pack_may_expire_on_any_day_of_the_calendar(stock: Stock, day: str) -> None:
    done = stock.do(add(stock, **NEEDED, expires_at=day))
    assert str(day_of(stock.row("key_pack", done.record)["expires_at"])) == day


def test_a_license_key_pack_id_is_recorded_once(stock: Stock, by_hand: int) -> None:
    refusal = stock.refuse(add(stock, **NEEDED, license_key_pack_id=CODE), "code-known")
    assert (refusal.field, refusal.facts["pack"]) == ("license_key_pack_id", "DC01/7")
    other = put_pack(stock.store, put_server(stock.store, "DC02"), 9)
    stock.refuse(change(other, license_key_pack_id=CODE), "code-known")


def test_the_code_and_number_of_a_voided_pack_are_free_again(stock: Stock) -> None:
    put_pack(stock.store, stock.server, 8, license_key_pack_id=CODE.replace("-", ""), voided_by=1)
    assert stock.do(add(stock, **NEEDED, license_key_pack_id=CODE, keypack_id="8")).entry


def test_the_keypack_id_of_a_closed_pack_is_free_again_but_its_code_is_not(stock: Stock) -> None:
    closed = put_pack(
        stock.store,
        stock.server,
        8,
        license_key_pack_id=CODE.replace("-", ""),
        closed_on="2025-01-01",
        closed_why="rebuilt",
    )
    stock.do(add(stock, **NEEDED, keypack_id="8"))
    stock.refuse(add(stock, **NEEDED, license_key_pack_id=CODE), "code-known")
    assert stock.do(
        change(closed, notes="of the old installation")
    ).entry  # though another has its number now


def test_a_pack_too_new_for_its_server_is_said_and_not_refused(stock: Stock) -> None:
    old = put_server(stock.store, "OLD", windows_version=2)
    done = stock.do(lambda s: packs.add(s, s.get_one(ServerRow, old), PackFields(**NEEDED)))
    assert [(n.code, n.facts) for n in done.notices] == [("server-older-than-cal", {"server": 2, "cal": 6})]
    assert stock.do(add(stock, **NEEDED)).notices == ()


def test_a_change_is_told_field_by_field_with_its_reason_and_secrets_masked(
    stock: Stock, by_hand: int
) -> None:
    done = stock.do(
        change(by_hand, "terms", license_key_pack_id=OTHER_CODE, transfer_policy="one-time", total="30")
    )
    assert (done.record, done.changes) == (by_hand, Changes.PACKS | Changes.SERVERS | Changes.HISTORY)
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason, entry.effective_on) == ("pack.set", "terms", "2026-03-02")
    assert sorted(line[2:] for line in entry.changed) == [
        ("LicenseKeyPackId", "…GGGGG", "…HHHHH"),
        ("TotalLicenses", "25", "30"),
        ("TransferPolicy", "after-90-days", "one-time"),
    ]


def test_a_change_needs_a_reason(stock: Stock, by_hand: int) -> None:
    stock.refuse(change(by_hand, " ", notes="x"), "reason-missing")


@pytest.mark.parametrize("field", ["keypack_id", "product_version_id", "product_type", "total", "expires_at"])
@pytest.mark.parametrize("text", ["", "7"])
def test_what_the_server_says_is_not_changed_by_hand(stock: Stock, field: str, text: str) -> None:
    refusal = stock.refuse(change(stock.pack, **{field: text}), "server-says")
    assert (refusal.field, refusal.facts["pack"]) == (field, "DC01/3")


def test_what_only_we_know_is_changed_on_a_pack_of_the_server_too(stock: Stock) -> None:
    stock.do(change(stock.pack, program="select", number="7654321", transfer_policy="not-transferable"))
    row = stock.row("key_pack", stock.pack)
    assert (row["program"], row["number"], row["transfer_policy"]) == (
        "select",
        "7654321",
        "not-transferable",
    )
    assert row["key_pack_type"] == 2  # its server says that, not the program


@pytest.mark.parametrize("field", ["product_version_id", "product_type", "total", "transfer_policy"])
def test_what_is_needed_cannot_be_cleared(stock: Stock, by_hand: int, field: str) -> None:
    assert stock.refuse(change(by_hand, **{field: " "}), "field-missing").field == field


def test_an_empty_text_clears_what_may_be_empty(stock: Stock, by_hand: int) -> None:
    stock.do(change(by_hand, keypack_id="", license_key_pack_id="", installed_on="", reseller="", number=""))
    row = stock.row("key_pack", by_hand)
    assert {row[f] for f in ("keypack_id", "license_key_pack_id", "installed_on", "reseller", "number")} == {
        None
    }
    assert row["authorization_number"] == "0123456789ABCDE"


def test_where_nothing_changes_there_is_no_entry(stock: Stock, by_hand: int) -> None:
    before = count_entries(stock.store)
    done = stock.do(change(by_hand, total="25", number="12345678", program="open"))
    assert (done.entry, done.changes, count_entries(stock.store)) == (None, Changes.NONE, before)


def test_numbers_go_with_a_program_that_does_not_have_them(stock: Stock, by_hand: int) -> None:
    stock.do(change(by_hand, program=""))
    row = stock.row("key_pack", by_hand)
    assert (row["program"], row["number"], row["authorization_number"], row["key_pack_type"]) == (None,) * 4
    assert ("pack", "DC01/7", "Number", "…45678", None) in last_entry(stock.store).changed


def test_a_number_stays_under_a_program_of_the_same_shape_only(stock: Stock) -> None:
    number = stock.do(add(stock, **NEEDED, program="select", number="7654321")).record
    stock.do(change(number, program="enterprise"))
    assert stock.row("key_pack", number)["number"] == "7654321"
    assert stock.refuse(change(number, program="open"), "code-length").field == "number"
    stock.do(change(number, program="retail", number="A" * 25))
    assert stock.row("key_pack", number)["number"] == "A" * 25
    stock.do(change(number, program="open", number=""))
    assert stock.row("key_pack", number)["number"] is None


def test_a_number_that_is_changed_alone_is_one_of_the_packs_program(stock: Stock, by_hand: int) -> None:
    stock.do(change(by_hand, number="87654321"))
    assert stock.row("key_pack", by_hand)["number"] == "87654321"
    stock.refuse(change(by_hand, number="7654321"), "code-length")
    stock.refuse(change(stock.pack, number="7654321"), "number-without-program")


def test_a_pack_keeps_its_own_keypack_id_and_code(stock: Stock, by_hand: int) -> None:
    assert stock.do(change(by_hand, keypack_id="7", license_key_pack_id=CODE, notes="new")).entry
    other = stock.do(add(stock, **NEEDED | {"keypack_id": "9"})).record
    assert other is not None
    assert stock.refuse(change(by_hand, keypack_id="9"), "keypack-known").facts["pack"] == "DC01/9"


def test_all_or_nothing_is_changed(stock: Stock, by_hand: int) -> None:
    stock.refuse(change(by_hand, total="30", notes="x", keypack_id="3"), "link-other-purchase")
    stock.refuse(change(by_hand, total="30", installed_on="2026-03-03"), "day-in-future")


def test_the_open_pack_of_a_servers_name_and_number(stock: Stock) -> None:
    assert stock.do(lambda s: packs.find_open_pack(s, "dc01", 3).id) == stock.pack


@pytest.mark.parametrize(
    ("typed", "constraint"),
    [({"keypack_id": "3"}, "keypack_id"), ({"license_key_pack_id": CODE}, "license_key_pack_id")],
)
def test_the_table_itself_refuses_a_second_pack_of_a_number_or_code(
    stock: Stock, by_hand: int, monkeypatch, typed, constraint: str
) -> None:
    monkeypatch.setattr(packs, "open_pack", lambda *_: None)
    monkeypatch.setattr(packs, "refuse_known_code", lambda *_, **__: None)
    before = count_entries(stock.store)
    with pytest.raises(IntegrityError, match=constraint):
        stock.do(add(stock, **NEEDED | typed))
    assert count_entries(stock.store) == before
