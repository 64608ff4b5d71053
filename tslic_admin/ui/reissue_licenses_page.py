"""Worksheet page *Licenses*: what is collected, who needs it, how long temporary licenses cover them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.clocks import day_of
from tslic_admin.services.worksheets import Worksheet
from tslic_admin.ui.fields import Sentence
from tslic_admin.wording.columns import day_text
from tslic_admin.wording.values import pack_text, version_and_type

NUMBER = Qt.ItemDataRole.UserRole
LOST, LICENSE, NEEDED_BY, COVERED = range(4)
TITLES = ("Lost by", "License", "Needed by", "Temporary license covers until")


def cover_text(until: str | None, today: date, *, waits: bool) -> str:
    """How long the waiting computer's temporary license reaches (rule 4.7)."""
    if not waits:
        return ""
    day = day_of(until)
    if day is None:
        return "no temporary license seen"
    return f"ended {day}" if day < today else day.isoformat()


class LicensesPage(QWidget):
    """A checked row is retired when the call is recorded. *Needed by* is edited in place."""

    removed = Signal(list)  # numbers of the licenses to drop
    renamed = Signal(int, str)  # license, the computer that needs its successor
    chosen = Signal()  # other rows are checked
    navigate = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self.summary = Sentence()
        self.table = QTableWidget(0, len(TITLES))
        self.table.setAccessibleName("Collected licenses")
        self.table.setHorizontalHeaderLabels(TITLES)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.itemChanged.connect(self._changed)
        self.table.itemSelectionChanged.connect(self._follow)
        self.remove = QPushButton("Re&move From Request")
        self.show_license = QPushButton("Show in &List")
        self.hint = QLabel("Checked licenses are retired when the call is recorded.")
        buttons = QHBoxLayout()
        buttons.addWidget(self.hint, 1)
        buttons.addWidget(self.show_license)
        buttons.addWidget(self.remove)
        body = QVBoxLayout(self)
        body.addWidget(self.summary)
        body.addWidget(self.table, 1)
        body.addLayout(buttons)
        self.remove.clicked.connect(lambda: self.removed.emit(self.selected()))
        self.show_license.clicked.connect(lambda: self.navigate.emit("license", self.selected()[0]))

    def fill(self, sheet: Worksheet, today: date, left_out: set[int]) -> None:
        """Show the collected licenses; `left_out`: those that are not to be retired."""
        is_open = sheet.request.state == "open"
        chosen = set(self.selected())
        self._filling = True
        self.table.setRowCount(len(sheet.collected))
        for row, one in enumerate(sheet.collected):
            license_name = f"{pack_text(one.server, one.keypack_id, one.pack_id)}/{one.license_id}"
            cover = cover_text(one.covered_until, today, waits=bool(one.to_computer))
            texts = (one.computer or "no computer", license_name, one.to_computer or "", cover)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                if is_open and column == NEEDED_BY:
                    flags |= Qt.ItemFlag.ItemIsEditable
                    item.setToolTip("Double click or F2 to say which computer needs the new license")
                if is_open and column == LOST:
                    flags |= Qt.ItemFlag.ItemIsUserCheckable
                    retired = one.issuance_id not in left_out
                    item.setCheckState(Qt.CheckState.Checked if retired else Qt.CheckState.Unchecked)
                item.setFlags(flags)
                item.setData(NUMBER, one.issuance_id)
                self.table.setItem(row, column, item)
            if one.issuance_id in chosen:
                self.table.selectRow(row)
        self.table.resizeColumnsToContents()
        for column, least in ((LOST, 170), (LICENSE, 120), (NEEDED_BY, 170)):
            self.table.setColumnWidth(column, max(least, self.table.columnWidth(column) + 12))
        self._filling = False
        for widget in (self.remove, self.hint):
            widget.setVisible(is_open)
        self.summary.setText(_summary(sheet))
        self._follow()

    def selected(self) -> list[int]:
        rows = sorted({item.row() for item in self.table.selectedItems()})
        return [self._number(row) for row in rows]

    def retired(self) -> list[int]:
        """The licenses of the checked rows."""
        return [number for number, checked in self._checks() if checked]

    def left_out(self) -> list[int]:
        return [number for number, checked in self._checks() if not checked]

    def _checks(self) -> list[tuple[int, bool]]:
        cells = [(row, self.table.item(row, LOST)) for row in range(self.table.rowCount())]
        return [
            (self._number(row), cell is not None and cell.checkState() == Qt.CheckState.Checked)
            for row, cell in cells
        ]

    def _number(self, row: int) -> int:
        item = self.table.item(row, LOST)
        return int(item.data(NUMBER)) if item is not None else 0

    def _changed(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        if item.column() == NEEDED_BY:
            self.renamed.emit(self._number(item.row()), item.text())
        elif item.column() == LOST:
            self.chosen.emit()

    def _follow(self) -> None:
        count = len(self.selected())
        self.remove.setEnabled(count > 0)
        self.show_license.setEnabled(count == 1)


def _summary(sheet: Worksheet) -> str:
    request = sheet.request
    if not sheet.collected:
        return (
            "Nothing is collected yet. Select licenses in any list of this server and choose "
            "Add to Reissue Request…; the request can wait for days or weeks."
        )
    count = len(sheet.collected)
    text = f"{count} license{'s' if count != 1 else ''}: "
    text += version_and_type(request.product_version_id, request.product_type)
    if request.state == "open" and request.call_before:
        text += f". Call before {day_text(request.call_before)}: then the first temporary license ends"
    return text + "."
