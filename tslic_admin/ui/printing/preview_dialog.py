"""Print Preview: the pages on the screen, with paper, orientation and margins to choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPageLayout,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import ProgressLine
from tslic_admin.ui.printing.output import Printing, lay_out
from tslic_admin.ui.printing.page_setup import (
    MAX_MARGIN,
    MIN_MARGIN,
    ORIENTATIONS,
    PAPERS,
    PageSetup,
    Sheet,
    read_setup,
)
from tslic_admin.ui.printing.pages import PagePainter, PrintableList, PrintPages, read_printable
from tslic_admin.ui.printing.typography import INCH
from tslic_admin.ui.widgets.fields import ErrorLabel, choice, choose
from tslic_admin.ui.widgets.list_columns import number_text
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.exporting.printing import page_number_text
from tslic_admin.wording.lists.columns import Column
from tslic_admin.wording.messages import refusal_text

WHOLE_PAGE, PAGE_WIDTH = "whole", "width"  # zooms that follow the size of the window
EDGE = 8  # pixels around the sheet
TURNS = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Home: -(2**30),
    Qt.Key.Key_End: 2**30,
}


class PageView(QScrollArea):
    """Shows a page; Page Up, Page Down, Home and End turn to other pages."""

    turned = Signal(int)  # the number of pages to go on, negative to go back
    trouble = Signal(object)  # StoreTrouble: the rows cannot be read any more

    def __init__(self) -> None:
        super().__init__()
        self._pages: PrintPages | None = None
        self._painter: PagePainter | None = None
        self._page = 0
        self._zoom = WHOLE_PAGE
        self._paper = _Paper(self)
        self.setWidget(self._paper)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setBackgroundRole(self.palette().ColorRole.Dark)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Page")

    def show_page(self, pages: PrintPages, page: int) -> None:
        """Show a page, counted from 0."""
        if pages is not self._pages:
            self._pages, self._painter = pages, PagePainter(pages)
        self._page = page
        self._paper.forget()
        self._fit()
        self.verticalScrollBar().setValue(0)
        self._describe()

    def set_zoom(self, zoom: str) -> None:
        """Set the zoom: `whole`, `width`, or percent as digits."""
        self._zoom = zoom
        self._fit()

    def _describe(self) -> None:
        """Describe the page to screen readers."""
        if self._pages is None:
            return
        printed = self._pages.printable.printout
        self.setAccessibleName(f"{printed.title}, {page_number_text(self._page + 1, self._pages.count)}")
        try:
            rows = list(printed.rows.rows(self._pages.plan.rows_on(self._page)))
        except StoreTrouble:
            return  # the painting reports it
        lines = [", ".join(self._pages.printable.titles), *(", ".join(filter(None, row)) for row in rows)]
        self.setAccessibleDescription("\n".join([*self._pages.facts, *lines]))

    def _fit(self) -> None:
        if self._pages is None:
            return
        sheet = self._pages.sheet
        if self._zoom in (WHOLE_PAGE, PAGE_WIDTH):
            room = self.maximumViewportSize()
            wide = (room.width() - 2 * EDGE) / sheet.width
            high = (room.height() - 2 * EDGE) / sheet.height
            scale = min(wide, high)
            if self._zoom == PAGE_WIDTH:
                # a sheet higher than the view gets a scroll bar, which takes some of the width
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
        if self._painter is None:
            return
        try:
            self._painter.paint(painter, self._page)
        except StoreTrouble as why:
            self.trouble.emit(why)

    @property
    def sheet(self) -> Sheet | None:
        """The sheet that is shown; None until the pages are laid out."""
        return None if self._pages is None else self._pages.sheet


class _Paper(QWidget):
    """The sheet, painted once for each size."""

    def __init__(self, view: PageView) -> None:
        super().__init__()
        self._view = view
        self._pixmap = QPixmap()

    def forget(self) -> None:
        self._pixmap = QPixmap()
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
        if self._pixmap.size() != place.size() * ratio:
            self._pixmap = self._paint(place.size() * ratio, sheet)
        painter = QPainter(self)
        painter.drawPixmap(place, self._pixmap)
        painter.setPen(QColor(128, 128, 128))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()  # now: a traceback of an error in the painting would keep the painter alive

    def _paint(self, size: QSize, sheet: Sheet) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(QColor("white"))  # paper is white with any palette
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(size.width() / sheet.width, size.height() / sheet.height)
        self._view.paint_page(painter)
        painter.end()
        return pixmap


ZOOMS = {WHOLE_PAGE: "Whole page", PAGE_WIDTH: "Page width"} | {
    str(n): f"{n} %" for n in (50, 75, 100, 150, 200)
}


class PrintPreviewDialog(QDialog):
    """Reads the list once, and lays it out again on the read worker after each change of the setup."""

    def __init__(
        self,
        gateway: Gateway,
        settings: WindowSettings,
        spec: ListSpec[Any],
        columns: Sequence[Column[Any]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Print Preview")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.gateway, self._settings, self._spec, self._columns = gateway, settings, spec, columns
        self._job: Job | None = None
        self._printable: PrintableList | None = None
        self.pages: PrintPages | None = None
        self._layout: QPageLayout | None = None
        self.page = 0
        self._printing = Printing(gateway, self)
        self._printing.refused.connect(self._show_refusal)
        self.view = PageView()
        self.progress = ProgressLine()
        self.refusal = ErrorLabel()
        self._make_choices()
        self._make_buttons()
        self._lay_out()
        self.view.turned.connect(lambda by: self.go_to(self.page + by))
        self.view.trouble.connect(gateway.trouble)
        self._update_buttons()

    # building

    def _make_choices(self) -> None:
        setup = read_setup(self._settings.page_setup)
        self.paper = choice({name: name for name in PAPERS})
        self.orientation, self.zoom = choice(ORIENTATIONS), choice(ZOOMS)
        self.margin, self.number = _NumberBox(), _NumberBox()
        choose(self.paper, setup.paper)
        choose(self.orientation, setup.orientation)
        self.margin.setRange(MIN_MARGIN, MAX_MARGIN)
        self.margin.setSuffix(" mm")
        self.margin.setValue(setup.margin)
        for box in (self.paper, self.orientation):
            box.currentIndexChanged.connect(self._set_up)
        self.margin.valueChanged.connect(self._set_up)
        self.number.valueChanged.connect(lambda number: self.go_to(number - 1))
        self.zoom.currentIndexChanged.connect(lambda _: self.view.set_zoom(self.zoom.currentData()))

    def _make_buttons(self) -> None:
        self.previous, self.next = QPushButton("Pre&vious"), QPushButton("&Next")
        for button, by in ((self.previous, -1), (self.next, 1)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, by=by: self.go_to(self.page + by))
        self.of = QLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.save = QPushButton("&Save as PDF…")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(lambda: self._hand_over(to_pdf=True))
        self.verb = QPushButton("P&rint…")
        self.verb.clicked.connect(lambda: self._hand_over(to_pdf=False))
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.verb, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        fields = (
            ("Pa&per:", self.paper),
            ("&Orientation:", self.orientation),
            ("&Margins:", self.margin),
            ("&Zoom:", self.zoom),
        )
        for place, (label, widget) in enumerate(fields):
            grid.addWidget(_label_for(label, widget), place // 2, place % 2 * 2)
            grid.addWidget(widget, place // 2, place % 2 * 2 + 1)
        grid.setColumnStretch(4, 1)
        turning = QHBoxLayout()
        for part in (self.previous, _label_for("Pa&ge:", self.number), self.number, self.of, self.next):
            turning.addWidget(part)
        turning.addStretch(1)
        body = QVBoxLayout(self)
        body.addLayout(grid)
        body.addWidget(self.refusal)
        body.addWidget(self.progress)
        body.addWidget(self.view, 1)
        body.addLayout(turning)
        body.addWidget(self.buttons)
        self.verb.setDefault(True)
        room = self.screen().availableGeometry()
        self.resize(min(920, room.width() - 40), min(640, room.height() - 60))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._printable is None and self._job is None:
            self._read()

    # reading and laying out

    @property
    def setup(self) -> PageSetup:
        return PageSetup(
            str(self.paper.currentData()), str(self.orientation.currentData()), self.margin.value()
        )

    def _set_up(self, *_: object) -> None:
        self._settings.page_setup = str(self.setup)
        self._read()

    def _read(self) -> None:
        """Lay the list out with the chosen setup; cancel the layout that is running for an earlier one."""
        if self._job is not None:
            self._job.cancel()
        self._job = job = Job(self.gateway)
        self.progress.watch(job, "Laying out" if self._printable else "Reading")
        self.refusal.hide()
        path, now, spec, columns = self.gateway.path, self.gateway.now, self._spec, self._columns
        setup, known_list = self.setup, self._printable

        def work() -> Any:
            printable = known_list or read_printable(path, now, spec, columns, job.progress)
            try:
                return printable, *lay_out(printable, setup, job)
            except RuleViolation as violation:
                return printable, violation, None

        def answered(answer: tuple[PrintableList, PrintPages | RuleViolation, QPageLayout | None]) -> None:
            if self._job is job:
                self._done()
                self._show(*answer)

        def failed() -> None:
            if self._job is job:
                self._done()

        self._update_buttons()
        self.gateway.read(work, answered, owner=self, failed=failed)

    def _done(self) -> None:
        self._job = None
        self.progress.done()
        self._update_buttons()

    def _show(
        self, printable: PrintableList, result: PrintPages | RuleViolation, layout: QPageLayout | None
    ) -> None:
        self._printable = printable
        if isinstance(result, RuleViolation):
            self.pages = None
            self._update_buttons()
            self._show_refusal(refusal_text(result))
            return
        row = self.pages.plan.rows_on(self.page).start if self.pages is not None else 0
        self.pages, self._layout = result, layout
        self.number.setMaximum(result.count)
        self.of.setText(f"of {number_text(result.count)}")
        self.go_to(result.plan.page_with(row))

    # pages

    def go_to(self, page: int) -> None:
        """Show a page, counted from 0, or the nearest page."""
        if self.pages is None:
            return
        self.page = min(max(page, 0), self.pages.count - 1)
        blocked = self.number.blockSignals(True)
        self.number.setValue(self.page + 1)
        self.number.blockSignals(blocked)
        self.view.show_page(self.pages, self.page)
        self._update_buttons()

    def _update_buttons(self) -> None:
        """Enable what can be done now."""
        pages, ready = self.pages, self.pages is not None and self._job is None
        self.verb.setEnabled(ready)
        self.save.setEnabled(ready)
        self.number.setEnabled(pages is not None)
        focus = self.focusWidget()
        self.previous.setEnabled(pages is not None and self.page > 0)
        self.next.setEnabled(pages is not None and self.page + 1 < pages.count)
        if focus in (self.previous, self.next) and not focus.isEnabled():
            self.number.setFocus()  # Qt would move the focus on, as Tab does

    def _hand_over(self, *, to_pdf: bool) -> None:
        if self.pages is None or self._layout is None:
            return
        self.refusal.hide()
        act = self._printing.save if to_pdf else self._printing.print
        act(self.pages, self._layout)

    def _show_refusal(self, sentence: str) -> None:
        self.refusal.show_sentence(sentence)

    def reject(self) -> None:
        if self._job is not None:
            self._job.cancel()
        super().reject()


class _NumberBox(QSpinBox):
    """A number box. Enter takes the number and does not press the dialog's button; a wheel without focus is ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(1, 1)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.interpretText()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _label_for(text: str, widget: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(widget)
    widget.setAccessibleName(text.replace("&", "").rstrip(":"))
    return label
