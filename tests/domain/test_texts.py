"""Whole numbers as they are typed; texts that can be stored; how a refusal reads in a log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import NeedsReason, RuleViolation
from tslic_admin.domain.texts import UINT32_MAX, is_storable, parse_whole_number


@given(st.integers(min_value=0, max_value=UINT32_MAX))
def test_every_uint32_is_read(number: int) -> None:
    assert parse_whole_number(f" {number} ") == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1 0", "4294967296", "１２", "٣", "²", "0x10", "9" * 5000]
)
def test_what_is_no_uint32_is_none(text: str) -> None:
    assert parse_whole_number(text) is None


def test_a_lower_bound_can_be_asked_for() -> None:
    assert [parse_whole_number("99", most=99), parse_whole_number("100", most=99)] == [99, None]


@given(st.text())
def test_any_text_is_a_number_of_its_digits_or_none(text: str) -> None:
    number = parse_whole_number(text)
    assert number is None or int(text.strip()) == number


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_a_text_that_utf_8_can_say_is_stored(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\udc00 "])
def test_nul_and_half_a_character_cannot_be_stored(character: str) -> None:
    assert not is_storable(f"a{character}b")


def test_a_refusal_is_its_code_and_its_facts_but_not_its_field() -> None:
    assert str(RuleViolation("day-in-future", field="on", on=1)) == "day-in-future {'on': 1}"
    assert str(NeedsReason("no-cal-needed")) == "no-cal-needed"
    assert isinstance(NeedsReason("x"), RuleViolation)
