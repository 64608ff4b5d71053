"""What an audit counts: which change of a license is which term, and the figures that follow from it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.audit import (
    HeldChange,
    LicenseStanding,
    Statement,
    StatementTerm,
    check_period,
    count_usable,
    has_purchased_total,
    held_changes,
    held_shortage,
)

HELD, ENDED, RETIRED, GIVEN_UP, ABSENT = (
    LicenseStanding(1),
    LicenseStanding(1, ended=True),
    LicenseStanding(1, retired=True),
    LicenseStanding(1, given_up=True),
    LicenseStanding(),
)
standings = st.builds(
    LicenseStanding, st.sampled_from([None, 1, 2]), st.booleans(), st.booleans(), st.booleans()
)


@pytest.mark.parametrize(
    ("before", "after", "act", "expected"),
    [
        (ABSENT, HELD, "", [HeldChange(1, StatementTerm.ISSUED, 1)]),
        (HELD, ENDED, "", [HeldChange(1, StatementTerm.ENDED, -1)]),
        (HELD, RETIRED, "", [HeldChange(1, StatementTerm.GIVEN_UP, -1)]),
        (HELD, GIVEN_UP, "", [HeldChange(1, StatementTerm.GIVEN_UP, -1)]),
        (HELD, ENDED, "void", [HeldChange(1, StatementTerm.CORRECTIONS, -1)]),
        (RETIRED, HELD, "void", [HeldChange(1, StatementTerm.CORRECTIONS, 1)]),
        (ENDED, HELD, "", [HeldChange(1, StatementTerm.CORRECTIONS, 1)]),  # back on the server
        (HELD, LicenseStanding(2), "", [HeldChange(1, StatementTerm.CORRECTIONS, -1), HeldChange(2, StatementTerm.CORRECTIONS, 1)]),
        (GIVEN_UP, ENDED, "", []),  # it had left before
        (ABSENT, ENDED, "", []),
        (HELD, HELD, "", []),
    ],
)  # fmt: skip
def test_each_change_is_one_term(before, after, act, expected):
    assert list(held_changes(before, after, act)) == expected


@given(standings, standings, st.sampled_from(["", "void"]))
def test_what_moved_is_the_difference_of_what_is_held(before, after, act):
    for pack in (1, 2):
        balance = sum(move.amount for move in held_changes(before, after, act) if move.pack == pack)
        assert balance == (after.held_in == pack) - (before.held_in == pack)


def test_a_statement_adds_up_or_says_so():
    assert Statement(10, 11, issued=5, ended=-2, given_up=-1, corrections=-1).adds_up
    wrong = Statement(10, 12, issued=1)
    assert (wrong.adds_up, wrong.calculated) == (False, 11)


def test_usable_is_what_no_reissue_replaced_and_never_below_nothing():
    assert [count_usable(10, 4), count_usable(3, 4), count_usable(None, 4), count_usable(UNLIMITED, 4)] == [
        6,
        0,
        None,
        UNLIMITED,
    ]


def test_more_held_than_usable_is_short():
    assert [
        held_shortage(6, 8),
        held_shortage(6, 6),
        held_shortage(None, 8),
        held_shortage(UNLIMITED, 8),
    ] == [2, 0, 0, 0]


@pytest.mark.parametrize(
    ("facts", "is_counted"),
    [
        ((0, 2, 10), True),
        ((1, 5, None), True),
        ((3, 6, UNLIMITED), False),
        ((0, 4, 10), False),  # temporary
        ((0, 8, 0), False),
        ((0, 2, UNLIMITED), False),
    ],
)
def test_only_what_was_bought_is_summed_up(facts, is_counted):
    assert has_purchased_total(*facts) is is_counted


def test_a_period_does_not_end_before_it_begins():
    check_period(date(2026, 1, 1), date(2026, 1, 1))
    check_period(None, date(2026, 1, 1))
    with pytest.raises(RuleViolation, match="export-period-backwards"):
        check_period(date(2026, 1, 2), date(2026, 1, 1))
