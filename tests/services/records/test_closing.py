"""Rebuilt servers, moved packs, and what comes back or was upgraded in the less usual ways (rule 4.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW
from services.importer import HARDWARE, Importer, licenses, packs, refused
from services.stock import CODE, Stock, every, one, put_license, put_pack, put_server

from tslic_admin.db.schema.tables import KeyPackRow, ServerRow
from tslic_admin.services.lookup import find_request
from tslic_admin.services.records.closing import move_pack, record_rebuild
from tslic_admin.services.reissue import calls

SEEN = "2026-01-02T00:00:00Z"


@pytest.fixture
def stock(store):
    return Stock(store)


def rebuilding(stock, on="2026-03-01"):
    return lambda s: record_rebuild(s, s.get_one(ServerRow, stock.server), on=on, reason="x")


def moving(source, target, on="2026-03-01"):
    return lambda s: move_pack(
        s, s.get_one(KeyPackRow, source), to=s.get_one(KeyPackRow, target), on=on, reason="x"
    )


def test_a_server_is_rebuilt_again_no_earlier_than_before(stock):
    stock.do(rebuilding(stock))
    assert stock.row("server", stock.server)["rebuilt_on"] == "2026-03-01"
    stock.refuse(rebuilding(stock, "2026-02-01"), "rebuilt-before-last")


def test_neither_is_said_of_a_day_before_a_license_was_issued(stock):
    put_pack(stock.store, stock.server, 8, first_seen_at=None, installed_on=None)
    stock.refuse(rebuilding(stock, "2026-01-03"), "closed-before-issue")
    other = put_pack(stock.store, stock.server, 9)
    stock.refuse(moving(stock.pack, other, "2026-01-03"), "closed-before-issue")


def test_a_pack_that_vanished_cannot_come_back_to_a_rebuilt_server(stock):
    gone = put_pack(stock.store, stock.server, 8, closed_on="2026-02-01", closed_why="vanished")
    stock.do(rebuilding(stock))
    assert stock.row("key_pack", gone)["closed_why"] == "rebuilt"


def test_what_was_installed_after_the_rebuilding_stays_open(stock):
    after = put_pack(stock.store, stock.server, 8, first_seen_at=None, installed_on="2026-03-02")
    stock.do(rebuilding(stock))
    assert stock.row("key_pack", after)["closed_on"] is None
    assert stock.row("key_pack", stock.pack)["closed_on"] == "2026-03-01"


def test_a_reissued_set_that_is_not_installed_yet_stays_open_without_its_number(stock):
    number = stock.open_request(*stock.licenses[:2])
    stock.do(
        lambda s: calls.record(
            s,
            find_request(s, number),
            calls.ReissueCall(code=CODE, quantity="2", on="2026-03-01", keypack_id="8"),
        )
    )
    stock.do(rebuilding(stock))
    row = one(stock.store, "SELECT closed_on, keypack_id FROM key_pack WHERE origin = 'reissue'")
    assert tuple(row) == (None, None)


def test_the_old_license_server_id_is_pointed_out(stock):
    def act(session):
        session.get_one(ServerRow, stock.server).license_server_id = "S" * 35
        return rebuilding(stock)(session)

    assert [notice.code for notice in stock.do(act).notices] == ["rebuilt-license-server-id"]


def test_a_pack_that_vanished_because_it_was_moved_says_so_and_when(stock):
    gone = put_pack(stock.store, stock.server, 8, closed_on="2026-02-01", closed_why="vanished")
    other = put_pack(stock.store, stock.server, 9)
    stock.do(moving(gone, other))
    row = stock.row("key_pack", gone)
    assert (row["closed_on"], row["closed_why"]) == ("2026-03-01", "moved")
    stock.refuse(moving(gone, other), "move-again")


def test_a_server_rebuilt_on_the_day_of_a_move_numbers_its_packs_anew(stock, clock):
    put_pack(stock.store, stock.server, 8)
    stock.do(moving(stock.pack, put_pack(stock.store, put_server(stock.store, "DC02"), 3)))
    stock.do(rebuilding(stock))
    (result,) = Importer(stock.store, clock).take(packs()).results
    assert (result.new, result.changed) == (1, 0)


@pytest.fixture
def importer(stock, clock):
    """DC01 lists pack 3 and a pool, in which NEW's temporary license 1 and OTHER's 2 lie."""
    importer = Importer(stock.store, clock)
    pool = put_pack(stock.store, stock.server, 9, key_pack_type=4)
    put_license(stock.store, pool, 1, "NEW", status=1, hardware_id=HARDWARE)
    put_license(stock.store, pool, 2, "OTHER", status=1)
    return importer


def why(importer, keypack_id=9, license_id=1):
    sql = (
        "SELECT ended_why, succeeded_by_id FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id"
        " WHERE p.keypack_id = ? AND license_id = ? ORDER BY i.id"
    )
    return [tuple(row) for row in every(importer.store, sql, keypack_id, license_id)]


OTHER = {"KeyPackId": 9, "LicenseId": 2, "sIssuedToComputer": "OTHER", "LicenseStatus": 1}


def test_a_temporary_license_that_another_took_the_key_of_was_upgraded(importer):
    number = put_license(importer.store, 1, 7, "NEW", hardware_id=HARDWARE)
    importer.take(licenses(OTHER, OTHER | {"LicenseId": 1, "sIssuedToComputer": "X"}))
    assert why(importer) == [("upgraded", number), (None, None)]


def test_an_upgraded_license_that_is_seen_again_is_back_and_was_not_upgraded(importer):
    put_license(importer.store, 1, 7, "NEW", hardware_id=HARDWARE)
    importer.take(licenses(OTHER))
    assert why(importer)[0][0] == "upgraded"
    importer.take(
        licenses(OTHER, OTHER | {"LicenseId": 1, "sIssuedToComputer": "NEW", "sHardwareId": HARDWARE})
    )
    assert why(importer) == [(None, None)]


def test_a_temporary_license_seen_again_beside_its_active_one_has_not_ended(importer):
    importer.take(licenses(OTHER))
    assert why(importer) == [("vanished", None)]
    new = {"sIssuedToComputer": "NEW", "sHardwareId": HARDWARE}
    importer.take(licenses(OTHER, {"KeyPackId": 9, "LicenseStatus": 1, **new}, {"LicenseId": 8, **new}))
    assert why(importer) == [(None, None)]


def test_a_license_that_nobody_s_computer_holds_is_not_upgraded(importer):
    put_license(importer.store, 2, 3, None, status=1)
    importer.take(licenses(OTHER))
    assert why(importer, license_id=3) == [("vanished", None)]


def test_of_several_active_ones_of_a_device_the_last_came_for_it(importer):
    put_license(importer.store, 1, 7, "NEW", hardware_id=HARDWARE)
    last = put_license(importer.store, 1, 8, "NEW", hardware_id=HARDWARE, issued_at="2026-02-01T00:00:00Z")
    importer.take(licenses(OTHER))
    assert why(importer) == [("upgraded", last)]


def test_the_licenses_alone_bring_a_pack_back_that_had_vanished(importer):
    importer.take(packs({"KeyPackId": 4}), complete=True)
    assert (
        one(importer.store, "SELECT closed_why FROM key_pack WHERE keypack_id = 9")["closed_why"]
        == "vanished"
    )
    importer.take(licenses(OTHER))
    assert one(importer.store, "SELECT closed_on FROM key_pack WHERE keypack_id = 9")["closed_on"] is None
    assert why(importer, license_id=2) == [(None, None)]


def test_a_complete_list_of_packs_spares_a_pack_of_which_licenses_are_listed(importer):
    importer.take(packs({"KeyPackId": 4}), licenses(OTHER), complete=True)
    assert one(importer.store, "SELECT closed_on FROM key_pack WHERE keypack_id = 9")["closed_on"] is None


def test_what_cannot_all_be_read_closes_nothing(importer):
    importer.take(packs({"KeyPackId": 4}, {"KeyPackId": "x"}), complete=True, skip_refused=True)
    assert every(importer.store, "SELECT 1 FROM key_pack WHERE closed_on IS NOT NULL") == []


def test_what_was_entered_by_hand_vanishes_from_no_list(importer):
    put_license(importer.store, 2, 3, "HAND", by_hand=1)
    importer.take(licenses(OTHER))
    assert why(importer, license_id=3) == [(None, None)]


def test_an_older_file_beside_a_newer_one_makes_nothing_vanish_of_what_it_holds(importer):
    importer.take(licenses(OTHER, {"LicenseId": 1, "sIssuedToComputer": "PC1"}))
    later = importer.at(NOW + timedelta(days=1))
    assert refused(later.refuse(licenses(OTHER), taken_at=NOW - timedelta(days=1))) == [
        (0, "DC01", "snapshot-older")
    ]


def test_licenses_of_a_moved_pack_are_refused(importer):
    other = put_pack(importer.store, 1, 10, key_pack_type=4)
    with importer.store.writing() as session:
        moving(2, other)(session)
    found = refused(importer.refuse(licenses(OTHER, {"LicenseId": 1}, {"LicenseId": 1, "KeyPackId": 9})))
    assert {code for _, _, code in found} == {"pack-moved"}
