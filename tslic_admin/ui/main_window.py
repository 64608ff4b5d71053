"""The window: a tree of places, the list of the chosen one, the details of what is selected there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QSplitter,
    QToolBar,
    QWidget,
)

from tslic_admin.services.changes import Changes
from tslic_admin.services.lists import FOUND_KINDS, Tree, read_tree
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.actions import ACTIONS, BAR, MENUS, ActionSpec, default_action
from tslic_admin.ui.columns import RECORD_KIND, number_text
from tslic_admin.ui.details import DetailsPane
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.icons import icon
from tslic_admin.ui.jobs import Job
from tslic_admin.ui.layout import Layout
from tslic_admin.ui.list_panel import ListPanel, name_clear_button
from tslic_admin.ui.tree import ALL_SERVERS, Place, PlacesTree

SEARCH_PAUSE_MS = 250
RECORDS_ONLY = "Records only; changes nothing on a license server."


class MainWindow(QMainWindow):
    """Shows; what its actions do is in commands.py."""

    acted = Signal(str)  # name of an action that was triggered
    dropped = Signal(list)  # paths of files that were dropped here

    def __init__(self, gateway: Gateway, layout: Layout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gateway, self.kept = gateway, layout
        self.setWindowTitle(f"Terminal Services Licensing records - {gateway.path.name}")
        self.setWindowIcon(QIcon(":/icons/app.svg"))
        self.tree_state: Tree | None = None
        self.actions_by_name: dict[str, QAction] = {}
        self._specs = {spec.name: spec for spec in ACTIONS}
        self._verified: str | None = None
        self._go_on: Callable[[], None] | None = None
        self.tree = PlacesTree()
        self.panel = ListPanel(gateway, layout, lambda name: self._specs[name].text.replace("&", ""))
        self.details = DetailsPane(gateway)
        self.search_box = QLineEdit()
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self.count_label, self.notice_label, self.verified_label = QLabel(), QLabel(), QLabel()
        self._lay_out()
        self._make_actions()
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

    def _make_actions(self) -> None:
        menus = {title: self.menuBar().addMenu(title) for title in MENUS}
        for spec in ACTIONS:
            action = QAction(spec.text, self)
            action.setObjectName(spec.name)
            action.setIconText(spec.text.replace("&", ""))  # the tool bar's own text would lose its "…"
            if spec.icon:
                action.setIcon(icon(spec.icon))
            if spec.keys:
                action.setShortcut(QKeySequence(spec.keys))
            action.triggered.connect(lambda _=False, name=spec.name: self.acted.emit(name))
            if spec.before:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(action)
            self.actions_by_name[spec.name] = action
        columns = QMenu(self)
        columns.aboutToShow.connect(lambda: self._fill_columns_menu(columns))
        self.actions_by_name["columns"].setMenu(columns)
        ended = self.actions_by_name["ended"]
        ended.setCheckable(True)
        ended.setChecked(self.panel.ended.isChecked())
        bar = QToolBar(self.tr("Main tool bar"))
        bar.setObjectName("bar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in BAR:
            bar.addSeparator() if name is None else bar.addAction(self.actions_by_name[name])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(self.search_box)
        self.addToolBar(bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.tree.chosen.connect(self._go_to)
        self.tree.opened.connect(lambda _: self.panel.view.setFocus())
        view = self.panel.view
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda point: self.context_menu().popup(view.viewport().mapToGlobal(point))
        )
        view.opened.connect(self._open_row)
        view.selection_changed.connect(self._selection_changed)
        view.records.shown.connect(self._say_count)
        self.panel.wants.connect(self.acted)
        self.panel.ended.toggled.connect(self.actions_by_name["ended"].setChecked)
        self.actions_by_name["ended"].toggled.connect(self.panel.ended.setChecked)
        self.details.linked.connect(self.navigate)
        self._pause.timeout.connect(self.search_now)
        self.search_box.textChanged.connect(lambda _: self._pause.start())
        self.search_box.returnPressed.connect(self.search_now)
        self.gateway.changed.connect(self._changed)
        self.gateway.trouble.connect(self.show_trouble)
        self.gateway.acting.connect(self._acting)

    def _restore(self) -> None:
        self.resize(1280, 780)
        geometry = self.kept.state("window")
        if geometry is not None:
            self.restoreGeometry(geometry)
        for name, splitter in (("split", self.split), ("right", self.right)):
            state = self.kept.state(name)
            if state is not None:
                splitter.restoreState(state)

    def reset_layout(self) -> None:
        """Sizes and columns as at a first start."""
        self.kept.reset()
        self.split.setSizes([280, 900])
        self.right.setSizes([420, 220])
        self.panel.view.reset_columns()
        self.panel.view.refresh()

    # places

    def refresh_tree(self) -> None:
        path, now = self.gateway.path, self.gateway.now
        self.gateway.read(lambda: read_tree(path, now), self._show_tree)

    def _show_tree(self, tree: Tree) -> None:
        first = self.tree_state is None
        self.tree_state = tree
        self.tree.show_tree(tree)
        if first:
            last = Place.read(self.kept.place)
            start = last if last is not None and self.tree.has(last) else self.tree.first_server()
            self.tree.go_to(start or ALL_SERVERS)
        if self._go_on is not None:
            go_on, self._go_on = self._go_on, None
            go_on()

    def after_refresh(self, then: Callable[[], None]) -> None:
        """Do something once the tree shows what was changed just now."""
        self._go_on = then
        self.refresh_tree()

    def go_to_place(self, place: Place) -> None:
        """Select a place in the tree, as if it had been clicked."""
        self.tree.go_to(place)

    def _go_to(self, place: Place) -> None:
        blocked = self.search_box.blockSignals(True)
        self.search_box.clear()
        self.search_box.blockSignals(blocked)
        self.panel.show_place(place, self.title_of(place))

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
        """Go to a thing wherever it stands in the program, and select it there."""
        from tslic_admin.services.details import read_details

        path, now = self.gateway.path, self.gateway.now
        self.gateway.read(lambda: read_details(path, now, kind, number), self._arrive)

    def _arrive(self, details: object) -> None:
        kind, number, row = details.kind, details.number, details.row  # type: ignore[attr-defined]
        if row is None:
            return
        place = {
            "server": lambda: ALL_SERVERS,
            "pack": lambda: Place("server", row.server_id),
            "license": lambda: Place("pack", row.pack_id),
            "request": lambda: Place("requests"),
            "transfer": lambda: Place("transfers"),
            "entry": lambda: Place("history"),
        }[kind]()
        ended = bool(
            getattr(row, "ended_on", None)
            or getattr(row, "closed_on", None)
            or getattr(row, "voided_by", None)
            or getattr(row, "state", "") in ("installed", "withdrawn")
        )
        blocked = self.tree.blockSignals(True)
        self.tree.go_to(place)
        self.tree.blockSignals(blocked)
        self.panel.show_place(place, self.title_of(place), select=[number], ended=ended)
        self.panel.view.setFocus()

    def search_now(self) -> None:
        """Search everything for what stands in the box; nothing there: back to the place."""
        self._pause.stop()
        text = self.search_box.text().strip()
        if text:
            self.panel.search(text)
        elif self.tree.place is not None:
            self._go_to(self.tree.place)

    # selection

    def selected(self) -> tuple[str, list[object]]:
        """What is selected in the list: its kind and its rows."""
        spec = self.panel.spec
        return (RECORD_KIND.get(spec.kind, "found") if spec else "", self.panel.view.selected_rows())

    def server_here(self) -> int | None:
        """The server that an act without a selection is about."""
        place, tree = self.tree.place, self.tree_state
        if place is None or tree is None:
            return None
        if place.kind == "server":
            return place.number
        if place.kind == "pack":
            return next((p.server_id for p in tree.packs if p.number == place.number), None)
        return tree.servers[0].number if len(tree.servers) == 1 else None

    def may(self, spec: ActionSpec) -> bool:
        """Whether an action can be done with what is selected."""
        if not spec.needs:
            return True
        kind, rows = self.selected()
        fits = kind in spec.needs or "any" in spec.needs
        return fits and bool(rows) and (spec.many or len(rows) == 1)

    def _selection_changed(self) -> None:
        kind, rows = self.selected()
        for spec in ACTIONS:
            self.actions_by_name[spec.name].setEnabled(self.may(spec))
        self._say_count()
        if len(rows) != 1:
            self.details.show_thing(None)
        elif kind == "found":
            row = rows[0]
            self.details.show_thing(FOUND_KINDS[row.what], row.id)  # type: ignore[attr-defined]
        else:
            self.details.show_thing(kind, rows[0].number)  # type: ignore[attr-defined]

    def context_menu(self) -> QMenu:
        """What can be done with the selection: the rest is hidden here, disabled in the menu bar."""
        kind, _ = self.selected()
        menu = QMenu(self)
        for spec in ACTIONS:
            if spec.needs and self.may(spec):
                action = self.actions_by_name[spec.name]
                menu.addAction(action)
                if spec.name == default_action(kind):
                    menu.setDefaultAction(action)
        return menu

    def _open_row(self, _row: object) -> None:
        kind, _ = self.selected()
        action = self.actions_by_name[default_action(kind)]
        if action.isEnabled():
            action.trigger()

    def _fill_columns_menu(self, menu: QMenu) -> None:
        menu.clear()
        menu.addActions(self.panel.view.column_menu().actions())

    # saying

    def _say_count(self) -> None:
        records = self.panel.view.records
        if records.spec is None:
            return
        noun = {"temporary": "licenses", "packs": "key packs", "history": "entries", "found": "found"}
        parts = [f"{number_text(records.size)} {noun.get(records.spec.kind, records.spec.kind)}"]
        if selected := self.panel.view.selected_count():
            parts[0] += f", {number_text(selected)} selected"
        if self.panel.is_filtered:
            parts.append("filter on")
        self.count_label.setText(" · ".join(parts))
        empty = self.tree_state is not None and not self.tree_state.servers
        self.notice_label.setText(RECORDS_ONLY if empty else "")

    def say_verified(self, text: str) -> None:
        self.verified_label.setText(f"{text} {datetime.now().astimezone():%H:%M}")

    def show_trouble(self, trouble: StoreTrouble) -> None:
        """The file is in trouble: say what, why and what to do. Nothing was changed."""
        from tslic_admin.wording.say import trouble as sentence

        box = QMessageBox(
            QMessageBox.Icon.Warning,
            self.windowTitle(),
            sentence(trouble.code, {"path": self.gateway.path} | trouble.facts),
            QMessageBox.StandardButton.Close,
            self,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

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
        self.dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
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
            self.kept.keep_state(name, state)
        if self.tree.place is not None:
            self.kept.place = str(self.tree.place)
        self.kept.save()
