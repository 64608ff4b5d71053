"""The list of issued licenses."""

from __future__ import annotations

import pytest
from world import LISTED_ENTRIES, lists, take_in


def ids(rows):
    return [(row["KeyPackId"], row["LicenseId"]) for row in rows]


def test_a_license_has_the_eight_properties_and_four_of_ours(stocked):
    first = stocked.json("licenses", "list")[0]
    assert first == {
        "LicenseId": 1,
        "KeyPackId": 3,
        "sIssuedToUser": None,
        "sIssuedToComputer": "PC1",
        "LicenseStatus": 2,
        "IssueDate": "2026-01-05T10:00:00Z",
        "ExpirationDate": "2026-03-20T10:00:00Z",
        "sHardwareId": None,
        "Server": "DC01",
        "Holder": "PC1",
        "Record": None,
        "Ended": None,
    }


def test_they_stand_by_server_key_pack_and_license_id_the_ended_ones_only_when_asked_for(stocked):
    assert ids(stocked.json("licenses", "list")) == [(3, 1), (3, 2), (3, 3), (4, 1)]
    everything = stocked.json("licenses", "list", "--ended")
    assert ids(everything) == [(3, 1), (3, 2), (3, 3), (3, 9), (4, 1)]
    assert everything[3]["Ended"] == "2026-02-01"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--key-pack", "4"), [(4, 1)]),
        (("--server", "dc01", "--key-pack", "4"), [(4, 1)]),
        (("--key-pack", "#1"), [(3, 1), (3, 2), (3, 3)]),
        (("--key-pack", "DC01/4"), [(4, 1)]),
        (("--status", "temporary"), [(4, 1)]),
        (("--status", "2"), [(3, 1), (3, 2), (3, 3)]),
        (("--search", "c2"), [(3, 2)]),
        (("--search", "nothing like it"), []),
        (("--limit", "2"), [(3, 1), (3, 2)]),
        (("--limit", "2", "--offset", "3"), [(4, 1)]),
        (("--offset", "1"), [(3, 2), (3, 3), (4, 1)]),
        (("--limit", "0"), []),
        (("--sort", "ExpirationDate", "--status", "temporary"), [(4, 1)]),
        (("--sort", "sIssuedToComputer"), [(4, 1), (3, 1), (3, 2), (3, 3)]),
        (("--sort", "computer", "--limit", "1"), [(4, 1)]),
        (("--sort", "record", "--limit", "1"), [(3, 1)]),
    ],
)
def test_filters_sorting_and_pages(stocked, filters, expected):
    assert ids(stocked.json("licenses", "list", *filters)) == expected


def test_without_a_limit_all_are_listed(console, store):
    take_in(store, *lists(250), server="DC02")
    assert len(console.json("licenses", "list", "--server", "DC02")) == 250


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (("--sort", "Colour"), "no column “Colour”"),
        (("--sort", "place"), "no column"),
        (("--key-pack", "99"), "No key pack “99”"),
        (("--key-pack", "x"), "names no key pack"),
        (("--key-pack", "#9"), "No key pack"),
        (("--key-pack", "#3"), "No key pack"),  # 3 is a Keypack ID
        (("--key-pack", "DC01/99"), "No key pack"),
        (("--status", "happy"), "no license status"),
        (("--limit", "some"), "some"),
        (("--offset", "-7"), "-7"),
        (("--server", "nowhere"), "No server"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(stocked, filters, said):
    assert said in stocked.refused("licenses", "list", *filters)


def test_a_key_pack_of_another_server_is_none_of_the_named_one(stocked):
    stocked.json("servers", "add", "DC02")
    assert "No key pack “4”" in stocked.refused("licenses", "list", "--server", "DC02", "--key-pack", "4")


def test_what_our_record_says_stands_in_the_record(stocked):
    stocked.json("transfer", "mark", "DC01/3/1", "--to", "PC7", "--on", "2026-02-01")
    stocked.json("reissue", "open", "--server", "DC01")
    stocked.json("reissue", "add", "1", "DC01/3/2=NEW")
    rows = stocked.json("licenses", "list", "--key-pack", "3")
    assert rows[0]["Record"] == {"state": "transferred", "transfer": 1, "to": "PC7", "removal": "awaiting"}
    assert rows[0]["Holder"] == "PC7"
    assert rows[1]["Record"] == {"state": "collected", "request": 1, "to": "NEW", "removal": None}
    assert rows[2]["Record"] is None


def test_the_table_shows_words(stocked):
    out = stocked("licenses", "list").out
    assert "DC01/3" in out
    assert "Active" in out
    assert stocked("licenses", "list", "--search", "nothing like it").out == "No licenses match.\n"


def test_a_long_table_goes_on_after_the_rows_it_was_measured_by(stocked, monkeypatch):
    monkeypatch.setattr("tslic_admin.console.terminal.MEASURED_ROWS", 2)
    assert len(stocked("licenses", "list").out.splitlines()) == 2 + 4


def test_a_license_is_added_by_hand_and_has_no_license_id(stocked):
    act = stocked.json(
        *("licenses", "add", "--server", "dc01", "--key-pack", "3", "--computer", "OLD9"),
        *("--user", "CORP\\ann", "--hardware-id", "0xAB", "--issued-on", "2026-02-01"),
        *("--expires-on", "2026-04-20", "--status", "upgrade"),
    )
    assert act == {"entry": LISTED_ENTRIES + 1, "license": "DC01/3/#6", "notices": []}
    (row,) = [one for one in stocked.json("licenses", "list") if one["sIssuedToComputer"] == "OLD9"]
    assert (row["LicenseId"], row["KeyPackId"], row["LicenseStatus"]) == (None, 3, 3)
    assert (row["sIssuedToUser"], row["sHardwareId"]) == ("CORP\\ann", "0xAB")
    assert (row["Holder"], row["Record"], row["Ended"]) == ("OLD9", None, None)


def test_one_added_by_hand_stands_last_in_its_pack_and_is_called_by_its_number(stocked):
    stocked.json("licenses", "add", "--server", "DC01", "--key-pack", "#1", "--computer", "OLD9")
    assert ids(stocked.json("licenses", "list")) == [(3, 1), (3, 2), (3, 3), (3, None), (4, 1)]
    (line,) = [one for one in stocked("licenses", "list").out.splitlines() if "OLD9" in one]
    assert line.split()[:3] == ["DC01/3", "#6", "OLD9"]
    assert "Entered by hand" in line
    said = stocked("transfer", "mark", "DC01/3/#6", "--to", "PC7", "--on", "2026-02-01")
    assert said.code == 0
    assert stocked.json("transfer", "list")[0]["license"] == "DC01/3/#6"
    assert "DC01/3/#6" in stocked("transfer", "list").out
    stocked.json("reissue", "open", "--server", "DC01")
    stocked.json("reissue", "add", "1", "DC01/3/#6=NEW")
    assert stocked.json("reissue", "show", "1")["licenses"][0]["license"] == "DC01/3/#6"
    assert "DC01/3/#6" in stocked("reissue", "show", "1").out
    assert stocked("history", "verify").code == 0


def test_what_is_reckoned_is_said(stocked):
    said = stocked(
        *("licenses", "add", "--server", "DC01", "--key-pack", "4", "--computer", "X"),
        *("--issued-on", "2026-02-01"),
    )
    assert said.out.splitlines() == [
        f"License DC01/4/#6 was added. History entry {LISTED_ENTRIES + 1}.",
        "A temporary license runs 90 days from its issue: until 2026-05-02.",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--key-pack", "9"), "No key pack “DC01/9”"),
        (("--key-pack", "3/4"), "names no key pack"),
        (("--issued-on", "2027-01-01"), "lies in the future"),
        (("--expires-on", "2025-01-01", "--issued-on", "2026-01-01"), "before the day of issue, 2026-01-01"),
        (("--computer", "PC1"), "already recorded, as DC01/3/1"),
        (("--hardware-id", "a\x07b"), "cannot be a hardware ID"),
    ],
)
def test_a_license_by_hand_that_cannot_be_is_refused(stocked, typed, said):
    given = {"--server": "DC01", "--key-pack": "3", "--computer": "OLD9"}
    given |= dict(zip(typed[::2], typed[1::2], strict=True))
    assert said in stocked.refused("licenses", "add", *(word for pair in given.items() for word in pair))


def test_server_pack_and_computer_must_be_named(stocked):
    result = stocked("licenses", "add", "--server", "DC01", "--key-pack", "3")
    assert result.code == 2
    assert "--computer" in result.err
