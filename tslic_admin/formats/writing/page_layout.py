"""Calculate the widths of printed columns and which rows are on which page; ui/printing/pages.py draws them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ColumnNeed:
    """The widths that a column needs: `line` for its longest text in one line, `word` for its longest word."""

    line: int
    word: int

    def scaled(self, size: int, base: int) -> ColumnNeed:
        """The same widths at font size `size`, from those at `base`."""
        return ColumnNeed(-(-self.line * size // base), -(-self.word * size // base))


def widest(needs: Iterable[ColumnNeed]) -> ColumnNeed:
    """The greatest of these widths."""
    each = list(needs)
    return ColumnNeed(max(need.line for need in each), max(need.word for need in each))


def fits_lines(needs: Sequence[ColumnNeed], room: int) -> bool:
    """Whether no line has to be broken."""
    return sum(need.line for need in needs) <= room


def _least(needs: Sequence[ColumnNeed], comfort: int) -> list[int]:
    return [min(need.line, max(need.word, comfort)) for need in needs]


def fits_words(needs: Sequence[ColumnNeed], room: int, comfort: int = 0) -> bool:
    """Whether lines are broken at words only, and only in columns as wide as `comfort`."""
    return sum(_least(needs, comfort)) <= room


def widths(needs: Sequence[ColumnNeed], room: int, comfort: int = 0) -> list[int]:
    """Share the room out: as much as each column wants; where that is too much, the widest give way first.

    While others can give way, a column does not become narrower than `comfort`, in which a text is read easily;
    where that cannot be, at least no narrower than its longest word. The sum is never more than the room, and
    no width is zero where there is room for that.
    """
    lines = [need.line for need in needs]
    if sum(lines) <= room:
        return lines
    for least in (_least(needs, comfort), _least(needs, 0)):
        if sum(least) <= room:
            return _widths_below_cap(least, lines, room)
    return _widths_below_cap([0] * len(lines), _least(needs, 0), room)


def _widths_below_cap(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Widths between least and most under one cap that is as high as the room allows; the rest goes from the left."""
    low, high = 0, max(most)
    while low < high:
        cap = (low + high + 1) // 2
        if sum(map(_within, least, most, [cap] * len(most))) <= room:
            low = cap
        else:
            high = cap - 1
    capped = [_within(a, b, low) for a, b in zip(least, most, strict=True)]
    remaining = room - sum(capped)
    for place, (width, limit) in enumerate(zip(capped, most, strict=True)):
        if remaining > 0 and width < limit:
            capped[place] += 1
            remaining -= 1
    return capped


def _within(least: int, most: int, cap: int) -> int:
    return max(least, min(most, cap))


LEAST_LINES_BEGUN = 3
"""A row longer than a page begins at the end of one only if so many of its lines fit there."""


@dataclass(frozen=True, slots=True)
class RowPart:
    """Lines of a row that stand on a page: from `first` up to, but not including, `last`; the row has `lines`."""

    row: int
    first: int
    last: int
    lines: int

    @property
    def continues(self) -> bool:
        """Whether the rest of it is on the next page."""
        return self.last < self.lines


@dataclass(frozen=True, slots=True)
class PageBody:
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
    """The row and line at which each page begins. A list without rows has one empty page."""

    rows: int = 0
    _first_rows: array[int] = field(default_factory=lambda: array("Q", [0]))
    _first_lines: array[int] = field(default_factory=lambda: array("Q", [0]))

    @property
    def pages(self) -> int:
        return len(self._first_rows)

    def begin(self, row: int, line: int) -> None:
        """Add a page that begins at this line of this row."""
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

    def parts(self, page: int, lines_of: Callable[[int], int]) -> Iterator[RowPart]:
        """The parts of rows on a page; `lines_of` returns the number of lines of a row."""
        ends = self._first_rows[page + 1] if page + 1 < self.pages else self.rows
        for row in self.rows_on(page):
            of = lines_of(row)
            first = self._first_lines[page] if row == self._first_rows[page] else 0
            yield RowPart(row, first, self._first_lines[page + 1] if row == ends else of, of)


def plan_pages(rows: Iterable[int], body: PageBody) -> PagePlan:
    """Distribute rows over pages. `rows`: the lines of each row; `body` holds at least one line.

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
        if lines <= body.lines or fits < min(LEAST_LINES_BEGUN, body.lines):
            plan.begin(row, 0)
            left, fits = body.room, body.lines
        done = 0
        while lines - done > fits:
            done += fits
            plan.begin(row, done)
            left, fits = body.room, body.lines
        left -= body.height(lines - done)
    return plan
