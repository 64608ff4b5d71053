"""The matcher: one candidate on each side is sure, several are ambiguous (rules 4.6 and 4.7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.licenses.issuances import HAND_MADE_RULES, IssuedLicense, can_match_listed
from tslic_admin.domain.records.links import purchase_key
from tslic_admin.domain.records.matching import Match, match_each, match_one


def test_the_only_candidate_is_sure():
    assert match_one(["a"]) == Match(("a",), "a")
    assert match_one([]) == Match()


def test_a_tie_breaker_that_no_candidate_passes_decides_nothing():
    assert match_one(["a", "b"], tie_breakers=[str.isupper]) == Match(("a", "b"))
    assert match_one(["a", "b"], tie_breakers=[str.isupper, "b".__eq__]) == Match(("b",), "b")


def test_tie_breakers_count_in_their_order():
    tie_breakers = ["ab".__contains__, "bc".__contains__]
    assert match_one("abc", tie_breakers=tie_breakers).sure == "b"
    assert match_one("ac", tie_breakers=tie_breakers).sure == "a"
    assert match_one("ac", tie_breakers=tie_breakers[::-1]).sure == "c"


def test_a_recorded_thing_with_two_listed_ones_is_ambiguous():
    matches = match_each(["A", "a"], ["a"], recorded_key=str.lower, listed_key=str.lower)
    assert matches == [Match(("a",)), Match(("a",))]


def test_a_key_of_none_matches_nothing():
    matches = match_each([None, 5], [None, 5], recorded_key=lambda one: one, listed_key=lambda one: one)
    assert matches == [Match(), Match((5,), 5)]


def test_equal_recorded_things_are_two():
    assert match_each(["a"], ["a", "a"]) == [Match(("a", "a"))]


def test_what_a_stricter_rule_makes_sure_is_no_candidate_of_the_next():
    rules = [str.__eq__, lambda one, other: one.lower() == other.lower()]
    assert match_each(["a", "A"], ["a", "A"], rules=rules) == [Match(("a",), "a"), Match(("A",), "A")]
    assert match_each(["a", "A"], ["a"], rules=rules) == [Match(("a",), "a"), Match()]
    assert match_each(["a", "A"], ["a"], rules=rules[1:]) == [Match(("a",)), Match(("a",))]


def test_packs_of_one_purchase_have_the_same_key():
    key = purchase_key(0, 2, 6, 5)
    assert key is not None
    assert key == purchase_key(0, 3, 6, 5)
    assert key != purchase_key(0, 2, 6, 4)
    assert purchase_key(0, 2, 6, None) is None  # not known
    assert purchase_key(0, 4, 6, 5) is None  # temporary licenses are not purchased


# licenses entered by hand


def hand(
    computer: str | None = "PC1", hardware_id: str | None = None, day: str | None = None
) -> IssuedLicense:
    return IssuedLicense(None, computer, 2, day and f"{day}T00:00:00Z", None, hardware_id)


ONE, TWO = "0x1", "0x2"


@pytest.mark.parametrize(
    ("by_hand", "listed", "pairs"),
    [
        ([], [hand()], [None]),
        ([hand()], [], []),
        ([hand()], [hand("PC2"), hand()], [None, 0]),
        ([hand(), hand("PC2")], [hand("PC2"), hand()], [1, 0]),
        # two on one side, whichever
        ([hand()], [hand(), hand()], [None, None]),
        ([hand(), hand()], [hand()], [None]),
        ([hand(), hand()], [hand(), hand()], [None, None]),
        # the day tells them apart
        ([hand(day="2026-01-05"), hand(day="2026-02-05")], [hand(day="2026-02-05")], [1]),
        # the hardware does, and leaves the other its name
        ([hand(hardware_id=ONE), hand(hardware_id=TWO)], [hand(hardware_id=TWO)], [1]),
        ([hand(hardware_id=ONE), hand()], [hand(hardware_id=ONE), hand()], [0, 1]),
        ([hand(hardware_id=ONE)], [hand("NEW", ONE), hand()], [0, None]),
        ([hand(hardware_id=ONE)], [hand("A", ONE), hand("B", ONE)], [None, None]),
    ],
)
def test_one_on_each_side_is_a_pair_and_anything_else_is_left(
    by_hand: list[IssuedLicense], listed: list[IssuedLicense], pairs: list[int | None]
) -> None:
    matches = match_each(listed, by_hand, rules=HAND_MADE_RULES)
    assert [match.sure for match in matches] == [None if at is None else by_hand[at] for at in pairs]


few = st.lists(
    st.builds(
        hand,
        st.sampled_from(["PC1", "PC2", None]),
        st.sampled_from([None, ONE, TWO]),
        st.sampled_from([None, "2026-01-05", "2026-02-05"]),
    ),
    max_size=4,
)


@given(few, few)
def test_no_license_is_two_and_every_pair_fits(
    by_hand: list[IssuedLicense], listed: list[IssuedLicense]
) -> None:
    matches = match_each(listed, by_hand, rules=HAND_MADE_RULES)
    sure = [id(match.sure) for match in matches if match.sure is not None]
    assert len(matches) == len(listed)
    assert len(sure) == len(set(sure))
    for other, match in zip(listed, matches, strict=True):
        assert all(can_match_listed(one, other) for one in match.candidates)
        assert match.sure is None or match.candidates == (match.sure,)
