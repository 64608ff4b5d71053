"""The classes that declare how users see a list.

A new list needs: a ListKind and a named tuple of its rows (domain/catalogue); its query, named in LIST_QUERIES
(db/lists); its ListWords, named in LIST_WORDS (here). For the console also a command (console/lists.py, and
COMMAND_TABLE). The tests of db/lists have a plain model of each list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

from tslic_admin.domain.catalogue.kinds import ListKind, R
from tslic_admin.wording.lists.columns import Column, Icon
from tslic_admin.wording.lists.machine import MachineForm


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A list's own place in the tree: its text and the name of its icon."""

    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list that users can export by name. `title`: the text in the export dialog. `sort`, `ended`: which rows, in which order."""

    title: str
    sort: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class ConsoleTable:
    """How the console shows a list. `columns`: keys of columns. `nothing`: the text shown if the list is empty."""

    columns: tuple[str, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class ListWords(Generic[R]):
    """How users see a list: in the window, on the console and in files.

    `columns`: in the order of the window; `first_in_files`: the keys of those that files begin with. `noun`: one row,
    several rows. `sort`: the key of the column of the first order, and whether it is descending. `empty`: the text in
    the place of an empty list; `steps`: the names of the actions offered there. `has_ended`: *Ended* is offered; without it, `with_ended` of the query is `live`.
    `tree`: None if it has no place of its own in the tree; the number there is `counted` of the query. `whole`, `console`, `machine`: None if a user cannot
    export it by name, list it on the console, write it for programs.
    """

    kind: ListKind[R]
    title: str
    noun: tuple[str, str]
    columns: tuple[Column[R], ...]
    sort: tuple[str, bool]
    empty: str
    steps: tuple[str, ...] = ()
    first_in_files: tuple[str, ...] = ()
    has_ended: bool = True
    tree: TreeEntry | None = None
    whole: WholeList | None = None
    console: ConsoleTable | None = None
    machine: MachineForm[R] | None = None

    def column(self, key: str) -> Column[R]:
        """Raises KeyError."""
        return {column.key: column for column in self.columns}[key]

    def file_columns(self, *keys: str) -> tuple[Column[R], ...]:
        """The columns with these keys; all columns in the order of files if no key is given."""
        if not keys:
            keys = (
                *self.first_in_files,
                *(column.key for column in self.columns if column.key not in self.first_in_files),
            )
        return tuple(self.column(key) for key in keys)


AnyWords = ListWords[Any]
"""The declaration of any list: for code that does not know the row type."""


def icon_unless_voided(name: str) -> Icon:
    """The icon of a record by its name, or *void* for a voided one."""
    return lambda row: name if row.voided_by is None else "void"
