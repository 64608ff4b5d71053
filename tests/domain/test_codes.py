"""Codes: length and alphabet are checked, nothing else; what may leave is their last five characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.codes import (
    AGREEMENT_NUMBER,
    AUTHORIZATION_NUMBER,
    LICENSE_CODE,
    LICENSE_KEY_PACK_ID,
    LICENSE_SERVER_ID,
    OPEN_LICENSE_NUMBER,
    Shape,
    group_code,
    is_masked,
    mask_code,
    mask_codes_in,
    read_code,
)
from tslic_admin.domain.outcomes import RuleViolation

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SHAPES = [
    LICENSE_KEY_PACK_ID,
    LICENSE_SERVER_ID,
    LICENSE_CODE,
    OPEN_LICENSE_NUMBER,
    AUTHORIZATION_NUMBER,
    AGREEMENT_NUMBER,
]
shapes = st.sampled_from(SHAPES)
by_name = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


def a_code(shape: Shape) -> st.SearchStrategy[str]:
    alphabet = "0123456789" if shape.digits_only else LETTERS
    return st.text(alphabet, min_size=shape.length, max_size=shape.length)


def refused(text: str, shape: Shape) -> RuleViolation:
    with pytest.raises(RuleViolation) as refusal:
        read_code(text, shape, field="code")
    assert refusal.value.field == "code"
    assert refusal.value.facts["shape"] == shape.name
    return refusal.value


@pytest.mark.parametrize(
    ("shape", "length", "digits_only"),
    [
        (LICENSE_KEY_PACK_ID, 35, False),
        (LICENSE_SERVER_ID, 35, False),
        (LICENSE_CODE, 25, False),
        (OPEN_LICENSE_NUMBER, 8, True),
        (AUTHORIZATION_NUMBER, 15, False),
        (AGREEMENT_NUMBER, 7, True),
    ],
)
def test_the_lengths_are_the_documented_ones(shape: Shape, length: int, digits_only: bool) -> None:
    assert (shape.length, shape.digits_only) == (length, digits_only)


@given(st.data(), shapes)
def test_a_code_is_read_in_any_case_with_spaces_and_hyphens_of_any_kind(
    data: st.DataObject, shape: Shape
) -> None:
    code = data.draw(a_code(shape))
    between = st.text(" -\t\u00a0\u00ad\u2010\u2011\u2013\u2014\u2212\uff0d", max_size=3)
    typed = "".join(data.draw(between) + data.draw(st.sampled_from([c, c.lower()])) for c in code)
    assert read_code(typed + data.draw(between), shape) == code


@given(st.data())
def test_groups_of_five_are_read_back(data: st.DataObject) -> None:
    code = data.draw(a_code(LICENSE_KEY_PACK_ID))
    assert [len(group) for group in group_code(code).split("-")] == [5] * 7
    assert read_code(group_code(code), LICENSE_KEY_PACK_ID) == code


@by_name
@pytest.mark.parametrize("off", [-1, 1])
def test_another_length_is_refused_and_counted(shape: Shape, off: int) -> None:
    refusal = refused("1" * (shape.length + off), shape)
    assert refusal.code == "code-length"
    assert refusal.facts == {"shape": shape.name, "length": shape.length, "got": shape.length + off}


@by_name
@pytest.mark.parametrize("text", ["", " - "])
def test_nothing_is_refused_as_too_short(shape: Shape, text: str) -> None:
    assert refused(text, shape).facts["got"] == 0


# ß, ſ, ı and ﬁ have upper cases within A to Z; the others are digits and letters elsewhere
@pytest.mark.parametrize("character", [*"ßſıﬁÄäЖ１٣²!_", "\x00", "\ud800", "\u0301"])
def test_a_character_beyond_a_to_z_and_0_to_9_is_refused_and_named(character: str) -> None:
    refusal = refused("A" * 34 + character, LICENSE_KEY_PACK_ID)
    assert (refusal.code, refusal.facts["character"]) == ("code-characters", character)


@pytest.mark.parametrize("shape", [OPEN_LICENSE_NUMBER, AGREEMENT_NUMBER], ids=lambda shape: shape.name)
def test_letters_in_a_number_are_refused_as_letters_even_where_the_length_is_wrong(shape: Shape) -> None:
    assert refused("A" * 30, shape).code == "code-digits"


@given(st.text(), shapes)
def test_any_text_is_a_code_of_its_shape_or_refused(text: str, shape: Shape) -> None:
    try:
        code = read_code(text, shape)
    except RuleViolation:
        return
    assert len(code) == shape.length
    assert set(code) <= set("0123456789" if shape.digits_only else LETTERS)


@given(st.data(), shapes)
def test_a_masked_code_shows_its_last_five_and_is_never_taken_for_one(
    data: st.DataObject, shape: Shape
) -> None:
    code = data.draw(a_code(shape))
    shown = mask_code(code)
    assert shown == "…" + code[-5:]
    assert is_masked(shown)
    assert not is_masked(code)
    assert refused(shown, shape).code == "code-masked"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_masked_as_nothing(nothing: str | None) -> None:
    assert mask_code(nothing) is None


def test_codes_in_a_foreign_text_are_masked_and_nothing_else_is():
    code = "-".join(["ABCDE", "12345"] * 3 + ["VWXYZ"])
    text = f"moved with {code}, by {code[:29]}; {code.replace('-', '')} from 00252-20000-35572-AT477"
    assert mask_codes_in(text) == "moved with …VWXYZ, by …ABCDE; …VWXYZ from 00252-20000-35572-AT477"
    assert mask_codes_in("b2f1a0c4-0001-4c1e-9d3e-0123456789ab") == "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"
