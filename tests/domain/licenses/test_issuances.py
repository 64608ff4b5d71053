"""Issued licenses: whether what lies under a key is still the same one (rule 4.5), status, expiry."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.licenses.issuances import (
    Comparison,
    IssuedLicense,
    LicenseStatus,
    can_match_listed,
    compare,
    decide_hand_made,
    is_expired,
    read_hardware_id,
    read_status,
    real_hardware_id,
)
from tslic_admin.domain.outcomes import RuleViolation

SAME, REPLACED = Comparison.SAME, Comparison.REPLACED
HARDWARE = "0x14ac00000000000000000000000000000000"
EXISTING = IssuedLicense("CORP\\ann", "PC1", 2, "2026-01-05T10:00:00Z", "2026-03-20T10:00:00Z", HARDWARE)
WITHOUT = EXISTING._replace(hardware_id=None)


@pytest.mark.parametrize("change", ["computer", "user", "status", "issued_at", "expires_at"])
def test_the_same_real_hardware_id_is_the_same_license_whatever_else_changed(change: str) -> None:
    other = 4 if change == "status" else "other"
    assert compare(EXISTING, EXISTING._replace(**{change: other})) is SAME


def test_another_real_hardware_id_is_another_license_whatever_else_is_the_same() -> None:
    assert compare(EXISTING, EXISTING._replace(hardware_id="0x99")) is REPLACED


def test_a_hardware_id_is_compared_without_its_case_and_prefix() -> None:
    assert compare(EXISTING, EXISTING._replace(hardware_id=HARDWARE.upper().replace("0X", ""))) is SAME


@pytest.mark.parametrize("existing_id", [None, "", "0" * 36, HARDWARE])
@pytest.mark.parametrize("incoming_id", [None, " ", "0x" + "0" * 36])
def test_without_a_real_hardware_id_on_both_sides_computer_and_issue_date_decide(
    existing_id: str | None, incoming_id: str | None
) -> None:
    existing, incoming = (
        EXISTING._replace(hardware_id=existing_id),
        EXISTING._replace(hardware_id=incoming_id),
    )
    assert (
        compare(existing, incoming._replace(computer="pc1.corp.example", expires_at="later", status=3))
        is SAME
    )
    assert compare(existing, incoming._replace(computer="PC2")) is REPLACED
    assert compare(existing, incoming._replace(issued_at="2026-02-05T10:00:00Z")) is REPLACED
    assert compare(existing, incoming._replace(computer=None)) is REPLACED


def test_without_a_computer_on_either_side_it_is_the_user_and_the_issue_date() -> None:
    existing = WITHOUT._replace(computer=None)
    assert compare(existing, existing._replace(user="corp\\ANN")) is SAME
    assert compare(existing, existing._replace(user="corp\\bob")) is REPLACED
    assert compare(existing._replace(user=None), existing._replace(user="")) is SAME


@pytest.mark.parametrize(
    ("text", "real"),
    [
        (None, False),
        ("", False),
        (" ", False),
        ("0" * 36, False),
        ("0x" + "0" * 40, False),
        ("{00000000-0000-0000}", False),
        ("0,0,0,0", False),
        ("0x1", True),
        ("10", True),
    ],
)
def test_empty_and_all_zeros_are_no_hardware_id(text: str | None, real: bool) -> None:
    assert (real_hardware_id(text) is not None) is real


texts = st.none() | st.text(max_size=4)
issued = st.builds(IssuedLicense, texts, texts, st.none() | st.integers(0, 6), texts, texts, texts)


@given(issued, issued)
def test_it_does_not_matter_which_came_first(one: IssuedLicense, other: IssuedLicense) -> None:
    assert compare(one, other) is compare(other, one)


@given(issued)
def test_a_row_that_did_not_change_is_the_same_license_if_it_names_anybody(row: IssuedLicense) -> None:
    named = row.computer is None or row.computer.strip(" .\t\n\r")
    if real_hardware_id(row.hardware_id) or not row.computer or named:
        assert compare(row, row) in (SAME, REPLACED)
    if real_hardware_id(row.hardware_id) or not row.computer:
        assert compare(row, row) is SAME


def test_a_license_still_counts_on_the_day_it_expires() -> None:
    day = date(2026, 3, 2)
    assert [is_expired(None, day), is_expired(day, day), is_expired(date(2026, 3, 1), day)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("status", LicenseStatus)
def test_a_status_is_read_by_name_or_number(status: LicenseStatus) -> None:
    assert read_status(f" {status.name.title()} ") == status
    assert read_status(str(int(status))) == status


def test_an_unknown_status_number_is_kept_and_an_unknown_word_refused() -> None:
    assert read_status("17") == 17
    for text in ("happy", "", "-1", "4294967296", "²"):
        with pytest.raises(RuleViolation) as refusal:
            read_status(text)
        assert (refusal.value.code, refusal.value.field) == ("status-unknown", "status")


# entered by hand

TODAY = date(2026, 3, 2)
COPIED = IssuedLicense(None, "PC1", 2, None, None, None)


def test_the_same_hardware_id_is_the_license_that_was_entered_by_hand_whatever_it_is_called_now() -> None:
    existing = COPIED._replace(hardware_id=HARDWARE, issued_at="2026-02-01T00:00:00Z")
    assert can_match_listed(existing, EXISTING._replace(computer="NEWNAME"))
    assert not can_match_listed(existing, EXISTING._replace(hardware_id="0x99"))


@pytest.mark.parametrize(
    ("entered", "listed", "same"),
    [
        (None, None, True),
        (None, "2026-01-05T10:00:00Z", True),
        ("2026-01-05T00:00:00Z", None, True),
        ("2026-01-05T12:00:00Z", "2026-01-05T10:00:00Z", True),
        ("2026-01-07T12:00:00Z", "2026-01-05T10:00:00Z", False),
    ],
)
@pytest.mark.parametrize("hardware_id", [None, "0" * 36, HARDWARE])
def test_without_a_hardware_id_it_is_the_computer_and_the_day_of_issue_as_far_as_known(
    entered: str | None, listed: str | None, same: bool, hardware_id: str | None
) -> None:
    existing = COPIED._replace(issued_at=entered)
    incoming = EXISTING._replace(computer="pc1.corp.example", issued_at=listed, hardware_id=hardware_id)
    assert can_match_listed(existing, incoming) is same
    assert not can_match_listed(existing, incoming._replace(computer="PC2"))
    assert not can_match_listed(existing, incoming._replace(computer=None))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "corp\\ann", True),
        ("ann", "CORP\\Ann", True),
        ("corp\\ann", "corp\\ANN", True),
        ("corp\\ann", "home\\ann", False),
        ("bob", "corp\\ann", False),
    ],
)
def test_two_users_of_one_computer_have_two_licenses(one: str | None, other: str, same: bool) -> None:
    assert can_match_listed(COPIED._replace(user=one), WITHOUT._replace(user=other)) is same


def entered(**facts: object) -> tuple[int, date | None]:
    values = {"status": None, "issued_on": None, "expires_on": None, "temporary_pack": False, "today": TODAY}
    made = decide_hand_made(**(values | facts))  # type: ignore[arg-type]
    return made.status, made.expires_on


def test_a_license_by_hand_is_active_or_what_its_pool_is_or_what_was_said() -> None:
    assert entered() == (2, None)
    assert entered(temporary_pack=True) == (1, None)
    assert entered(temporary_pack=True, status=2) == (2, None)
    assert entered(status=17) == (17, None)


def test_only_the_end_of_a_temporary_license_is_known_without_its_server() -> None:
    """Rule 4.1: 90 days from the issue; the end of a permanent one is a number that its server drew."""
    issued_on = date(2026, 1, 1)
    assert entered(status=1, issued_on=issued_on) == (1, date(2026, 4, 1))
    assert entered(status=1, issued_on=issued_on, expires_on=issued_on) == (1, issued_on)
    assert entered(status=2, issued_on=issued_on) == (2, None)


def test_a_license_by_hand_was_issued_by_today_and_ends_later() -> None:
    assert entered(issued_on=TODAY) == (2, None)
    with pytest.raises(RuleViolation, match="day-in-future"):
        entered(issued_on=date(2026, 3, 3))
    with pytest.raises(RuleViolation, match="expires-before-issue"):
        entered(issued_on=TODAY, expires_on=date(2026, 3, 1))
    assert entered(expires_on=date(2020, 1, 1)) == (2, date(2020, 1, 1))


def test_a_hardware_id_is_kept_as_it_is_shown() -> None:
    assert read_hardware_id(f" {HARDWARE.upper()} ") == HARDWARE.upper()
    assert read_hardware_id("0" * 36) == "0" * 36
    for text in ("a\nb", "x" * 256, "\ud800"):
        with pytest.raises(RuleViolation, match="hardware-id-malformed"):
            read_hardware_id(text)
