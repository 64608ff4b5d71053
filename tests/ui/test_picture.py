"""The README's picture is the real window on the sample: SAVE_PICTURE=1 writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtGui import QImage

from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place

PICTURE = Path(__file__).parents[2] / "resources/help/window.png"


def test_the_picture_shows_a_reissued_key_pack_in_the_real_window(sample, window: MainWindow, settle):
    window.resize(1360, 760)
    server = next(s.number for s in window.tree_state.servers if s.name == "TSLIC08")
    window.tree.go_to(Place("server", server))
    settle()
    origins = [row.origin for row in window.panel.view.records._rows[0]]
    window.panel.view.selectRow(origins.index("reissue"))
    settle()
    window.statusBar().clearMessage()
    image = window.grab().toImage()
    assert image.width() == 1360
    colors = {image.pixel(x, y) for x in range(0, 1360, 7) for y in range(0, 760, 7)}
    assert len(colors) > 20
    if os.environ.get("SAVE_PICTURE"):
        image.convertToFormat(QImage.Format.Format_RGB888).save(str(PICTURE), "PNG", 0)


def test_the_readme_has_its_picture():
    assert PICTURE.exists()
    assert QImage(str(PICTURE)).width() == 1360
