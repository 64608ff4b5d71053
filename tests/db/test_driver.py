"""The reading connection: the domain's own rules as SQL functions, and nothing written through it; the clock of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from tslic_admin.db.driver import connect_reader, utc_now
from tslic_admin.db.trouble import StoreTrouble


@pytest.fixture
def connection(database, clock) -> Iterator[sqlite3.Connection]:
    connection = connect_reader(database, clock)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("label_of('PC1.corp.example')", "pc1"),
        ("label_of(NULL)", None),
        ("label_of('')", None),
        ("same_name('PC1', 'pc1.corp.example')", 1),
        ("same_name('PC1', 'PC2')", 0),
        ("same_name(NULL, NULL)", 0),
        ("folded('MÜLLER')", "müller"),
        ("folded(NULL)", None),
        ("local_day('2026-03-02T12:00:00Z')", "2026-03-02"),
        ("local_day('9999-12-31T23:59:59Z')", "9999-12-31"),
        ("local_day(NULL)", None),
        ("today()", "2026-03-02"),
        ("overdue('2026-03-01', 0)", 1),
        ("overdue('2026-03-02', 0)", 0),
        ("overdue('2026-03-01', 1)", 0),
        ("overdue(NULL, 0)", None),
        ("concat_all('a', NULL, 7, '')", "a 7 "),
        ("concat_all()", ""),
    ],
)
def test_the_rules_are_functions_of_sql(connection: sqlite3.Connection, sql: str, value: object) -> None:
    assert connection.execute(f"SELECT {sql}").fetchone() == (value,)


def test_today_is_asked_for_anew(connection: sqlite3.Connection, clock) -> None:
    clock.now += timedelta(days=1)
    assert connection.execute("SELECT today()").fetchone() == ("2026-03-03",)


def test_nothing_is_written_through_it(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO server (name, label, domain) VALUES ('X', 'x', '')")


def test_it_may_be_used_from_another_thread(connection: sqlite3.Connection) -> None:
    found: list[object] = []
    thread = Thread(target=lambda: found.append(connection.execute("SELECT 1").fetchone()))
    thread.start()
    thread.join()
    assert found == [(1,)]


def test_a_file_that_cannot_be_opened_is_trouble(tmp_path, clock) -> None:
    with pytest.raises(StoreTrouble, match="store-cannot-open"):
        connect_reader(tmp_path / "missing" / "tslic.sqlite", clock)
    (tmp_path / "text").write_text("not a database, but long enough to be looked at as one " * 20)
    with pytest.raises(StoreTrouble, match="store-not-a-store"):
        connect_reader(tmp_path / "text", clock)


def test_now_is_now_in_utc():
    now = utc_now()
    assert now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)
