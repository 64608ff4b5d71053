"""Links a recorded key pack to the one that its server lists, and undoes the link (rule 4.7)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow
from tslic_admin.db.history.recording import Value, mask_secret
from tslic_admin.db.history.references import reference
from tslic_admin.db.schema.tables import (
    CollectedRow,
    EntryRow,
    EventLineRow,
    IssuanceRow,
    KeyPackRow,
    RequestRow,
    ServerRow,
)
from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.history.entries import event_value
from tslic_admin.domain.licenses.packs import Origin, is_purchased
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.links import purchase_key
from tslic_admin.domain.records.reissues import (
    CollectedState,
    RequestState,
    matches_request_type,
    matches_request_version,
)
from tslic_admin.domain.records.transfers import TransferPolicy
from tslic_admin.services.lookup import live_packs, name_of_pack
from tslic_admin.services.sealing import FieldChanges

# These fields are copied from the recorded pack to the listed one, if the listed one still has their default value.
RECORD_FIELDS = tuple(
    field.name
    for field in KEY_PACK.fields
    if field.source is Source.RECORDED
    and field.name
    not in ("server_id", "merged_into_id", "closed_on", "closed_why", "first_seen_at", "voided_by")
)
FIELD_DEFAULTS: dict[str, Value] = {"origin": Origin.ORIGINAL, "transfer_policy": TransferPolicy.ONE_TIME}


def pack_key(pack: KeyPackRow) -> Hashable | None:
    """The key by which a recorded pack is matched with a listed one; None if it cannot match any."""
    return purchase_key(pack.product_type, pack.key_pack_type, pack.product_version_id, pack.total)


def open_pack(session: Session, server: int, keypack_id: int) -> KeyPackRow | None:
    """The pack that a server has under a Keypack ID now."""
    return session.scalars(
        select(KeyPackRow).where(
            KeyPackRow.server_id == server,
            KeyPackRow.keypack_id == keypack_id,
            KeyPackRow.closed_on.is_(None),
            *live_packs(),
        )
    ).first()


def offered_packs(
    session: Session, request: RequestRow, quantity: int, source_packs: set[int]
) -> tuple[KeyPackRow, ...]:
    """Unclaimed packs that were first seen since the request was opened and may be the reissued one."""
    rows = session.scalars(
        select(KeyPackRow).where(
            KeyPackRow.server_id == request.server_id,
            KeyPackRow.first_seen_at.is_not(None),
            KeyPackRow.request_id.is_(None),
            KeyPackRow.license_key_pack_id.is_(None),
            KeyPackRow.closed_on.is_(None),
            *live_packs(),
        )
    )
    return tuple(
        row
        for row in rows
        if str(day_of(row.first_seen_at)) >= request.opened_on
        and row.total == quantity
        and matches_request_version(row.product_version_id, request.product_version_id)
        and matches_request_type(row.product_type, request.product_type)
        and is_purchased(row.product_type, row.key_pack_type)
        and row.id not in source_packs
    )


def check_same_purchase(session: Session, recorded: KeyPackRow, listed: KeyPackRow) -> None:
    """Check that two packs are one: version, type and total agree, and no request has claimed the listed one.

    Raises RuleViolation.
    """
    reference = name_of_pack(session, listed)
    if listed.request_id is not None:
        raise RuleViolation("link-claimed", field="keypack_id", pack=reference, by=listed.request_id)
    if has_other_code(listed, recorded.license_key_pack_id):
        raise RuleViolation("link-other-code", field="keypack_id", pack=reference)
    if pack_key(recorded) is None or pack_key(recorded) != pack_key(listed):
        raise RuleViolation("link-other-purchase", field="keypack_id", pack=reference)


def has_other_code(pack: KeyPackRow, code: str | None) -> bool:
    """Whether another license key pack ID is recorded for a pack."""
    return pack.license_key_pack_id not in (None, code)


def refuse_known_code(
    session: Session, code: str | None, *, besides: int | None = None, field: str = "license_key_pack_id"
) -> None:
    """A license key pack ID is unique among unvoided packs. Raises RuleViolation `code-known`."""
    if code is None:
        return
    existing = session.scalars(
        select(KeyPackRow).where(KeyPackRow.license_key_pack_id == code, *live_packs())
    ).first()
    if existing is not None and existing.id != besides:
        raise RuleViolation("code-known", field=field, pack=name_of_pack(session, existing))


def has_listed_licenses(session: Session, pack: KeyPackRow) -> bool:
    """Whether a list of its server ever showed licenses of a pack."""
    licenses = select(IssuanceRow.id).where(IssuanceRow.key_pack_id == pack.id, IssuanceRow.by_hand == 0)
    return session.scalars(licenses.limit(1)).first() is not None


def check_not_listed(session: Session, recorded: KeyPackRow) -> None:
    """Check that no list contains licenses of the recorded pack: then it is listed under its own Keypack ID.

    Raises RuleViolation `link-listed-itself`.
    """
    if has_listed_licenses(session, recorded):
        raise RuleViolation("link-listed-itself", field="keypack_id", pack=name_of_pack(session, recorded))


def link_changes(
    session: Session, recorded: KeyPackRow, listed: KeyPackRow, *, server: str
) -> Iterator[ChangedRow]:
    """What changes when a recorded pack is merged into the listed one that it is.

    The recorded pack gives up its code and request before the listed one takes them. `listed` need not be written
    yet. `server`: the name of the server.
    """
    yield ChangedRow(
        KeyPackRow, recorded.id, {"merged_into_id": (None, listed.id)}, reference(session, recorded)
    )
    pack = pack_reference(server, listed.keypack_id, listed.id)
    fields: FieldChanges = {}
    for name in RECORD_FIELDS:
        value, current = getattr(recorded, name), getattr(listed, name)
        if value not in (FIELD_DEFAULTS.get(name), current) and current == FIELD_DEFAULTS.get(name):
            fields[name] = (current, value)
    if fields:
        yield ChangedRow(KeyPackRow, listed.id, fields, pack)
    for one in session.scalars(select(IssuanceRow).where(IssuanceRow.key_pack_id == recorded.id)):
        to = license_reference(pack, one.license_id, one.id)
        yield ChangedRow(IssuanceRow, one.id, {"key_pack_id": (recorded.id, listed.id)}, to)
    day = listed.installed_on or recorded.installed_on or day_of(listed.first_seen_at)
    yield from install_changes(session, recorded, str(day or ""), server=server)


def install_changes(session: Session, pack: KeyPackRow, day: str, *, server: str) -> Iterator[ChangedRow]:
    """What changes on the request of a reissued pack that its server lists: it is installed, not before the call.

    `day`: when the pack was installed, else first listed; empty if neither is known.
    """
    request = session.get(RequestRow, pack.request_id) if pack.request_id else None
    if request is not None and request.state == RequestState.RECORDED:
        fields: FieldChanges = {
            "state": (request.state, RequestState.INSTALLED),
            "installed_on": (request.installed_on, max(day, request.recorded_on or "")),
        }
        yield ChangedRow(RequestRow, request.id, fields, server)


def link(session: Session, recorded: KeyPackRow, listed: KeyPackRow) -> None:
    """Merge the recorded pack into the listed one. The caller has checked that they are one."""
    # before a new recorded pack is written: the listed one may have its code
    recorded.merged_into_id = listed.id
    session.flush()
    server = session.get_one(ServerRow, listed.server_id).name
    for change in link_changes(session, recorded, listed, server=server):
        row = session.get_one(change.table, change.number)
        for name, (_, value) in change.fields.items():
            setattr(row, name, value)
        session.flush()


def unlink(session: Session, listed: KeyPackRow) -> tuple[KeyPackRow, int]:
    """Restore the listed pack as it was before it was linked to a reissue.

    Returns the recorded pack, separate again, and the entry that had linked it.
    """
    recorded = _merged_pack(session, listed)
    if recorded is None:
        return _split(session, listed)
    entry = _linking_entry(session, recorded)
    for line in _event_lines(session, entry, "pack", listed.id):
        name = next((name for name in RECORD_FIELDS if KeyPackRow.RECORDED[name] == line.field), None)
        if name is not None and line.after == event_value(mask_secret(listed, name, getattr(listed, name))):
            setattr(listed, name, FIELD_DEFAULTS.get(name))  # a link only fills fields with the default
    for one in session.scalars(
        select(IssuanceRow).where(IssuanceRow.key_pack_id == listed.id, IssuanceRow.by_hand == 1)
    ):
        if any(line.before == str(recorded.id) for line in _event_lines(session, entry, "license", one.id)):
            one.key_pack_id = recorded.id
    session.flush()  # the listed pack gives up the code and request before the recorded one takes them
    if (
        recorded.keypack_id is not None
        and open_pack(session, recorded.server_id, recorded.keypack_id) is not None
    ):
        recorded.keypack_id = None  # the server has another pack under this Keypack ID
    recorded.merged_into_id = None
    session.flush()
    return recorded, entry


def is_linked(session: Session, pack: KeyPackRow) -> bool:
    """Whether a reissued pack is one that its server lists, or that was recorded as being there."""
    return pack.first_seen_at is not None or _merged_pack(session, pack) is not None


def _merged_pack(session: Session, pack: KeyPackRow) -> KeyPackRow | None:
    """The pack of the same reissue that was merged into this one."""
    return session.scalars(
        select(KeyPackRow).where(
            KeyPackRow.merged_into_id == pack.id,
            KeyPackRow.request_id == pack.request_id,
            KeyPackRow.voided_by.is_(None),
        )
    ).first()


def _split(session: Session, pack: KeyPackRow) -> tuple[KeyPackRow, int]:
    """Split the row of a pack that was recorded under a Keypack ID and then listed under it."""
    entry = _linking_entry(session, pack)
    values = {name: getattr(pack, name) for name in RECORD_FIELDS}
    for name in RECORD_FIELDS:
        setattr(pack, name, FIELD_DEFAULTS.get(name))
    session.flush()
    copied_fields = (
        "server_id",
        "description",
        "key_pack_type",
        "product_type",
        "product_version",
        "product_version_id",
    )
    recorded = KeyPackRow(**values, **{name: getattr(pack, name) for name in (*copied_fields, "total")})
    session.add(recorded)
    session.flush()
    return recorded, entry


def _linking_entry(session: Session, pack: KeyPackRow) -> int:
    """The entry that linked a recorded pack: merged it, added it as merged, or first saw it on its server."""
    lines = _event_lines(session, None, "pack", pack.id)
    linking = [
        line.entry
        for line in lines
        if line.field is None or (line.field in ("MergedInto", "FirstSeen") and line.after is not None)
    ]
    return max(linking)


def _event_lines(session: Session, entry: int | None, kind: str, record: int) -> Sequence[EventLineRow]:
    """The event lines of a thing, of one entry or of all."""
    conditions = () if entry is None else (EventLineRow.entry == entry,)
    return session.scalars(
        select(EventLineRow).where(EventLineRow.kind == kind, EventLineRow.record == record, *conditions)
    ).all()


def recorded_at(session: Session, kind: str, record: int) -> str:
    """When a thing was recorded: the time of the first entry that names it."""
    number = min(line.entry for line in _event_lines(session, None, kind, record))
    return session.get_one(EntryRow, number).recorded_at


def find_source_packs(session: Session, request: int) -> set[int]:
    """The packs of the licenses that a request retired. None of them is the reissued one."""
    return set(
        session.scalars(
            select(IssuanceRow.key_pack_id)
            .join(CollectedRow, CollectedRow.issuance_id == IssuanceRow.id)
            .where(CollectedRow.request_id == request, CollectedRow.state == CollectedState.RETIRED)
        )
    )


def mark_not_installed(session: Session, request: RequestRow, entry: int) -> None:
    """Undo what a link recorded on its request; an installation day that was entered by hand stays."""
    lines = [
        line for line in _event_lines(session, entry, "request", request.id) if line.field == "Installed"
    ]
    if lines and lines[0].before is None and lines[0].after == request.installed_on:
        request.installed_on = None
        request.state = RequestState.RECORDED
