"""Matches licenses entered by hand with the licenses that a list shows for the first time (rule 4.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.db.history.recording import license_reference
from tslic_admin.db.license_queries import RecordedLicense, hand_made_licenses, similar_licenses
from tslic_admin.domain.licenses.issuances import (
    IssuedLicense,
    match_hand_made,
    may_be_listed,
    real_hardware_id,
)
from tslic_admin.domain.names import label_of
from tslic_admin.services.importing.comparison import ListComparison
from tslic_admin.services.importing.results import LinkQuestion
from tslic_admin.wording.importing.preview import hand_made_license_text


class ListedLicense(NamedTuple):
    """A license under a key of its server that was not there before."""

    comparison: ListComparison
    license_id: int
    name: str
    replaces: RecordedLicense | None  # what lay under the key


class _PendingLicense(NamedTuple):
    """One that may have been entered by hand."""

    of: ListedLicense
    seen: Sequence[Any]


class HandMadeLicenses:
    """The licenses without a License ID of a key pack and of those merged into it: a few, read before the pack is compared.

    A new license of the list that may be one of them is held back until the pack's end, when all are known.
    """

    def __init__(self, session: Session, packs: Sequence[int]) -> None:
        self._session, self._packs = session, tuple(packs)
        self._rows = hand_made_licenses(session, self._packs)
        self._issued = [issued_from_cells(row[2:8]) for row in self._rows]
        self._labels = {label_of(one.computer) for one in self._issued if one.computer}
        self._hardware = {real_hardware_id(one.hardware_id) for one in self._issued} - {None}
        self._pending: list[_PendingLicense] = []
        self._found: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._rows)

    def hold_back(self, of: ListedLicense, seen: Sequence[Any]) -> bool:
        """Whether a listed license may be one of them: it is held back then. `seen` in the order of LISTED_COLUMNS."""
        listed = issued_from_cells(seen)
        called = listed.computer is not None and label_of(listed.computer) in self._labels
        if not called and real_hardware_id(listed.hardware_id) not in self._hardware:
            return False
        if not any(may_be_listed(one, listed) for one in self._issued):
            return False
        self._pending.append(_PendingLicense(of, seen))
        return True

    def knows(self, seen: Sequence[Any]) -> bool:
        """Whether a license without a License ID is one of them, or one that has its License ID by now."""
        other = issued_from_cells(seen)
        if any(may_be_listed(other, one) for one in self._issued):
            return True
        label = label_of(other.computer) if other.computer else None
        found = similar_licenses(self._session, self._packs, label, other.hardware_id)
        return any(may_be_listed(other, issued_from_cells(row[2:8])) for row in found)

    def resolve(self, pack: str) -> Iterator[tuple[ListedLicense, Sequence[Any], RecordedLicense | None]]:
        """What was held back, what its list says, and the row that it is; what could be several is asked.

        `pack`: its reference.
        """
        pairs = match_hand_made(self._issued, [issued_from_cells(one.seen) for one in self._pending])
        for (of, seen), place in zip(self._pending, pairs, strict=True):
            if place is not None:
                self._found.add(self._rows[place].id)
                yield of, seen, self._rows[place]
                continue
            listed = issued_from_cells(seen)
            candidates = [
                row
                for at, (row, mine) in enumerate(zip(self._rows, self._issued, strict=True))
                if at not in pairs and may_be_listed(mine, listed)
            ]
            yield of, seen, self._ask(of, pack, candidates) if candidates else None

    def unlisted(self) -> Iterator[RecordedLicense]:
        """Those that no list has shown, once it is decided."""
        return (row for row in self._rows if row.id not in self._found)

    def _ask(
        self, of: ListedLicense, pack: str, candidates: Sequence[RecordedLicense]
    ) -> RecordedLicense | None:
        """Which one it is by the answer; each of ours is one of theirs only."""
        names = (
            hand_made_license_text(license_reference(pack, None, row.id), row.issued_at) for row in candidates
        )
        numbers = [row.id for row in candidates]
        question = LinkQuestion("license", of.name, tuple(zip(numbers, names, strict=True)))
        of.comparison.questions.append(question)
        answer = of.comparison.answers.get(question.key)
        if answer is not None and answer in numbers and answer not in self._found:
            self._found.add(answer)
            return candidates[numbers.index(answer)]
        of.comparison.counts.ambiguous += answer != 0
        return None


def issued_from_cells(cells: Sequence[Any]) -> IssuedLicense:
    """From user, computer, status, issue, expiry, hardware ID, as they are listed."""
    user, computer, status, issued_at, expires_at, hardware_id = cells
    return IssuedLicense(computer, user, status, issued_at, expires_at, hardware_id)
