"""Paper, orientation and margins of printed lists."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize

from tslic_admin.ui.printing.typography import POINT

AUTOMATIC, PORTRAIT, LANDSCAPE = "automatic", "portrait", "landscape"
ORIENTATIONS = {
    AUTOMATIC: "As the list needs it",
    PORTRAIT: "Portrait",
    LANDSCAPE: "Landscape",
}
PAPERS = {
    "A4": QPageSize.PageSizeId.A4,
    "Letter": QPageSize.PageSizeId.Letter,
    "A3": QPageSize.PageSizeId.A3,
    "A5": QPageSize.PageSizeId.A5,
    "Legal": QPageSize.PageSizeId.Legal,
    "Tabloid": QPageSize.PageSizeId.Tabloid,
}
MIN_MARGIN, MAX_MARGIN, DEFAULT_MARGIN = 5, 60, 12  # mm


@dataclass(frozen=True, slots=True)
class PageSetup:
    """`margin` in mm, the same on all sides."""

    paper: str
    orientation: str = AUTOMATIC
    margin: int = DEFAULT_MARGIN

    def layout(self, *, landscape: bool) -> QPageLayout:
        """The layout for Qt; `landscape` is used where the orientation is automatic."""
        wide = landscape if self.orientation == AUTOMATIC else self.orientation == LANDSCAPE
        orientation = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
        margins = QMarginsF(self.margin, self.margin, self.margin, self.margin)
        return QPageLayout(QPageSize(PAPERS[self.paper]), orientation, margins, QPageLayout.Unit.Millimeter)

    def __str__(self) -> str:
        return f"{self.paper} {self.orientation} {self.margin}"


def read_setup(text: str) -> PageSetup:
    """Read a saved setup; an unreadable one gives the default of the user's locale."""
    imperial = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    default = PageSetup("Letter" if imperial else "A4")
    paper, orientation, margin = [*text.split(" "), "", "", ""][:3]
    if paper not in PAPERS or orientation not in ORIENTATIONS or not margin.isdecimal():
        return default
    return PageSetup(paper, orientation, min(max(int(margin), MIN_MARGIN), MAX_MARGIN))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper in twips: its size, and the area inside its margins."""

    width: int
    height: int
    left: int
    top: int
    inner_width: int
    inner_height: int


def sheet_of(layout: QPageLayout) -> Sheet:
    """The sheet of a layout, in its orientation."""
    full: QSizeF = layout.fullRect(QPageLayout.Unit.Point).size()
    margins = layout.margins(QPageLayout.Unit.Point)
    inner = full.width() - margins.left() - margins.right(), full.height() - margins.top() - margins.bottom()
    return Sheet(
        *(int(length * POINT) for length in (full.width(), full.height(), margins.left(), margins.top())),
        *(int(length * POINT) for length in inner),
    )
