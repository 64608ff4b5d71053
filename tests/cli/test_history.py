"""The commands about the history."""

from __future__ import annotations


def test_the_list_holds_every_entry_with_its_lines_and_its_place_in_the_chain(stocked):
    stocked.json("servers", "set", "DC01", "--phone", "+49 89 1", "--reason", "new number")
    first, second = stocked.json("history", "list")
    assert second == {
        "entry": 2,
        "recorded_at": "2026-03-02T12:00:00Z",
        "effective_on": "2026-03-02",
        "actor": second["actor"],
        "kind": "server.set",
        "reason": "new number",
        "voided_by": None,
        "digest": second["digest"],
        "previous": first["digest"],
        "events": [
            {"line": 1, "subject": "server 1 DC01", "field": "Phone", "before": None, "after": "+49 89 1"}
        ],
    }
    assert "@" in second["actor"]
    assert first["previous"] == "0" * 64


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
