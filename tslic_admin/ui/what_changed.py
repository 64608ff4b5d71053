"""What Changed: the differences between snapshots, of the selected server or entry, as a list in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.tree import Place

if TYPE_CHECKING:
    from tslic_admin.ui.main_window import MainWindow

NOT_CHOSEN = "Select a server, or an entry of the issuance history that is an import, to see what it changed."


def show_changes(window: MainWindow) -> None:
    """Show the list of an import or of a server's imports; say what to select where nothing can be meant."""
    kind, selected = window.selected()
    rows: list[Any] = list(selected)
    if kind == "entry" and len(rows) == 1:
        window.panel.show_changes(
            ListSpec("changes", record_id=rows[0].number), f"What changed by entry {rows[0].number}"
        )
        return
    server = rows[0].number if kind == "server" and len(rows) == 1 else window.server_here()
    if server is None:
        from tslic_admin.ui.commands import say

        say(window, "What Changed", NOT_CHOSEN)
        return
    name = window.title_of(Place("server", server))
    window.panel.show_changes(ListSpec("changes", server_id=server), f"What changed on {name}")
