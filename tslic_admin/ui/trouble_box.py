"""Trouble with the store's file, said plainly: what, why, what to do. Nothing was changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from tslic_admin.services.stores import StoreTrouble


def trouble_box(parent: QWidget | None, trouble: StoreTrouble, path: Path) -> QMessageBox:
    """The box that says it; `path` is the store's."""
    from tslic_admin.wording.say import trouble as sentence

    return QMessageBox(
        QMessageBox.Icon.Warning,
        "tslic-admin",
        sentence(trouble.code, {"path": path} | trouble.facts),
        QMessageBox.StandardButton.Close,
        parent,
    )


def show_trouble(parent: QWidget, trouble: StoreTrouble, path: Path) -> None:
    """Say it over a window that stays usable afterwards."""
    box = trouble_box(parent, trouble, path)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
