"""Compare a server's issued licenses with those known, key by key: what is the same license, what another (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from tslic_admin.db.bulk import Changed, Difference, New
from tslic_admin.db.recording import Value
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.tables import IssuanceRow
from tslic_admin.domain.clocks import day_of, iso, moment
from tslic_admin.domain.licenses import Comparison, EndedWhy, Issued, compare, real_hardware_id
from tslic_admin.domain.names import label_of
from tslic_admin.services.compared import Fields, ListOf, Noted


def compare_licenses(known: ListOf, rows: Iterator[tuple[Any, ...]]) -> Iterator[Difference]:
    """Win32_TSIssuedLicense, pack by pack; a license of a pack that nobody has seen is refused."""
    for keypack_id, of_pack in groupby(rows, key=lambda row: row[1]):
        reference = f"{known.name}/{keypack_id}"
        number = known.packs.number(keypack_id)
        doubted = known.packs.doubted.get(keypack_id)
        if number is not None and doubted is None:
            yield from _compare_pack(known, number, reference, of_pack)
            continue
        for line, _, license_id, *_ in of_pack:
            value = f"{keypack_id}/{license_id}"
            if doubted is None:
                refusal = StagedRefusal(line, value, "pack-unseen", {"pack": reference})
            else:
                facts = {"pack": reference, "field": doubted}
                refusal = StagedRefusal(line, value, "pack-by-hand-differs", facts)
            known.refuse(refusal)


_SEEN = ("user", "computer", "status", "issued_at", "expires_at", "hardware_id")
_KNOWN = ("id", "license_id", *_SEEN, "first_issued_at", "by_hand")


def _compare_pack(
    known: ListOf, pack: int, reference: str, rows: Iterator[tuple[Any, ...]]
) -> Iterator[Difference]:
    columns = ", ".join(f'"{name}"' for name in _KNOWN)
    here = known.session.connection().exec_driver_sql(
        f"SELECT {columns} FROM issuance WHERE key_pack_id = ? AND ended_on IS NULL"
        " AND license_id IS NOT NULL ORDER BY license_id",
        (pack,),
    )
    current = here.fetchone()
    counts, watching = known.counts, bool(known.watch)
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
            continue
        if watching:
            _note(known, current[0], pack, license_id, _merged(current, fields))
        if fields:
            counts.changed += 1
            yield Changed(IssuanceRow, current[0], fields, name)
        else:
            counts.unchanged += 1
    here.close()


def _merged(current: Any, fields: Fields) -> list[Any]:
    """What a license says after its differences are written."""
    return [fields[name][1] if name in fields else current[n] for n, name in enumerate(_SEEN, start=2)]


def _note(
    known: ListOf, number: int, pack: int, license_id: int, cells: Sequence[Any], *, new: bool = False
) -> None:
    if known.watch.wants(cells[1], cells[5]):
        known.watch.noted.append(Noted(number, known.server, pack, license_id, new, *cells))


def _license_fields(known: ListOf, current: Any, seen: list[Any]) -> tuple[Fields, bool]:
    """What differs on a license, or that another lies under its key now."""
    before = tuple(current[2:8])
    by_hand = bool(current[9])
    if before == tuple(seen) and not by_hand:
        return {}, False
    if not _same_license(before, seen, by_hand=by_hand):
        day = str(day_of(known.taken_at))
        return {"ended_on": (None, day), "ended_why": (None, EndedWhy.REPLACED)}, True
    fields: Fields = {
        name: (old, new)
        for name, old, new in zip(_SEEN, before, seen, strict=True)
        if new is not None and new != old
    }
    if real_hardware_id(before[5]) and not real_hardware_id(seen[5]):
        fields.pop("hardware_id", None)  # zeros are as empty as an empty cell
    if "computer" in fields:
        fields["computer_label"] = (None, label_of(str(fields["computer"][1])))
    first, issued = current[8], seen[3]
    if issued is not None and (first is None or moment(issued) < moment(first)):
        fields["first_issued_at"] = (first, issued)
    if by_hand:
        fields["by_hand"] = (1, 0)
    return fields, False


def _same_license(before: Any, seen: Any, *, by_hand: bool) -> bool:
    """Rule 4.5, where an empty cell says nothing: it is taken for what is known.

    Some forms leave out fractions of a second. Of a license that was entered by hand only the day is known.
    """
    user, computer, status, issued_at, expires_at, hardware_id = before
    mine = _to(issued_at or seen[3], day=by_hand)
    theirs = _to(seen[3] or issued_at, day=by_hand)
    known = Issued(computer, user, status, mine, expires_at, hardware_id)
    now = Issued(seen[1] or computer, seen[0] or user, seen[2], theirs, seen[4], seen[5])
    return compare(known, now) is Comparison.SAME


def _to(at: str | None, *, day: bool) -> str | None:
    """A time to its second, or to its day here."""
    if at is None:
        return None
    return str(day_of(at)) if day else iso(moment(at).replace(microsecond=0))


def _new_license(known: ListOf, pack: int, license_id: int, seen: list[Any], name: str) -> Difference:
    user, computer, status, issued_at, expires_at, hardware_id = seen
    number = known.numbers.next(IssuanceRow)
    if known.watch:
        _note(known, number, pack, license_id, seen, new=True)
    values: dict[str, Value] = {
        "id": number,
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
