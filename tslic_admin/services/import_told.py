"""The first differences of an import, one by one, as its preview lists them; the rest is only counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tslic_admin.db.bulk import POINTS, Changed, Difference, New, lines_of
from tslic_admin.db.recording import Value
from tslic_admin.domain.history import EventLine
from tslic_admin.domain.licenses import EndedWhy

EACH = 200  # of a word
# what these come to belong to is what the list shows
_LINKS = {"merged_into_id", "linked_issuance_id", "license_id", "issuance_id"}
_FOLLOWS = {"succeeded_by_id"}


@dataclass(frozen=True, slots=True)
class Told:
    """A difference: *new*, *changed*, *vanished* or *linked*; what it is about, and its lines as the history has them.

    What only points to another row is left out; a link may have no lines therefore.
    """

    word: str
    kind: str
    reference: str
    lines: tuple[EventLine, ...]


@dataclass
class Telling:
    """Of one list: enough to see what it is about, however many differ."""

    told: list[Told] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def tell(self, difference: Difference) -> None:
        word = "new" if isinstance(difference, New) else _word(difference)
        if word is None or self._counts[word] >= EACH:
            return
        self._counts[word] += 1
        kept = _without_pointers(difference)
        lines = tuple(EventLine(n, *line) for n, line in enumerate(lines_of(kept), start=1))
        self.told.append(Told(word, difference.table.KIND, difference.reference, lines))


def _word(difference: Changed) -> str | None:
    fields = difference.fields
    if EndedWhy.VANISHED in (fields[name][1] for name in ("ended_why", "closed_why") if name in fields):
        return "vanished"
    if not _LINKS.isdisjoint(fields):
        return "linked"
    return "changed" if fields.keys() - _FOLLOWS else None


def _without_pointers(difference: Difference) -> Difference:
    points = POINTS[difference.table]
    if isinstance(difference, New):
        values: dict[str, Value] = {
            name: value
            for name, value in difference.values.items()
            if name not in points and value is not None
        }
        return difference._replace(values=values)
    fields = {name: change for name, change in difference.fields.items() if name not in points}
    return difference._replace(fields=fields)
