"""Compares a server's own data and its key packs with the records (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from tslic_admin.db.history.bulk import NewRow, RowChange
from tslic_admin.db.history.recording import Value, pack_reference
from tslic_admin.db.schema.tables import KeyPackRow, RequestRow, ServerRow
from tslic_admin.db.staging import STAGED_COLUMNS, StagedRefusal
from tslic_admin.domain.clocks import day_of, resolve_time
from tslic_admin.domain.licenses.packs import ClosedWhy, Origin, version_family
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.domain.records.transfers import TransferPolicy
from tslic_admin.services.importing.comparison import (
    ListComparison,
    ListComparisons,
    StagedRows,
    differing_fields,
)
from tslic_admin.services.sealing import FieldChanges


def refuse_other_product_id(known: ListComparison, rows: StagedRows) -> StagedRefusal | None:
    """Whether a server's product ID is another than it was."""
    row = known.session.get(ServerRow, known.server)
    for _, product_id, *_ in rows:
        was = row.product_id if row is not None else None
        if was and product_id and was.casefold() != product_id.casefold():
            facts = {"server": known.name, "known": was, "said": product_id}
            return StagedRefusal(0, known.name, "server-rebuilt-product", facts)
    return None


def compare_servers(lists: ListComparisons, rows: StagedRows) -> Iterator[RowChange]:
    """Win32_TSLicenseServer: one row."""
    for file, refused, _, *cells in rows:
        known = lists.get(file)
        if known is None or refused:
            continue
        values: dict[str, Value] = dict(zip(STAGED_COLUMNS["servers"], cells, strict=True))
        if known.new_server is not None:
            known.counts.new += 1
            yield NewRow(ServerRow, known.new_server.values | values, known.name)
            continue
        fields = differing_fields(known.session.get_one(ServerRow, known.server), values)
        known.counts.changed += bool(fields)
        known.counts.unchanged += not fields
        if fields:
            yield known.changed(ServerRow, known.server, fields, known.name)


SEEN_IDENTITY = ("description", "product_type", "product_version_id")
BY_HAND_IDENTITY = ("product_type", "product_version_id", "total")


def refuse_other_product(known: ListComparison, rows: StagedRows) -> StagedRefusal | None:
    """Whether a Keypack ID that the server listed before is another product's now."""
    for _, *cells in rows:
        values: dict[str, Value] = dict(zip(STAGED_COLUMNS["key-packs"], cells, strict=True))
        row = known.packs.known.get(values["keypack_id"])
        if row is None or row.first_seen_at is None:
            continue
        wrong = _contradicting_field(row, values, SEEN_IDENTITY)
        if wrong:
            pack = pack_reference(known.name, row.keypack_id, row.id)
            facts = {"server": known.name, "pack": pack, "field": wrong}
            return StagedRefusal(0, known.name, "server-rebuilt", facts)
    return None


def _contradicting_field(row: Any, values: dict[str, Value], names: tuple[str, ...]) -> str | None:
    """The first of these columns that both know and that differs."""
    for name in names:
        known, said = getattr(row, name), values[name]
        if name == "product_version_id" and row.first_seen_at is None:
            known, said = (
                version_family(known),
                version_family(cast("int | None", said)),
            )  # as a reissue adopts its pack
        if known is not None and said is not None and known != said:
            return name
    return None


def compare_packs(lists: ListComparisons, rows: StagedRows) -> Iterator[RowChange]:
    """Win32_TSLicenseKeyPack. One that was recorded by hand is the server's where nothing speaks against it."""
    listed = set()
    for file, refused, line, *cells in rows:
        keypack_id = int(cells[0])
        listed.add(keypack_id)
        known = lists.get(file)
        if known is not None and not refused:
            values: dict[str, Value] = dict(zip(STAGED_COLUMNS["key-packs"], cells, strict=True))
            yield from _compare_pack(known, line, keypack_id, values)
    yield from _close_vanished(lists, listed)


def _compare_pack(
    known: ListComparison, line: int, keypack_id: int, values: dict[str, Value]
) -> Iterator[RowChange]:
    reference = pack_reference(known.name, keypack_id, 0)
    row = known.packs.known.get(keypack_id)
    said = cast("str | None", values["expires_at"])
    values["expires_at"] = resolve_time(said, row.expires_at if row is not None else None)
    if row is None:
        yield _new_pack(known, keypack_id, values, reference)
        return
    moved = known.packs.moved_to(keypack_id)
    if moved is not None:
        known.refuse(StagedRefusal(line, str(keypack_id), "pack-moved", moved))
        return
    fields = differing_fields(row, values)
    if row.first_seen_at is None:
        wrong = _contradicting_field(row, values, BY_HAND_IDENTITY)
        if wrong:
            known.packs.contradicted[keypack_id] = wrong
            facts = {"pack": reference, "field": wrong}
            known.refuse(StagedRefusal(line, str(values[wrong]), "pack-by-hand-differs", facts))
            return
        fields["first_seen_at"] = (None, known.taken_at)
        known.counts.linked += 1
        yield from _install_request(known, row)
    fields |= reopening_fields(known, row)
    known.counts.changed += bool(fields)
    known.counts.unchanged += not fields
    if fields:
        yield known.changed(KeyPackRow, row.id, fields, reference)


def reopening_fields(known: ListComparison, pack: KeyPackRow) -> FieldChanges:
    """What changes on a pack that had vanished and is listed, or its licenses are; nothing on any other."""
    if not known.packs.comes_back(pack):
        return {}
    return {"closed_on": (pack.closed_on, None), "closed_why": (pack.closed_why, None)}


def _close_vanished(lists: ListComparisons, listed: set[int]) -> Iterator[RowChange]:
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
        fields: FieldChanges = {"closed_on": (None, known.day), "closed_why": (None, ClosedWhy.VANISHED)}
        yield known.changed(KeyPackRow, pack.id, fields, pack_reference(known.name, pack.keypack_id, pack.id))


def _new_pack(known: ListComparison, keypack_id: int, values: dict[str, Value], reference: str) -> RowChange:
    known.counts.new += 1
    made: dict[str, Value] = {
        "id": known.numbers.next(KeyPackRow),
        "server_id": known.server,
        **values,
        "origin": Origin.ORIGINAL,
        "transfer_policy": TransferPolicy.ONE_TIME,
        "first_seen_at": known.taken_at,
    }
    known.packs.new[keypack_id] = NewRow(KeyPackRow, made, reference)
    return known.packs.new[keypack_id]


def _install_request(known: ListComparison, pack: KeyPackRow) -> Iterator[RowChange]:
    """A reissued pack that its server lists is installed, whoever did not say so (rule 4.7)."""
    request = known.session.get(RequestRow, pack.request_id) if pack.request_id else None
    if request is not None and request.state == RequestState.RECORDED:
        seen = max(str(day_of(known.taken_at)), request.recorded_on or "")
        fields: FieldChanges = {
            "state": (request.state, RequestState.INSTALLED),
            "installed_on": (request.installed_on, seen),
        }
        yield known.changed(RequestRow, request.id, fields, known.name)
