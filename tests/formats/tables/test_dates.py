"""Every date form of an export is read as the moment it means, and the order of day and month is never guessed."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.cells import UnreadableCell
from tslic_admin.formats.tables.dates import DateOrderDetector, Dates, looks_like_date

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20380101081108.000000-000", utc(2038, 1, 1, 8, 11, 8)),
        ("20220118115555.123456-000", utc(2022, 1, 18, 11, 55, 55, 123456)),
        ("20220118115555.000000+060", utc(2022, 1, 18, 10, 55, 55)),
        ("20220118115555.000000-300", utc(2022, 1, 18, 16, 55, 55)),
        ("20220118115555.000000+***", utc(2022, 1, 18, 10, 55, 55)),
        ("20220118******.******+***", utc(2022, 1, 17, 23)),
        ("********115555.000000-000", None),
        ("**************.******-000", None),
        ("20220118115555.0Z", utc(2022, 1, 18, 11, 55, 55)),
        ("20220118115555Z", utc(2022, 1, 18, 11, 55, 55)),
        ("20220118115555.0+0100", utc(2022, 1, 18, 10, 55, 55)),
        ("/Date(1582571197098)/", utc(2020, 2, 24, 19, 6, 37, 98000)),
        (r"\/Date(1582571197098)\/", utc(2020, 2, 24, 19, 6, 37, 98000)),
        ("/Date(-1000)/", utc(1969, 12, 31, 23, 59, 59)),
        ("/Date(1582571197098+0100)/", utc(2020, 2, 24, 19, 6, 37, 98000)),
        ("2022-01-18", utc(2022, 1, 17, 23)),
        ("2022-01-18T11:55:55", utc(2022, 1, 18, 10, 55, 55)),
        ("2022-07-18 11:55:55", utc(2022, 7, 18, 9, 55, 55)),
        ("2022-01-18T11:55:55Z", utc(2022, 1, 18, 11, 55, 55)),
        ("2022-01-18T11:55:55.1234567+01:00", utc(2022, 1, 18, 10, 55, 55, 123456)),
        ("  2022-01-18T11:55:55Z ", utc(2022, 1, 18, 11, 55, 55)),
        ("", None),
        ("   ", None),
    ],
)
def test_a_form_without_order_is_read(text, moment):
    assert Dates(None, BERLIN).read(text) == moment


@pytest.mark.parametrize(
    ("text", "order", "local"),
    [
        ("01/08/2023 00:00:00", "mdy", datetime(2023, 1, 8)),
        ("01/08/2023 00:00:00", "dmy", datetime(2023, 8, 1)),
        ("8/7/2017 1:18:50 PM", "mdy", datetime(2017, 8, 7, 13, 18, 50)),
        ("8/7/2017 12:18:50 AM", "mdy", datetime(2017, 8, 7, 0, 18, 50)),
        ("8/7/2017 12:18:50 PM", "mdy", datetime(2017, 8, 7, 12, 18, 50)),
        ("8/7/2017 1:18:50\u202fPM", "mdy", datetime(2017, 8, 7, 13, 18, 50)),
        ("8/7/2017 1:18:50 p. m.", "dmy", datetime(2017, 7, 8, 13, 18, 50)),
        ("20/03/2022 12:26:14", "dmy", datetime(2022, 3, 20, 12, 26, 14)),
        ("01.03.2022 12:26:14", "dmy", datetime(2022, 3, 1, 12, 26, 14)),
        ("1. 3. 2022 12:26", "dmy", datetime(2022, 3, 1, 12, 26)),
        ("1.3.2022 12.26.14", "dmy", datetime(2022, 3, 1, 12, 26, 14)),
        ("18.1.2022 г. 11:55:55 ч.", "dmy", datetime(2022, 1, 18, 11, 55, 55)),
        ("01.03.38", "dmy", datetime(2038, 3, 1)),
        ("22/01/18 11:55", "ymd", datetime(2022, 1, 18, 11, 55)),
        ("2022/1/18 上午 11:55:55", "mdy", datetime(2022, 1, 18, 11, 55, 55)),
        ("2022-01-18 오후 1:55:55", "ymd", datetime(2022, 1, 18, 13, 55, 55)),
        ("2022. 01. 18. 11:55:55", "dmy", datetime(2022, 1, 18, 11, 55, 55)),
        ("18-01-2022 11:55:55 +00:00", "dmy", datetime(2022, 1, 18, 12, 55, 55)),
    ],
)
def test_a_localized_form_is_read_by_the_order(text, order, local):
    assert Dates(order, BERLIN).read(text) == local.replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "20221318115555.000000-000",
        "20220118255555.000000-000",
        "2022W011115555.000000-000",
        "00000000000000.000000-000",
        "00000090000000.000000:000",
        "00010101000000.000000+999",
        "99991231235959.000000-999",
        "٢٠٢٢٠١١٨١١٥٥٥٥.000000-000",
        "20221318115555.0Z",
        "/Date(999999999999999)/",
        "2022-02-30",
        "2022-01-18T25:00:00",
        "2022-W03-2",
        "13/13/2022",
        "1/2/123",
        "123/2/22",
        "1/2-2022",
        "20/03/2022",  # not under the order asked for
        "2022/13/01",
        "8/7/2017 13:18:50 PM",
        "8/7/2017 0:18:50 AM",
        "8/7/2017 25:00",
        "8/7/2017 noon",
        "8/7/2017 1:00 +99:99",
        "0001-01-01T00:00:00",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(UnreadableCell) as refusal:
        Dates("mdy", timezone(timedelta(hours=2))).read(text)
    assert (refusal.value.code, refusal.value.value) == ("date-malformed", text)


def test_a_text_without_offset_follows_the_zone_of_that_day():
    dates = Dates(None, BERLIN)
    assert dates.read("2022-03-27T01:59:59") == utc(2022, 3, 27, 0, 59, 59)
    assert dates.read("2022-03-27T03:00:00") == utc(2022, 3, 27, 1)


def test_every_moment_is_given_in_utc():
    dates = Dates("dmy", BERLIN)
    for text in (
        "20/03/2022",
        "2022-01-18T11:55:55+01:00",
        "20220118115555.000000+060",
        "20220118115555.0+0100",
    ):
        moment = dates.read(text)
        assert moment is not None
        assert moment.tzinfo is UTC


@pytest.mark.skipif(
    not hasattr(time, "tzset"),
    reason="Windows has no time.tzset, so the time zone of this process cannot be changed",
)
def test_without_a_zone_it_is_this_machines_own(monkeypatch):
    before = os.environ.get("TZ")
    try:
        monkeypatch.setenv("TZ", "America/New_York")
        time.tzset()
        dates = Dates(None, None)
        assert dates.read("2022-01-18T12:00:00") == utc(2022, 1, 18, 17)
        assert dates.read("2022-07-18T12:00:00") == utc(2022, 7, 18, 16)
    finally:
        if before is None:
            monkeypatch.delenv("TZ", raising=False)
        else:
            monkeypatch.setenv("TZ", before)
        time.tzset()


def test_what_was_read_is_remembered_but_not_without_end(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.tables.dates._REMEMBERED", 2)
    dates = Dates(None, UTC)
    first = dates.read("2022-01-01")
    assert dates.read("2022-01-01") is first
    dates.read("2022-01-02")
    dates.read("2022-01-03")
    assert len(dates._seen) == 1
    assert dates.read("2022-01-01") == first


def evidence(*texts: str) -> DateOrderDetector:
    seen = DateOrderDetector()
    for text in texts:
        seen.add(text)
    return seen


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["8/7/2017 1:18:50 PM", "8/27/2017 1:18:50 PM"], "mdy"),
        (["8/7/2017", "20/03/2022"], "dmy"),
        (["01.03.2022 12:26:14"], "dmy"),
        (["18/01/22", "22/01/40"], "dmy"),
        (["40/01/22", "22/01/12"], "ymd"),
        (["01/01/2038"], "mdy"),  # the same day in either order
        (["5/5/2038", "6/6/2022"], "mdy"),
    ],
)
def test_the_order_follows_from_all_dates(texts, order):
    seen = evidence(*texts)
    assert seen.needed
    assert seen.order() == order


@pytest.mark.parametrize(
    ("texts", "example"),
    [
        (["01/01/2038", "8/7/2017 1:18:50 PM "], "8/7/2017 1:18:50 PM"),
        (["20/03/2022", "03/20/2022", "03/21/2022"], "03/20/2022"),
        (["01.03.2022", "03/20/2022"], "03/20/2022"),
        (["18/01/22"], "18/01/22"),
    ],
)
def test_an_open_order_is_asked_for(texts, example):
    with pytest.raises(RuleViolation) as refusal:
        evidence(*texts).order()
    assert refusal.value.code == "date-order-open"
    assert refusal.value.field == "date_order"
    assert refusal.value.facts == {"value": example}


@pytest.mark.parametrize("text", ["", "2022-01-18", "2022/01/08", "13/13/2022", "soon", "1/2/2022 \ud800"])
def test_what_needs_no_order_says_nothing_about_it(text):
    assert not evidence(text).needed


def test_evidence_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.tables.dates._REMEMBERED", 2)
    seen = evidence("1/2/2022", "1/2/2022", "1/3/2022", "1/4/2022")
    assert len(seen._seen) == 1


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("8/7/2017 1:18", True),
        ("20220118115555.000000-000", True),
        ("********115555.000000-000", True),
        ("/Date(1)/", True),
        ("1:18:50 PM", False),
        ("R2", False),
    ],
)
def test_a_date_is_told_from_a_time(text, looks):
    assert looks_like_date(text) is looks
