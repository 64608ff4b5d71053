"""How a list is defined in SQL (ListKind), and how a caller asks for one: its filter and order (ListSpec)."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHORTEST_PART = 3  # the trigram index finds parts of three characters and more
# a list over several kinds of things numbers its rows by kind and the thing's own number in one integer
KIND_STEP = 1 << 40


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list that a caller asks for: which rows, in which order. `search`: a part of a name, number or text, case ignored.

    `ended`: also rows that are no longer current. `voided`: with `ended`, also rows that were voided.

    `reveal`: secrets unmasked; such a list leaves the program only with a history entry *reveal*.
    """

    kind: str
    server_id: int | None = None
    pack_id: int | None = None
    record_id: int | None = None
    keypack_id: int | None = None
    request_id: int | None = None
    within: int | None = None  # days ahead
    overdue: bool | None = None
    status: int | None = None
    ended: bool = False
    voided: bool = False
    search: str = ""
    sort: str = ""
    descending: bool = False
    since: str | None = None  # first and last day of a period, ISO
    until: str | None = None
    by: str = "recorded"  # or effective: which of its two days puts a thing into the period
    reveal: bool = False


@dataclass(frozen=True)
class ListKind:
    """One list. `columns`: name -> SQL; `scope`: field of the spec -> condition with one parameter.

    `core`: the one table whose rows are the list's rows, if `source` only joins columns to it. Counting and ordering
    read the core alone if condition and order name nothing else. `tie_breaker`: orders rows that the sort leaves
    equal. `by_number`: the condition that finds a row by its number, if the number is not a column.

    `group_condition`: a condition that chooses whole groups of rows; `group_scope` has the conditions that are put into
    it, by the field of the spec.
    """

    name: str
    source: str
    number: str
    columns: Mapping[str, str]
    default_sort: str
    scope: Mapping[str, str] = field(default_factory=dict)
    core: str = ""
    live: str = "1"  # the condition of current rows
    with_ended: str = "1"  # the condition of all rows that were not voided, ended ones too
    with_voided: str = ""  # the condition of all rows, voided ones too; empty where it is `with_ended`
    search_columns: tuple[str, ...] = ()
    search_index: str | None = None  # a condition that finds parts by an index; used inside {found} if there
    sorts: Mapping[str, str] = field(default_factory=dict)
    tie_breaker: str = ""
    by_number: str = ""
    group_condition: str = ""
    group_scope: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)  # recorded, effective: the day that a period is of
    unmasked_columns: Mapping[str, str] = field(
        default_factory=dict
    )  # the masked columns by name -> SQL of the whole value

    def row_type(self) -> Any:
        return namedtuple(self.name.replace("-", "_"), ["number", *self.columns])  # noqa: PYI024 - made from the table above


def masked_column(column: str) -> str:
    """A secret leaves the database masked to its last five characters."""
    return f"CASE WHEN length({column}) > 0 THEN '…' || substr({column}, -5) END"
