"""Rule 4.1: clocks. Days are the local calendar's; the server's dates are shown, not computed."""

from __future__ import annotations

import pytest
from stories.conftest import CODE, issued, pack

ATTENTION = 1


def request_for(office, *licenses):
    """A reissue request for lost licenses; what its worksheet says."""
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", *licenses)
    return office("reissue", "show", "1").out


def server_2000(admin, computer, *more):
    """A Windows 2000 server with a pool of temporary licenses, one of which is entered by hand."""
    admin.json("servers", "add", "OLD", "--windows-version", "2000")
    admin.imports(server="OLD", packs=[pack(9, 4294967295, KeyPackType=4, ProductVersionID=0)])
    return admin.json("licenses", "add", "--server", "OLD", "--key-pack", "9", "--computer", computer, *more)


def test_a_temporary_license_runs_90_days_from_its_issue(admin):
    act = server_2000(admin, "KIOSK", "--issued-on", "2026-02-01")
    assert act["notices"] == ["A temporary license runs 90 days from its issue: until 2026-05-02."]
    assert admin.json("licenses", "list")[0]["ExpirationDate"][:10] == "2026-05-02"


def test_the_end_of_a_permanent_license_is_the_servers_and_is_never_computed(office):
    """Microsoft: 52 to 89 days; real ones of 208 days exist."""
    office.imports(packs=[pack(3)], licenses=[issued(3, 1, "PC1", ExpirationDate="2026-08-01T10:00:00Z")])
    assert "returns to the pool on 2026-08-01 unless the old client connects" in request_for(
        office, "DC01/3/1"
    )


def test_the_end_of_a_permanent_license_that_nobody_said_is_not_known(admin):
    admin.imports(packs=[pack(3)])
    admin.json(
        "licenses",
        "add",
        "--server",
        "DC01",
        "--key-pack",
        "3",
        "--computer",
        "PC1",
        "--issued-on",
        "2026-01-05",
    )
    assert admin.json("licenses", "list")[0]["ExpirationDate"] is None
    assert "returns to the pool" not in request_for(admin, "DC01/3/#1")


def test_one_that_ran_out_may_be_back_already(office):
    office.today("2026-03-21")
    said = request_for(office, "DC01/3/1")
    assert "may be back in the pool since 2026-03-20" in said


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ((1,), "1 license of this version may be revoked instead: at most 1 at a time"),
        ((9,), "1 license of this version may be revoked instead: at most 1 at a time"),
        ((10,), "2 licenses of this version may be revoked instead: at most 2 at a time"),
        ((10, 40), "10 licenses of this version may be revoked instead: at most 10 at a time"),
    ],
)
def test_a_fifth_of_a_versions_licenses_may_be_revoked_at_a_time_or_one(admin, totals, said):
    packs = [pack(3 + at, total) for at, total in enumerate(totals)]
    admin.imports(packs=packs, licenses=[issued(3, 1, "PC1")])
    assert said in request_for(admin, "DC01/3/1")


def test_those_that_are_revoked_count_and_the_call_is_not_forbidden_by_any_of_it(admin):
    revoked = [issued(3, number, f"PC{number}", LicenseStatus=4) for number in (7, 8)]
    admin.imports(packs=[pack(3, 10)], licenses=[issued(3, 1, "PC1"), *revoked])
    said = request_for(admin, "DC01/3/1")
    assert "0 licenses of this version may be revoked instead: at most 2 at a time (2 of them now)" in said
    admin.json("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-01")


def test_per_user_licenses_cannot_be_revoked(admin):
    admin.imports(packs=[pack(3, 100, ProductType=1)], licenses=[issued(3, 1, "", sIssuedToUser="CORP\\ann")])
    assert "revoked" not in request_for(admin, "DC01/3/1")


def test_more_issued_than_installed_is_said_beside_the_call(admin):
    admin.imports(packs=[pack(3, 10, 12)], licenses=[issued(3, 1, "PC1")])
    assert "2 more are issued than installed: so many are missing" in request_for(admin, "DC01/3/1")


@pytest.mark.parametrize(
    "words",
    [
        ("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-03"),
        ("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-03"),
        (
            "licenses",
            "add",
            "--server",
            "DC01",
            "--key-pack",
            "3",
            "--computer",
            "X",
            "--issued-on",
            "2026-03-03",
        ),
    ],
)
def test_what_is_recorded_has_happened(office, words):
    """It is 2 March: days before are fine, tomorrow is not."""
    request_for(office, "DC01/3/2")
    assert "lies in the future" in office.refused(*words)
    done = [word.replace("2026-03-03", "2026-03-01") for word in words]
    assert office(*done).code == 0


def test_a_waiting_computer_is_due_on_the_last_day_of_its_cover_and_over_on_the_next(office):
    server_2000(office, "PC9", "--issued-on", "2025-12-08")
    request_for(office, "DC01/3/1=PC9")
    on_the_last_day = office("due", "--on", "2026-03-08")
    assert on_the_last_day.code == ATTENTION
    assert "Call before 2026-03-08" in on_the_last_day.out
    assert "its temporary license ends on 2026-03-08" in on_the_last_day.out
    over = office("due", "--on", "2026-03-09").out
    assert "Call before" not in over
    assert "its temporary license ended on 2026-03-08" in over
