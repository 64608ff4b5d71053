"""The classes that declare the SQL of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic

from tslic_admin.domain.catalogue.fields import Thing
from tslic_admin.domain.catalogue.kinds import ListKind, R

SHORTEST_PART = 3  # the trigram index finds parts of three characters and more
# In a list with several kinds of records, a row number is kind * KIND_STEP + the number of the record.
KIND_STEP = 1 << 40


_ALIAS = re.compile(r"\b([a-z]+)\.[a-z_]")


@dataclass(frozen=True)
class ListQuery(Generic[R]):
    """One list in SQL.

    `things`: alias of a table in `source` -> what its rows are; a field of the list's rows that `computed` does not
    name is the field of the first thing that has it, masked if it is secret. `computed`: field -> SQL; `scope`: field
    of the spec -> condition with one parameter.

    `core`: the one table whose rows are the list's rows, if `source` only joins columns to it. Counting and ordering
    read the core alone if condition and order name nothing else. `tie_breaker`: orders rows that the sort leaves
    equal. `by_number`: the condition that finds a row by its number, if the number is not a column.

    `group_condition`: a condition that chooses whole groups of rows; `group_scope` has the conditions that are put into
    it, by the field of the spec.
    """

    kind: ListKind[R]
    source: str
    number: str
    default_sort: str
    things: Mapping[str, Thing] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    core: str = ""
    live: str = "1"  # the condition of current rows
    with_ended: str = "1"  # the condition of all rows that were not voided, ended ones too
    counted: str = ""  # the condition of the rows that the tree counts
    with_voided: str = ""  # the condition of all rows, voided ones too; empty where it is `with_ended`
    search_columns: tuple[str, ...] = ()
    search_index: str | None = None  # a condition that finds parts by an index; used inside {found} if there
    sorts: Mapping[str, str] = field(default_factory=dict)
    tie_breaker: str = ""
    by_number: str = ""
    group_condition: str = ""
    group_scope: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(
        default_factory=dict
    )  # `recorded` and `effective` -> the day that is compared with a period
    columns: Mapping[str, str] = field(init=False)  # name -> SQL
    unmasked_columns: Mapping[str, str] = field(init=False)  # the same, with secrets

    def __post_init__(self) -> None:
        shown: dict[str, str] = {}
        secret: dict[str, str] = {}
        for name in self.kind.fields[1:]:  # without the number
            if name in self.computed:
                shown[name] = self.computed[name]
                continue
            column, is_secret = self._column(name)
            shown[name] = masked_column(column) if is_secret else column
            secret[name] = column
        object.__setattr__(self, "columns", shown)
        object.__setattr__(self, "unmasked_columns", shown | secret)

    @property
    def tree_count(self) -> str:
        """The SELECT that counts the rows for the tree."""
        source = self.core_for(self.counted) or self.source
        return f"SELECT count(*) FROM {source} WHERE {self.counted}"

    def core_for(self, conditions: str) -> str:
        """Return `core` if these conditions use no other table; otherwise an empty string."""
        core = {*_ALIAS.findall(self.core), self.core.rpartition(" ")[2]}
        return self.core if set(_ALIAS.findall(conditions)) <= core else ""

    def _column(self, name: str) -> tuple[str, bool]:
        """The column that a field of a row is, and whether it is secret. Raises LookupError for an unknown field."""
        for alias, thing in self.things.items():
            for one in thing.fields:
                if one.attribute == name:
                    return f"{alias}.{one.name}", one.secret
        raise LookupError(f"{self.kind.name}: {name} is neither computed nor a field of a thing")


def masked_column(column: str) -> str:
    """A secret leaves the database masked to its last five characters."""
    return f"CASE WHEN length({column}) > 0 THEN '…' || substr({column}, -5) END"


def searched_columns(alias: str, thing: Thing) -> tuple[str, ...]:
    """The columns of a table that a search looks into."""
    return tuple(f"{alias}.{name}" for name in thing.searched)
