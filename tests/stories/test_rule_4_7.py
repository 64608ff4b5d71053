"""Rule 4.7: several licenses are collected and reissued in one call (KB 315262)."""

from __future__ import annotations

import pytest
from stories.conftest import CODE, OTHER_CODE, issued, pack


@pytest.fixture
def parked(office):
    """Two computers broke; their successors wait, one of them on a temporary license."""
    office.imports(
        packs=[pack(9, total=4294967295, issued=1, KeyPackType=4)],
        licenses=[issued(9, 1, "NEW1", LicenseStatus=1, ExpirationDate="2026-03-30T10:00:00Z")],
    )
    office.json("reissue", "open", "--server", "DC01", "--reason", "Water in the cellar")
    office.json("reissue", "add", "1", "DC01/3/1=NEW1", "DC01/3/2=NEW2")
    return office


def record(admin, request="1", code=CODE, quantity="2", on="2026-03-02", *more):
    return admin.json("reissue", "record", request, "--code", code, "--quantity", quantity, "--on", on, *more)


def test_a_request_is_parked_until_the_call_and_says_when_to_call(parked):
    request = parked.json("reissue", "show", "1")
    assert (request["state"], request["call_before"]) == ("open", "2026-03-30")
    assert [one["covered_until"] for one in request["licenses"]] == ["2026-03-30", None]


def test_a_cover_that_is_over_does_not_press_any_more(parked):
    parked.today("2026-04-01")
    request = parked.json("reissue", "show", "1")
    assert (request["call_before"], request["licenses"][0]["covered_until"]) == (None, "2026-03-30")


def test_temporary_licenses_of_all_servers_cover_a_computer_the_latest_counts(parked):
    parked.imports(
        server="DC02",
        packs=[pack(2, total=4294967295, issued=1, KeyPackType=4)],
        licenses=[issued(2, 1, "new1", LicenseStatus=1, ExpirationDate="2026-04-15T10:00:00Z")],
    )
    assert parked.json("reissue", "show", "1")["call_before"] == "2026-04-15"


def test_what_is_collected_stays_with_its_computer_until_the_call(parked):
    collected = parked.license("DC01/3/1")
    assert collected["Holder"] == "PC1"
    assert (collected["Record"]["state"], collected["Record"]["request"]) == ("collected", 1)


def test_a_license_waits_in_one_request_only(parked):
    parked.json("reissue", "open", "--server", "DC01")
    assert "1" in parked.refused("reissue", "add", "2", "DC01/3/1")
    parked.json("reissue", "drop", "1", "DC01/3/1")
    parked.json("reissue", "add", "2", "DC01/3/1")


def test_a_request_is_of_one_server_one_version_and_one_type(parked):
    parked.imports(
        packs=[
            pack(6, ProductVersionID=7, Description="A02-10.02-S"),
            pack(7, ProductType=1, Description="C50-10.01-S"),
        ],
        licenses=[issued(6, 1, "PC61"), issued(7, 1, sIssuedToUser="ann")],
    )
    parked.imports(server="DC02", packs=[pack(3)], licenses=[issued(3, 1, "PC71")])
    for other in ("DC01/6/1", "DC01/7/1", "DC02/3/1"):
        assert other in parked.refused("reissue", "add", "1", other)


def test_recording_the_call_makes_another_key_pack_with_its_origin(parked):
    made = record(parked)["keypack"]
    assert (made["Origin"], made["Request"], made["TotalLicenses"]) == ("reissue", 1, 2)
    assert made["LicenseKeyPackId"] == "…GGGGG"
    assert made["KeyPackId"] is None


def test_recording_retires_what_it_replaces_and_links_both_ways(parked):
    record(parked)
    retired = parked.license("DC01/3/1")
    assert retired["Holder"] is None
    assert retired["Record"] == {"state": "retired", "request": 1, "to": "NEW1", "removal": "awaiting"}
    request = parked.json("reissue", "show", "1")
    assert [one["license"] for one in request["licenses"]] == ["DC01/3/1", "DC01/3/2"]
    assert request["state"] == "recorded"
    parked.refused("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-02")
    parked.refused("reissue", "add", "1", "DC01/3/3")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": CODE[:-1]}, "35"),
        ({"code": CODE.replace("A", "!", 1)}, "A to Z"),
        ({"quantity": "0"}, "0"),
        ({"quantity": "two"}, "two"),
        ({"on": "2026-03-03"}, "2026-03-03"),
        ({"on": "yesterday"}, "yesterday"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(parked, typed, said):
    values = {"code": CODE, "quantity": "2", "on": "2026-03-02", **typed}
    sentence = parked.refused(
        "reissue", "record", "1", *(part for name, text in values.items() for part in (f"--{name}", text))
    )
    assert said in sentence
    assert CODE not in sentence
    assert parked.json("reissue", "show", "1")["state"] == "open"


def test_a_code_is_recorded_once(parked):
    record(parked)
    parked.json("reissue", "open", "--server", "DC01")
    parked.refused(
        "reissue",
        "record",
        "2",
        "--code",
        CODE.lower().replace("-", " "),
        "--quantity",
        "1",
        "--on",
        "2026-03-02",
    )
    assert record(parked, "2", OTHER_CODE, "1")["keypack"]["Request"] == 2


def test_fewer_than_are_retired_is_refused_until_the_rest_is_dropped(parked):
    parked.refused("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-02")
    parked.json("reissue", "drop", "1", "DC01/3/2")
    record(parked, quantity="1")


def test_more_than_are_retired_is_allowed_and_said(parked):
    said = " ".join(record(parked, quantity="5")["notices"])
    assert "5" in said
    assert "2" in said


def test_only_the_named_licenses_are_retired_the_others_go_back(parked):
    record(parked, "1", CODE, "1", "2026-03-02", "--license", "DC01/3/2")
    assert parked.license("DC01/3/1")["Record"] is None
    assert parked.license("DC01/3/2")["Record"]["state"] == "retired"


def test_one_call_may_settle_requests_of_several_servers(parked):
    parked.imports(server="DC02", packs=[pack(3)], licenses=[issued(3, 1, "PC71")])
    parked.json("reissue", "open", "--server", "DC02", "--same-call-as", "1")
    assert parked.json("reissue", "show", "2")["same_call_as"] == 1


def test_a_request_that_is_not_needed_any_more_is_withdrawn_with_a_reason(parked):
    assert parked("reissue", "withdraw", "1").code == 2
    parked.json("reissue", "withdraw", "1", "--reason", "The machines were repaired")
    assert parked.json("reissue", "show", "1")["state"] == "withdrawn"
    assert parked.license("DC01/3/1")["Record"] is None
    parked.refused("reissue", "record", "1", "--code", CODE, "--quantity", "2", "--on", "2026-03-02")


def test_the_day_it_was_installed_is_not_before_the_call(parked):
    record(parked, on="2026-03-01")
    assert "2026-03-01" in parked.refused("reissue", "installed", "1", "--on", "2026-02-28")
    parked.json("reissue", "installed", "1", "--on", "2026-03-02")
    assert parked.json("reissue", "show", "1")["state"] == "installed"
