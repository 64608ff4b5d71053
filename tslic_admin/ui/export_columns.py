"""The columns that an export holds, to be checked one by one; those that are shown come first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Property, Qt
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from tslic_admin.services.export_wishes import LINES
from tslic_admin.wording.columns import columns_of

ROWS = 5  # in sight at a time


class ColumnChoice(QListWidget):
    """Space or a click checks. `chosen`: keys of the checked columns in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * ROWS * 5 // 4 + 2 * self.frameWidth())

    def offer(self, kind: str, shown: Sequence[str] = ()) -> None:
        """The columns of a list: `shown` checked and the others not; all of them, where nothing is shown."""
        titles = {column.key: column.title for column in columns_of(kind)}
        if kind == "history" and not shown:
            titles |= {
                LINES + column.key: f"{column.title} (of each change)" for column in columns_of("events")
            }
        order = [*shown, *(key for key in titles if key not in shown)]
        self.clear()
        for key in order:
            item = QListWidgetItem(titles[key], self)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = not shown or key in shown
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        self.setCurrentRow(0)

    def chosen(self) -> tuple[str, ...]:
        items = [self.item(row) for row in range(self.count())]
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    @Property(str)
    def text(self) -> str:
        """What a form takes it for: the keys, one behind the other."""
        return " ".join(self.chosen())
