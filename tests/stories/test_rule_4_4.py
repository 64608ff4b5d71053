"""Rule 4.4: what may be transferred, what reissued; the table of the rule, row by row."""

from __future__ import annotations

import pytest
from stories.conftest import CODE, issued, pack

DONE, REFUSED = 0, 3
DEVICE, USER, BUILT_IN = 0, 1, 3
UNKNOWN, TEMPORARY, ACTIVE, UPGRADE, REVOKED, PENDING, CONCURRENT = range(7)
LICENSE = "DC01/3/1"


class Desk:
    """An administrator in front of one license, who wants to transfer it or to have it reissued."""

    def __init__(self, admin, license_name=LICENSE):
        self.admin, self.license = admin, license_name

    def transfer(self, *more):
        return self.admin("transfer", "mark", self.license, "--to", "PC9", "--on", "2026-03-01", *more)

    def reissue(self, *more):
        """Collect it into a new request, with what the console says of that."""
        number = self.admin.json("reissue", "open", "--server", "DC01")["request"]
        return self.admin("reissue", "add", str(number), self.license, *more)


@pytest.fixture
def desk(admin):
    """`desk(status=…, product_type=…, pack_type=…)`: DC01 lists key pack 3 with one license like that."""

    def listed(*, status=ACTIVE, product_type=DEVICE, pack_type=2, **other):
        admin.imports(
            packs=[pack(3, issued=1, ProductType=product_type, KeyPackType=pack_type)],
            licenses=[issued(3, 1, "PC1", LicenseStatus=status, **other)],
        )
        return Desk(admin)

    return listed


def assert_no(result, *words):
    """Refused whatever reason is given; it says why, in these words."""
    assert result.code == REFUSED, result.out
    for word in words:
        assert word in result.err


def assert_nothing_was_recorded(admin):
    assert admin.json("transfer", "list") == []
    assert all(request["licenses"] == [] for request in admin.json("reissue", "list"))


INSISTS = ("--anyway", "--reason", "The vendor wants it so")


@pytest.mark.parametrize("status", [ACTIVE, UPGRADE])
def test_a_live_device_license_may_be_transferred(desk, status):
    assert desk(status=status).transfer().code == DONE


@pytest.mark.parametrize("status", [ACTIVE, UPGRADE])
def test_a_live_device_license_may_be_reissued(desk, status):
    assert desk(status=status).reissue().code == DONE


@pytest.mark.parametrize(("status", "pack_type"), [(TEMPORARY, 2), (ACTIVE, 4), (TEMPORARY, 4)])
def test_a_temporary_license_neither_it_is_replaced_when_a_cal_is_free(desk, admin, status, pack_type):
    one = desk(status=status, pack_type=pack_type)
    assert_no(one.transfer(*INSISTS), "is temporary", "replaced when a permanent one is free")
    assert_no(one.reissue(*INSISTS), "is temporary", "replaced when a permanent one is free")
    assert_nothing_was_recorded(admin)


@pytest.mark.parametrize(("product_type", "pack_type"), [(BUILT_IN, 2), (DEVICE, 6), (DEVICE, 8)])
def test_a_license_of_a_built_in_pool_neither_nothing_was_bought(desk, admin, product_type, pack_type):
    one = desk(product_type=product_type, pack_type=pack_type)
    assert_no(one.transfer(*INSISTS), "built-in pool", "nothing was bought")
    assert_no(one.reissue(*INSISTS), "built-in pool", "nothing was bought")
    assert_nothing_was_recorded(admin)


def test_a_license_per_user_is_not_bound_to_a_computer_but_may_be_reissued(desk):
    one = desk(product_type=USER, sIssuedToUser="anna")
    assert_no(one.transfer(*INSISTS), "per user and not bound to a computer", "It can be reissued")
    assert one.reissue().code == DONE


def test_a_revoked_license_neither(desk, admin):
    one = desk(status=REVOKED)
    assert_no(one.transfer(*INSISTS), "is revoked")
    assert_no(one.reissue(*INSISTS), "is revoked")
    assert_nothing_was_recorded(admin)


@pytest.mark.parametrize("status", [UNKNOWN, PENDING, CONCURRENT, 17])
def test_an_unclear_status_wants_a_reason_for_a_transfer(desk, admin, status):
    one = desk(status=status)
    assert_no(one.transfer(), "not active", "anyway with a reason")
    assert_nothing_was_recorded(admin)
    assert one.transfer(*INSISTS).code == DONE


@pytest.mark.parametrize("status", [UNKNOWN, PENDING, CONCURRENT, 17])
def test_an_unclear_status_wants_a_reason_for_a_reissue(desk, admin, status):
    one = desk(status=status)
    assert_no(one.reissue(), "not active", "anyway with a reason")
    assert_nothing_was_recorded(admin)
    assert one.reissue(*INSISTS).code == DONE


def expired(desk, admin):
    one = desk()
    admin.today("2026-03-21")  # it ran until the day before
    return one


def vanished(desk, admin):
    one = desk()
    admin.today("2026-03-03")
    admin.imports("--complete", packs=[pack(3)], licenses=[issued(3, 2, "PC2")])
    one.license = f"{LICENSE}@2026-01-05"
    return one


def replaced(desk, admin):
    one = desk()
    admin.today("2026-03-03")
    again = issued(3, 1, "PC2", IssueDate="2026-03-01T10:00:00Z", ExpirationDate="2026-05-20T10:00:00Z")
    admin.imports(licenses=[again])
    one.license = f"{LICENSE}@2026-01-05"
    return one


ENDS = [expired, vanished, replaced]


@pytest.mark.parametrize("ends", ENDS)
def test_an_ended_license_wants_a_reason_for_a_transfer(desk, admin, ends):
    one = ends(desk, admin)
    assert_no(one.transfer(), "ended on", "may be back in the pool", "anyway with a reason")
    assert_nothing_was_recorded(admin)
    assert one.transfer(*INSISTS).code == DONE


@pytest.mark.parametrize("ends", ENDS)
def test_an_ended_license_may_be_reissued_and_it_is_said_that_it_may_be_back_in_the_pool(desk, admin, ends):
    result = ends(desk, admin).reissue()
    assert result.code == DONE
    assert "back in the pool" in result.out + result.err


def test_what_is_in_an_open_request_is_dropped_there_before_it_is_transferred(office):
    one = Desk(office)
    assert one.reissue().code == DONE
    assert_no(one.transfer(*INSISTS), "collected in reissue request 1", "Drop it there first")
    assert office.json("transfer", "list") == []
    office.json("reissue", "drop", "1", LICENSE)
    assert one.transfer().code == DONE


def test_what_is_in_an_open_request_is_already_there_for_a_reissue(office):
    one = Desk(office)
    assert one.reissue().code == DONE
    assert_no(office("reissue", "add", "1", LICENSE), "already in this reissue request")
    assert_no(one.reissue(), "already collected in reissue request 1")


def reissued(office):
    one = Desk(office)
    one.reissue()
    office.json("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-01")
    return one


def test_what_a_reissue_retired_is_neither_transferred_nor_reissued(office):
    one = reissued(office)
    assert_no(one.transfer(*INSISTS), "retired by reissue 1", "license of the reissued pack")
    assert_no(one.reissue(), "already retired by reissue 1")


def test_a_license_out_of_a_reissued_pack_is_a_new_one_with_its_own_transfer(office):
    """The set that replaces a transferred license may move once, whatever its predecessor did."""
    one = Desk(office)
    assert one.transfer().code == DONE
    reissued(office)
    office.today("2026-03-05")
    new = issued(7, 1, "PC1", IssueDate="2026-03-04T10:00:00Z", ExpirationDate="2026-05-20T10:00:00Z")
    office.imports(packs=[pack(7, 1, issued=1)], licenses=[new])
    assert office.license("DC01/7/1")["Record"] is None
    act = office.json("transfer", "mark", "DC01/7/1", "--to", "PC8", "--on", "2026-03-05")
    assert act["transfer"] == 2


def with_policy(office, policy):
    office.json("key-packs", "set", "DC01/3", "--policy", policy, "--reason", "So say the papers")
    return Desk(office)


def test_one_time_is_the_policy_unless_the_papers_say_otherwise(office):
    """The article's EULA: a second transfer is refused, and the way out is told."""
    one = Desk(office)
    assert one.transfer().code == DONE
    assert office.json("transfer", "list")[0]["policy"] == "one-time"
    again = office("transfer", "mark", LICENSE, "--to", "PC8", "--on", "2026-03-02", *INSISTS)
    assert_no(again, "already transferred", "reissue")


def test_after_90_days_no_sooner_than_that_after_the_earliest_issue(office):
    one = with_policy(office, "after-90-days")
    assert_no(one.transfer(*INSISTS), "90 days", "2026-04-05")  # issued on 5 January
    office.today("2026-04-05")
    act = office.json("transfer", "mark", LICENSE, "--to", "PC9", "--on", "2026-04-05", *INSISTS)
    assert act["transfer"] == 1


def test_after_90_days_no_sooner_than_that_after_the_last_move_which_each_transfer_names(office):
    with_policy(office, "after-90-days")
    office.today("2026-08-01")
    office.json("transfer", "mark", LICENSE, "--to", "PC9", "--on", "2026-04-05", *INSISTS)
    too_soon = office("transfer", "mark", LICENSE, "--to", "PC8", "--on", "2026-07-03", *INSISTS)
    assert_no(too_soon, "90 days", "2026-07-04")
    office.json("transfer", "mark", LICENSE, "--to", "PC8", "--on", "2026-07-04", *INSISTS)
    first, second = sorted(office.json("transfer", "list"), key=lambda one: one["transfer"])
    assert (first["previous"], second["previous"]) == (None, 1)
    assert second["from"] == "PC9"


def test_not_transferable_is_not_transferred_but_may_be_reissued(office):
    one = with_policy(office, "not-transferable")
    assert_no(one.transfer(*INSISTS), "policy")
    assert one.reissue().code == DONE


def test_a_change_of_policy_is_an_entry_with_a_reason_and_holds_for_later_transfers(office):
    assert Desk(office).transfer().code == DONE
    assert office("key-packs", "set", "DC01/3", "--policy", "not-transferable").code == 2  # no reason
    with_policy(office, "not-transferable")
    entry = max(office.json("history", "list"), key=lambda one: one["entry"])
    assert entry["reason"] == "So say the papers"
    assert [(line["field"], line["after"]) for line in entry["events"]] == [
        ("TransferPolicy", "not-transferable")
    ]
    assert office.json("transfer", "list")[0]["policy"] == "one-time"  # under which it was made


def test_no_transfer_before_the_license_was_issued(office):
    early = office("transfer", "mark", LICENSE, "--to", "PC9", "--on", "2026-01-04", *INSISTS)
    assert_no(early, "before the license was issued", "2026-01-05")
