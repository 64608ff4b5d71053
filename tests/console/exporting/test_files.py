"""The command that writes files; what stands in them is proved in tests/services/test_exports.py."""

from __future__ import annotations

import hashlib
import json

import pytest
from world import LISTED_ENTRIES


def test_rows_digest_and_head_are_printed(stocked, tmp_path):
    target = tmp_path / "out.csv"
    out = stocked("export", "licenses", "--to", str(target)).out.splitlines()
    assert out[0] == f"4 rows written to {target}."
    assert out[1] == f"SHA-256: {hashlib.sha256(target.read_bytes()).hexdigest()}"
    assert out[2].startswith(f"History head: entry {LISTED_ENTRIES}, ")
    act = stocked.json("export", "licenses", "--to", str(target))
    assert (act["entry"], act["rows"], act["file"]) == (None, 4, str(target))
    assert act["sha256"] in out[1]
    assert out[2].endswith(act["head"]["digest"])


def test_an_empty_store_has_no_head(console, tmp_path):
    assert "nothing recorded yet" in console("export", "licenses", "--to", str(tmp_path / "x.csv")).out
    assert console.json("export", "licenses", "--to", str(tmp_path / "x.csv"))["head"] is None


def test_standard_output_is_the_file_and_nothing_else(stocked):
    result = stocked("export", "licenses", "--to", "-", "--format", "json")
    assert len(json.loads(result.out)) == 4
    assert "4 rows written to standard output." in result.err
    assert stocked("--json", "export", "licenses", "--to", "-").out.startswith("LicenseId,")


def test_one_server_and_a_period_can_be_asked_for(stocked, tmp_path):
    target = str(tmp_path / "x.json")
    assert stocked.json("export", "history", "--server", "dc01", "--to", target)["rows"] == LISTED_ENTRIES
    period = ("--since", "2026-03-01", "--until", "2026-03-02", "--by", "effective")
    assert stocked.json("export", "history", *period, "--to", target)["rows"] == 0
    assert stocked.json("export", "history", "--since", "2026-03-03", "--to", target)["rows"] == 0


def test_the_screen_s_words_can_be_asked_for(stocked, tmp_path):
    target = tmp_path / "x.csv"
    stocked.json("export", "licenses", "--readable", "--to", str(target))
    assert target.read_bytes().startswith("\ufeffKey Pack,License ID,".encode())


def test_a_reveal_to_standard_output_names_it_in_the_history(stocked):
    result = stocked("export", "servers", "--to", "-", "--reveal")
    assert f"Secrets were revealed. History entry {LISTED_ENTRIES + 1}." in result.err
    assert stocked.json("history", "list")[-1]["events"][0]["after"] == "standard output"


@pytest.mark.parametrize("place", ["missing/x.csv", "."])
def test_a_place_that_takes_no_file_is_trouble(stocked, tmp_path, place):
    result = stocked("export", "licenses", "--format", "csv", "--to", str(tmp_path / place))
    assert (result.code, result.out, result.err.count("\n")) == (4, "", 1)


def test_the_store_itself_is_no_target(stocked):
    target = str(stocked.folder / "tslic.sqlite")
    assert "own file" in stocked.refused("export", "licenses", "--format", "csv", "--to", target)


def test_an_ending_that_is_no_format_is_refused(stocked, tmp_path):
    assert "xlsx" in stocked.refused("export", "licenses", "--to", str(tmp_path / "x.pdf"))


def test_progress_is_shown_only_to_a_person(stocked, tmp_path, monkeypatch):
    monkeypatch.setattr("tslic_admin.services.exporting.rows.PROGRESS_STEP", 1)
    target = str(tmp_path / "x.csv")
    assert stocked("export", "licenses", "--to", target).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    err = stocked("export", "licenses", "--to", target).err
    assert "\r4 of 4" in err
    assert err.endswith("\r      \r")
