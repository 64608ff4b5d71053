"""Read every date form of a license server's export, and find out whether day or month comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import combinations

from tslic_admin.domain.clocks import NEVER, DayOnly, moment
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.cells import UnreadableCell

ORDERS = ("mdy", "dmy", "ymd")
_REMEMBERED = 1 << 16
_NOT_SEEN = datetime.max.replace(tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CIM = re.compile(r"([\d*]{14})\.([\d*]{6})([+-](?:\d{3}|\*{3}))", re.ASCII)
_GENERALIZED = re.compile(r"(\d{14})(?:[.,]\d+)?(Z|[+-]\d{4})", re.ASCII)
_MILLISECONDS = re.compile(r"\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:[\d:.]*(?:Z|[+-][\d:]*)?)?", re.ASCII)
_MORNING = r"am|a\. ?m\.|上午|午前|오전|πμ|π\.μ\."
_AFTERNOON = r"pm|p\. ?m\.|下午|午後|오후|μμ|μ\.μ\."
_NUMERIC = re.compile(
    r"(?P<first>[0-9]{1,4}) ?(?P<sign>[./-]) ?(?P<middle>[0-9]{1,2}) ?(?P=sign) ?(?P<last>[0-9]{1,4})(?![0-9])"
    r"\.?(?: г\.)?,?"
    rf"(?: (?:(?P<before>{_MORNING}|{_AFTERNOON}) ?)?"
    r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9][0-9])(?:[:.](?P<second>[0-9][0-9]))?"
    rf"(?: ?(?P<after>{_MORNING}|{_AFTERNOON}))?(?: ч\.)?(?: ?(?P<offset>Z|[+-][0-9][0-9]:?[0-9][0-9]))?)?",
    re.IGNORECASE,
)


def looks_like_date(text: str) -> bool:
    """Whether a cell begins as a date does, not as a time or a word."""
    return bool(re.match(r"[0-9]{14}|[0-9]{1,4} ?[./-]|[0-9*]{14}\.|\\?/Date", text))


class Dates:
    """Reads the date texts of one file and remembers those it has seen: the same few come again and again."""

    def __init__(self, order: str | None, zone: tzinfo | None) -> None:
        self._order = order
        self._zone = zone
        self._seen: dict[str, datetime | None] = {}

    def read(self, text: str) -> datetime | None:
        """The moment in UTC; None for an empty cell or a CIM date whose day is not set.

        A text without an offset is local time of the exporting server: of `zone`, or of this machine's own
        zone, by the rules that held on that day. Raises UnreadableCell `date-malformed`.
        """
        moment = self._seen.get(text, _NOT_SEEN)
        if moment is not _NOT_SEEN:
            return moment
        try:
            moment = self._parse(text.strip())
        except (ValueError, OverflowError, OSError):  # the last two: years that the platform's clock lacks
            raise UnreadableCell("date-malformed", text) from None
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[text] = moment
        return moment

    def read_end(self, text: str) -> datetime | None:
        """As `read`; an end may also be the word *Never*, as the tool's own list has it."""
        return moment(NEVER) if text.strip().lower() == "never" else self.read(text)

    def _parse(self, text: str) -> datetime | None:
        if text[21:] == "-000" and text[:14].isdecimal() and text[14:15] == ".":
            # The usual case, and the costly one: a million different CIM dates. fromisoformat is C.
            return datetime.fromisoformat(f"{text[:8]}T{text[8:21]}+00:00")
        if not text:
            return None
        if match := _CIM.fullmatch(text):
            return self._cim(*match.groups())
        if match := _GENERALIZED.fullmatch(text):
            return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S%z").astimezone(UTC)
        if match := _MILLISECONDS.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(match[1]))
        if _ISO.fullmatch(text):
            begin = self._in_utc(datetime.fromisoformat(text))
            return begin if len(text) > len("2026-03-02") else _day_of(begin)
        return self._numeric(text)

    def _cim(self, stamp: str, fraction: str, offset: str) -> datetime | None:
        if "*" in stamp[:8]:
            return None
        clock, parts = stamp[8:].replace("*", "0"), fraction.replace("*", "0")
        moment = datetime.fromisoformat(f"{stamp[:8]}T{clock}.{parts}")
        if "*" in offset:
            return self._in_utc(moment)
        return moment.replace(tzinfo=timezone(timedelta(minutes=int(offset)))).astimezone(UTC)

    def _numeric(self, text: str) -> datetime:
        match = _match(text)
        if match is None:
            raise ValueError(text)
        order = "ymd" if len(match["first"]) == 4 else self._order or ""
        day = _days(*match.group("first", "middle", "last")).get(order)
        if day is None:
            raise ValueError(text)
        begin = self._in_utc(datetime.combine(day, _clock(match)))
        return begin if match["hour"] is not None else _day_of(begin)

    def _in_utc(self, moment: datetime) -> datetime:
        if moment.tzinfo is None and self._zone is not None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)


def _day_of(begin: datetime) -> DayOnly:
    """A day without a time, by its beginning."""
    return DayOnly.combine(begin.date(), begin.timetz())


class DateOrderDetector:
    """Finds the order of day, month and year from all dates of a file: a value over 12 or a dot proves it."""

    def __init__(self) -> None:
        self._possible = set(ORDERS)
        self._differs: dict[tuple[str, str], str] = {}
        self._seen: set[tuple[tuple[str, ...], str]] = set()
        self.needed = False
        self._contradiction: str | None = None

    def add(self, text: str) -> None:
        """Take a date text into account. What is no date, or begins with its year, counts for nothing."""
        match = _match(text)
        if match is None or len(match["first"]) == 4:
            return
        parts = match.group("first", "middle", "last")
        if (parts, match["sign"]) in self._seen:
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen.add((parts, match["sign"]))
        days = _days(*parts)
        if not days:
            return
        self.needed = True
        proven = {"dmy"} & days.keys() if match["sign"] == "." else set()
        remaining = self._possible & (proven or days.keys())
        if not remaining:
            self._contradiction = self._contradiction or text
        self._possible = remaining
        for pair in combinations(ORDERS, 2):
            if days.keys() >= set(pair) and days[pair[0]] != days[pair[1]]:
                self._differs.setdefault(pair, text)

    def order(self) -> str:
        """The order that every date seen agrees with.

        Raises RuleViolation `date-order-open` where the dates contradict each other or leave it open.
        """
        if self._contradiction is not None:
            raise _order_open(self._contradiction)
        for pair, text in self._differs.items():
            if self._possible.issuperset(pair):
                raise _order_open(text)
        # Where several remain they give the same days, so that any of them will do.
        return next(order for order in ORDERS if order in self._possible)


def _order_open(text: str) -> RuleViolation:
    return RuleViolation("date-order-open", field="date_order", value=text.strip())


def _match(text: str) -> re.Match[str] | None:
    return _NUMERIC.fullmatch(" ".join(text.split()))


@lru_cache(_REMEMBERED)
def _days(first: str, middle: str, last: str) -> Mapping[str, date]:
    """What day a numeric date is under each order that it allows; two digits of a year are of this century."""
    days = {}
    for order in ORDERS:
        parts = dict(zip(order, (first, middle, last), strict=True))
        if len(parts["y"]) in (2, 4) and len(parts["m"]) <= 2 and len(parts["d"]) <= 2:
            year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
            with suppress(ValueError):
                days[order] = date(year, int(parts["m"]), int(parts["d"]))
    return days


def _clock(match: re.Match[str]) -> time:
    """The time of day, midnight where none is given. Raises ValueError for what is no time."""
    if match["hour"] is None:
        return time()
    hour, half = int(match["hour"]), match["before"] or match["after"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(half)
        hour = hour % 12 + (12 if re.fullmatch(_AFTERNOON, half, re.IGNORECASE) else 0)
    offset = match["offset"] or ""
    return time.fromisoformat(f"{hour:02}:{match['minute']}:{match['second'] or '00'}{offset}")
