"""Paper, orientation and margins of printed lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize

from tslic_admin.ui.printing.typography import POINT

NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)
AUTOMATIC, PORTRAIT, LANDSCAPE = "automatic", "portrait", "landscape"  # automatic: as the list needs it
# by Qt's keys, such as A4 and Letter
PAPERS = {QPageSize.key(size): size for size in QPageSize.PageSizeId if size != QPageSize.PageSizeId.Custom}
MIN_MARGIN, MAX_MARGIN, DEFAULT_MARGIN = 0.0, 60.0, 12.0  # mm
MILLIMETER = QPageLayout.Unit.Millimeter


@dataclass(frozen=True, slots=True)
class PageSetup:
    """`margins` in mm: left, top, right, bottom."""

    paper: str
    orientation: str = AUTOMATIC
    margins: tuple[float, ...] = (DEFAULT_MARGIN,) * 4

    def layout(self, *, landscape: bool) -> QPageLayout:
        """The layout for Qt; `landscape` is used where the orientation is automatic."""
        wide = landscape if self.orientation == AUTOMATIC else self.orientation == LANDSCAPE
        orientation = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
        return QPageLayout(QPageSize(PAPERS[self.paper]), orientation, QMarginsF(*self.margins), MILLIMETER)

    def __str__(self) -> str:
        return " ".join([self.paper, self.orientation, *(f"{margin:g}" for margin in self.margins)])


def read_setup(text: str) -> PageSetup:
    """Read a saved setup; an unreadable one gives the default of the user's locale."""
    imperial = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    default = PageSetup("Letter" if imperial else "A4")
    paper, orientation, *texts = [*text.split(" "), ""]
    margins = [min(max(float(each), MIN_MARGIN), MAX_MARGIN) for each in texts if NUMBER.fullmatch(each)]
    if (
        paper not in PAPERS
        or orientation not in (AUTOMATIC, PORTRAIT, LANDSCAPE)
        or len(margins) not in (1, 4)
    ):
        return default
    return PageSetup(paper, orientation, tuple(margins) if len(margins) == 4 else (margins[0],) * 4)


def setup_of(layout: QPageLayout) -> PageSetup | None:
    """The setup that gives a layout; None for paper without a name, which is not kept."""
    paper, margins = layout.pageSize().key(), layout.margins(MILLIMETER)
    if paper not in PAPERS:
        return None
    landscape = layout.orientation() == QPageLayout.Orientation.Landscape
    sides = (margins.left(), margins.top(), margins.right(), margins.bottom())
    return PageSetup(paper, LANDSCAPE if landscape else PORTRAIT, tuple(round(side, 1) for side in sides))


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
