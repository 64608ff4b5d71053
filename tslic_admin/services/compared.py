"""Compare the lists of a snapshot with what is known of its server, key by key (rule 4.5).

Rows come in the order of the server's keys and so does what is known: a million of each are walked through
side by side. What differs is yielded; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Changed, Difference, New
from tslic_admin.db.recording import Value
from tslic_admin.db.references import pack_reference
from tslic_admin.db.staging import COLUMNS, StagedRefusal
from tslic_admin.db.tables import KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses import real_hardware_id
from tslic_admin.domain.names import label_of
from tslic_admin.domain.packs import Origin, family
from tslic_admin.domain.reissues import RequestState
from tslic_admin.domain.transfers import TransferPolicy
from tslic_admin.services.acts import live_packs
from tslic_admin.services.import_results import LinkQuestion

Fields = dict[str, tuple[Value, Value]]


@dataclass
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    linked: int = 0
    ambiguous: int = 0

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
    """A license of a watched computer, as it stands after the import; `new`: this import made it."""

    number: int
    server: int
    pack: int
    license_id: int
    new: bool
    user: str | None
    computer: str | None
    status: int | None
    issued_at: str | None
    expires_at: str | None
    hardware_id: str | None


class Watch:
    """The computers whose licenses are noted while the lists are walked through, by label or real hardware ID."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.hardware: set[str] = set()
        self.noted: list[Noted] = []

    def __bool__(self) -> bool:
        return bool(self.labels or self.hardware)

    def wants(self, computer: str | None, hardware_id: str | None) -> bool:
        return (computer is not None and label_of(computer) in self.labels) or (
            real_hardware_id(hardware_id) in self.hardware
        )


class ServerPacks:
    """A server's open key packs by Keypack ID: those that are known, and those just made."""

    def __init__(self, session: Session, server: int) -> None:
        rows = session.scalars(
            select(KeyPackRow).where(
                KeyPackRow.server_id == server,
                KeyPackRow.keypack_id.is_not(None),
                KeyPackRow.closed_on.is_(None),
                *live_packs(),
            )
        )
        self.known: dict[Any, KeyPackRow] = {row.keypack_id: row for row in rows}
        self.new: dict[int, New] = {}
        self.doubted: dict[int, str] = {}  # recorded by hand otherwise than listed: the field that differs

    def number(self, keypack_id: int) -> int | None:
        pack = self.known.get(keypack_id)
        if pack is not None:
            return pack.id
        new = self.new.get(keypack_id)
        return None if new is None else int(new.values["id"] or 0)


@dataclass(frozen=True)
class ListOf:
    """One list of one server: what is needed to compare it."""

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
    counts: Counts = field(default_factory=Counts)
    asked: list[LinkQuestion] = field(default_factory=list)


def _differing(row: Any, values: dict[str, Value]) -> Fields:
    """What a file says otherwise; an empty cell says nothing."""
    return {
        name: (getattr(row, name), value)
        for name, value in values.items()
        if value is not None and getattr(row, name) != value
    }


def _contradicts(row: Any, values: dict[str, Value], names: tuple[str, ...]) -> str | None:
    """The first of these columns that both know and that differs."""
    for name in names:
        known, said = getattr(row, name), values[name]
        if name == "product_version_id" and row.first_seen_at is None:
            known, said = family(known), family(cast("int | None", said))  # as a reissue adopts its pack
        if known is not None and said is not None and known != said:
            return name
    return None


def another_server(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> StagedRefusal | None:
    """Whether a server's product ID is another than it was (rule 4.5)."""
    row = known.session.get(ServerRow, known.server)
    for _, product_id, *_ in rows:
        was = row.product_id if row is not None else None
        if was and product_id and was.casefold() != product_id.casefold():
            facts = {"server": known.name, "known": was, "said": product_id}
            return StagedRefusal(0, known.name, "server-rebuilt-product", facts)
    return None


def compare_servers(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSLicenseServer: one row."""
    for _, *cells in rows:
        values: dict[str, Value] = dict(zip(COLUMNS["servers"], cells, strict=True))
        if known.new_server is not None:
            known.counts.new += 1
            yield New(ServerRow, known.new_server.values | values, known.name)
            continue
        fields = _differing(known.session.get_one(ServerRow, known.server), values)
        known.counts.changed += bool(fields)
        known.counts.unchanged += not fields
        if fields:
            yield Changed(ServerRow, known.server, fields, known.name)


SEEN_IDENTITY = ("description", "product_type", "product_version_id")
BY_HAND_IDENTITY = ("product_type", "product_version_id", "total")


def another_product(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> StagedRefusal | None:
    """Whether a Keypack ID that the server listed before is another product's now (rule 4.5)."""
    for _, *cells in rows:
        values: dict[str, Value] = dict(zip(COLUMNS["key-packs"], cells, strict=True))
        row = known.packs.known.get(values["keypack_id"])
        if row is None or row.first_seen_at is None:
            continue
        wrong = _contradicts(row, values, SEEN_IDENTITY)
        if wrong:
            pack = pack_reference(known.name, row.keypack_id, row.id)
            facts = {"server": known.name, "pack": pack, "field": wrong}
            return StagedRefusal(0, known.name, "server-rebuilt", facts)
    return None


def compare_packs(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSLicenseKeyPack. One that was recorded by hand is the server's where nothing speaks against it."""
    for line, *cells in rows:
        values: dict[str, Value] = dict(zip(COLUMNS["key-packs"], cells, strict=True))
        keypack_id = int(values["keypack_id"] or 0)
        reference = pack_reference(known.name, keypack_id, 0)
        row = known.packs.known.get(keypack_id)
        if row is None:
            yield _new_pack(known, keypack_id, values, reference)
            continue
        fields = _differing(row, values)
        if row.first_seen_at is None:
            wrong = _contradicts(row, values, BY_HAND_IDENTITY)
            if wrong:
                known.packs.doubted[keypack_id] = wrong
                facts = {"pack": reference, "field": wrong}
                known.refuse(StagedRefusal(line, str(values[wrong]), "pack-by-hand-differs", facts))
                continue
            fields["first_seen_at"] = (None, known.taken_at)
            known.counts.linked += 1
            yield from _seen_installed(known, row)
        known.counts.changed += bool(fields)
        known.counts.unchanged += not fields
        if fields:
            yield Changed(KeyPackRow, row.id, fields, reference)


def _new_pack(known: ListOf, keypack_id: int, values: dict[str, Value], reference: str) -> Difference:
    known.counts.new += 1
    made: dict[str, Value] = {
        "id": known.numbers.next(KeyPackRow),
        "server_id": known.server,
        **values,
        "origin": Origin.ORIGINAL,
        "transfer_policy": TransferPolicy.ONE_TIME,
        "first_seen_at": known.taken_at,
    }
    known.packs.new[keypack_id] = New(KeyPackRow, made, reference)
    return known.packs.new[keypack_id]


def _seen_installed(known: ListOf, pack: KeyPackRow) -> Iterator[Difference]:
    """A reissued pack that its server lists is installed, whoever did not say so (rule 4.7)."""
    request = known.session.get(RequestRow, pack.request_id) if pack.request_id else None
    if request is not None and request.state == RequestState.RECORDED:
        seen = max(str(day_of(known.taken_at)), request.recorded_on or "")
        fields: Fields = {
            "state": (request.state, RequestState.INSTALLED),
            "installed_on": (request.installed_on, seen),
        }
        yield Changed(RequestRow, request.id, fields, known.name)
