"""What all comparisons of an import share: a server's list and key packs, counts and watched licenses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, NewRow, RowNumbers
from tslic_admin.db.history.recording import Value
from tslic_admin.db.schema.tables import KeyPackRow, Recorded, ServerRow
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.clocks import day_of, is_same_expiry
from tslic_admin.domain.history.differences import DifferenceKind, classify_difference
from tslic_admin.domain.licenses.issuances import IssuedLicense
from tslic_admin.domain.licenses.packs import ClosedWhy
from tslic_admin.domain.names import account_name, label_of
from tslic_admin.domain.records.evidence import hardware_digits
from tslic_admin.services.importing.results import DifferencePreview, LinkQuestion
from tslic_admin.services.lookup import live_packs, name_of_pack
from tslic_admin.services.sealing import FieldChanges


class ServerPacks:
    """The key packs of a server, recorded and new.

    `by_keypack_id`: the recorded pack that a Keypack ID means now: an open one, else one that vanished or was moved
    away. Packs from before a rebuild are left out: the server numbers its packs anew. `licensed`: (file, Keypack ID)
    of the licenses in the files. `contradicted`: by Keypack ID, the field in which a pack recorded by hand differs
    from the listed one. `vanished`, `merged`: in this import; `merged` has the recorded pack by the listed one.
    """

    def __init__(self, session: Session, server: int, licensed: set[tuple[int, int]] | None = None) -> None:
        self._session = session
        row = session.get(ServerRow, server)
        rebuilt = row.rebuilt_on if row is not None else None
        rows = session.scalars(
            select(KeyPackRow)
            .where(
                KeyPackRow.server_id == server,
                KeyPackRow.keypack_id.is_not(None),
                or_(KeyPackRow.closed_on.is_(None), KeyPackRow.closed_why != ClosedWhy.REBUILT),
                *live_packs(),
            )
            .order_by(KeyPackRow.closed_on.is_(None), KeyPackRow.id)  # an open one takes the number
        )
        self.by_keypack_id: dict[int, KeyPackRow] = {
            row.keypack_id: row
            for row in rows
            if row.keypack_id is not None
            and (row.closed_why != ClosedWhy.MOVED or rebuilt is None or str(row.closed_on) > rebuilt)
        }
        self.new: dict[int, NewRow] = {}
        self.contradicted: dict[int, str] = {}
        self.licensed = licensed or set()
        self.vanished: list[KeyPackRow] = []
        self.merged: dict[int, int] = {}
        self._reopened: set[int] = set()

    def by_number(self) -> dict[int, KeyPackRow]:
        """The packs, recorded or new, by their numbers in the store."""
        new = (KeyPackRow(**one.values) for one in self.new.values())
        return {pack.id: pack for pack in (*self.by_keypack_id.values(), *new)}

    def number(self, keypack_id: int) -> int | None:
        pack = self.by_keypack_id.get(keypack_id)
        if pack is not None:
            return pack.id
        new = self.new.get(keypack_id)
        return None if new is None else int(new.values["id"] or 0)

    def is_open(self, pack: KeyPackRow) -> bool:
        return (pack.closed_on is None or pack.id in self._reopened) and pack not in self.vanished

    def open(self) -> list[KeyPackRow]:
        return [pack for pack in self.by_keypack_id.values() if self.is_open(pack)]

    def open_and_seen(self) -> list[KeyPackRow]:
        """The open packs that a list of this server showed before: only these can vanish."""
        return [pack for pack in self.open() if pack.first_seen_at]

    def reopen(self, pack: KeyPackRow) -> bool:
        """Open a listed pack again if it had vanished; whether it had."""
        if self.is_open(pack) or pack.closed_why != ClosedWhy.VANISHED:
            return False
        self._reopened.add(pack.id)
        return True

    def moved_to(self, keypack_id: int) -> dict[str, object] | None:
        """The facts of a pack of this Keypack ID that was moved: where to and when; None if it was not moved."""
        pack = self.by_keypack_id.get(keypack_id)
        if pack is None or pack.closed_why != ClosedWhy.MOVED:
            return None
        target = self._session.scalars(
            select(KeyPackRow).where(KeyPackRow.moved_from_id == pack.id, *live_packs())
        ).first()
        to = name_of_pack(self._session, target) if target is not None else ""
        return {"pack": name_of_pack(self._session, pack), "to": to, "on": pack.closed_on}


@dataclass
class Counts:
    """How many rows of a list are new, changed or unchanged, and what follows from it for other records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    linked: int = 0
    ambiguous: int = 0
    change_counts: Counter[DifferenceKind] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """Rows that were not refused."""
        return self.new + self.changed + self.unchanged


class WatchedLicense(NamedTuple):
    """A license of a watched computer or user, as it is after the import; `new`: no list showed it before."""

    number: int
    server: int
    pack: int
    license_id: int
    new: bool
    on: str  # the day on which it was seen
    listed: IssuedLicense


class Watch:
    """Collects the licenses of some computers and users while the lists are compared.

    They are chosen by the label of a computer, the digits of a hardware ID or the name of a user.
    """

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.digits: set[str] = set()
        self.users: set[str] = set()
        self.licenses: list[WatchedLicense] = []

    def __bool__(self) -> bool:
        return bool(self.labels or self.digits or self.users)

    def matches(self, license_: IssuedLicense) -> bool:
        computer, user = license_.computer, license_.user
        return (
            (computer is not None and label_of(computer) in self.labels)
            or (bool(self.digits) and hardware_digits(license_.hardware_id) in self.digits)
            or (bool(self.users) and user is not None and account_name(user) in self.users)
        )


@dataclass(frozen=True)
class ListComparison:
    """The comparison of one list of one server with the records, and its results so far.

    `complete`: what the list does not contain is not on the server. `readable`: every row of its file could be read.
    `new_server`: the row of a server that this import creates; it is written before its first difference.
    """

    session: Session
    numbers: RowNumbers
    subject: str
    server: int
    name: str
    new_server: NewRow | None
    taken_at: str
    packs: ServerPacks
    watch: Watch
    refuse: Callable[[StagedRefusal], None]
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by LinkQuestion.key
    complete: bool = False
    readable: bool = True
    counts: Counts = field(default_factory=Counts)
    questions: list[LinkQuestion] = field(default_factory=list)
    preview: DifferencePreview = field(default_factory=DifferencePreview)

    @property
    def day(self) -> str:
        """The local day on which it was taken."""
        return str(day_of(self.taken_at))

    def changed(self, table: type[Recorded], number: int, fields: FieldChanges, reference: str) -> ChangedRow:
        """The change of a recorded row, counted by the kinds of its differences."""
        difference = ChangedRow(table, number, fields, reference)
        for attribute, (before, after) in fields.items():
            name = classify_difference(table.KIND, table.RECORDED.get(attribute, ""), before, after)
            if name is not None:
                self.counts.change_counts[name] += 1
        return difference


# The accepted lists of one subject and server, by the numbers of their files: parts of one snapshot.
ListComparisons = Mapping[int, ListComparison]


def differing_fields(row: Recorded, values: dict[str, Value]) -> FieldChanges:
    """The fields in which listed values differ from a recorded row. An empty cell is no difference."""
    return {
        name: (getattr(row, name), value)
        for name, value in values.items()
        if value is not None and getattr(row, name) != value and not is_same_expiry(getattr(row, name), value)
    }


@dataclass(frozen=True)
class ComparedLists:
    """The lists of a subject after their comparison; their differences may not be written yet, or never (preview).

    New and changed rows are therefore not in the tables: `packs` has the key packs by server, `watch` the licenses
    of the watched computers. Each difference is counted with the list that it came from.
    """

    session: Session
    numbers: RowNumbers
    lists: tuple[ListComparison, ...]  # those that were not refused, in the order in which they were compared
    packs: dict[int, ServerPacks]
    watch: Watch
