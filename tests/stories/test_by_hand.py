"""Rules 4.5 and 4.7, by hand: where a server has no list to export, and when it has one at last."""

from __future__ import annotations

import pytest
from stories.conftest import issued, pack

OTHER_HARDWARE = "0x14AC00000000000000000000000000000002"
HARDWARE = "0x14AC00000000000000000000000000000001"


def by_hand(admin, computer, *more, key_pack="3"):
    """A license entered by hand; what it is called."""
    act = admin.json(
        "licenses", "add", "--server", "DC01", "--key-pack", key_pack, "--computer", computer, *more
    )
    return act["license"]


def import_licenses(admin, *rows, packs=()):
    """Import a list of issued licenses; how many are new, changed, linked and ambiguous."""
    result = admin.imports(packs=packs or [pack(3)], licenses=rows)[-1]
    return tuple(result[name] for name in ("new", "changed", "linked", "ambiguous"))


def names(admin):
    """The License IDs and computers of all that is issued."""
    return [(row["LicenseId"], row["sIssuedToComputer"]) for row in admin.json("licenses", "list")]


@pytest.fixture
def old(admin):
    """DC01 is known with key pack 3, and nothing of what is issued from it."""
    admin.imports(packs=[pack(3)])
    return admin


def test_a_license_by_hand_is_a_license_like_any_other_but_for_its_number(old):
    name = by_hand(old, "PC1", "--issued-on", "2026-01-05")
    assert name == "DC01/3/#1"
    assert names(old) == [(None, "PC1")]
    old.json("transfer", "mark", name, "--to", "PC9", "--on", "2026-02-20")
    assert old.json("licenses", "list")[0]["Holder"] == "PC9"
    old.json("transfer", "void", "1", "--reason", "it was another")
    old.json("reissue", "open", "--server", "DC01")
    old.json("reissue", "add", "1", f"{name}=PC9")
    assert old.json("reissue", "show", "1")["licenses"][0]["license"] == name
    assert old("history", "verify").code == 0


def test_its_list_takes_it_over_with_all_its_records(old):
    """Same computer, same day: it gets its License ID and what its server says, and keeps its transfer."""
    name = by_hand(old, "PC1", "--issued-on", "2026-01-05")
    old.json("transfer", "mark", name, "--to", "PC9", "--on", "2026-02-20")
    assert import_licenses(old, issued(3, 17, "PC1.corp.example"), issued(3, 18, "PC2")) == (1, 1, 1, 0)
    assert names(old) == [(17, "PC1.corp.example"), (18, "PC2")]
    taken = old.license("DC01/3/17")
    assert taken["ExpirationDate"] == "2026-03-20T10:00:00Z"
    assert taken["Record"]["to"] == "PC9"
    assert old.json("transfer", "list")[0]["license"] == "DC01/3/17"
    assert "Entered by hand" not in old("licenses", "list").out
    assert import_licenses(old, issued(3, 17, "PC1.corp.example"), issued(3, 18, "PC2")) == (0, 0, 0, 0)
    assert old("history", "verify").code == 0


def test_the_same_hardware_is_the_same_license_under_another_name(old):
    by_hand(old, "PC1", "--hardware-id", HARDWARE)
    assert import_licenses(old, issued(3, 17, "RENAMED", sHardwareId=HARDWARE.lower())) == (0, 1, 1, 0)
    assert names(old) == [(17, "RENAMED")]


def test_another_hardware_is_another_license_of_that_name(old):
    by_hand(old, "PC1", "--hardware-id", HARDWARE)
    assert import_licenses(old, issued(3, 17, "PC1", sHardwareId="0x99")) == (1, 0, 0, 0)
    assert names(old) == [(17, "PC1"), (None, "PC1")]


def test_another_day_of_issue_is_another_license(old):
    by_hand(old, "PC1", "--issued-on", "2026-01-07")
    assert import_licenses(old, issued(3, 17, "PC1")) == (1, 0, 0, 0)
    assert names(old) == [(17, "PC1"), (None, "PC1")]


def test_without_a_day_the_computer_alone_decides_if_it_is_the_only_one(old):
    by_hand(old, "PC1")
    assert import_licenses(old, issued(3, 17, "PC1")) == (0, 1, 1, 0)


def test_two_that_could_be_it_are_left_to_the_administrator(old):
    by_hand(old, "PC1")
    two = [issued(3, 17, "PC1"), issued(3, 18, "PC1", IssueDate="2026-02-01T10:00:00Z")]
    assert import_licenses(old, *two) == (2, 0, 0, 2)
    assert names(old) == [(17, "PC1"), (18, "PC1"), (None, "PC1")]


def test_one_that_could_be_two_is_left_too(old):
    by_hand(old, "PC1", "--issued-on", "2026-01-05", "--user", "ann")
    by_hand(old, "PC1", "--issued-on", "2026-01-05", "--user", "bob")
    assert import_licenses(old, issued(3, 17, "PC1")) == (1, 0, 0, 1)
    assert len(names(old)) == 3


def test_of_two_the_hardware_tells_which(old):
    first = by_hand(old, "PC1", "--hardware-id", HARDWARE)
    by_hand(old, "PC1", "--hardware-id", OTHER_HARDWARE)
    old.json("transfer", "mark", first, "--to", "PC9", "--on", "2026-02-20")
    both = [issued(3, 17, "PC1", sHardwareId=OTHER_HARDWARE), issued(3, 18, "PC1", sHardwareId=HARDWARE)]
    assert import_licenses(old, *both) == (0, 2, 2, 0)
    assert old.json("transfer", "list")[0]["license"] == "DC01/3/18"


def test_a_license_of_another_pack_is_none_of_it(old):
    by_hand(old, "PC1")
    assert import_licenses(old, issued(4, 17, "PC1"), packs=(pack(3), pack(4))) == (1, 0, 0, 0)


def test_what_no_list_shows_stays_as_it_was_entered(old):
    """Its server never listed it, so that it cannot have vanished there."""
    by_hand(old, "PC1")
    old.imports("--complete", packs=[pack(3)], licenses=[issued(3, 17, "PC2")])
    assert names(old) == [(17, "PC2"), (None, "PC1")]


def test_an_import_that_is_voided_gives_it_back_as_it_was(old):
    name = by_hand(old, "PC1", "--issued-on", "2026-01-05")
    before = old.json("licenses", "list")
    act = old.json("import", *old.lists(licenses=[issued(3, 17, "PC1")]), "--server", "DC01")
    assert names(old) == [(17, "PC1")]
    old.json("import", "void", str(act["entry"]), "--reason", "the list of another server")
    assert old.json("licenses", "list") == before
    old.json("transfer", "mark", name, "--to", "PC9", "--on", "2026-02-20")
    assert old("history", "verify").code == 0


def test_a_license_that_should_not_have_been_entered_is_voided(old):
    name = by_hand(old, "PC1")
    old.json("licenses", "void", name, "--reason", "typed into the wrong server")
    assert names(old) == []
    assert import_licenses(old, issued(3, 17, "PC1")) == (1, 0, 0, 0)


def test_pack_and_licenses_by_hand_are_both_found_in_one_list(admin):
    """The old server is copied by hand; months later it is upgraded and lists all there is."""
    admin.json("servers", "add", "DC01", "--windows-version", "2003")
    made = admin.json(
        *("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device"),
        *("--total", "10", "--program", "select", "--number", "1234567"),
    )
    name = by_hand(admin, "PC1", key_pack=made["keypack"]["Pack"].removeprefix("DC01/"))
    assert name == "DC01/#1/#1"
    admin.json("transfer", "mark", name, "--to", "PC9", "--on", "2026-02-20")
    assert import_licenses(admin, issued(3, 17, "PC1"), issued(3, 18, "PC2")) == (1, 1, 1, 0)
    assert names(admin) == [(17, "PC1"), (18, "PC2")]
    assert admin.json("transfer", "list")[0]["license"] == "DC01/3/17"
    (result,) = admin.json("key-packs", "list")
    assert (result["KeyPackId"], result["Program"]) == (3, "select")
    assert admin("history", "verify").code == 0


def test_servers_and_packs_are_corrected_with_a_reason_and_what_they_hold_stays(old):
    name = by_hand(old, "PC1")
    assert "reason is missing" in old.refused("servers", "set", "DC01", "--rename", "LIC01", "--reason", " ")
    old.json("servers", "set", "DC01", "--rename", "LIC01", "--reason", "moved to new hardware")
    old.json("key-packs", "set", "LIC01/3", "--policy", "after-90-days", "--reason", "volume terms found")
    assert old.json("licenses", "list")[0]["Server"] == "LIC01"
    moved = name.replace("DC01", "LIC01")
    assert old.json("transfer", "mark", moved, "--to", "PC9", "--on", "2025-10-01")["entry"]
    assert old.json("transfer", "list")[0]["policy"] == "after-90-days"
    entries = [(entry["kind"], entry["reason"]) for entry in old.json("history", "list")]
    assert ("server.set", "moved to new hardware") in entries
    assert ("pack.set", "volume terms found") in entries


def test_of_a_pack_by_hand_too_a_complete_list_says_which_licenses_are_gone(old):
    """A server that lists no key packs has no other way to say so."""
    both = [issued(3, 1, "PC1"), issued(3, 2, "PC2")]
    bought = ("--product-version", "2019", "--type", "device", "--total", "5", "--keypack-id", "4")
    old.json("key-packs", "add", "--server", "DC01", *bought)
    old.imports(licenses=[*both, issued(4, 1, "PC4")])
    (result,) = old.imports("--complete", licenses=both)
    assert (result["unchanged"], result["vanished"]) == (2, 1)
    ended = {row["sIssuedToComputer"] for row in old.json("licenses", "list", "--ended") if row["Ended"]}
    assert ended == {"PC4"}
