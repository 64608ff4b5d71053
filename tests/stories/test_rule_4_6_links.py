"""Rule 4.6: the new computer gets a license of its own from the server, and the transfer is known by it."""

from __future__ import annotations

import pytest
from stories.conftest import CODE, OFFICE, issued, pack


@pytest.fixture
def moved(office):
    """License 1 was transferred from PC1 to PC9 on 1 March."""
    office.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01")
    return office


def own(license_id=7, computer="PC9", **other):
    """The new computer's own license, issued the day after."""
    new = {"IssueDate": "2026-03-02T08:00:00Z", "ExpirationDate": "2026-05-20T08:00:00Z"}
    return issued(3, license_id, computer, **{**new, **other})


def transfer(admin, number=1):
    return next(one for one in admin.json("transfer", "list") if one["transfer"] == number)


def test_the_new_computer_s_own_license_is_linked_when_it_is_first_listed(moved):
    (result,) = moved.imports(licenses=[own()])
    assert (result["new"], result["linked"], result["ambiguous"]) == (1, 1, 0)
    assert transfer(moved)["linked"] == "DC01/3/7"


def test_so_it_is_where_it_was_entered_by_hand_before(moved):
    add = ("licenses", "add", "--server", "DC01", "--key-pack", "3", "--computer", "PC9", "--issued-on")
    moved.json(*add, "2026-03-02")
    assert transfer(moved)["linked"] is None
    (result,) = moved.imports(licenses=[own()])
    assert (result["new"], result["changed"], result["linked"]) == (0, 1, 2)
    assert transfer(moved)["linked"] == "DC01/3/7"


def test_it_is_received_from_the_old_computer_and_held_by_the_new(moved):
    moved.imports(licenses=[own()])
    received = moved.license("DC01/3/7")
    assert received["Holder"] == "PC9"
    assert received["Record"] == {"state": "received", "transfer": 1, "from": "PC1", "removal": None}


def test_the_old_license_is_given_up_and_held_by_nobody(moved):
    moved.imports(licenses=[*OFFICE, own()])
    given_up = moved.license("DC01/3/1")
    assert given_up["Holder"] is None
    assert given_up["Record"]["state"] == "transferred"


def test_it_carries_the_used_transfer(moved):
    moved.imports(licenses=[own()])
    said = moved.refused("transfer", "mark", "DC01/3/7", "--to", "PC10", "--on", "2026-03-02")
    assert "DC01/3/7" in said


def test_the_old_one_can_neither_be_transferred_nor_reissued_any_more(moved):
    moved.json("key-packs", "set", "DC01/3", "--policy", "after-90-days", "--reason", "volume terms")
    moved.imports(licenses=[*OFFICE, own()])
    assert "DC01/3/7" in moved.refused("transfer", "mark", "DC01/3/1", "--to", "PC10", "--on", "2026-03-02")
    moved.json("reissue", "open", "--server", "DC01")
    assert "DC01/3/7" in moved.refused("reissue", "add", "1", "DC01/3/1")
    moved.json("reissue", "add", "1", "DC01/3/7")


@pytest.mark.parametrize("name", ["pc9", "PC9.corp.example"])
def test_names_are_compared_as_ever(moved, name):
    (result,) = moved.imports(licenses=[own(computer=name)])
    assert result["linked"] == 1


@pytest.mark.parametrize(
    "other",
    [
        {"computer": "PC8"},
        {"IssueDate": "2026-02-28T08:00:00Z"},
        {"LicenseStatus": 1},
    ],
    ids=["another computer", "issued before the transfer", "a temporary one"],
)
def test_what_cannot_be_it_is_not_linked(moved, other):
    (result,) = moved.imports(licenses=[own(**other)])
    assert (result["linked"], result["ambiguous"]) == (0, 0)
    assert transfer(moved)["linked"] is None


def test_a_license_of_another_version_is_not_it(moved):
    results = moved.imports(packs=[pack(4, ProductVersionID=7)], licenses=[{**own(), "KeyPackId": 4}])
    assert [one["linked"] for one in results] == [0, 0]


def test_two_that_it_could_be_are_asked_about(moved):
    (result,) = moved.imports(licenses=[own(7), own(8, computer="pc9", IssueDate="2026-03-02T09:00:00Z")])
    assert (result["linked"], result["ambiguous"]) == (0, 2)
    moved.json("transfer", "link", "1", "DC01/3/8", "--reason", "The other one is a test machine's")
    assert transfer(moved)["linked"] == "DC01/3/8"


def test_two_transfers_to_the_same_computer_are_asked_about(moved):
    moved.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-03-01")
    (result,) = moved.imports(licenses=[own()])
    assert (result["linked"], result["ambiguous"]) == (0, 1)


def test_the_console_says_which_they_are_and_what_to_do(moved):
    moved.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-03-01")
    said = moved("import", *moved.lists(licenses=[own()]), "--server", "DC01").out
    one, other = "transfer 1 of 2026-03-01 from PC1 to PC9", "transfer 2 of 2026-03-01 from PC2 to PC9"
    assert (
        f"DC01/3/7 may have been received by {one} or {other}. Nothing was linked; use transfer link" in said
    )


def test_the_link_can_be_changed_and_taken_back_with_a_reason(moved):
    moved.imports(licenses=[*OFFICE, own(7), own(8, IssueDate="2026-03-02T09:00:00Z")])
    assert moved("transfer", "link", "1", "DC01/3/7").code == 2
    moved.json("transfer", "link", "1", "DC01/3/7", "--reason", "guessed")
    moved.json("transfer", "link", "1", "DC01/3/8", "--reason", "better")
    moved.json("transfer", "link", "1", "none", "--reason", "neither")
    assert transfer(moved)["linked"] is None
    assert moved.license("DC01/3/1")["Holder"] == "PC9"
    assert moved("history", "verify").code == 0


def test_what_is_no_license_received_is_refused(moved):
    moved.imports(
        packs=[pack(4, ProductVersionID=7), pack(5, ProductType=1), pack(6, KeyPackType=4)],
        licenses=[
            own(7, LicenseStatus=1),
            own(8, "PC8", IssueDate="2026-02-01T00:00:00Z"),
            {**own(9, "PC91"), "KeyPackId": 4},
            {**own(10, "PC92"), "KeyPackId": 5},
            {**own(11, "PC93"), "KeyPackId": 6},
        ],
    )
    moved.imports(server="DC02", packs=[pack(3)], licenses=[own(12)])
    link = ("transfer", "link", "1")
    for wrong in ("3/1", "3/7", "3/8", "4/9", "5/10", "6/11"):
        assert f"DC01/{wrong}" in moved.refused(*link, f"DC01/{wrong}", "--reason", "x")
    assert "DC02/3/12" in moved.refused(*link, "DC02/3/12", "--reason", "x")


def test_a_license_is_received_once(moved):
    moved.imports(licenses=[*OFFICE, own()])
    moved.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-03-01")
    assert "DC01/3/7" in moved.refused("transfer", "link", "2", "DC01/3/7", "--reason", "x")


def test_another_computer_s_name_is_said_and_linked_all_the_same(moved):
    moved.imports(licenses=[own(7, "RENAMED")])
    said = " ".join(moved.json("transfer", "link", "1", "DC01/3/7", "--reason", "renamed")["notices"])
    assert "RENAMED" in said
    assert "PC9" in said


def test_what_a_later_transfer_builds_on_keeps_its_link(moved):
    moved.json("key-packs", "set", "DC01/3", "--policy", "after-90-days", "--reason", "volume terms")
    moved.imports(licenses=[own(ExpirationDate="2026-12-01T00:00:00Z")])
    moved.today("2026-06-10")
    moved.json("transfer", "mark", "DC01/3/7", "--to", "PC10", "--on", "2026-06-10")
    second = transfer(moved, 2)
    assert (second["previous"], second["from"]) == (1, "PC9")
    assert "2" in moved.refused("transfer", "link", "1", "none", "--reason", "x")


def test_a_license_that_itself_moved_is_not_one_that_was_received(moved):
    moved.json("transfer", "mark", "DC01/3/2", "--to", "PC8", "--on", "2026-03-01")
    assert "DC01/3/2" in moved.refused("transfer", "link", "1", "DC01/3/2", "--reason", "x")


def test_a_license_of_the_built_in_pool_was_not_received(moved):
    results = moved.imports(packs=[pack(6, KeyPackType=6)], licenses=[*OFFICE, {**own(), "KeyPackId": 6}])
    assert [one["linked"] for one in results] == [0, 0]
    assert "DC01/6/7" in moved.refused("transfer", "link", "1", "DC01/6/7", "--reason", "x")


def test_what_was_asked_about_stays_in_question_when_another_appears(moved):
    moved.imports(licenses=[*OFFICE, own(7), own(8)])
    moved.today("2026-03-05")
    (result,) = moved.imports(licenses=[*OFFICE, own(7), own(8), own(9)])
    assert (result["new"], result["linked"], result["ambiguous"]) == (1, 0, 1)


def test_what_was_received_by_another_transfer_is_in_nobody_s_way(moved):
    moved.imports(licenses=[*OFFICE, own(7)])
    moved.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-03-02")
    moved.today("2026-03-05")
    (result,) = moved.imports(licenses=[*OFFICE, own(7), own(8)])
    assert (result["new"], result["linked"], result["ambiguous"]) == (1, 1, 0)
    assert transfer(moved, 2)["linked"] == "DC01/3/8"


def test_what_comes_of_a_reissue_is_a_new_license_with_its_own_transfer(moved):
    moved.json("reissue", "open", "--server", "DC01")
    moved.json("reissue", "add", "1", "DC01/3/1=PC9")
    recorded = ("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-02")
    moved.json(*recorded)
    moved.today("2026-03-05")
    new = {**own(1, IssueDate="2026-03-04T08:00:00Z"), "KeyPackId": 8}
    results = moved.imports(packs=[pack(8, total=1)], licenses=[*OFFICE, new])
    assert [one["linked"] for one in results] == [1, 0]
    assert moved.license("DC01/8/1")["Record"] is None
    assert "request 1" in moved.refused("transfer", "link", "1", "DC01/8/1", "--reason", "x")
    moved.json("transfer", "mark", "DC01/8/1", "--to", "PC10", "--on", "2026-03-05")


def test_a_license_that_waits_for_the_call_is_settled_by_the_call(moved):
    moved.json("reissue", "open", "--server", "DC01")
    moved.json("reissue", "add", "1", "DC01/3/1=PC9")
    (result,) = moved.imports(licenses=[*OFFICE, own()])
    assert (result["linked"], result["ambiguous"]) == (0, 0)
    link = ("transfer", "link", "1", "DC01/3/7", "--reason", "x")
    assert "Drop it" in moved.refused(*link)
    moved.json("reissue", "drop", "1", "DC01/3/1")
    moved.json(*link)
    assert transfer(moved)["linked"] == "DC01/3/7"
