"""Compare a server's key packs with those known: grown, shrunk, new, gone, back again (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from tslic_admin.db.bulk import Difference, New
from tslic_admin.db.recording import Value
from tslic_admin.db.references import pack_reference
from tslic_admin.db.staging import COLUMNS, StagedRefusal
from tslic_admin.db.tables import KeyPackRow, RequestRow
from tslic_admin.domain.clocks import day_of, settled
from tslic_admin.domain.packs import ClosedWhy, Origin, family
from tslic_admin.domain.reissues import RequestState
from tslic_admin.domain.transfers import TransferPolicy
from tslic_admin.services.compared import Fields, ListOf, Lists, Rows, differing

SEEN_IDENTITY = ("description", "product_type", "product_version_id")
BY_HAND_IDENTITY = ("product_type", "product_version_id", "total")


def another_product(known: ListOf, rows: Rows) -> StagedRefusal | None:
    """Whether a Keypack ID that the server listed before is another product's now."""
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


def _contradicts(row: Any, values: dict[str, Value], names: tuple[str, ...]) -> str | None:
    """The first of these columns that both know and that differs."""
    for name in names:
        known, said = getattr(row, name), values[name]
        if name == "product_version_id" and row.first_seen_at is None:
            known, said = family(known), family(cast("int | None", said))  # as a reissue adopts its pack
        if known is not None and said is not None and known != said:
            return name
    return None


def compare_packs(lists: Lists, rows: Rows) -> Iterator[Difference]:
    """Win32_TSLicenseKeyPack. One that was recorded by hand is the server's where nothing speaks against it."""
    listed = set()
    for file, refused, line, *cells in rows:
        keypack_id = int(cells[0])
        listed.add(keypack_id)
        known = lists.get(file)
        if known is not None and not refused:
            values: dict[str, Value] = dict(zip(COLUMNS["key-packs"], cells, strict=True))
            yield from _compare_pack(known, line, keypack_id, values)
    yield from _vanished(lists, listed)


def _compare_pack(
    known: ListOf, line: int, keypack_id: int, values: dict[str, Value]
) -> Iterator[Difference]:
    reference = pack_reference(known.name, keypack_id, 0)
    row = known.packs.known.get(keypack_id)
    said = cast("str | None", values["expires_at"])
    values["expires_at"] = settled(said, row.expires_at if row is not None else None)
    if row is None:
        yield _new_pack(known, keypack_id, values, reference)
        return
    moved = known.packs.moved_to(keypack_id)
    if moved is not None:
        known.refuse(StagedRefusal(line, str(keypack_id), "pack-moved", moved))
        return
    fields = differing(row, values)
    if row.first_seen_at is None:
        wrong = _contradicts(row, values, BY_HAND_IDENTITY)
        if wrong:
            known.packs.doubted[keypack_id] = wrong
            facts = {"pack": reference, "field": wrong}
            known.refuse(StagedRefusal(line, str(values[wrong]), "pack-by-hand-differs", facts))
            return
        fields["first_seen_at"] = (None, known.taken_at)
        known.counts.linked += 1
        yield from _seen_installed(known, row)
    fields |= back_again(known, row)
    known.counts.changed += bool(fields)
    known.counts.unchanged += not fields
    if fields:
        yield known.changed(KeyPackRow, row.id, fields, reference)


def back_again(known: ListOf, pack: KeyPackRow) -> Fields:
    """What changes on a pack that had vanished and is listed, or its licenses are; nothing on any other."""
    if not known.packs.comes_back(pack):
        return {}
    return {"closed_on": (pack.closed_on, None), "closed_why": (pack.closed_why, None)}


def _vanished(lists: Lists, listed: set[int]) -> Iterator[Difference]:
    """What a complete list lacks is no longer on the server; not so a pack of which licenses are listed."""
    known = max(lists.values(), key=lambda one: one.taken_at)
    if not known.complete or not all(one.readable for one in lists.values()):
        return
    licensed = {keypack_id for _, keypack_id in known.packs.licensed}
    for pack in known.packs.open_and_seen():
        if pack.keypack_id in listed or pack.keypack_id in licensed:
            continue
        known.packs.vanished.append(pack)
        known.counts.vanished += 1
        fields: Fields = {"closed_on": (None, known.day), "closed_why": (None, ClosedWhy.VANISHED)}
        yield known.changed(KeyPackRow, pack.id, fields, pack_reference(known.name, pack.keypack_id, pack.id))


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
        yield known.changed(RequestRow, request.id, fields, known.name)
