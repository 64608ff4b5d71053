"""What an import comes to, list by list: counts, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

from tslic_admin.db.staging import StagedRefusal


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one list of one server in one file comes to. A file that is refused whole has no `subject`."""

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
    refused: tuple[StagedRefusal, ...] = ()


def count_refused(results: tuple[FileResult, ...]) -> int:
    return sum(len(result.refused) for result in results)
