"""The calendar of due dates, parsed by the icalendar library and looked at line by line."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tslic_admin.formats.writing.ics_files import CalendarEvent, IcsWriter

STAMP = datetime(2026, 3, 2, 12, tzinfo=UTC)


def calendar(*events):
    stream = io.StringIO()
    writing = IcsWriter(stream, "What is due", STAMP, 7)
    for event in events:
        writing.event(event)
    writing.finish()
    return stream.getvalue()


def event(text="Call before 2026-03-30", day=date(2026, 3, 30), uid="request-1@x"):
    return CalendarEvent(uid, day, text, f"Reissue 1\nLicense server: {text}", "Reissue request")


def test_a_due_date_is_a_whole_day_on_which_nobody_is_busy():
    (read,) = Calendar.from_ical(calendar(event())).walk("VEVENT")
    assert read.decoded("dtstart") == date(2026, 3, 30)
    assert read.decoded("dtend") - read.decoded("dtstart") == timedelta(days=1)
    assert read["summary"] == "Call before 2026-03-30"
    assert read["description"].splitlines()[0] == "Reissue 1"
    assert read["categories"].to_ical() == b"Reissue request"
    assert read["transp"] == "TRANSPARENT"
    assert "DTSTART;VALUE=DATE:20260330\r\n" in calendar(event())


def test_read_in_again_it_replaces_what_was_there():
    """By the same UID, and a later sequence number and stamp (RFC 5546)."""
    (read,) = Calendar.from_ical(calendar(event())).walk("VEVENT")
    assert (read["uid"], read["sequence"]) == ("request-1@x", 7)
    assert read.decoded("dtstamp") == STAMP


def test_a_calendar_without_events_is_one():
    read = Calendar.from_ical(calendar())
    assert read["prodid"].startswith("-//tslic-admin//")
    assert (read["version"], read["method"], read["x-wr-calname"]) == ("2.0", "PUBLISH", "What is due")


def test_the_last_day_there_is_has_no_day_after_it():
    (read,) = Calendar.from_ical(calendar(event(day=date.max))).walk("VEVENT")
    assert "dtend" not in read


def test_control_characters_become_blanks_and_lines_stay():
    (read,) = Calendar.from_ical(calendar(event("a\x01b\rc\nd"))).walk("VEVENT")
    assert read["summary"] == "a b c\nd"


@settings(max_examples=40)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=120))
def test_any_text_comes_back_and_no_line_is_longer_than_allowed(text):
    written = calendar(event(text), event(text, uid="other@x"))
    lines = written.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert [one["summary"] for one in Calendar.from_ical(written).walk("VEVENT")] == [text, text]
