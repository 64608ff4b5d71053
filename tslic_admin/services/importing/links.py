"""Links recorded key packs and transfers to what a list shows, or asks which one is meant (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import ChangedRow, RowChange
from tslic_admin.db.history.recording import license_reference, pack_reference, reference
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import day_of, moment
from tslic_admin.domain.names import label_of, same_name
from tslic_admin.domain.records.links import Pairs, ReceivedCandidate, TransferFacts, is_received, match_pairs
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.services.importing.results import LinkQuestion
from tslic_admin.services.lookup import live_packs
from tslic_admin.services.records.pack_links import (
    FIELD_DEFAULTS,
    RECORD_FIELDS,
    fields_to_merge,
    find_source_packs,
    recorded_at,
    traits,
)
from tslic_admin.services.records.transfers import collected_by_license, transfer_facts
from tslic_admin.wording.importing.preview import recorded_pack_text, recorded_transfer_text

if TYPE_CHECKING:
    from tslic_admin.services.importing.comparison import (
        ComparedLists,
        ListComparison,
        ServerPacks,
        Watch,
        WatchedLicense,
    )

T = TypeVar("T")
U = TypeVar("U")


def link_packs(walked: ComparedLists) -> Iterator[RowChange]:
    """Packs that a server lists for the first time, and those of ours that are not on it yet."""
    for known in _one_list_each(walked, "key-packs"):
        new = walked.packs[known.server].new
        ours = _unlisted_packs(walked.session, known) if new else []
        if not ours:
            continue
        theirs = [
            (pack_reference(known.name, keypack, 0), SimpleNamespace(**one.values))
            for keypack, one in sorted(new.items())
        ]
        pairs = match_pairs(
            ours,
            [*theirs, *((None, one) for one in _unclaimed_packs(walked.packs[known.server]))],
            recorded_key=lambda one: traits(one).key,
            listed_key=lambda one: traits(one[1]).key,
            fits=_FirstSeen(walked.session).since,
        ).only_listed(lambda one: one[0] is not None)
        linked = _resolve_pairs(known, pairs, "pack", lambda one: str(one[0]), _pack_name(walked.session))
        for pack, (name, listed) in linked:
            yield from _link_pack(walked.session, known, pack, str(name), listed)


def _one_list_each(walked: ComparedLists, subject: str) -> Iterable[ListComparison]:
    """The first list of a subject of each server; several files of one import are one snapshot."""
    return {one.server: one for one in reversed(walked.lists) if one.subject == subject}.values()


def _unlisted_packs(session: Session, known: ListComparison) -> list[KeyPackRow]:
    """Packs of ours that their server does not list yet; a reissued one not before its request was opened."""
    rows = session.scalars(
        select(KeyPackRow).where(
            KeyPackRow.server_id == known.server,
            KeyPackRow.keypack_id.is_(None),
            KeyPackRow.first_seen_at.is_(None),
            KeyPackRow.closed_on.is_(None),
            *live_packs(),
        )
    ).all()
    taken = str(day_of(known.taken_at))

    def is_late_enough(pack: KeyPackRow) -> bool:
        request = session.get(RequestRow, pack.request_id) if pack.request_id else None
        return request is None or request.opened_on <= taken

    return [row for row in rows if is_late_enough(row)]


def _unclaimed_packs(packs: ServerPacks) -> list[KeyPackRow]:
    """Open packs that their server listed before and of which nothing more is known: each may still be one of ours."""
    return [
        row
        for row in packs.known.values()
        if row.first_seen_at is not None
        and packs.is_open(row)
        and all(getattr(row, name) == FIELD_DEFAULTS.get(name) for name in RECORD_FIELDS)
    ]


class _FirstSeen:
    """Whether what was listed before may be one of ours; looked up only for packs that are alike."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def since(self, ours: KeyPackRow, theirs: tuple[str | None, Any]) -> bool:
        """What is new may be; what is not, if since the request was opened, or ours was recorded by hand."""
        name, listed = theirs
        if name is not None:
            return True
        if ours.request_id is None:
            since = recorded_at(self._session, "pack", ours.id)
        elif listed.id in find_source_packs(self._session, ours.request_id):
            return False
        else:
            since = recorded_at(self._session, "request", ours.request_id)
        return moment(listed.first_seen_at) >= moment(since)


def _pack_name(session: Session) -> Callable[[KeyPackRow], str]:
    def name(pack: KeyPackRow) -> str:
        request = session.get(RequestRow, pack.request_id) if pack.request_id else None
        return recorded_pack_text(
            reference(session, pack), pack.request_id, request.recorded_on if request else None
        )

    return name


def _link_pack(
    session: Session, known: ListComparison, ours: KeyPackRow, name: str, listed: Any
) -> Iterator[RowChange]:
    """As pack_links.link, among the differences of an import."""
    known.packs.merged[listed.id] = ours.id
    yield ChangedRow(KeyPackRow, ours.id, {"merged_into_id": (None, listed.id)}, reference(session, ours))
    fields = fields_to_merge(ours, lambda field: getattr(listed, field, None))
    if fields:
        yield ChangedRow(KeyPackRow, listed.id, fields, name)
    for one in session.scalars(select(IssuanceRow).where(IssuanceRow.key_pack_id == ours.id)):
        to = license_reference(name, one.license_id, one.id)
        yield ChangedRow(IssuanceRow, one.id, {"key_pack_id": (ours.id, listed.id)}, to)
    request = session.get(RequestRow, ours.request_id) if ours.request_id else None
    if request is not None and request.state == RequestState.RECORDED:
        seen = max(str(day_of(known.taken_at)), request.recorded_on or "")
        yield ChangedRow(
            RequestRow,
            request.id,
            {"state": (request.state, RequestState.INSTALLED), "installed_on": (request.installed_on, seen)},
            known.name,
        )


def watch_transfers(session: Session, watch: Watch) -> None:
    """The computers that licenses were transferred to: what they get from their servers is noted."""
    for transfer in _open_transfers(session):
        watch.labels.add(label_of(transfer.to_computer))


def _open_transfers(session: Session) -> list[TransferRow]:
    """Those that led to no license that is known yet; one that a later transfer or a reissue follows is settled."""
    rows = session.scalars(
        select(TransferRow).where(TransferRow.voided_by.is_(None), TransferRow.linked_issuance_id.is_(None))
    ).all()
    followed = set(session.scalars(select(TransferRow.previous_id).where(TransferRow.voided_by.is_(None))))
    reissued = collected_by_license(session)
    return [row for row in rows if row.id not in followed and row.issuance_id not in reissued]


def link_transfers(walked: ComparedLists) -> Iterator[RowChange]:
    """Licenses that a server lists for the first time, and the transfers to their computers.

    What such a computer had before and no transfer led to may be the one too; then it is asked.
    """
    lists = {one.server: one for one in _one_list_each(walked, "licenses")}
    listed = [one for one in walked.watch.licenses if one.server in lists]
    if not any(one.new for one in listed):
        return
    facts = [(row, transfer_facts(walked.session, row)) for row in _open_transfers(walked.session)]
    of_transfers = _transferred_licenses(walked.session)
    theirs = [
        (one, _received_license(walked, one, lists[one.server].name))
        for one in listed
        if one.new or one.number not in of_transfers
    ]

    def fits(
        ours: tuple[TransferRow, TransferFacts], other: tuple[WatchedLicense, ReceivedCandidate]
    ) -> bool:
        return same_name(ours[0].to_computer, other[0].computer) and is_received(ours[1], other[1])

    pairs = match_pairs(
        facts,
        theirs,
        recorded_key=lambda one: (one[1].server_id, label_of(one[0].to_computer)),
        listed_key=lambda one: (one[0].server, label_of(one[0].computer or "")),
        fits=fits,
    ).only_listed(lambda one: one[0].new)
    for server, known in lists.items():
        here: Pairs[tuple[TransferRow, TransferFacts], tuple[WatchedLicense, ReceivedCandidate]] = Pairs(
            [one for one in pairs.linked if one[1][0].server == server],
            [one for one in pairs.ambiguous if one[0][0].server == server],
        )
        for (row, facts_), (noted, _) in _resolve_pairs(
            known,
            here,
            "transfer",
            lambda one: one[1].license,
            lambda one: recorded_transfer_text(
                one[0].id, one[0].from_computer or one[1].license, one[0].to_computer, one[0].on_day
            ),
        ):
            yield ChangedRow(
                TransferRow, row.id, {"linked_issuance_id": (None, noted.number)}, facts_.license
            )


def _transferred_licenses(session: Session) -> set[int | None]:
    """The licenses that a transfer moved or led to."""
    rows = session.execute(
        select(TransferRow.issuance_id, TransferRow.linked_issuance_id).where(TransferRow.voided_by.is_(None))
    )
    return {number for row in rows for number in row}


def _received_license(walked: ComparedLists, noted: WatchedLicense, server: str) -> ReceivedCandidate:
    keypack_id, pack = walked.packs[noted.server].by_number()[noted.pack]
    return ReceivedCandidate(
        license_reference(pack_reference(server, keypack_id, noted.pack), noted.license_id, noted.number),
        noted.server,
        pack.product_version_id,
        pack.product_type,
        pack.key_pack_type,
        noted.status,
        day_of(noted.issued_at),
    )


def _resolve_pairs(
    known: ListComparison,
    pairs: Pairs[T, U],
    kind: str,
    their_name: Callable[[U], str],
    our_name: Callable[[T], str],
) -> Iterator[tuple[T, U]]:
    """The sure pairs, and of the others those that were answered; the rest is asked, and counted ambiguous."""
    for mine, other in pairs.linked:
        known.counts.linked += 1
        yield mine, other
    taken: set[int] = set()
    open_: list[tuple[int | None, list[int]]] = []
    for other, candidates in pairs.ambiguous:
        numbers = [_candidate_number(one) for one in candidates]
        names = dict(zip(numbers, map(our_name, candidates), strict=True))
        question = LinkQuestion(kind, their_name(other), tuple(names.items()))
        known.questions.append(question)
        answer = known.answers.get(question.key)
        if answer in numbers and answer not in taken:
            taken.add(answer)
            known.counts.linked += 1
            yield candidates[numbers.index(answer)], other
        elif answer != 0:
            open_.append((answer, numbers))
    # whatever others turned out to be is settled; one of ours that was given twice is not
    known.counts.ambiguous += sum(answer is not None or not taken.issuperset(of) for answer, of in open_)


def _candidate_number(ours: Any) -> int:
    return int((ours[0] if isinstance(ours, tuple) else ours).id)
