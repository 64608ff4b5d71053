"""Rows of licenses and evidence: which of them each query hands out, and in what order."""

from __future__ import annotations

import pytest
from services.stock import put, put_license, put_pack, put_server
from sqlalchemy.exc import NoResultFound

from tslic_admin.db import license_queries as queries
from tslic_admin.db.schema.tables import EvidenceRow
from tslic_admin.domain.licenses.issuances import IssuedLicense

VANISHED = {"ended_on": "2026-02-01", "ended_why": "vanished"}


@pytest.fixture
def pack(store) -> int:
    return put_pack(store, put_server(store))


def ids(rows) -> list[int]:
    return [row.id for row in rows]


def test_live_licenses_come_in_the_order_of_their_license_ids(store, pack):
    last, first = put_license(store, pack, 9, "PC9", user="ann"), put_license(store, pack, 2)
    put_license(store, pack, 3, **VANISHED)
    put_license(store, pack, None, by_hand=1)
    with store.reading() as session:
        rows = list(queries.live_licenses(session, pack))
    assert ids(rows) == [first, last]
    assert rows[1] == (
        *(last, 9, "2026-01-05T10:00:00Z", 0),
        IssuedLicense("ann", "PC9", 2, "2026-01-05T10:00:00Z", "2026-03-20T10:00:00Z", None),
    )


def test_ended_licenses_are_those_that_may_come_back(store, pack):
    active = put_license(store, pack, 1)
    upgraded = put_license(
        store, pack, 3, ended_on="2026-02-02", ended_why="upgraded", succeeded_by_id=active
    )
    vanished = [put_license(store, pack, 2, **VANISHED) for _ in range(2)]
    put_license(store, pack, 2, ended_on="2026-02-01", ended_why="replaced")
    put_license(store, pack, 2, **VANISHED, voided_by=1)
    with store.reading() as session:
        rows = list(queries.ended_licenses(session, pack))
    assert [(row.license.id, *row[1:]) for row in rows] == [
        *((number, "2026-02-01", "vanished", None) for number in vanished),
        (upgraded, "2026-02-02", "upgraded", active),
    ]


def test_a_license_entered_by_hand_has_no_license_id_until_a_list_shows_it(store, pack):
    other = put_pack(store, put_server(store, "DC02"))
    by_hand = [put_license(store, of, None, by_hand=1) for of in (other, pack)]
    put_license(store, pack, None, by_hand=1, **VANISHED)
    put_license(store, pack, 4)
    with store.reading() as session:
        assert ids(queries.hand_made_licenses(session, (pack, other))) == by_hand
        assert ids(queries.hand_made_licenses(session, (other,))) == by_hand[:1]


def test_similar_licenses_share_a_label_or_a_hardware_id(store, pack):
    same_name = put_license(store, pack, 1, "PC1.example.com")
    same_hardware = put_license(store, pack, 2, "PC2", hardware_id="0xAB")
    put_license(store, pack, 3, "PC3")
    put_license(store, pack, None, "PC1", by_hand=1)
    with store.reading() as session:
        assert ids(queries.similar_licenses(session, (pack,), "pc1", "0xAB")) == [same_name, same_hardware]
        assert ids(queries.similar_licenses(session, (pack,), None, None)) == []


def test_temporary_licenses_are_those_that_no_active_one_replaced_yet(store, pack):
    lasting = put_license(store, pack, 1, status=1, hardware_id="0xAB")
    replaced = put_license(store, pack, 2, status=1, ended_on="2026-02-01", ended_why="replaced")
    active = put_license(store, pack, 3)
    put_license(store, pack, 4, status=1, by_hand=1)
    put_license(store, pack, 5, status=1, ended_on="2026-02-01", ended_why="upgraded", succeeded_by_id=active)
    with store.reading() as session:
        assert list(queries.temporary_licenses(session, 1)) == [
            (lasting, 1, 3, "PC1", "0xAB", None),
            (replaced, 2, 3, "PC1", None, "replaced"),
        ]
        assert list(queries.active_licenses(session, pack)) == [(active, "PC1", None, "2026-01-05T10:00:00Z")]


def test_open_licenses_have_not_ended(store, pack):
    numbered, by_hand = put_license(store, pack, 7), put_license(store, pack, None, by_hand=1)
    put_license(store, pack, 1, **VANISHED)
    with store.reading() as session:
        assert list(queries.open_licenses(session, pack)) == [(numbered, 7), (by_hand, None)]


def test_a_license_is_found_by_its_computer_its_hardware_id_or_its_user(store):
    server = put_server(store)
    devices, users = put_pack(store, server), put_pack(store, server, 5, product_type=1)
    named = put_license(store, devices, 1, "PC1.example.com", user="EXAMPLE\\ann")
    hardware = put_license(store, devices, 2, None, hardware_id="{0xAB-12, 34}", **VANISHED)
    of_user = put_license(store, users, 3, None, user="EXAMPLE\\bob")
    with store.reading() as session:
        found = [row.number for row in queries.licenses_of_computers(session, {"pc1"}, {"ab1234"})]
        assert found == [named, hardware]
        assert list(queries.licenses_of_computers(session, (), ())) == []
        assert [row.number for row in queries.licenses_with_user(session)] == [of_user]
        row = queries.license_for_evidence(session, hardware)
        assert (row.server, row.keypack_id, row.pack_id, row.license_id) == ("DC01", 3, devices, 2)
        assert (row.ended_on, row.product_version, row.key_pack_type) == (
            "2026-02-01",
            "Windows Server 2019",
            2,
        )
        with pytest.raises(NoResultFound):
            queries.license_for_evidence(session, 99)


def test_evidence_is_recorded_once(store, pack):
    license_ = put_license(store, pack)
    numbers = [
        put(
            store,
            EvidenceRow(
                kind="event",
                identity=letter * 64,
                issuance_id=issuance,
                facts="[]",
                file_name="x.xml",
                file_sha256="0" * 64,
            ),
        )
        for letter, issuance in (("a", license_), ("b", None))
    ]
    with store.reading() as session:
        assert queries.recorded_evidence(session, "a" * 64) == (numbers[0], license_)
        assert queries.recorded_evidence(session, "b" * 64) == (numbers[1], None)
        assert queries.recorded_evidence(session, "c" * 64) is None
