"""Voiding from the command line: each kind of thing, what it answers, what is refused in one line."""

from __future__ import annotations

import pytest
from world import LISTED_ENTRIES

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"


def transferred(console) -> int:
    return console.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01")["entry"]


def test_a_transfer_is_voided_and_listed_with_the_entry_that_did_it(stocked):
    entry = transferred(stocked)
    result = stocked.json("transfer", "void", "1", "--reason", "wrong computer")
    assert result == {"entry": entry + 1, "transfer": 1, "notices": []}
    (row,) = stocked.json("transfer", "list")
    assert row["voided_by"] == entry + 1
    entries = stocked.json("history", "list")
    assert [one["entry"] for one in entries if one["voided_by"] == entry + 1] == [entry]
    assert (entries[-1]["kind"], entries[-1]["reason"]) == ("void", "wrong computer")
    license_ = next(one for one in stocked.json("licenses", "list") if one["LicenseId"] == 1)
    assert (license_["Record"], license_["Holder"]) == (None, "PC1")
    assert stocked("history", "verify").code == 0


def test_a_recorded_reissue_is_voided_and_its_code_recorded_again(collected):
    record = ("reissue", "record", "1", "--code", CODE, "--quantity", "5", "--on", "2026-03-01")
    recorded = collected.json(*record)["entry"]
    assert collected.json("reissue", "void", "1", "--reason", "misheard") == {
        "entry": recorded + 1,
        "request": 1,
        "notices": [],
    }
    request = collected.json("reissue", "show", "1")
    assert (request["state"], request["quantity"], request["keypack"]) == ("open", None, None)
    assert [one["license"] for one in request["licenses"]] == ["DC01/3/1", "DC01/3/2"]
    assert len(collected.json("key-packs", "list")) == 2
    assert collected.json(*record)["keypack"]["Pack"] == "DC01/#4"


def test_a_pack_by_hand_is_voided_and_gone_from_the_list(stocked):
    add = (
        "key-packs",
        "add",
        "--server",
        "DC01",
        "--product-version",
        "2019",
        "--type",
        "device",
        "--total",
        "5",
    )
    added = stocked.json(*add, "--keypack-id", "8")
    result = stocked.json("key-packs", "void", "DC01/8", "--reason", "another server's")
    assert result["keypack"] == added["keypack"]
    assert [pack["KeyPackId"] for pack in stocked.json("key-packs", "list")] == [3, 4]
    assert stocked("key-packs", "void", "DC01/8", "--reason", "x").code == 3
    stocked.json(*add, "--keypack-id", "8")


def test_a_license_by_hand_is_voided_and_in_no_list_any_more(stocked):
    stocked.json("key-packs", "list")
    added = stocked.json("licenses", "add", "--server", "DC01", "--key-pack", "3", "--computer", "PC40")
    result = stocked.json("licenses", "void", added["license"], "--reason", "typed twice")
    assert result == {"entry": LISTED_ENTRIES + 2, "license": added["license"], "notices": []}
    for ended in ((), ("--ended",)):
        rows = stocked.json("licenses", "list", *ended)
        assert "PC40" not in [row["sIssuedToComputer"] for row in rows]
    stocked.refused("licenses", "void", added["license"], "--reason", "x")


def test_an_import_is_voided_as_a_whole(console, tmp_path):
    file = tmp_path / "packs.csv"
    file.write_text("KeyPackId,ProductType,ProductVersionID,TotalLicenses,KeyPackType\n3,0,6,10,2\n")
    read = ("import", str(file), "--server", "DC01")
    assert console.json(*read)["imported"][0]["new"] == 1
    result = console.json("import", "void", "1", "--reason", "wrong server")
    assert result == {"entry": 2, "voided": 1, "notices": []}
    assert console.json("key-packs", "list") == []
    assert [server["Name"] for server in console.json("servers", "list")] == ["DC01"]
    assert console.json(*read)["imported"][0]["new"] == 1


def test_for_people_it_is_said_in_one_line(stocked):
    entry = transferred(stocked)
    result = stocked("transfer", "void", "1", "--reason", "wrong")
    assert result.out == f"Transfer 1 was voided. History entry {entry + 1}.\n"


def test_a_refusal_names_the_entries_that_build_on_it_in_one_line(stocked):
    entry = transferred(stocked)
    line = stocked.refused("import", "void", "1", "--reason", "x")
    assert "later entries build on it: 2 (Imported, " in line
    assert f", {entry} (One-time transfer marked, 2026-03-01)." in line


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("transfer", "void", "7"), "There is no transfer 7."),
        (("reissue", "void", "7"), "There is no reissue request 7."),
        (
            ("key-packs", "void", "DC01/3"),
            "DC01/3 was not recorded by hand: it came with entry 1 (Imported).",
        ),
        (("licenses", "void", "DC01/3/1"), "DC01/3/1 was not recorded by hand"),
        (("import", "void", "7"), "There is no history entry 7."),
        (("import", "void", "x"), "There is no history entry x."),
        (("import", "void", "3"), "Entry 3 is no import, but One-time transfer marked."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_voided_is_refused_with_what_to_do(stocked, argv, says):
    transferred(stocked)
    assert says in stocked.refused(*argv, "--reason", "x")


def test_a_request_that_is_open_is_withdrawn_instead(collected):
    line = collected.refused("reissue", "void", "1", "--reason", "x")
    assert line.startswith("Reissue request 1 is open: no recorded call of it could be voided.")


@pytest.mark.parametrize("command", ["transfer", "reissue", "key-packs", "licenses", "import"])
def test_a_reason_must_be_given(stocked, command):
    result = stocked(command, "void", "1")
    assert result.code == 2
    assert "--reason" in result.err
    transferred(stocked)
    if command == "transfer":
        assert "A reason is missing" in stocked.refused(command, "void", "1", "--reason", " ")
