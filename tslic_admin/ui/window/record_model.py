"""The Qt model of a list: reads pages on demand, for lists of any length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal

from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.services.lists import PAGE, ListSpec, Pages
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.icons import icon
from tslic_admin.ui.widgets.list_columns import cell_text
from tslic_admin.ui.widgets.text_table import NO_INDEX, Index
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.columns import AnyColumn

MAX_CACHED_PAGES = 64
LOADING = "…"


class RecordModel(QAbstractTableModel):
    """The rows of one spec. Pages are read on the read worker; until a page is here, its cells show “…”."""

    shown = Signal()  # the model has another spec, or the same one with newer rows
    rows_located = Signal(object)  # answer to `locate`: number -> row
    sort_requested = Signal(int, object)  # a header was clicked: column, Qt.SortOrder

    def __init__(self, gateway: Gateway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gateway = gateway
        self._pages: Pages | None = None
        self.spec: ListSpec[Row] | None = None
        self._requested_spec: ListSpec[Row] | None = None
        self._generation = 0
        self._size = 0
        self._columns: tuple[AnyColumn, ...] = ()
        self._rows: dict[int, list[Row]] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self._requested: set[int] = set()

    # what is shown

    @property
    def size(self) -> int:
        return self._size

    @property
    def columns(self) -> tuple[AnyColumn, ...]:
        return self._columns

    def show(self, spec: ListSpec[Row]) -> None:
        """Show a list; the earlier list stays until the first page of this one is read."""
        self._generation += 1
        generation, self._requested_spec = self._generation, spec
        if self._pages is not None:
            self._pages.interrupt()
        self._gateway.read(
            lambda: self._open(spec), lambda answer: self._opened(generation, spec, *answer), owner=self
        )

    def refresh(self) -> None:
        """Show the newest state of the same list."""
        if self._requested_spec is not None:
            self.show(self._requested_spec)

    def row(self, row: int) -> Row | None:
        """The record in a row; None while its page is being read."""
        page = self._rows.get(row // PAGE)
        offset = row % PAGE
        return page[offset] if page is not None and offset < len(page) else None

    def locate(self, numbers: Iterable[int]) -> None:
        """Find the rows of the things with these numbers, and emit `places`."""
        targets, generation = list(numbers), self._generation
        here = {
            record.number: page * PAGE + offset
            for page, rows in self._rows.items()
            for offset, record in enumerate(rows)
        }
        if self._size <= PAGE or all(number in here for number in targets):
            self.rows_located.emit({number: here[number] for number in targets if number in here})
            return
        self._gateway.read(
            lambda: self.reading_pages().find(targets),
            lambda found: self.rows_located.emit(found) if generation == self._generation else None,
            owner=self,
        )

    # reading, on the read worker

    def reading_pages(self) -> Pages:
        """The connection that reads this list; for the read worker only."""
        if self._pages is None:
            self._pages = self._gateway.pages()
        return self._pages

    def _open(self, spec: ListSpec[Row]) -> tuple[int, list[Row]]:
        return self.reading_pages().open(spec)

    def _opened(self, generation: int, spec: ListSpec[Row], size: int, first: list[Row]) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self.spec, self._size, self._columns = spec, size, words_of(spec.kind).columns
        self._rows, self._texts, self._requested = {0: first}, {}, set()
        self.endResetModel()
        self.shown.emit()
        if size > PAGE:
            self._gateway.read(self.reading_pages().write_order, lambda _: None, owner=self)

    def _request_page(self, page: int) -> None:
        if page in self._requested:
            return
        self._requested.add(page)
        generation = self._generation

        def store_page(rows: list[Row]) -> None:
            if generation != self._generation:
                return
            self._requested.discard(page)
            while len(self._rows) >= MAX_CACHED_PAGES:
                oldest = next(iter(self._rows))
                del self._rows[oldest]
                for row in range(oldest * PAGE, (oldest + 1) * PAGE):
                    self._texts.pop(row, None)
            self._rows[page] = rows
            top, bottom = page * PAGE, min((page + 1) * PAGE, self._size) - 1
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(self._columns) - 1))

        self._gateway.read(lambda: self.reading_pages().page(page), store_page, owner=self)

    # Qt's side

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._size

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def texts(self, row: int) -> tuple[str, ...] | None:
        """All cells of a row as shown, cached for each row; None while its page is being read."""
        texts = self._texts.get(row)
        if texts is None:
            record = self.row(row)
            if record is None:
                self._request_page(row // PAGE)
                return None
            texts = self._texts[row] = tuple(cell_text(column, record) for column in self._columns)
        return texts

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            texts = self.texts(index.row())
            return LOADING if texts is None else texts[index.column()]
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
            record = self.row(index.row())
            name = column.icon(record) if record is not None else None
            return icon(name) if name else None
        if role == Qt.ItemDataRole.ToolTipRole:
            record = self.row(index.row())
            if record is None:
                return None
            return column.tip(record) if column.tip else cell_text(column, record)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_requested.emit(column, order)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and self._columns[section].right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None
