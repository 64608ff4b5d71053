"""What a reference means: SERVER, SERVER/KEYPACKID, SERVER/#N, SERVER/KEYPACKID/LICENSEID, …@ISSUEDATE."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from services.stock import Stock, put_license, put_pack, put_server
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, ServerRow
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services import lookup, sealing
from tslic_admin.services.records import facts as license_records


@pytest.fixture
def session(stock: Stock):
    with stock.store.reading() as session:
        yield session


def code_of(act, *arguments) -> str:
    with pytest.raises(RuleViolation) as refusal:
        act(*arguments)
    return refusal.value.code


@pytest.mark.parametrize("name", ["DC01", "dc01", "DC01.corp.example", " dc01 "])
def test_a_server_is_found_by_its_label_in_any_case(session: Session, stock: Stock, name: str) -> None:
    assert lookup.find_server(session, name).id == stock.server


@pytest.mark.parametrize("name", ["DC02", "", "\ud800", "DC01\x00", "%"])
def test_a_server_that_nobody_recorded_is_refused(session: Session, name: str) -> None:
    assert code_of(lookup.find_server, session, name) == "server-unknown"


def test_the_domain_decides_between_servers_of_one_label(stock: Stock) -> None:
    a, b = put_server(stock.store, "LIC.a.example"), put_server(stock.store, "LIC.b.example")
    with stock.store.reading() as session:
        assert lookup.find_server(session, "lic.A.example").id == a
        assert lookup.find_server(session, "lic.b.example.").id == b
        assert code_of(lookup.find_server, session, "lic") == "server-ambiguous"
        assert code_of(lookup.find_server, session, "lic.c.example") == "server-unknown"


@pytest.mark.parametrize("reference", ["DC01/3", "dc01.corp.example/3", "DC01/003", "DC01/#1"])
def test_a_pack_is_found_by_its_keypack_id_or_its_number(
    session: Session, stock: Stock, reference: str
) -> None:
    assert lookup.find_pack(session, reference).id == stock.pack


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("DC01", "pack-malformed"),
        ("", "pack-malformed"),
        ("/3", "pack-malformed"),
        ("DC01/", "pack-malformed"),
        ("DC01/three", "pack-malformed"),
        ("DC01/３", "pack-malformed"),
        ("DC01/-3", "pack-malformed"),
        ("DC01/" + "9" * 5000, "pack-malformed"),
        ("DC01/4", "pack-unknown"),
        ("DC01/#2", "pack-unknown"),
        ("DC02/3", "server-unknown"),
        ("\ud800/3", "server-unknown"),
    ],
)
def test_what_names_no_pack_is_refused(session: Session, reference: str, code: str) -> None:
    assert code_of(lookup.find_pack, session, reference) == code


def test_a_pack_of_another_server_is_not_found_by_its_number(stock: Stock) -> None:
    put_server(stock.store, "DC02")
    with stock.store.reading() as session:
        assert code_of(lookup.find_pack, session, f"DC02/#{stock.pack}") == "pack-unknown"


def test_the_open_pack_is_meant_else_the_one_closed_last(stock: Stock) -> None:
    older = put_pack(stock.store, stock.server, 4, closed_on="2025-01-01", closed_why="rebuilt")
    newer = put_pack(stock.store, stock.server, 4, closed_on="2025-06-01", closed_why="rebuilt")
    with stock.store.reading() as session:
        assert lookup.find_pack(session, "DC01/4").id == newer
        assert lookup.find_pack(session, f"DC01/#{older}").id == older
    still_open = put_pack(stock.store, stock.server, 4)
    with stock.store.reading() as session:
        assert lookup.find_pack(session, "DC01/4").id == still_open


def test_a_pack_that_was_voided_or_gave_its_records_to_another_is_not_found(stock: Stock) -> None:
    void = put_pack(stock.store, stock.server, 5, voided_by=1)
    merged = put_pack(stock.store, stock.server, 6, merged_into_id=stock.pack)
    with stock.store.reading() as session:
        for reference in ("DC01/5", "DC01/6", f"DC01/#{void}", f"DC01/#{merged}"):
            assert code_of(lookup.find_pack, session, reference) == "pack-unknown"


@pytest.mark.parametrize("reference", ["DC01/3/2", "dc01/3/2", "DC01/#1/2"])
def test_a_license_is_found_under_its_pack(session: Session, stock: Stock, reference: str) -> None:
    assert lookup.find_license(session, reference).id == stock.licenses[1]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("DC01/3", "license-malformed"),
        ("DC01", "license-malformed"),
        ("DC01/3/", "license-malformed"),
        ("DC01/3/two", "license-malformed"),
        ("DC01/x/2", "pack-malformed"),
        ("DC02/3/2", "server-unknown"),
        ("DC01/4/2", "pack-unknown"),
        ("DC01/3/9", "license-unknown"),
        ("DC01/3/2@2026-01-05", "license-unknown"),  # it did not end
        ("DC01/3/2@", "license-unknown"),
    ],
)
def test_what_names_no_license_is_refused(session: Session, reference: str, code: str) -> None:
    assert code_of(lookup.find_license, session, reference) == code


def ended(**fields):
    return {"ended_on": "2026-02-01", "ended_why": "replaced"} | fields


def test_an_ended_license_is_named_by_its_issue_date_even_where_the_current_one_has_the_same(
    stock: Stock,
) -> None:
    old = put_license(stock.store, stock.pack, 2, "OLD", **ended())
    older = put_license(stock.store, stock.pack, 2, "OLDER", **ended(issued_at="2025-01-05T10:00:00Z"))
    nameless = put_license(stock.store, stock.pack, 2, "NAMELESS", **ended(issued_at=None))
    with stock.store.reading() as session:
        assert lookup.find_license(session, "DC01/3/2").id == stock.licenses[1]
        assert lookup.find_license(session, "DC01/3/2@2026-01-05").id == old
        assert lookup.find_license(session, "DC01/3/2@2025-01-05").id == older
        assert lookup.find_license(session, "DC01/3/2@2025-01-05T10:00:00Z").id == older
        assert lookup.find_license(session, "DC01/3/2@").id == nameless
        assert code_of(lookup.find_license, session, "DC01/3/2@2024-01-05") == "license-unknown"


def test_an_ended_license_of_a_closed_pack_is_found_beside_the_pack_that_has_its_number_now(
    stock: Stock,
) -> None:
    closed = put_pack(stock.store, stock.server, 4, closed_on="2025-06-01", closed_why="rebuilt")
    gone = put_license(stock.store, closed, 7, "GONE", **ended(ended_why="pack-closed"))
    new = put_pack(stock.store, stock.server, 4)
    current = put_license(stock.store, new, 7, "HERE")
    with stock.store.reading() as session:
        assert lookup.find_license(session, "DC01/4/7").id == current
        assert lookup.find_license(session, "DC01/4/7@2026-01-05").id == gone
        assert lookup.find_license(session, f"DC01/#{closed}/7@2026-01-05").id == gone


def test_a_voided_license_is_not_found(stock: Stock) -> None:
    put_license(stock.store, stock.pack, 9, **ended(ended_why="voided", voided_by=1))
    with stock.store.reading() as session:
        assert code_of(lookup.find_license, session, "DC01/3/9") == "license-unknown"
        assert code_of(lookup.find_license, session, "DC01/3/9@2026-01-05") == "license-unknown"


def test_every_license_is_found_by_the_name_it_is_given(stock: Stock) -> None:
    put_license(stock.store, stock.pack, 2, "OLD", **ended(issued_at="2025-01-05T10:00:00Z"))
    put_license(stock.store, stock.pack, 2, "OLDER", **ended(issued_at=None))
    unnumbered = put_pack(stock.store, stock.server, None)
    put_license(stock.store, unnumbered, 1)
    with stock.store.reading() as session:
        names = {row.id: lookup.name_of_license(session, row) for row in session.query(IssuanceRow)}
        assert names[stock.licenses[0]] == "DC01/3/1"
        assert "DC01/3/2@2025-01-05" in names.values()
        assert "DC01/3/2@" in names.values()
        assert f"DC01/#{unnumbered}/1" in names.values()
        assert {number: lookup.find_license(session, name).id for number, name in names.items()} == {
            number: number for number in names
        }
        packs = {
            row.id: lookup.find_pack(session, lookup.name_of_pack(session, row)).id
            for row in session.query(KeyPackRow)
        }
        assert all(number == found for number, found in packs.items())


@pytest.mark.parametrize("number", [7, "7", "seven", "", "-1", "9" * 5000])
def test_a_request_that_is_not_there_is_refused(session: Session, number) -> None:
    assert code_of(lookup.find_request, session, number) == "request-unknown"


def test_a_request_is_found_by_its_number_as_typed_or_as_it_is(stock: Stock) -> None:
    number = stock.open_request()
    with stock.store.reading() as session:
        assert (
            lookup.find_request(session, number).id
            == lookup.find_request(session, f" {number} ").id
            == number
        )


def test_a_rows_number_gives_its_row(session: Session, stock: Stock) -> None:
    assert lookup.get_issuance(session, stock.licenses[0]).computer == "PC1"
    assert lookup.get_server(session, stock.server).name == "DC01"


def test_today_is_the_local_day_of_the_stores_clock(session: Session) -> None:
    assert sealing.now(session) == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert sealing.today(session) == datetime(2026, 3, 2, 12, tzinfo=UTC).astimezone().date()


def test_a_license_as_the_rules_see_it(stock: Stock) -> None:
    old = put_license(stock.store, stock.pack, 9, **ended())
    request = stock.open_request(stock.licenses[0])
    with stock.store.reading() as session:
        facts = license_records.license_facts(session, lookup.get_issuance(session, stock.licenses[0]))
        gone = license_records.license_facts(session, lookup.get_issuance(session, old))
    assert (facts.license, facts.status, facts.product_type, facts.product_version) == ("DC01/3/1", 2, 0, 6)
    assert (facts.key_pack_type, facts.server_id, facts.ended_on) == (2, stock.server, None)
    assert (facts.expires_on, facts.open_request, facts.retired_by) == (date(2026, 3, 20), request, None)
    assert (gone.license, gone.ended_on) == ("DC01/3/9@2026-01-05", date(2026, 2, 1))


def test_what_is_recorded_without_an_entry_is_a_bug_and_not_committed(stock: Stock) -> None:
    def forget(session: Session) -> None:
        session.get_one(ServerRow, stock.server).phone = "1"

    with pytest.raises(RuntimeError, match="without a history entry"):
        stock.do(forget)
    assert stock.row("server", stock.server)["phone"] is None
