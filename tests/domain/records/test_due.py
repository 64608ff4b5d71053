"""What is due: a day that is over, and what has waited too long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.due import OVERDUE_AFTER_DAYS, is_overdue, read_within

TODAY = date(2026, 3, 2)


def test_a_day_is_overdue_from_the_day_after_it() -> None:
    assert not is_overdue(TODAY, TODAY, since=False)
    assert is_overdue(TODAY - timedelta(days=1), TODAY, since=False)


def test_what_only_waits_is_overdue_after_thirty_days_of_waiting() -> None:
    assert not is_overdue(TODAY - timedelta(days=OVERDUE_AFTER_DAYS), TODAY, since=True)
    assert is_overdue(TODAY - timedelta(days=OVERDUE_AFTER_DAYS + 1), TODAY, since=True)
    assert not is_overdue(date.max, date.max, since=True)


def test_days_ahead_are_a_whole_number() -> None:
    assert (read_within(" 0 "), read_within("4294967295")) == (0, 4294967295)
    for text in ("", "-1", "soon", "1.5", "99999999999"):
        with pytest.raises(RuleViolation, match="days-malformed"):
            read_within(text)
