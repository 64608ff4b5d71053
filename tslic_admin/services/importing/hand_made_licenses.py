"""Matches licenses entered by hand with the licenses that a list shows for the first time (rule 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

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
    listed: IssuedLicense
    replaces: RecordedLicense | None  # the license that had the License ID


class HandMadeLicenses:
    """The licenses without a License ID of a key pack and of those merged into it: a few, read before the pack is compared.

    A new license of the list that may be one of them is held back until all rows of the pack were compared.
    """

    def __init__(self, session: Session, packs: Sequence[int]) -> None:
        self._session, self._packs = session, tuple(packs)
        self._hand_made = hand_made_licenses(session, self._packs)
        issued = [one.listed for one in self._hand_made]
        self._labels = {label_of(one.computer) for one in issued if one.computer}
        self._hardware = {real_hardware_id(one.hardware_id) for one in issued} - {None}
        self._pending: list[ListedLicense] = []
        self._matched: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._hand_made)

    def hold_back(self, license_: ListedLicense) -> bool:
        """Keep a listed license for later if it may be one of these. Return whether it was kept."""
        listed = license_.listed
        same_label = listed.computer is not None and label_of(listed.computer) in self._labels
        if not same_label and real_hardware_id(listed.hardware_id) not in self._hardware:
            return False
        if not any(can_match_listed(one.listed, listed) for one in self._hand_made):
            return False
        self._pending.append(license_)
        return True

    def contains(self, other: IssuedLicense) -> bool:
        """Whether a license without a License ID is one of them, or one that has got its License ID since."""
        if any(can_match_listed(other, one.listed) for one in self._hand_made):
            return True
        label = label_of(other.computer) if other.computer else None
        similar = similar_licenses(self._session, self._packs, label, other.hardware_id)
        return any(can_match_listed(other, row.listed) for row in similar)

    def resolve(self, pack: str) -> Iterator[tuple[ListedLicense, RecordedLicense | None]]:
        """Yield the kept licenses with the hand-made license that each matches. If there are several candidates, the user is asked.

        `pack`: the reference of the key pack.
        """

        def describe(one: RecordedLicense) -> tuple[int, str]:
            name = license_reference(pack, None, one.id)
            return one.id, hand_made_license_text(name, one.listed.issued_at)

        rules = [partial(_fits, rule) for rule in HAND_MADE_RULES]
        matches = match_each(self._pending, self._hand_made, rules=rules)
        answers = self._pending[0].comparison.answers if self._pending else {}
        resolver = MatchResolver("license", answers)
        for license_, match in zip(self._pending, matches, strict=True):
            found = resolver.resolve(match, license_.name, describe, license_.comparison)
            if found is not None:
                self._matched.add(found.id)
            yield license_, found
        resolver.count_ambiguous()

    def unlisted(self) -> Iterator[RecordedLicense]:
        """Those that no list has shown; complete after `resolve`."""
        return (one for one in self._hand_made if one.id not in self._matched)


def _fits(
    rule: Callable[[IssuedLicense, IssuedLicense], bool], one: RecordedLicense, other: ListedLicense
) -> bool:
    return rule(one.listed, other.listed)
