"""Icons of selected rows: light on the highlight color, in every size and in open branches too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from tslic_admin.ui.widgets.icons import icon


def colors(size: int, mode: QIcon.Mode, state: QIcon.State) -> set[str]:
    """The full colors that the icon of a server is drawn in."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    icon("server").paint(painter, QRect(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, mode, state)
    painter.end()
    image = pixmap.toImage()
    pixels = (image.pixelColor(x, y) for x in range(size) for y in range(size))
    return {color.name() for color in pixels if color.alpha() == 255}


@pytest.mark.parametrize("size", [16, 20, 24, 32, 48])
@pytest.mark.parametrize("state", [QIcon.State.Off, QIcon.State.On])
def test_an_icon_is_drawn_in_the_color_of_highlighted_text_where_its_row_is_selected(qapp, size, state):
    selected = colors(size, QIcon.Mode.Selected, state)
    assert selected == {qapp.palette().highlightedText().color().name()}
    assert colors(size, QIcon.Mode.Normal, state) - selected
