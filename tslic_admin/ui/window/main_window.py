"""The main window: a tree of places, the list of the selected place, the details of the selected row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QSplitter, QWidget

from tslic_admin.domain.catalogue.history import EntryLine
from tslic_admin.domain.catalogue.key_packs import PackLine
from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.domain.catalogue.reissues import RequestLine
from tslic_admin.domain.catalogue.transfers import TransferLine
from tslic_admin.services.changes import Changes
from tslic_admin.services.lists import (
    Details,
    DetailsRow,
    Tree,
    main_list,
    read_details,
    read_tree,
    record_of_row,
)
from tslic_admin.ui.gateway.error_boxes import show_trouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.widgets.list_columns import number_text
from tslic_admin.ui.window.actions import WindowActions
from tslic_admin.ui.window.details_pane import DetailsPane
from tslic_admin.ui.window.list_panel import ListPanel, name_clear_button
from tslic_admin.ui.window.tree import ALL_SERVERS, Place, PlacesTree
from tslic_admin.ui.window.window_settings import WindowSettings
from tslic_admin.wording.lists.all_lists import words_of

SEARCH_PAUSE_MS = 250
RECORDS_ONLY = "Records only; changes nothing on a license server."


def _is_ended(row: DetailsRow) -> bool:
    """Whether a list shows a record only if it also shows ended records."""
    match row:
        case RequestLine():
            return row.state in ("installed", "withdrawn")
        case LicenseLine():
            return row.ended_on is not None
        case PackLine():
            return row.closed_on is not None or row.voided_by is not None
        case TransferLine() | EntryLine():
            return row.voided_by is not None
        case _:
            return False


class MainWindow(QMainWindow):
    """Shows the records. Its actions are in actions.py; what they do is in ui/commands.py, which is attached later.

    Until then, triggered actions and dropped files wait.
    """

    action_triggered = Signal(str)  # the name of the action; emitted once the commands are attached
    files_dropped = Signal(list)  # paths of files that were dropped here

    def __init__(self, gateway: Gateway, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gateway, self.settings = gateway, settings
        self.setWindowTitle(f"Terminal Services Licensing records - {gateway.path.name}")
        self.setWindowIcon(QIcon(":/icons/app.svg"))
        self.tree_state: Tree | None = None
        self.window_actions = WindowActions(self)
        self._verified: str | None = None
        self._after_refresh: Callable[[], None] | None = None
        self.has_commands = False
        self._waiting_actions: list[str] = []
        self._waiting_files: list[str] = []
        self.tree = PlacesTree()
        self.panel = ListPanel(gateway, settings, self.window_actions.text_of)
        self.details = DetailsPane(gateway)
        self.search_box = QLineEdit()
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self.count_label, self.notice_label, self.verified_label = QLabel(), QLabel(), QLabel()
        self._lay_out()
        self.window_actions.build(self, self.search_box, self.panel.view.column_menu)
        self._connect()
        self._restore()
        self.refresh_tree()

    # building

    def _lay_out(self) -> None:
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.addWidget(self.panel)
        self.right.addWidget(self.details)
        self.right.setSizes([420, 220])
        self.right.setChildrenCollapsible(False)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.tree)
        self.split.addWidget(self.right)
        self.split.setSizes([280, 900])
        self.split.setStretchFactor(1, 1)
        self.setCentralWidget(self.split)
        self.statusBar().addWidget(self.count_label)
        self.statusBar().addWidget(self.notice_label, 1)
        self.statusBar().addPermanentWidget(self.verified_label)
        self.search_box.setPlaceholderText(self.tr("Search everything  Ctrl+F"))
        self.search_box.setAccessibleName(self.tr("Search everything"))
        name_clear_button(self.search_box)
        self.search_box.setMaximumWidth(320)

    def _connect(self) -> None:
        self.tree.chosen.connect(self._go_to)
        self.tree.opened.connect(lambda _: self.panel.view.setFocus())
        self.tree.itemClicked.connect(lambda _: self._show_selected_place())
        self.tree.itemActivated.connect(lambda _: self._show_selected_place())
        self.panel.back_clicked.connect(self._show_selected_place)
        view = self.panel.view
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda point: self.window_actions.context_menu().popup(view.viewport().mapToGlobal(point))
        )
        view.opened.connect(lambda _: self.window_actions.run_default())
        view.selection_changed.connect(self._selection_changed)
        view.records.shown.connect(self._show_count)
        self.window_actions.triggered.connect(self._run_action)
        self.panel.action_requested.connect(self._run_action)
        ended = self.window_actions["ended"]
        ended.setChecked(self.panel.ended.isChecked())
        self.panel.ended.toggled.connect(ended.setChecked)
        ended.toggled.connect(self.panel.ended.setChecked)
        self.details.navigate.connect(self.navigate)
        self.details.action_requested.connect(self._run_action)
        self._pause.timeout.connect(self.search_now)
        self.search_box.textChanged.connect(lambda _: self._pause.start())
        self.search_box.returnPressed.connect(self.search_now)
        self.gateway.changed.connect(self._changed)
        self.gateway.trouble.connect(lambda trouble: show_trouble(self, trouble, self.gateway.path))
        self.gateway.acting.connect(self._acting)

    def _restore(self) -> None:
        room = self.screen().availableGeometry()
        self.resize(min(1280, room.width()), min(780, room.height() - 40))  # 40: the frame
        geometry = self.settings.state("window")
        if geometry is not None:
            self.restoreGeometry(geometry)
        for name, splitter in (("split", self.split), ("right", self.right)):
            state = self.settings.state(name)
            if state is not None:
                splitter.restoreState(state)

    def reset_layout(self) -> None:
        """Restore the default sizes and columns."""
        self.settings.reset()
        self.split.setSizes([280, 900])
        self.right.setSizes([420, 220])
        self.panel.view.reset_columns()
        self.panel.view.refresh()

    # places

    def refresh_tree(self) -> None:
        path, now = self.gateway.path, self.gateway.now
        self.gateway.read(lambda: read_tree(path, now), self._show_tree, owner=self)

    def _show_tree(self, tree: Tree) -> None:
        first = self.tree_state is None
        self.tree_state = tree
        self.tree.show_tree(tree)
        if first:
            last = Place.read(self.settings.place)
            start = last if last is not None and self.tree.has(last) else self.tree.first_server()
            self.tree.go_to(start or ALL_SERVERS)
        if self._after_refresh is not None:
            then, self._after_refresh = self._after_refresh, None
            then()

    def after_refresh(self, then: Callable[[], None]) -> None:
        """Refresh the tree, then call `then`."""
        self._after_refresh = then
        self.refresh_tree()

    def go_to_place(self, place: Place) -> None:
        """Select a place in the tree, as a click does."""
        self.tree.go_to(place)

    def _go_to(self, place: Place) -> None:
        blocked = self.search_box.blockSignals(True)
        self.search_box.clear()
        self.search_box.blockSignals(blocked)
        self.panel.show_place(place, self.title_of(place))

    def _show_selected_place(self) -> None:
        """Show the selected place again, where the list shows something else."""
        if self.panel.shows_search_or_changes and self.tree.place is not None:
            self._go_to(self.tree.place)

    def title_of(self, place: Place) -> str:
        tree = self.tree_state
        if tree is not None and place.kind == "server":
            return next((s.name for s in tree.servers if s.number == place.number), "")
        if tree is not None and place.kind == "pack":
            pack = next((p for p in tree.packs if p.number == place.number), None)
            return (
                f"{pack.server} › Key pack {pack.keypack_id if pack.keypack_id is not None else f'#{pack.number}'}"
                if pack
                else ""
            )
        item = self.tree.currentItem()
        return item.text(0) if item is not None else ""

    def navigate(self, kind: str, number: int) -> None:
        """Go to the list that contains a thing, and select the thing there."""
        path, now = self.gateway.path, self.gateway.now
        self.gateway.read(lambda: read_details(path, now, kind, number), self._arrive, owner=self)

    def _arrive(self, details: Details) -> None:
        kind, number, row = details.kind, details.number, details.row
        if row is None:
            return
        match row:
            case PackLine():
                place = Place("server", row.server_id)
            case LicenseLine():
                place = Place("pack", row.pack_id)
            case _:
                place = Place(main_list(kind).name)
        blocked = self.tree.blockSignals(True)
        self.tree.go_to(place)
        self.tree.blockSignals(blocked)
        self.panel.show_place(place, self.title_of(place), select=[number], ended=_is_ended(row))
        self.panel.view.setFocus()

    def search_now(self) -> None:
        """Search everything for the text of the search box; without text, show the selected place."""
        self._pause.stop()
        text = self.search_box.text().strip()
        if text:
            self.panel.search(text)
        elif self.tree.place is not None:
            self._go_to(self.tree.place)

    # actions

    def _run_action(self, name: str) -> None:
        """Emit `action_triggered`, once the commands are attached."""
        if self.has_commands:
            self.action_triggered.emit(name)
        elif name not in self._waiting_actions:
            self._waiting_actions.append(name)

    def _take_dropped_files(self, paths: list[str]) -> None:
        if self.has_commands:
            self.files_dropped.emit(paths)
        else:
            self._waiting_files += paths

    def commands_attached(self) -> None:
        """Emit what was triggered or dropped before; called once `action_triggered` and `files_dropped` are connected."""
        self.has_commands = True
        names, self._waiting_actions = self._waiting_actions, []
        paths, self._waiting_files = self._waiting_files, []
        for name in names:
            if self.window_actions[name].isEnabled():  # another row may have been selected since
                self.action_triggered.emit(name)
        if paths:
            self.files_dropped.emit(paths)

    # selection

    def selected(self) -> tuple[str, list[Any]]:
        """The kind of the records in the list, and the selected rows."""
        spec = self.panel.spec
        return (spec.kind.record_kind if spec else "", self.panel.view.selected_rows())

    def selected_record(self) -> tuple[str, int] | None:
        """The kind and number of the selected record; None unless one row is selected."""
        spec, rows = self.panel.spec, self.panel.view.selected_rows()
        return record_of_row(spec.kind, rows[0]) if spec is not None and len(rows) == 1 else None

    def server_here(self) -> int | None:
        """The server of the selected place, or the only server; the default of dialogs."""
        place, tree = self.tree.place, self.tree_state
        if place is None or tree is None:
            return None
        if place.kind == "server":
            return place.number
        if place.kind == "pack":
            return next((p.server_id for p in tree.packs if p.number == place.number), None)
        return tree.servers[0].number if len(tree.servers) == 1 else None

    def _selection_changed(self) -> None:
        kind, rows = self.selected()
        self.window_actions.follow(kind, rows)
        self._show_count()
        self.details.show_thing(*(self.selected_record() or (None,)))

    # status bar

    def _show_count(self) -> None:
        records = self.panel.view.records
        if records.spec is None:
            return
        one, several = words_of(records.spec.kind).noun
        parts = [f"{number_text(records.size)} {one if records.size == 1 else several}"]
        if selected := self.panel.view.selected_count():
            parts[0] += f", {number_text(selected)} selected"
        if self.panel.is_filtered:
            parts.append("filter on")
        self.count_label.setText(" · ".join(parts))
        empty = self.tree_state is not None and not self.tree_state.servers
        self.notice_label.setText(RECORDS_ONLY if empty else "")

    def show_verified(self, text: str) -> None:
        self.verified_label.setText(f"{text} {datetime.now().astimezone():%H:%M}")

    def _acting(self, job: Job | None) -> None:
        if job is None:
            self.statusBar().clearMessage()
        else:
            self.statusBar().showMessage(self.tr("Waiting for another change to the store…"))

    def _changed(self, changes: Changes) -> None:
        if changes & (
            Changes.SERVERS | Changes.PACKS | Changes.REISSUES | Changes.TRANSFERS | Changes.LICENSES
        ):
            self.refresh_tree()
        self.refresh_list()

    def refresh_list(self) -> None:
        self.panel.view.refresh()
        self.details.refresh()

    # files from elsewhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_dropped_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    # end

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_layout()
        for window in QApplication.topLevelWidgets():
            if window is not self and window.isVisible() and not window.close():
                event.ignore()
                return
        super().closeEvent(event)

    def keep_layout(self) -> None:
        self.panel.view.keep_layout()
        states: dict[str, QByteArray] = {
            "window": self.saveGeometry(),
            "split": self.split.saveState(),
            "right": self.right.saveState(),
        }
        for name, state in states.items():
            self.settings.keep_state(name, state)
        if self.tree.place is not None:
            self.settings.place = str(self.tree.place)
        self.settings.save()
