"""The one matcher: which recorded thing a listed thing is, for packs, transfers, hand-made licenses and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """The candidates of one listed thing. `sure`: the matching candidate; None if there is none, or more than one is possible."""

    candidates: tuple[T, ...] = ()
    sure: T | None = None


def match_one(candidates: Iterable[T], *, tie_breakers: Iterable[Callable[[T], bool]] = ()) -> Match[T]:
    """Match one thing. The match is sure if exactly one candidate is left.

    Each tie breaker in turn keeps the candidates that pass it, if any passes.
    """
    left = tuple(candidates)
    for passes in tie_breakers:
        if len(left) > 1:
            left = tuple(one for one in left if passes(one)) or left
    return Match(left, left[0] if len(left) == 1 else None)


def _same_key(_: object) -> Hashable | None:
    return ()


def match_each(
    listed: Sequence[U],
    recorded: Sequence[T],
    *,
    rules: Sequence[Callable[[T, U], bool]] = (lambda *_: True,),
    listed_key: Callable[[U], Hashable | None] = _same_key,
    recorded_key: Callable[[T], Hashable | None] = _same_key,
) -> list[Match[T]]:
    """Match two groups one to one. A match is sure if each thing is the only candidate of the other.

    Candidates have the same key, not None, and pass a rule. `rules`: the stricter one first; what it makes sure is
    no candidate under the next.
    """
    by_key: dict[Hashable, list[int]] = {}
    for place, one in enumerate(recorded):
        if (key := recorded_key(one)) is not None:
            by_key.setdefault(key, []).append(place)
    sure: dict[int, int] = {}  # place in `listed` -> place in `recorded`
    candidates: dict[int, list[int]] = {}
    for fits in rules:
        taken = set(sure.values())
        candidates = {
            at: [
                place
                for place in by_key.get(listed_key(other), ())
                if place not in taken and fits(recorded[place], other)
            ]
            for at, other in enumerate(listed)
            if at not in sure
        }
        uses = Counter(place for places in candidates.values() for place in places)
        sure |= {
            at: places[0] for at, places in candidates.items() if len(places) == 1 and uses[places[0]] == 1
        }
    return [
        Match((recorded[sure[at]],), recorded[sure[at]])
        if at in sure
        else Match(tuple(recorded[place] for place in candidates[at]))
        for at in range(len(listed))
    ]
