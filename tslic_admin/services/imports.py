"""Import what license servers list: look first, then write all of it in one transaction (rule 4.5).

`preview` and `apply` walk through the same differences (import_walk.py); only `apply` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tslic_admin.db.bulk import write
from tslic_admin.db.recording import seal
from tslic_admin.domain.clocks import day_of, iso
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.import_results import FileResult, LinkQuestion, count_refused
from tslic_admin.services.import_walk import Walk
from tslic_admin.services.staged_files import Options, Progress, Source, Staged
from tslic_admin.services.staging import stage

__all__ = [
    "FileResult",
    "Imported",
    "LinkQuestion",
    "Options",
    "Source",
    "Staged",
    "apply",
    "preview",
    "stage",
]

EVERYTHING = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.REISSUES | Changes.HISTORY


@dataclass(frozen=True, slots=True)
class Imported:
    done: Done
    results: tuple[FileResult, ...]


def preview(session: Session, staged: Staged, *, progress: Progress | None = None) -> tuple[FileResult, ...]:
    """What `apply` would do, counted; refused rows with their line, value and reason. Writes nothing."""
    walk = Walk(session, staged, progress)
    walk.begin()
    return walk.look()


def apply(
    session: Session, staged: Staged, *, skip_refused: bool = False, progress: Progress | None = None
) -> Imported:
    """Write what differs, in one transaction with one history entry; none where nothing differs.

    Raises RuleViolation `import-refused` where a row or a file is refused and not to be skipped.
    """
    walk = Walk(session, staged, progress)
    walk.begin()
    if not skip_refused and walk.refused:  # known already: nothing need be written to be taken back
        results = walk.look()
        raise RuleViolation("import-refused", count=count_refused(results), results=results)
    taken = staged.options.taken_at
    lines = write(session.connection(), walk.differences())
    entry = seal(session, "import", on=day_of(iso(taken)) if taken else None, more=lines)
    results = walk.results()
    if not skip_refused and walk.refused:
        raise RuleViolation("import-refused", count=count_refused(results), results=results)
    session.expire_all()  # rows were written past the session's objects
    return Imported(Done(entry, EVERYTHING if entry else Changes.NONE, notices=staged.notices), results)
