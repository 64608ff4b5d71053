"""A reissue request as the worksheet for the call, read at once."""

from __future__ import annotations

from datetime import date

import pytest
from services.stock import Stock, put_license, put_pack, put_server

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.domain.records.advice import PoolReturn, ReturnKind, RevocationLimit
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.lookup import find_request, find_server, get_issuance
from tslic_admin.services.records import servers
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.calls import reveal_code, reveal_for_call
from tslic_admin.services.reissue.worksheets import MOST_CLOSED_REQUESTS, Draft, read_worksheet
from tslic_admin.wording.records.calls import SPELLING_ALPHABET, spell_code, spell_code_lines


@pytest.fixture
def told(sample):
    return sample


def test_an_open_request_brings_what_is_needed_for_the_call(told, clock):
    sheet = read_worksheet(told, clock, 2)
    assert sheet.server.name == "RDLIC22"
    assert [row.computer for row in sheet.collected] == ["MUC-PC-0320", "MUC-PC-0321"]
    assert [row.keypack_id for row in sheet.packs] == [3]
    assert sheet.pack is None
    assert [row.number for row in sheet.other_requests] == [1, 3]
    assert sheet.draft.texts["agent"] == "Mr. Haddad"


def test_a_recorded_request_brings_the_pack_it_became_and_no_draft(told, clock):
    sheet = read_worksheet(told, clock, 1)
    assert (sheet.pack.keypack_id, sheet.pack.code) == (7, "…00001")
    assert sheet.draft == Draft()


def test_there_is_no_worksheet_of_a_request_that_is_not(told, clock):
    assert read_worksheet(told, clock, 99) is None


def last_line(store: Store) -> tuple:
    with store.reading() as session:
        return tuple(
            session.connection()
            .exec_driver_sql(
                "SELECT e.kind, l.reference, l.after FROM entry e JOIN event_line l ON l.entry = e.number"
                " ORDER BY e.number DESC"
            )
            .first()
        )


def test_the_server_id_is_whole_only_together_with_an_entry(told, store, clock):
    with store.writing() as session:
        revealed = reveal_for_call(session, find_request(session, 2))
    assert revealed.license_server_id == "SAMPLE" * 5 + "00022"
    assert read_worksheet(told, clock, 2).server.license_server_id == "…00022"
    assert last_line(store) == ("reveal", "RDLIC22", "license server ID")


def test_the_numbers_that_a_pack_was_bought_under_are_revealed_with_it(told, store, clock):
    sheet = read_worksheet(told, clock, 1)
    assert {pack.purchase_number for pack in sheet.packs} == {"…MPLE2"}
    with store.writing() as session:
        revealed = reveal_for_call(session, find_request(session, 1))
    assert revealed.numbers == {sheet.packs[0].number: ("SAMPLE" * 4 + "2",)}
    assert last_line(store) == ("reveal", "TSLIC08", "license server ID, numbers of key pack TSLIC08/3")


def test_a_server_without_an_id_reveals_what_there_is(store, clock, database):
    with store.writing() as session:
        servers.add(session, "TS2K")
    with store.writing() as session:
        number = requests.open_request(session, find_server(session, "TS2K")).record
    with store.writing() as session:
        revealed = reveal_for_call(session, find_request(session, number))
    assert (revealed.license_server_id, revealed.numbers) == (None, {})


def test_the_recorded_code_is_whole_only_together_with_an_entry(told, store, clock):
    with store.writing() as session:
        revealed = reveal_code(session, find_request(session, 1))
    assert revealed.code == "SAMPLE" * 5 + "00001"
    assert last_line(store) == ("reveal", "TSLIC08/7", "license key pack ID")
    with store.reading():
        assert verify(told, clock).state is VerificationState.INTACT


def test_who_lost_a_license_is_whom_it_was_transferred_to_also_once_it_is_retired(told, clock):
    sheet = read_worksheet(told, clock, 1)
    transferred = next(row for row in sheet.collected if row.license_id == 4)
    assert sheet.lost_by[transferred.issuance_id] == "BER-PC-0412" != transferred.computer


def test_who_lost_a_per_user_license_is_its_user(told, store, clock):
    with store.writing() as session:
        license_id = session.connection().exec_driver_sql(
            "SELECT i.id FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id"
            " WHERE i.computer IS NULL AND i.user IS NOT NULL AND p.product_type = 1 AND i.status = 2 LIMIT 1"
        ).scalar()  # fmt: skip
        found = get_issuance(session, license_id)
        number = requests.open_request(session, find_server(session, "RDLIC22")).record
        requests.collect(session, find_request(session, number), [(found, None)])
        user = found.user
    assert read_worksheet(told, clock, number).lost_by == {license_id: user}


def test_the_same_call_is_offered_among_open_requests_and_the_last_that_were_settled(told, store, clock):
    code = "Z" * 33

    def open_one(session, **more):
        return requests.open_request(session, find_server(session, "RDLIC22"), **more).record

    for n in range(MOST_CLOSED_REQUESTS):
        with store.writing() as session:
            request = find_request(session, open_one(session))
            calls.record(
                session, request, calls.ReissueCall(code=f"{code}{n:02}", quantity="1", on="2026-03-01")
            )
    with store.writing() as session:
        linked = open_one(session, same_call_as=find_request(session, 2))
        withdrawn = open_one(session)
        requests.withdraw(session, find_request(session, withdrawn), reason="not needed")
    offered = [row.number for row in read_worksheet(told, clock, 2).other_requests]
    assert offered == [*range(4, 4 + MOST_CLOSED_REQUESTS), linked]
    with store.writing() as session:
        requests.set_same_call(session, find_request(session, linked), find_request(session, 1))
    assert next(row.number for row in read_worksheet(told, clock, linked).other_requests) == 1


def test_codes_are_spelled_in_words_by_groups():
    assert len(SPELLING_ALPHABET) == 36
    assert spell_code("AB129") == "Alfa Bravo One Two Nine"
    assert spell_code("ABCDEZ") == "Alfa Bravo Charlie Delta Echo – Zulu"
    assert spell_code("") == ""


def test_a_code_is_read_out_in_lines_and_its_own_groups():
    assert spell_code_lines("ABCDEZ") == "ABCDE:  Alfa Bravo Charlie Delta Echo\nZ:  Zulu"
    assert spell_code("00-A") == "Zero Zero – Alfa"
    assert spell_code_lines("") == ""


# what may make the call needless


def test_each_collected_license_says_when_it_returns_to_the_pool(stock, clock):
    put_license(stock.store, stock.pack, 8, "GONE", ended_on="2026-02-01", ended_why="vanished")
    put_license(stock.store, stock.pack, 9, "UNSAID", expires_at=None)
    request = stock.open_request(stock.licenses[0], 4, 5)
    assert read_worksheet(stock.store.path, clock, request).returns == {
        stock.licenses[0]: PoolReturn(ReturnKind.ON, date(2026, 3, 20)),
        4: PoolReturn(ReturnKind.BACK, date(2026, 2, 1)),
        5: PoolReturn(ReturnKind.UNKNOWN),
    }


def test_how_many_may_be_revoked_counts_the_open_packs_of_the_version_on_that_server(stock, clock):
    put_pack(stock.store, stock.server, 4, total=15, issued=18)
    put_pack(stock.store, stock.server, 5, total=1000, product_version_id=5)
    put_pack(stock.store, stock.server, 6, total=1000, product_type=1)
    put_pack(stock.store, stock.server, 7, total=1000, closed_on="2026-02-01", closed_why="rebuilt")
    put_pack(stock.store, put_server(stock.store, "DC02"), 4, total=1000)
    put_license(stock.store, stock.pack, 20, "LOST", status=4)
    put_license(stock.store, stock.pack, 21, "LOST", status=4, ended_on="2026-02-01", ended_why="vanished")
    request = stock.open_request(stock.licenses[0])
    sheet = read_worksheet(stock.store.path, clock, request)
    assert sheet.revocation == RevocationLimit(5, 1)
    assert sheet.shortage == 3


def test_2008_and_2008_r2_are_one_version_there_too(store, clock):
    stock = Stock(store)
    for keypack_id, version in ((8, 2), (9, 3)):
        put_pack(store, stock.server, keypack_id, total=10, product_version_id=version)
    request = stock.open_request(put_license(store, 2, 1))
    assert read_worksheet(store.path, clock, request).revocation == RevocationLimit(4, 0)


def test_an_empty_request_and_an_old_server_are_not_advised(stock, clock):
    assert read_worksheet(stock.store.path, clock, stock.open_request()).revocation is None
    request = stock.open_request(stock.licenses[0])
    stock.do(
        lambda session: servers.change(
            session,
            find_server(session, "DC01"),
            ServerFields(windows_version="2003"),
            reason="looked",
        )
    )
    assert read_worksheet(stock.store.path, clock, request).revocation is None
