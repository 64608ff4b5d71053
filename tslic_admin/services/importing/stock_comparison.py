"""Compares a server's own data and its key packs with the records (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from tslic_admin.db.history.bulk import NewRow, RowChange
from tslic_admin.db.history.recording import Value
from tslic_admin.db.schema.tables import KeyPackRow, ServerRow
from tslic_admin.db.staging import StagedRefusal, StagedRow
from tslic_admin.domain.clocks import resolve_time
from tslic_admin.domain.licenses.packs import ClosedWhy, Origin, version_family
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.domain.records.transfers import TransferPolicy
from tslic_admin.services.importing.comparison import (
    ListComparison,
    ListComparisons,
    differing_fields,
)
from tslic_admin.services.records.pack_links import install_changes
from tslic_admin.services.sealing import FieldChanges


def refuse_other_product_id(comparison: ListComparison, rows: Iterable[StagedRow]) -> StagedRefusal | None:
    """Whether a server's product ID is another than it was."""
    row = comparison.session.get(ServerRow, comparison.server)
    recorded = row.product_id if row is not None else None
    for one in rows:
        product_id = one.values["product_id"]
        if recorded and product_id and recorded.casefold() != str(product_id).casefold():
            facts = {"server": comparison.name, "known": recorded, "said": product_id}
            return StagedRefusal(0, comparison.name, "server-rebuilt-product", facts)
    return None


def compare_servers(lists: ListComparisons, rows: Iterable[StagedRow]) -> Iterator[RowChange]:
    """Win32_TSLicenseServer: one row."""
    for row in rows:
        comparison = lists.get(row.file)
        if comparison is None or row.refused:
            continue
        if comparison.new_server is not None:
            comparison.counts.new += 1
            yield NewRow(ServerRow, comparison.new_server.values | row.values, comparison.name)
            continue
        fields = differing_fields(comparison.session.get_one(ServerRow, comparison.server), row.values)
        comparison.counts.changed += bool(fields)
        comparison.counts.unchanged += not fields
        if fields:
            yield comparison.changed(ServerRow, comparison.server, fields, comparison.name)


SEEN_IDENTITY = ("description", "product_type", "product_version_id")
BY_HAND_IDENTITY = ("product_type", "product_version_id", "total")


def refuse_other_product(comparison: ListComparison, rows: Iterable[StagedRow]) -> StagedRefusal | None:
    """Whether a Keypack ID that the server listed before is another product's now."""
    for one in rows:
        row = comparison.packs.by_keypack_id.get(_keypack_id(one))
        if row is None or row.first_seen_at is None:
            continue
        differing = _contradicting_field(row, one.values, SEEN_IDENTITY)
        if differing:
            pack = pack_reference(comparison.name, row.keypack_id, row.id)
            facts = {"server": comparison.name, "pack": pack, "field": differing}
            return StagedRefusal(0, comparison.name, "server-rebuilt", facts)
    return None


def _keypack_id(row: StagedRow) -> int:
    return int(row.values["keypack_id"] or 0)


def _contradicting_field(row: KeyPackRow, values: dict[str, Value], names: tuple[str, ...]) -> str | None:
    """The first of these columns that both know and that differs."""
    for name in names:
        recorded, listed = getattr(row, name), values[name]
        if name == "product_version_id" and row.first_seen_at is None:
            recorded, listed = (
                version_family(recorded),
                version_family(cast("int | None", listed)),
            )  # as a reissue adopts its pack
        if recorded is not None and listed is not None and recorded != listed:
            return name
    return None


def compare_packs(lists: ListComparisons, rows: Iterable[StagedRow]) -> Iterator[RowChange]:
    """Win32_TSLicenseKeyPack. One that was recorded by hand is the server's where nothing speaks against it."""
    listed = set()
    for row in rows:
        listed.add(_keypack_id(row))
        comparison = lists.get(row.file)
        if comparison is not None and not row.refused:
            yield from _compare_pack(comparison, row)
    yield from _close_vanished(lists, listed)


def _compare_pack(comparison: ListComparison, staged: StagedRow) -> Iterator[RowChange]:
    keypack_id, line, values = _keypack_id(staged), staged.line, staged.values
    reference = pack_reference(comparison.name, keypack_id, 0)
    row = comparison.packs.by_keypack_id.get(keypack_id)
    listed_expiry = cast("str | None", values["expires_at"])
    values["expires_at"] = resolve_time(listed_expiry, row.expires_at if row is not None else None)
    if row is None:
        yield _new_pack(comparison, keypack_id, values, reference)
        return
    move = comparison.packs.moved_to(keypack_id)
    if move is not None:
        comparison.refuse(StagedRefusal(line, str(keypack_id), "pack-moved", move))
        return
    fields = differing_fields(row, values)
    if row.first_seen_at is None:
        differing = _contradicting_field(row, values, BY_HAND_IDENTITY)
        if differing:
            comparison.packs.contradicted[keypack_id] = differing
            facts = {"pack": reference, "field": differing}
            comparison.refuse(StagedRefusal(line, str(values[differing]), "pack-by-hand-differs", facts))
            return
        fields["first_seen_at"] = (None, comparison.taken_at)
        comparison.counts.linked += 1
        day = row.installed_on or comparison.day
        yield from install_changes(comparison.session, row, day, server=comparison.name)
    fields |= reopening_fields(comparison, row)
    comparison.counts.changed += bool(fields)
    comparison.counts.unchanged += not fields
    if fields:
        yield comparison.changed(KeyPackRow, row.id, fields, reference)


def reopening_fields(comparison: ListComparison, pack: KeyPackRow) -> FieldChanges:
    """What changes on a pack that had vanished and is listed, or its licenses are; nothing on any other."""
    if not comparison.packs.reopen(pack):
        return {}
    return {"closed_on": (pack.closed_on, None), "closed_why": (pack.closed_why, None)}


def _close_vanished(lists: ListComparisons, listed: set[int]) -> Iterator[RowChange]:
    """What a complete list lacks is no longer on the server; not so a pack of which licenses are listed."""
    comparison = max(lists.values(), key=lambda one: one.taken_at)
    if not comparison.complete or not all(one.readable for one in lists.values()):
        return
    licensed = {keypack_id for _, keypack_id in comparison.packs.licensed}
    for pack in comparison.packs.open_and_seen():
        if pack.keypack_id in listed or pack.keypack_id in licensed:
            continue
        comparison.packs.vanished.append(pack)
        comparison.counts.vanished += 1
        fields: FieldChanges = {"closed_on": (None, comparison.day), "closed_why": (None, ClosedWhy.VANISHED)}
        yield comparison.changed(
            KeyPackRow, pack.id, fields, pack_reference(comparison.name, pack.keypack_id, pack.id)
        )


def _new_pack(
    comparison: ListComparison, keypack_id: int, values: dict[str, Value], reference: str
) -> RowChange:
    comparison.counts.new += 1
    columns: dict[str, Value] = {
        "id": comparison.numbers.next(KeyPackRow),
        "server_id": comparison.server,
        **values,
        "origin": Origin.ORIGINAL,
        "transfer_policy": TransferPolicy.ONE_TIME,
        "first_seen_at": comparison.taken_at,
    }
    comparison.packs.new[keypack_id] = NewRow(KeyPackRow, columns, reference)
    return comparison.packs.new[keypack_id]
