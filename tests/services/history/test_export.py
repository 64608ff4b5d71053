"""Whoever holds an exported history can verify it without this program."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tslic_admin.services.exporting.export_request import read_export_request
from tslic_admin.services.exporting.writers import export
from tslic_admin.services.history.verification import VerificationState, verify, verify_export


def first_that_does_not_fit(text: str) -> int | None:
    """All an auditor needs: the entry's keys without two, as sorted JSON, on the digest before it."""
    last = "0" * 64
    for number, entry in enumerate(json.loads(text), start=1):
        sealed = entry.pop("digest")
        entry.pop("voided_by")  # told by a later entry
        form = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if (entry["entry"], entry["previous"]) != (number, last):
            return number
        if hashlib.sha256(form.encode()).hexdigest() != sealed:
            return number
        last = sealed
    return None


@pytest.fixture
def exported(sample, clock, tmp_path) -> Path:
    target = tmp_path / "history.json"
    export(sample, clock, read_export_request("history", file_name=target.name), target)
    return target


def test_the_export_alone_proves_itself(sample, clock, exported):
    text = exported.read_text("utf-8")
    entries = json.loads(text)
    assert first_that_does_not_fit(text) is None
    assert (len(entries), entries[-1]["digest"]) == (
        verify(sample, clock).entries,
        verify(sample, clock).head,
    )
    assert list(entries[0]) == [
        "entry",
        "recorded_at",
        "effective_on",
        "actor",
        "kind",
        "reason",
        "voided_by",
        "digest",
        "previous",
        "events",
    ]
    assert set(entries[0]["events"][0]) == {"line", "subject", "field", "before", "after"}
    assert verify_export(sample, clock, exported) == (VerificationState.INTACT, None)


@pytest.mark.parametrize(
    "name", ["entry", "recorded_at", "effective_on", "actor", "kind", "reason", "events"]
)
def test_whatever_is_changed_in_it_is_found(sample, clock, exported, name):
    entries = json.loads(exported.read_text("utf-8"))
    value = entries[6][name]
    entries[6][name] = value[:-1] if isinstance(value, list) else 77 if isinstance(value, int) else "else"
    exported.write_text(json.dumps(entries))
    assert first_that_does_not_fit(exported.read_text()) == 7
    assert verify_export(sample, clock, exported)[0] is VerificationState.ALTERED


@pytest.mark.parametrize("name", ["line", "subject", "field", "before", "after"])
def test_whatever_is_changed_in_a_line_is_found(exported, name):
    entries = json.loads(exported.read_text("utf-8"))
    entries[6]["events"][0][name] = 99 if name == "line" else "else"
    assert first_that_does_not_fit(json.dumps(entries)) == 7


def test_an_entry_left_out_is_found(exported):
    entries = json.loads(exported.read_text("utf-8"))
    assert first_that_does_not_fit(json.dumps(entries[:6] + entries[7:])) == 7


@pytest.mark.parametrize("by", ["recorded", "effective"])
def test_a_period_is_of_the_day_of_recording_or_of_taking_effect(world, store, clock, tmp_path, by):
    """The transfers took effect in February; all of it was recorded in March."""
    whole, part = tmp_path / "history.json", tmp_path / "part.json"
    export(store.path, clock, read_export_request("history", file_name=whole.name), whole)
    wish = read_export_request("history", file_name=part.name, since="2026-02-01", until="2026-02-28", by=by)
    export(store.path, clock, wish, part)
    held = {entry["entry"]: entry for entry in json.loads(whole.read_text("utf-8"))}
    expected = [entry for entry in held.values() if entry["effective_on"].startswith("2026-02-")]
    assert expected
    assert json.loads(part.read_text("utf-8")) == (expected if by == "effective" else [])
    assert verify_export(store.path, clock, part) == (VerificationState.INTACT, None)
