"""What comparing the lists of a server with what is known of it needs, whatever they list (rule 4.5).

Rows come in the order of the server's keys and so does what is known: a million of each are walked through
side by side. What differs is yielded; nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Changed, New
from tslic_admin.db.recording import Value
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.clocks import day_of, same_end
from tslic_admin.domain.differences import Called, called
from tslic_admin.domain.evidence import hardware_digits
from tslic_admin.domain.names import account_name, label_of
from tslic_admin.services.import_results import LinkQuestion
from tslic_admin.services.import_told import Telling
from tslic_admin.services.server_packs import ServerPacks

Fields = dict[str, tuple[Value, Value]]
Rows = Iterator[tuple[Any, ...]]


@dataclass
class Counts:
    """Of the rows of a list, and of what it shows to be gone or to belong together."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    linked: int = 0
    ambiguous: int = 0
    called: Counter[Called] = field(default_factory=Counter)

    @property
    def taken(self) -> int:
        """Rows that were not refused."""
        return self.new + self.changed + self.unchanged


class Numbers:
    """Hands out the numbers that new rows will have."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[type[Any], int] = {}

    def next(self, table: type[Any]) -> int:
        if table not in self._last:
            self._last[table] = self._session.scalar(select(func.max(table.id))) or 0
        self._last[table] += 1
        return self._last[table]


class Noted(NamedTuple):
    """A license of a watched computer, as it stands after the import; `new`: no list showed it before."""

    number: int
    server: int
    pack: int
    license_id: int
    new: bool
    on: str  # the day on which it was seen
    user: str | None
    computer: str | None
    status: int | None
    issued_at: str | None
    expires_at: str | None
    hardware_id: str | None


class Watch:
    """Whose licenses are noted while the lists are walked through: by label, digits of a hardware ID or user."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.digits: set[str] = set()
        self.users: set[str] = set()
        self.noted: list[Noted] = []

    def __bool__(self) -> bool:
        return bool(self.labels or self.digits or self.users)

    def wants(self, computer: str | None, hardware_id: str | None, user: str | None) -> bool:
        return (
            (computer is not None and label_of(computer) in self.labels)
            or (bool(self.digits) and hardware_digits(hardware_id) in self.digits)
            or (bool(self.users) and user is not None and account_name(user) in self.users)
        )


@dataclass(frozen=True)
class ListOf:
    """One list of one server: what is needed to compare it.

    `complete`: it is all there was. `readable`: every row of its file could be read, so that what is not in
    it is not on the server either.
    """

    session: Session
    numbers: Numbers
    subject: str
    server: int
    name: str
    new_server: New | None  # first named by this import: its row is to be written with the first difference
    taken_at: str
    packs: ServerPacks
    watch: Watch
    refuse: Callable[[StagedRefusal], None]
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by LinkQuestion.key
    complete: bool = False
    readable: bool = True
    counts: Counts = field(default_factory=Counts)
    asked: list[LinkQuestion] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)

    @property
    def day(self) -> str:
        """The local day on which it was taken."""
        return str(day_of(self.taken_at))

    def changed(self, table: type[Any], number: int, fields: Fields, reference: str) -> Changed:
        """A difference of something known, counted by what it is called."""
        difference = Changed(table, number, fields, reference)
        for attribute, (before, after) in fields.items():
            name = called(table.KIND, table.RECORDED.get(attribute, ""), before, after)
            if name is not None:
                self.counts.called[name] += 1
        return difference


# The lists of one subject and server that are taken, by the numbers of their files: parts of one snapshot.
Lists = Mapping[int, ListOf]


def differing(row: Any, values: dict[str, Value]) -> Fields:
    """What a file says otherwise; an empty cell says nothing."""
    return {
        name: (getattr(row, name), value)
        for name, value in values.items()
        if value is not None and getattr(row, name) != value and not same_end(getattr(row, name), value)
    }
