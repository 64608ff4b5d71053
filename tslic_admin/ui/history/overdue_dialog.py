"""What Is Overdue: shown at the start beside the window, without taking the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.catalogue.overviews import DueLine
from tslic_admin.services.lists import read_overdue
from tslic_admin.ui.widgets.fields import Sentence
from tslic_admin.ui.widgets.icons import icon
from tslic_admin.ui.widgets.list_columns import cell_text
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.lists.overviews import DUE_WORDS

OVERDUE_COLUMNS = ("day", "kind", "text")
MAX_ROWS = 12  # the table is at most this high before it scrolls


class OverdueDialog(QDialog):
    """`open_requested`: a record to show in the window, by kind and number; *due* 0 is the whole list."""

    open_requested = Signal(str, object)

    def __init__(
        self, rows: Sequence[DueLine], settings: WindowSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Overdue")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = rows
        text = f"{len(rows)} things are overdue." if len(rows) != 1 else "One thing is overdue."
        self.sentence = Sentence(text if rows else "Nothing is overdue.")
        self.table = self._make_table()
        self.at_start = QCheckBox("Show this at &start when something is overdue")
        self.at_start.setChecked(settings.show_overdue)
        self.at_start.toggled.connect(lambda on: setattr(settings, "show_overdue", on))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.open_button = QPushButton("&Open")
        self.all_button = QPushButton("All That Is &Due")
        for button in (self.open_button, self.all_button):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.open_button.clicked.connect(self._open_selected)
        self.open_button.setEnabled(bool(rows))
        self.all_button.clicked.connect(self._open_all)
        buttons.rejected.connect(self.reject)
        body = QVBoxLayout(self)
        body.addWidget(self.sentence)
        body.addWidget(self.table, 1)
        body.addWidget(self.at_start)
        body.addWidget(buttons)
        self.table.setVisible(bool(rows))
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        room = self.screen().availableGeometry()
        width = self.table.horizontalHeader().length() + 60 if rows else self.sizeHint().width()
        self.resize(min(width, room.width() - 80), min(self._height(), room.height() - 120))

    def _make_table(self) -> QTableWidget:
        columns = [DUE_WORDS.column(key) for key in OVERDUE_COLUMNS]
        table = QTableWidget(len(self._rows), len(columns))
        table.setAccessibleName("Overdue")
        table.setHorizontalHeaderLabels([column.title for column in columns])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        for row_number, row in enumerate(self._rows):
            for column_number, column in enumerate(columns):
                item = QTableWidgetItem(cell_text(column, row))
                if column.icon is not None and (name := column.icon(row)) is not None:
                    item.setIcon(icon(name))
                table.setItem(row_number, column_number, item)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.resizeColumnsToContents()
        header.setSectionResizeMode(len(columns) - 1, QHeaderView.ResizeMode.Interactive)
        table.itemActivated.connect(self._open_selected)
        if self._rows:
            table.setCurrentCell(0, 0)
        return table

    def _height(self) -> int:
        rows = min(len(self._rows), MAX_ROWS)
        lines = self.table.verticalHeader().defaultSectionSize() * (rows + 2)
        return lines + 150 if self._rows else self.sizeHint().height()

    def _open_selected(self) -> None:
        row = self._rows[self.table.currentRow()]
        self.open_requested.emit(row.thing, row.thing_id)

    def _open_all(self) -> None:
        self.open_requested.emit("due", 0)
        self.accept()


def show_overdue(window: MainWindow, open_thing: Callable[[str, int], None], *, at_start: bool) -> None:
    """Show what is overdue beside the window; `open_thing` opens a record or the list *due* in the window.

    At the start it is shown only if something is overdue and the user has not switched it off; it does not
    take the focus from the window.
    """
    path, now = window.gateway.path, window.gateway.now

    def show(rows: list[DueLine]) -> None:
        if at_start and not rows:
            return
        dialog = OverdueDialog(rows, window.settings, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, at_start)
        dialog.open_requested.connect(open_thing)
        dialog.show()

    if window.settings.show_overdue or not at_start:
        window.gateway.read(lambda: read_overdue(path, now), show, owner=window)
