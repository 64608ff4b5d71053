"""Links recorded key packs and transfers to what a list shows, or asks which one is meant (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, RowChange
from tslic_admin.db.history.references import reference
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import day_of, moment
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.domain.records.links import Pairs, ReceivedCandidate, TransferFacts, is_received, match_pairs
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.services.importing.comparison import (
    ComparedLists,
    ListComparison,
    ServerPacks,
    Watch,
    WatchedLicense,
)
from tslic_admin.services.importing.results import LinkQuestion
from tslic_admin.services.lookup import live_packs
from tslic_admin.services.records.pack_links import (
    FIELD_DEFAULTS,
    RECORD_FIELDS,
    fields_to_merge,
    find_source_packs,
    pack_traits,
    recorded_at,
)
from tslic_admin.services.records.transfers import collected_by_license, transfer_facts
from tslic_admin.wording.importing.preview import recorded_pack_text, recorded_transfer_text

T = TypeVar("T")
U = TypeVar("U")


def link_packs(compared: ComparedLists) -> Iterator[RowChange]:
    """Link key packs that a server lists for the first time with recorded ones that it does not list yet."""
    for comparison in _one_list_each(compared, "key-packs"):
        new = compared.packs[comparison.server].new
        recorded = _unlisted_packs(compared.session, comparison) if new else []
        if not recorded:
            continue
        new_packs = [
            (pack_reference(comparison.name, keypack, 0), SimpleNamespace(**one.values))
            for keypack, one in sorted(new.items())
        ]
        pairs = match_pairs(
            recorded,
            [*new_packs, *((None, one) for one in _unclaimed_packs(compared.packs[comparison.server]))],
            recorded_key=lambda one: pack_traits(one).key,
            listed_key=lambda one: pack_traits(one[1]).key,
            fits=_FirstSeen(compared.session).since,
        ).only_listed(lambda one: one[0] is not None)
        linked = _resolve_pairs(
            comparison, pairs, "pack", lambda one: str(one[0]), _pack_name(compared.session)
        )
        for pack, (name, listed) in linked:
            yield from _link_pack(compared.session, comparison, pack, str(name), listed)


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
    """Whether a pack that was listed before may be a recorded one; looked up only for packs with the same traits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def since(self, recorded: KeyPackRow, candidate: tuple[str | None, Any]) -> bool:
        """A new pack may be; an older one only if first listed after the request was opened or the record was made."""
        name, listed = candidate
        if name is not None:
            return True
        if recorded.request_id is None:
            since = recorded_at(self._session, "pack", recorded.id)
        elif listed.id in find_source_packs(self._session, recorded.request_id):
            return False
        else:
            since = recorded_at(self._session, "request", recorded.request_id)
        return moment(listed.first_seen_at) >= moment(since)


def _pack_name(session: Session) -> Callable[[KeyPackRow], str]:
    def name(pack: KeyPackRow) -> str:
        request = session.get(RequestRow, pack.request_id) if pack.request_id else None
        return recorded_pack_text(
            reference(session, pack), pack.request_id, request.recorded_on if request else None
        )

    return name


def _link_pack(
    session: Session, comparison: ListComparison, recorded: KeyPackRow, name: str, listed: Any
) -> Iterator[RowChange]:
    """As pack_links.link, among the differences of an import."""
    comparison.packs.merged[listed.id] = recorded.id
    yield ChangedRow(
        KeyPackRow, recorded.id, {"merged_into_id": (None, listed.id)}, reference(session, recorded)
    )
    fields = fields_to_merge(recorded, lambda field: getattr(listed, field, None))
    if fields:
        yield ChangedRow(KeyPackRow, listed.id, fields, name)
    for one in session.scalars(select(IssuanceRow).where(IssuanceRow.key_pack_id == recorded.id)):
        to = license_reference(name, one.license_id, one.id)
        yield ChangedRow(IssuanceRow, one.id, {"key_pack_id": (recorded.id, listed.id)}, to)
    request = session.get(RequestRow, recorded.request_id) if recorded.request_id else None
    if request is not None and request.state == RequestState.RECORDED:
        installed_on = max(str(day_of(comparison.taken_at)), request.recorded_on or "")
        yield ChangedRow(
            RequestRow,
            request.id,
            {
                "state": (request.state, RequestState.INSTALLED),
                "installed_on": (request.installed_on, installed_on),
            },
            comparison.name,
        )


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
    facts = [(row, transfer_facts(compared.session, row)) for row in _open_transfers(compared.session)]
    of_transfers = _transferred_licenses(compared.session)
    candidates = [
        (one, _received_license(compared, one, lists[one.server].name))
        for one in listed
        if one.new or one.number not in of_transfers
    ]

    def fits(
        transfer: tuple[TransferRow, TransferFacts], other: tuple[WatchedLicense, ReceivedCandidate]
    ) -> bool:
        return same_name(transfer[0].to_computer, other[0].computer) and is_received(transfer[1], other[1])

    pairs = match_pairs(
        facts,
        candidates,
        recorded_key=lambda one: (one[1].server_id, label_of(one[0].to_computer)),
        listed_key=lambda one: (one[0].server, label_of(one[0].computer or "")),
        fits=fits,
    ).only_listed(lambda one: one[0].new)
    for server, comparison in lists.items():
        here: Pairs[tuple[TransferRow, TransferFacts], tuple[WatchedLicense, ReceivedCandidate]] = Pairs(
            [one for one in pairs.linked if one[1][0].server == server],
            [one for one in pairs.ambiguous if one[0][0].server == server],
        )
        for (row, facts_), (license_, _) in _resolve_pairs(
            comparison,
            here,
            "transfer",
            lambda one: one[1].license,
            lambda one: recorded_transfer_text(
                one[0].id, one[0].from_computer or one[1].license, one[0].to_computer, one[0].on_day
            ),
        ):
            yield ChangedRow(
                TransferRow, row.id, {"linked_issuance_id": (None, license_.number)}, facts_.license
            )


def _transferred_licenses(session: Session) -> set[int | None]:
    """The licenses that a transfer moved or led to."""
    rows = session.execute(
        select(TransferRow.issuance_id, TransferRow.linked_issuance_id).where(TransferRow.voided_by.is_(None))
    )
    return {number for row in rows for number in row}


def _received_license(compared: ComparedLists, license_: WatchedLicense, server: str) -> ReceivedCandidate:
    keypack_id, pack = compared.packs[license_.server].by_number()[license_.pack]
    return ReceivedCandidate(
        license_reference(
            pack_reference(server, keypack_id, license_.pack), license_.license_id, license_.number
        ),
        license_.server,
        pack.product_version_id,
        pack.product_type,
        pack.key_pack_type,
        license_.status,
        day_of(license_.issued_at),
    )


def _resolve_pairs(
    comparison: ListComparison,
    pairs: Pairs[T, U],
    kind: str,
    listed_name: Callable[[U], str],
    recorded_name: Callable[[T], str],
) -> Iterator[tuple[T, U]]:
    """The sure pairs, and the ambiguous ones that the user answered; the rest become questions and count as ambiguous."""
    for recorded, listed in pairs.linked:
        comparison.counts.linked += 1
        yield recorded, listed
    taken: set[int] = set()
    open_: list[tuple[int | None, list[int]]] = []
    for listed, candidates in pairs.ambiguous:
        numbers = [_candidate_number(one) for one in candidates]
        names = dict(zip(numbers, map(recorded_name, candidates), strict=True))
        question = LinkQuestion(kind, listed_name(listed), tuple(names.items()))
        comparison.questions.append(question)
        answer = comparison.answers.get(question.key)
        if answer in numbers and answer not in taken:
            taken.add(answer)
            comparison.counts.linked += 1
            yield candidates[numbers.index(answer)], listed
        elif answer != 0:
            open_.append((answer, numbers))
    # a question is settled if all its candidates were answers to others; a candidate answered twice is not
    comparison.counts.ambiguous += sum(answer is not None or not taken.issuperset(of) for answer, of in open_)


def _candidate_number(recorded: Any) -> int:
    return int((recorded[0] if isinstance(recorded, tuple) else recorded).id)
