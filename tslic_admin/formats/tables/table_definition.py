"""How a known table is defined: its columns, their headings, and how their cells are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tslic_admin.formats.tables.cells import date, text


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its field, the function that reads its cells, and its headings, the property's name first.

    `loose`: headings that stand for it only where the other headings identify the table. `fallbacks`: other
    fields from whose cells it can be read where it has no column of its own, and how they are read.
    """

    field: str
    read: Callable[[str], object]
    headings: tuple[str, ...]
    loose: tuple[str, ...] = ()
    fallbacks: tuple[tuple[str, Callable[[str], object]], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TableDefinition:
    """A kind of table that the readers know. `columns` have the order of the record's fields.

    `record` makes the record of a row. `keys`: fields without which no row can be told from another.
    `distinctive_fields`: fields that no other table has; `distinctive_required` of them identify the table.
    `one_required`: fields of which a table must have at least one. `evidence`: `record` gets the facts that were
    read, name and value, before the fields, and may return a list of records.
    """

    record: Callable[..., Any]
    columns: tuple[TableColumn, ...]
    keys: frozenset[str]
    distinctive_fields: frozenset[str]
    distinctive_required: int
    evidence: bool = False
    one_required: frozenset[str] = frozenset()


# The heading of this program's exports first; a blank cell there leaves it to the next. `Node` is wmic's, those
# with `_Name` or a trailing 0 are ConfigMgr's.
SERVER_FIELD = TableColumn(
    "server",
    text,
    ("Server", "PSComputerName", "__SERVER", "Node", "Netbios_Name", "Name0"),
    ("License Server", "Server Name"),
)
EXPIRES_AT_FIELD = TableColumn(
    "expires_at",
    date,
    ("ExpirationDate", "Expires On", "Expiry Date"),
    ("Expires", "Expiration", "Expiry", "Expiration Time", "Valid Until", "End Date"),
)
