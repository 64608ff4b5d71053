"""What an import comes to, list by list: counts, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.differences import Called
from tslic_admin.services.import_told import Told


@dataclass(frozen=True, slots=True)
class LinkQuestion:
    """What could be one of several of ours: asked, and not linked until it is answered.

    `kind`: *pack*, *license*, *transfer* or *evidence*. `listed`: what the list shows, by its reference. `candidates`:
    ours, by number, with their names.
    """

    kind: str
    listed: str
    candidates: tuple[tuple[int, str], ...]

    @property
    def key(self) -> tuple[str, str]:
        """By what its answer is known: the number of one of ours, or 0 for none of them."""
        return self.kind, self.listed


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Evidence that matches no license: its line, and what it is."""

    line: int
    about: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one list of one server in one file comes to. A file that is refused whole has no `subject`.

    `called`: how many differences of what is known are called what. `told`: the first of each kind, one by one.
    `unmatched`: evidence that matches no license; `listed`: the first of it. Evidence that names no server has none.
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
    asked: tuple[LinkQuestion, ...] = ()
    refused: tuple[StagedRefusal, ...] = ()
    called: tuple[tuple[Called, int], ...] = ()
    told: tuple[Told, ...] = ()
    unmatched: int = 0
    listed: tuple[Unmatched, ...] = ()


def count_refused(results: tuple[FileResult, ...]) -> int:
    return sum(len(result.refused) for result in results)
