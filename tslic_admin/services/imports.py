"""Import what license servers list: look first, then write all of it in one transaction (rule 4.5).

`preview` and `apply` walk through the same differences (compared.py); only `apply` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Difference, New, write
from tslic_admin.db.recording import seal
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.tables import ServerRow, SnapshotRow
from tslic_admin.domain.clocks import day_of, iso
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.acts import now, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.compared import (
    ListOf,
    Numbers,
    ServerPacks,
    another_product,
    another_server,
    compare_packs,
    compare_servers,
)
from tslic_admin.services.compared_licenses import compare_licenses
from tslic_admin.services.import_servers import NamedServers, resolve
from tslic_admin.services.staging import Options, Progress, Source, Staged, StagedFile, stage

__all__ = ["FileResult", "Imported", "Options", "Source", "Staged", "apply", "preview", "stage"]

Rows = Iterator[tuple[Any, ...]]
COMPARE: dict[str, Callable[[ListOf, Rows], Iterator[Difference]]] = {
    "servers": compare_servers,
    "key-packs": compare_packs,
    "licenses": compare_licenses,
}
# what shows, before anything is taken, that a list is not that server's, or not that server's any more
CONTRADICTS: dict[str, Callable[[ListOf, Rows], StagedRefusal | None]] = {
    "servers": another_server,
    "key-packs": another_product,
}

EVERYTHING = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.REISSUES | Changes.HISTORY


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


@dataclass(frozen=True, slots=True)
class Imported:
    done: Done
    results: tuple[FileResult, ...]


def preview(session: Session, staged: Staged, *, progress: Progress | None = None) -> tuple[FileResult, ...]:
    """What `apply` would do, counted; refused rows with their line, value and reason. Writes nothing."""
    walk = _Walk(session, staged, progress)
    walk.begin()
    return walk.look()


def apply(
    session: Session, staged: Staged, *, skip_refused: bool = False, progress: Progress | None = None
) -> Imported:
    """Write what differs, in one transaction with one history entry; none where nothing differs.

    Raises RuleViolation `import-refused` where a row or a file is refused and not to be skipped.
    """
    walk = _Walk(session, staged, progress)
    walk.begin()
    if not skip_refused and walk.refused:  # known already: nothing need be written to be taken back
        results = walk.look()
        raise RuleViolation("import-refused", count=_refused(results), results=results)
    taken = staged.options.taken_at
    lines = write(session.connection(), walk.differences())
    entry = seal(session, "import", on=day_of(iso(taken)) if taken else None, more=lines)
    results = walk.results()
    if not skip_refused and walk.refused:
        raise RuleViolation("import-refused", count=_refused(results), results=results)
    session.expire_all()  # rows were written past the session's objects
    return Imported(Done(entry, EVERYTHING if entry else Changes.NONE), results)


def _refused(results: tuple[FileResult, ...]) -> int:
    return sum(len(result.refused) for result in results)


@dataclass
class _List:
    """One list of one server in one file, on its way through the comparison."""

    file: StagedFile
    taken_at: datetime
    known: ListOf
    refused: bool = False


class _Walk:
    """Goes through all lists: servers, then key packs, then licenses, whatever the order of the files."""

    def __init__(self, session: Session, staged: Staged, progress: Progress | None) -> None:
        self._session, self._staged, self._progress = session, staged, progress
        self._area = staged.area
        self._numbers = Numbers(session)
        self._now = now(session)
        self._done = 0
        self._lists: list[_List] = []
        self._unwritten: dict[int, New] = {}

    def begin(self) -> None:
        """Find the servers and their lists, and what of them is refused before any row is compared."""
        named = resolve(self._session, self._numbers, self._area.names(), self._staged.options.server)
        self._area.begin(named.numbers)
        self._refuse_rows_without_a_server(named)
        packs = {number: ServerPacks(self._session, number) for number in named.names}
        self._lists = [
            self._list(subject, file, server, named, packs)
            for subject in COMPARE
            for file, server in self._area.lists(subject)
        ]
        self._unwritten = dict(named.new)
        self._refuse_untimely()
        self._refuse_rebuilt()

    @property
    def refused(self) -> bool:
        """Whether any row or list is refused as far as it is known now."""
        return self._area.refused()

    def differences(self) -> Iterator[Difference]:
        """Everything that is to be written, in the order of writing."""
        wrote = False
        for one in self._lists:
            if one.refused:
                continue
            for difference in COMPARE[one.known.subject](one.known, self._rows(one)):
                wrote = True
                new = self._unwritten.pop(one.known.server, None)
                if new is not None and difference.table is not ServerRow:
                    yield new
                yield difference
        if wrote:  # the entry holds every list that was taken, also one that said nothing new
            yield from (self._snapshot(one) for one in self._lists if one.known.counts.taken)

    def look(self) -> tuple[FileResult, ...]:
        """Compare without writing anything."""
        for _ in self.differences():
            pass
        return self.results()

    def results(self) -> tuple[FileResult, ...]:
        found = []
        refusals = {file.number: self._area.refusals(file.number) for file in self._staged.files}
        for one in self._lists:
            # each refusal stands once: with the first list of its server, or of its file where none is known
            here = (None, one.known.server)
            every = refusals[one.file.number]
            refusals[one.file.number] = [pair for pair in every if pair[0] not in here]
            counts = one.known.counts
            found.append(
                FileResult(
                    one.file.name,
                    one.file.format,
                    one.known.name,
                    one.known.subject,
                    iso(one.taken_at),
                    counts.new,
                    counts.changed,
                    counts.unchanged,
                    refused=tuple(refusal for server, refusal in every if server in here),
                )
            )
        listed = {one.file.number for one in self._lists}
        for file in self._staged.files:
            if file.number not in listed:
                refused = tuple(refusal for _, refusal in refusals[file.number])
                found.append(FileResult(file.name, file.format, None, None, None, refused=refused))
        return tuple(found)

    def _refuse_rows_without_a_server(self, named: NamedServers) -> None:
        for file in self._staged.files:
            self._area.refuse(
                file.number,
                (
                    StagedRefusal(line, name or "", *named.refused[name])
                    for line, name in self._area.lines_without_server(file.number)
                ),
            )

    # lists

    def _list(
        self, subject: str, file: int, server: int, named: NamedServers, packs: dict[int, ServerPacks]
    ) -> _List:
        staged = self._staged.files[file]
        taken = self._staged.options.taken_at or staged.taken_at or self._now
        taken = taken.replace(microsecond=0)  # stored in whole seconds, which alone can be compared as texts
        known = ListOf(
            self._session,
            self._numbers,
            subject=subject,
            server=server,
            name=named.names[server],
            new_server=named.new.get(server),
            taken_at=iso(taken),
            packs=packs[server],
            refuse=lambda refusal: self._area.refuse(file, [refusal], server=server),
        )
        return _List(staged, taken, known)

    def _refuse_untimely(self) -> None:
        told = set()
        for one in self._lists:
            refusal = self._untimely(one)
            if refusal is None:
                continue
            one.refused = True
            if (key := (one.file.number, one.known.server, refusal.code)) not in told:
                told.add(key)
                one.known.refuse(refusal)

    def _untimely(self, one: _List) -> StagedRefusal | None:
        """Why a list cannot be taken now: it is older than the newest of its kind, or of the future."""
        name, taken = one.known.name, one.known.taken_at
        if one.taken_at > self._now:
            days = {"taken": day_of(taken), "today": today(self._session)}
            return StagedRefusal(0, name, "taken-in-future", days)
        newest = self._session.scalar(
            select(func.max(SnapshotRow.taken_at)).where(
                SnapshotRow.server_id == one.known.server,
                SnapshotRow.subject == one.known.subject,
                SnapshotRow.voided_by.is_(None),
            )
        )
        if newest is not None and taken < newest:
            facts = {"server": name, "taken": taken, "newest": newest}
            return StagedRefusal(0, name, "snapshot-older", facts)
        return None

    def _refuse_rebuilt(self) -> None:
        """A list of a server that looks rebuilt refuses its whole file, and all other lists of that server.

        Its licenses would otherwise take the places of those of the server that is known.
        """
        rebuilt: dict[int, StagedRefusal] = {}
        files = set()
        for one in self._lists:
            check = CONTRADICTS.get(one.known.subject)
            refusal = None if check is None or one.refused else check(one.known, self._rows(one, count=False))
            if refusal is not None:
                rebuilt.setdefault(one.known.server, refusal)
                files.add(one.file.number)
        told = set()
        for one in self._lists:
            refusal = rebuilt.get(one.known.server)
            one.refused = one.refused or refusal is not None or one.file.number in files
            if refusal is not None and (key := (one.file.number, one.known.server)) not in told:
                told.add(key)
                one.known.refuse(refusal)

    def _rows(self, one: _List, *, count: bool = True) -> Iterator[Any]:
        for row in self._area.rows(one.known.subject, one.file.number, one.known.server):
            self._done += count
            if self._progress is not None and self._done % 1000 == 0:
                self._progress(self._done, None)
            yield row

    def _snapshot(self, one: _List) -> Difference:
        options, file = self._staged.options, one.file
        return New(
            SnapshotRow,
            {
                "id": self._numbers.next(SnapshotRow),
                "server_id": one.known.server,
                "subject": one.known.subject,
                "taken_at": one.known.taken_at,
                "complete": int(options.complete),
                "file_name": file.name,
                "file_size": file.size,
                "file_sha256": file.sha256,
                "format": file.format or "",
                "date_order": file.date_order,
                "time_zone": options.time_zone,
            },
            file.name,
        )
