"""Which license evidence is about: whatever both sides know must agree (formats.md, *Evidence*; rule 4.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.records.evidence import (
    CandidateLicense,
    Claim,
    find_matches,
    hardware_digits,
    parse_product_code,
    version_id_of,
)

HARDWARE = "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"


def candidate(number: int = 1, **facts) -> CandidateLicense:
    """PC1's active license of 5 January 2026 out of a pack of device CALs of 2019."""
    values = {
        "computer": "PC1",
        "status": 2,
        "issued_at": "2026-01-05T10:00:00Z",
        "first_issued_at": "2026-01-05T10:00:00Z",
        "expires_at": "2026-03-20T10:00:00Z",
        "product_version": "Windows Server 2019",
        "product_version_id": 6,
        "product_type": 0,
        "key_pack_type": 2,
    }
    return CandidateLicense(number, 1, f"DC01/3/{number}", **(values | facts))


def match_numbers(claim: Claim, *licenses: CandidateLicense) -> list[int]:
    return [one.number for one in find_matches(claim, licenses).candidates]


@pytest.mark.parametrize(
    "claim",
    [
        Claim(computer="pc1.corp.example"),
        Claim(computer="PC1", servers=frozenset({1, 2})),
        Claim(computer="PC1", product_version_id=6, product_type=0, temporary=False),
        Claim(computer="PC1", product_type=3),
        Claim(computer="PC1", product_type=17),
        Claim(computer="PC1", issued_at="2026-01-05T23:00:00Z"),
        Claim(computer="PC1", issued_at="2026-01-20T10:00:00Z", expires_at="2026-03-20T10:00:00Z"),
        Claim(computer="PC1", expires_at="2026-02-01T10:00:00Z"),
        Claim(computer="PC1", happened_at="2026-01-05T09:00:00Z"),
    ],
)
def test_what_agrees_is_about_the_license(claim):
    assert match_numbers(claim, candidate()) == [1]


@pytest.mark.parametrize(
    "claim",
    [
        Claim(),
        Claim(computer="PC2"),
        Claim(computer="PC1", servers=frozenset()),
        Claim(computer="PC1", servers=frozenset({2})),
        Claim(computer="PC1", product_version_id=4),
        Claim(computer="PC1", product_type=1),
        Claim(computer="PC1", temporary=True),
        Claim(computer="PC1", issued_at="2026-01-20T10:00:00Z"),
        Claim(computer="PC1", issued_at="2026-01-20T10:00:00Z", expires_at="2026-04-20T10:00:00Z"),
        Claim(computer="PC1", expires_at="2025-12-01T10:00:00Z"),
        Claim(computer="PC1", happened_at="2026-01-01T10:00:00Z"),
    ],
)
def test_what_contradicts_is_about_another(claim):
    assert match_numbers(claim, candidate()) == []


def test_2008_and_2008_r2_are_one_version():
    assert match_numbers(Claim(computer="PC1", product_version_id=2), candidate(product_version_id=3)) == [1]


def test_what_a_server_does_not_say_contradicts_nothing():
    bare = CandidateLicense(1, 1, "DC01/3/1", computer="PC1")
    claim = Claim(
        computer="PC1", product_version_id=4, product_type=1, temporary=True, issued_at="2026-01-01T00:00:00Z"
    )
    assert match_numbers(claim, bare) == [1]


def test_the_same_hardware_id_goes_before_name_and_issue_date():
    claim = Claim(computer="NEW", hardware_id=HARDWARE.upper(), issued_at="2026-02-05T10:00:00Z")
    assert match_numbers(claim, candidate(1, hardware_id=HARDWARE), candidate(2, computer="NEW")) == [1]


def test_another_hardware_id_is_another_computer_only_where_both_are_written_the_same_way():
    claim = {"computer": "PC1", "hardware_id": "0x00000002, 0x7d4eb2c0"}
    assert match_numbers(Claim(**claim), candidate(hardware_id=HARDWARE)) == [1]
    assert match_numbers(Claim(**claim, hardware_decides=True), candidate(hardware_id=HARDWARE)) == []
    assert match_numbers(Claim(**claim, hardware_decides=True), candidate(hardware_id="0" * 36)) == [1]


def test_a_user_goes_by_the_name_where_no_computer_is_named():
    ann = {"computer": None, "user": "CORP\\ann", "product_type": 1}
    assert match_numbers(Claim(user="ann@corp.example"), candidate(**ann)) == [1]
    assert match_numbers(Claim(user="CORP\\bob"), candidate(**ann)) == []
    assert match_numbers(Claim(user="CORP\\ann", computer="PC1"), candidate(**ann)) == []


def test_what_was_gone_by_then_is_not_meant():
    gone = candidate(ended_on="2026-02-01")
    assert match_numbers(Claim(computer="PC1", happened_at="2026-02-01T12:00:00Z"), gone) == [1]
    assert match_numbers(Claim(computer="PC1", happened_at="2026-02-04T12:00:00Z"), gone) == []


@pytest.mark.parametrize(
    ("claim", "closer"),
    [
        (
            {"issued_at": "2026-01-06T09:00:00Z", "expires_at": "2026-03-20T10:00:00Z"},
            {"issued_at": "2026-01-06T09:00:00Z"},
        ),
        (
            {"issued_at": "2026-01-06T09:00:00Z", "expires_at": "2026-03-20T10:00:00Z"},
            {"first_issued_at": "2026-01-06T09:00:00Z"},
        ),
        ({"expires_at": "2026-05-01T10:00:00Z"}, {"expires_at": "2026-05-01T10:00:00Z"}),
        ({"product_version": "windows server 2019"}, {}),
        ({}, {}),
    ],
)
def test_of_several_the_closer_one_is_meant(claim, closer):
    far = (
        {"issued_at": "2025-01-05T10:00:00Z", "first_issued_at": "2025-01-05T10:00:00Z"}
        if "issued_at" in claim
        else {}
    )
    other = candidate(
        1,
        **far,
        product_version="Serveur Windows 2019",
        ended_on=None if "product_version" in claim else "2026-03-01",
    )
    assert match_numbers(Claim(computer="PC1", **claim), other, candidate(2, **closer)) == [2]


def test_what_nothing_tells_apart_is_several():
    assert match_numbers(Claim(computer="PC1"), candidate(1), candidate(2)) == [1, 2]


def test_evidence_of_a_temporary_license_is_not_about_the_active_one_that_came_for_it():
    temporary = candidate(1, status=1, hardware_id=HARDWARE)
    active = candidate(2, hardware_id=HARDWARE)
    assert match_numbers(Claim(hardware_id=HARDWARE, temporary=True), temporary, active) == [1]
    assert match_numbers(Claim(hardware_id=HARDWARE, temporary=False), temporary, active) == [2]
    assert match_numbers(
        Claim(hardware_id=HARDWARE, temporary=True),
        candidate(3, hardware_id=HARDWARE, status=None, key_pack_type=4),
    ) == [3]


@pytest.mark.parametrize(
    ("numbers", "version"),
    [
        ((5, 0), 0),
        ((5, 2), 1),
        ((6, 0), 2),
        ((6, 1), 3),
        ((6, 2), 4),
        ((10, 1), 6),
        ((10, 2), None),
        ((0, 0), None),
    ],
)
def test_versions_by_their_numbers(numbers, version):
    assert version_id_of(*numbers) == version


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("A02-6.00-S", (2, 0)),
        ("c50-6.02-S ", (4, 1)),
        ("C50-10.01-S", (6, 1)),
        ("A02-5.00-EX", (0, 0)),
        ("X99-6.02-S", (4, None)),
        ("A02-10.05-S", (None, 0)),
        ("7", (None, None)),
    ],
)
def test_product_codes_name_version_and_type(code, meaning):
    assert parse_product_code(code) == meaning


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0x00000002, 0x7d4eb2c0", "000000027d4eb2c0"),
        ("{B2F1A0C4-0001}", "b2f1a0c40001"),
        ("0" * 36, None),
        (" ", None),
        (None, None),
        ("xyz", None),
    ],
)
def test_a_hardware_id_is_its_digits_however_it_is_printed(text, digits):
    assert hardware_digits(text) == digits


DAYS = st.none() | st.sampled_from(
    ["0001-01-01T00:00:00Z", "2026-01-05T10:00:00Z", "2026-01-06T12:00:00Z", "9999-12-31T23:59:59Z"]
)
NAMES = st.none() | st.sampled_from(["PC1", "PC1.corp", "PC1.other", "x"])
CLAIMS = st.builds(
    Claim,
    computer=NAMES,
    user=NAMES,
    hardware_id=st.none() | st.sampled_from(["aa", "bb"]),
    product_version_id=st.none() | st.integers(0, 9),
    product_type=st.none() | st.integers(0, 6),
    temporary=st.none() | st.booleans(),
    issued_at=DAYS,
    expires_at=DAYS,
    happened_at=DAYS,
)
LICENSES = st.builds(
    candidate,
    st.integers(1, 4),
    computer=NAMES,
    user=NAMES,
    hardware_id=st.none() | st.sampled_from(["aa", "bb"]),
    status=st.none() | st.integers(0, 6),
    issued_at=DAYS,
    first_issued_at=DAYS,
    expires_at=DAYS,
    ended_on=st.none() | st.sampled_from(["0001-01-01", "2026-01-05", "9999-12-31"]),
)


@given(CLAIMS, st.lists(LICENSES, max_size=4))
def test_matching_never_fails_takes_only_what_is_there_and_does_not_mind_the_order(claim, licenses):
    one, other = (find_matches(claim, order).candidates for order in (licenses, licenses[::-1]))
    assert all(any(match is license_ for license_ in licenses) for match in one)
    assert sorted(map(repr, one)) == sorted(map(repr, other))
