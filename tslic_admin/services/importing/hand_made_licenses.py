"""Matches licenses entered by hand with the licenses that a list shows for the first time (rule 4.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.db.license_queries import RecordedLicense, hand_made_licenses, similar_licenses
from tslic_admin.domain.licenses.issuances import (
    IssuedLicense,
    can_match_listed,
    match_hand_made,
    real_hardware_id,
)
from tslic_admin.domain.licenses.references import license_reference
from tslic_admin.domain.names import label_of
from tslic_admin.services.importing.comparison import ListComparison
from tslic_admin.services.importing.results import LinkQuestion
from tslic_admin.wording.importing.preview import hand_made_license_text


class ListedLicense(NamedTuple):
    """A license under a License ID that it did not have before."""

    comparison: ListComparison
    license_id: int
    name: str
    replaces: RecordedLicense | None  # the license that had the License ID


class _PendingLicense(NamedTuple):
    """A listed license that may be one entered by hand, with its cells."""

    license: ListedLicense
    cells: Sequence[Any]


class HandMadeLicenses:
    """The licenses without a License ID of a key pack and of those merged into it: a few, read before the pack is compared.

    A new license of the list that may be one of them is held back until all rows of the pack were compared.
    """

    def __init__(self, session: Session, packs: Sequence[int]) -> None:
        self._session, self._packs = session, tuple(packs)
        self._rows = hand_made_licenses(session, self._packs)
        self._issued = [issued_from_cells(row[2:8]) for row in self._rows]
        self._labels = {label_of(one.computer) for one in self._issued if one.computer}
        self._hardware = {real_hardware_id(one.hardware_id) for one in self._issued} - {None}
        self._pending: list[_PendingLicense] = []
        self._matched: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._rows)

    def hold_back(self, license_: ListedLicense, cells: Sequence[Any]) -> bool:
        """Hold back a listed license that may be one of them; whether it was. `cells` in the order of LISTED_COLUMNS."""
        listed = issued_from_cells(cells)
        same_label = listed.computer is not None and label_of(listed.computer) in self._labels
        if not same_label and real_hardware_id(listed.hardware_id) not in self._hardware:
            return False
        if not any(can_match_listed(one, listed) for one in self._issued):
            return False
        self._pending.append(_PendingLicense(license_, cells))
        return True

    def contains(self, cells: Sequence[Any]) -> bool:
        """Whether a license without a License ID is one of them, or one that has got its License ID since."""
        other = issued_from_cells(cells)
        if any(can_match_listed(other, one) for one in self._issued):
            return True
        label = label_of(other.computer) if other.computer else None
        similar = similar_licenses(self._session, self._packs, label, other.hardware_id)
        return any(can_match_listed(other, issued_from_cells(row[2:8])) for row in similar)

    def resolve(self, pack: str) -> Iterator[tuple[ListedLicense, Sequence[Any], RecordedLicense | None]]:
        """What was held back, its cells, and the hand-made license that it is; of several candidates the user is asked.

        `pack`: the reference of the key pack.
        """
        pairs = match_hand_made(self._issued, [issued_from_cells(one.cells) for one in self._pending])
        for (license_, cells), place in zip(self._pending, pairs, strict=True):
            if place is not None:
                self._matched.add(self._rows[place].id)
                yield license_, cells, self._rows[place]
                continue
            listed = issued_from_cells(cells)
            candidates = [
                row
                for at, (row, issued) in enumerate(zip(self._rows, self._issued, strict=True))
                if at not in pairs and can_match_listed(issued, listed)
            ]
            yield license_, cells, self._ask(license_, pack, candidates) if candidates else None

    def unlisted(self) -> Iterator[RecordedLicense]:
        """Those that no list has shown; complete after `resolve`."""
        return (row for row in self._rows if row.id not in self._matched)

    def _ask(
        self, listed: ListedLicense, pack: str, candidates: Sequence[RecordedLicense]
    ) -> RecordedLicense | None:
        """The candidate that the user answered with; each is the answer to one question only."""
        names = (
            hand_made_license_text(license_reference(pack, None, row.id), row.issued_at) for row in candidates
        )
        numbers = [row.id for row in candidates]
        question = LinkQuestion("license", listed.name, tuple(zip(numbers, names, strict=True)))
        listed.comparison.questions.append(question)
        answer = listed.comparison.answers.get(question.key)
        if answer is not None and answer in numbers and answer not in self._matched:
            self._matched.add(answer)
            return candidates[numbers.index(answer)]
        listed.comparison.counts.ambiguous += answer != 0
        return None


def issued_from_cells(cells: Sequence[Any]) -> IssuedLicense:
    """The issued license of cells in the order of LISTED_COLUMNS."""
    user, computer, status, issued_at, expires_at, hardware_id = cells
    return IssuedLicense(computer, user, status, issued_at, expires_at, hardware_id)
