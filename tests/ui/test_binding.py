"""The Qt binding that the lock names does not wear Python out."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer


def test_calls_that_return_nothing_do_not_use_up_none(qapp):
    """PySide6 6.12.0 gave None away with each such call; before Python 3.12 that ends the process."""
    timer = QTimer()
    timer.setInterval(1)
    before = sys.getrefcount(None)
    for _ in range(1000):
        timer.setInterval(1)
    assert sys.getrefcount(None) > before - 500
