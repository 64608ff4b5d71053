"""The classes that declare a thing and its fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ValueKind(Enum):
    """The data type of a field."""

    TEXT = "text"
    ID = "id"  # an identifier: compared and shown, never used in a calculation
    NUMBER = "number"
    COUNT = "count"  # of licenses; 4294967295 is Unlimited
    CODE = "code"  # one of a fixed set, as a number or a word
    FLAG = "flag"  # 0 or 1
    DAY = "day"  # ISO, local
    DATE = "date"  # a moment, ISO in UTC; users see only its local day
    MOMENT = "moment"  # ISO, UTC
    RECORD = "record"  # the number of another record of the store


class Source(Enum):
    """Where the values of a field come from."""

    LISTED = "listed"  # an imported list or a piece of evidence
    RECORDED = "recorded"  # a person, or the program itself


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a thing.

    `name`: of the column in the store, and the attribute of rows. `public_name`: its name in files and in the history.
    `list_name`: its attribute in rows of lists, if that is another one. `searched`: a search looks into it.
    `exported`: machine-readable files have it.
    """

    name: str
    public_name: str
    kind: ValueKind = ValueKind.TEXT
    source: Source = Source.RECORDED
    secret: bool = False
    searched: bool = False
    exported: bool = True
    list_name: str = ""

    @property
    def attribute(self) -> str:
        """The name of the field in the rows of lists."""
        return self.list_name or self.name


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that the history records; `kind`: its name in event lines."""

    kind: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError."""
        return {field.name: field for field in self.fields}[name]

    @property
    def properties(self) -> dict[str, str]:
        """The public names by the names in the store. The public names are used in files and in the history."""
        return {field.name: field.public_name for field in self.fields}

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the fields whose values are masked."""
        return frozenset(field.name for field in self.fields if field.secret)

    @property
    def listed(self) -> tuple[str, ...]:
        """The names of the fields whose values come from imported files."""
        return tuple(field.name for field in self.fields if field.source is Source.LISTED)

    @property
    def searched(self) -> tuple[str, ...]:
        """The names of the fields that a search looks into."""
        return tuple(field.name for field in self.fields if field.searched)

    def exported(self, source: Source) -> dict[str, str]:
        """Map public names to attributes of list rows, for the exported fields of one source."""
        return {
            field.public_name: field.attribute
            for field in self.fields
            if field.exported and field.source is source
        }
