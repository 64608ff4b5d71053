"""The identity of a list: its name, the kind of its records, and the type of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast


class Row(Protocol):
    """A row of any list: a named tuple. `number` identifies it within its list."""

    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


@dataclass(frozen=True, slots=True)
class ListKind(Generic[R_co]):
    """One list.

    `name`: in files, settings and on the command line. `row`: the named tuple of its rows. `record_kind`: the kind of
    record that a row is; it decides, with the type of the row, which actions are offered. `main`: the list that has every record of that kind.
    `has_secrets`: its exported rows contain masked values.
    """

    name: str
    row: type[R_co]
    record_kind: str
    main: bool = True
    has_secrets: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of its rows, the number first."""
        return cast("tuple[str, ...]", cast("Any", self.row)._fields)

    @property
    def make(self) -> Callable[[Iterable[Any]], R_co]:
        """Make a row of the values of its fields."""
        return cast("Callable[[Iterable[Any]], R_co]", cast("Any", self.row)._make)

    def __str__(self) -> str:
        return self.name
