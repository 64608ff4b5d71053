"""Verifying a store as a whole, anchors, and that an export alone is enough to prove the history."""

from __future__ import annotations

import hashlib
import json
import os
import string

import pytest
from services.history.tampering import tamper

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.exporting import export_request, writers
from tslic_admin.services.history import verification
from tslic_admin.services.history.verification import (
    Anchor,
    VerificationState,
    read_anchor,
    verify,
    write_anchor,
)
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import servers
from tslic_admin.wording.history.verification import HISTORY_INTACT, HISTORY_REFUSALS
from tslic_admin.wording.messages import refusal_text, trouble_text


@pytest.fixture
def recorded(store):
    """Two entries."""
    with store.writing() as session:
        servers.add(session, "DC01")
    with store.writing() as session:
        servers.change(session, find_server(session, "DC01"), ServerFields(phone="1"), reason="moved")
    return store


CUT = (
    "DELETE FROM entry WHERE number = 2",
    "DELETE FROM event_line WHERE entry = 2",
    "UPDATE server SET phone = NULL",
)


# verify


def test_an_intact_store_is_said_to_be(recorded, clock):
    found = verify(recorded.path, clock)
    assert (found.state, found.entries, found.finding) == (VerificationState.INTACT, 2, None)
    assert len(found.head) == 64
    assert f"2 entries, head {found.head}" in HISTORY_INTACT.format_map(
        {"entries": found.entries, "head": found.head}
    )


def test_nothing_recorded_is_intact(store, clock):
    found = verify(store.path, clock)
    assert (found.state, found.entries, found.head) == (VerificationState.INTACT, 0, "0" * 64)


def test_a_store_of_all_the_program_can_record_is_intact(world, clock):
    assert verify(world.store.path, clock).state is VerificationState.INTACT


def test_an_altered_entry_is_altered_from_there_on(recorded, clock):
    tamper(recorded, "UPDATE entry SET reason = 'other' WHERE number = 2")
    found = verify(recorded.path, clock)
    assert (found.state, found.entries, found.finding.code) == (VerificationState.ALTERED, 1, "entry-altered")


def test_an_altered_row_is_altered_though_the_chain_holds(recorded, clock):
    tamper(recorded, "UPDATE server SET phone = '2'")
    found = verify(recorded.path, clock)
    assert (found.state, found.entries, found.finding.code) == (VerificationState.ALTERED, 2, "row-altered")


def test_an_end_that_was_cut_off_cleanly_shows_only_by_an_anchor(recorded, clock, tmp_path):
    anchor = write_anchor(recorded.path, clock, tmp_path / "anchor.json")
    tamper(recorded, *CUT)
    assert verify(recorded.path, clock).state is VerificationState.INTACT
    found = verify(recorded.path, clock, anchor=anchor)
    assert (found.state, found.finding.code, found.finding.facts) == (
        VerificationState.CUT_SHORT,
        "cut-short",
        {"entry": 2},
    )
    assert found.entries == 1


def test_a_history_that_went_on_after_its_anchor_holds(recorded, clock, tmp_path):
    anchor = write_anchor(recorded.path, clock, tmp_path / "anchor.json")
    with recorded.writing() as session:
        servers.add(session, "DC02")
    assert verify(recorded.path, clock, anchor=anchor).state is VerificationState.INTACT
    assert verify(recorded.path, clock, anchor=anchor).entries == 3


def test_a_history_written_anew_from_before_its_anchor_is_altered(recorded, clock, tmp_path):
    anchor = write_anchor(recorded.path, clock, tmp_path / "anchor.json")
    found = verify(recorded.path, clock, anchor=Anchor(anchor.entry, "f" * 64))
    assert (found.state, found.finding.code, found.finding.facts) == (
        VerificationState.ALTERED,
        "not-anchored",
        {"entry": 2},
    )


@pytest.mark.parametrize("anchor", [Anchor(2, "f" * 64), Anchor(99, "f" * 64)])
def test_where_the_chain_breaks_comes_before_the_anchor(recorded, clock, anchor):
    tamper(recorded, "UPDATE entry SET reason = 'other' WHERE number = 2")
    found = verify(recorded.path, clock, anchor=anchor)
    assert (found.state, found.finding.code) == (VerificationState.ALTERED, "entry-altered")


def test_progress_is_handed_on(recorded, clock, monkeypatch):
    monkeypatch.setattr("tslic_admin.db.history.verification.PROGRESS_EVERY", 1)
    told = []
    verify(recorded.path, clock, progress=lambda *step: told.append(step))
    assert told == [(1, 4), (2, 4), (1, 4), (2, 4)]


def test_text_that_cannot_be_read_is_trouble_and_no_bug(recorded, clock):
    tamper(recorded, "UPDATE event_line SET after = CAST(x'ff' AS TEXT) WHERE entry = 2")
    with pytest.raises(StoreTrouble) as found:
        verify(recorded.path, clock)
    assert found.value.code == "store-damaged"


def test_a_verification_sees_one_state_while_others_write(recorded, clock, monkeypatch):
    real = verification.walk_chain

    def then_somebody_writes(connection, progress):
        chain = real(connection, progress)
        with recorded.writing() as session:
            servers.add(session, "DC02")
        seen.extend(connection.execute("SELECT name FROM server").fetchall())
        return chain

    seen: list[tuple[str]] = []
    monkeypatch.setattr(verification, "walk_chain", then_somebody_writes)
    found = verify(recorded.path, clock)
    assert (found.state, found.entries) == (VerificationState.INTACT, 2)
    assert seen == [("DC01",)]


# what an export proves by itself


def heads_of(exported: bytes) -> list[str]:
    """Every digest computed anew from an exported history alone, by formats.md, section 6."""
    previous, heads = "0" * 64, []
    for number, entry in enumerate(json.loads(exported), start=1):
        assert (entry["entry"], entry["previous"]) == (number, previous)
        sealed = {
            name: entry[name]
            for name in (
                "entry",
                "recorded_at",
                "effective_on",
                "actor",
                "kind",
                "reason",
                "events",
                "previous",
            )
        }
        text = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        heads.append(previous)
    return heads


def test_anybody_can_prove_the_history_from_its_export_alone(world, clock, tmp_path):
    target = tmp_path / "history.json"
    wish = export_request.read_export_request("history", file_name=target.name)
    exported = writers.export(world.store.path, clock, wish, target)
    data = target.read_bytes()
    heads = heads_of(data)
    assert [entry["digest"] for entry in json.loads(data)] == heads
    assert exported.head == (len(heads), heads[-1])
    with pytest.raises(AssertionError):
        heads_of(data.replace(b"broken", b"stolen"))


# anchors


def test_an_anchor_is_the_head_and_is_read_back(recorded, clock, tmp_path):
    target = tmp_path / "anchor.json"
    anchor = write_anchor(recorded.path, clock, target)
    assert anchor == Anchor(2, verify(recorded.path, clock).head)
    assert json.loads(target.read_text()) == {
        "program": "tslic-admin",
        "entry": 2,
        "digest": anchor.digest,
        "written_at": "2026-03-02T12:00:00Z",
    }
    assert read_anchor(target) == anchor


def test_nothing_recorded_is_nothing_to_anchor(store, clock, tmp_path):
    with pytest.raises(RuleViolation) as refused:
        write_anchor(store.path, clock, tmp_path / "anchor.json")
    assert refused.value.code == "nothing-to-anchor"
    assert not (tmp_path / "anchor.json").exists()


def test_an_anchor_is_never_written_over_the_store(recorded, clock):
    with pytest.raises(RuleViolation) as refused:
        write_anchor(recorded.path, clock, recorded.path)
    assert refused.value.code == "target-is-store"


def test_a_place_that_takes_no_anchor_is_trouble(recorded, clock, tmp_path):
    with pytest.raises(StoreTrouble) as found:
        write_anchor(recorded.path, clock, tmp_path / "none" / "anchor.json")
    assert found.value.code == "file-not-written"
    assert trouble_text(found.value.code, found.value.facts)


@pytest.mark.parametrize(("name", "code"), [("none.json", "file-missing"), (".", "file-unreadable")])
def test_an_anchor_that_cannot_be_read_is_trouble(tmp_path, name, code):
    with pytest.raises(StoreTrouble) as found:
        read_anchor(tmp_path / name)
    assert found.value.code == code
    assert os.fspath(tmp_path) in trouble_text(found.value.code, found.value.facts)


D = "d" * 64


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"7",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"entry": 1}',
        b'{"digest": "%s"}' % D.encode(),
        b'{"entry": "1", "digest": "%s"}' % D.encode(),
        b'{"entry": 0, "digest": "%s"}' % D.encode(),
        b'{"entry": true, "digest": "%s"}' % D.encode(),
        b'{"entry": 1.0, "digest": "%s"}' % D.encode(),
        b'{"entry": 1, "digest": "%s"}' % D[:-1].encode(),
        b'{"entry": 1, "digest": null}',
        b'{"entry": 99999999999999999999, "digest": "%s"}' % D.encode(),
        b'{"entry": 1, "digest": "%s"}' % (b"z" * 64),
    ],
    ids=lambda content: content[:40].decode("latin-1"),
)
def test_what_is_no_anchor_is_refused(tmp_path, content):
    target = tmp_path / "anchor.json"
    target.write_bytes(content)
    with pytest.raises(RuleViolation) as refused:
        read_anchor(target)
    assert refused.value.code == "anchor-malformed"
    assert "anchor.json" in refusal_text(refused.value)


def test_an_anchor_of_later_versions_may_say_more(tmp_path):
    target = tmp_path / "anchor.json"
    target.write_text(json.dumps({"entry": 3, "digest": D, "more": []}))
    assert read_anchor(target) == Anchor(3, D)


@pytest.mark.parametrize("code", HISTORY_REFUSALS)
def test_a_refusal_s_sentence_asks_for_no_more_than_a_value(code):
    asked = {name for _, name, _, _ in string.Formatter().parse(HISTORY_REFUSALS[code]) if name}
    assert asked <= {"value"}
