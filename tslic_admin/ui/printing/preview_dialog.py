"""Print Preview: Qt's own window, with the pages of a list and Save as PDF."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPageLayout, QPaintEngine
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QComboBox, QDialog, QGraphicsView, QLineEdit, QToolBar, QToolButton

from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.printing.output import Printing
from tslic_admin.ui.printing.page_setup import AUTOMATIC, LANDSCAPE, setup_of, sheet_of
from tslic_admin.ui.printing.pages import PrintPages
from tslic_admin.ui.printing.paper_printer import PaperPrinter, make_printer, paint_pages
from tslic_admin.wording.exporting.printing import page_number_text, preview_title

# Qt paints all pages before it shows one, and the window is frozen meanwhile: of 20,000 rows, 625 pages took 2.2 s
# and 65 MB, and 690 pages with broken lines 5 s.
PREVIEWED_PAGES = 100


class PrintPreviewDialog(QPrintPreviewDialog):
    """Shows the first pages of a list; Print and Save as PDF take all of them.

    Paper that is chosen in Page Setup is kept for the next list. `printing` outlives this dialog.
    """

    def __init__(self, printing: Printing, pages: PrintPages, layout: QPageLayout) -> None:
        self._printer = make_printer(pages, layout)
        super().__init__(self._printer, printing.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._printing = printing
        self._saving = Printing(printing.gateway, printing.settings, self)
        self.pages, self._layout = pages, layout
        self.view = self.findChildren(QPrintPreviewWidget)[0]
        self.paintRequested.connect(self._paint)
        self.save = self.findChildren(QToolBar)[0].addAction("Save as PDF…")
        self.save.triggered.connect(lambda: self._saving.save(self.pages, self._layout))
        self._name_controls()
        # Qt emits no signal when another page is shown, but it scrolls to that page
        self.view.previewChanged.connect(self._describe)
        self.page_view.verticalScrollBar().valueChanged.connect(self._describe)
        room = self.screen().availableGeometry()
        self.resize(min(920, room.width() - 40), min(640, room.height() - 60))

    def show_window(self) -> None:
        QDialog.open(self)  # QPrintPreviewDialog has an `open` of its own, which needs the name of a slot

    def _name_controls(self) -> None:
        """Qt's toolbar cannot be reached with Tab, and its fields have no names."""
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(
                button.text() or "More"
            )  # the button for the actions that do not fit into a narrow toolbar
        zoom = self.findChildren(QComboBox)[0]
        zoom.setAccessibleName("Zoom")
        for field in self.findChildren(QLineEdit):
            field.setAccessibleName("Zoom" if zoom.isAncestorOf(field) else "Page")
        self.page_view = self.findChildren(QGraphicsView)[0]
        self.page_view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _paint(self, printer: QPrinter) -> None:
        """Called by Qt for the preview, after each choice of other paper, and for Print."""
        if printer.paintEngine().type() != QPaintEngine.Type.Picture:
            self._printing.print_on(PaperPrinter(printer), self.pages)
        elif sheet_of(printer.pageLayout()) == self.pages.sheet:
            self._paint_preview(printer)
        else:
            layout = printer.pageLayout()
            self._saving.lay_out(
                self.pages.printable, layout, lambda pages: self._show(pages, layout), self._restore_paper
            )

    def _paint_preview(self, printer: QPrinter) -> None:
        count = min(self.pages.count, PREVIEWED_PAGES)
        self.setWindowTitle(preview_title(count, self.pages.count))
        try:
            paint_pages(self.pages, printer, range(count))
        except StoreTrouble as trouble:
            self._saving.refuse(trouble)

    def _show(self, pages: PrintPages, layout: QPageLayout) -> None:
        self.pages, self._layout = pages, layout
        setup = setup_of(layout)
        if setup is not None:
            automatic = replace(setup, orientation=AUTOMATIC)
            if pages.printable.wants_landscape(automatic) == (setup.orientation == LANDSCAPE):
                setup = automatic
            self._printing.settings.page_setup = str(setup)
        self.view.updatePreview()

    def _restore_paper(self) -> None:
        self._printer.setPageLayout(self._layout)
        self.view.updatePreview()

    def _describe(self, *_: object) -> None:
        """Describe the page to screen readers."""
        pages, page, printed = self.pages, self.view.currentPage(), self.pages.printable.printout
        self.page_view.setAccessibleName(f"{printed.title}, {page_number_text(page, pages.count)}")
        try:
            rows = list(printed.rows.rows(pages.plan.rows_on(page - 1)))
        except StoreTrouble:
            return  # the painting reports it
        lines = [", ".join(pages.printable.titles), *(", ".join(filter(None, row)) for row in rows)]
        self.page_view.setAccessibleDescription("\n".join([*pages.facts, *lines]))
