"""Rule 4.7: the reissued set appears as another key pack on the server, and is known to be that one."""

from __future__ import annotations

import pytest
from stories.conftest import CODE, OTHER_CODE, issued, pack

RECORDED = ("reissue", "record", "1", "--code", CODE, "--on", "2026-03-02", "--quantity")


@pytest.fixture
def called(office):
    """Two licenses are to be replaced; the call is about to be recorded."""
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1=NEW1", "DC01/3/2=NEW2")
    return office


@pytest.fixture
def recorded(called):
    """The call is recorded; the server does not list the new pack yet."""
    called.json(*RECORDED, "2")
    return called


def packs_of(admin, server="DC01"):
    return {one["Pack"]: one for one in admin.json("key-packs", "list", "--server", server)}


def request(admin, number="1"):
    return admin.json("reissue", "show", number)


# a later list shows it


def test_a_later_list_s_new_pack_is_the_reissued_one(recorded):
    recorded.today("2026-03-05")
    (result,) = recorded.imports(packs=[pack(3, issued=3), pack(8, total=2)])
    assert (result["new"], result["linked"], result["ambiguous"]) == (1, 1, 0)
    packs = packs_of(recorded)
    assert set(packs) == {"DC01/3", "DC01/8"}
    assert (packs["DC01/8"]["Origin"], packs["DC01/8"]["Request"]) == ("reissue", 1)
    assert packs["DC01/8"]["LicenseKeyPackId"] == "…GGGGG"
    assert (request(recorded)["state"], request(recorded)["keypack"]["Pack"]) == ("installed", "DC01/8")


def test_a_dry_run_says_the_same_and_links_nothing(recorded):
    files = recorded.lists(packs=[pack(8, total=2)])
    (result,) = recorded.json("import", *files, "--server", "DC01", "--dry-run")["imported"]
    assert (result["new"], result["linked"]) == (1, 1)
    assert request(recorded)["state"] == "recorded"


@pytest.mark.parametrize(
    "other",
    [
        {"total": 3},
        {"ProductVersionID": 7},
        {"ProductType": 1},
    ],
    ids=["another total", "another version", "another type"],
)
def test_a_pack_that_was_bought_otherwise_is_another(recorded, other):
    (result,) = recorded.imports(packs=[pack(8, **{"total": 2, **other})])
    assert (result["linked"], result["ambiguous"]) == (0, 0)
    assert request(recorded)["state"] == "recorded"


def test_2008_and_2008_r2_are_one_version(admin):
    admin.imports(packs=[pack(3, ProductVersionID=2)], licenses=[issued(3, 1, "PC1")])
    admin.json("reissue", "open", "--server", "DC01")
    admin.json("reissue", "add", "1", "DC01/3/1")
    admin.json(*RECORDED, "1")
    (result,) = admin.imports(packs=[pack(8, total=1, ProductVersionID=3)])
    assert result["linked"] == 1


def test_two_packs_that_it_could_be_are_asked_about_and_not_linked(recorded):
    (result,) = recorded.imports(packs=[pack(8, total=2), pack(9, total=2)])
    assert (result["linked"], result["ambiguous"]) == (0, 2)
    assert request(recorded)["state"] == "recorded"
    recorded.json("reissue", "link", "1", "9", "--reason", "The vendor's mail names it")
    assert packs_of(recorded)["DC01/9"]["Origin"] == "reissue"
    assert packs_of(recorded)["DC01/8"]["Origin"] == "original"


def test_the_console_says_what_it_could_be_and_what_to_do(recorded):
    output = recorded(
        "import", *recorded.lists(packs=[pack(8, total=2), pack(9, total=2)]), "--server", "DC01"
    ).out
    assert "DC01/8 may be Reissue 1 of 2026-03-02 (DC01/#2). Nothing was linked; use reissue link" in output


def test_two_reissues_that_it_could_be_are_not_linked_either(recorded):
    recorded.json("reissue", "open", "--server", "DC01")
    recorded.json("reissue", "add", "2", "DC01/3/3")
    recorded.json(*("reissue", "record", "2", "--code", OTHER_CODE, "--on", "2026-03-02", "--quantity", "2"))
    (result,) = recorded.imports(packs=[pack(8, total=2)])
    assert (result["linked"], result["ambiguous"]) == (0, 1)


def test_a_pack_of_another_server_is_none_of_it(recorded):
    recorded.imports(server="DC02", packs=[pack(8, total=2)])
    assert request(recorded)["state"] == "recorded"


def test_what_was_asked_about_stays_in_question_when_another_appears(recorded):
    recorded.imports(packs=[pack(8, total=2), pack(9, total=2)])
    recorded.today("2026-03-05")
    (result,) = recorded.imports(packs=[pack(10, total=2)])
    assert (result["new"], result["linked"], result["ambiguous"]) == (1, 0, 1)


def test_what_is_known_of_a_pack_already_is_in_nobody_s_way(recorded):
    recorded.imports(packs=[pack(8, total=2), pack(9, total=2)])
    for bought in ("8", "9"):
        recorded.json("key-packs", "set", f"DC01/{bought}", "--reseller", "Northgate", "--reason", "invoice")
    (result,) = recorded.imports(packs=[pack(10, total=2)])
    assert (result["linked"], result["ambiguous"]) == (1, 0)


def test_a_pool_of_temporary_licenses_is_no_reissued_set(recorded):
    (result,) = recorded.imports(packs=[pack(8, total=2, KeyPackType=4)])
    assert (result["linked"], result["ambiguous"]) == (0, 0)
    assert "which nobody granted" in recorded.refused("reissue", "link", "1", "8", "--reason", "x")
    (result,) = recorded.imports(packs=[pack(9, total=2)])
    assert (result["linked"], result["ambiguous"]) == (1, 0)


def test_what_is_no_longer_on_the_server_is_in_nobody_s_way(called):
    called.imports(packs=[pack(8, total=2)])
    called.imports("--complete", packs=[pack(3, issued=3)])
    called.json(*RECORDED, "2")
    (result,) = called.imports(packs=[pack(9, total=2)])
    assert (result["linked"], result["ambiguous"]) == (1, 0)
    assert request(called)["keypack"]["Pack"] == "DC01/9"


def test_what_was_listed_before_the_request_was_opened_is_in_nobody_s_way(office):
    office.imports(packs=[pack(8, total=2)])
    office.today("2026-03-03")
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1")
    office.json(*RECORDED, "2")
    (result,) = office.imports(packs=[pack(10, total=2)])
    assert (result["linked"], result["ambiguous"]) == (1, 0)


def test_nor_is_the_pack_of_a_license_that_is_replaced(office):
    office.json("reissue", "open", "--server", "DC01")
    office.imports(packs=[pack(8, total=2)], licenses=[issued(8, 1, "PC8")])
    office.json("reissue", "add", "1", "DC01/8/1")
    office.json(*RECORDED, "2")
    (result,) = office.imports(packs=[pack(10, total=2)])
    assert (result["linked"], result["ambiguous"]) == (1, 0)


# recording with the Keypack ID


def test_recording_with_a_keypack_id_that_is_known_adopts_that_pack(called):
    called.imports(packs=[pack(8, total=2)])
    made = called.json(*RECORDED, "2", "--keypack-id", "8")["keypack"]
    assert (made["Pack"], made["Origin"]) == ("DC01/8", "reissue")
    assert set(packs_of(called)) == {"DC01/3", "DC01/8"}
    assert request(called)["state"] == "installed"


@pytest.mark.parametrize("other", [{"total": 3}, {"ProductVersionID": 7}, {"ProductType": 1}])
def test_a_pack_that_does_not_agree_is_refused(called, other):
    called.imports(packs=[pack(8, **{"total": 2, **other})])
    assert "DC01/8" in called.refused(*RECORDED, "2", "--keypack-id", "8")
    assert request(called)["state"] == "open"


def test_a_keypack_id_that_nobody_has_seen_is_that_pack_s_when_it_is_listed(called):
    called.json(*RECORDED, "2", "--keypack-id", "8")
    assert request(called)["state"] == "recorded"
    (result,) = called.imports(packs=[pack(8, total=2)])
    assert result["linked"] == 1
    assert request(called)["state"] == "installed"
    assert set(packs_of(called)) == {"DC01/3", "DC01/8"}


def test_without_a_keypack_id_packs_seen_since_the_request_was_opened_are_offered(called):
    called.imports(packs=[pack(8, total=2), pack(9, total=7)])
    output = " ".join(called.json(*RECORDED, "2")["notices"])
    assert "DC01/8" in output
    assert "DC01/9" not in output


def test_a_call_without_licenses_may_be_of_any_version(office):
    office.json("reissue", "open", "--server", "DC01")
    office.imports(packs=[pack(8, total=2), pack(9, total=7), pack(10, total=2, ProductType=1)])
    output = " ".join(office.json(*RECORDED, "2")["notices"])
    assert "DC01/8, DC01/10" in output
    assert "DC01/9" not in output


# the link can be changed, with a reason


def test_a_link_is_taken_back_and_the_server_s_pack_is_what_it_was(recorded):
    recorded.imports(packs=[pack(8, total=2)])
    before = packs_of(recorded)["DC01/8"]
    assert recorded("reissue", "link", "1", "none").code == 2  # without a reason
    recorded.json("reissue", "link", "1", "none", "--reason", "It was bought, not reissued")
    packs = packs_of(recorded)
    assert (packs["DC01/8"]["Origin"], packs["DC01/8"]["Request"]) == ("original", None)
    assert packs["DC01/8"]["LicenseKeyPackId"] is None
    (unlisted,) = [one for one in packs.values() if one["Origin"] == "reissue"]
    assert unlisted["KeyPackId"] is None
    assert unlisted["LicenseKeyPackId"] == before["LicenseKeyPackId"]
    assert request(recorded)["state"] == "recorded"


def test_what_was_noted_at_the_pack_itself_stays_when_the_link_is_taken_back(recorded):
    recorded.imports(packs=[pack(8, total=2)])
    recorded.json("key-packs", "set", "DC01/8", "--notes", "ours", "--reason", "to find it")
    recorded.json("reissue", "link", "1", "none", "--reason", "wrong one")
    assert packs_of(recorded)["DC01/8"]["Notes"] == "ours"


def test_a_link_is_moved_to_another_pack(recorded):
    recorded.imports(packs=[pack(8, total=2), pack(9, total=2)])
    recorded.json("reissue", "link", "1", "8", "--reason", "first guess")
    recorded.json("reissue", "link", "1", "9", "--reason", "The invoice says so")
    packs = packs_of(recorded)
    assert (packs["DC01/8"]["Origin"], packs["DC01/9"]["Origin"]) == ("original", "reissue")
    assert len(packs) == 3


def test_a_pack_recorded_under_its_keypack_id_and_then_listed_can_be_parted_too(called):
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.imports(packs=[pack(8, total=2)])
    called.json("reissue", "link", "1", "none", "--reason", "wrong one")
    packs = packs_of(called)
    assert packs["DC01/8"]["Origin"] == "original"
    assert request(called)["keypack"]["KeyPackId"] is None
    called.json("reissue", "link", "1", "8", "--reason", "right after all")
    assert packs_of(called)["DC01/8"]["Request"] == 1


def test_a_mistyped_keypack_id_may_turn_out_to_be_another_pack_s(called):
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.imports(packs=[pack(9, total=2)])
    called.json("reissue", "link", "1", "9", "--reason", "misread")
    called.imports(packs=[pack(8, total=5)])
    called.json("reissue", "link", "1", "none", "--reason", "neither")
    assert request(called)["keypack"]["KeyPackId"] is None
    assert {"DC01/8", "DC01/9"} < set(packs_of(called))
    assert called("history", "verify").code == 0


def test_what_its_server_lists_licenses_of_is_no_other_pack(called):
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.imports(licenses=[issued(8, 1, "NEW1")])
    called.imports(packs=[pack(9, total=2)], licenses=[issued(9, 1, "X")])
    assert "DC01/8" in called.refused("reissue", "link", "1", "9", "--reason", "misread")
    assert request(called)["keypack"]["KeyPackId"] == 8


def test_an_installed_day_that_was_told_by_hand_stays(recorded):
    recorded.json("reissue", "installed", "1", "--on", "2026-03-02")
    recorded.today("2026-03-05")
    recorded.imports(packs=[pack(8, total=2)])
    recorded.json("reissue", "link", "1", "none", "--reason", "wrong one")
    assert request(recorded)["state"] == "installed"


def test_a_pack_of_another_reissue_is_not_taken_away(recorded):
    recorded.imports(packs=[pack(8, total=2)])
    recorded.json("reissue", "open", "--server", "DC01")
    recorded.json("reissue", "add", "2", "DC01/3/3")
    recorded.json(*("reissue", "record", "2", "--code", OTHER_CODE, "--on", "2026-03-02", "--quantity", "2"))
    assert "1" in recorded.refused("reissue", "link", "2", "8", "--reason", "x")
    assert "99" in recorded.refused("reissue", "link", "2", "99", "--reason", "x")
    recorded.refused("reissue", "link", "2", "none", "--reason", "x")


def test_the_pack_that_was_lost_is_not_the_one_that_replaces_it(office):
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1")
    office.refused(*RECORDED, "10", "--keypack-id", "3")


def void_and_record_again(admin, *more):
    for _ in range(2):
        admin.json("reissue", "void", "1", "--reason", "never called")
        assert request(admin)["state"] == "open"
        assert admin("history", "verify").code == 0
        admin.json(*RECORDED, "2", *more)
        assert admin("history", "verify").code == 0


def test_a_call_whose_pack_was_linked_and_parted_is_voided_and_recorded_again(recorded):
    recorded.imports(packs=[pack(8, total=2)])
    recorded.json("reissue", "link", "1", "none", "--reason", "wrong one")
    void_and_record_again(recorded)
    assert packs_of(recorded)["DC01/8"]["Origin"] == "original"


def test_a_call_that_adopted_a_pack_and_was_parted_from_it_is_voided_and_recorded_again(called):
    called.imports(packs=[pack(8, total=2)])
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.json("reissue", "link", "1", "none", "--reason", "wrong one")
    void_and_record_again(called, "--keypack-id", "8")
    assert packs_of(called)["DC01/8"]["Origin"] == "reissue"


def test_a_call_that_was_voided_and_recorded_again_is_parted_from_its_pack(called):
    called.imports(packs=[pack(8, total=2)])
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.json("reissue", "void", "1", "--reason", "misheard")
    called.json(*RECORDED, "2", "--keypack-id", "8")
    called.json("reissue", "link", "1", "none", "--reason", "wrong one")
    assert request(called)["keypack"]["KeyPackId"] is None
    assert called("history", "verify").code == 0


# correcting a code


def test_a_mistyped_code_is_corrected_until_the_pack_is_linked(recorded):
    corrected = recorded.json(
        "reissue", "correct", "1", "--code", OTHER_CODE[:-1] + "H", "--reason", "misheard"
    )
    assert corrected["keypack"]["LicenseKeyPackId"] == "…GGGGH"
    recorded.imports(packs=[pack(8, total=2)])
    assert "linked" in recorded.refused("reissue", "correct", "1", "--code", CODE, "--reason", "again")


def test_a_code_is_not_corrected_to_one_that_is_known(recorded):
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    recorded.json(*add, "--total", "5", "--code", OTHER_CODE)
    recorded.refused("reissue", "correct", "1", "--code", OTHER_CODE, "--reason", "x")
    recorded.json("reissue", "open", "--server", "DC01")
    recorded.refused("reissue", "correct", "2", "--code", CODE, "--reason", "x")


# packs recorded by hand


def test_a_pack_by_hand_is_the_server_s_when_it_is_listed(admin):
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    admin.json("servers", "add", "DC01")
    admin.json(*add, "--total", "5", "--code", CODE, "--reseller", "Northgate")
    (result,) = admin.imports(packs=[pack(8, total=5)])
    assert result["linked"] == 1
    (only,) = packs_of(admin).values()
    assert (only["Pack"], only["Reseller"], only["LicenseKeyPackId"]) == ("DC01/8", "Northgate", "…GGGGG")


def test_a_pack_by_hand_is_linked_by_its_keypack_id(admin):
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    admin.imports(packs=[pack(8, total=5), pack(9, total=6)])
    admin.json(*add, "--total", "5", "--notes", "cellar")
    unlisted = next(name for name in packs_of(admin) if "#" in name)
    assert "DC01/9" in admin.refused("key-packs", "set", unlisted, "--keypack-id", "9", "--reason", "x")
    admin.json("key-packs", "set", unlisted, "--keypack-id", "8", "--reason", "read off the server")
    packs = packs_of(admin)
    assert set(packs) == {"DC01/8", "DC01/9"}
    assert packs["DC01/8"]["Notes"] == "cellar"


def test_a_pack_by_hand_that_may_be_one_listed_since_is_asked_about(admin):
    add = ("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device")
    admin.imports(packs=[pack(7, total=5)])
    admin.today("2026-03-03")
    admin.json(*add, "--total", "5")
    admin.json(*add, "--total", "5")
    admin.today("2026-03-04")
    admin.imports(packs=[pack(7, total=5), pack(8, total=5)])
    unlisted = [name for name in packs_of(admin) if "#" in name]
    admin.json("key-packs", "void", unlisted[1], "--reason", "twice")
    (result,) = admin.imports(packs=[pack(9, total=5)])
    assert (result["linked"], result["ambiguous"]) == (0, 1)  # 8 or 9, and not 7, which was there before


# what came of it


def test_the_request_shows_what_the_waiting_computers_got(recorded):
    recorded.today("2026-03-06")
    recorded.imports(
        packs=[pack(3, issued=3), pack(8, total=2, issued=1)],
        licenses=[
            issued(8, 1, "NEW1", IssueDate="2026-03-05T08:00:00Z", ExpirationDate="2026-05-20T08:00:00Z")
        ],
    )
    output = recorded("reissue", "show", "1").out
    assert "NEW1" in output
    assert "got DC01/8/1 on 2026-03-05" in output


def test_the_history_holds_after_all_of_it(recorded):
    recorded.imports(packs=[pack(8, total=2), pack(9, total=2)])
    for link in ("8", "9", "none", "8"):
        recorded.json("reissue", "link", "1", link, "--reason", "changed my mind")
        assert recorded("history", "verify").code == 0
