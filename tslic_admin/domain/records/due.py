"""What is due, and when it is overdue (cli.md, `due`)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tslic_admin.domain.clocks import days_after
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import parse_whole_number

DEFAULT_WITHIN_DAYS = 14  # days ahead, unless the user names another number
OVERDUE_AFTER_DAYS = 30  # days after which what only waits is overdue: no source has a period for it


class DueKind(StrEnum):
    """Never the renewal of a permanent license: its server renews it by itself."""

    TEMPORARY = "temporary"  # of a computer that waits for a reissued license: its end
    KEY_PACK = "key-pack"  # that really ends: its expiry
    REQUEST = "request"  # open: the day to call before, else open since
    INSTALL = "install"  # recorded and not installed: since the call
    REMOVAL = "removal"  # awaited on the old client: since the transfer or the call


def is_overdue(day: date, today: date, *, since: bool) -> bool:
    """Whether a day is over; or, where it only tells since when something waits, that it waits too long."""
    return (days_after(day, OVERDUE_AFTER_DAYS) if since else day) < today


def read_within(text: str, *, field: str = "within") -> int:
    """A number of days ahead. Raises RuleViolation `days-malformed`."""
    if (number := parse_whole_number(text)) is None:
        raise RuleViolation("days-malformed", field=field, value=text)
    return number
