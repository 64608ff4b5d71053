"""Links recorded key packs and transfers to what a list shows, or asks which one is meant (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, RowChange
from tslic_admin.db.history.references import reference
from tslic_admin.db.schema.tables import KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import day_of, moment
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.domain.records.links import ReceivedCandidate, TransferFacts, is_received
from tslic_admin.domain.records.matching import match_each
from tslic_admin.services.importing.comparison import (
    ComparedLists,
    ListComparison,
    ServerPacks,
    Watch,
    WatchedLicense,
)
from tslic_admin.services.importing.questions import MatchResolver
from tslic_admin.services.lookup import live_packs
from tslic_admin.services.records.pack_links import (
    FIELD_DEFAULTS,
    RECORD_FIELDS,
    find_source_packs,
    link_changes,
    pack_key,
    recorded_at,
)
from tslic_admin.services.records.transfers import collected_by_license, transfer_facts
from tslic_admin.services.sealing import FieldChanges
from tslic_admin.wording.importing.preview import recorded_pack_text, recorded_transfer_text


def link_packs(compared: ComparedLists) -> Iterator[RowChange]:
    """Link key packs that a server lists for the first time with recorded ones that it does not list yet."""
    for comparison in _one_list_each(compared, "key-packs"):
        packs = compared.packs[comparison.server]
        recorded = _unlisted_packs(compared.session, comparison) if packs.new else []
        if not recorded:
            continue
        new_packs = [KeyPackRow(**new.values) for _, new in sorted(packs.new.items())]
        matches = match_each(
            [*new_packs, *_unclaimed_packs(packs)],
            recorded,
            recorded_key=pack_key,
            listed_key=pack_key,
            rules=[_FirstSeen(compared.session, new_packs).since],
        )
        resolver = MatchResolver("pack", comparison.answers)
        describe = _describe_pack(compared.session)
        # the packs that were listed before only make a match ambiguous
        for listed, match in zip(new_packs, matches, strict=False):
            reference_ = pack_reference(comparison.name, listed.keypack_id, listed.id)
            pack = resolver.resolve(match, reference_, describe, comparison)
            if pack is not None:
                packs.merged[listed.id] = pack.id
                yield from link_changes(compared.session, pack, listed, server=comparison.name)
        resolver.count_ambiguous()


def _one_list_each(compared: ComparedLists, subject: str) -> Iterable[ListComparison]:
    """The first list of a subject of each server; several files of one import are one snapshot."""
    return {one.server: one for one in reversed(compared.lists) if one.subject == subject}.values()


def _unlisted_packs(session: Session, comparison: ListComparison) -> list[KeyPackRow]:
    """Recorded packs that their server does not list yet; a reissued one only if its request was open by then."""
    rows = session.scalars(
        select(KeyPackRow).where(
            KeyPackRow.server_id == comparison.server,
            KeyPackRow.keypack_id.is_(None),
            KeyPackRow.first_seen_at.is_(None),
            KeyPackRow.closed_on.is_(None),
            *live_packs(),
        )
    ).all()
    taken = str(day_of(comparison.taken_at))

    def is_late_enough(pack: KeyPackRow) -> bool:
        request = session.get(RequestRow, pack.request_id) if pack.request_id else None
        return request is None or request.opened_on <= taken

    return [row for row in rows if is_late_enough(row)]


def _unclaimed_packs(packs: ServerPacks) -> list[KeyPackRow]:
    """Open packs that their server listed before and that have no recorded fields: each may still be a recorded pack."""
    return [
        row
        for row in packs.by_keypack_id.values()
        if row.first_seen_at is not None
        and packs.is_open(row)
        and all(getattr(row, name) == FIELD_DEFAULTS.get(name) for name in RECORD_FIELDS)
    ]


class _FirstSeen:
    """Whether a listed pack may be a recorded one; looked up only for packs with the same traits."""

    def __init__(self, session: Session, new: Sequence[KeyPackRow]) -> None:
        self._session = session
        self._new = {pack.id for pack in new}

    def since(self, recorded: KeyPackRow, listed: KeyPackRow) -> bool:
        """A new pack may be; an older one only if first listed after the request was opened or the record was made."""
        if listed.id in self._new:
            return True
        if recorded.request_id is None:
            since = recorded_at(self._session, "pack", recorded.id)
        elif listed.id in find_source_packs(self._session, recorded.request_id):
            return False
        else:
            since = recorded_at(self._session, "request", recorded.request_id)
        return moment(str(listed.first_seen_at)) >= moment(since)


def _describe_pack(session: Session) -> Callable[[KeyPackRow], tuple[int, str]]:
    def describe(pack: KeyPackRow) -> tuple[int, str]:
        request = session.get(RequestRow, pack.request_id) if pack.request_id else None
        recorded_on = request.recorded_on if request else None
        return pack.id, recorded_pack_text(reference(session, pack), pack.request_id, recorded_on)

    return describe


def watch_transfers(session: Session, watch: Watch) -> None:
    """Watch the licenses of the computers that licenses were transferred to."""
    for transfer in _open_transfers(session):
        watch.labels.add(label_of(transfer.to_computer))


def _open_transfers(session: Session) -> list[TransferRow]:
    """The transfers whose new license is not known yet, and that no later transfer or reissue follows."""
    rows = session.scalars(
        select(TransferRow).where(TransferRow.voided_by.is_(None), TransferRow.linked_issuance_id.is_(None))
    ).all()
    followed = set(session.scalars(select(TransferRow.previous_id).where(TransferRow.voided_by.is_(None))))
    reissued = collected_by_license(session)
    return [row for row in rows if row.id not in followed and row.issuance_id not in reissued]


def link_transfers(compared: ComparedLists) -> Iterator[RowChange]:
    """Link licenses that a server lists for the first time with the transfers to their computers.

    A license that the computer had before may be the one too, if no transfer led to it; then the user is asked.
    """
    lists = {one.server: one for one in _one_list_each(compared, "licenses")}
    listed = [one for one in compared.watch.licenses if one.server in lists]
    if not any(one.new for one in listed):
        return
    transfers = [
        _OpenTransfer(row, transfer_facts(compared.session, row)) for row in _open_transfers(compared.session)
    ]
    of_transfers = _transferred_licenses(compared.session)
    packs = {server: compared.packs[server].by_number() for server in lists}
    candidates = [
        _Received(one, _received_license(one, packs[one.server][one.pack], lists[one.server].name))
        for one in listed
        if one.new or one.number not in of_transfers
    ]
    matches = match_each(
        candidates,
        transfers,
        recorded_key=lambda one: (one.facts.server_id, label_of(one.row.to_computer)),
        listed_key=lambda one: (one.license.server, label_of(one.license.listed.computer or "")),
        rules=[
            lambda one, other: (
                same_name(one.row.to_computer, other.license.listed.computer)
                and is_received(one.facts, other.facts)
            )
        ],
    )
    resolver = MatchResolver("transfer", next(iter(lists.values())).answers)
    for (license_, received), match in zip(candidates, matches, strict=True):
        if not license_.new:
            continue  # it only makes a match ambiguous
        transfer = resolver.resolve(match, received.license, _describe_transfer, lists[license_.server])
        if transfer is not None:
            fields: FieldChanges = {"linked_issuance_id": (None, license_.number)}
            yield ChangedRow(TransferRow, transfer.row.id, fields, transfer.facts.license)
    resolver.count_ambiguous()


class _OpenTransfer(NamedTuple):
    """A transfer whose new license is not known yet, with the facts that the rules need."""

    row: TransferRow
    facts: TransferFacts


class _Received(NamedTuple):
    """A listed license that may be the new license of a transfer, with the facts that the rules need."""

    license: WatchedLicense
    facts: ReceivedCandidate


def _describe_transfer(one: _OpenTransfer) -> tuple[int, str]:
    row = one.row
    return row.id, recorded_transfer_text(
        row.id, row.from_computer or one.facts.license, row.to_computer, row.on_day
    )


def _transferred_licenses(session: Session) -> set[int | None]:
    """The licenses that a transfer moved or led to."""
    rows = session.execute(
        select(TransferRow.issuance_id, TransferRow.linked_issuance_id).where(TransferRow.voided_by.is_(None))
    )
    return {number for row in rows for number in row}


def _received_license(license_: WatchedLicense, pack: KeyPackRow, server: str) -> ReceivedCandidate:
    return ReceivedCandidate(
        license_reference(
            pack_reference(server, pack.keypack_id, pack.id), license_.license_id, license_.number
        ),
        license_.server,
        pack.product_version_id,
        pack.product_type,
        pack.key_pack_type,
        license_.listed.status,
        day_of(license_.listed.issued_at),
    )
