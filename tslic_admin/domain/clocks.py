"""Days and times as the rules count them: local calendar days, stored in UTC (rule 4.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tslic_admin.domain.outcomes import RuleViolation

TEMPORARY_DAYS = 90
DAYS_BETWEEN_MOVES = 90
NO_EXPIRY_FROM = date(2035, 12, 31)
NEVER = "9999-12-31T23:59:59Z"
"""What is stored where a list says in a word that there is no expiry, and gives no date for it."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Windows knows no local time before 1970 or after 3000, and 9999-12-31 in UTC may be year 10000 here: such
# days are far enough away to be taken as they stand (https://github.com/python/cpython/issues/80940).
_LOCAL_YEARS = range(1971, 3000)


def iso(moment: datetime) -> str:
    """An aware time as stored: ISO 8601, UTC, whole seconds unless it has a fraction."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return text + "Z"


def moment(text: str) -> datetime:
    """Back from `iso`."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def day_of(text: str | None) -> date | None:
    """The local calendar day of a stored time."""
    if text is None:
        return None
    at = moment(text)
    return at.astimezone().date() if at.year in _LOCAL_YEARS else at.date()


def start_of(day: date) -> str:
    """The stored time at which a local day begins: `day_of` gives the day back."""
    if day.year not in _LOCAL_YEARS:
        return f"{day}T00:00:00Z"
    # over the timestamp: astimezone() puts a midnight that the clocks skip into the day before
    return iso(datetime.fromtimestamp(datetime.combine(day, time()).timestamp(), UTC))


def never_expires(day: date | None) -> bool:
    """Any date from 2035-12-31 on stands for *no expiry* (domain.md, section 3)."""
    return day is not None and day >= NO_EXPIRY_FROM


WHOLE_DAY = "/P1D"
"""Behind the beginning of a day, where a list gave a day without a time: an interval of ISO 8601."""


class DayOnly(datetime):
    """A moment of which only the day is known: the beginning of it."""


def resolve_time(listed: str | None, recorded: str | None) -> str | None:
    """The time to compare and to store for `listed`: of a bare day the recorded time on that day, else its beginning."""
    if listed is None or not listed.endswith(WHOLE_DAY):
        return listed
    begin = listed.removesuffix(WHOLE_DAY)
    if recorded is not None and timedelta(0) <= moment(recorded) - moment(begin) < timedelta(days=1):
        return recorded
    return begin


def is_same_expiry(recorded: object, listed: object) -> bool:
    """Whether the listed word *never* means the recorded expiry date: one that stands for no expiry."""
    return listed == NEVER and isinstance(recorded, str) and never_expires(day_of(recorded))


def read_day(text: str, *, field: str) -> date:
    """An ISO day, all its digits given. Raises RuleViolation `day-malformed`."""
    # fromisoformat also takes forms that no one would expect here, such as 2026W012, and strptime takes 2026-3-2
    typed = text.strip() if _DAY.fullmatch(text.strip()) else ""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RuleViolation("day-malformed", field=field, value=text) from None


def read_moment(text: str, *, field: str, zone: tzinfo | None = None) -> datetime:
    """A time as ISO 8601, aware. Without an offset it is local time of `zone`, or of this machine.

    Raises RuleViolation `time-malformed`.
    """
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo or zone is None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise RuleViolation("time-malformed", field=field, value=text) from None


def refuse_future(on: date, today: date, *, field: str = "on") -> None:
    """Calls, transfers and removals may lie before their recording, not in the future (rule 4.1)."""
    if on > today:
        raise RuleViolation("day-in-future", field=field, on=on, today=today)


def days_after(start: date, days: int) -> date:
    """`days` calendar days after `start`; the calendar's last day where there is none."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return date.max
