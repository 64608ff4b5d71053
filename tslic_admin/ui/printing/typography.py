"""Text on printed pages: its width, its lines, and drawing it; all lengths are twips (1/1440 inch)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QPainter, QTextLayout, QTextOption

POINT = 20
INCH = 1440
MAX_CACHED_WIDTHS = 1 << 14  # many rows contain the same texts
LINE_END = "\N{LINE SEPARATOR}"
# Characters that are invisible or would move the rest of the line, and their replacements; a tab becomes a gap.
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)}, "\N{REPLACEMENT CHARACTER}") | {
    ord("\n"): LINE_END,
    ord("\N{PARAGRAPH SEPARATOR}"): LINE_END,
    ord("\t"): "    ",
}


def printable_text(text: str) -> str:
    """A text as it is printed: with its line breaks, and with a mark for each invisible character."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_CONTROLS)


class PageFont:
    """A font of one size and weight. `size` in twips."""

    def __init__(self, size: int, *, bold: bool = False) -> None:
        self.font = QFont(QGuiApplication.font())
        self.font.setPixelSize(size)
        self.font.setBold(bold)
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.font.setFeature(QFont.Tag("liga"), 0)  # a search in the PDF does not find ligatures
        self._metrics = QFontMetricsF(self.font)
        self.line = math.ceil(self._metrics.height() * 1.05)
        self._ascent = self._metrics.ascent()
        self._widths: dict[str, int] = {}

    def width(self, text: str) -> int:
        """The width of a text in one line."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= MAX_CACHED_WIDTHS:
                self._widths.clear()
            width = self._widths[text] = math.ceil(self._metrics.horizontalAdvance(text))
        return width

    def lines(self, text: str, width: int) -> int:
        """The number of lines of a text in this width; 1 for an empty text."""
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
        """Draw lines of a text below `y`: from `first` up to, but not including, `last`, or all."""
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
            # a fallback font may be taller, but the lines must stay where they were counted
            line.setPosition(QPointF(line.x(), self._ascent - line.ascent()))
            line.draw(painter, QPointF(x, y + (number - first) * self.line))

    def cut(self, text: str, width: int, lines: int) -> str:
        """As much of a text as fits into so many lines, with an ellipsis where it was cut."""
        broken = self._broken(text, width, Qt.AlignmentFlag.AlignLeft)
        if broken is None or broken.lineCount() <= lines:
            return text
        units = text.encode("utf-16-le", "surrogatepass")  # Qt counts UTF-16 units
        end = broken.lineAt(lines - 1).textStart() + broken.lineAt(lines - 1).textLength() - 1
        shortened = units[: 2 * max(end, 0)].decode("utf-16-le", "ignore").rstrip()
        while shortened and self.lines(f"{shortened}…", width) > lines:
            shortened = shortened[:-1]
        return f"{shortened}…"

    def _broken(self, text: str, width: int, alignment: Qt.AlignmentFlag) -> QTextLayout | None:
        """The layout of a text of several lines; None where one line is enough."""
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
