"""The table view of a list: columns to choose, sort order, clipboard; keeps the selection by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.services.lists import PAGE, ListSpec
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.list_columns import cell_text
from tslic_admin.ui.window.record_model import RecordModel
from tslic_admin.ui.window.window_settings import ColumnLayout, WindowSettings
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.columns import AnyColumn

MAX_RESTORED_SELECTION = 1000  # a refresh keeps a selection of up to so many things


class RecordView(QTableView):
    """Shows any list. Emits a signal when the selection changes and when a row is opened."""

    selection_changed = Signal()
    opened = Signal(object)  # the record of a row, by double click or Enter

    def __init__(self, gateway: Gateway, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gateway, self._settings = gateway, settings
        self._list = ""  # the name of the shown list
        self._reselect: list[int] = []
        self._scroll_position = 0
        self._scroll_to_selection = False
        self.records = RecordModel(gateway, self)
        self.setModel(self.records)
        self.setAccessibleName("List")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        # a fixed height: measuring the heights of a million rows would freeze the window
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        # At each repaint a header checks every selected row for whether its whole column is selected. With a
        # million selected rows that takes seconds. So the header gets a selection model of its own, which stays empty.
        header.setHighlightSections(False)
        header.setSelectionModel(QItemSelectionModel(self.records, header))
        header.setSectionsMovable(True)
        self.setSortingEnabled(True)  # otherwise a click on a header selects its column
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._column_menu_at)
        self.records.sort_requested.connect(self._sort)
        self.records.modelAboutToBeReset.connect(self._remember)
        self.records.shown.connect(self._shown)
        self.records.rows_located.connect(self._select_rows)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    # which list

    def show_list(self, spec: ListSpec[Row], *, select: Iterable[int] = ()) -> None:
        """Show a list in its saved sort order, and select these things in it."""
        words = words_of(spec.kind)
        saved = self._settings.sort(spec.kind.name)
        keys = {column.key for column in words.columns}
        key, descending = saved if saved is not None and saved[0] in keys else words.sort
        self._reselect = list(select)
        self._scroll_to_selection = bool(self._reselect)
        self.records.show(replace(spec, sort=key, descending=descending))

    def refresh(self) -> None:
        """Read the same list again; the selection stays."""
        self.records.refresh()

    def _remember(self) -> None:
        self._scroll_position = self.verticalScrollBar().value()
        self.keep_layout()
        if not self._reselect and self.selected_count() <= MAX_RESTORED_SELECTION:
            self._reselect = self.selected_numbers()

    def _shown(self) -> None:
        spec = self.records.spec
        if spec is None:
            return
        same_list = spec.kind.name == self._list
        self._list = spec.kind.name
        if not same_list:
            self._restore_columns()
        self._show_order(spec)
        if same_list:
            self.verticalScrollBar().setValue(self._scroll_position)
        if self._reselect:
            self.records.locate(self._reselect)
        self.selection_changed.emit()

    def _select_rows(self, places: dict[int, int]) -> None:
        self._reselect = []
        selection = QItemSelection()
        last = self.records.columnCount() - 1
        for row in places.values():
            selection.select(self.records.index(row, 0), self.records.index(row, last))
        model = self.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if places:
            first = self.records.index(min(places.values()), 0)
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            if self._scroll_to_selection:
                self.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._scroll_to_selection = False

    # selection

    def selected_count(self) -> int:
        """The number of selected rows, computed from ranges instead of single rows."""
        return sum(bottom - top + 1 for top, bottom in self._ranges())

    def _ranges(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        parts = (selection.at(place) for place in range(selection.count()))
        return [(part.top(), part.bottom()) for part in parts]

    def selected_rows(self) -> list[Row]:
        """The records of the selected rows whose pages are cached: all, unless thousands are selected."""
        rows = []
        for top, bottom in self._ranges():
            for row in range(top, min(bottom, top + MAX_RESTORED_SELECTION) + 1):
                record = self.records.row(row)
                if record is not None:
                    rows.append(record)
        return rows

    def selected_numbers(self) -> list[int]:
        return [row.number for row in self.selected_rows()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _open(self, row: int) -> None:
        record = self.records.row(row)
        if record is not None:
            self.opened.emit(record)

    # order and columns

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        if self.records.spec is None or not 0 <= section < len(self.records.columns):
            return
        key = self.records.columns[section].key
        descending = order == Qt.SortOrder.DescendingOrder
        if (key, descending) == (self.records.spec.sort, self.records.spec.descending):
            return
        self._settings.keep_sort(self._list, key, descending=descending)
        self.records.show(replace(self.records.spec, sort=key, descending=descending))

    def _show_order(self, spec: ListSpec[Row]) -> None:
        header = self.horizontalHeader()
        keys = [column.key for column in self.records.columns]
        section = keys.index(spec.sort) if spec.sort in keys else -1
        order = Qt.SortOrder.DescendingOrder if spec.descending else Qt.SortOrder.AscendingOrder
        blocked = header.blockSignals(True)  # setting the indicator would request the sort again
        header.setSortIndicator(section, order)
        header.blockSignals(blocked)

    def _restore_columns(self) -> None:
        """Give the columns the order and the widths that the user chose; columns without any have their own."""
        header = self.horizontalHeader()
        metrics = self.fontMetrics()
        one = metrics.horizontalAdvance("0")
        for section, column in enumerate(self.records.columns):
            header.moveSection(header.visualIndex(section), section)
            width = max(column.width * one, metrics.horizontalAdvance(column.title) + 14) + 12
            header.resizeSection(section, width)
            self.setColumnHidden(section, column.hidden)
        sections = {column.key: section for section, column in enumerate(self.records.columns)}
        saved = [layout for layout in self._settings.columns(self._list) if layout.key in sections]
        for position, layout in enumerate(saved):
            section = sections[layout.key]
            header.moveSection(header.visualIndex(section), position)
            self.setColumnHidden(section, layout.width == 0)
            if layout.width:
                header.resizeSection(section, layout.width)

    def reset_columns(self) -> None:
        """Restore the default columns and widths; the caller has reset the layout."""
        self._restore_columns()

    def column_menu(self) -> QMenu:
        """A menu of all columns, to show and hide them."""
        menu = QMenu(self)
        for section, column in enumerate(self.records.columns):
            action = QAction(column.title, menu, checkable=True, checked=not self.isColumnHidden(section))
            # the first column contains the name of the row's thing and cannot be hidden
            action.setEnabled(section > 0)
            action.toggled.connect(lambda shown, section=section: self.setColumnHidden(section, not shown))
            menu.addAction(action)
        return menu

    def shown_columns(self) -> list[int]:
        """The sections of the visible columns, in their visual order."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(position) for position in range(header.count()))
        return [section for section in order if not self.isColumnHidden(section)]

    def columns_in_order(self) -> list[AnyColumn]:
        """The visible columns, in their visual order."""
        return [self.records.columns[section] for section in self.shown_columns()]

    def _column_menu_at(self, point: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().viewport().mapToGlobal(point))

    def keep_layout(self) -> None:
        """Save the order and the widths of the columns."""
        if not self._list:
            return
        header = self.horizontalHeader()
        sections = (header.logicalIndex(position) for position in range(header.count()))
        self._settings.keep_columns(
            self._list,
            [ColumnLayout(self.records.columns[one].key, header.sectionSize(one)) for one in sections],
        )

    # clipboard

    def copy(self, *, headers: bool = False) -> None:
        """Copy the selected rows as the list shows them: columns in their order, tab-separated."""
        columns = self.columns_in_order()
        ranges = self._ranges()
        head = ["\t".join(column.title for column in columns)] if headers else []

        def lines() -> str:
            pages = self.records.reading_pages()
            page_numbers = sorted(
                {page for top, bottom in ranges for page in range(top // PAGE, bottom // PAGE + 1)}
            )
            texts = list(head)
            for page in page_numbers:
                for offset, record in enumerate(pages.page(page)):
                    row = page * PAGE + offset
                    if any(top <= row <= bottom for top, bottom in ranges):
                        texts.append("\t".join(_cell(cell_text(column, record)) for column in columns))
            return "\n".join(texts)

        if ranges:
            self._gateway.read(lines, QGuiApplication.clipboard().setText, owner=self)


def _cell(text: str) -> str:
    return " ".join(text.split("\n")).replace("\t", " ")
