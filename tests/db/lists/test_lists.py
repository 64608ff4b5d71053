"""Every list, in every order, with and without what ended, searched and scoped: as a plain model has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from db.lists.changes_model import SILENT
from db.lists.model import Model

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists.history import LISTED_FIELDS
from tslic_admin.db.lists.pages import LIST_QUERIES, compose, every_row
from tslic_admin.db.lists.query import ListQuery
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, ServerRow
from tslic_admin.domain.catalogue.history import CHANGES, HISTORY
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.records.due import DueKind

SORTS = [
    (name, sort)
    for name, kind in LIST_QUERIES.items()
    for sort in dict.fromkeys(["", *kind.columns, *kind.sorts])
]
SEARCHES = [
    *(
        "pc",
        "PC-1",
        "müller",
        "MÜLLER",
        "ü",
        "Ü",
        "%",
        "_",
        "100%",
        "r_s",
        "\\",
        "k\\s",
        '"',
        'o"t',
        "'",
        "o's",
    ),
    *(
        "*",
        "a*b",
        "NEAR",
        "near(",
        "日本",
        "日本語",
        "-d",
        "-dash",
        "(par)",
        "x" * 300,
        " pc ",
        "no such thing",
        "AB00",
    ),
    *("dc01", "request 1", "transfer", "söhne", "C_1", "reissue", "license"),
]


def listed(path, now, kind: str, **spec) -> list[dict]:
    return [row._asdict() for row in every_row(path, now, ListSpec(LIST_QUERIES[str(kind)].kind, **spec))]


@pytest.mark.parametrize(("kind", "sort"), SORTS)
def test_each_list_in_each_order_both_ways_with_and_without_what_ended(
    rich, now, model: Model, kind, sort
) -> None:
    scope = {"record_id": 3} if kind == "events" and sort else {}  # a line's number is one within its entry
    for ended, voided in ((False, False), (True, False), (True, True)):
        for descending in (False, True):
            spec = {"sort": sort, "ended": ended, "voided": voided, "descending": descending}
            expected = model.rows(kind, **spec, where=lambda row: not scope or row["entry"] == 3)
            assert listed(rich, now, kind, **spec, **scope) == expected


def test_the_model_meets_every_state_that_a_list_can_show(rich, now, model: Model) -> None:
    states = {row["record"] for row in model.rows(LICENSES, ended=True)}
    assert states == {None, "collected", "retired", "transferred", "received"}
    assert all(model.rows(kind) for kind in LIST_QUERIES)
    assert {row["kind"] for row in model.rows(DUE)} == set(DueKind)
    for kind in ("key-packs", "licenses", "temporary", "reissues", "transfers"):
        assert len(model.rows(kind, ended=True)) > len(model.rows(kind))
    for kind in ("key-packs", "licenses", "temporary"):
        assert len(model.rows(kind, ended=True, voided=True)) > len(model.rows(kind, ended=True))


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_a_search_finds_a_part_of_any_text_case_ignored(
    rich, now, model: Model, kind: str, search: str
) -> None:
    for ended in (False, True):
        assert listed(rich, now, kind, search=search, ended=ended) == model.rows(
            kind, search=search, ended=ended
        )


@pytest.mark.parametrize(
    "search", ["a\x00bc", "\x00", "abc\ud800", "\udfff", "x" * 4001, "y " * 60000, "ü" * 5000]
)
@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_a_search_for_what_no_record_can_hold_finds_nothing(rich, now, kind: str, search: str) -> None:
    assert listed(rich, now, kind, search=search, ended=True) == []


@pytest.mark.parametrize("search", ["é" * 3999 + "x", "%" * 4000, '"' * 4000, "ab " * 1300])
@pytest.mark.parametrize("kind", LIST_QUERIES)
def test_a_long_search_is_only_long(rich, now, kind: str, search: str) -> None:
    assert listed(rich, now, kind, search=search, ended=True) == []


SCOPES = [
    ("servers", {"server_id": 2}, lambda row: row["number"] == 2),
    ("servers", {"record_id": 2}, lambda row: row["number"] == 2),
    ("key-packs", {"server_id": 1}, lambda row: row["server_id"] == 1),
    ("key-packs", {"record_id": 3}, lambda row: row["number"] == 3),
    ("licenses", {"pack_id": 1}, lambda row: row["pack_id"] == 1),
    ("licenses", {"server_id": 2}, lambda row: row["server_id"] == 2),
    ("licenses", {"keypack_id": 3}, lambda row: row["keypack_id"] == 3),
    (
        "licenses",
        {"server_id": 1, "keypack_id": 3},
        lambda row: (row["server_id"], row["keypack_id"]) == (1, 3),
    ),
    ("licenses", {"status": 2}, lambda row: row["status"] == 2),
    ("licenses", {"status": 0}, lambda row: row["status"] == 0),
    ("licenses", {"record_id": 7}, lambda row: row["number"] == 7),
    ("temporary", {"server_id": 1}, lambda row: row["server_id"] == 1),
    ("reissues", {"server_id": 1}, lambda row: row["server_id"] == 1),
    ("reissues", {"record_id": 2}, lambda row: row["number"] == 2),
    ("collected", {"request_id": 1}, lambda row: row["_request_id"] == 1),
    ("collected", {"record_id": 1}, lambda row: row["number"] == 1),
    ("transfers", {"server_id": 1}, lambda row: row["server_id"] == 1),
    ("transfers", {"record_id": 5}, lambda row: row["number"] == 5),
    ("due", {"server_id": 2}, lambda row: row["server_id"] == 2),
    ("due", {"within": 0}, lambda row: row["day"] <= "2026-03-02"),
    ("due", {"within": 14}, lambda row: row["day"] <= "2026-03-16"),
    ("due", {"within": 4294967295}, lambda _: True),
    ("due", {"overdue": True}, lambda row: row["overdue"] == 1),
    ("history", {"record_id": 2}, lambda row: row["number"] == 2),
    ("events", {"record_id": 2}, lambda row: row["entry"] == 2),
]


@pytest.mark.parametrize(("kind", "scope", "inside"), SCOPES)
@pytest.mark.parametrize("search", ["", "pc", "pc-"])
def test_a_scope_holds_with_search_and_order(rich, now, model: Model, kind, scope, inside, search) -> None:
    got = listed(rich, now, kind, ended=True, search=search, **scope)
    assert got == model.rows(kind, ended=True, search=search, where=inside)
    if not search:
        assert len(got) > 0


def test_the_history_of_a_server_has_the_entries_about_it_and_what_it_holds(rich, now, model: Model) -> None:
    for server in (1, 2, 3):
        packs = {p["id"] for p in model.of("key_pack", server_id=server)}
        held = {i["id"] for i in model.tables["issuance"] if i["key_pack_id"] in packs}
        asked = {q["id"] for q in model.of("reissue_request", server_id=server)}
        things = {
            "server": {server},
            "pack": packs,
            "license": held,
            "request": asked,
            "transfer": {t["id"] for t in model.tables["transfer"] if t["issuance_id"] in held},
            "collected": {c["id"] for c in model.tables["collected"] if c["request_id"] in asked},
        }
        about = {
            line["entry"]
            for line in model.tables["event_line"]
            if line["record"] in things.get(line["kind"], ())
        }
        got = listed(rich, now, "history", server_id=server)
        assert got == model.rows(HISTORY, where=lambda row: row["number"] in about)  # noqa: B023 - used at once
        assert got


@pytest.mark.parametrize("search", ["", "pc", "renamed", "ärzte"])
@pytest.mark.parametrize("server", [1, 2, 3])
def test_what_changed_on_a_server_is_what_imports_that_held_a_list_of_it_told(
    rich, now, model: Model, server, search
) -> None:
    own = lambda row: row["_owner"] == server and server in row["_taken_of"]  # noqa: E731
    got = listed(rich, now, "changes", server_id=server, search=search)
    assert got == model.rows(CHANGES, search=search, where=own)
    assert got or search
    for since, until in (("2026-01-31", None), (None, "2026-01-31"), ("2026-02-02", "2026-02-03")):

        def held(row, first=since or "", last=until or "9") -> bool:
            return own(row) and any(first <= day <= last for day in row["_days"])

        period = {"since": since, "until": until}
        assert listed(rich, now, "changes", server_id=server, **period) == model.rows(CHANGES, where=held)


def test_what_one_import_changed_is_all_that_it_told_of_any_server(rich, now, model: Model) -> None:
    for entry in (1, 3, 5, 6):
        expected = model.rows(CHANGES, where=lambda row: row["entry"] == entry)  # noqa: B023 - used at once
        assert listed(rich, now, "changes", record_id=entry) == expected
        assert expected
    assert listed(rich, now, "changes", record_id=4) == []


def test_of_every_recorded_field_it_is_known_whether_a_server_says_it() -> None:
    fields = {name for table in (ServerRow, KeyPackRow, IssuanceRow) for name in table.RECORDED.values()}
    assert set(LISTED_FIELDS) | SILENT == fields
    assert not set(LISTED_FIELDS) & SILENT


def test_the_first_changes_come_in_the_order_of_the_entries_without_being_sorted(rich, now) -> None:
    for descending in (False, True):
        query = compose(ListSpec(CHANGES, server_id=1, descending=descending))
        with closing(connect_reader(rich, now)) as connection:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query.numbers()}", query.parameters).fetchall()
        assert "TEMP B-TREE FOR ORDER BY" not in " | ".join(row[3] for row in plan)


PERIODS = [
    (None, None),
    ("2026-02-03", None),
    (None, "2026-02-03"),
    ("2026-02-03", "2026-02-15"),
    ("2026-03-03", None),
]


@pytest.mark.parametrize(("since", "until"), PERIODS)
@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("transfers", lambda row: row["on_day"]),
        ("reissues", lambda row: row["recorded_on"] or row["opened_on"]),
        ("due", lambda row: row["day"]),
        ("history", lambda row: row["effective_on"]),
    ],
)
def test_a_period_is_of_the_day_of_taking_effect(rich, now, model: Model, kind, day, since, until) -> None:
    got = listed(rich, now, kind, ended=True, since=since, until=until, by="effective")
    inside = lambda row: (since or "") <= day(row) <= (until or "9")  # noqa: E731
    assert got == model.rows(kind, ended=True, where=inside)


@pytest.mark.parametrize("kind", ["transfers", "reissues", "history"])
def test_or_of_the_day_of_recording(rich, now, model: Model, kind: str) -> None:
    today = str(model.today)
    everything = model.rows(kind, ended=True)
    assert listed(rich, now, kind, ended=True, since=today, until=today) == everything
    assert listed(rich, now, kind, ended=True, since="2026-03-10") == []
    assert listed(rich, now, kind, ended=True, until="2026-02-28") == []


def test_secrets_are_masked_unless_revealed_on_purpose(rich, now) -> None:
    (pack,) = listed(rich, now, "key-packs", record_id=3)
    assert pack["code"] == "…AAAAA"
    revealed = listed(rich, now, "key-packs", record_id=3, reveal=True)[0]
    assert revealed == pack | {"code": "A" * 35}
    (server,) = listed(rich, now, "servers", record_id=1, reveal=True)
    assert server["license_server_id"] == "S" * 35
    for kind in LIST_QUERIES:
        assert not any("AAAAAA" in str(row) for row in listed(rich, now, kind, ended=True))


def test_the_day_to_call_before_is_the_earliest_cover_that_is_not_over(rich, now) -> None:
    days = {row["number"]: row["call_before"] for row in listed(rich, now, "reissues")}
    assert days[1] == "2026-03-11T10:00:00Z"  # NEW1's second license; NEW3's is over, one waits without
    assert days[5] == "2026-03-02T10:00:00Z"  # its last day is today
    assert days[2] is None


@pytest.mark.parametrize("kind", [name for name, kind in LIST_QUERIES.items() if kind.core])
@pytest.mark.parametrize("search", ["", "pc", "müller"])
def test_counting_and_ordering_over_the_core_alone_changes_nothing(
    rich, now, kind, search, monkeypatch
) -> None:
    sorts = ["", *LIST_QUERIES[kind].columns, *LIST_QUERIES[kind].sorts]

    def answers() -> list[object]:
        with closing(connect_reader(rich, now)) as connection:
            found: list[object] = []
            for sort in sorts:
                query = compose(ListSpec(LIST_QUERIES[str(kind)].kind, sort=sort, search=search, ended=True))
                found.append(connection.execute(query.numbers(), query.parameters).fetchall())
                found.append(connection.execute(query.size(), query.parameters).fetchone())
            return found

    by_core = answers()
    joined = LIST_QUERIES[kind].core.count("JOIN")
    assert compose(ListSpec(LIST_QUERIES[str(kind)].kind, sort="computer")).numbers().count("JOIN") == joined
    monkeypatch.setattr(ListQuery, "core_for", lambda *_: "")
    assert (
        compose(ListSpec(LIST_QUERIES[str(kind)].kind, sort="computer")).numbers().count("JOIN") > joined + 1
    )
    assert answers() == by_core


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        ("", "ix_issuance_by_computer"),
        ("user", "ix_issuance_by_user"),
        ("issued_at", "ix_issuance_by_issued_at"),
        ("expires_at", "ix_issuance_by_expires_at"),
    ],
)
@pytest.mark.parametrize("descending", [False, True])
def test_the_licenses_of_a_pack_come_in_order_out_of_an_index(rich, now, sort, index, descending) -> None:
    query = compose(ListSpec(LICENSES, pack_id=1, sort=sort, descending=descending))
    with closing(connect_reader(rich, now)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query.numbers()}", query.parameters).fetchall()
    steps = " | ".join(row[3] for row in plan)
    assert index in steps
    assert "TEMP B-TREE" not in steps


def test_a_search_of_three_characters_goes_by_the_index(rich, now) -> None:
    query = compose(ListSpec(LICENSES, search="abc"))
    with closing(connect_reader(rich, now)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query.size()}", query.parameters).fetchall()
    assert "VIRTUAL TABLE INDEX" in " | ".join(row[3] for row in plan)


def test_nothing_is_written_by_reading(rich, now) -> None:
    with closing(connect_reader(rich, now)) as connection:
        list(every_row(rich, now, ListSpec(LICENSES)))
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM draft")


def test_a_field_that_no_thing_has_must_be_computed() -> None:
    with pytest.raises(LookupError, match="key-packs: shortage is neither computed nor a field"):
        ListQuery(
            PACKS,
            source="key_pack p",
            number="p.id",
            default_sort="number",
            things={"p": KEY_PACK},
            computed={"server": "s.name"},
        )
