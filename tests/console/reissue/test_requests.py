"""The commands about reissue requests, from the first license to the installed pack."""

from __future__ import annotations

import pytest
from world import LISTED_ENTRIES

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"


def record(console, *more):
    return console.json(
        *("reissue", "record", "1", "--code", CODE, "--quantity", "2", "--on", "2026-03-01"),
        *("--case", "C-1", "--agent", "Ann", "--phone", "1-888"),
        *more,
    )


def test_a_request_collects_licenses_and_knows_until_when_to_call(collected):
    request = {
        "request": 1,
        "server": "DC01",
        "state": "open",
        "call_before": "2026-03-30",
        "licenses": [
            {"license": "DC01/3/1", "to": "NEW", "covered_until": "2026-03-30", "removal": None},
            {"license": "DC01/3/2", "to": None, "covered_until": None, "removal": None},
        ],
        "quantity": None,
        "on": None,
        "case": None,
        "agent": None,
        "keypack": None,
        "same_call_as": None,
    }
    assert collected.json("reissue", "show", "1") == request
    assert collected.json("reissue", "list") == [request]


def test_recording_the_call_makes_the_pack_and_retires_the_licenses(collected):
    act = record(collected)
    assert (act["request"], act["keypack"]["Pack"]) == (1, "DC01/#3")
    assert (act["keypack"]["Origin"], act["keypack"]["Request"]) == ("reissue", 1)
    shown = collected.json("reissue", "show", "1")
    assert (shown["state"], shown["quantity"], shown["on"]) == ("recorded", 2, "2026-03-01")
    assert (shown["case"], shown["agent"]) == ("C-1", "Ann")
    assert shown["keypack"] == act["keypack"]
    assert [one["removal"] for one in shown["licenses"]] == ["awaiting", "awaiting"]
    retired = collected.json("licenses", "list")[0]
    assert retired["Holder"] is None
    assert retired["Record"] == {"state": "retired", "request": 1, "to": "NEW", "removal": "awaiting"}


def test_only_named_licenses_are_retired_and_the_rest_is_said_to_be_dropped(collected):
    act = record(collected, "--license", "DC01/3/2")
    assert any("no longer in the request" in notice for notice in act["notices"])
    assert [one["license"] for one in collected.json("reissue", "show", "1")["licenses"]] == ["DC01/3/2"]


def test_a_known_keypack_id_is_taken_for_the_new_pack(collected):
    assert record(collected, "--keypack-id", "8")["keypack"]["Pack"] == "DC01/8"


def test_the_code_is_read_from_standard_input(collected):
    result = collected(
        *("--json", "reissue", "record", "1", "--code", "-", "--quantity", "2", "--on", "2026-03-01"),
        stdin=CODE + "\r\n",
    )
    assert result.json["keypack"]["LicenseKeyPackId"] == "…GGGGG"
    assert "AAAAA" not in result.out


def test_the_installed_day_is_recorded(collected):
    record(collected)
    assert collected.json("reissue", "installed", "1", "--on", "2026-03-02")["request"] == 1
    assert collected.json("reissue", "show", "1")["state"] == "installed"


def test_a_license_is_dropped_and_the_request_withdrawn(collected):
    act = collected.json("reissue", "drop", "1", "DC01/3/2")
    assert (act["request"], act["entry"]) == (1, LISTED_ENTRIES + 3)
    collected.json("reissue", "withdraw", "1", "--reason", "found again")
    shown = collected.json("reissue", "show", "1")
    assert (shown["state"], shown["licenses"]) == ("withdrawn", [])
    assert collected.json("reissue", "list") == [shown]


def test_a_second_request_belongs_to_the_same_call(collected):
    assert collected.json("reissue", "open", "--server", "DC01", "--same-call-as", "1")["request"] == 2
    assert collected.json("reissue", "show", "2")["same_call_as"] == 1


def test_all_or_nothing_is_collected(collected):
    collected.refused("reissue", "add", "1", "DC01/3/3", "DC01/4/1")
    assert len(collected.json("reissue", "show", "1")["licenses"]) == 2


def test_an_ended_license_may_be_collected_and_says_that_the_call_may_be_needless(collected):
    act = collected.json("reissue", "add", "1", "DC01/3/9@2026-01-05", "--reason", "gone", "--anyway")
    assert any("pool" in notice for notice in act["notices"])


@pytest.mark.parametrize(
    "argv",
    [
        ("reissue", "show", "7"),
        ("reissue", "show", "one"),
        ("reissue", "add", "1", "DC01/3"),
        ("reissue", "drop", "1", "DC01/3/3"),
        ("reissue", "installed", "1", "--on", "2026-03-01"),
        ("reissue", "record", "1", "--code", "short", "--quantity", "2", "--on", "2026-03-01"),
        ("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-01"),
        ("reissue", "record", "1", "--code", CODE, "--quantity", "2", "--on", "2026-03-09"),
        ("reissue", "withdraw", "1", "--reason", " "),
        ("reissue", "open", "--server", "DC01", "--same-call-as", "9"),
    ],
)
def test_what_a_rule_forbids_leaves_the_request_as_it_was(collected, argv):
    before = collected.json("reissue", "list")
    collected.refused(*argv)
    assert collected.json("reissue", "list") == before


def test_the_worksheet_says_what_the_call_needs(collected):
    collected.json(
        "servers", "set", "DC01", "--phone", "+49 89 1", "--license-server-id", "A" * 35, "--reason", "x"
    )
    collected.json(
        "key-packs", "set", "DC01/3", "--program", "select", "--number", "7654321", "--reseller", "Seller",
        "--reason", "x",
    )  # fmt: skip
    out = collected("reissue", "show", "1").out
    assert ": None" not in out
    for text in (
        "Reissue request 1: Open",
        "Reason: two machines broke",
        "Call before: 2026-03-30",
        "Telephone: +49 89 1",
        "License server ID: …AAAAA",
        "Windows Server 2019 - RDS Per Device CAL",
        "Quantity: 2",
        "Key pack DC01/3: Select License, …54321, from Seller",
        "DC01/3/1: PC1; needed by NEW, covered until 2026-03-30; returns to the pool on 2026-03-20",
        "DC01/3/2: PC2; returns to the pool on 2026-03-20 unless the old client connects",
        "  2 licenses of this version may be revoked instead: at most 2 at a time",
    ):
        assert text in out
    assert "Result" not in out


def test_the_worksheet_says_what_came_of_the_call(collected):
    collected.json("reissue", "add", "1", "DC01/3/2=SPARE")
    record(collected)
    out = collected("reissue", "show", "1").out
    for text in (
        "Case number: C-1",
        "Number dialed: 1-888",
        "Confirmation code: …GGGGG",
        "Installed: not yet",
        "needed by SPARE, no temporary license seen; awaiting removal",
        "purchase not recorded",
    ):
        assert text in out
    assert "pool" not in out
    assert "revoked" not in out


def test_the_list_is_a_table_in_words(collected):
    assert "Reissue 1" in collected("reissue", "list").out
    assert "Windows Server 2019" in collected("reissue", "list").out


def test_acts_say_in_a_line_what_they_did(collected):
    assert collected("reissue", "add", "1", "DC01/3/3").out.startswith(
        "Licenses added to reissue request 1: 1. History entry"
    )
