"""The places that the window's own tree has."""

from __future__ import annotations

from PySide6.QtWidgets import QTreeWidgetItemIterator

from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import PLACE_ROLE, Place


def places_of(window: MainWindow) -> list[Place]:
    found, items = [], QTreeWidgetItemIterator(window.tree)
    while (item := items.value()) is not None:
        found.append(Place.read(item.data(0, PLACE_ROLE) or ""))
        items += 1
    return [place for place in found if place is not None]
