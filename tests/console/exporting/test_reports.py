"""The commands that write reports; what stands in them is proved in tests/services."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest
from world import LISTED_ENTRIES


def test_the_audit_is_written_and_proved_by_its_digest(stocked, tmp_path):
    target = tmp_path / "audit.html"
    out = stocked("report", "audit", "--to", str(target)).out.splitlines()
    assert out[0] == f"The report was written to {target}."
    assert out[1] == f"SHA-256: {hashlib.sha256(target.read_bytes()).hexdigest()}"
    assert out[2].startswith(f"History head: Entry {LISTED_ENTRIES}, ")
    assert len(out) == 3
    act = stocked.json("report", "audit", "--to", str(target), "--server", "dc01", "--since", "2026-03-02")
    assert (act["entry"], act["rows"], act["file"]) == (None, 2, str(target))
    assert (act["verification"], act["adds_up"]) == ("intact", True)
    assert act["head"]["entry"] == LISTED_ENTRIES
    assert act["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()


def test_the_audit_of_an_empty_store(console, tmp_path):
    act = console.json("report", "audit", "--to", str(tmp_path / "x.html"))
    assert (act["rows"], act["head"]) == (0, None)


def test_standard_output_is_the_page_and_nothing_else(stocked):
    result = stocked("report", "audit", "--to", "-")
    assert result.out.startswith("<!DOCTYPE html>")
    assert result.out.endswith("</html>\n")
    assert "The report was written to standard output." in result.err


def test_a_history_that_was_altered_asks_for_attention(stocked, tmp_path):
    with closing(sqlite3.connect(stocked.folder / "tslic.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE issuance SET ended_on = '2026-03-01', ended_why = 'vanished' WHERE id = 1")
    result = stocked("report", "audit", "--to", str(tmp_path / "x.html"))
    assert result.code == 1
    assert result.out.splitlines()[3:] == [
        "The history is not intact; the report says where.",
        "The figures do not add up; the report says which.",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        ("--since", "2026-3-2"),
        ("--since", "2026-03-02", "--until", "2026-03-01"),
        ("--server", "nowhere"),
    ],
)
def test_what_cannot_be_reported_is_refused_and_writes_nothing(stocked, tmp_path, typed):
    result = stocked("report", "audit", "--to", str(tmp_path / "x.html"), *typed)
    assert (result.code, result.out, result.err.count("\n")) == (3, "", 1)
    assert not (tmp_path / "x.html").exists()


def test_the_kit_is_written_masked_or_revealed_with_its_entry(stocked, tmp_path):
    target = tmp_path / "kit.html"
    act = stocked.json("report", "clearinghouse", "--to", str(target), "--server", "dc01")
    assert (act["entry"], act["rows"]) == (None, 1)
    assert "verification" not in act
    assert "License codes are masked" in target.read_text(encoding="ascii")
    result = stocked("report", "clearinghouse", "--to", str(target), "--reveal")
    assert f"Secrets were revealed. History entry {LISTED_ENTRIES + 1}." in result.out
    assert "Contains unmasked license codes" in target.read_text(encoding="ascii")
    (line,) = stocked.json("history", "list")[-1]["events"]
    assert (line["subject"], line["after"]) == ("report 0 clearinghouse kit of all servers", "kit.html")


def test_a_kit_is_of_no_period(stocked, tmp_path):
    result = stocked("report", "clearinghouse", "--to", str(tmp_path / "x"), "--since", "2026-01-01")
    assert result.code == 2
