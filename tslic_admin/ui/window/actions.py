"""Declares the actions of the window in a table and makes menus, tool bar and context menu from it; commands.py carries them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from tslic_admin.domain.catalogue.history import EntryLine
from tslic_admin.domain.catalogue.key_packs import PackLine
from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.domain.catalogue.reissues import RequestLine
from tslic_admin.domain.catalogue.transfers import TransferLine
from tslic_admin.domain.history.voids import VOIDABLE
from tslic_admin.ui.widgets.icons import icon


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """An action of the window.

    `needs`: the kinds of selected records that enable it; empty: it is always enabled. `many`: several records may be
    selected. `only`: a further condition on the selected row. `offered`: kinds whose context menu
    contains it although it is always enabled. `bar`: it is in the tool bar. `before`: a separator precedes it.
    """

    name: str
    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    needs: frozenset[str] = frozenset()
    many: bool = False
    bar: bool = False
    before: bool = False
    checkable: bool = False
    only: Callable[[Row], bool] | None = None
    offered: frozenset[str] = frozenset()


def _kinds(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


def _is_voidable(row: Row) -> bool:
    """Whether *Void…* is for this record (rule 4.8). Others are undone by voiding their entry in the history."""
    match row:
        case TransferLine():
            return row.voided_by is None
        case RequestLine():
            return row.state in ("recorded", "installed")
        case PackLine():
            by_hand = row.origin == "original" and row.first_seen_at is None
            return row.voided_by is None and (by_hand or row.origin == "reissue")
        case LicenseLine():
            return row.voided_by is None and bool(row.by_hand)
        case EntryLine():
            return row.voided_by is None and row.kind in VOIDABLE
        case _:
            return False


def _is_given_up(row: Row) -> bool:
    """Whether a license that was given up may remain on an old client (rule 4.9)."""
    match row:
        case TransferLine():
            return row.voided_by is None
        case LicenseLine():
            return row.removal is not None
        case _:
            return False


# kinds of records that *Open* and Enter open; of others they show the details
OPENED = _kinds("server", "pack", "request", "found", "due", "change")
MENUS = ("&File", "&Edit", "&View", "&Action", "&Tools", "&Help")

ACTIONS = (
    ActionSpec("import", "&File", "&Import…", "Ctrl+I", "import", bar=True),
    ActionSpec("export", "&File", "&Export…", "Ctrl+E", "export", bar=True),
    ActionSpec("print", "&File", "&Print…", "Ctrl+P", "print", before=True),
    ActionSpec("print-preview", "&File", "Print Pre&view…", "Ctrl+Shift+P"),
    ActionSpec("save-pdf", "&File", "Save as P&DF…"),
    ActionSpec("sample", "&File", "Open the &Sample", before=True),
    ActionSpec("quit", "&File", "&Quit", "Ctrl+Q", before=True),
    ActionSpec("copy", "&Edit", "&Copy", "Ctrl+C", "copy", _kinds("any"), many=True),
    ActionSpec("copy-headers", "&Edit", "Copy with &Headers", "Ctrl+Shift+C", "", _kinds("any"), many=True),
    ActionSpec("select-all", "&Edit", "Select &All", "Ctrl+A"),
    ActionSpec("search", "&Edit", "&Search", "Ctrl+F", "search", before=True),
    ActionSpec("filter", "&Edit", "&Filter This List", "Ctrl+Shift+F", "filter"),
    ActionSpec("clear-filter", "&Edit", "C&lear Filter"),
    ActionSpec("refresh", "&View", "&Refresh", "F5", "refresh"),
    ActionSpec("columns", "&View", "&Columns", "", "columns"),
    ActionSpec("ended", "&View", "Show &Ended", "Ctrl+Shift+E", "ended", checkable=True),
    ActionSpec("reset-layout", "&View", "Reset &Layout", before=True),
    ActionSpec(
        "open",
        "&Action",
        "&Open",
        "Ctrl+O",
        "",
        OPENED,
    ),
    ActionSpec("details", "&Action", "Show &Details", "Ctrl+D", "", _kinds("any")),
    ActionSpec("install", "&Action", "Record &Installed Licenses…", "Ctrl+L", "install", bar=True),
    ActionSpec("reissue", "&Action", "Record &Phone Reissue…", "Ctrl+R", "reissue", bar=True),
    ActionSpec(
        "collect", "&Action", "&Add to Reissue Request…", "Ctrl+Shift+R", "", _kinds("license"), many=True
    ),
    ActionSpec("transfer", "&Action", "&Mark Transfer…", "Ctrl+T", "transfer", _kinds("license"), bar=True),
    ActionSpec("add-license", "&Action", "Add Issued Li&cense…", "", "license", before=True),
    ActionSpec("link-transfer", "&Action", "Lin&k Transfer to License…", "", "", _kinds("transfer")),
    ActionSpec(
        "removal-kit",
        "&Action",
        "Removal Ki&t…",
        "",
        "",
        _kinds("transfer", "license"),
        before=True,
        only=_is_given_up,
    ),
    ActionSpec(
        "record-removal",
        "&Action",
        "R&ecord Removal…",
        "",
        "",
        _kinds("transfer", "license"),
        only=_is_given_up,
    ),
    ActionSpec(
        "void",
        "&Action",
        "&Void…",
        "Del",
        "void",
        _kinds("transfer", "request", "pack", "license", "entry"),
        only=_is_voidable,
    ),
    ActionSpec("changes", "&Action", "What Chan&ged", before=True, offered=_kinds("server", "entry")),
    ActionSpec("record-rebuild", "&Action", "Server Was Re&built…", "", "", _kinds("server")),
    ActionSpec("record-move", "&Action", "Key Pack &Was Moved…", "", "", _kinds("pack")),
    ActionSpec("add-server", "&Action", "Add &Server…", "", "server"),
    ActionSpec(
        "properties", "&Action", "P&roperties…", "Alt+Return", "", _kinds("server", "pack", "request")
    ),
    ActionSpec("collector", "&Tools", "&Collector Script…"),
    ActionSpec("client-license", "&Tools", "C&lient License…"),
    ActionSpec("audit-report", "&Tools", "&Audit Report…"),
    ActionSpec("clearinghouse-kit", "&Tools", "Clearinghouse &Kit…"),
    ActionSpec("overdue", "&Tools", "What Is &Overdue"),
    ActionSpec("verify", "&Tools", "&Verify History", "", "history"),
    ActionSpec("help", "&Help", "&Help", "F1"),
    ActionSpec("keys", "&Help", "&Keyboard Shortcuts", "Ctrl+/"),
    ActionSpec("about", "&Help", "&About", "", "app", before=True),
)

# the order of the tool bar; None is a separator
TOOL_BAR = ("import", "install", None, "reissue", "transfer", None, "export")


def default_action(kind: str) -> str:
    """The action of Enter and a double click for this kind of thing; bold in its context menu."""
    return "open" if kind in OPENED else "details"


class WindowActions(QObject):
    """The window's actions by name, made from ACTIONS; enabled by the selection."""

    triggered = Signal(str)  # the name of the action

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kind = ""
        self._rows: Sequence[Row] = ()
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

    def __len__(self) -> int:
        return len(self._actions)

    def text_of(self, name: str) -> str:
        """An action's text without its access key."""
        return self._actions[name].iconText()

    def build(self, window: QMainWindow, search: QWidget, columns: Callable[[], QMenu]) -> None:
        """Make the menu bar and the tool bar; `columns` makes a new menu of the list's columns."""
        menus = {title: window.menuBar().addMenu(title) for title in MENUS}
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(icon(spec.icon))
            if spec.before:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self._actions[spec.name])
        # with a parent: a menu without one belongs to Python, which may delete it on any thread
        self._menu = QMenu(window)
        column_menu = QMenu(window)

        def fill() -> None:
            column_menu.clear()
            column_menu.addActions(columns().actions())

        column_menu.aboutToShow.connect(fill)
        self._actions["columns"].setMenu(column_menu)
        bar = QToolBar(window.tr("Main tool bar"))
        bar.setObjectName("bar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in TOOL_BAR:
            bar.addSeparator() if name is None else bar.addAction(self._actions[name])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(search)
        window.addToolBar(bar)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def follow(self, kind: str, rows: Sequence[Row]) -> None:
        """Enable the actions for the selected rows of a kind of things."""
        self._kind, self._rows = kind, rows
        for spec in ACTIONS:
            self._actions[spec.name].setEnabled(self._is_enabled(spec))

    def _is_enabled(self, spec: ActionSpec) -> bool:
        if not spec.needs:
            return True
        fits = self._kind in spec.needs or "any" in spec.needs
        count = len(self._rows)
        return (
            fits
            and count > 0
            and (spec.many or count == 1)
            and (spec.only is None or spec.only(self._rows[0]))
        )

    def context_menu(self) -> QMenu:
        """The menu of the actions that are enabled by the selection."""
        menu = self._menu
        menu.clear()
        menu.setDefaultAction(None)  # type: ignore[arg-type]
        for spec in ACTIONS:
            if (spec.needs or self._kind in spec.offered) and self._is_enabled(spec):
                menu.addAction(self._actions[spec.name])
                if spec.name == default_action(self._kind):
                    menu.setDefaultAction(self._actions[spec.name])
        return menu

    def run_default(self) -> None:
        """Trigger the default action, as Enter and a double click do."""
        action = self._actions[default_action(self._kind)]
        if action.isEnabled():
            action.trigger()
