"""A list that was read to be printed: what its columns need, and its pages for any sheet of paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.page_columns import Need, fits_whole, fits_words, widest, widths
from tslic_admin.formats.page_rows import Body, PagePlan, plan_pages
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.printed import PrintedList, read_printed
from tslic_admin.ui.columns import Column
from tslic_admin.ui.page_setup import PageSetup, Sheet, sheet_of
from tslic_admin.ui.page_type import LINE_END, POINT, PageType, printable

SIZE = 9 * POINT
# The largest in which no line is broken, else in which broken ones are long enough to be read easily, else in which
# no word is broken; smaller ones cannot be read.
WHOLE_SIZES = (SIZE, 17 * POINT // 2, 8 * POINT)
SIZES = (*WHOLE_SIZES, 15 * POINT // 2, 7 * POINT, 13 * POINT // 2, 6 * POINT)
TITLE_SIZE, FACT_SIZE = 12 * POINT, 8 * POINT
LONGEST_WORD = 20 * SIZE  # a longer one is broken rather than that all letters become small for it
COMFORT = 14 * SIZE  # a line that is not much shorter than people like to read
COLUMN_GAP = 7 * POINT
ROW_GAP = 3 * POINT
HEADER_GAP = 6 * POINT
FACT_LINES = 3  # a filter can be of any length; a page is for the list
EVERY = 200  # rows between two reports of progress while pages are planned

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pages:
    """A list laid out on sheets. `widths`: of its columns' texts; `facts`: the lines below the title.

    `one_line`: columns in which no text is broken, so that none has to be measured.
    """

    listed: Printable
    sheet: Sheet
    size: int
    widths: Sequence[int]
    one_line: Sequence[bool]
    facts: Sequence[str]
    heading_lines: int
    body_top: int
    plan: PagePlan

    @property
    def count(self) -> int:
        return self.plan.pages

    def row_lines(self, cells: Sequence[str], letters: PageType) -> int:
        """How many lines a row takes."""
        most = 1
        for text, width, one_line in zip(cells, self.widths, self.one_line, strict=True):
            if not one_line and text:
                most = max(most, letters.lines(text, width))
        return most


@dataclass(frozen=True, slots=True)
class Printable:
    """`needs`: of the columns with their headings, for letters of SIZE; `broken`: columns with texts of several lines."""

    printed: PrintedList
    titles: Sequence[str]
    right: Sequence[bool]
    needs: Sequence[Need]
    broken: Sequence[bool]

    def wants_landscape(self, setup: PageSetup) -> bool:
        """Whether the list is too wide to stand upright without breaking its lines."""
        return not fits_whole(self.needs, self._room(sheet_of(setup.layout(landscape=False))))

    def sheet(self, setup: PageSetup) -> Sheet:
        return sheet_of(setup.layout(landscape=self.wants_landscape(setup)))

    def _room(self, sheet: Sheet) -> int:
        """What is left for the columns' texts."""
        return sheet.inner_width - COLUMN_GAP * len(self.titles)

    def pages(self, sheet: Sheet, progress: Progress = lambda *_: None) -> Pages:
        """Lay the list out on sheets: on any thread. What `progress` raises ends it.

        Raises RuleViolation `margins-too-wide` where no row would fit between them; StoreTrouble.
        """
        room = self._room(sheet)
        if room < len(self.titles) * SIZE:
            raise RuleViolation("margins-too-wide", field="margin")
        size = self._size(room)
        needs = [need.at(size, SIZE) for need in self.needs]
        found = widths(needs, room, COMFORT * size // SIZE)
        letters, bold, small = PageType(size), PageType(size, bold=True), PageType(FACT_SIZE)
        facts = [small.cut(fact, sheet.inner_width, FACT_LINES) for fact in self._facts()]
        headings = max(bold.lines(title, width) for title, width in zip(self.titles, found, strict=True))
        fact_lines = sum(small.lines(fact, sheet.inner_width) for fact in facts)
        top = PageType(TITLE_SIZE, bold=True).line + fact_lines * small.line + HEADER_GAP
        top += headings * bold.line + ROW_GAP
        body = Body(sheet.inner_height - top - small.line, letters.line, ROW_GAP)
        if body.lines < 1:
            raise RuleViolation("margins-too-wide", field="margin")
        one_line = [
            need.whole <= width and not broken
            for need, width, broken in zip(needs, found, self.broken, strict=True)
        ]
        pages = Pages(self, sheet, size, found, one_line, facts, headings, top, PagePlan())
        rows = self.printed.rows
        total = len(rows)

        def lines() -> Any:
            for count, cells in enumerate(rows.rows(), start=1):
                yield pages.row_lines(cells, letters)
                if count % EVERY == 0:
                    progress(count, total)

        return replace(pages, plan=plan_pages(lines(), body))

    def _size(self, room: int) -> int:
        """The size of its letters."""

        def at(size: int) -> list[Need]:
            return [need.at(size, SIZE) for need in self.needs]

        whole = (size for size in WHOLE_SIZES if fits_whole(at(size), room))
        comfortable = (size for size in SIZES if fits_words(at(size), room, COMFORT * size // SIZE))
        words = (size for size in SIZES if fits_words(at(size), room))
        return next(whole, None) or next(comfortable, None) or next(words, SIZES[-1])

    def _facts(self) -> list[str]:
        """Two short ones share a line."""
        said = {name: f"{name}: {printable(fact)}" for name, fact in self.printed.facts}
        return [f"{said.pop('Store')}   ·   {said.pop('Printed')}", *said.values()]


class _Measured:
    """What the columns need, looked at row by row as they are read."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.titles = [column.title for column in columns]
        self._columns = columns
        self._letters = PageType(SIZE)
        bold = PageType(SIZE, bold=True)
        self.needs = [Need(bold.width(title), max(map(bold.width, title.split()))) for title in self.titles]
        self.broken = [False] * len(columns)

    def __call__(self, row: Any) -> list[str]:
        cells = [printable(column.show(row)) for column in self._columns]
        for place, text in enumerate(cells):
            if text:
                self._measure(place, text)
        return cells

    def _measure(self, place: int, text: str) -> None:
        width, need = self._letters.width, self.needs[place]
        if LINE_END in text:
            self.broken[place] = True
            whole = max(map(width, text.split(LINE_END)))
        else:
            whole = width(text)
        word = whole if whole <= need.word else max(map(width, text.split()), default=0)
        word = min(word, LONGEST_WORD)
        if whole > need.whole or word > need.word:
            self.needs[place] = widest([need, Need(whole, word)])


def read_printable(
    path: Path,
    now: Callable[[], datetime],
    spec: ListSpec,
    columns: Sequence[Column],
    progress: Progress = lambda *_: None,
) -> Printable:
    """Read a list with these columns, on any thread. What `progress` raises ends it. Raises StoreTrouble."""
    measured = _Measured(columns)
    printed = read_printed(path, now, spec, measured, progress)
    right = [column.right for column in columns]
    return Printable(printed, measured.titles, right, measured.needs, measured.broken)
