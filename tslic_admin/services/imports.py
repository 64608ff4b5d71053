"""Import what license servers list: look first, then write all of it in one transaction (rule 4.5).

`preview` and `apply` walk through the same differences (compared.py); only `apply` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Difference, Line, New, write
from tslic_admin.db.recording import Value, seal
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.tables import ServerRow, SnapshotRow
from tslic_admin.domain.clocks import day_of, iso
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import domain_of, label_of, read_name, same_name
from tslic_admin.services.acts import look_up_server, now, today
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.compared import COMPARE, Counts, ListOf, ListRefused, Numbers
from tslic_admin.services.staging import Options, Progress, Source, Staged, StagedFile, stage

__all__ = ["FileResult", "Imported", "Options", "Source", "Staged", "apply", "preview", "stage"]

# Names that mean the machine itself: as good as an empty cell.
NAMELESS = {"localhost", ".", "127.0.0.1", "::1"}
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
    for _ in walk.differences():
        pass
    return walk.results()


def apply(
    session: Session, staged: Staged, *, skip_refused: bool = False, progress: Progress | None = None
) -> Imported:
    """Write what differs, in one transaction with one history entry; none where nothing differs.

    Raises RuleViolation `import-refused` where a row or a file is refused and not to be skipped.
    """
    walk = _Walk(session, staged, progress)
    driver = session.connection()

    def lines() -> Iterator[Line]:
        yield from write(driver, walk.differences())

    taken = staged.options.taken_at
    entry = seal(session, "import", on=day_of(iso(taken)) if taken else None, more=lines())
    results = walk.results()
    refused = sum(len(result.refused) for result in results)
    if refused and not skip_refused:
        raise RuleViolation("import-refused", count=refused, results=results)
    session.expire_all()  # rows were written past the session's objects
    return Imported(Done(entry, EVERYTHING if entry else Changes.NONE), results)


@dataclass
class _List:
    """One list of one server in one file, on its way through the comparison."""

    file: StagedFile
    subject: str
    server: int
    name: str
    taken_at: datetime
    counts: Counts = field(default_factory=Counts)


class _Walk:
    """Goes through all lists: servers, then key packs, then licenses, whatever the order of the files."""

    def __init__(self, session: Session, staged: Staged, progress: Progress | None) -> None:
        self._session, self._staged, self._progress = session, staged, progress
        self._area = staged.area
        self._numbers = Numbers(session)
        self._now = now(session)
        self._done = 0
        self._servers: dict[int, str] = {}
        self._lists: list[_List] = []
        self._new_packs: dict[tuple[int, int], int] = {}

    def differences(self) -> Iterator[Difference]:
        """Everything that is to be written, in the order of writing."""
        names, new_servers = self._resolve()
        self._area.begin(names)
        self._refuse_rows_without_a_server()
        wanted = [
            _List(self._staged.files[file], subject, server, self._servers[server], self._taken_at(file))
            for subject in COMPARE
            for file, server in self._area.lists(subject)
        ]
        used = {one.server for one in wanted}
        yield from (new for number, new in new_servers.items() if number in used)
        for one in wanted:
            self._lists.append(one)
            try:
                self._refuse_older(one, is_new=one.server in new_servers)
                wrote = False
                for difference in self._compare(one, is_new=one.server in new_servers):
                    wrote = True
                    yield difference
                if wrote:
                    yield self._snapshot(one)
            except ListRefused as rebuilt:
                one.counts = Counts()
                self._area.refuse(one.file.number, [StagedRefusal(0, one.name, rebuilt.code, rebuilt.facts)])

    def results(self) -> tuple[FileResult, ...]:
        found = []
        shown: set[int] = set()
        for one in self._lists:
            first = one.file.number not in shown  # a file's refusals stand once, with its first list
            shown.add(one.file.number)
            found.append(
                FileResult(
                    one.file.name,
                    one.file.format,
                    one.name,
                    one.subject,
                    iso(one.taken_at),
                    one.counts.new,
                    one.counts.changed,
                    one.counts.unchanged,
                    refused=tuple(self._area.refusals(one.file.number)) if first else (),
                )
            )
        for file in self._staged.files:
            if file.number not in shown:
                refused = tuple(self._area.refusals(file.number))
                found.append(FileResult(file.name, file.format, None, None, None, refused=refused))
        return tuple(found)

    # servers

    def _resolve(self) -> tuple[dict[str | None, int], dict[int, New]]:
        """The number of the server that each name in the files stands for; new ones are made up."""
        numbers: dict[str | None, int] = {}
        new: dict[int, New] = {}
        self._refused_names: dict[str | None, tuple[str, dict[str, Any]]] = {}
        given = self._staged.options.server
        for named in self._area.names():
            name = given if named is None or named.casefold() in NAMELESS else named
            if name is None:
                self._refused_names[named] = ("server-missing", {})
                continue
            if given is not None and not same_name(name, given):
                self._refused_names[named] = ("server-other", {"server": given})
                continue
            try:
                name = read_name(name, field="server")
                known = look_up_server(self._session, name)
            except RuleViolation as violation:
                self._refused_names[named] = (violation.code, dict(violation.facts))
                continue
            if known is not None:
                numbers[named] = known.id
                self._servers[known.id] = known.name
                continue
            made = next((n for n in new if same_name(self._servers[n], name)), None)
            if made is None:
                made = self._numbers.next(ServerRow)
                self._servers[made] = name
                values: dict[str, Value] = {
                    "id": made,
                    "name": name,
                    "label": label_of(name),
                    "domain": domain_of(name),
                }
                new[made] = New(ServerRow, values, name)
            numbers[named] = made
        return numbers, new

    def _refuse_rows_without_a_server(self) -> None:
        for file in self._staged.files:
            for named, (code, facts) in self._refused_names.items():
                self._area.refuse(
                    file.number,
                    (
                        StagedRefusal(line, named or "", code, facts)
                        for line in self._area.lines_named(file.number, named)
                    ),
                )

    # lists

    def _taken_at(self, file: int) -> datetime:
        return self._staged.options.taken_at or self._staged.files[file].taken_at or self._now

    def _refuse_older(self, one: _List, *, is_new: bool) -> None:
        if one.taken_at > self._now:
            raise ListRefused(
                "taken-in-future", {"taken": day_of(iso(one.taken_at)), "today": today(self._session)}
            )
        if is_new:
            return
        newest = self._session.scalar(
            select(func.max(SnapshotRow.taken_at)).where(
                SnapshotRow.server_id == one.server,
                SnapshotRow.subject == one.subject,
                SnapshotRow.voided_by.is_(None),
            )
        )
        if newest is not None and iso(one.taken_at) < newest:
            facts = {"server": one.name, "taken": iso(one.taken_at), "newest": newest}
            raise ListRefused("snapshot-older", facts)

    def _compare(self, one: _List, *, is_new: bool) -> Iterator[Difference]:
        rows = self._count_rows(self._area.rows(one.subject, one.file.number, one.server))
        known = ListOf(
            self._session,
            self._numbers,
            server=one.server,
            name=one.name,
            taken_at=iso(one.taken_at),
            new_packs=self._new_packs,
            counts=one.counts,
            refuse=lambda refusal: self._area.refuse(one.file.number, [refusal]),
            new_server=is_new,
        )
        yield from COMPARE[one.subject](known, rows)

    def _count_rows(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            self._done += 1
            if self._progress is not None and self._done % 1000 == 0:
                self._progress(self._done, None)
            yield row

    def _snapshot(self, one: _List) -> Difference:
        options, file = self._staged.options, one.file
        return New(
            SnapshotRow,
            {
                "id": self._numbers.next(SnapshotRow),
                "server_id": one.server,
                "subject": one.subject,
                "taken_at": iso(one.taken_at),
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
