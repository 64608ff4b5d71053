"""The commands about the history."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from world import LISTED_ENTRIES


def test_the_list_holds_every_entry_with_its_lines_and_its_place_in_the_chain(stocked):
    stocked.json("servers", "set", "DC01", "--phone", "+49 89 1", "--reason", "new number")
    entries = stocked.json("history", "list")
    before, last = entries[-2:]
    assert last == {
        "entry": LISTED_ENTRIES + 1,
        "recorded_at": "2026-03-02T12:00:00Z",
        "effective_on": "2026-03-02",
        "actor": last["actor"],
        "kind": "server.set",
        "reason": "new number",
        "voided_by": None,
        "digest": last["digest"],
        "previous": before["digest"],
        "events": [
            {"line": 1, "subject": "server 1 DC01", "field": "Phone", "before": None, "after": "+49 89 1"}
        ],
    }
    assert "@" in last["actor"]
    assert entries[0]["previous"] == "0" * 64


def test_the_list_is_a_table_in_words(stocked):
    stocked.json("servers", "set", "DC01", "--phone", "+49 89 1", "--reason", "new number")
    out = stocked("history", "list").out
    assert "Server changed" in out
    assert "new number" in out


def test_an_empty_history_says_so(console):
    assert console("history", "list").out == "Nothing was ever recorded.\n"
    assert console.json("history", "list") == []


def test_a_reveal_stands_in_the_history(stocked, tmp_path):
    act = stocked.json("export", "key-packs", "--to", str(tmp_path / "packs.csv"), "--reveal")
    entry = stocked.json("history", "list")[-1]
    assert (entry["entry"], entry["kind"]) == (act["entry"], "reveal")
    assert entry["events"][0]["after"] == "packs.csv"
    assert entry["digest"] == act["head"]["digest"]


# verify and anchor


def alter(console, *statements: str) -> None:
    """What somebody does with another program, the guards of the file taken down first."""
    with closing(sqlite3.connect(console.folder / "tslic.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def cut(console, entry: int) -> None:
    alter(
        console,
        "PRAGMA foreign_keys=0",
        f"DELETE FROM event_line WHERE entry >= {entry}",
        f"DELETE FROM entry WHERE number >= {entry}",
    )


@pytest.fixture
def recorded(console):
    """Two entries that the program wrote."""
    console.json("servers", "add", "DC01")
    console.json("servers", "set", "DC01", "--phone", "+49 89 1", "--reason", "new number")
    return console


def test_an_intact_history_is_said_to_be(recorded):
    verification = recorded.json("history", "verify")
    assert verification == {
        "state": "intact",
        "entries": 2,
        "head": recorded.json("history", "list")[-1]["digest"],
        "finding": None,
    }
    assert recorded("history", "verify").out.startswith("The history is intact: 2 entries, head ")


def test_an_altered_table_asks_for_attention_and_says_where(recorded):
    alter(recorded, "UPDATE server SET phone = '0'")
    result = recorded("history", "verify")
    assert (result.code, result.err) == (1, "")
    assert "Phone of server 1" in result.out
    result = recorded("--json", "history", "verify")
    assert (result.code, result.json["state"]) == (1, "altered")
    assert result.json["finding"]["thing"] == "server 1 DC01"


def test_a_history_cut_short_of_its_anchor_has_its_own_exit_code(recorded, tmp_path):
    anchor = tmp_path / "anchor.json"
    act = recorded.json("history", "anchor", str(anchor))
    assert (act["entry"], act["head"]["entry"]) == (None, 2)
    assert recorded.json("history", "verify", "--anchor", str(anchor))["state"] == "intact"
    cut(recorded, 2)
    alter(recorded, "UPDATE server SET phone = NULL")
    assert recorded("history", "verify").code == 0
    result = recorded("--json", "history", "verify", "--anchor", str(anchor))
    assert (result.code, result.json["state"]) == (6, "cut-short")


def test_the_anchor_says_where_it_was_written(recorded, tmp_path):
    out = recorded("history", "anchor", str(tmp_path / "a.json")).out
    assert out == f"The anchor at entry 2 was written to {tmp_path / 'a.json'}. Keep it elsewhere.\n"


def test_nothing_recorded_is_nothing_to_anchor(console, tmp_path):
    assert "nothing to anchor" in console.refused("history", "anchor", str(tmp_path / "a.json"))


@pytest.mark.parametrize("option", ["--anchor", "--export"])
def test_a_file_to_hold_it_against_that_is_missing_is_trouble_a_wrong_one_is_refused(
    recorded, tmp_path, option
):
    result = recorded("history", "verify", option, str(tmp_path / "none.json"))
    assert (result.code, result.out, result.err.count("\n")) == (4, "", 1)
    assert recorded("history", "verify", option, str(tmp_path)).code == 4
    (tmp_path / "wrong.json").write_text("[1]")
    recorded.refused("history", "verify", option, str(tmp_path / "wrong.json"))


def test_progress_is_shown_only_to_a_person(recorded, monkeypatch):
    monkeypatch.setattr("tslic_admin.db.history.verification.PROGRESS_EVERY", 1)
    assert recorded("history", "verify").err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "of 4 lines" in recorded("history", "verify").err


# an exported history


@pytest.fixture
def exported(recorded, tmp_path):
    target = tmp_path / "history.json"
    recorded.json("export", "history", "--to", str(target))
    return target


def verified(console, target: Path):
    result = console("--json", "history", "verify", "--export", str(target))
    return result.code, (result.json["finding"] or {}).get("code")


def test_an_exported_history_is_verified_against_the_store(recorded, exported):
    assert verified(recorded, exported) == (0, None)


def test_a_part_of_the_history_is_verified_as_far_as_it_goes(recorded, exported):
    exported.write_text(json.dumps(json.loads(exported.read_text())[1:]))
    assert verified(recorded, exported) == (0, None)


def test_an_entry_altered_in_the_file_is_found(recorded, exported):
    exported.write_text(exported.read_text().replace("+49 89 1", "+49 89 2"))
    assert verified(recorded, exported) == (1, "file-entry-altered")


def test_entries_out_of_order_in_the_file_are_found(recorded, exported):
    exported.write_text(json.dumps(json.loads(exported.read_text())[::-1]))
    assert verified(recorded, exported) == (1, "file-not-on-last")


def test_an_entry_that_the_store_no_longer_has_means_that_it_was_cut_short(recorded, exported):
    cut(recorded, 2)
    alter(recorded, "UPDATE server SET phone = NULL")
    assert verified(recorded, exported) == (6, "cut-short-of-file")


def test_a_history_written_anew_is_not_the_one_in_the_file(recorded, exported):
    cut(recorded, 1)
    alter(recorded, "DELETE FROM server")
    recorded.json("servers", "add", "DC02")
    recorded.json("servers", "set", "DC02", "--phone", "1", "--reason", "x")
    assert verified(recorded, exported) == (1, "file-not-of-store")


def test_what_is_wrong_with_the_store_comes_before_the_file(recorded, exported):
    alter(recorded, "UPDATE server SET phone = '0'")
    assert verified(recorded, exported) == (1, "row-altered")


@pytest.mark.parametrize(
    "text",
    ["", "{", "7", '"x"', "{}", "[{}]", '[{"entry": "1"}]', "[" * 100_000],
    ids=["empty", "cut", "number", "text", "object", "no fields", "no number", "deep"],
)
def test_what_is_no_exported_history_is_refused(recorded, tmp_path, text):
    target = tmp_path / "x.json"
    target.write_text(text)
    recorded.refused("history", "verify", "--export", str(target))


@pytest.mark.parametrize(("name", "value"), [("reason", 7), ("events", [{"line": 1, "subject": "x"}])])
def test_an_entry_of_another_shape_is_refused(recorded, exported, name, value):
    items = json.loads(exported.read_text())
    items[0][name] = value
    exported.write_text(json.dumps(items))
    recorded.refused("history", "verify", "--export", str(exported))
