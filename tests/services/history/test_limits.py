"""A verification of much, of nonsense, and while others write; an anchor that a disk or an editor had."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from world import World

from tslic_admin.db.history.recording import seal
from tslic_admin.db.store import Store
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.history.entries import GENESIS, EntryHead, EventLine, entry_digest
from tslic_admin.services.history.verification import (
    Anchor,
    VerificationState,
    read_anchor,
    verify,
    write_anchor,
)
from tslic_admin.services.records import servers
from tslic_admin.wording.history.verification import FINDINGS


@pytest.fixture
def full(world: World) -> Store:
    """Every recorded table has a row, recorded by the program's own acts."""
    return world.store


def seal_anew(path: Path) -> None:
    """Digests that fit what stands there now, by somebody who knows the form but not the anchor."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        previous = GENESIS
        heads = "SELECT number, recorded_at, effective_on, actor, kind, reason FROM entry ORDER BY number"
        for head in connection.execute(heads).fetchall():
            lines = connection.execute(
                "SELECT line, kind, record, reference, field, before, after FROM event_line"
                " WHERE entry = ? ORDER BY line",
                head[:1],
            )
            sealed = entry_digest(EntryHead(*head, previous), map(EventLine._make, lines))
            connection.execute(
                "UPDATE entry SET previous = ?, digest = ? WHERE number = ?", (previous, sealed, head[0])
            )
            previous = sealed


def forge(store: Store, statement: str) -> None:
    """Run a statement with the guards down, and make the digests fit."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
    seal_anew(store.path)


@pytest.mark.parametrize(
    "text",
    ["'{\"To\":Infinity}'", "'{\"To\":{}}'", "printf('%.*c', 100000, '[')", "'7'"],
    ids=["endless", "object", "deep", "number"],
)
def test_a_forged_creation_that_json_or_the_values_cannot_be_is_a_finding_and_no_bug(full, clock, text):
    forge(full, f"UPDATE event_line SET after = {text} WHERE kind = 'transfer' AND field IS NULL")
    found = verify(full.path, clock)
    assert (found.state, found.finding.code) == (VerificationState.ALTERED, "line-out-of-order")
    assert FINDINGS[found.finding.code].format_map(found.finding.facts)


def test_a_history_forged_whole_shows_only_by_an_anchor(full, clock, tmp_path):
    anchor = write_anchor(full.path, clock, tmp_path / "anchor.json")
    forge(full, "UPDATE entry SET actor = 'somebody else'")
    assert verify(full.path, clock).state is VerificationState.INTACT
    found = verify(full.path, clock, anchor=anchor)
    assert (found.state, found.finding.code) == (VerificationState.ALTERED, "not-anchored")


def test_an_entry_of_many_lines_is_never_held_in_memory(full, clock):
    count = 20_000
    more = (("export", 0, "licenses", "Revealed", None, "x" * 100) for _ in range(count))
    with full.writing() as session:
        seal(session, "reveal", bulk_lines=more)
    verify(full.path, clock)  # what is imported and compiled once does not count
    tracemalloc.start()
    try:
        assert verify(full.path, clock).state is VerificationState.INTACT
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < count * 100 / 4


def test_it_waits_for_no_writer(full, clock):
    with closing(sqlite3.connect(full.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert verify(full.path, clock).state is VerificationState.INTACT


def test_the_largest_number_that_an_anchor_can_name_is_looked_for(full, clock, tmp_path):
    target = tmp_path / "anchor.json"
    target.write_text(json.dumps({"entry": (1 << 63) - 1, "digest": "0" * 64}))
    found = verify(full.path, clock, anchor=read_anchor(target))
    assert (found.state, found.finding.code) == (VerificationState.CUT_SHORT, "cut-short")


def test_an_anchor_replaces_an_older_one_whole_or_not_at_all(full, clock, tmp_path, monkeypatch):
    target = tmp_path / "kept" / "anchor.json"
    target.parent.mkdir()
    older = write_anchor(full.path, clock, target)
    with full.writing() as session:
        servers.add(session, "DC02")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreTrouble, match="file-not-written"):
        patch.setattr("os.fsync", full_disk)
        write_anchor(full.path, clock, target)
    assert read_anchor(target) == older
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert write_anchor(full.path, clock, target) == read_anchor(target)
    assert read_anchor(target).entry == older.entry + 1


def test_an_anchor_that_went_through_an_editor_is_still_one(full, clock, tmp_path):
    target = tmp_path / "anchor.json"
    anchor = write_anchor(full.path, clock, target)
    target.write_bytes(b"\xef\xbb\xbf" + target.read_bytes().replace(b"\n", b"\r\n"))
    assert read_anchor(target) == anchor == Anchor(anchor.entry, anchor.digest)
