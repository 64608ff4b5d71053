"""Issued licenses: whether what lies under a key is still the same one (rule 4.5), status, expiry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.licenses import (
    Comparison,
    Issued,
    LicenseStatus,
    compare,
    is_expired,
    read_status,
    real_hardware_id,
)

SAME, REPLACED = Comparison.SAME, Comparison.REPLACED
HARDWARE = "0x14ac00000000000000000000000000000000"
KNOWN = Issued("PC1", "CORP\\ann", 2, "2026-01-05T10:00:00Z", "2026-03-20T10:00:00Z", HARDWARE)
WITHOUT = replace(KNOWN, hardware_id=None)


@pytest.mark.parametrize("change", ["computer", "user", "status", "issued_at", "expires_at"])
def test_the_same_real_hardware_id_is_the_same_license_whatever_else_changed(change: str) -> None:
    other = 4 if change == "status" else "other"
    assert compare(KNOWN, replace(KNOWN, **{change: other})) is SAME


def test_another_real_hardware_id_is_another_license_whatever_else_is_the_same() -> None:
    assert compare(KNOWN, replace(KNOWN, hardware_id="0x99")) is REPLACED


def test_a_hardware_id_is_compared_without_its_case_and_prefix() -> None:
    assert compare(KNOWN, replace(KNOWN, hardware_id=HARDWARE.upper().replace("0X", ""))) is SAME


@pytest.mark.parametrize("mine", [None, "", "0" * 36, HARDWARE])
@pytest.mark.parametrize("theirs", [None, " ", "0x" + "0" * 36])
def test_without_a_real_hardware_id_on_both_sides_computer_and_issue_date_decide(
    mine: str | None, theirs: str | None
) -> None:
    known, seen = replace(KNOWN, hardware_id=mine), replace(KNOWN, hardware_id=theirs)
    assert compare(known, replace(seen, computer="pc1.corp.example", expires_at="later", status=3)) is SAME
    assert compare(known, replace(seen, computer="PC2")) is REPLACED
    assert compare(known, replace(seen, issued_at="2026-02-05T10:00:00Z")) is REPLACED
    assert compare(known, replace(seen, computer=None)) is REPLACED


def test_without_a_computer_on_either_side_it_is_the_user_and_the_issue_date() -> None:
    known = replace(WITHOUT, computer=None)
    assert compare(known, replace(known, user="corp\\ANN")) is SAME
    assert compare(known, replace(known, user="corp\\bob")) is REPLACED
    assert compare(replace(known, user=None), replace(known, user="")) is SAME


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
issued = st.builds(Issued, texts, texts, st.none() | st.integers(0, 6), texts, texts, texts)


@given(issued, issued)
def test_it_does_not_matter_which_came_first(one: Issued, other: Issued) -> None:
    assert compare(one, other) is compare(other, one)


@given(issued)
def test_a_row_that_did_not_change_is_the_same_license_if_it_names_anybody(row: Issued) -> None:
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
