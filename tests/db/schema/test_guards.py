"""What the file itself refuses, whichever program asks: one row too many, a value not known, a changed history."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from tslic_admin.db.schema.base import UINT32
from tslic_admin.db.schema.tables import RECORDED_TABLES, Base

CODE = "AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG"
TRIGGERS = {
    "entry_in_order",
    "entry_has_lines",
    "entry_takes_back",
    "entry_not_updated",
    "entry_not_deleted",
    "event_line_unsealed",
    "event_line_not_updated",
    "event_line_not_deleted",
    "issuance_search_insert",
    "issuance_search_update",
    *(
        f"{table.__tablename__}_not_{done}"
        for table in RECORDED_TABLES
        for done in ("deleted", "replaced", "renumbered")
    ),
    *(f"{table}_not_unvoided" for table in ("key_pack", "issuance", "transfer", "snapshot", "evidence")),
    *(
        f"{table}_not_displaced_by_{event}"
        for table in ("server", "key_pack", "issuance", "transfer", "collected", "evidence", "column_mapping")
        for event in ("insert", "update")
    ),
}


@pytest.fixture(params=[0, 1], ids=["plain", "recursive triggers"])
def file(database, request):
    """A driver's own connection: one of each row, a sealed entry; recursive triggers off and on."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=1")
        connection.execute(f"PRAGMA recursive_triggers={request.param}")
        connection.execute("BEGIN")
        insert(
            connection, "event_line", entry=1, line=1, kind="server", record=1, reference="DC01", after="{}"
        )
        insert(connection, "entry", **ENTRY)
        insert(connection, "server", id=1, name="DC01", label="dc01", domain="")
        insert(connection, "reissue_request", id=1, server_id=1, state="open", opened_on="2026-03-02")
        insert(connection, "draft", request_id=1, content="{}")
        insert(connection, "key_pack", id=1, keypack_id=3, license_key_pack_id=CODE, **PACK)
        insert(connection, "key_pack", id=2, keypack_id=4, **PACK)
        for number in (1, 2, 3, 4):
            insert(connection, "issuance", id=number, key_pack_id=1, license_id=number, by_hand=0)
        insert(connection, "transfer", id=1, issuance_id=1, linked_issuance_id=2, **TRANSFER)
        insert(connection, "collected", id=1, request_id=1, issuance_id=2, state="collected")
        insert(connection, "snapshot", id=1, **SNAPSHOT)
        insert(connection, "evidence", id=1, identity="e" * 64, **EVIDENCE)
        insert(connection, "column_mapping", id=1, digest="c" * 64, **MAPPING)
        connection.execute("COMMIT")
        yield connection


MAPPING = {"headings": '["A", "B"]', "subject": "licenses", "fields": '["keypack_id", "license_id"]'}
ENTRY = {
    "number": 1,
    "recorded_at": "2026-03-02T12:00:00Z",
    "effective_on": "2026-03-02",
    "actor": "a@b",
    "kind": "server.add",
    "form": 1,
    "previous": "0" * 64,
    "digest": "d" * 64,
}
PACK = {"server_id": 1, "origin": "original", "transfer_policy": "one-time"}
TRANSFER = {
    "to_computer": "PC2",
    "on_day": "2026-03-02",
    "policy": "one-time",
    "removal": "awaiting",
    "need": "not-checked",
}
SNAPSHOT = {
    "server_id": 1,
    "subject": "licenses",
    "taken_at": "2026-03-02T12:00:00Z",
    "complete": 0,
    "file_name": "x.csv",
    "file_size": 1,
    "file_sha256": "0" * 64,
    "format": "csv",
}
EVIDENCE = {
    "kind": "tsctst",
    "issuance_id": 1,
    "facts": "[]",
    "file_name": "x.txt",
    "file_sha256": "0" * 64,
}
LINE = {"line": 1, "kind": "server", "record": 1, "reference": "DC01"}


def insert(connection, table: str, *, how: str = "INSERT", **values) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    connection.execute(f"{how} INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


def content(connection) -> list[str]:
    return list(connection.iterdump())


def refused(connection, why: str, sql: str, *parameters) -> None:
    """The statement is refused for this reason, and nothing is different afterwards."""
    before = content(connection)
    with pytest.raises(sqlite3.IntegrityError, match=why):
        connection.execute(sql, parameters)
    assert content(connection) == before


def refused_row(connection, why: str, table: str, how: str = "INSERT", **values) -> None:
    before = content(connection)
    with pytest.raises(sqlite3.IntegrityError, match=why):
        insert(connection, table, how=how, **values)
    assert content(connection) == before


def test_every_trigger_of_the_file_is_known_here(file):
    names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert names == TRIGGERS


# what there is only one of


def unguarded(connection) -> None:
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")


def taken(connection, why: str, sql: str, *parameters) -> None:
    """Refused by the triggers, so that nothing is replaced, and without them by the unique index named."""
    for statement in (sql, sql.replace("UPDATE", "UPDATE OR REPLACE", 1)):
        refused(connection, f"another record stands there: .*{why}", statement, *parameters)
    connection.execute("BEGIN")
    unguarded(connection)
    refused(connection, f"UNIQUE.*{why}", sql, *parameters)
    connection.execute("ROLLBACK")


def taken_row(connection, why: str, table: str, **values) -> None:
    for how in ("INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
        refused_row(connection, f"another record stands there: {why}", table, how, **values)
    connection.execute("BEGIN")
    unguarded(connection)
    refused_row(connection, f"UNIQUE.*{why}", table, **values)
    connection.execute("ROLLBACK")


def test_a_server_s_name_is_taken_once_by_label_and_domain(file):
    taken_row(file, "server.label, server.domain", "server", name="dc01", label="dc01", domain="")
    insert(file, "server", name="DC01.b", label="dc01", domain="b")


def test_there_is_one_first_transfer_of_a_license(file):
    volume = TRANSFER | {"policy": "after-90-days"}
    insert(file, "transfer", issuance_id=3, **volume)
    taken_row(file, "transfer.issuance_id", "transfer", issuance_id=3, **volume)


def test_there_is_one_one_time_transfer_of_a_license_wherever_it_stands(file):
    taken_row(file, "transfer.issuance_id", "transfer", issuance_id=1, previous_id=1, **TRANSFER)


def test_a_transfer_is_followed_by_one(file):
    volume = TRANSFER | {"policy": "after-90-days"}
    insert(file, "transfer", issuance_id=2, previous_id=1, **volume)
    taken_row(file, "transfer.previous_id", "transfer", issuance_id=3, previous_id=1, **volume)


def test_a_license_is_received_by_one_transfer(file):
    taken_row(
        file, "transfer.linked_issuance_id", "transfer", issuance_id=3, linked_issuance_id=2, **TRANSFER
    )


def test_a_voided_transfer_is_in_nobody_s_way(file):
    file.execute("UPDATE transfer SET voided_by = 1")
    insert(file, "transfer", issuance_id=1, linked_issuance_id=2, **TRANSFER)


@pytest.mark.parametrize("first", ["collected", "retired"])
@pytest.mark.parametrize("second", ["collected", "retired"])
def test_a_license_is_collected_or_retired_once(file, first, second):
    insert(file, "reissue_request", id=2, server_id=1, state="open", opened_on="2026-03-02")
    insert(file, "collected", request_id=1, issuance_id=3, state=first)
    taken_row(file, "collected.issuance_id", "collected", request_id=2, issuance_id=3, state=second)
    file.execute("UPDATE collected SET state = 'dropped' WHERE issuance_id = 3")
    insert(file, "collected", request_id=2, issuance_id=3, state=second)


def test_a_license_key_pack_id_is_there_once_among_packs_that_stand(file):
    taken(file, "license_key_pack_id", "UPDATE key_pack SET license_key_pack_id = ? WHERE id = 2", CODE)
    file.execute("UPDATE key_pack SET merged_into_id = 2 WHERE id = 1")
    file.execute("UPDATE key_pack SET license_key_pack_id = ? WHERE id = 2", (CODE,))


def test_a_server_has_a_keypack_id_once_among_packs_that_are_open(file):
    taken(file, "key_pack.server_id, key_pack.keypack_id", "UPDATE key_pack SET keypack_id = 3 WHERE id = 2")
    for gone in (
        "closed_on = '2026-03-02', closed_why = 'rebuilt'",
        "merged_into_id = 1, closed_on = NULL, closed_why = NULL",
    ):
        file.execute(f"UPDATE key_pack SET keypack_id = 3, {gone} WHERE id = 2")
    file.execute("UPDATE key_pack SET voided_by = 1, merged_into_id = NULL WHERE id = 2")


def test_a_request_has_one_pack_that_stands(file):
    file.execute("UPDATE key_pack SET request_id = 1 WHERE id = 1")
    taken(file, "key_pack.request_id", "UPDATE key_pack SET request_id = 1 WHERE id = 2")
    file.execute("UPDATE key_pack SET voided_by = 1 WHERE id = 1")
    file.execute("UPDATE key_pack SET request_id = 1 WHERE id = 2")


def test_a_pack_has_a_license_id_once_among_licenses_that_live(file):
    again = {"key_pack_id": 1, "license_id": 1, "by_hand": 0}
    taken_row(file, "issuance.key_pack_id, issuance.license_id", "issuance", **again)
    file.execute("UPDATE issuance SET ended_on = '2026-03-02', ended_why = 'replaced' WHERE id = 1")
    insert(file, "issuance", **again)


def test_only_a_license_entered_by_hand_lacks_its_license_id(file):
    for _ in range(2):
        insert(file, "issuance", key_pack_id=1, by_hand=1)
    refused(file, "CHECK.*license_id", "UPDATE issuance SET by_hand = 0 WHERE license_id IS NULL")
    with pytest.raises(sqlite3.IntegrityError, match="license_id"):
        insert(file, "issuance", key_pack_id=1, by_hand=0)


# values


CLOSED = {
    ("key_pack", "origin"): {"original", "reissue", "migration"},
    ("key_pack", "transfer_policy"): {"one-time", "after-90-days", "not-transferable"},
    ("key_pack", "program"): {
        "retail",
        "open",
        "select",
        "enterprise",
        "campus",
        "school",
        "spla",
        "other",
    },
    ("key_pack", "closed_why"): {"rebuilt", "moved", "vanished"},
    ("issuance", "ended_why"): {"replaced", "vanished", "upgraded", "pack-closed", "voided"},
    ("transfer", "policy"): {"one-time", "after-90-days", "not-transferable"},
    ("transfer", "need"): {"yes", "no", "unknown", "not-checked"},
    ("transfer", "removal"): {"awaiting", "removed", "not-intended"},
    ("reissue_request", "state"): {"open", "recorded", "installed", "withdrawn"},
    ("collected", "state"): {"collected", "retired", "dropped"},
    ("collected", "removal"): {"awaiting", "removed", "not-intended"},
    ("column_mapping", "subject"): {"servers", "key-packs", "licenses"},
    ("snapshot", "subject"): {"servers", "key-packs", "licenses", "evidence"},
    ("evidence", "kind"): {
        "per-user-report",
        "per-device-report",
        "active-directory",
        "client-license",
        "tsctst",
        "event",
    },
}
WITH = {
    ("key_pack", "origin", "reissue"): ", request_id = 1",
    **{
        (table, "removal", state): f", removal_on = {on}, removal_reason = {reason}"
        for table in ("transfer", "collected")
        for state, on, reason in (
            ("awaiting", "NULL", "NULL"),
            ("removed", "'2026-03-02'", "NULL"),
            ("not-intended", "NULL", "'scrapped'"),
        )
    },
    ("snapshot", "subject"): ", server_id = 1",
    ("snapshot", "subject", "evidence"): ", server_id = NULL",
    ("issuance", "ended_why"): ", ended_on = '2026-03-02'",
    ("key_pack", "closed_why"): ", closed_on = '2026-03-02'",
    ("reissue_request", "state", "recorded"): ", quantity = 1, recorded_on = '2026-03-02'",
    ("reissue_request", "state", "installed"): ", quantity = 1, recorded_on = '2026-03-02'",
}


@pytest.mark.parametrize(("table", "column"), CLOSED)
def test_a_closed_set_holds_its_values_and_no_other(file, table, column):
    more = WITH.get((table, column), "")
    for value in sorted(CLOSED[table, column]):
        more_still = WITH.get((table, column, value), more)
        file.execute(f"UPDATE {table} SET {column} = ?{more_still} WHERE id = 1", (value,))
    refused(file, f"ck_{table}_{column}", f"UPDATE {table} SET {column} = 'other?'{more} WHERE id = 1")


def test_every_closed_set_of_the_tables_is_held_against_here():
    pattern = re.compile(r"^(\w+) IN \('")
    found = {
        (table.name, match[1])
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if (match := pattern.match(str(getattr(check, "sqltext", "")))) and " OR " not in str(check.sqltext)
    }
    assert found == set(CLOSED)


UINT32_COLUMNS = sorted(
    (table.name, match[1])
    for table in Base.metadata.tables.values()
    for check in table.constraints
    if (match := re.match(r"^(\w+) BETWEEN 0 AND", str(getattr(check, "sqltext", ""))))
)


@pytest.mark.parametrize(("table", "column"), UINT32_COLUMNS)
def test_numbers_of_servers_are_whole_and_of_32_bits(file, table, column):
    for value in (0, int(UINT32)):
        file.execute(f"UPDATE {table} SET {column} = ? WHERE id = 1", (value,))
    for value in (-1, int(UINT32) + 1):
        refused(file, f"ck_{table}_{column}_uint32", f"UPDATE {table} SET {column} = ? WHERE id = 1", value)
    refused(file, "cannot store TEXT", f"UPDATE {table} SET {column} = 'seven' WHERE id = 1")


@pytest.mark.parametrize("code", ["", "A" * 34, "A" * 36])
def test_a_license_key_pack_id_has_35_characters(file, code):
    refused(file, "license_key_pack_id", "UPDATE key_pack SET license_key_pack_id = ? WHERE id = 1", code)


@pytest.mark.parametrize(
    ("why", "sql"),
    [
        ("ck_server_name", "UPDATE server SET name = ''"),
        ("reissue_has_its_request", "UPDATE key_pack SET origin = 'reissue' WHERE id = 1"),
        ("ck_key_pack_closed", "UPDATE key_pack SET closed_on = '2026-03-02' WHERE id = 1"),
        ("ck_key_pack_closed", "UPDATE key_pack SET closed_why = 'moved' WHERE id = 1"),
        ("ck_issuance_ended", "UPDATE issuance SET ended_on = '2026-03-02' WHERE id = 1"),
        ("ck_issuance_ended", "UPDATE issuance SET ended_why = 'vanished' WHERE id = 1"),
        ("voided_is_ended", "UPDATE issuance SET voided_by = 1 WHERE id = 1"),
        ("reissue_request_recorded", "UPDATE reissue_request SET state = 'recorded', quantity = 1"),
        ("reissue_request_recorded", "UPDATE reissue_request SET state = 'installed', recorded_on = 'x'"),
        ("server.name", "UPDATE server SET name = NULL"),
        ("transfer.to_computer", "UPDATE transfer SET to_computer = NULL"),
        ("issuance.by_hand", "UPDATE issuance SET by_hand = NULL"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(file, why, sql):
    refused(file, why, sql)


# what is pointed at


POINTERS = sorted(
    (table.name, key.parent.name, key.column.table.name)
    for table in Base.metadata.tables.values()
    for key in table.foreign_keys
    if table.name not in ("entry", "event_line", "draft")
)


@pytest.mark.parametrize(("table", "column", "target"), POINTERS)
def test_a_row_points_at_what_is_there(file, table, column, target):
    more = (
        ", ended_on = '2026-03-02', ended_why = 'voided'"
        if (table, column) == ("issuance", "voided_by")
        else ""
    )
    before = content(file)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        file.execute("BEGIN")
        file.execute(f"UPDATE {table} SET {column} = 999{more} WHERE id = 1")
        file.execute("COMMIT")
    file.execute("ROLLBACK")
    assert content(file) == before


def test_a_draft_is_of_a_request_that_is_there(file):
    refused_row(file, "FOREIGN KEY", "draft", request_id=2, content="{}")


TARGETS = [
    ("server", "id"),
    ("key_pack", "id"),
    ("issuance", "id"),
    ("reissue_request", "id"),
    ("transfer", "id"),
    ("entry", "number"),
]


@pytest.mark.parametrize(("table", "key"), TARGETS)
def test_what_is_pointed_at_stays_even_where_nothing_else_guards_it(file, table, key):
    """RESTRICT, under the triggers: a program that takes those down still leaves no pointer in the air."""
    file.execute(
        "UPDATE key_pack SET request_id = 1, moved_from_id = 2, merged_into_id = 2, voided_by = 1 WHERE id = 1"
    )
    insert(file, "transfer", issuance_id=3, previous_id=1, **TRANSFER | {"policy": "after-90-days"})
    unguarded(file)
    refused(file, "FOREIGN KEY", f"DELETE FROM {table} WHERE {key} = 1")


# the history


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"actor": "b@a"},
        {"number": 3},
        {"number": 0},
        {"number": -1},
        {"number": 2, "previous": "0" * 64},
        {"number": 2, "previous": "e" * 64},
    ],
)
def test_an_entry_follows_the_last_one_and_stands_on_its_digest(file, how, values):
    file.execute("DROP TRIGGER entry_has_lines")
    refused_row(file, "an entry follows the last one", "entry", how, **ENTRY | values)


def test_an_entry_without_lines_is_refused(file):
    follows = ENTRY | {"number": 2, "previous": "d" * 64}
    refused_row(file, "seals the lines written before it", "entry", **follows)
    file.execute("BEGIN")
    insert(file, "event_line", entry=2, **LINE)
    insert(file, "entry", **follows)
    file.execute("COMMIT")


def test_lines_without_an_entry_are_refused_at_the_end(file):
    file.execute("BEGIN")
    insert(file, "event_line", entry=2, **LINE)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        file.execute("COMMIT")
    file.execute("ROLLBACK")


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize("where", [{"entry": 1}, {"entry": 1, "line": 2}, {"entry": 3}, {"entry": 0}])
def test_a_sealed_entry_gets_no_more_lines_and_none_is_replaced(file, how, where):
    refused_row(file, "lines are added to the entry being written only", "event_line", how, **LINE | where)


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "REPLACE"])
def test_a_line_of_the_entry_being_written_is_not_replaced_either(file, how):
    file.execute("BEGIN")
    insert(file, "event_line", entry=2, **LINE)
    refused_row(file, "lines are added", "event_line", how, entry=2, **LINE | {"reference": "DC02"})
    file.execute("ROLLBACK")


@pytest.mark.parametrize("table", ["entry", "event_line"])
def test_no_column_of_the_history_is_updated(file, table):
    for column in Base.metadata.tables[table].columns:
        refused(file, "never changed", f"UPDATE {table} SET {column.name} = {column.name}")
        refused(file, "never changed", f"UPDATE OR REPLACE {table} SET {column.name} = {column.name}")


def test_an_entry_is_not_upserted(file):
    names = ", ".join(ENTRY)
    marks = ", ".join("?" * len(ENTRY))
    sql = f"INSERT INTO entry ({names}) VALUES ({marks}) ON CONFLICT DO UPDATE SET actor = 'x'"
    refused(file, "an entry follows the last one", sql, *ENTRY.values())


@pytest.mark.parametrize("table", ["entry", "event_line"])
def test_nothing_of_the_history_is_deleted(file, table):
    refused(file, "never deleted", f"DELETE FROM {table}")


def test_an_entry_is_taken_back_once(file):
    for number in (2, 3):
        previous = file.execute("SELECT digest FROM entry ORDER BY number DESC").fetchone()[0]
        values = ENTRY | {
            "number": number,
            "previous": previous,
            "digest": str(number) * 64,
            "kind": "void",
            "voids": 1,
        }
        file.execute("BEGIN")
        insert(file, "event_line", entry=number, **LINE)
        if number == 3:
            refused_row(file, "entry.voids", "entry", **values)
            file.execute("ROLLBACK")
            return
        insert(file, "entry", **values)
        file.execute("COMMIT")


@pytest.mark.parametrize(
    ("kind", "voids"), [("void", None), ("server.add", 1), ("void", 2)], ids=["nothing", "no void", "a void"]
)
def test_a_void_takes_back_one_entry_that_is_no_void(file, kind, voids):
    head = {"number": 2, "previous": "d" * 64, "digest": "2" * 64, "kind": "void", "voids": 1}
    file.execute("BEGIN")
    insert(file, "event_line", entry=2, **LINE)
    insert(file, "entry", **(ENTRY | head))
    insert(file, "event_line", entry=3, **LINE)
    values = {"number": 3, "previous": "2" * 64, "digest": "3" * 64, "kind": kind, "voids": voids}
    refused_row(file, "a void takes back one entry", "entry", **(ENTRY | values))
    insert(file, "entry", **(ENTRY | values | {"kind": "server.add", "voids": None}))
    file.execute("COMMIT")


@pytest.mark.parametrize("table", ["key_pack", "issuance", "transfer", "snapshot", "evidence"])
def test_what_was_voided_stays_voided(file, table):
    ended = ", ended_on = '2026-03-02', ended_why = 'voided'" if table == "issuance" else ""
    file.execute(f"UPDATE {table} SET voided_by = 1{ended} WHERE id = 1")
    for value in ("NULL", "2"):
        for how in ("UPDATE", "UPDATE OR REPLACE"):
            refused(file, "stays voided", f"{how} {table} SET voided_by = {value} WHERE id = 1")
    file.execute(f"UPDATE {table} SET voided_by = 1 WHERE id = 1")


# records


KEPT = [table.__tablename__ for table in RECORDED_TABLES]


@pytest.mark.parametrize("table", KEPT)
def test_no_record_is_deleted(file, table):
    refused(file, f"{table}: records are never deleted", f"DELETE FROM {table} WHERE id = 1")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_no_record_is_replaced_under_its_number(file, table, how):
    refused(
        file, f"{table}: records are never replaced", f"{how} INTO {table} SELECT * FROM {table} WHERE id = 1"
    )


def test_a_draft_is_no_record_and_goes(file):
    file.execute("DELETE FROM draft")
    assert file.execute("SELECT count(*) FROM draft").fetchone() == (0,)


@pytest.mark.parametrize("table", KEPT)
def test_a_record_keeps_its_number(file, table):
    for how in ("UPDATE", "UPDATE OR REPLACE"):
        refused(file, "keeps its number", f"{how} {table} SET id = 99 WHERE id = 1")


# the search index


def test_the_search_index_follows_the_licenses(file):
    def found(text: str) -> list[int]:
        sql = "SELECT rowid FROM issuance_search WHERE issuance_search MATCH ? ORDER BY rowid"
        return [number for (number,) in file.execute(sql, (f'"{text}"',))]

    insert(file, "issuance", id=9, key_pack_id=2, license_id=1, by_hand=0, computer="KIOSK-07", user="ann")
    assert (found("iosk-0"), found("ann")) == ([9], [9])
    file.execute("UPDATE issuance SET computer = 'DESK-08' WHERE id = 9")
    assert (found("iosk-0"), found("esk-08"), found("ann")) == ([], [9], [9])
    file.execute("INSERT INTO issuance_search (issuance_search) VALUES ('integrity-check')")
