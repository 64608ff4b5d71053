"""Matches licenses entered by hand with the licenses that a list shows for the first time (rule 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tslic_admin.db.license_queries import RecordedLicense, hand_made_licenses, similar_licenses
from tslic_admin.domain.licenses.issuances import (
    HAND_MADE_RULES,
    IssuedLicense,
    can_match_listed,
    real_hardware_id,
)
from tslic_admin.domain.licenses.references import license_reference
from tslic_admin.domain.names import label_of
from tslic_admin.domain.records.matching import match_each
from tslic_admin.services.importing.comparison import ListComparison
from tslic_admin.services.importing.questions import MatchResolver
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
    issued: IssuedLicense


class _HandMadeLicense(NamedTuple):
    """A license entered by hand, and how the rules see it."""

    row: RecordedLicense
    issued: IssuedLicense


class HandMadeLicenses:
    """The licenses without a License ID of a key pack and of those merged into it: a few, read before the pack is compared.

    A new license of the list that may be one of them is held back until all rows of the pack were compared.
    """

    def __init__(self, session: Session, packs: Sequence[int]) -> None:
        self._session, self._packs = session, tuple(packs)
        self._hand_made = [
            _HandMadeLicense(row, issued_from_cells(row[2:8]))
            for row in hand_made_licenses(session, self._packs)
        ]
        issued = [one.issued for one in self._hand_made]
        self._labels = {label_of(one.computer) for one in issued if one.computer}
        self._hardware = {real_hardware_id(one.hardware_id) for one in issued} - {None}
        self._pending: list[_PendingLicense] = []
        self._matched: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._hand_made)

    def hold_back(self, license_: ListedLicense, cells: Sequence[Any]) -> bool:
        """Hold back a listed license that may be one of them; whether it was. `cells` in the order of LISTED_COLUMNS."""
        listed = issued_from_cells(cells)
        same_label = listed.computer is not None and label_of(listed.computer) in self._labels
        if not same_label and real_hardware_id(listed.hardware_id) not in self._hardware:
            return False
        if not any(can_match_listed(one.issued, listed) for one in self._hand_made):
            return False
        self._pending.append(_PendingLicense(license_, cells, listed))
        return True

    def contains(self, cells: Sequence[Any]) -> bool:
        """Whether a license without a License ID is one of them, or one that has got its License ID since."""
        other = issued_from_cells(cells)
        if any(can_match_listed(other, one.issued) for one in self._hand_made):
            return True
        label = label_of(other.computer) if other.computer else None
        similar = similar_licenses(self._session, self._packs, label, other.hardware_id)
        return any(can_match_listed(other, issued_from_cells(row[2:8])) for row in similar)

    def resolve(self, pack: str) -> Iterator[tuple[ListedLicense, Sequence[Any], RecordedLicense | None]]:
        """What was held back, its cells, and the hand-made license that it is; of several candidates the user is asked.

        `pack`: the reference of the key pack.
        """

        def describe(one: _HandMadeLicense) -> tuple[int, str]:
            name = license_reference(pack, None, one.row.id)
            return one.row.id, hand_made_license_text(name, one.row.issued_at)

        rules = [partial(_fits, rule) for rule in HAND_MADE_RULES]
        matches = match_each(self._pending, self._hand_made, rules=rules)
        answers = self._pending[0].license.comparison.answers if self._pending else {}
        resolver = MatchResolver("license", answers)
        for (license_, cells, _), match in zip(self._pending, matches, strict=True):
            found = resolver.resolve(match, license_.name, describe, license_.comparison)
            if found is not None:
                self._matched.add(found.row.id)
            yield license_, cells, found.row if found is not None else None
        resolver.count_ambiguous()

    def unlisted(self) -> Iterator[RecordedLicense]:
        """Those that no list has shown; complete after `resolve`."""
        return (one.row for one in self._hand_made if one.row.id not in self._matched)


def _fits(
    rule: Callable[[IssuedLicense, IssuedLicense], bool], one: _HandMadeLicense, other: _PendingLicense
) -> bool:
    return rule(one.issued, other.issued)


def issued_from_cells(cells: Sequence[Any]) -> IssuedLicense:
    """The issued license of cells in the order of LISTED_COLUMNS."""
    user, computer, status, issued_at, expires_at, hardware_id = cells
    return IssuedLicense(computer, user, status, issued_at, expires_at, hardware_id)
