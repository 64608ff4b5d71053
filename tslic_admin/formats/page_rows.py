"""Which rows of a printed list stand on which page: found in one pass, so that any page can then be painted alone."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

BEGINS = 3  # a row that is longer than a page begins at the end of one only if so many of its lines fit there


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a row that stand on a page: from `first` up to, and not with, `last`, of `of`."""

    row: int
    first: int
    last: int
    of: int

    @property
    def continues(self) -> bool:
        """Whether the rest of it is on the next page."""
        return self.last < self.of


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a page that holds rows. `room`: its height; each row takes `gap` and a `line` for each of its lines."""

    room: int
    line: int
    gap: int

    @property
    def lines(self) -> int:
        """How many lines of one row a page holds."""
        return (self.room - self.gap) // self.line

    def height(self, lines: int) -> int:
        return self.gap + lines * self.line


@dataclass(slots=True)
class PagePlan:
    """Where each page begins: at a line of a row. There is at least one page, which is empty where no row is."""

    rows: int = 0
    _first_rows: array[int] = field(default_factory=lambda: array("Q", [0]))
    _first_lines: array[int] = field(default_factory=lambda: array("Q", [0]))

    @property
    def pages(self) -> int:
        return len(self._first_rows)

    def begin(self, row: int, line: int) -> None:
        """A page begins here."""
        self._first_rows.append(row)
        self._first_lines.append(line)

    def rows_on(self, page: int) -> range:
        """The rows that a page holds or continues, counted from 0 as pages are."""
        first = self._first_rows[page]
        if page + 1 == self.pages:
            return range(first, self.rows)
        following = self._first_rows[page + 1]
        return range(first, following + (self._first_lines[page + 1] > 0))

    def page_with(self, row: int) -> int:
        """The page that a row begins on; the last one for a row that is not there."""
        page = bisect_right(self._first_rows, row) - 1
        while page and self._first_rows[page] == row and self._first_lines[page]:
            page -= 1  # what goes on there began before
        return page

    def parts(self, page: int, lines_of: Callable[[int], int]) -> Iterator[Part]:
        """What of which rows a page holds; `lines_of`: how many lines a row has."""
        ends = self._first_rows[page + 1] if page + 1 < self.pages else self.rows
        for row in self.rows_on(page):
            of = lines_of(row)
            first = self._first_lines[page] if row == self._first_rows[page] else 0
            yield Part(row, first, self._first_lines[page + 1] if row == ends else of, of)


def plan_pages(rows: Iterable[int], body: Body) -> PagePlan:
    """Lay rows of so many lines out on pages of a body, which holds at least one line.

    A row stands on one page where it fits on one, and otherwise goes on over as many as it needs.
    """
    plan = PagePlan()
    left = body.room
    for row, lines in enumerate(rows):
        plan.rows = row + 1
        if body.height(lines) <= left:
            left -= body.height(lines)
            continue
        fits = (left - body.gap) // body.line
        if lines <= body.lines or fits < min(BEGINS, body.lines):
            plan.begin(row, 0)
            left, fits = body.room, body.lines
        done = 0
        while lines - done > fits:
            done += fits
            plan.begin(row, done)
            left, fits = body.room, body.lines
        left -= body.height(lines - done)
    return plan
