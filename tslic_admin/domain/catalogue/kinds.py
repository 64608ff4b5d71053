"""What a list is known by: its name, the kind of its records, and the type of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    """A row of any list; `number` identifies it within its list."""

    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class ListKind(Generic[R]):
    """One list.

    `name`: in files, settings and on the command line. `row`: the named tuple of its rows. `record_kind`: the kind of
    record that a row is; it decides which actions are offered. `main`: the list that has every record of that kind.
    `has_secrets`: its exported rows contain masked values.
    """

    name: str
    row: type[R]
    record_kind: str
    main: bool = True
    has_secrets: bool = False

    def __str__(self) -> str:
        return self.name
