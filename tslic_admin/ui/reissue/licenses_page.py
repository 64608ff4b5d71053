"""Worksheet page Licenses: the collected licenses, who needs new ones, and how long temporary licenses cover them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.records.advice import ReturnKind
from tslic_admin.services.reissue.worksheets import Worksheet
from tslic_admin.ui.reissue.page_fields import line_of, side_button
from tslic_admin.ui.widgets.fields import Sentence
from tslic_admin.wording.records.calls import RETURN_HEADING, call_alternatives, new_license_text, return_cell
from tslic_admin.wording.values import REMOVALS, day_text, version_and_type

NUMBER_ROLE = Qt.ItemDataRole.UserRole
LOST_BY, LICENSE, NEEDED_BY, COVERED_UNTIL, RETURNS_ON, NEW_LICENSE, REMOVAL = range(7)
TITLES = (
    "Lost by",
    "License",
    "Needed by",
    "Covered until",
    "Returns to the pool on",
    "New license",
    "Removal",
)
WIDTHS = {LOST_BY: 150, LICENSE: 110, NEEDED_BY: 150}  # minimum widths
TIPS = {
    COVERED_UNTIL: "By the temporary license of the computer that needs the new one",
    RETURNS_ON: RETURN_HEADING,
}
READ_ONLY_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def cover_text(until: str | None, today: date, *, waits: bool) -> str:
    """Until when a temporary license covers the waiting computer (rule 4.7)."""
    if not waits:
        return ""
    day = day_of(until)
    if day is None:
        return "no temporary license seen"
    return f"ended {day}" if day < today else day.isoformat()


class LicensesPage(QWidget):
    """A checked row is retired when the call is recorded. *Needed by* is edited in place."""

    drop_requested = Signal(list)  # numbers of the licenses to drop
    needed_by_changed = Signal(int, str)  # license, the computer that needs its successor
    checks_changed = Signal()  # a row was checked or unchecked
    removal_kit = Signal(int)  # of a retired license: its row in the request
    removal = Signal(int)
    navigate = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._filling = self._sized = False
        self.summary = Sentence()
        self.table = QTableWidget(0, len(TITLES))
        self.table.setAccessibleName("Collected licenses")
        self.table.setHorizontalHeaderLabels(TITLES)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.itemChanged.connect(self._report_edit)
        self.table.itemSelectionChanged.connect(self._enable_buttons)
        self.alternatives = Sentence()
        self._removable: dict[int, int] = {}  # license -> its row in the request
        self.kit = side_button("Removal &Kit…")
        self.record_removal = side_button("R&ecord Removal…")
        self.remove = side_button("Re&move From Request")
        self.show_license = side_button("&Show in List")
        self.hint = QLabel(
            "Checked licenses are retired when the call is recorded. F2 says who needs the new one."
        )
        self.hint.setWordWrap(True)
        body = QVBoxLayout(self)
        body.addWidget(self.summary)
        body.addWidget(self.table, 1)
        body.addWidget(self.alternatives)
        body.addWidget(self.hint)
        body.addLayout(line_of(self.kit, self.record_removal, None, self.show_license, self.remove))
        self.kit.clicked.connect(lambda: self.removal_kit.emit(self._removable[self.selected()[0]]))
        self.record_removal.clicked.connect(lambda: self.removal.emit(self._removable[self.selected()[0]]))
        self.remove.clicked.connect(lambda: self.drop_requested.emit(self.selected()))
        self.show_license.clicked.connect(lambda: self.navigate.emit("license", self.selected()[0]))

    def fill(self, sheet: Worksheet, today: date, left_out: set[int]) -> None:
        """Show the collected licenses; `left_out`: those that are not to be retired.

        Existing rows stay, so that the selection, the checks and a text that is being typed stay as well.
        """
        is_open = sheet.request.state == "open"
        collected = {one.issuance_id for one in sheet.collected}
        self._filling = True
        for row in reversed(range(self.table.rowCount())):
            if self._number(row) not in collected:
                self.table.removeRow(row)
        for row, one in enumerate(sheet.collected):
            if row < self.table.rowCount() and self._number(row) != one.issuance_id:
                self.table.setRowCount(row)  # dropped and collected again meanwhile
            if row == self.table.rowCount():
                self._add_row(one.issuance_id, retired=one.issuance_id not in left_out)
            pack = pack_reference(one.server, one.keypack_id, one.pack_id)
            name = license_reference(pack, one.license_id, one.issuance_id)
            cover = cover_text(one.covered_until, today, waits=bool(one.to_computer))
            lost_by = sheet.lost_by[one.issuance_id] or "not known"
            returns_on = return_cell(sheet.returns[one.issuance_id]) if one.state == "collected" else ""
            texts = (
                lost_by,
                name,
                one.to_computer or "",
                cover,
                returns_on,
                f"{new_license_text(one)}, {day_text(one.got_issued_at)}" if one.got_id is not None else "",
                REMOVALS.get(one.removal or "", ""),
            )
            for column, text in enumerate(texts):
                self._show_cell(row, column, text, is_open=is_open)
        if not self._sized and sheet.collected:
            self._sized = True
            self.table.resizeColumnsToContents()
            for column, minimum in WIDTHS.items():
                self.table.setColumnWidth(column, max(minimum, self.table.columnWidth(column) + 12))
        self._filling = False
        for widget in (self.remove, self.hint):
            widget.setVisible(is_open)
        self.table.setColumnHidden(RETURNS_ON, not is_open)
        for column in (NEW_LICENSE, REMOVAL):
            self.table.setColumnHidden(column, is_open)
        self._removable = {one.issuance_id: one.number for one in sheet.collected if one.removal}
        for button in (self.kit, self.record_removal):
            button.setVisible(bool(self._removable))
        self.summary.setText(_summary(sheet))
        self.alternatives.setText(_alternatives_text(sheet) if is_open else "")
        self.alternatives.setVisible(bool(self.alternatives.text()))
        self._enable_buttons()

    def _add_row(self, number: int, *, retired: bool) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column in range(len(TITLES)):
            item = QTableWidgetItem()
            item.setData(NUMBER_ROLE, number)
            if column == LOST_BY:
                item.setCheckState(Qt.CheckState.Checked if retired else Qt.CheckState.Unchecked)
            if column in TIPS:
                item.setToolTip(TIPS[column])
            if column == NEEDED_BY:
                item.setToolTip("Double click or F2 to say which computer needs the new license")
            self.table.setItem(row, column, item)

    def _show_cell(self, row: int, column: int, text: str, *, is_open: bool) -> None:
        item = self.table.item(row, column)
        if item is None:
            return
        if item.text() != text:
            item.setText(text)
        flags = READ_ONLY_FLAGS
        if is_open and column == NEEDED_BY:
            flags |= Qt.ItemFlag.ItemIsEditable
        if is_open and column == LOST_BY:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if item.flags() != flags:
            item.setFlags(flags)
        if column == LOST_BY and not is_open:
            item.setData(Qt.ItemDataRole.CheckStateRole, None)  # nothing can be chosen any more: no check box
        elif column == LOST_BY and item.data(Qt.ItemDataRole.CheckStateRole) is None:
            item.setCheckState(Qt.CheckState.Checked)

    def selected(self) -> list[int]:
        rows = sorted({item.row() for item in self.table.selectedItems()})
        return [self._number(row) for row in rows]

    def retired(self) -> list[int]:
        """The licenses of the checked rows."""
        return [number for number, checked in self._checks() if checked]

    def left_out(self) -> list[int]:
        return [number for number, checked in self._checks() if not checked]

    def _checks(self) -> list[tuple[int, bool]]:
        cells = [(row, self.table.item(row, LOST_BY)) for row in range(self.table.rowCount())]
        return [
            (self._number(row), cell is not None and cell.checkState() == Qt.CheckState.Checked)
            for row, cell in cells
        ]

    def _number(self, row: int) -> int:
        item = self.table.item(row, LOST_BY)
        return int(item.data(NUMBER_ROLE)) if item is not None else 0

    def _report_edit(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        if item.column() == NEEDED_BY:
            self.needed_by_changed.emit(self._number(item.row()), item.text())
        elif item.column() == LOST_BY:
            self.checks_changed.emit()

    def _enable_buttons(self) -> None:
        count = len(self.selected())
        self.remove.setEnabled(count > 0)
        self.show_license.setEnabled(count == 1)
        for button in (self.kit, self.record_removal):
            button.setEnabled(count == 1 and self.selected()[0] in self._removable)


def _alternatives_text(sheet: Worksheet) -> str:
    """What may make the call unnecessary; for information only."""
    texts = list(call_alternatives(sheet.revocation, sheet.shortage))
    if any(one.how is ReturnKind.ON for one in sheet.returns.values()):
        texts.insert(0, "A collected license returns to the pool on its day unless the old client connects")
    return "".join(f"{text}. " for text in texts).strip()


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
