"""Lays a list out on sheets of paper (by formats/writing/page_layout.py), and paints its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.writing.page_layout import (
    ColumnNeed,
    PageBody,
    PagePlan,
    fits_lines,
    fits_words,
    plan_pages,
    widest,
    widths,
)
from tslic_admin.services.exporting.printout import Printout, read_printout
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.printing.page_setup import PageSetup, Sheet, sheet_of
from tslic_admin.ui.printing.typography import LINE_END, POINT, PageFont, printable_text
from tslic_admin.ui.widgets.list_columns import cell_text
from tslic_admin.wording.exporting.printing import ROW_CONTINUES, page_number_text
from tslic_admin.wording.lists.columns import Column

BODY_SIZE = 9 * POINT
# Font sizes, tried in this order: the largest that breaks no line, else the largest whose broken lines are long
# enough to be read easily, else the largest that breaks no word. Smaller ones cannot be read.
UNBROKEN_SIZES = (BODY_SIZE, 17 * POINT // 2, 8 * POINT)
BODY_SIZES = (*UNBROKEN_SIZES, 15 * POINT // 2, 7 * POINT, 13 * POINT // 2, 6 * POINT)
TITLE_SIZE, FACT_SIZE = 12 * POINT, 8 * POINT
LONGEST_WORD = (
    20 * BODY_SIZE
)  # a longer word is broken, because a smaller font for it would make the whole list small
COMFORTABLE_WIDTH = 14 * BODY_SIZE  # the shortest line that is read easily
COLUMN_GAP = 7 * POINT
ROW_GAP = 3 * POINT
HEADER_GAP = 6 * POINT
FACT_LINES = 3  # a filter can be of any length
PROGRESS_ROWS = 200  # rows between two reports of progress while pages are planned


@dataclass(frozen=True, slots=True)
class PrintPages:
    """A list laid out on sheets. `widths`: of the columns' texts; `facts`: the lines below the title.

    `one_line`: whether no text of a column is broken; such a column need not be measured.
    """

    printable: PrintableList
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

    def row_lines(self, cells: Sequence[str], letters: PageFont) -> int:
        """How many lines a row takes."""
        most = 1
        for text, width, one_line in zip(cells, self.widths, self.one_line, strict=True):
            if not one_line and text:
                most = max(most, letters.lines(text, width))
        return most


@dataclass(frozen=True, slots=True)
class PrintableList:
    """A list that was read to be printed.

    `right`: whether a column is aligned to the right. `needs`: the widths that the columns and their headings need at
    font size BODY_SIZE. `multiline`: whether a column has texts of several lines.
    """

    printout: Printout
    titles: Sequence[str]
    right: Sequence[bool]
    needs: Sequence[ColumnNeed]
    multiline: Sequence[bool]

    def wants_landscape(self, setup: PageSetup) -> bool:
        """Whether lines would be broken in portrait orientation."""
        return not fits_lines(self.needs, self._room(sheet_of(setup.layout(landscape=False))))

    def sheet(self, setup: PageSetup) -> Sheet:
        return sheet_of(setup.layout(landscape=self.wants_landscape(setup)))

    def _room(self, sheet: Sheet) -> int:
        """The width for the columns' texts, without the gaps."""
        return sheet.inner_width - COLUMN_GAP * len(self.titles)

    def pages(self, sheet: Sheet, progress: Progress = lambda *_: None) -> PrintPages:
        """Lay the list out on sheets, on any thread. What `progress` raises ends it.

        Raises RuleViolation `margins-too-wide` where no row would fit between them; StoreTrouble.
        """
        room = self._room(sheet)
        if room < len(self.titles) * BODY_SIZE:
            raise RuleViolation("margins-too-wide", field="margin")
        size = self._size(room)
        needs = [need.scaled(size, BODY_SIZE) for need in self.needs]
        column_widths = widths(needs, room, COMFORTABLE_WIDTH * size // BODY_SIZE)
        letters, bold, small = PageFont(size), PageFont(size, bold=True), PageFont(FACT_SIZE)
        facts = [small.cut(fact, sheet.inner_width, FACT_LINES) for fact in self._facts()]
        heading_lines = max(
            bold.lines(title, width) for title, width in zip(self.titles, column_widths, strict=True)
        )
        fact_lines = sum(small.lines(fact, sheet.inner_width) for fact in facts)
        top = PageFont(TITLE_SIZE, bold=True).line + fact_lines * small.line + HEADER_GAP
        top += heading_lines * bold.line + ROW_GAP
        body = PageBody(sheet.inner_height - top - small.line, letters.line, ROW_GAP)
        if body.lines < 1:
            raise RuleViolation("margins-too-wide", field="margin")
        one_line = [
            need.line <= width and not broken
            for need, width, broken in zip(needs, column_widths, self.multiline, strict=True)
        ]
        pages = PrintPages(self, sheet, size, column_widths, one_line, facts, heading_lines, top, PagePlan())
        rows = self.printout.rows
        total = len(rows)

        def lines() -> Iterator[int]:
            for count, cells in enumerate(rows.rows(), start=1):
                yield pages.row_lines(cells, letters)
                if count % PROGRESS_ROWS == 0:
                    progress(count, total)

        return replace(pages, plan=plan_pages(lines(), body))

    def _size(self, room: int) -> int:
        """The font size for this width."""

        def at(size: int) -> list[ColumnNeed]:
            return [need.scaled(size, BODY_SIZE) for need in self.needs]

        unbroken = (size for size in UNBROKEN_SIZES if fits_lines(at(size), room))
        comfortable = (
            size for size in BODY_SIZES if fits_words(at(size), room, COMFORTABLE_WIDTH * size // BODY_SIZE)
        )
        words = (size for size in BODY_SIZES if fits_words(at(size), room))
        return next(unbroken, None) or next(comfortable, None) or next(words, BODY_SIZES[-1])

    def _facts(self) -> list[str]:
        """The lines below the title; the two short facts share one."""
        texts = {name: f"{name}: {printable_text(fact)}" for name, fact in self.printout.facts}
        return [f"{texts.pop('Store')}   ·   {texts.pop('Printed')}", *texts.values()]


class _ColumnMeasure(Generic[R]):
    """Measures the widths that the columns need, row by row while the rows are read."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        self.titles = [column.title for column in columns]
        self._columns = columns
        self._letters = PageFont(BODY_SIZE)
        bold = PageFont(BODY_SIZE, bold=True)
        self.needs = [
            ColumnNeed(bold.width(title), max(map(bold.width, title.split()))) for title in self.titles
        ]
        self.multiline = [False] * len(columns)

    def __call__(self, row: R) -> list[str]:
        cells = [printable_text(cell_text(column, row)) for column in self._columns]
        for place, text in enumerate(cells):
            if text:
                self._measure(place, text)
        return cells

    def _measure(self, place: int, text: str) -> None:
        width, need = self._letters.width, self.needs[place]
        if LINE_END in text:
            self.multiline[place] = True
            line = max(map(width, text.split(LINE_END)))
        else:
            line = width(text)
        word = line if line <= need.word else max(map(width, text.split()), default=0)
        word = min(word, LONGEST_WORD)
        if line > need.line or word > need.word:
            self.needs[place] = widest([need, ColumnNeed(line, word)])


def read_printable(
    path: Path,
    now: Callable[[], datetime],
    spec: ListSpec[R],
    columns: Sequence[Column[R]],
    progress: Progress = lambda *_: None,
) -> PrintableList:
    """Read a list with these columns, on any thread. What `progress` raises ends it. Raises StoreTrouble."""
    measure = _ColumnMeasure(columns)
    printed = read_printout(path, now, spec, measure, progress)
    right = [column.right for column in columns]
    return PrintableList(printed, measure.titles, right, measure.needs, measure.multiline)


INK, FAINT, SHADE = QColor("black"), QColor(170, 170, 170), QColor(235, 235, 235)
HAIRLINE = 8  # twips


class PagePainter:
    """Paints pages in twips from the sheet's corner. Use one painter on one thread only."""

    def __init__(self, pages: PrintPages) -> None:
        self._pages = pages
        self._title, self._small = PageFont(TITLE_SIZE, bold=True), PageFont(FACT_SIZE)
        self._letters, self._bold = PageFont(pages.size), PageFont(pages.size, bold=True)

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint a page, counted from 0. Raises StoreTrouble where its rows cannot be read any more."""
        sheet = self._pages.sheet
        painter.save()
        try:
            painter.translate(sheet.left, sheet.top)
            painter.setPen(INK)
            self._header(painter, page)
            self._headings(painter)
            self._rows(painter, page)
        finally:
            painter.restore()

    def _header(self, painter: QPainter, page: int) -> None:
        pages, width = self._pages, self._pages.sheet.inner_width
        place = page_number_text(page + 1, pages.count)
        self._small.draw(painter, 0, self._title.line - self._small.line, width, place, right=True)
        room = width - self._small.width(place) - COLUMN_GAP
        title = self._title.cut(pages.printable.printout.title, room, 1)
        self._title.draw(painter, 0, 0, room, title)
        y = self._title.line
        for fact in pages.facts:
            self._small.draw(painter, 0, y, width, fact)
            y += self._small.lines(fact, width) * self._small.line

    def _columns(self) -> list[tuple[int, int]]:
        """The left edge and the width of each column's texts."""
        columns, x = [], COLUMN_GAP // 2
        for width in self._pages.widths:
            columns.append((x, width))
            x += width + COLUMN_GAP
        return columns

    def _headings(self, painter: QPainter) -> None:
        pages = self._pages
        height = pages.heading_lines * self._bold.line + ROW_GAP
        top = pages.body_top - height
        painter.fillRect(QRectF(0, top - HEADER_GAP // 3, self._table_width(), height), SHADE)
        headings = zip(self._columns(), pages.printable.titles, pages.printable.right, strict=True)
        for (x, width), title, right in headings:
            self._bold.draw(painter, x, top, width, title, right=right)
        self._rule(painter, pages.body_top - HEADER_GAP // 3, INK)

    def _rows(self, painter: QPainter, page: int) -> None:
        pages, letters = self._pages, self._letters
        plan, stored = pages.plan, pages.printable.printout.rows
        numbers = plan.rows_on(page)
        rows = dict(zip(numbers, stored.rows(numbers), strict=True))
        y = pages.body_top
        continues = False
        for part in plan.parts(page, lambda row: pages.row_lines(rows[row], letters)):
            for (x, width), text, right in zip(
                self._columns(), rows[part.row], pages.printable.right, strict=True
            ):
                if text:
                    letters.draw(painter, x, y, width, text, right=right, first=part.first, last=part.last)
            y += (part.last - part.first) * letters.line + ROW_GAP
            continues = part.continues
            if not continues:
                self._rule(painter, y - ROW_GAP // 2, FAINT)
        if continues:
            bottom = pages.sheet.inner_height - self._small.line
            self._small.draw(painter, 0, bottom, pages.sheet.inner_width, ROW_CONTINUES, right=True)

    def _table_width(self) -> int:
        return sum(self._pages.widths) + COLUMN_GAP * len(self._pages.widths)

    def _rule(self, painter: QPainter, y: int, color: QColor) -> None:
        painter.setPen(QPen(color, HAIRLINE))
        painter.drawLine(QLineF(0, y, self._table_width(), y))
        painter.setPen(INK)
