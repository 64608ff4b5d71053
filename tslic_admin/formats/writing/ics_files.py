"""Write a calendar of whole days (iCalendar, RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tslic_admin.formats.writing.csv_files import TextTarget

# a text has lines, but no other control characters (RFC 5545, 3.3.11)
_NOT_IN_TEXT = {code: " " for code in (*range(32), 127) if code != ord("\n")}
CALENDAR_PRODUCT = "-//tslic-admin//Due dates//EN"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A whole day. `uid` stays the same for the same thing: read in again, it replaces what was there."""

    uid: str
    day: date
    summary: str
    description: str
    category: str


class IcsWriter:
    """`stamp`: when the calendar was written, in UTC; `sequence`: a number that grows with every change."""

    def __init__(self, target: TextTarget, name: str, stamp: datetime, sequence: int) -> None:
        from icalendar import Calendar, Event  # noqa: PLC0415 - takes 80 ms, and only calendars need it

        self._target, self._stamp, self._sequence = target, stamp, sequence
        self._new_component = Event
        calendar = Calendar()
        calendar.add("prodid", CALENDAR_PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", name)
        begin, self._end, _ = calendar.to_ical().decode().partition("END:VCALENDAR\r\n")
        target.write(begin)

    def event(self, event: CalendarEvent) -> None:
        one = self._new_component()
        one.add("uid", event.uid)
        one.add("dtstamp", self._stamp)
        one.add("sequence", self._sequence)
        one.add("dtstart", event.day)
        if event.day < date.max:
            one.add("dtend", event.day + timedelta(days=1))  # the first day that is no longer of it
        one.add("summary", event.summary.translate(_NOT_IN_TEXT))
        one.add("description", event.description.translate(_NOT_IN_TEXT))
        one.add("categories", [event.category])
        one.add("transp", "TRANSPARENT")  # nobody is busy all day by it
        self._target.write(one.to_ical().decode())

    def finish(self) -> None:
        self._target.write(self._end)
