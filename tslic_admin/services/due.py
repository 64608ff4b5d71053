"""What is due by a day: the list of db/lists_due.py as it reads on that day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import every_row
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.due import WITHIN, read_within


def read_due(
    path: Path, now: Callable[[], datetime], *, within: str | None = None, on: str | None = None
) -> list[Any]:
    """The rows that are due within so many days of a day, by texts as they were typed.

    Without them within 14 days of today. Raises RuleViolation, StoreTrouble.
    """
    days = read_within(within) if within is not None else WITHIN
    at = _noon(read_day(on, field="on")) if on is not None else now
    return list(every_row(path, at, ListSpec("due", within=days)))


def overdue(path: Path, now: Callable[[], datetime]) -> list[Any]:
    """What is overdue today. Raises StoreTrouble."""
    return list(every_row(path, now, ListSpec("due", overdue=True)))


def _noon(day: date) -> Callable[[], datetime]:
    """A clock that stands still; beyond the years of local time, in which nothing is recorded, at their end."""
    known = min(max(day, date(1971, 1, 1)), date(2999, 12, 31))
    return lambda: datetime.combine(known, time(12)).astimezone()
