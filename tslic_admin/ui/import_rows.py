"""The rows of an import one by one: what is left out and why, what is gone, changed, linked or new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tslic_admin.ui.fields import Choice, Sentence
from tslic_admin.ui.import_tables import TextTableView
from tslic_admin.wording.events import came_with, change_text
from tslic_admin.wording.evidence import MATCHES_NOTHING
from tslic_admin.wording.imports import LINKED, may_be
from tslic_admin.wording.values import KINDS

if TYPE_CHECKING:
    from tslic_admin.services.import_told import Told
    from tslic_admin.services.imports import FileResult

LEFT_OUT, UNMATCHED, ALL = "refused", "unmatched", None
# what asks for a look comes first; the keys are those of Told.word and of FileResult's counts
WORDS = {
    LEFT_OUT: "Left out",
    "vanished": "Vanished",
    "changed": "Changed",
    "linked": "Linked",
    "ambiguous": "Ambiguous",
    UNMATCHED: "No license",
    "new": "New",
}
HEADINGS = ("What", "Of", "Change, or why it is left out")
Row = tuple[str, str, str]
REBUILT = ("server-rebuilt", "server-rebuilt-product")


class ImportRows(QWidget):
    """Hidden while there are none. Of each word but *left out* the first ones only, and how many more there are.

    `rebuilt`: the way out was chosen where a list looks like that of a rebuilt server, by the server's name.
    """

    rebuilt = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, list[Row]] = {}
        self._shown: list[tuple[str, ...]] = []
        self._rebuilt = ""
        self.show_box = Choice()
        self.show_box.setAccessibleName("Rows to show")
        self.show_box.activated.connect(lambda _: self._fill())
        label = QLabel("S&how:")
        label.setBuddy(self.show_box)
        line = QHBoxLayout()
        line.addWidget(label)
        line.addWidget(self.show_box)
        line.addStretch(1)
        self.rebuilt_button = QPushButton("Server &Was Rebuilt…")
        self.rebuilt_button.setAutoDefault(False)
        self.rebuilt_button.clicked.connect(lambda: self.rebuilt.emit(self._rebuilt))
        line.addWidget(self.rebuilt_button)
        self.table = TextTableView("Rows of the import", "", stretch=2)
        self.table.setMinimumHeight(self.fontMetrics().height() * 2)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(line)
        body.addWidget(self.table, 1)
        self.whole = Sentence("")
        self.table.selectionModel().currentRowChanged.connect(lambda row, _: self._show_whole(row.row()))
        body.addWidget(self.whole)
        self.hide()

    def show_results(self, results: Sequence[FileResult]) -> None:
        """The choice of what is shown stays where there still is some of it."""
        chosen = self.show_box.currentData()
        self._rows = {word: [] for word in WORDS}
        for one in results:
            self._rows[LEFT_OUT].extend(_left_out(one))
            self._rows["ambiguous"].extend(
                (WORDS["ambiguous"], asked.listed, may_be([name for _, name in asked.candidates]))
                for asked in one.asked
            )
            self._rows[UNMATCHED].extend(_unmatched(one))
            for told in one.told:
                self._rows[told.word].append(_told(told))
        for word in ("vanished", "changed", "linked", UNMATCHED, "new"):
            more = sum(getattr(one, word) for one in results) - len(self._rows[word])
            if more > 0 and self._rows[word]:
                self._rows[word].append((WORDS[word], "…", f"{QLocale().toString(more)} more"))
        self.show_box.clear()
        self.show_box.addItem("Everything", ALL)
        for word, rows in self._rows.items():
            if rows:
                self.show_box.addItem(WORDS[word], word)
        self.show_box.setCurrentIndex(max(0, self.show_box.findData(chosen) if chosen else 0))
        self._fill()
        self._rebuilt = next((one.server or "" for one in results if _looks_rebuilt(one)), "")
        self.rebuilt_button.setVisible(bool(self._rebuilt))
        self.setVisible(any(self._rows.values()))

    def _fill(self) -> None:
        word = self.show_box.currentData()
        self._shown = [row for name, rows in self._rows.items() if word in (ALL, name) for row in rows]
        self.table.fill(HEADINGS, list(self._shown))
        self._show_whole(-1)
        if self._shown:
            self.table.selectRow(0)

    def _show_whole(self, place: int) -> None:
        """The selected row's last column, which is often longer than its place."""
        self.whole.setText(self._shown[place][2] if 0 <= place < len(self._shown) else "")


def _looks_rebuilt(one: FileResult) -> bool:
    return any(row.code in REBUILT for row in one.refused)


def _left_out(one: FileResult) -> Iterator[Row]:
    """Line 0 is a whole file or list."""
    from tslic_admin.wording.say import refused_row

    for row in one.refused:
        where = f"{one.file}, line {row.line}: {' '.join(row.value.split())}" if row.line else one.file
        yield WORDS[LEFT_OUT], where, refused_row(row.code, row.value, row.facts)


def _unmatched(one: FileResult) -> Iterator[Row]:
    """Evidence that fits no license."""
    for row in one.listed:
        yield WORDS[UNMATCHED], f"{one.file}, line {row.line}", f"{row.about}: {MATCHES_NOTHING}"


def _told(told: Told) -> Row:
    subject = f"{KINDS.get(told.kind, told.kind.capitalize())} {told.reference}"
    said = "; ".join(change_text(line) if line.field else came_with(line) for line in told.lines)
    return WORDS[told.word], subject, said or LINKED
