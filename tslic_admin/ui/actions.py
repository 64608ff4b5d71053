"""Every action of the window, as a table: its menu, its keys, its icon, and what it can be done with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tslic_admin.domain.voids import VOIDABLE


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`needs`: kinds of the selected things it is for (empty: always); `many`: for several at once.

    `only`: of those, the rows that it is for, by kind. `offered`: kinds whose context menu has what is always there. `bar`: stands in the tool bar. `before`: a separator goes before it in its menu.
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
    only: Callable[[str, Any], bool] | None = None
    offered: frozenset[str] = frozenset()


def _of(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


def _voidable(kind: str, row: Any) -> bool:
    """What *Void…* is for (rule 4.8); of other things the act that brought them is voided, in the history."""
    match kind:
        case "transfer":
            return row.voided_by is None
        case "request":
            return row.state in ("recorded", "installed")
        case "pack":
            by_hand = row.origin == "original" and row.first_seen_at is None
            return row.voided_by is None and (by_hand or row.origin == "reissue")
        case "license":
            return row.voided_by is None and bool(row.by_hand)
        case _:
            return row.voided_by is None and row.kind in VOIDABLE


def _given_up(kind: str, row: Any) -> bool:
    """What a license on an old client is left over from (rule 4.9)."""
    return row.removal is not None and (kind == "license" or row.voided_by is None)


MENUS = ("&File", "&Edit", "&View", "&Action", "&Tools", "&Help")

ACTIONS = (
    ActionSpec("import", "&File", "&Import…", "Ctrl+I", "import", bar=True),
    ActionSpec("export", "&File", "&Export…", "Ctrl+E", "export", bar=True),
    ActionSpec("print", "&File", "&Print…", "Ctrl+P", "print", before=True),
    ActionSpec("print-preview", "&File", "Print Pre&view…", "Ctrl+Shift+P"),
    ActionSpec("save-pdf", "&File", "Save as P&DF…"),
    ActionSpec("sample", "&File", "Open the &Sample", before=True),
    ActionSpec("quit", "&File", "&Quit", "Ctrl+Q", before=True),
    ActionSpec("copy", "&Edit", "&Copy", "Ctrl+C", "copy", _of("any"), many=True),
    ActionSpec("copy-headers", "&Edit", "Copy with &Headers", "Ctrl+Shift+C", "", _of("any"), many=True),
    ActionSpec("select-all", "&Edit", "Select &All", "Ctrl+A"),
    ActionSpec("search", "&Edit", "&Search", "Ctrl+F", "search", before=True),
    ActionSpec("filter", "&Edit", "&Filter This List", "Ctrl+Shift+F", "filter"),
    ActionSpec("clear-filter", "&Edit", "C&lear Filter"),
    ActionSpec("refresh", "&View", "&Refresh", "F5", "refresh"),
    ActionSpec("columns", "&View", "&Columns", "", "columns"),
    ActionSpec("ended", "&View", "Show &Ended", "Ctrl+Shift+E", "ended", checkable=True),
    ActionSpec("reset-layout", "&View", "Reset &Layout", before=True),
    ActionSpec(
        "open", "&Action", "&Open", "Ctrl+O", "", _of("server", "pack", "request", "found", "due", "change")
    ),
    ActionSpec("details", "&Action", "Show &Details", "Ctrl+D", "", _of("any")),
    ActionSpec("install", "&Action", "Record &Installed Licenses…", "Ctrl+L", "install", bar=True),
    ActionSpec("reissue", "&Action", "Record &Phone Reissue…", "Ctrl+R", "reissue", bar=True),
    ActionSpec(
        "collect", "&Action", "&Add to Reissue Request…", "Ctrl+Shift+R", "", _of("license"), many=True
    ),
    ActionSpec("transfer", "&Action", "&Mark Transfer…", "Ctrl+T", "transfer", _of("license"), bar=True),
    ActionSpec("add-license", "&Action", "Add Issued Li&cense…", "", "license", before=True),
    ActionSpec("link-transfer", "&Action", "Lin&k Transfer to License…", "", "", _of("transfer")),
    ActionSpec(
        "removal-kit",
        "&Action",
        "Removal Ki&t…",
        "",
        "",
        _of("transfer", "license"),
        before=True,
        only=_given_up,
    ),
    ActionSpec(
        "record-removal",
        "&Action",
        "R&ecord Removal…",
        "",
        "",
        _of("transfer", "license"),
        only=_given_up,
    ),
    ActionSpec(
        "void",
        "&Action",
        "&Void…",
        "Del",
        "void",
        _of("transfer", "request", "pack", "license", "entry"),
        only=_voidable,
    ),
    ActionSpec("changes", "&Action", "What Chan&ged", before=True, offered=_of("server", "entry")),
    ActionSpec("rebuilt", "&Action", "Server Was Re&built…", "", "", _of("server")),
    ActionSpec("moved", "&Action", "Key Pack &Was Moved…", "", "", _of("pack")),
    ActionSpec("add-server", "&Action", "Add &Server…", "", "server"),
    ActionSpec("properties", "&Action", "P&roperties…", "Alt+Return", "", _of("server", "pack", "request")),
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

# The order of the tool bar; None is a gap.
BAR = ("import", "install", None, "reissue", "transfer", None, "export")


def default_action(kind: str) -> str:
    """What Enter and a double click do with a thing of this kind; bold in its context menu."""
    return "open" if kind in ("server", "pack", "request", "found", "due", "change") else "details"
