"""What must never break is refused by the database itself, whoever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from tslic_admin.db.store import Store

HISTORY = ("entry", "event_line")
KEPT = ("server", "key_pack", "issuance", "transfer", "reissue_request", "collected", "snapshot")


@pytest.fixture(params=[0, 1], ids=["plain", "recursive triggers"])
def raw(request, sample) -> Iterator[sqlite3.Connection]:
    """The sample's file, opened by somebody else's program."""
    connection = sqlite3.connect(sample, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=1")
    connection.execute(f"PRAGMA recursive_triggers={request.param}")
    yield connection
    connection.close()


def refused(raw: sqlite3.Connection, sql: str, *parameters: object) -> str:
    with pytest.raises(sqlite3.IntegrityError) as caught:
        raw.execute(sql, parameters)
    return str(caught.value)


def copy_of(raw: sqlite3.Connection, table: str, where: str, **changes: object) -> tuple[str, list[object]]:
    """An INSERT of a row like the first that fits, with some columns changed and a number of its own."""
    row = raw.execute(f"SELECT * FROM {table} WHERE {where} LIMIT 1")
    values = dict(zip([column[0] for column in row.description], row.fetchone(), strict=True)) | changes
    values.pop("id")
    names = ", ".join(f'"{name}"' for name in values)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values())


@pytest.mark.parametrize("table", [*HISTORY, *KEPT])
def test_nothing_recorded_is_ever_deleted_or_replaced(raw, table):
    before = raw.execute(f"SELECT count(*) FROM {table}").fetchone()
    refused(raw, f"DELETE FROM {table}")
    refused(raw, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
    refused(raw, f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
    assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == before


@pytest.mark.parametrize("table", HISTORY)
def test_the_history_is_never_changed(raw, table):
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    for column in columns:
        assert "never changed" in refused(raw, f"UPDATE {table} SET {column} = {column}")


def test_a_sealed_entry_takes_no_more_lines(raw):
    message = refused(
        raw, "INSERT INTO event_line (entry, line, kind, record, reference) VALUES (1, 999, 'server', 1, 'X')"
    )
    assert "entry being written" in message


def test_an_entry_follows_the_last_one_with_its_digest(raw):
    last, digest = raw.execute("SELECT number, digest FROM entry ORDER BY number DESC LIMIT 1").fetchone()
    sql = (
        "INSERT INTO entry (number, recorded_at, effective_on, actor, kind, form, previous, digest)"
        " VALUES (?, 't', 'd', 'a', 'k', 1, ?, 'x')"
    )
    line = "INSERT INTO event_line (entry, line, kind, record, reference) VALUES (?, 1, 'x', 1, '')"
    assert "seals the lines" in refused(raw, sql, last + 1, digest)
    raw.execute("BEGIN")
    raw.execute(line, (last + 1,))
    refused(raw, sql, last + 2, digest)
    assert "follows the last one" in refused(raw, sql, last + 1, "0" * 64)
    raw.execute(sql, (last + 1, digest))
    raw.execute("ROLLBACK")


def test_lines_without_their_entry_cannot_be_committed(raw):
    last = raw.execute("SELECT max(number) FROM entry").fetchone()[0]
    raw.execute("BEGIN")
    raw.execute(
        "INSERT INTO event_line (entry, line, kind, record, reference) VALUES (?, 1, 'x', 1, '')", (last + 1,)
    )
    refused(raw, "COMMIT")


def test_a_license_has_one_unvoided_first_transfer_and_each_transfer_one_successor(raw):
    sql, values = copy_of(raw, "transfer", "policy = 'one-time'")
    assert "transfer.issuance_id" in refused(raw, sql, *values)
    first = raw.execute("SELECT id, issuance_id FROM transfer WHERE policy = 'after-90-days'").fetchone()
    sql, values = copy_of(raw, "transfer", "policy = 'after-90-days'", previous_id=first[0])
    raw.execute(sql, values)
    assert "transfer.previous_id" in refused(raw, sql, *values)


def test_a_license_is_in_one_open_request_or_retired_once(raw):
    for state in ("collected", "retired"):
        sql, values = copy_of(raw, "collected", f"state = '{state}'", state="collected")
        assert "collected.issuance_id" in refused(raw, sql, *values)
    sql, values = copy_of(raw, "collected", "state = 'retired'", state="dropped")
    raw.execute(sql, values)


def test_a_license_key_pack_id_is_unique_among_unvoided_packs(raw):
    sql, values = copy_of(raw, "key_pack", "license_key_pack_id IS NOT NULL", keypack_id=77, request_id=2)
    assert "key_pack.license_key_pack_id" in refused(raw, sql, *values)


def test_a_servers_keys_are_unique_among_what_is_open(raw):
    sql, values = copy_of(raw, "key_pack", "keypack_id = 3")
    assert "key_pack.server_id, key_pack.keypack_id" in refused(raw, sql, *values)
    sql, values = copy_of(raw, "key_pack", "keypack_id = 3", closed_on="2026-01-01")
    raw.execute(sql, values)
    sql, values = copy_of(raw, "issuance", "ended_on IS NULL")
    assert "issuance.key_pack_id, issuance.license_id" in refused(raw, sql, *values)
    sql, values = copy_of(raw, "issuance", "ended_on IS NULL", ended_on="2026-01-01", ended_why="replaced")
    raw.execute(sql, values)


def test_a_reissued_pack_has_its_request_and_a_request_one_pack(raw):
    sql, values = copy_of(raw, "key_pack", "origin = 'original'", keypack_id=78, origin="reissue")
    assert "reissue_has_its_request" in refused(raw, sql, *values)
    sql, values = copy_of(
        raw, "key_pack", "origin = 'original'", keypack_id=78, origin="reissue", request_id=1
    )
    assert "key_pack.request_id" in refused(raw, sql, *values)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("key_pack", "origin"),
        ("key_pack", "transfer_policy"),
        ("key_pack", "program"),
        ("issuance", "ended_why"),
        ("transfer", "policy"),
        ("transfer", "removal"),
        ("reissue_request", "state"),
        ("collected", "state"),
        ("collected", "removal"),
        ("snapshot", "subject"),
    ],
)
def test_closed_sets_are_closed(raw, table, column):
    refused(raw, f"UPDATE {table} SET {column} = 'something else'")


@pytest.mark.parametrize(
    "column",
    ["keypack_id", "key_pack_type", "product_type", "product_version_id", "total", "issued", "available"],
)
def test_numbers_of_a_pack_are_uint32(raw, column):
    for value in (-1, 4294967296):
        refused(raw, f"UPDATE key_pack SET {column} = ? WHERE id = 1", value)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"UPDATE key_pack SET {column} = 'many' WHERE id = 1")


def test_a_recorded_request_has_its_result(raw):
    assert "recorded" in refused(raw, "UPDATE reissue_request SET state = 'recorded' WHERE state = 'open'")


def test_an_ended_license_says_why_and_a_voided_one_is_ended(raw):
    assert "ended" in refused(raw, "UPDATE issuance SET ended_on = '2026-01-01' WHERE id = 1")
    assert "voided_is_ended" in refused(raw, "UPDATE issuance SET voided_by = 1 WHERE id = 1")


def test_references_hold(raw):
    refused(raw, "UPDATE issuance SET key_pack_id = 999 WHERE id = 1")
    refused(raw, "UPDATE transfer SET previous_id = 999 WHERE id = 1")
    refused(raw, "UPDATE server SET label = 'rdlic22'")


def test_a_search_finds_what_a_name_was_changed_to_and_no_longer_what_it_was(store: Store, raw):
    raw.execute("UPDATE issuance SET computer = 'ZEPPELIN-9' WHERE computer = 'MUC-PC-0301'")
    find = "SELECT count(*) FROM issuance_search WHERE issuance_search MATCH ?"
    assert raw.execute(find, ('"ZEPPELIN"',)).fetchone() == (1,)
    assert raw.execute(find, ('"MUC-PC-0301"',)).fetchone() == (0,)
