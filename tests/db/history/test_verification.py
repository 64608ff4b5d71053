"""Whatever is changed behind the program's back is found, and the finding says what it is.

One secret stays: of codes and numbers the history holds the last five characters, so only those are compared.
"""

from __future__ import annotations

import ast
import sqlite3
import string
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from world import CODE, World

import tslic_admin
from tslic_admin.db.driver import connect_reader
from tslic_admin.db.history import verification
from tslic_admin.db.history.state_at import rows_at
from tslic_admin.db.history.verification import Finding, compare_tables, walk_chain
from tslic_admin.db.schema.tables import RECORDED_TABLES, Base, ServerRow
from tslic_admin.domain.history.entries import GENESIS, EntryHead, EventLine, entry_digest
from tslic_admin.wording.history.verification import FINDINGS


@pytest.fixture(scope="module")
def filled_file(world_template: World) -> Path:
    """A store with rows in every table. Only read it."""
    path = world_template.store.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def file(filled_file, tmp_path, clock):
    """A copy of it, open, nothing of the program's own guarding it any more."""
    path = tmp_path / "tslic.sqlite"
    path.write_bytes(filled_file.read_bytes())
    with closing(connect_reader(path, clock)) as connection:
        connection.execute("PRAGMA query_only=0")
        connection.execute("PRAGMA foreign_keys=0")
        connection.execute("PRAGMA ignore_check_constraints=1")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall():
            connection.execute(f"DROP INDEX {name}")
        yield connection


def found(connection) -> Finding | None:
    return walk_chain(connection).finding or compare_tables(connection)


def code(connection) -> str | None:
    finding = found(connection)
    if finding is None:
        return None
    assert FINDINGS[finding.code].format_map(finding.facts)
    return finding.code


def number_of_entries(connection) -> int:
    return connection.execute("SELECT count(*) FROM entry").fetchone()[0]


def add_entry(connection, digests: str = "'', ''") -> int:
    """An entry after the last one, without lines; its number."""
    last = number_of_entries(connection)
    connection.execute(
        "INSERT INTO entry SELECT number + 1, recorded_at, effective_on, actor, kind, reason, NULL, form,"
        f" {digests} FROM entry WHERE number = ?",
        (last,),
    )
    return last + 1


def seal_anew(connection, first: int = 1) -> None:
    """What a forger who knows the canonical form does: digests that fit what stands there now."""
    before = connection.execute("SELECT digest FROM entry WHERE number = ?", (first - 1,)).fetchone()
    previous = before[0] if before else GENESIS
    entries = connection.execute(
        "SELECT number, recorded_at, effective_on, actor, kind, reason FROM entry WHERE number >= ? ORDER BY 1",
        (first,),
    ).fetchall()
    for entry in entries:
        lines = connection.execute(
            "SELECT line, kind, record, reference, field, before, after FROM event_line WHERE entry = ?"
            " ORDER BY line",
            (entry[0],),
        )
        sealed = entry_digest(EntryHead(*entry, previous), map(EventLine._make, lines))
        connection.execute(
            "UPDATE entry SET previous = ?, digest = ? WHERE number = ?", (previous, sealed, entry[0])
        )
        previous = sealed


# intact


def test_what_the_program_wrote_is_intact(file, world_template):
    chain = walk_chain(file)
    assert chain.finding is None
    assert chain.entries == number_of_entries(file) == world_template.entries
    last = file.execute("SELECT digest FROM entry ORDER BY number DESC").fetchone()
    assert chain.head == last[0]
    assert compare_tables(file) is None


def test_every_recorded_table_has_a_row_to_try_it_on(file):
    for table in RECORDED_TABLES:
        assert file.execute(f"SELECT count(*) FROM {table.__tablename__}").fetchone()[0] > 0


def test_an_empty_store_is_intact(database, clock):
    with closing(connect_reader(database, clock)) as connection:
        chain = walk_chain(connection)
        assert (chain.entries, chain.head, chain.finding) == (0, GENESIS, None)
        assert compare_tables(connection) is None


def test_a_forger_s_digests_are_the_program_s_own(file):
    before = file.execute("SELECT * FROM entry ORDER BY number").fetchall()
    seal_anew(file)
    assert file.execute("SELECT * FROM entry ORDER BY number").fetchall() == before


# entries


ENTRY_COLUMNS = [column.name for column in Base.metadata.tables["entry"].columns]
LINE_COLUMNS = [column.name for column in Base.metadata.tables["event_line"].columns]
ENTRY_CODES = {
    "number": "entry-missing",
    "form": "entry-form",
    "previous": "entry-not-on-last",
}


@pytest.mark.parametrize("entry", [1, 5, 9])
@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_every_column_of_an_entry_counts(file, entry, column):
    if column in ("number", "form", "voids"):
        file.execute(f"UPDATE entry SET {column} = coalesce({column}, 0) + 100 WHERE number = ?", (entry,))
    else:
        file.execute(f"UPDATE entry SET {column} = coalesce({column}, '') || 'x' WHERE number = ?", (entry,))
    finding = found(file)
    assert finding.code == ENTRY_CODES.get(column, "entry-altered")
    assert finding.facts["entry"] == entry


@pytest.mark.parametrize("column", ["recorded_at", "effective_on", "actor", "kind", "previous", "digest"])
def test_an_emptied_column_counts_too(file, column):
    file.execute(f"UPDATE entry SET {column} = '' WHERE number = 5")
    assert code(file) == ("entry-not-on-last" if column == "previous" else "entry-altered")


@pytest.mark.parametrize("line", ["new", "changed"])
@pytest.mark.parametrize("column", LINE_COLUMNS)
def test_every_column_of_a_line_counts(file, column, line):
    where = "field IS NULL" if line == "new" else "field IS NOT NULL AND before IS NOT NULL"
    entry, number = file.execute(f"SELECT entry, line FROM event_line WHERE {where} ORDER BY 1, 2").fetchone()
    value = f"{column} + 100" if column in ("entry", "line", "record") else f"coalesce({column}, '') || 'x'"
    file.execute(f"UPDATE event_line SET {column} = {value} WHERE entry = ? AND line = ?", (entry, number))
    finding = found(file)
    assert (finding.code, finding.facts) == ("entry-altered", {"entry": entry})


@pytest.mark.parametrize("column", ["field", "before", "after"])
def test_a_value_that_is_taken_away_counts(file, column):
    entry, number = file.execute("SELECT entry, line FROM event_line WHERE before IS NOT NULL").fetchone()
    file.execute(f"UPDATE event_line SET {column} = NULL WHERE entry = ? AND line = ?", (entry, number))
    assert code(file) == "entry-altered"


def test_lines_that_change_places_are_found(file):
    file.execute("UPDATE event_line SET line = -1 WHERE entry = 3 AND line = 1")
    file.execute("UPDATE event_line SET line = 1 WHERE entry = 3 AND line = 2")
    file.execute("UPDATE event_line SET line = 2 WHERE entry = 3 AND line = -1")
    assert code(file) == "entry-altered"


def test_a_deleted_line_is_found_in_each_entry(file):
    for entry in range(1, number_of_entries(file) + 1):
        file.execute("BEGIN")
        file.execute(
            "DELETE FROM event_line WHERE entry = ?1"
            " AND line = (SELECT max(line) FROM event_line WHERE entry = ?1)",
            (entry,),
        )
        finding = found(file)
        assert (finding.code, finding.facts) == ("entry-altered", {"entry": entry})
        file.execute("ROLLBACK")


def test_all_lines_of_an_entry_deleted_are_found(file):
    file.execute("DELETE FROM event_line WHERE entry = 4")
    assert code(file) == "entry-altered"


def test_an_added_line_is_found(file):
    file.execute("INSERT INTO event_line (entry, line, kind, record, reference) VALUES (4, 99, 'x', 1, 'x')")
    assert code(file) == "entry-altered"


@pytest.mark.parametrize("entry", [0, -5, "next"])
def test_a_line_of_no_entry_is_found(file, entry):
    entry = number_of_entries(file) + 1 if entry == "next" else entry
    file.execute(
        "INSERT INTO event_line (entry, line, kind, record, reference) VALUES (?, 1, 'x', 1, 'x')", (entry,)
    )
    finding = found(file)
    assert (finding.code, finding.facts) == ("line-without-entry", {"entry": entry})


def test_a_deleted_entry_is_found_in_the_middle_and_at_the_beginning(file):
    file.execute("DELETE FROM entry WHERE number = 4")
    assert (code(file), found(file).facts) == ("entry-missing", {"entry": 4})
    file.execute("DELETE FROM entry WHERE number = 1")
    assert (code(file), found(file).facts) == ("entry-missing", {"entry": 1})


def test_a_last_entry_deleted_without_its_lines_is_found(file):
    last = number_of_entries(file)
    file.execute("DELETE FROM entry WHERE number = ?", (last,))
    chain = walk_chain(file)
    assert (chain.entries, chain.finding.code) == (last - 1, "line-without-entry")


def test_last_entries_deleted_with_their_lines_leave_rows_that_nothing_explains(file):
    file.execute("DELETE FROM entry WHERE number >= 8")
    file.execute("DELETE FROM event_line WHERE entry >= 8")
    assert walk_chain(file).finding is None
    assert code(file) in ("row-altered", "row-unexplained")


def test_a_middle_entry_taken_out_and_the_rest_numbered_anew_is_found(file):
    last = number_of_entries(file)
    file.execute("DELETE FROM event_line WHERE entry = 5")
    file.execute("DELETE FROM entry WHERE number = 5")
    for number in range(6, last + 1):
        file.execute("UPDATE entry SET number = ? WHERE number = ?", (number - 1, number))
        file.execute("UPDATE event_line SET entry = ? WHERE entry = ?", (number - 1, number))
    assert (code(file), found(file).facts) == ("entry-not-on-last", {"entry": 5})


def test_an_added_entry_with_a_digest_that_fits_is_found_by_what_it_tells(file):
    added = add_entry(file)
    file.execute(
        "INSERT INTO event_line VALUES (?, 1, 'server', 1, 'DC01.example.com', 'Phone', '+49 89 1', '7')",
        (added,),
    )
    seal_anew(file, added)
    assert walk_chain(file).finding is None
    assert (code(file), found(file).facts["field"]) == ("row-altered", "Phone")


def test_an_added_entry_without_a_digest_that_fits_is_found(file):
    add_entry(file, "digest, digest")
    assert code(file) == "entry-altered"


@pytest.mark.parametrize(
    "line",
    [
        "'server', 1, 'x', 'Phone', 'never so', '7'",
        "'server', 1, 'x', 'Phone', NULL, '7'",
        "'server', 1, 'x', NULL, NULL, '{\"Name\":\"DC01\"}'",
        "'server', 99, 'x', 'Phone', NULL, '7'",
        "'server', 99, 'x', NULL, NULL, NULL",
        "'server', 99, 'x', NULL, NULL, '{'",
        "'server', 99, 'x', NULL, NULL, '[]'",
        "'server', 99, 'x', NULL, NULL, '{\"Name\":[]}'",
    ],
    ids=["other before", "no before", "made twice", "never made", "nothing", "cut", "list", "list in it"],
)
def test_a_forged_entry_that_tells_nonsense_is_found(file, line):
    added = add_entry(file)
    file.execute(f"INSERT INTO event_line VALUES ({added}, 1, {line})")
    seal_anew(file, added)
    assert walk_chain(file).finding is None
    assert (code(file), found(file).facts["entry"]) == ("line-out-of-order", added)


def test_an_entry_is_taken_back_only_by_one_whose_lines_say_so(file):
    file.execute("UPDATE entry SET voids = 3 WHERE number = 9")
    assert (code(file), found(file).facts) == ("entry-altered", {"entry": 9})
    file.execute("INSERT INTO event_line VALUES (9, 99, 'entry', 3, '3', 'VoidedBy', NULL, '9')")
    seal_anew(file, 9)
    assert code(file) is None
    file.execute("UPDATE entry SET voids = NULL WHERE number = 9")
    assert (code(file), found(file).facts) == ("entry-altered", {"entry": 9})


# rows


COLUMNS = [
    (table.__tablename__, attribute, name)
    for table in RECORDED_TABLES
    for attribute, name in table.RECORDED.items()
]
TABLES = [table.__tablename__ for table in RECORDED_TABLES]
KIND_OF = {table.__tablename__: table.KIND for table in RECORDED_TABLES}
IS_TEXT = {
    (table.__tablename__, column.name): column.type.python_type is str
    for table in RECORDED_TABLES
    for column in table.__table__.columns
}


def set_last(connection, table: str, column: str, value: str) -> int:
    number = connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
    connection.execute(f'UPDATE {table} SET "{column}" = {value} WHERE id = ?', (number,))
    return number


@pytest.mark.parametrize(("table", "column", "name"), COLUMNS)
def test_every_recorded_column_counts(file, table, column, name):
    """Changed where it holds something, set where it does not."""
    text = IS_TEXT[table, column]
    value = f"coalesce(\"{column}\", '') || 'x'" if text else f'coalesce("{column}", 0) + 1'
    number = set_last(file, table, column, value)
    finding = found(file)
    assert finding.code == "row-altered"
    assert finding.facts["thing"].startswith(f"{KIND_OF[table]} {number} ")
    assert finding.facts["field"] == name
    assert finding.facts["table"] != finding.facts["entries"]
    assert FINDINGS["row-altered"].format_map(finding.facts)


FILLED_COLUMNS = [
    one
    for one in COLUMNS
    if one[1] not in ("voided_by", "moved_from_id", "merged_into_id", "succeeded_by_id")
]


@pytest.mark.parametrize(("table", "column", "name"), FILLED_COLUMNS)
def test_every_recorded_column_that_is_emptied_counts(file, table, column, name):
    number = file.execute(f'SELECT id FROM {table} WHERE "{column}" IS NOT NULL').fetchone()
    if number is None:
        number = (1,)  # nothing of the program fills it yet in this store: it must have been empty then
        assert file.execute(f'SELECT "{column}" FROM {table}').fetchone() == (None,)
        return
    not_null = {c.name for c in Base.metadata.tables[table].columns if not c.nullable}
    empty = ("''" if IS_TEXT[table, column] else "-1") if column in not_null else "NULL"
    file.execute(f'UPDATE {table} SET "{column}" = {empty} WHERE id = ?', number)
    finding = found(file)
    assert (finding.code, finding.facts["field"]) == ("row-altered", name)


DERIVED = [
    ("server", "label", "'other'"),
    ("server", "domain", "'other'"),
    ("issuance", "computer_label", "'other'"),
    ("issuance", "computer_label", "NULL"),
]


@pytest.mark.parametrize(("table", "column", "value"), DERIVED)
def test_a_column_that_follows_from_another_counts(file, table, column, value):
    set_last(file, table, column, value)
    finding = found(file)
    assert (finding.code, finding.facts["field"]) == ("row-altered", column)


def test_every_column_of_a_recorded_table_is_recorded_or_follows_or_is_its_number():
    derived = {(table, column) for table, column, _ in DERIVED}
    for table in RECORDED_TABLES:
        for column in table.__table__.columns:
            name = column.name
            assert name == "id" or name in table.RECORDED or (table.__tablename__, name) in derived, name


@pytest.mark.parametrize("table", TABLES)
def test_the_last_row_deleted_is_found(file, table):
    number = file.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
    file.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    finding = found(file)
    assert finding.code == "row-missing"
    assert finding.facts["thing"].startswith(f"{KIND_OF[table]} {number} ")


@pytest.mark.parametrize("table", TABLES)
def test_the_first_row_deleted_is_found(file, table):
    file.execute(f"DELETE FROM {table} WHERE id = 1")
    finding = found(file)
    assert finding.code == "row-missing"
    assert finding.facts["thing"].startswith(f"{KIND_OF[table]} 1 ")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("number", [0, 99])
def test_a_row_that_was_put_in_is_found(file, table, number):
    columns = [column.name for column in Base.metadata.tables[table].columns if column.name != "id"]
    names = ", ".join(f'"{name}"' for name in columns)
    values = names.replace('"label"', "label || 'x'").replace('"digest"', "replace(digest, 'c', 'd')")
    file.execute(f"INSERT INTO {table} (id, {names}) SELECT {number}, {values} FROM {table} LIMIT 1")
    finding = found(file)
    assert (finding.code, finding.facts) == ("row-unexplained", {"thing": f"{KIND_OF[table]} {number}"})


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_changed_its_number_is_found(file, table):
    file.execute(f"UPDATE {table} SET id = 99 WHERE id = 1")
    assert code(file) == "row-missing"


def test_what_a_draft_holds_is_nobody_s_record(file):
    file.execute("INSERT INTO draft VALUES (2, '{}')")
    assert code(file) is None


# secrets


SECRETS = [
    (table.__tablename__, attribute) for table in RECORDED_TABLES for attribute in sorted(table.SECRET)
]


@pytest.mark.parametrize(("table", "column"), SECRETS)
def test_of_a_secret_its_last_five_characters_are_compared_and_no_more(file, table, column):
    """The history shows no more of it than that, so it cannot prove more either."""
    file.execute(f"UPDATE {table} SET {column} = 'x' || substr({column}, 2) WHERE {column} IS NOT NULL")
    assert code(file) is None
    file.execute(f"UPDATE {table} SET {column} = substr({column}, 1, length({column}) - 1) || 'x'")
    assert code(file) == "row-altered"


@pytest.mark.parametrize(("table", "column"), SECRETS)
def test_a_secret_that_is_taken_away_is_found(file, table, column):
    file.execute(f"UPDATE {table} SET {column} = NULL")
    assert code(file) == "row-altered"


def test_a_finding_shows_no_secret(file):
    file.execute("UPDATE key_pack SET license_key_pack_id = ? WHERE id = 1", (CODE[:-1] + "Z",))
    finding = found(file)
    assert (finding.facts["entries"], finding.facts["table"]) == ("…GGGGG", "…GGGGZ")


# progress


def test_progress_counts_every_line_twice(file, monkeypatch):
    monkeypatch.setattr(verification, "PROGRESS_EVERY", 10)
    total = 2 * file.execute("SELECT count(*) FROM event_line").fetchone()[0]
    steps: list[tuple[int, int | None]] = []
    walk_chain(file, lambda *step: steps.append(step))
    assert steps == [(done, total) for done in range(10, total // 2 + 1, 10)]


def test_who_cancels_ends_it(file, monkeypatch):
    class Cancelled(Exception):
        pass

    def cancel(*_):
        raise Cancelled

    monkeypatch.setattr(verification, "PROGRESS_EVERY", 1)
    walks: tuple[Callable, ...] = (walk_chain, compare_tables)
    for walk in walks:
        with pytest.raises(Cancelled):
            walk(file, cancel)


# sentences


FACTS = {
    "entry-missing": {"entry"},
    "line-without-entry": {"entry"},
    "entry-form": {"entry", "form"},
    "entry-not-on-last": {"entry"},
    "entry-altered": {"entry"},
    "line-out-of-order": {"thing", "entry"},
    "row-missing": {"thing"},
    "row-unexplained": {"thing"},
    "row-altered": {"thing", "field", "entries", "table"},
    "not-anchored": {"entry"},
    "cut-short": {"entry"},
    "file-entry-altered": {"entry"},
    "file-not-on-last": {"entry"},
    "file-not-of-store": {"entry"},
    "cut-short-of-file": {"entry"},
}


def test_every_finding_has_its_sentence_and_every_sentence_a_finding():
    sources = Path(tslic_admin.__file__).parent
    codes = {
        node.args[0].value
        for path in (*sources.glob("db/**/*.py"), *sources.glob("services/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Finding"
    }
    assert codes == set(FINDINGS) == set(FACTS)


@pytest.mark.parametrize("code", FINDINGS)
def test_a_sentence_asks_for_no_more_than_the_finding_knows(code):
    asked = {name for _, name, _, _ in string.Formatter().parse(FINDINGS[code]) if name}
    assert asked <= FACTS[code]
    assert FINDINGS[code].format_map(dict.fromkeys(FACTS[code], "?")).endswith(".")


def test_a_forged_record_without_a_required_field_is_not_in_an_earlier_state(file) -> None:
    entries = number_of_entries(file)
    add_entry(file)
    servers = {row["id"] for row in rows_at(file, ServerRow, entries)}
    file.execute("UPDATE event_line SET after = '{}' WHERE kind = 'server' AND record = 1 AND field IS NULL")
    assert {row["id"] for row in rows_at(file, ServerRow, entries)} == servers - {1}
