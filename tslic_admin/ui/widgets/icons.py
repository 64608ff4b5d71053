"""The program's icons by name, tinted for selected rows."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

ICON_SIZES = (16, 20, 24, 32, 40, 48, 64)


def icon(name: str) -> QIcon:
    """The icon of that name in :/icons. In selected rows it is drawn in the color of highlighted text."""
    return _icon(name, QApplication.palette().color(QPalette.ColorRole.HighlightedText).rgba())


@cache
def _icon(name: str, highlighted: int) -> QIcon:
    """Made of pixmaps: the engine for SVG files would draw other sizes, and open branches, untinted."""
    plain, result = QIcon(f":/icons/{name}.svg"), QIcon()
    for size in ICON_SIZES:
        pixmap = plain.pixmap(QSize(size, size))
        result.addPixmap(pixmap)
        tinted = _tinted(pixmap.copy(), highlighted)
        for state in (QIcon.State.Off, QIcon.State.On):
            result.addPixmap(tinted, QIcon.Mode.Selected, state)
    return result


def _tinted(pixmap: QPixmap, rgba: int) -> QPixmap:
    if pixmap.isNull():
        return pixmap
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor.fromRgba(rgba))
    painter.end()
    return pixmap
