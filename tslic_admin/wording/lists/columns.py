"""The columns of a list: heading, cell, and how the window shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Generic

from tslic_admin.domain.catalogue.fields import Field, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.wording.fields import FIELD_LABELS, coded_value_text
from tslic_admin.wording.values import day_text, time_text, zoned_text

Cell = str | int | None


class CellKind(Enum):
    """The data type of the cells of a column, for file formats that distinguish types."""

    WORDS = "words"  # and numbers, where a cell is one
    COUNT = "count"  # a number whose digits the window groups
    ID = "id"  # an identifier: text, although it may look like a number
    DAY = "day"  # an ISO day in local time, or a word such as *Never*
    TIME = "time"  # an ISO day and time in local time


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column of a list.

    `key`: a field of the list's rows, or a name of its own for a composed cell. `show`: a row's cell. The rest is for
    the window: `width` in characters, `hidden` at a first start, `right`: aligned right; `icon`: of a row, the name of
    one of :/icons; `tip`: a row's tooltip; `window_format`: of a count, which then is empty where it is 0.
    """

    key: str
    title: str
    show: Callable[[R], Cell]
    cell_kind: CellKind = CellKind.WORDS
    width: int = 14
    hidden: bool = False
    right: bool = False
    icon: Callable[[R], str | None] | None = None
    tip: Callable[[R], str] | None = None
    window_format: str = ""


AnyColumn = Column[Any]
"""A column of any list: for code that does not know the row type."""
Icon = Callable[[Any], str | None]
"""The name of a row's icon."""


def count_cell(value: int | None) -> Cell:
    """A number of licenses; 4294967295 is Unlimited."""
    return "Unlimited" if value == UNLIMITED else value


def count_column(key: str, title: str, *, width: int = 9) -> AnyColumn:
    """A column of numbers of licenses or of other things."""
    return Column(
        key, title, lambda row: count_cell(getattr(row, key)), CellKind.COUNT, width=width, right=True
    )


SHORTAGE_COLUMN: AnyColumn = replace(
    count_column("shortage", "Shortage", width=8),
    icon=lambda row: "warning" if row.shortage else None,
    window_format="{} short",
)


def field_columns(thing: Thing, *names: str, hidden: bool = False) -> tuple[AnyColumn, ...]:
    """The columns of several fields, as the catalogue declares them."""
    return tuple(field_column(thing, name, hidden=hidden) for name in names)


def field_column(
    thing: Thing,
    name: str,
    title: str | None = None,
    *,
    width: int | None = None,
    hidden: bool = False,
    icon: Icon | None = None,
) -> AnyColumn:
    """The column of a field of the catalogue: its label, its values in words. `title`: instead of the label."""
    field = thing.field(name)
    label = title or FIELD_LABELS.get(field.public_name, field.public_name)
    column = replace(_column(field, label), hidden=hidden, icon=icon)
    return column if width is None else replace(column, width=width)


def _column(field: Field, title: str) -> AnyColumn:
    key = field.attribute
    match field.kind:
        case ValueKind.COUNT:
            return count_column(key, title)
        case ValueKind.DATE:
            return Column(
                key,
                title,
                lambda row: day_text(getattr(row, key)),
                CellKind.DAY,
                width=10,
                tip=lambda row: zoned_text(getattr(row, key)),
            )
        case ValueKind.MOMENT:
            return Column(
                key,
                title,
                lambda row: time_text(getattr(row, key)),
                CellKind.TIME,
                width=16,
                tip=lambda row: zoned_text(getattr(row, key)),
            )
        case ValueKind.DAY:
            return Column(key, title, lambda row: getattr(row, key), CellKind.DAY, width=11)
        case ValueKind.CODE:
            return Column(key, title, lambda row: coded_value_text(field.public_name, getattr(row, key)))
        case ValueKind.ID:
            return Column(key, title, lambda row: getattr(row, key), CellKind.ID)
        case _:
            return Column(key, title, lambda row: getattr(row, key))
