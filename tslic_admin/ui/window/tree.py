"""The tree on the left: servers with their key packs, and the lists of records with their counts."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.records.due import DEFAULT_WITHIN_DAYS
from tslic_admin.services.lists import ListSpec, Tree
from tslic_admin.ui.widgets import icons
from tslic_admin.wording.lists.all_lists import LIST_WORDS
from tslic_admin.wording.lists.key_packs import pack_icon
from tslic_admin.wording.lists.servers import activation_icon
from tslic_admin.wording.values import ACTIVATIONS, code_text, short_version_and_type

PLACE_ROLE = Qt.ItemDataRole.UserRole


class Place(NamedTuple):
    """A place of the tree: `servers`, a `server` or `pack` with its number, or the kind of a list of records."""

    kind: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.kind}/{self.number}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        kind, _, number = text.partition("/")
        return cls(kind, int(number)) if number.isdecimal() else None

    def spec(self, *, ended: bool = False, search: str = "") -> ListSpec[Row]:
        """The list of this place."""
        if self.kind == "server":
            return ListSpec(PACKS, server_id=self.number, ended=ended, voided=ended, search=search)
        if self.kind == "pack":
            return ListSpec(LICENSES, pack_id=self.number, ended=ended, voided=ended, search=search)
        kind = LIST_WORDS[self.kind].kind
        within = DEFAULT_WITHIN_DAYS if kind is DUE else None
        return ListSpec(kind, within=within, ended=ended, voided=ended, search=search)


ALL_SERVERS = Place(SERVERS.name)
DUE_PLACE = Place(DUE.name)


class PlacesTree(QTreeWidget):
    """A refresh keeps the selected place and the expanded items."""

    chosen = Signal(object)  # Place
    opened = Signal(object)  # Place, by Enter or double click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Servers and records")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, self.header().ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, self.header().ResizeMode.ResizeToContents)
        self.setUniformRowHeights(True)
        self._items: dict[Place, QTreeWidgetItem] = {}
        self._filling = False
        self._all = self._item(self, ALL_SERVERS, "All servers", "", "server")
        records = QTreeWidgetItem(self, ["Records", ""])
        records.setFlags(records.flags() & ~Qt.ItemFlag.ItemIsSelectable)
        for name, words in LIST_WORDS.items():
            if words.tree is not None:
                self._item(records, Place(name), words.tree.text, "", words.tree.icon)
        self._all.setExpanded(True)
        records.setExpanded(True)
        self.currentItemChanged.connect(self._current_changed)
        self.itemActivated.connect(self._activated)

    def _item(
        self, parent: QTreeWidget | QTreeWidgetItem, place: Place, text: str, count: str, icon: str
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [text, count])
        item.setIcon(0, icons.icon(icon))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, PLACE_ROLE, str(place))
        self._items[place] = item
        return item

    @property
    def place(self) -> Place | None:
        item = self.currentItem()
        return Place.read(item.data(0, PLACE_ROLE) or "") if item is not None else None

    def has(self, place: Place) -> bool:
        return place in self._items

    def go_to(self, place: Place) -> bool:
        """Select a place, as a click does; False where it does not exist (any more)."""
        item = self._items.get(place)
        if item is None:
            return False
        self.setCurrentItem(item)
        return True

    def first_server(self) -> Place | None:
        item = self._all.child(0)
        return Place.read(item.data(0, PLACE_ROLE)) if item is not None else None

    def show_tree(self, tree: Tree) -> None:
        """Show the current servers, key packs and counts."""
        place, expanded = self.place, {p for p, item in self._items.items() if item.isExpanded()}
        existing = set(self._items)
        self._filling = True
        self._all.takeChildren()
        for old in [p for p in self._items if p.kind in ("server", "pack")]:
            del self._items[old]
        servers = {}
        for server in tree.servers:
            here = Place("server", server.number)
            state = code_text(ACTIVATIONS, server.activation) or "Activation not known"
            item = self._item(self._all, here, server.name, "", activation_icon(server.activation))
            if server.shortage:
                item.setText(1, f"{server.shortage} short")
            item.setToolTip(0, f"{server.name}: {state}")
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{server.name}, {state}")
            servers[server.number] = item
        for pack in tree.packs:
            text = short_version_and_type(pack.product_version_id, pack.product_type, pack.key_pack_type)
            number = str(pack.keypack_id) if pack.keypack_id is not None else f"#{pack.number}"
            self._item(servers[pack.server_id], Place("pack", pack.number), text, number, pack_icon(pack))
        self._items[DUE_PLACE].setIcon(0, icons.icon("warning" if tree.overdue else "temporary"))
        for name, count in tree.counts.items():
            self._items[Place(name)].setText(1, str(count) if count else "")
        for here, item in self._items.items():
            # a new server is expanded while there are few servers
            new = here.kind == "server" and here not in existing and len(servers) <= 8
            item.setExpanded(here in expanded or new)
        self._filling = False
        if place is not None and place in self._items:
            self._filling = True
            self.setCurrentItem(self._items[place])
            self._filling = False
        elif place is not None:
            self.setCurrentItem(self._all)

    def _current_changed(self) -> None:
        if not self._filling and (place := self.place) is not None:
            self.chosen.emit(place)

    def _activated(self, item: QTreeWidgetItem) -> None:
        place = Place.read(item.data(0, PLACE_ROLE) or "")
        if place is not None:
            self.opened.emit(place)
