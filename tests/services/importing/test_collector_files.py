"""A collector file taken in: its own word on each server counts, and a server that failed spoils no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from services.importer import LICENSE, PACK, Importer, counts, refused
from services.stock import every

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import Notice
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.wording import messages

LICENSES = [LICENSE | {"LicenseId": n, "sIssuedToComputer": f"PC{n}"} for n in (1, 2)]
SERVER = {"ProductId": "00252-20000-35572-AT477", "ServerRole": 1}


def told(name: str = "DC01", **other: Any) -> dict[str, Any]:
    return {
        "name": name,
        "taken_at": "2026-03-01T10:00:00.000000Z",
        "activation": 0,
        "server": [SERVER],
        "key_packs": [PACK],
        "licenses": LICENSES,
        "complete": True,
        "errors": [],
    } | other


def file(*servers: dict[str, Any]) -> tuple[str, bytes]:
    whole = {"format": "tslic-admin collector", "version": 1, "servers": list(servers)}
    return "collected.json", json.dumps(whole).encode()


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    return Importer(store, clock, ImportOptions())


def live(importer: Importer) -> list[tuple[str, str]]:
    rows = every(
        importer.store,
        "SELECT s.name AS server, i.computer FROM issuance i JOIN key_pack p ON p.id = i.key_pack_id"
        " JOIN server s ON s.id = p.server_id WHERE i.ended_on IS NULL ORDER BY 1, 2",
    )
    return [(row["server"], row["computer"]) for row in rows]


def test_it_is_taken_whole_with_its_servers_and_when_it_was_taken(importer):
    imported = importer.take(file(told(), told("DC02", activation=1)))
    assert counts(imported.results) == {"servers": (2, 0, 0), "key-packs": (2, 0, 0), "licenses": (4, 0, 0)}
    assert {result.taken_at for result in imported.results} == {"2026-03-01T10:00:00Z"}
    assert imported.act.notices == ()
    rows = every(importer.store, "SELECT name, activation, role FROM server ORDER BY id")
    assert [tuple(row) for row in rows] == [("DC01", 0, 1), ("DC02", 1, 1)]
    snapshots = every(importer.store, "SELECT DISTINCT taken_at, complete, format FROM snapshot")
    assert [tuple(row) for row in snapshots] == [("2026-03-01T10:00:00Z", 1, "collector")]
    assert importer.take(file(told(), told("DC02", activation=1))).act.entry is None


def test_a_time_that_the_user_gives_counts_above_the_file_s(importer):
    results = importer.take(file(told()), taken_at=NOW - timedelta(hours=1)).results
    assert {result.taken_at for result in results} == {"2026-03-02T11:00:00Z"}


def test_what_a_server_that_was_read_whole_lacks_is_gone(importer):
    importer.take(file(told(), told("DC02")))
    later = {"taken_at": "2026-03-02T10:00:00Z", "licenses": LICENSES[:1]}
    importer.take(file(told(**later), told("DC02", **later, complete=False, errors=["the line went dead"])))
    assert live(importer) == [("DC01", "PC1"), ("DC02", "PC1"), ("DC02", "PC2")]


def test_where_nothing_is_issued_any_more_all_of_it_is_gone(importer):
    importer.take(file(told(), told("DC02")))
    later = {"taken_at": "2026-03-02T10:00:00Z", "licenses": []}
    imported = importer.take(file(told(**later), told("DC02", **later, complete=False, errors=["dead"])))
    assert live(importer) == [("DC02", "PC1"), ("DC02", "PC2")]
    assert sum(result.vanished for result in imported.results) == 2
    newest = every(importer.store, "SELECT max(taken_at) AS at FROM snapshot WHERE subject = 'licenses'")
    assert newest[0]["at"] == "2026-03-02T10:00:00Z"
    older = file(
        told(taken_at="2026-03-01T12:00:00Z", licenses=[], server=[], key_packs=[PACK | {"KeyPackId": 9}])
    )
    assert {code for _, _, code in refused(importer.refuse(older))} == {"snapshot-older"}


def test_a_server_that_lists_no_key_packs_did_not_answer(importer):
    importer.take(file(told()))
    importer.take(file(told(taken_at="2026-03-02T10:00:00Z", licenses=[], key_packs=[], activation=1)))
    assert live(importer) == [("DC01", "PC1"), ("DC01", "PC2")]


def test_a_server_of_which_nothing_is_issued_yet_is_taken(importer):
    importer.take(file(told(licenses=[])))
    importer.take(file(told(taken_at="2026-03-02T10:00:00Z")))
    assert live(importer) == [("DC01", "PC1"), ("DC01", "PC2")]


def test_nobody_can_say_of_a_list_that_was_cut_short_that_it_is_complete(importer):
    importer.take(file(told()))
    cut = told(
        activation=1, taken_at="2026-03-02T10:00:00Z", licenses=LICENSES[:1], complete=False, errors=["dead"]
    )
    imported = importer.take(file(cut), complete=True)
    assert live(importer) == [("DC01", "PC1"), ("DC01", "PC2")]
    (notice,) = imported.act.notices
    assert notice == Notice(
        "collector-not-whole", {"server": "DC01", "file": "collected.json", "why": "dead"}
    )
    assert [row["complete"] for row in every(importer.store, "SELECT complete FROM snapshot")] == [1] * 3 + [
        0
    ] * 3


def test_a_server_that_failed_is_said_and_the_others_are_taken(importer):
    failed = {"name": "DC02", "taken_at": "2026-03-01T10:00:00Z", "activation": None,
              "complete": False, "errors": ["The RPC server is unavailable."]}  # fmt: skip
    imported = importer.take(file(failed, told()))
    assert [row["name"] for row in every(importer.store, "SELECT name FROM server")] == ["DC01"]
    (notice,) = imported.act.notices
    assert (notice.code, notice.facts["server"], notice.facts["why"]) == (
        "collector-failed", "DC02", "The RPC server is unavailable")  # fmt: skip


def test_a_failure_without_a_reason_is_said_too(importer):
    (notice,) = importer.take(file({"name": "DC02"})).act.notices
    assert notice.facts["why"] == "the file does not say why"


def test_a_server_that_stands_twice_is_one_that_was_mixed(importer):
    results = importer.refuse(file(told(), told("dc01", licenses=[], server=[])))
    assert "repeated-key" in {code for _, _, code in refused(results)}


def test_one_server_under_two_names_is_complete_where_both_are(importer):
    importer.take(file(told()))
    second = told(
        "DC01", key_packs=[], licenses=[], taken_at="2026-03-02T10:00:00Z", complete=False, errors=["x"]
    )
    rest = told("dc01.corp.example", server=[], licenses=LICENSES[:1], taken_at="2026-03-02T11:00:00Z")
    importer.take(file(second, rest))
    assert live(importer) == [("DC01", "PC1"), ("DC01", "PC2")]


def test_what_the_server_says_of_its_activation_is_kept_and_told(importer):
    importer.take(file(told(activation=1)))
    importer.take(file(told(taken_at="2026-03-01T12:00:00Z")))
    lines = every(importer.store, 'SELECT before, after FROM event_line WHERE field = "Activation"')
    assert [tuple(row) for row in lines] == [("1", "0")]
    importer.take(file(told(taken_at="2026-03-01T13:00:00Z", activation=2)))
    assert every(importer.store, "SELECT activation FROM server")[0]["activation"] == 0


ROW = st.dictionaries(
    st.sampled_from(
        ["LicenseId", "KeyPackId", "sIssuedToComputer", "IssueDate", "TotalLicenses", "ProductId", "Server"]
    ),
    st.none()
    | st.integers(0, 3)
    | st.text(max_size=4)
    | st.sampled_from(["DC01", "2026-01-01T00:00:00Z", "\ud800"]),
)
ODD = st.fixed_dictionaries(
    {"name": st.sampled_from(["DC01", "dc01.corp", "", " ", "\ud800", "two words", 7, None])},
    optional={
        "taken_at": st.sampled_from(
            ["2026-03-01T10:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01", "x", None]
        ),
        "activation": st.integers(-1, 3) | st.text(max_size=2),
        "server": st.lists(ROW, max_size=2),
        "key_packs": st.lists(ROW | st.just(PACK), max_size=3),
        "licenses": st.lists(ROW | st.sampled_from(LICENSES), max_size=3),
        "complete": st.booleans(),
        "errors": st.lists(st.text(max_size=5), max_size=2),
    },
)


@settings(max_examples=40)
@given(st.lists(ODD, max_size=3))
def test_whatever_stands_in_it_is_looked_at_without_trouble(importer, servers):
    name, data = file(*servers)
    with (
        stage([SourceFile(name, data)], ImportOptions()) as staged,
        importer.store.reading() as session,
    ):
        results = imports.preview(session, staged)
        told = [messages.notice_text(notice) for notice in staged.notices]
        refusals = [refused for result in results for refused in result.refused]
        told += [messages.row_refusal_text(one.code, one.value, one.facts) for one in refusals]
    assert all(one.encode() for one in told)


def test_an_older_one_is_refused_by_its_own_time(importer):
    importer.take(file(told()))
    results = importer.refuse(file(told(taken_at="2026-02-01T10:00:00Z", activation=1)))
    assert {code for _, _, code in refused(results)} == {"snapshot-older"}
    future = importer.refuse(file(told(taken_at=datetime(2027, 1, 1, tzinfo=UTC).isoformat())))
    assert {code for _, _, code in refused(future)} == {"taken-in-future"}
