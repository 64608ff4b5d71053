"""The commands about one-time transfers."""

from __future__ import annotations

from world import LISTED_ENTRIES

MARK = ("transfer", "mark", "DC01/3/1", "--to", "PC7", "--on", "2026-02-01")


def test_a_transfer_is_marked_and_listed(stocked):
    act = stocked.json(*MARK)
    assert act["transfer"] == 1
    assert act["entry"] == LISTED_ENTRIES + 1
    assert any("not checked" in notice for notice in act["notices"])
    assert stocked.json("transfer", "list") == [
        {
            "transfer": 1,
            "license": "DC01/3/1",
            "from": "PC1",
            "to": "PC7",
            "on": "2026-02-01",
            "policy": "one-time",
            "previous": None,
            "linked": None,
            "removal": "awaiting",
            "voided_by": None,
        }
    ]


def test_a_second_transfer_is_refused_and_offers_the_way_out(stocked):
    stocked.json(*MARK)
    line = stocked.refused("transfer", "mark", "DC01/3/1", "--to", "PC8", "--on", "2026-02-02")
    assert "once" in line
    assert "reissue" in line
    assert len(stocked.json("transfer", "list")) == 1


def test_a_refusal_that_wants_a_reason_gives_way_to_one_only_with_anyway(stocked):
    mark = ("transfer", "mark", "DC01/3/9@2026-01-05", "--to", "PC7", "--on", "2026-01-20")
    stocked.refused(*mark)
    stocked.refused(*mark, "--reason", "seen on the old server")
    act = stocked.json(*mark, "--reason", "seen on the old server", "--anyway")
    assert act["transfer"] == 1
    assert stocked.json("transfer", "list")[0]["license"] == "DC01/3/9@2026-01-05"


def test_the_client_and_its_host_are_looked_at(stocked):
    act = stocked.json(*MARK, "--client-os", "xp-professional", "--host-version", "2022")
    assert any("does not serve" in notice for notice in act["notices"])
    assert "no client system" in stocked.refused(*MARK[:2], "DC01/3/2", *MARK[3:], "--client-os", "amiga")


def test_the_act_says_in_a_line_what_is_true_now(stocked):
    out = stocked(*MARK).out
    assert out.startswith(
        f"Transfer 1: DC01/3/1 was marked as transferred to PC7. History entry {LISTED_ENTRIES + 1}.\n"
    )
    assert "awaiting" in stocked("transfer", "list").out.casefold()
    assert stocked("transfer", "list").out.splitlines()[0].startswith("Transfer")


def test_an_empty_list_says_so(console):
    assert console("transfer", "list").out == "No transfers are recorded.\n"
