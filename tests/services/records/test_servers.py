"""Adding, changing and renaming license servers."""

from __future__ import annotations

import sqlite3

import pytest
from services.stock import CODE, Stock, count_entries, last_entry, put_server
from sqlalchemy.exc import IntegrityError

from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.changes import Changes
from tslic_admin.services.records import servers

EVERYTHING = {
    "product_id": "00252-20000-35572-AT477",
    "license_server_id": CODE,
    "windows_version": "2019",
    "role": "domain",
    "activation": "activated",
    "connection_method": "telephone",
    "country": "Germany",
    "phone": "+49 89 1",
    "company": "Sample",
    "contact": "Ann",
    "notes": "first line\nsecond line",
}


def change(number: int, reason: str | None = "moved", rename: str | None = None, **typed):
    return lambda session: servers.change(
        session,
        session.get_one(ServerRow, number),
        ServerFields(**typed),
        reason=reason,
        rename=rename,
    )


def test_a_server_is_added_with_everything_that_is_known_of_it(stock: Stock) -> None:
    done = stock.do(lambda s: servers.add(s, " New.Corp.Example ", ServerFields(**EVERYTHING)))
    assert done.changes == Changes.SERVERS | Changes.HISTORY
    row = stock.row("server", done.record)
    assert (row["name"], row["label"], row["domain"]) == ("New.Corp.Example", "new", "corp.example")
    assert (row["windows_version"], row["role"], row["activation"]) == (6, 1, 0)
    assert row["license_server_id"] == CODE.replace("-", "")
    assert row["notes"] == "first line\nsecond line"


def test_the_entry_says_what_was_added_on_which_day_by_whom_and_masks_the_secret(stock: Stock) -> None:
    done = stock.do(lambda s: servers.add(s, "NEW", ServerFields(**EVERYTHING)))
    entry = last_entry(stock.store)
    assert (entry.number, entry.kind, entry.reason) == (done.entry, "server.add", None)
    assert (entry.recorded_at, entry.effective_on) == ("2026-03-02T12:00:00Z", "2026-03-02")
    assert entry.actor == "tester@box"
    assert entry.made["server"]["LicenseServerId"] == "…GGGGG"
    assert entry.made["server"]["Name"] == "NEW"


@pytest.mark.parametrize("name", ["DC01", "dc01", "dc01.corp.example"])
def test_a_server_that_is_known_is_not_added_again(stock: Stock, name: str) -> None:
    refusal = stock.refuse(lambda s: servers.add(s, name), "server-known")
    assert (refusal.field, refusal.facts["known"]) == ("name", "DC01")


def test_the_same_label_in_two_domains_is_two_servers_and_a_bare_label_is_neither(stock: Stock) -> None:
    stock.do(lambda s: servers.add(s, "LIC.a.example"))
    stock.do(lambda s: servers.add(s, "LIC.b.example"))
    refusal = stock.refuse(lambda s: servers.add(s, "LIC"), "server-ambiguous")
    assert (refusal.field, refusal.facts["known"]) == ("name", "LIC.a.example, LIC.b.example")


@pytest.mark.parametrize(
    ("name", "typed", "code", "field"),
    [
        ("", {}, "name-missing", "name"),
        ("two words", {}, "name-malformed", "name"),
        ("NEW", {"license_server_id": "A" * 34}, "code-length", "license_server_id"),
        ("NEW", {"license_server_id": "…GGGGG"}, "code-masked", "license_server_id"),
        ("NEW", {"windows_version": "3.11"}, "version-unknown", "windows_version"),
        ("NEW", {"role": "king"}, "role-unknown", "role"),
        ("NEW", {"activation": "perhaps"}, "activation-unknown", "activation"),
        ("NEW", {"connection_method": "pigeon"}, "connection-method-unknown", "connection_method"),
        ("NEW", {"notes": "x" * 4001}, "text-too-long", "notes"),
        ("NEW", {"notes": "a\x00b"}, "text-malformed", "notes"),
        ("NEW", {"contact": "a\ud800b"}, "text-malformed", "contact"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(
    stock: Stock, name, typed, code: str, field: str
) -> None:
    assert stock.refuse(lambda s: servers.add(s, name, ServerFields(**typed)), code).field == field


def test_a_change_is_told_field_by_field_with_its_reason(stock: Stock) -> None:
    stock.do(change(stock.server, "new line", phone="1", license_server_id=CODE))
    done = stock.do(change(stock.server, " office moved ", phone="2", country="France"))
    assert (done.changes, done.record) == (Changes.SERVERS | Changes.HISTORY, stock.server)
    entry = last_entry(stock.store)
    assert (entry.kind, entry.reason) == ("server.set", "office moved")
    assert sorted(entry.changed) == [
        ("server", "DC01", "Country", None, "France"),
        ("server", "DC01", "Phone", "1", "2"),
    ]


def test_a_changed_secret_is_masked_before_and_after(stock: Stock) -> None:
    stock.do(change(stock.server, license_server_id=CODE))
    stock.do(change(stock.server, license_server_id="1" * 35))
    assert last_entry(stock.store).changed == [("server", "DC01", "LicenseServerId", "…GGGGG", "…11111")]
    with sqlite3.connect(stock.store.path) as connection:
        told = str(connection.execute("SELECT * FROM event_line").fetchall())
    assert "AAAAA" not in told
    assert "111111" not in told


def test_an_empty_text_clears_a_field_and_none_leaves_it(stock: Stock) -> None:
    stock.do(change(stock.server, phone="1", country="France"))
    stock.do(change(stock.server, phone=" ", country=None))
    row = stock.row("server", stock.server)
    assert (row["phone"], row["country"]) == (None, "France")


def test_where_nothing_changes_there_is_no_entry_and_nothing_to_refresh(stock: Stock) -> None:
    stock.do(change(stock.server, phone="1"))
    before = count_entries(stock.store)
    done = stock.do(change(stock.server, phone=" 1 ", rename="DC01"))
    assert (done.entry, done.changes) == (None, Changes.NONE)
    assert count_entries(stock.store) == before


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_a_change_needs_a_reason(stock: Stock, reason: str | None) -> None:
    assert stock.refuse(change(stock.server, reason, phone="1"), "reason-missing").field == "reason"


def test_a_reason_is_a_text_like_any_other(stock: Stock) -> None:
    stock.refuse(change(stock.server, "x" * 4001, phone="1"), "text-too-long")
    stock.refuse(change(stock.server, "a\ud800", phone="1"), "text-malformed")


def test_a_rename_keeps_the_server_and_what_it_holds(stock: Stock) -> None:
    stock.do(change(stock.server, rename="LIC01.corp.example"))
    row = stock.row("server", stock.server)
    assert (row["name"], row["label"], row["domain"]) == ("LIC01.corp.example", "lic01", "corp.example")
    assert stock.row("key_pack", stock.pack)["server_id"] == stock.server
    assert last_entry(stock.store).changed == [
        ("server", "LIC01.corp.example", "Name", "DC01", "LIC01.corp.example")
    ]


def test_a_rename_may_change_the_case_or_add_the_domain(stock: Stock) -> None:
    stock.do(change(stock.server, rename="dc01"))
    stock.do(change(stock.server, rename="dc01.corp.example"))
    assert stock.row("server", stock.server)["domain"] == "corp.example"


@pytest.mark.parametrize(
    ("rename", "code"),
    [
        ("DC02", "server-known"),
        ("dc02.corp.example", "server-known"),
        ("", "name-missing"),
        ("a b", "name-malformed"),
    ],
)
def test_a_rename_to_a_name_that_is_taken_or_none_is_refused(stock: Stock, rename: str, code: str) -> None:
    put_server(stock.store, "DC02")
    assert stock.refuse(change(stock.server, rename=rename), code).field == "rename"


def test_all_or_nothing_is_changed(stock: Stock) -> None:
    put_server(stock.store, "DC02")
    stock.refuse(change(stock.server, phone="1", rename="DC02"), "server-known")
    stock.refuse(change(stock.server, phone="1", role="king"), "role-unknown")


def test_the_table_itself_refuses_a_second_server_of_a_name(stock: Stock, monkeypatch) -> None:
    monkeypatch.setattr(servers, "look_up_server", lambda *_, **__: None)
    before = count_entries(stock.store)
    with pytest.raises(IntegrityError, match="server"):
        stock.do(lambda s: servers.add(s, "dc01"))
    assert count_entries(stock.store) == before
