"""A list with its filter, and the next step where the list is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.window.record_view import RecordView
from tslic_admin.ui.window.tree import ALL_SERVERS, Place
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.lists.all_lists import words_of

FILTER_PAUSE_MS = 200


def name_clear_button(edit: QLineEdit) -> None:
    """Add a clear button to a line edit, with a name for screen readers, which Qt leaves out."""
    edit.setClearButtonEnabled(True)
    button = edit.findChild(QToolButton)
    if button is not None:
        button.setAccessibleName(f"Clear {edit.accessibleName()}")


class ListPanel(QWidget):
    """Shows the list of a place of the tree, the results of a search, or what changed."""

    action_requested = Signal(str)  # the name of an action that an empty list offers
    back_clicked = Signal()  # *Back* was clicked: the window shall show the selected place again

    def __init__(
        self,
        gateway: Gateway,
        settings: WindowSettings,
        action_text: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._action_text = settings, action_text
        self.place = ALL_SERVERS
        self._search = ""
        self._changes: ListSpec[Row] | None = None
        self.view = RecordView(gateway, settings)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter this list"))
        self.filter.setAccessibleName(self.tr("Filter this list"))
        name_clear_button(self.filter)
        self.ended = QCheckBox(self.tr("&Ended"))
        self.ended.setToolTip(self.tr("Also show what is no longer on the server"))
        self.ended.setChecked(settings.show_ended)
        self.back = QPushButton(self.tr("&Back"))
        self.back.setToolTip(self.tr("Back to the list of this place"))
        self.back.hide()
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self._pause = QTimer(self, singleShot=True, interval=FILTER_PAUSE_MS)
        self._pause.timeout.connect(self._apply)
        self.empty_text = QLabel()
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_steps = QHBoxLayout()
        self.stack = QStackedWidget()
        self._lay_out()
        self.filter.textChanged.connect(lambda _: self._pause.start())
        self.filter.returnPressed.connect(self._apply)
        self.ended.toggled.connect(self._ended_toggled)
        self.back.clicked.connect(self.back_clicked)
        self.view.records.shown.connect(self._shown)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.back)
        bar.addWidget(self.title, 1)
        bar.addWidget(self.ended)
        bar.addWidget(self.filter)
        self.filter.setMinimumWidth(220)
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addStretch(1)
        middle.addWidget(self.empty_text)
        middle.addLayout(self.empty_steps)
        middle.addStretch(2)
        self.stack.addWidget(self.view)
        self.stack.addWidget(empty)
        body = QVBoxLayout(self)
        body.setContentsMargins(6, 4, 6, 0)
        body.addLayout(bar)
        body.addWidget(self.stack, 1)

    # what is shown

    @property
    def is_filtered(self) -> bool:
        return bool(self.filter.text().strip())

    @property
    def spec(self) -> ListSpec[Row] | None:
        """The shown list, with its filter and its sort order."""
        return self.view.records.spec

    def show_place(
        self, place: Place, title: str, *, select: Iterable[int] = (), ended: bool = False
    ) -> None:
        """Show a place without a filter; `ended`: also ended records, because one of them is to be selected."""
        self.place, self._search = place, ""
        self._leave_changes()
        self.title.setText(title)
        for widget, change in ((self.filter, self.filter.clear), (self.ended, None)):
            blocked = widget.blockSignals(True)
            if change:
                change()
            elif ended:
                self.ended.setChecked(True)
            widget.blockSignals(blocked)
        self.filter.setEnabled(True)
        spec = place.spec(ended=self.ended.isChecked())
        self.ended.setVisible(words_of(spec.kind).has_ended)
        self.view.show_list(spec, select=select)

    def search(self, text: str) -> None:
        """Show the results of a search through everything."""
        self._leave_changes()
        self._search = text
        self.title.setText(self.tr("Search: {0}").format(text))
        self.filter.setEnabled(False)
        self.view.show_list(ListSpec(FOUND, search=text))

    @property
    def shows_search_or_changes(self) -> bool:
        """Whether the list shows something else than the selected place of the tree."""
        return bool(self._search) or self._changes is not None

    def show_changes(self, spec: ListSpec[Row], title: str) -> None:
        """Show what changed between snapshots, until the user chooses a place or *Back*."""
        self._search, self._changes = "", spec
        self.title.setText(title)
        blocked = self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(blocked)
        self.filter.setEnabled(True)
        self.ended.hide()
        self.back.show()
        self.view.show_list(spec)

    def _leave_changes(self) -> None:
        self._changes = None
        self.back.hide()

    def clear_filter(self) -> None:
        self.filter.clear()
        self._apply()

    def _apply(self) -> None:
        self._pause.stop()
        if not self._search:
            text = self.filter.text()
            spec = self.place.spec(ended=self.ended.isChecked(), search=text)
            if self._changes is not None:
                spec = replace(self._changes, search=text)
            self.view.show_list(spec, select=self.view.selected_numbers())

    def _ended_toggled(self, on: bool) -> None:
        self._settings.show_ended = on
        self._apply()

    # empty lists

    def _shown(self) -> None:
        spec = self.view.records.spec
        if spec is None:
            return
        if self.view.records.size:
            self.stack.setCurrentIndex(0)
            return
        if spec.search:
            self._show_empty(self.tr("Nothing matches “{0}”.").format(spec.search), ("clear-filter",))
        else:
            words = words_of(spec.kind)
            self._show_empty(words.empty, words.steps)
        self.stack.setCurrentIndex(1)

    def _show_empty(self, text: str, steps: tuple[str, ...]) -> None:
        self.empty_text.setText(text)
        while (item := self.empty_steps.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        self.empty_steps.addStretch(1)
        for step in steps:
            button = QPushButton(self._action_text(step))
            button.setObjectName(f"step-{step}")
            button.clicked.connect(lambda _=False, step=step: self.action_requested.emit(step))
            self.empty_steps.addWidget(button)
        self.empty_steps.addStretch(1)
