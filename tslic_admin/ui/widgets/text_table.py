"""A read-only table of texts: its Qt model and its view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

Index = QModelIndex | QPersistentModelIndex  # what Qt passes to a model
NO_INDEX = QModelIndex()


class TextTable(QAbstractTableModel):
    """Rows of texts; the columns whose headings are in `right` are aligned right."""

    def __init__(self) -> None:
        super().__init__()
        self._headings: tuple[str, ...] = ()
        self._rows: list[tuple[str, ...]] = []
        self._right: frozenset[str] = frozenset()

    def fill(self, headings: Sequence[str], rows: list[tuple[str, ...]], right: Sequence[str] = ()) -> None:
        self.beginResetModel()
        self._headings, self._rows, self._right = tuple(headings), rows, frozenset(right)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and self._headings[index.column()] in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._headings):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self._headings[section] in self._right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class TextTableView(QTableView):
    """A read-only table without a grid; one column takes the remaining width. `empty`: the text of an empty table."""

    def __init__(self, name: str, empty: str, stretch: int) -> None:
        super().__init__()
        self._empty, self._stretch = empty, stretch
        self.texts = TextTable()
        self.setModel(self.texts)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setHighlightSections(False)
        self.setMinimumHeight((self.fontMetrics().height() + 8) * 2)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), (self.fontMetrics().height() + 8) * 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._empty and not self.texts.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
            painter.end()

    def fill(self, headings: Sequence[str], rows: list[tuple[str, ...]], right: Sequence[str] = ()) -> None:
        self.texts.fill(headings, rows, right)
        max_width = self.fontMetrics().averageCharWidth() * 40
        header = self.horizontalHeader()
        header.setMinimumSectionSize(self.fontMetrics().averageCharWidth() * 8)
        for column in range(len(headings)):
            if column == self._stretch:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            longest = max((row[column] for row in rows[:200]), key=len, default="")
            width = self.fontMetrics().horizontalAdvance(max(longest, headings[column], key=len)) + 20
            self.setColumnWidth(column, min(width, max_width))
