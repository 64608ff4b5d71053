"""Which recorded key pack or transfer a listed key pack or license belongs to (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from tslic_admin.domain.licenses.issuances import LicenseStatus
from tslic_admin.domain.licenses.packs import KeyPackType, ProductType, is_built_in, version_family
from tslic_admin.domain.outcomes import RuleViolation

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class PackTraits:
    """By what a recorded key pack is matched with a listed one. A pack of which a value is None matches no other."""

    product_version: int | None
    product_type: int | None
    total: int | None

    @property
    def key(self) -> Hashable | None:
        key = (version_family(self.product_version), self.product_type, self.total)
        return None if None in key else key


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer as far as it says which license the new computer will get from the server."""

    number: int
    license: str
    server_id: int
    product_version: int | None
    on: date


@dataclass(frozen=True, slots=True)
class ReceivedCandidate:
    """A license that may be the one a transfer led to."""

    license: str
    server_id: int
    product_version: int | None
    product_type: int | None
    key_pack_type: int | None
    status: int | None
    issued_on: date | None


def check_received(transfer: TransferFacts, license_: ReceivedCandidate) -> None:
    """Raises RuleViolation where a license cannot be the one that a transfer led to (rule 4.6)."""
    field, name, number = "license", license_.license, transfer.number
    if license_.server_id != transfer.server_id:
        raise RuleViolation("link-server", field=field, license=name, transfer=number)
    if (
        license_.product_type != ProductType.PER_DEVICE
        or license_.key_pack_type == KeyPackType.TEMPORARY
        or is_built_in(license_.product_type, license_.key_pack_type)
    ):
        raise RuleViolation("link-type", field=field, license=name, transfer=number)
    if license_.status == LicenseStatus.TEMPORARY:
        raise RuleViolation("link-temporary", field=field, license=name, transfer=number)
    version = version_family(transfer.product_version)
    if version is None or version_family(license_.product_version) != version:
        raise RuleViolation("link-version", field=field, license=name, transfer=number)
    if license_.issued_on is None or license_.issued_on < transfer.on:
        raise RuleViolation("link-issued", field=field, license=name, transfer=number)


def is_received(transfer: TransferFacts, license_: ReceivedCandidate) -> bool:
    """Whether a license can be the one that a transfer led to."""
    try:
        check_received(transfer, license_)
    except RuleViolation:
        return False
    return True


@dataclass(slots=True)
class Pairs(Generic[T, U]):
    """`linked`: pairs of recorded and listed. `ambiguous`: each other listed item that has candidates, with them."""

    linked: list[tuple[T, U]] = field(default_factory=list)
    ambiguous: list[tuple[U, list[T]]] = field(default_factory=list)

    def only_listed(self, predicate: Callable[[U], bool]) -> Pairs[T, U]:
        """Keep only the pairs whose listed side passes `predicate`. The others were needed to detect ambiguity."""
        return Pairs(
            [(one, other) for one, other in self.linked if predicate(other)],
            [(other, candidates) for other, candidates in self.ambiguous if predicate(other)],
        )


def match_pairs(
    recorded: Iterable[T],
    listed: Iterable[U],
    *,
    recorded_key: Callable[[T], Hashable | None],
    listed_key: Callable[[U], Hashable | None],
    fits: Callable[[T, U], bool] = lambda *_: True,
) -> Pairs[T, U]:
    """Link what has exactly one candidate on each side. Candidates have the same key, not None, and pass `fits`."""
    by_key: dict[Hashable, list[T]] = {}
    for one in recorded:
        if (key := recorded_key(one)) is not None:
            by_key.setdefault(key, []).append(one)
    possible: list[tuple[U, list[T]]] = []
    # by the id() of a recorded item: of how many listed ones it is a candidate
    candidate_counts: dict[int, int] = {}
    for other in listed:
        key = listed_key(other)
        candidates = [one for one in by_key.get(key, ()) if fits(one, other)] if key is not None else []
        for one in candidates:
            candidate_counts[id(one)] = candidate_counts.get(id(one), 0) + 1
        if candidates:
            possible.append((other, candidates))
    pairs: Pairs[T, U] = Pairs()
    for other, candidates in possible:
        if len(candidates) == 1 and candidate_counts[id(candidates[0])] == 1:
            pairs.linked.append((candidates[0], other))
        else:
            pairs.ambiguous.append((other, candidates))
    return pairs
