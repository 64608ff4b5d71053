"""The cells of lists as the window shows them."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.wording.lists.columns import CellKind, Column


def number_text(value: int) -> str:
    """A number grouped by the locale."""
    return QLocale().toString(value)


def cell_text(column: Column[R], row: R) -> str:
    """A cell of a row: numbers are grouped by the locale."""
    cell = column.show(row)
    if cell is None:
        return ""
    text = number_text(cell) if column.cell_kind is CellKind.COUNT and isinstance(cell, int) else str(cell)
    if column.window_format:
        return column.window_format.format(text) if cell else ""
    return text
