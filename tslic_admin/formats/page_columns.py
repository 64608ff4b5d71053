"""How wide each column of a printed list is, by what stands in it. Widths are in any unit, as long as it is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What a column wants: `whole`, to hold each of its texts in one line, and `word`, to break none of its words."""

    whole: int
    word: int

    def at(self, size: int, of: int) -> Need:
        """The same with letters of another size."""
        return Need(-(-self.whole * size // of), -(-self.word * size // of))


def widest(needs: Iterable[Need]) -> Need:
    """What holds all of these."""
    each = list(needs)
    return Need(max(need.whole for need in each), max(need.word for need in each))


def fits_whole(needs: Sequence[Need], room: int) -> bool:
    """Whether no line has to be broken."""
    return sum(need.whole for need in needs) <= room


def _least(needs: Sequence[Need], comfort: int) -> list[int]:
    return [min(need.whole, max(need.word, comfort)) for need in needs]


def fits_words(needs: Sequence[Need], room: int, comfort: int = 0) -> bool:
    """Whether lines are broken at words only, and only in columns as wide as `comfort`."""
    return sum(_least(needs, comfort)) <= room


def widths(needs: Sequence[Need], room: int, comfort: int = 0) -> list[int]:
    """Share the room out: as much as each column wants; where that is too much, the widest give way first.

    While others can give way, a column does not become narrower than `comfort`, in which a text is read easily;
    where that cannot be, at least no narrower than its longest word. The sum is never more than the room, and
    no width is zero where there is room for that.
    """
    whole = [need.whole for need in needs]
    if sum(whole) <= room:
        return whole
    for least in (_least(needs, comfort), _least(needs, 0)):
        if sum(least) <= room:
            return _capped(least, whole, room)
    return _capped([0] * len(whole), _least(needs, 0), room)


def _capped(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Widths between least and most under one cap that is as high as the room allows; the rest goes from the left."""
    low, high = 0, max(most)
    while low < high:
        cap = (low + high + 1) // 2
        if sum(map(_within, least, most, [cap] * len(most))) <= room:
            low = cap
        else:
            high = cap - 1
    found = [_within(a, b, low) for a, b in zip(least, most, strict=True)]
    left = room - sum(found)
    for place, (width, wanted) in enumerate(zip(found, most, strict=True)):
        if left > 0 and width < wanted:
            found[place] += 1
            left -= 1
    return found


def _within(least: int, most: int, cap: int) -> int:
    return max(least, min(most, cap))
