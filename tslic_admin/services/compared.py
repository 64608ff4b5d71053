"""Compare the lists of a snapshot with what is known of its server, key by key (rule 4.5).

Rows come in the order of the server's keys and so does what is known: a million of each are walked through
side by side. What differs is yielded; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Changed, Difference, New
from tslic_admin.db.recording import Value
from tslic_admin.db.references import pack_reference
from tslic_admin.db.staging import COLUMNS, StagedRefusal
from tslic_admin.db.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses import Comparison, EndedWhy, Issued, compare
from tslic_admin.domain.names import label_of
from tslic_admin.domain.packs import Origin
from tslic_admin.domain.reissues import RequestState
from tslic_admin.domain.transfers import TransferPolicy
from tslic_admin.services.acts import live_packs

Fields = dict[str, tuple[Value, Value]]


class ListRefused(Exception):
    """A list that cannot be this server's, or is not its newest. `code` and `facts` are for wording/."""

    def __init__(self, code: str, facts: dict[str, Any]) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0


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


@dataclass(frozen=True)
class ListOf:
    """One list of one server: what is needed to compare it. `new_packs`: (server, Keypack ID) -> number."""

    session: Session
    numbers: Numbers
    server: int
    name: str
    taken_at: str
    new_packs: dict[tuple[int, int], int]
    counts: Counts
    refuse: Callable[[StagedRefusal], None]
    new_server: bool  # first named by this import: its row is written just before

    def known_pack(self, keypack_id: int) -> KeyPackRow | None:
        """The server's pack of that Keypack ID that is still open."""
        return self.session.scalars(
            select(KeyPackRow).where(
                KeyPackRow.server_id == self.server,
                KeyPackRow.keypack_id == keypack_id,
                KeyPackRow.closed_on.is_(None),
                *live_packs(),
            )
        ).first()


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
        if known is not None and said is not None and known != said:
            return name
    return None


def compare_servers(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSLicenseServer: one row. Raises ListRefused where its product ID changed."""
    for _, *cells in rows:
        values: dict[str, Value] = dict(zip(COLUMNS["servers"], cells, strict=True))
        row = None if known.new_server else known.session.get_one(ServerRow, known.server)
        if row is None:
            fields: Fields = {name: (None, value) for name, value in values.items() if value is not None}
            known.counts.new += 1
        else:
            if _contradicts(row, values, ("product_id",)):
                facts = {"server": known.name, "known": row.product_id, "said": values["product_id"]}
                raise ListRefused("server-rebuilt-product", facts)
            fields = _differing(row, values)
            known.counts.changed += bool(fields)
            known.counts.unchanged += not fields
        if fields:
            yield Changed(ServerRow, known.server, fields, known.name)


IDENTITY = ("description", "product_type", "product_version_id")


def compare_packs(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSLicenseKeyPack. Raises ListRefused where a known Keypack ID is another product's."""
    differences: list[Difference] = []  # handed on only once the whole list is known to be this server's
    for line, *cells in rows:
        values: dict[str, Value] = dict(zip(COLUMNS["key-packs"], cells, strict=True))
        keypack_id = int(values["keypack_id"] or 0)
        reference = pack_reference(known.name, keypack_id, 0)
        row = known.known_pack(keypack_id)
        if row is None:
            number = known.numbers.next(KeyPackRow)
            known.new_packs[known.server, keypack_id] = number
            known.counts.new += 1
            made = {
                "id": number,
                "server_id": known.server,
                **values,
                "origin": Origin.ORIGINAL,
                "transfer_policy": TransferPolicy.ONE_TIME,
                "first_seen_at": known.taken_at,
            }
            differences.append(New(KeyPackRow, made, reference))
            continue
        identity = IDENTITY if row.first_seen_at else (*IDENTITY, "total")
        wrong = _contradicts(row, values, identity)
        if wrong and row.first_seen_at:
            raise ListRefused(
                "server-rebuilt",
                {"server": known.name, "pack": reference, "field": wrong, "value": values[wrong]},
            )
        if wrong:
            facts = {"pack": reference, "field": wrong}
            known.refuse(StagedRefusal(int(line), str(values[wrong]), "pack-by-hand-differs", facts))
            continue
        fields = _differing(row, values)
        if row.first_seen_at is None:
            fields["first_seen_at"] = (None, known.taken_at)
            differences += _seen_installed(known, row)
        known.counts.changed += bool(fields)
        known.counts.unchanged += not fields
        if fields:
            differences.append(Changed(KeyPackRow, row.id, fields, reference))
    yield from differences


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


def compare_licenses(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSIssuedLicense, pack by pack; a license of a pack that nobody has seen is refused."""
    for keypack_id, of_pack in groupby(rows, key=lambda row: row[1]):
        pack = known.known_pack(keypack_id)
        number = pack.id if pack is not None else known.new_packs.get((known.server, keypack_id))
        if number is None:
            for line, _, license_id, *_ in of_pack:
                value = f"{keypack_id}/{license_id}"
                known.refuse(
                    StagedRefusal(line, value, "pack-unseen", {"pack": f"{known.name}/{keypack_id}"})
                )
            continue
        yield from _compare_pack(known, number, f"{known.name}/{keypack_id}", of_pack)


_SEEN = ("user", "computer", "status", "issued_at", "expires_at", "hardware_id")
_KNOWN = ("id", "license_id", *_SEEN, "first_issued_at", "by_hand")


def _compare_pack(
    known: ListOf, pack: int, reference: str, rows: Iterator[tuple[Any, ...]]
) -> Iterator[Difference]:
    columns = ", ".join(f'"{name}"' for name in _KNOWN)
    here = known.session.connection().exec_driver_sql(
        f"SELECT {columns} FROM issuance WHERE key_pack_id = ? AND ended_on IS NULL ORDER BY license_id",
        (pack,),
    )
    current = here.fetchone()
    counts = known.counts
    for _, _, license_id, *seen in rows:
        while current is not None and current[1] < license_id:
            current = here.fetchone()
        name = f"{reference}/{license_id}"
        if current is None or current[1] != license_id:
            counts.new += 1
            yield _new_license(known, pack, license_id, seen, name)
            continue
        fields, ended = _license_fields(known, current, seen)
        if ended:
            counts.changed += 1
            yield Changed(IssuanceRow, current[0], fields, name)
            yield _new_license(known, pack, license_id, seen, name)
        elif fields:
            counts.changed += 1
            yield Changed(IssuanceRow, current[0], fields, name)
        else:
            counts.unchanged += 1
    here.close()


def _license_fields(known: ListOf, current: Any, seen: list[Any]) -> tuple[Fields, bool]:
    """What differs on a license, or that another lies under its key now."""
    before = tuple(current[2:8])
    if before == tuple(seen):
        return {}, False
    if compare(_issued(before), _issued(seen)) is Comparison.REPLACED and not _adopts(current, seen):
        day = str(day_of(known.taken_at))
        return {"ended_on": (None, day), "ended_why": (None, EndedWhy.REPLACED)}, True
    fields: Fields = {
        name: (old, new)
        for name, old, new in zip(_SEEN, before, seen, strict=True)
        if new is not None and new != old
    }
    if "computer" in fields:
        fields["computer_label"] = (None, label_of(str(fields["computer"][1])))
    first, issued = current[8], seen[3]
    if issued is not None and (first is None or issued < first):
        fields["first_issued_at"] = (first, issued)
    if current[9]:
        fields["by_hand"] = (1, 0)
    return fields, False


def _issued(cells: Any) -> Issued:
    user, computer, status, issued_at, expires_at, hardware_id = cells
    return Issued(computer, user, status, issued_at, expires_at, hardware_id)


def _adopts(current: Any, seen: list[Any]) -> bool:
    """A license that was entered by hand is the server's where nothing that was entered speaks against it."""
    if not current[9]:
        return False
    computer, issued_at, hardware_id = current[3], current[5], current[7]
    return (
        label_of(str(computer or "")) == label_of(str(seen[1] or ""))
        and issued_at in (None, seen[3])
        and hardware_id in (None, seen[5])
    )


def _new_license(known: ListOf, pack: int, license_id: int, seen: list[Any], name: str) -> Difference:
    user, computer, status, issued_at, expires_at, hardware_id = seen
    values: dict[str, Value] = {
        "id": known.numbers.next(IssuanceRow),
        "key_pack_id": pack,
        "license_id": license_id,
        "user": user,
        "computer": computer,
        "computer_label": label_of(computer) if computer else None,
        "status": status,
        "issued_at": issued_at,
        "first_issued_at": issued_at,
        "expires_at": expires_at,
        "hardware_id": hardware_id,
        "by_hand": 0,
    }
    return New(IssuanceRow, values, name)


COMPARE: dict[str, Callable[[ListOf, Iterator[tuple[Any, ...]]], Iterator[Difference]]] = {
    "servers": compare_servers,
    "key-packs": compare_packs,
    "licenses": compare_licenses,
}
