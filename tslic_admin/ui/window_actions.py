"""The window's actions as Qt has them: menus, tool bar, context menu, and when each can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from tslic_admin.ui.actions import ACTIONS, BAR, MENUS, ActionSpec, default_action
from tslic_admin.ui.icons import icon


class WindowActions(QObject):
    """Built once from the table in actions.py; `triggered` tells an action's name."""

    triggered = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kind = ""
        self._rows: Sequence[Any] = ()
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(spec.text, self)
            action.setObjectName(spec.name)
            action.setIconText(spec.text.replace("&", ""))  # the tool bar's own text would lose its "…"
            if spec.keys:
                action.setShortcut(QKeySequence(spec.keys))
            action.setCheckable(spec.checkable)
            action.triggered.connect(lambda _=False, name=spec.name: self.triggered.emit(name))
            self._actions[spec.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def text_of(self, name: str) -> str:
        """An action's text without its access key."""
        return self._actions[name].iconText()

    def build(self, window: QMainWindow, search: QWidget, columns: Callable[[], QMenu]) -> None:
        """Make the menu bar and the tool bar; `columns` makes the menu of the list's columns anew."""
        menus = {title: window.menuBar().addMenu(title) for title in MENUS}
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(icon(spec.icon))
            if spec.before:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self._actions[spec.name])
        # the window's own: a menu without a parent would be Python's, to be deleted on any thread
        self._menu = QMenu(window)
        chosen = QMenu(window)

        def fill() -> None:
            chosen.clear()
            chosen.addActions(columns().actions())

        chosen.aboutToShow.connect(fill)
        self._actions["columns"].setMenu(chosen)
        bar = QToolBar(window.tr("Main tool bar"))
        bar.setObjectName("bar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in BAR:
            bar.addSeparator() if name is None else bar.addAction(self._actions[name])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(search)
        window.addToolBar(bar)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def follow(self, kind: str, rows: Sequence[Any]) -> None:
        """These rows of things of a kind are selected now."""
        self._kind, self._rows = kind, rows
        for spec in ACTIONS:
            self._actions[spec.name].setEnabled(self._may(spec))

    def _may(self, spec: ActionSpec) -> bool:
        if not spec.needs:
            return True
        fits = self._kind in spec.needs or "any" in spec.needs
        count = len(self._rows)
        return (
            fits
            and count > 0
            and (spec.many or count == 1)
            and (spec.only is None or spec.only(self._kind, self._rows[0]))
        )

    def context_menu(self) -> QMenu:
        """What can be done with the selection: the rest is hidden here, disabled in the menu bar."""
        menu = self._menu
        menu.clear()
        menu.setDefaultAction(None)  # type: ignore[arg-type]
        for spec in ACTIONS:
            if (spec.needs or self._kind in spec.offered) and self._may(spec):
                menu.addAction(self._actions[spec.name])
                if spec.name == default_action(self._kind):
                    menu.setDefaultAction(self._actions[spec.name])
        return menu

    def run_default(self) -> None:
        """What Enter and a double click do."""
        action = self._actions[default_action(self._kind)]
        if action.isEnabled():
            action.trigger()
