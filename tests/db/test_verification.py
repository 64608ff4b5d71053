"""Whatever is altered behind the program's back is found, and the first of it is named."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tslic_admin.db.tables import RECORDED_TABLES
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.history import State, read_anchor, verify, write_anchor
from tslic_admin.wording.history import FINDINGS

COLUMNS = [(table, attribute) for table in RECORDED_TABLES for attribute in table.RECORDED]


@pytest.fixture
def told(sample) -> Path:
    return sample


@pytest.fixture
def tamper(told):
    """Run SQL on the file as somebody would who first removes every guard."""

    def run(*statements: str) -> None:
        with closing(sqlite3.connect(told, isolation_level=None)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("PRAGMA ignore_check_constraints=1")
            connection.execute("DROP INDEX IF EXISTS uq_key_pack_request_id")
            for statement in statements:
                connection.execute(statement)

    return run


@pytest.fixture
def found(told, clock):
    """What a verification finds: its state and the code of its finding, whose sentence can be said."""

    def look(**options) -> tuple[State, str | None]:
        result = verify(told, clock, **options)
        if result.finding is None:
            return result.state, None
        assert FINDINGS[result.finding.code].format_map(result.finding.facts)
        return result.state, result.finding.code

    return look


def test_an_untouched_store_is_intact(found, told, clock):
    assert found() == (State.INTACT, None)
    seen = []
    result = verify(told, clock, progress=lambda done, total: seen.append((done, total)))
    assert result.entries == 28
    assert len(result.head) == 64


def test_an_empty_store_is_intact(database, clock):
    result = verify(database, clock)
    assert (result.state, result.entries, result.head) == (State.INTACT, 0, "0" * 64)


def test_progress_can_end_it(told, clock, monkeypatch):
    monkeypatch.setattr("tslic_admin.db.verification.EVERY", 10)

    def stop(done: int, total: int | None) -> None:
        assert total > done
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(told, clock, progress=stop)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("recorded_at", "'2020-01-01T00:00:00Z'", "entry-altered"),
        ("effective_on", "'2020-01-01'", "entry-altered"),
        ("actor", "'nobody@nowhere'", "entry-altered"),
        ("kind", "'something'", "entry-altered"),
        ("reason", "'another'", "entry-altered"),
        ("digest", "'" + "0" * 64 + "'", "entry-altered"),
        ("previous", "'" + "1" * 64 + "'", "entry-not-on-last"),
        ("form", "2", "entry-form"),
        ("voids", "3", "entry-altered"),
    ],
)
def test_every_column_of_an_entry_counts(tamper, found, column, value, code):
    tamper(f"UPDATE entry SET {column} = {value} WHERE number = 9")
    assert found() == (State.ALTERED, code)


@pytest.mark.parametrize("column", ["kind", "record", "reference", "field", "before", "after", "line"])
def test_every_column_of_a_line_counts(tamper, found, column):
    tamper(f"UPDATE event_line SET {column} = 77 WHERE entry = 7 AND line = 1")
    assert found() == (State.ALTERED, "entry-altered")


def test_a_line_that_is_removed_or_added_is_found(tamper, found):
    tamper("DELETE FROM event_line WHERE entry = 7 AND line = 1")
    assert found() == (State.ALTERED, "entry-altered")


@pytest.mark.parametrize("entry", [0, 99])
def test_lines_of_no_entry_are_found(tamper, found, entry):
    tamper(f"INSERT INTO event_line (entry, line, kind, record, reference) VALUES ({entry}, 1, 'x', 1, '')")
    assert found() == (State.ALTERED, "line-without-entry")


def test_an_entry_that_is_missing_in_the_middle_is_found(tamper, found):
    tamper("DELETE FROM entry WHERE number = 9", "DELETE FROM event_line WHERE entry = 9")
    assert found() == (State.ALTERED, "entry-missing")


def test_an_end_that_is_cut_off_is_found_by_what_it_recorded(tamper, found):
    tamper(
        "DELETE FROM event_line WHERE entry = 27",
        "DELETE FROM entry WHERE number > 26",
        "DELETE FROM event_line WHERE entry > 26",
    )
    state, code = found()
    assert state is State.ALTERED
    assert code in ("row-unexplained", "row-altered")


def test_an_anchor_shows_an_end_that_was_cut_off_with_everything_it_recorded(
    told, tamper, found, clock, tmp_path
):
    write_anchor(told, clock, tmp_path / "anchor.json")
    anchor = read_anchor(tmp_path / "anchor.json")
    assert found(anchor=anchor) == (State.INTACT, None)
    last = anchor.entry
    tamper(f"DELETE FROM entry WHERE number = {last}", f"DELETE FROM event_line WHERE entry = {last}")
    assert found(anchor=anchor) == (State.CUT_SHORT, "cut-short")


def test_an_anchor_shows_a_history_that_was_written_anew(told, tamper, found, clock, tmp_path):
    write_anchor(told, clock, tmp_path / "anchor.json")
    held = json.loads((tmp_path / "anchor.json").read_text())
    (tmp_path / "anchor.json").write_text(json.dumps(held | {"digest": "f" * 64}))
    assert found(anchor=read_anchor(tmp_path / "anchor.json")) == (State.ALTERED, "not-anchored")


@pytest.mark.parametrize(("table", "attribute"), COLUMNS, ids=lambda value: getattr(value, "KIND", value))
def test_every_recorded_column_of_every_table_counts(tamper, found, table, attribute):
    name = table.__tablename__
    number = f"(SELECT max(id) FROM {name})"
    kind = next(column.type.python_type for column in table.__table__.columns if column.name == attribute)
    value = f"coalesce({attribute}, 5) + 1" if kind is int else f"coalesce({attribute}, '') || 'X'"
    if attribute in table.SECRET:
        value = "'" + "Z" * 35 + "'"
    tamper("PRAGMA foreign_keys=0", f'UPDATE {name} SET "{attribute}" = {value} WHERE id = {number}')
    assert found() == (State.ALTERED, "row-altered")


@pytest.mark.parametrize(
    ("table", "column"), [("server", "label"), ("server", "domain"), ("issuance", "computer_label")]
)
def test_columns_that_follow_from_others_count_too(tamper, found, table, column):
    tamper(f"UPDATE {table} SET {column} = 'else' WHERE id = (SELECT max(id) FROM {table})")
    assert found() == (State.ALTERED, "row-altered")


def test_a_secret_is_compared_by_its_last_five_characters_only(tamper, found):
    """The history holds no more of it; a change further up cannot be found."""
    tamper("UPDATE server SET license_server_id = 'X' || substr(license_server_id, 2)")
    assert found() == (State.INTACT, None)


@pytest.mark.parametrize("which", ["min", "max"])
def test_a_row_that_is_removed_is_found(tamper, found, which):
    tamper("PRAGMA foreign_keys=0", f"DELETE FROM transfer WHERE id = (SELECT {which}(id) FROM transfer)")
    assert found() == (State.ALTERED, "row-missing")


@pytest.mark.parametrize("number", [-3, 999])
def test_a_row_that_nobody_recorded_is_found(tamper, found, number):
    tamper(f"INSERT INTO server (id, name, label, domain) VALUES ({number}, 'X', 'x', '')")
    assert found() == (State.ALTERED, "row-unexplained")


def seal_again(path: Path) -> None:
    """Compute every digest anew, as one would who knows the form but not the anchor."""
    from tslic_admin.domain.history import GENESIS, EntryHead, EventLine, digest

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        last = GENESIS
        entries = connection.execute(
            "SELECT number, recorded_at, effective_on, actor, kind, reason FROM entry ORDER BY number"
        ).fetchall()
        for entry in entries:
            lines = connection.execute(
                "SELECT line, kind, record, reference, field, before, after FROM event_line"
                " WHERE entry = ? ORDER BY line",
                (entry[0],),
            ).fetchall()
            sealed = digest(EntryHead(*entry, last), [EventLine(*line) for line in lines])
            connection.execute(
                "UPDATE entry SET previous = ?, digest = ? WHERE number = ?", (last, sealed, entry[0])
            )
            last = sealed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event_line SET before = 'other' WHERE field = 'Program' AND before IS NULL AND entry > 5",
        "UPDATE event_line SET field = NULL, after = '{}' WHERE field = 'Program' AND entry > 5",
        "DELETE FROM event_line WHERE kind = 'transfer' AND entry = (SELECT min(entry) FROM event_line WHERE kind = 'transfer')",
    ],
)
def test_a_history_that_was_sealed_anew_still_has_to_explain_itself(told, tamper, found, change):
    tamper(change)
    seal_again(told)
    state, code = found()
    assert state is State.ALTERED
    assert code in ("line-out-of-order", "row-unexplained")


# anchors


def test_there_is_no_anchor_of_nothing(database, clock, tmp_path):
    with pytest.raises(RuleViolation, match="nothing-to-anchor"):
        write_anchor(database, clock, tmp_path / "anchor.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "5",
        '{"entry": "1", "digest": "x"}',
        '{"entry": 0, "digest": "%s"}' % ("0" * 64),
        "[" * 5000,
    ],
)
def test_what_is_no_anchor_is_refused(tmp_path, content):
    (tmp_path / "anchor.json").write_text(content)
    with pytest.raises(RuleViolation, match="anchor-malformed"):
        read_anchor(tmp_path / "anchor.json")


def test_an_anchor_that_is_not_there_or_cannot_be_read_is_trouble(tmp_path):
    with pytest.raises(StoreTrouble, match="file-missing"):
        read_anchor(tmp_path / "none.json")
    with pytest.raises(StoreTrouble, match="file-unreadable"):
        read_anchor(tmp_path)
