"""The preview of one page: painted when it is looked at, in any size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.page_paint import PagePainting
from tslic_admin.ui.page_setup import Sheet
from tslic_admin.ui.page_type import INCH
from tslic_admin.ui.printable import Pages
from tslic_admin.wording.printing import page_of

WHOLE, WIDTH = "whole", "width"  # zooms that follow the room there is
EDGE = 8  # pixels around the sheet
TURNS = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Home: -(2**30),
    Qt.Key.Key_End: 2**30,
}


class PageView(QScrollArea):
    """Shows a page; Page Up, Page Down, Home and End ask for others."""

    turned = Signal(int)  # by so many pages
    trouble = Signal(object)  # StoreTrouble: the rows cannot be read any more

    def __init__(self) -> None:
        super().__init__()
        self._pages: Pages | None = None
        self._painting: PagePainting | None = None
        self._page = 0
        self._zoom = WHOLE
        self._paper = _Paper(self)
        self.setWidget(self._paper)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setBackgroundRole(self.palette().ColorRole.Dark)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Page")

    def show_page(self, pages: Pages, page: int) -> None:
        """Show a page, counted from 0."""
        if pages is not self._pages:
            self._pages, self._painting = pages, PagePainting(pages)
        self._page = page
        self._paper.forget()
        self._fit()
        self.verticalScrollBar().setValue(0)
        self._say()

    def set_zoom(self, zoom: str) -> None:
        """`whole`, `width`, or percent."""
        self._zoom = zoom
        self._fit()

    def _say(self) -> None:
        """What stands on the page, for those who do not see it."""
        if self._pages is None:
            return
        printed = self._pages.listed.printed
        self.setAccessibleName(f"{printed.title}, {page_of(self._page + 1, self._pages.count)}")
        try:
            rows = list(printed.rows.rows(self._pages.plan.rows_on(self._page)))
        except StoreTrouble:
            return  # said when it is painted
        lines = [", ".join(self._pages.listed.titles), *(", ".join(filter(None, row)) for row in rows)]
        self.setAccessibleDescription("\n".join([*self._pages.facts, *lines]))

    def _fit(self) -> None:
        if self._pages is None:
            return
        sheet = self._pages.sheet
        if self._zoom in (WHOLE, WIDTH):
            room = self.maximumViewportSize()
            wide = (room.width() - 2 * EDGE) / sheet.width
            high = (room.height() - 2 * EDGE) / sheet.height
            scale = min(wide, high)
            if self._zoom == WIDTH:
                # where the sheet is higher than the room, the scroll bar beside it takes some
                bar = self.verticalScrollBar().sizeHint().width() if wide > high else 0
                scale = (room.width() - bar - 2 * EDGE) / sheet.width
        else:
            scale = self.logicalDpiX() / INCH * int(self._zoom) / 100
        size = QSize(round(sheet.width * scale), round(sheet.height * scale)).expandedTo(QSize(1, 1))
        self._paper.resize(size.width() + 2 * EDGE, size.height() + 2 * EDGE)
        self._paper.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turn = TURNS.get(Qt.Key(event.key()))
        if turn is None:
            super().keyPressEvent(event)
        else:
            self.turned.emit(turn)

    def paint_page(self, painter: QPainter) -> None:
        """Paint the page in twips."""
        if self._painting is None:
            return
        try:
            self._painting.paint(painter, self._page)
        except StoreTrouble as why:
            self.trouble.emit(why)

    @property
    def sheet(self) -> Sheet | None:
        """What the page is painted on; None before there is any."""
        return None if self._pages is None else self._pages.sheet


class _Paper(QWidget):
    """The sheet, painted once for each size."""

    def __init__(self, view: PageView) -> None:
        super().__init__()
        self._view = view
        self._painted = QPixmap()

    def forget(self) -> None:
        self._painted = QPixmap()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        sheet = self._view.sheet
        if sheet is None:
            return
        place = QRect(EDGE, EDGE, self.width() - 2 * EDGE, self.height() - 2 * EDGE)
        ratio = self.devicePixelRatioF()
        if self._painted.size() != place.size() * ratio:
            self._painted = self._paint(place.size() * ratio, sheet)
        painter = QPainter(self)
        painter.drawPixmap(place, self._painted)
        painter.setPen(QColor(128, 128, 128))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()  # at once, whoever keeps an error of the painting with all its frames

    def _paint(self, size: QSize, sheet: Sheet) -> QPixmap:
        painted = QPixmap(size)
        painted.fill(QColor("white"))  # paper, whatever the palette
        painter = QPainter(painted)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(size.width() / sheet.width, size.height() / sheet.height)
        self._view.paint_page(painter)
        painter.end()
        return painted
