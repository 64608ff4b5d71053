"""Painting any one page of a list: on paper, into a PDF, on the screen."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from tslic_admin.ui.page_type import PageType
from tslic_admin.ui.printable import COLUMN_GAP, FACT_SIZE, HEADER_GAP, ROW_GAP, TITLE_SIZE, Pages
from tslic_admin.wording.printing import CONTINUES, page_of

INK, FAINT, SHADE = QColor("black"), QColor(170, 170, 170), QColor(235, 235, 235)
HAIRLINE = 8  # twips


class PagePainting:
    """Paints pages in twips from the sheet's corner. One of these belongs to one thread."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._title, self._small = PageType(TITLE_SIZE, bold=True), PageType(FACT_SIZE)
        self._letters, self._bold = PageType(pages.size), PageType(pages.size, bold=True)

    def paint(self, painter: QPainter, page: int) -> None:
        """A page, counted from 0. Raises StoreTrouble where its rows cannot be read any more."""
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
        place = page_of(page + 1, pages.count)
        self._small.draw(painter, 0, self._title.line - self._small.line, width, place, right=True)
        room = width - self._small.width(place) - COLUMN_GAP
        title = self._title.cut(pages.listed.printed.title, room, 1)
        self._title.draw(painter, 0, 0, room, title)
        y = self._title.line
        for fact in pages.facts:
            self._small.draw(painter, 0, y, width, fact)
            y += self._small.lines(fact, width) * self._small.line

    def _columns(self) -> list[tuple[int, int]]:
        """Where each column's texts begin, and how wide they are."""
        found, x = [], COLUMN_GAP // 2
        for width in self._pages.widths:
            found.append((x, width))
            x += width + COLUMN_GAP
        return found

    def _headings(self, painter: QPainter) -> None:
        pages = self._pages
        height = pages.heading_lines * self._bold.line + ROW_GAP
        top = pages.body_top - height
        painter.fillRect(QRectF(0, top - HEADER_GAP // 3, self._table_width(), height), SHADE)
        listed = zip(self._columns(), pages.listed.titles, pages.listed.right, strict=True)
        for (x, width), title, right in listed:
            self._bold.draw(painter, x, top, width, title, right=right)
        self._rule(painter, pages.body_top - HEADER_GAP // 3, INK)

    def _rows(self, painter: QPainter, page: int) -> None:
        pages, letters = self._pages, self._letters
        plan, kept = pages.plan, pages.listed.printed.rows
        some = plan.rows_on(page)
        rows = dict(zip(some, kept.rows(some), strict=True))
        y = pages.body_top
        continues = False
        for part in plan.parts(page, lambda row: pages.row_lines(rows[row], letters)):
            for (x, width), text, right in zip(
                self._columns(), rows[part.row], pages.listed.right, strict=True
            ):
                if text:
                    letters.draw(painter, x, y, width, text, right=right, first=part.first, last=part.last)
            y += (part.last - part.first) * letters.line + ROW_GAP
            continues = part.continues
            if not continues:
                self._rule(painter, y - ROW_GAP // 2, FAINT)
        if continues:
            bottom = pages.sheet.inner_height - self._small.line
            self._small.draw(painter, 0, bottom, pages.sheet.inner_width, CONTINUES, right=True)

    def _table_width(self) -> int:
        return sum(self._pages.widths) + COLUMN_GAP * len(self._pages.widths)

    def _rule(self, painter: QPainter, y: int, color: QColor) -> None:
        painter.setPen(QPen(color, HAIRLINE))
        painter.drawLine(QLineF(0, y, self._table_width(), y))
        painter.setPen(INK)
