"""Rule 4.9: the license on the old client is removed, with evidence or without, or stays there for a reason."""

from __future__ import annotations

import hashlib

import pytest
from stories.conftest import CODE

EXPORT = "\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\MSLicensing]\r\n"


@pytest.fixture
def moved(office):
    """License 1 was transferred from PC1 to PC9 on 28 February."""
    office.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-02-28")
    return office


@pytest.fixture
def reissued(office):
    """License 2 was retired by the call of 1 March."""
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/2")
    office.json("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-01")
    return office


def removal(admin, name="DC01/3/1"):
    return admin.license(name)["Record"]["removal"]


def entries(admin):
    return admin.json("history", "list")


def test_after_a_transfer_its_removal_is_awaited(moved):
    assert removal(moved) == "awaiting"


def test_it_was_removed_by_somebody_on_a_day(moved):
    moved.json("transfer", "removed", "1", "--on", "2026-03-01", "--by", "Ann Admin")
    assert removal(moved) == "removed"
    last = entries(moved)[-1]
    assert (last["kind"], last["effective_on"]) == ("transfer.removed", "2026-03-01")
    assert ("RemovalBy", "Ann Admin") in {(line["field"], line["after"]) for line in last["events"]}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-8"])
def test_of_the_exported_key_the_fingerprint_is_kept_and_nothing_else(moved, encoding):
    file = moved.folder / "MSLicensing.reg"
    file.write_bytes(EXPORT.encode(encoding))
    done = moved.json(
        *("transfer", "removed", "1", "--on", "2026-03-01", "--by", "Ann", "--backup", str(file))
    )
    assert done["notices"] == [
        "The file kept as evidence holds no license of a client, so it does not show DC01/3/1."
    ]
    lines = {line["field"]: line["after"] for line in entries(moved)[-1]["events"]}
    assert lines["RemovalEvidence"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert "MSLicensing" not in str(entries(moved)[-1])


def test_evidence_that_is_no_export_is_said_and_kept(moved):
    file = moved.folder / "photo.jpg"
    file.write_bytes(b"\xff\xd8\xff" * 1_000_000)
    done = moved.json(
        *("transfer", "removed", "1", "--on", "2026-03-01", "--by", "Ann", "--backup", str(file))
    )
    assert "registry" in " ".join(done["notices"])


def test_a_file_that_is_missing_or_empty_is_no_evidence(moved):
    words = ("transfer", "removed", "1", "--on", "2026-03-01", "--by", "Ann", "--backup")
    assert moved(*words, str(moved.folder / "nothing.reg")).code == 4
    assert moved(*words, str(moved.folder)).code == 4
    (moved.folder / "empty.reg").write_bytes(b"")
    assert "empty.reg" in moved.refused(*words, str(moved.folder / "empty.reg"))
    assert removal(moved) == "awaiting"


def test_it_is_not_removed_before_it_was_given_up_nor_tomorrow(moved):
    words = ("transfer", "removed", "1", "--by", "Ann", "--on")
    assert "2026-02-27" in moved.refused(*words, "2026-02-27")
    assert "2026-03-03" in moved.refused(*words, "2026-03-03")


def test_that_it_stays_is_recorded_with_a_reason(moved):
    moved.json("transfer", "removed", "1", "--not-intended", "The machine was scrapped")
    assert removal(moved) == "not-intended"
    assert entries(moved)[-1]["reason"] == "The machine was scrapped"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--on", "2026-03-01", "--not-intended", "x"),
        ("--not-intended", "x", "--by", "Ann"),
        ("--by", "Ann"),
        ("--on", "2026-03-01"),
    ],
)
def test_it_is_one_or_the_other_and_whole(moved, words):
    moved.refused("transfer", "removed", "1", *words)
    assert removal(moved) == "awaiting"


def test_a_mind_is_changed_by_recording_again_and_the_history_keeps_both(moved):
    moved.json("transfer", "removed", "1", "--not-intended", "The machine was scrapped")
    moved.json("transfer", "removed", "1", "--on", "2026-03-02", "--by", "Ann")
    moved.json("transfer", "removed", "1", "--not-intended", "Another machine was meant")
    assert removal(moved) == "not-intended"
    assert [one["kind"] for one in entries(moved)][-3:] == [
        "transfer.kept",
        "transfer.removed",
        "transfer.kept",
    ]
    assert moved("history", "verify").code == 0


def test_retired_licenses_are_removed_one_by_one(reissued):
    reissued.json("reissue", "removed", "1", "DC01/3/2", "--on", "2026-03-02", "--by", "Ann")
    assert removal(reissued, "DC01/3/2") == "removed"
    (one,) = reissued.json("reissue", "show", "1")["licenses"]
    assert one["removal"] == "removed"


def test_nothing_is_removed_that_was_not_given_up(reissued):
    words = ("--on", "2026-03-02", "--by", "Ann")
    assert "DC01/3/1" in reissued.refused("reissue", "removed", "1", "DC01/3/1", *words)
    reissued.json("reissue", "open", "--server", "DC01")
    reissued.json("reissue", "add", "2", "DC01/3/3")
    assert "DC01/3/3" in reissued.refused("reissue", "removed", "2", "DC01/3/3", *words)
    reissued.refused("reissue", "removed", "1", "DC01/3/2", "--on", "2026-02-28", "--by", "Ann")


def test_of_a_voided_transfer_nothing_more_is_recorded(moved):
    moved.json("transfer", "void", "1", "--reason", "Wrong machine")
    moved.refused("transfer", "removed", "1", "--on", "2026-03-01", "--by", "Ann")
    assert "7" in moved.refused("transfer", "removed", "7", "--on", "2026-03-01", "--by", "Ann")
