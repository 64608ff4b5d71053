"""Many rows at once: written as by the session, with the lines that verification asks for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tslic_admin.db.history.bulk import ChangedRow, NewRow, RowChange, lines_of, write_rows
from tslic_admin.db.history.recording import BATCH, seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.services.history.verification import VerificationState, verify

SERVER = NewRow(ServerRow, {"id": 1, "name": "DC01", "label": "dc01", "domain": ""}, "DC01")


def pack(number: int, **values: Any) -> NewRow:
    fixed = {"id": number, "server_id": 1, "origin": "original", "transfer_policy": "one-time"}
    return NewRow(KeyPackRow, fixed | values, f"DC01/#{number}")


def license_(number: int, license_id: int | None = None, **values: Any) -> NewRow:
    fixed = {"id": number, "key_pack_id": 1, "license_id": license_id or number, "by_hand": 0}
    return NewRow(IssuanceRow, fixed | values, f"DC01/#1/{license_id or number}")


def put(store: Store, *differences: RowChange) -> int | None:
    with store.writing() as session:
        return seal(session, "import", bulk_lines=write_rows(session.connection(), differences))


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store.path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def holds(store: Store, clock: Any) -> Any:
    """After the test the history explains every row, and the search index is that of the rows."""
    yield
    assert verify(store.path, clock).state is VerificationState.INTACT
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(
            "INSERT INTO issuance_search (issuance_search, rank) VALUES ('integrity-check', 1)"
        )


@pytest.mark.usefixtures("holds")
def test_whatever_comes_first_a_server_is_written_before_its_packs_and_these_before_their_licenses(store):
    assert put(store, license_(1), pack(1), SERVER, license_(2, computer="PC2", computer_label="pc2")) == 1
    assert rows(store, "SELECT count(*) FROM issuance") == [(2,)]


@pytest.mark.usefixtures("holds")
def test_more_than_a_batch_is_written_in_its_order(store):
    count = 2 * BATCH + 7
    put(
        store,
        SERVER,
        pack(1),
        *(license_(n, computer=f"PC{n}", computer_label=f"pc{n}") for n in range(1, count + 1)),
    )
    assert rows(store, "SELECT count(*), max(id) FROM issuance") == [(count, count)]
    lines = rows(store, "SELECT record FROM event_line WHERE kind = 'license' ORDER BY line")
    assert [record for (record,) in lines] == list(range(1, count + 1))
    put(
        store,
        *(
            ChangedRow(
                IssuanceRow, n, {"computer": (f"PC{n}", f"X{n}"), "computer_label": (None, f"x{n}")}, "r"
            )
            for n in range(1, count + 1)
        ),
    )
    assert rows(
        store, "SELECT count(*) FROM issuance WHERE computer = 'X' || id AND computer_label = 'x' || id"
    ) == [(count,)]


@pytest.mark.usefixtures("holds")
def test_what_leaves_a_key_is_written_before_what_takes_it(store):
    put(store, SERVER, pack(1), license_(1, 7))
    ended = {"ended_on": (None, "2026-03-02"), "ended_why": (None, "replaced")}
    put(store, ChangedRow(IssuanceRow, 1, ended, "r"), license_(2, 7))
    assert rows(store, "SELECT id, ended_on FROM issuance ORDER BY id") == [(1, "2026-03-02"), (2, None)]


@pytest.mark.usefixtures("holds")
def test_what_is_new_can_be_changed_by_the_same_import(store):
    put(store, SERVER, ChangedRow(ServerRow, 1, {"role": (None, 2), "company": (None, "Alder")}, "DC01"))
    assert rows(store, "SELECT role, company FROM server") == [(2, "Alder")]


@pytest.mark.usefixtures("holds")
def test_rows_with_other_columns_and_every_type_of_value_are_written(store):
    put(
        store,
        SERVER,
        pack(1, total=4294967295, description="0012"),
        pack(2, keypack_id=4, description=None),
        ChangedRow(KeyPackRow, 1, {"notes": (None, "1")}, "r"),
        ChangedRow(KeyPackRow, 2, {"total": (None, 0)}, "r"),
    )
    assert rows(store, "SELECT total, description, notes, keypack_id FROM key_pack") == [
        (4294967295, "0012", "1", None),
        (0, None, None, 4),
    ]


def test_secrets_are_masked_in_the_lines_and_what_the_history_does_not_know_is_silent():
    (line,) = lines_of(pack(1, license_key_pack_id="A" * 30 + "BCDEF"))
    assert line[:5] == ("pack", 1, "DC01/#1", None, None)
    assert "BCDEF" in str(line[5])
    assert "AAAAA" not in str(line[5])
    changed = ChangedRow(KeyPackRow, 1, {"license_key_pack_id": (None, "A" * 30 + "BCDEF")}, "DC01/#1")
    ((*_, name, before, after),) = lines_of(changed)
    assert (name, before) == ("LicenseKeyPackId", None)
    assert str(after).endswith("BCDEF")
    assert "A" not in str(after)
    assert list(lines_of(ChangedRow(IssuanceRow, 1, {"computer_label": (None, "x")}, "r"))) == []


def test_nothing_is_written_of_nothing(store):
    assert put(store) is None


def test_the_guards_watch_bulk_writers_too(store):
    put(store, SERVER, pack(1), license_(1, 7))
    for wrong in (license_(1, 8), license_(2, 7), license_(3, 9, key_pack_id=99)):
        with pytest.raises(IntegrityError):
            put(store, wrong)
    assert rows(store, "SELECT id, license_id FROM issuance") == [(1, 7)]


def test_rows_are_read_and_written_on_one_connection(store):
    """As an import does: it walks through what is known while it writes what differs."""
    put(store, SERVER, pack(1), *(license_(n) for n in range(1, BATCH + 3)))
    with store.writing() as session:
        driver = session.connection()
        licenses = driver.exec_driver_sql("SELECT id FROM issuance ORDER BY license_id")

        def differences() -> Any:
            for (number,) in licenses:
                yield ChangedRow(IssuanceRow, number, {"status": (None, 2)}, "r")

        assert seal(session, "import", bulk_lines=write_rows(driver, differences())) == 2
    assert rows(store, "SELECT count(*) FROM issuance WHERE status = 2") == [(BATCH + 2,)]
