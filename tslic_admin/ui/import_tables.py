"""The two tables of an import: what each file holds and comes to, and the rows that cannot be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from tslic_admin.wording.days import time_text
from tslic_admin.wording.imports import called_text

if TYPE_CHECKING:
    from tslic_admin.services.imports import FileResult

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
SUBJECTS = {
    "servers": "Server",
    "key-packs": "Key packs",
    "licenses": "Issued licenses",
    "evidence": "Evidence",
}
FORMATS = {
    "client-license": "Client's license",
    "collector": "Collector file",
    "csv": "CSV",
    "mapped": "Mapped columns",
    "lsreport": "lsreport",
    "event-xml": "Event log",
    "ldif": "LDIF",
    "print-r": "PHP print_r",
    "tsctst": "tsctst",
    "json": "JSON",
    "format-list": "Format-List",
    "format-table": "Format-Table",
    "monitoring-section": "Monitoring section",
}
COUNTS = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "vanished": "Vanished",
    "linked": "Linked",
    "ambiguous": "Ambiguous",
}
THINGS = {
    "servers": ("Server", "Servers"),
    "key-packs": ("Key Pack", "Key Packs"),
    "licenses": ("License", "Licenses"),
    "evidence": ("Piece of Evidence", "Pieces of Evidence"),
}
ROWS = ("Row", "Rows")
ALWAYS = ("new", "changed", "unchanged")


class TextTable(QAbstractTableModel):
    """Rows of texts; those below a heading in `right` are numbers."""

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

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and self._headings[index.column()] in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
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
    """A table to be read: whole rows, no grid; one column takes the room there is. `empty`: its empty state."""

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
        wide = self.fontMetrics().averageCharWidth() * 40
        header = self.horizontalHeader()
        header.setMinimumSectionSize(self.fontMetrics().averageCharWidth() * 8)
        for column in range(len(headings)):
            if column == self._stretch:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            longest = max((row[column] for row in rows[:200]), key=len, default="")
            needs = self.fontMetrics().horizontalAdvance(max(longest, headings[column], key=len)) + 20
            self.setColumnWidth(column, min(needs, wide))


def _unread(one: FileResult) -> str:
    """What stands in place of the format."""
    if not one.refused:
        return "Passed over"
    return "Unknown table" if any(row.code == "columns-unknown" for row in one.refused) else "Not read"


def show_results(table: TextTableView, results: Sequence[FileResult]) -> None:
    """What was recognised in each file, and what becomes of its rows; rare counts only where there are any."""
    counts = [name for name in COUNTS if name in ALWAYS or any(getattr(one, name) for one in results)]
    headings = ["File", "Format", "Holds", "Server", "Taken"]
    numbers = [*(COUNTS[name] for name in counts), "Refused"]
    number = QLocale().toString
    rows: list[tuple[str, ...]] = [
        (
            one.file,
            FORMATS.get(one.format or "", one.format or _unread(one)),
            SUBJECTS.get(one.subject or "", ""),
            one.server or "",
            time_text(one.taken_at),
            *(number(getattr(one, name)) for name in counts),
            number(len(one.refused)),
        )
        for one in results
    ]
    table.fill([*headings, *numbers], rows, numbers)


def verb_of(results: Sequence[FileResult], taken: int, refused: int) -> str:
    """The verb with its number: of what can be taken, and of what is left out."""
    if not taken:
        return "&Import"
    number = QLocale().toString
    if refused:
        rows = "Row" if taken == 1 else "Rows"
        return f"&Import {number(taken)} {rows} and Leave Out {number(refused)}"
    subjects = {one.subject or "" for one in results}
    one, many = THINGS.get(subjects.pop(), ROWS) if len(subjects) == 1 else ROWS
    return f"&Import {number(taken)} {one if taken == 1 else many}"


def sentence_of(results: Sequence[FileResult], refused: int) -> str:
    """The numbers of all lists together; those of nothing are not named."""

    def of(name: str) -> int:
        return sum(getattr(one, name) for one in results)

    parts = [f"{QLocale().toString(of(name))} {name}" for name in COUNTS if of(name)]
    if unmatched := of("unmatched"):
        parts.append(f"{QLocale().toString(unmatched)} of no license")
    if refused:
        parts.append(f"{QLocale().toString(refused)} left out")
    counted: Counter[str] = Counter()
    for one in results:
        counted.update(dict(one.called))
    called = called_text(counted, QLocale().toString)
    sentence = f"{', '.join(parts) or 'Nothing that can be taken'}."
    return f"{sentence} Among them: {called}." if called else sentence
