"""What a thing is connected with, and what happened to it."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from sqlalchemy import select

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.history.recording import seal
from tslic_admin.db.lists import related as module
from tslic_admin.db.lists.related import RELATED, Related, events_about, evidence, related
from tslic_admin.db.schema.tables import CollectedRow, EvidenceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.wording.history.events import RELATIONS


@pytest.fixture
def connection(world, clock):
    """Of DC01: packs 1 (by hand), 2 (Keypack ID 3), 3 (reissued, not yet listed); request 2 shares the call of 1."""
    with closing(connect_reader(world.store.path, clock)) as connection:
        yield connection


def relations_of(connection, kind: str, number: int) -> list[tuple[str, str, int, str]]:
    return [tuple(one) for one in related(connection, kind, number)]


DC01 = "DC01.example.com"
MOVE = "PC-00001 → PC7, 2026-02-01"


@pytest.mark.parametrize("kind", ["server", "entry"])
def test_servers_and_entries_have_lists_of_their_own(connection, kind):
    assert related(connection, kind, 1) == []


def test_a_pack_knows_its_server_and_what_its_licenses_were_reissued_into(connection):
    assert relations_of(connection, "pack", 1) == [("server", "server", 1, DC01)]
    assert relations_of(connection, "pack", 2) == [
        ("server", "server", 1, DC01),
        ("reissued-into", "pack", 3, f"{DC01}/#3"),
    ]


def test_a_voided_pack_is_nothing_that_licenses_were_reissued_into(store, connection):
    with store.writing() as session:
        session.get_one(KeyPackRow, 3).voided_by = 1
        seal(session, "void", voids=1)
    assert relations_of(connection, "pack", 2) == [("server", "server", 1, DC01)]


def test_a_dropped_license_was_not_reissued(store, connection):
    with store.writing() as session:
        for row in session.scalars(select(CollectedRow)):
            row.state = "dropped"
        seal(session, "reissue.drop")
    assert relations_of(connection, "pack", 2) == [("server", "server", 1, DC01)]
    assert [one[0] for one in relations_of(connection, "pack", 3)] == ["server", "request"]


def test_voided_evidence_says_nothing_of_its_license(store, connection):
    assert [one.kind for one in evidence(connection, 1)] == ["per-device-report"]
    with store.writing() as session:
        for row in session.scalars(select(EvidenceRow)):
            row.voided_by = 1
        seal(session, "void", voids=1)
    assert evidence(connection, 1) == []


def test_a_reissued_pack_knows_its_request_and_what_it_replaces(connection):
    found = relations_of(connection, "pack", 3)
    assert found[:2] == [("server", "server", 1, DC01), ("request", "request", 1, "1")]
    assert [(one[0], one[1], one[2]) for one in found[2:]] == [
        ("replaces", "license", 2),
        ("replaces", "license", 3),
    ]
    assert found[2][3].startswith(f"{DC01}/3/2, PC")


def test_a_license_knows_its_server_its_pack_and_its_transfer(connection):
    found = relations_of(connection, "license", 1)
    assert found[:2] == [("server", "server", 1, DC01), ("pack", "pack", 2, f"{DC01}/3")]
    assert [one[:3] for one in found[2:]] == [("transfer", "transfer", 1)]
    assert re.fullmatch("PC.* → PC7, 2026-02-01", found[2][3])


def test_a_retired_license_knows_its_request_and_its_successor_a_dropped_one_does_not(connection):
    assert [one[:3] for one in relations_of(connection, "license", 2)[2:]] == [
        ("request", "request", 1),
        ("replaced-by", "pack", 3),
    ]
    assert len(relations_of(connection, "license", 4)) == 2


def test_a_request_knows_its_pack_its_licenses_and_the_same_call(connection):
    assert [one[:3] for one in relations_of(connection, "request", 1)] == [
        ("server", "server", 1),
        ("became", "pack", 3),
        ("replaces", "license", 2),
        ("replaces", "license", 3),
        ("same-call", "request", 2),
    ]
    assert [one[:3] for one in relations_of(connection, "request", 2)] == [
        ("server", "server", 1),
        ("same-call", "request", 1),
    ]


def test_an_open_request_has_collected_not_replaced(store, connection):
    from tslic_admin.services.lookup import find_license
    from tslic_admin.services.reissue import requests

    with store.writing() as session:
        request = session.get_one(RequestRow, 2)
        requests.collect(session, request, [(find_license(session, "DC01/3/4"), None)])
    assert [one[:3] for one in relations_of(connection, "request", 2)][1] == ("collected", "license", 4)


def test_requests_of_one_call_know_each_other(store, connection):
    from tslic_admin.services.lookup import find_server
    from tslic_admin.services.reissue import requests

    with store.writing() as session:
        first = session.get_one(RequestRow, 1)
        third = requests.open_request(session, find_server(session, "DC01"), same_call_as=first)
    assert [one[:3] for one in relations_of(connection, "request", third.record)][1:] == [
        ("same-call", "request", 1),
        ("same-call", "request", 2),
    ]


def test_a_transfer_knows_its_license_and_what_it_is_linked_with(store, connection):
    assert relations_of(connection, "transfer", 1) == [("license", "license", 1, f"{DC01}/3/1")]
    with store.writing() as session:
        session.get_one(TransferRow, 1).linked_issuance_id = 4
        seal(session, "transfer.link")
        later = TransferRow(
            issuance_id=4,
            to_computer="PC9",
            on_day="2026-03-02",
            policy="after-90-days",
            need="not-checked",
            previous_id=1,
            removal="awaiting",
        )
        session.add(later)
        seal(session, "transfer.mark")
        number = later.id
    assert [one[:3] for one in relations_of(connection, "transfer", 1)] == [
        ("license", "license", 1),
        ("linked", "license", 4),
        ("next", "transfer", number),
    ]
    assert relations_of(connection, "transfer", number)[1:] == [("previous", "transfer", 1, "1")]
    assert ("received", "transfer", 1) in [one[:3] for one in relations_of(connection, "license", 4)]
    assert ("transfer", "transfer", number, " → PC9, 2026-03-02") in relations_of(connection, "license", 4)


@pytest.mark.parametrize("kind", RELATED)
def test_what_is_not_there_is_connected_with_nothing(connection, kind):
    assert related(connection, kind, 999) == []
    assert events_about(connection, kind, 999) == []


def test_every_relation_has_its_word_and_every_word_its_relation():
    found = {
        name
        for sql in RELATED.values()
        for name in re.findall(r"(?:SELECT|DISTINCT|THEN|ELSE) '([a-z-]+)'", sql)
    }
    assert found == set(RELATIONS)


def test_a_list_has_its_most(connection, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    assert len(related(connection, "request", 1)) == 2
    assert len(events_about(connection, "license", 2)) == 2
    assert len(events_about(connection, "entry", 3)) == 2


# what happened


def test_what_happened_to_a_thing_stands_newest_first(connection):
    found = events_about(connection, "request", 1)
    assert [one.entry for one in found] == sorted((one.entry for one in found), reverse=True)
    assert {one.line.kind for one in found} == {"request", "collected"}
    assert (found[-1].act, found[-1].reason, found[-1].actor) == ("reissue.open", "stolen", "tester@box")
    assert (found[-1].recorded_at, found[-1].effective_on) == ("2026-03-02T12:00:00Z", "2026-03-02")
    assert found[-1].line.subject == f"request 1 {DC01}"


def test_to_a_license_happens_what_happens_to_its_transfers_collections_and_evidence_too(connection):
    assert [(one.act, one.line.kind) for one in events_about(connection, "license", 1)] == [
        ("transfer.mark", "transfer"),
        ("import", "license"),
        ("import", "evidence"),
    ]
    assert {one.act for one in events_about(connection, "license", 4)} == {
        "import",
        "reissue.add",
        "reissue.drop",
    }


def test_an_entry_has_its_own_lines_in_their_order(connection):
    found = events_about(connection, "entry", 3)
    assert [one.line.line for one in found] == list(range(1, len(found) + 1))
    assert {one.entry for one in found} == {3}


def test_a_connection_is_a_small_tuple():
    assert Related("server", "server", 1, "DC01")._fields == ("relation", "kind", "number", "name")
