"""The results of an import for each list: counts, refusals, questions and the first differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tslic_admin.db.history.bulk import POINTER_COLUMNS, ChangedRow, NewRow, RowChange, lines_of
from tslic_admin.db.history.recording import Value
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.history.differences import DifferenceKind
from tslic_admin.domain.history.entries import EventLine
from tslic_admin.domain.licenses.issuances import EndedWhy

SHOWN_PER_WORD = 200
# a change of these links the row with a listed one
_LINKS = {"merged_into_id", "linked_issuance_id", "license_id", "issuance_id"}
_CONSEQUENCES = {"succeeded_by_id"}


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A difference: *new*, *changed*, *vanished* or *linked*, with the reference of the row and its event lines.

    Fields that only point to another row are left out; a link may therefore have no lines.
    """

    word: str
    kind: str
    reference: str
    lines: tuple[EventLine, ...]


@dataclass
class DifferencePreview:
    """The first differences of one list: at most SHOWN_PER_WORD of each word."""

    differences: list[ShownDifference] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, difference: RowChange) -> None:
        word = "new" if isinstance(difference, NewRow) else _word(difference)
        if word is None or self._counts[word] >= SHOWN_PER_WORD:
            return
        self._counts[word] += 1
        own = _without_pointers(difference)
        lines = tuple(EventLine(n, *line) for n, line in enumerate(lines_of(own), start=1))
        self.differences.append(ShownDifference(word, difference.table.KIND, difference.reference, lines))


def _word(difference: ChangedRow) -> str | None:
    fields = difference.fields
    if EndedWhy.VANISHED in (fields[name][1] for name in ("ended_why", "closed_why") if name in fields):
        return "vanished"
    if not _LINKS.isdisjoint(fields):
        return "linked"
    return "changed" if fields.keys() - _CONSEQUENCES else None


def _without_pointers(difference: RowChange) -> RowChange:
    points = POINTER_COLUMNS[difference.table]
    if isinstance(difference, NewRow):
        values: dict[str, Value] = {
            name: value
            for name, value in difference.values.items()
            if name not in points and value is not None
        }
        return difference._replace(values=values)
    fields = {name: change for name, change in difference.fields.items() if name not in points}
    return difference._replace(fields=fields)


@dataclass(frozen=True, slots=True)
class LinkQuestion:
    """Asks which of several records a listed thing is; it is not linked before it is answered.

    `kind`: *pack*, *license*, *transfer* or *evidence*. `listed`: the reference of the listed thing. `candidates`:
    the records by number, with their names.
    """

    kind: str
    listed: str
    candidates: tuple[tuple[int, str], ...]

    @property
    def key(self) -> tuple[str, str]:
        """The key of the answer, which is the number of a candidate, or 0 for none of them."""
        return self.kind, self.listed


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Evidence that matches no license: its line, and what it is."""

    line: int
    about: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result of one list of one server in one file. A file that is refused as a whole has no `subject`.

    `change_counts`: how many changes of each kind there are. `differences`: the first ones of each kind.
    `unmatched`: how much evidence matches no license; `unmatched_examples`: the first of it. Evidence that names no
    server has no `server`.
    """

    file: str
    format: str | None
    server: str | None
    subject: str | None
    taken_at: str | None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    linked: int = 0
    ambiguous: int = 0
    questions: tuple[LinkQuestion, ...] = ()
    refused: tuple[StagedRefusal, ...] = ()
    change_counts: tuple[tuple[DifferenceKind, int], ...] = ()
    differences: tuple[ShownDifference, ...] = ()
    unmatched: int = 0
    unmatched_examples: tuple[Unmatched, ...] = ()


def count_refused(results: Iterable[FileResult]) -> int:
    """How many rows and whole files these results refuse."""
    return sum(len(result.refused) for result in results)
