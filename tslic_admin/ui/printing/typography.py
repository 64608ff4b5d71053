"""Text on printed pages: its width, its lines, and drawing it; all lengths are twips (1/1440 inch)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QPainter, QTextLayout, QTextOption

POINT = 20
INCH = 1440
MAX_CACHED_WIDTHS = 1 << 14  # widths that are remembered: the same words stand in many rows
LINE_END = "\N{LINE SEPARATOR}"
# What would be invisible or move the rest of its line; a tab is a gap.
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)}, "\N{REPLACEMENT CHARACTER}") | {
    ord("\n"): LINE_END,
    ord("\N{PARAGRAPH SEPARATOR}"): LINE_END,
    ord("\t"): "    ",
}


def printable_text(text: str) -> str:
    """A text as it is printed: with its own lines, and with a mark for what has no look."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_CONTROLS)


class PageFont:
    """Letters of one size and weight. `size` in twips."""

    def __init__(self, size: int, *, bold: bool = False) -> None:
        self.font = QFont(QGuiApplication.font())
        self.font.setPixelSize(size)
        self.font.setBold(bold)
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.font.setFeature(QFont.Tag("liga"), 0)  # joined letters are not found again in a PDF
        self._metrics = QFontMetricsF(self.font)
        self.line = math.ceil(self._metrics.height() * 1.05)
        self._ascent = self._metrics.ascent()
        self._widths: dict[str, int] = {}

    def width(self, text: str) -> int:
        """Of a text in one line."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) >= MAX_CACHED_WIDTHS:
                self._widths.clear()
            found = self._widths[text] = math.ceil(self._metrics.horizontalAdvance(text))
        return found

    def lines(self, text: str, width: int) -> int:
        """How many lines a text takes in this width; an empty one takes one."""
        broken = self._broken(text, width, Qt.AlignmentFlag.AlignLeft)
        return 1 if broken is None else broken.lineCount()

    def draw(
        self,
        painter: QPainter,
        x: int,
        y: int,
        width: int,
        text: str,
        *,
        right: bool = False,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Put lines of a text below `y`: from `first` up to, and not with, `last`, or all."""
        broken = self._broken(
            text, width, Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        )
        if broken is None:
            if text and first == 0:
                at = x + width - self.width(text) if right else x
                painter.setFont(self.font)
                painter.drawText(QPointF(at, y + self._ascent), text)
            return
        for number in range(first, min(last or broken.lineCount(), broken.lineCount())):
            line = broken.lineAt(number)
            # letters of another font may be taller: the lines stay where they were counted
            line.setPosition(QPointF(line.x(), self._ascent - line.ascent()))
            line.draw(painter, QPointF(x, y + (number - first) * self.line))

    def cut(self, text: str, width: int, lines: int) -> str:
        """As much of a text as stands in so many lines, with an ellipsis where that is not all."""
        broken = self._broken(text, width, Qt.AlignmentFlag.AlignLeft)
        if broken is None or broken.lineCount() <= lines:
            return text
        units = text.encode("utf-16-le", "surrogatepass")  # Qt counts these
        end = broken.lineAt(lines - 1).textStart() + broken.lineAt(lines - 1).textLength() - 1
        shortened = units[: 2 * max(end, 0)].decode("utf-16-le", "ignore").rstrip()
        while shortened and self.lines(f"{shortened}…", width) > lines:
            shortened = shortened[:-1]
        return f"{shortened}…"

    def _broken(self, text: str, width: int, alignment: Qt.AlignmentFlag) -> QTextLayout | None:
        """A text in its lines; None where one is enough."""
        if LINE_END not in text and self.width(text) <= width:
            return None
        option = QTextOption(alignment | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(text, self.font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
        layout.endLayout()
        return layout
