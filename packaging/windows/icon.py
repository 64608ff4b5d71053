"""Run this to draw the icon of the Windows program, FILE.ico, from resources/icons/app.svg."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QIcon

SIZE = 256  # Windows scales it down; Qt writes one size a file
SOURCE = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"


def draw(target: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([])
    if not QIcon(str(SOURCE)).pixmap(SIZE, SIZE).toImage().save(str(target)):
        raise OSError(f"cannot write {target}")
    del app


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
