"""Days and times: local calendar days over times stored in UTC (rule 4.1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.clocks import (
    TEMPORARY_DAYS,
    day_of,
    days_after,
    iso,
    moment,
    never_expires,
    read_day,
    read_moment,
    refuse_future,
    start_of,
)
from tslic_admin.domain.outcomes import RuleViolation

ZONES = [
    "UTC",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


@contextmanager
def local_zone(zone: str) -> Iterator[None]:
    """This machine stands in that time zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


needs_tzset = pytest.mark.skipif(
    not hasattr(time, "tzset"),
    reason="Windows has no time.tzset, so the time zone of this process cannot be changed",
)
days = st.dates()
some_zone = st.sampled_from(ZONES)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back_from_the_store_as_it_was(at: datetime) -> None:
    assert moment(iso(at)) == at


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),
    st.integers(min_value=-14 * 60, max_value=14 * 60),
)
def test_times_are_stored_in_utc_so_that_they_sort_as_text(naive: datetime, minutes: int) -> None:
    at = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    later = at + timedelta(seconds=1)
    assert iso(at).endswith("Z")
    assert iso(at) < iso(later)
    assert moment(iso(at)) == at


@needs_tzset
@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2026-03-02"), ("Pacific/Kiritimati", "2026-03-03"), ("America/Los_Angeles", "2026-03-02")],
)
def test_a_day_is_the_local_calendar_day(zone: str, day: str) -> None:
    with local_zone(zone):
        assert str(day_of("2026-03-02T12:00:00Z")) == day


def test_no_time_has_no_day() -> None:
    assert day_of(None) is None


@needs_tzset
@given(some_zone, st.dates(date(1996, 1, 1), date(2998, 12, 31)) | st.sampled_from([date.min, date.max]))
def test_a_local_day_is_stored_as_its_beginning_and_comes_back(zone: str, day: date) -> None:
    with local_zone(zone):
        assert day_of(start_of(day)) == day


@needs_tzset
@pytest.mark.parametrize("zone", ["America/Santiago", "Africa/Cairo", "Asia/Beirut"])
def test_a_day_without_a_midnight_comes_back_too(zone: str) -> None:
    year = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    with local_zone(zone):
        assert [day_of(start_of(day)) for day in year] == year


@needs_tzset
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("0001-01-01T00:00:00Z", date.min),
        ("0001-12-31T23:59:59Z", date(1, 12, 31)),
        ("9999-01-01T00:00:00Z", date(9999, 1, 1)),
        ("9999-12-31T23:59:59.999999Z", date.max),
    ],
)
def test_the_ends_of_the_calendar_are_days_in_every_zone(zone: str, stored: str, day: date) -> None:
    with local_zone(zone):
        assert day_of(stored) == day


@needs_tzset
@given(some_zone, st.datetimes(timezones=st.just(UTC)))
def test_every_time_that_can_be_stored_has_a_day_near_its_utc_day(zone: str, at: datetime) -> None:
    with local_zone(zone):
        day = day_of(iso(at))
    assert day is not None
    assert abs((day - at.date()).days) <= 1


@pytest.mark.parametrize(
    ("day", "never"),
    [(date(2035, 12, 30), False), (date(2035, 12, 31), True), (date(2038, 1, 19), True), (None, False)],
)
def test_no_expiry_is_any_date_from_2035_12_31_on(day: date | None, never: bool) -> None:
    assert never_expires(day) is never


@given(days)
def test_an_iso_day_is_read_with_spaces_around_it(day: date) -> None:
    assert read_day(f"  {day.isoformat()}\n", field="on") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-29",
        "2026-13-01",
        "20260301",
        "2026-3-1",
        "2026-W01-2",
        "01.03.2026",
        "2026-03-01T10:00",
        "\x00",
    ],
)
def test_what_is_no_day_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_day(text, field="on")
    assert (refusal.value.code, refusal.value.field) == ("day-malformed", "on")
    assert refusal.value.facts == {"value": text}


@given(st.text())
def test_any_text_is_a_day_or_refused(text: str) -> None:
    read: Callable[[], object] = lambda: read_day(text, field="on")  # noqa: E731
    try:
        assert isinstance(read(), date)
    except RuleViolation as refusal:
        assert refusal.code == "day-malformed"  # noqa: PT017


@needs_tzset
def test_a_time_without_an_offset_is_local_here_or_in_the_zone_that_was_given() -> None:
    with local_zone("America/Los_Angeles"):
        assert iso(read_moment("2026-03-02T04:00", field="at")) == "2026-03-02T12:00:00Z"
        berlin = read_moment("2026-03-02T04:00", field="at", zone=ZoneInfo("Europe/Berlin"))
        assert iso(berlin) == "2026-03-02T03:00:00Z"
        offset = read_moment(" 2026-03-02T04:00+02:00 ", field="at", zone=ZoneInfo("Europe/Berlin"))
        assert iso(offset) == "2026-03-02T02:00:00Z"


@needs_tzset
@pytest.mark.parametrize("text", ["now", "2026-03-02T25:00", "9999-12-31T23:00", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with local_zone("America/Los_Angeles"), pytest.raises(RuleViolation, match="time-malformed"):
        read_moment(text, field="at")


def test_what_is_recorded_may_be_of_today_or_before_but_not_of_tomorrow() -> None:
    today = date(2026, 3, 2)
    refuse_future(today, today)
    refuse_future(date.min, today)
    with pytest.raises(RuleViolation) as refusal:
        refuse_future(date(2026, 3, 3), today, field="installed_on")
    assert (refusal.value.code, refusal.value.field) == ("day-in-future", "installed_on")
    assert refusal.value.facts == {"on": date(2026, 3, 3), "today": today}


def test_ninety_days_are_calendar_days_over_a_change_of_the_clocks() -> None:
    assert days_after(date(2026, 1, 1), TEMPORARY_DAYS) == date(2026, 4, 1)


@given(days, st.integers(min_value=0, max_value=10**9))
def test_days_after_never_leave_the_calendar(start: date, count: int) -> None:
    after = days_after(start, count)
    assert after == date.max or (after - start).days == count
