"""Stored times as people read them: local days, and times to the minute."""

from __future__ import annotations

from tslic_admin.domain.clocks import day_of, moment, never_expires


def day_text(stored: str | None) -> str:
    """A stored time as its local day; any day from 2035-12-31 on is Never."""
    day = day_of(stored)
    return "" if day is None else "Never" if never_expires(day) else day.isoformat()


def time_text(stored: str | None) -> str:
    """A stored time as local time, to the minute."""
    if not stored:
        return ""
    at = moment(stored)
    return stored if at.year >= 9999 or at.year <= 1 else at.astimezone().strftime("%Y-%m-%d %H:%M")
