"""Previews an import or applies it in one transaction (rule 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import NewRow, RowChange, RowNumbers, write_rows
from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import ServerRow, SnapshotRow
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.clocks import day_of, iso
from tslic_admin.domain.history.differences import DifferenceKind
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.tables.records import ServerSummary
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.importing.comparison import (
    ComparedLists,
    ListComparison,
    ListComparisons,
    ServerPacks,
    Watch,
)
from tslic_admin.services.importing.evidence import ImportEvidence
from tslic_admin.services.importing.files import StagedFiles
from tslic_admin.services.importing.import_lists import (
    ImportList,
    empty_lists,
    refuse_rebuilt,
    refuse_untimely,
    snapshot_row,
    snapshot_time,
    summaries_by_list,
)
from tslic_admin.services.importing.license_comparison import compare_licenses
from tslic_admin.services.importing.links import link_packs, link_transfers, watch_transfers
from tslic_admin.services.importing.results import DifferencePreview, FileResult, count_refused
from tslic_admin.services.importing.servers import ResolvedServers, resolve_servers
from tslic_admin.services.importing.stock_comparison import compare_packs, compare_servers

T = TypeVar("T")

SUBJECTS = ("servers", "key-packs", "licenses")  # in the order in which their lists are compared
# These run before the lists are compared. They choose the licenses whose changes are remembered for the links below.
WATCHERS: tuple[Callable[[Session, Watch], None], ...] = (watch_transfers,)
# These run after the lists of a subject were compared, in a preview too: they find the differences that only show
# then. A recorded pack gives its licenses to the listed one before the licenses of the listed one are compared.
LINKERS: dict[str, tuple[Callable[[ComparedLists], Iterator[RowChange]], ...]] = {
    "key-packs": (link_packs,),
    "licenses": (link_transfers,),
}


class ImportRun:
    """One import: `begin`, then take the `differences`, then read the `results`; or `begin` and `preview`."""

    def __init__(self, session: Session, staged: StagedFiles, progress: Progress | None) -> None:
        self._session, self._staged, self._progress = session, staged, progress
        self._area = staged.staging
        self._numbers = RowNumbers(session)
        self._watch = Watch()
        self._rows_read = 0
        self._packs: dict[int, ServerPacks] = {}
        self._lists: list[ImportList] = []
        self._unwritten: dict[int, NewRow] = {}
        self._unreadable: set[int] = set()
        self._evidence = ImportEvidence(session, self._numbers, staged)
        self._statements: dict[tuple[int, int], ServerSummary] = {}

    def begin(self) -> None:
        """Find the servers and their lists, and refuse lists and rows that cannot be compared."""
        servers = resolve_servers(
            self._session, self._numbers, self._area.names(), self._staged.options.server
        )
        self._area.begin(servers.numbers)
        self._refuse_rows_without_a_server(servers)
        self._packs = {
            number: ServerPacks(self._session, number, self._area.packs_of_licenses(number))
            for number in servers.names
        }
        self._unreadable = self._area.files_with_unread_rows()
        self._statements = summaries_by_list(self._staged.files, servers.numbers)
        listed = {subject: self._area.lists(subject) for subject in SUBJECTS}
        self._lists = [
            self._list(subject, file, server, servers)
            for subject, pairs in listed.items()
            for file, server in pairs
        ]
        for file, server in empty_lists(self._statements, listed):
            self._lists.append(replace(self._list("licenses", file, server, servers), empty=True))
        self._unwritten = dict(servers.new)
        self._evidence.begin(servers.names)
        refuse_untimely(self._session, self._lists)
        refuse_rebuilt(
            self._lists,
            lambda one: (
                row
                for row in self._area.rows(one.comparison.subject, one.comparison.server)
                if row.file == one.file.number and not row.refused
            ),
        )

    @property
    def refused(self) -> bool:
        """Whether any row or list is refused as far as it is known now."""
        return self._area.has_refusals()

    def differences(self) -> Iterator[RowChange]:
        """Everything that is to be written, in the order of writing."""
        wrote = False
        for difference in self._compare():
            wrote = True
            yield difference
        taken = [one for one in self._lists if one.is_accepted]
        if wrote or any(one.is_newer_snapshot for one in taken):
            for one in taken:  # the entry holds every accepted list, also one without differences
                yield snapshot_row(one, self._numbers.next(SnapshotRow), self._staged.options)
            yield from self._evidence.snapshots()

    def preview(self) -> tuple[FileResult, ...]:
        """Compare without writing anything."""
        for _ in self.differences():
            pass
        return self.results()

    def results(self) -> tuple[FileResult, ...]:
        results = []
        refusals = {file.number: self._area.refusals(file.number) for file in self._staged.files}
        for one in self._lists:
            # each refusal stands once: with the first list of its server, or of its file where none is known
            here = (None, one.comparison.server)
            all_refusals = refusals[one.file.number]
            refusals[one.file.number] = [pair for pair in all_refusals if pair[0] not in here]
            counts = one.comparison.counts
            results.append(
                FileResult(
                    one.file.name,
                    one.file.format,
                    one.comparison.name,
                    one.comparison.subject,
                    iso(one.taken_at),
                    counts.new,
                    counts.changed,
                    counts.unchanged,
                    counts.vanished,
                    counts.linked,
                    counts.ambiguous,
                    tuple(one.comparison.questions),
                    refused=tuple(refusal for server, refusal in all_refusals if server in here),
                    change_counts=tuple(
                        (name, counts.change_counts[name])
                        for name in DifferenceKind
                        if counts.change_counts[name]
                    ),
                    differences=tuple(one.comparison.preview.differences),
                )
            )
        results += self._evidence.results(refusals)
        listed = {one.file.number for one in self._lists} | self._evidence.files
        for file in self._staged.files:
            if file.number not in listed:
                refused = tuple(refusal for _, refusal in refusals[file.number])
                results.append(FileResult(file.name, file.format, None, None, None, refused=refused))
        return tuple(results)

    def _compare(self) -> Iterator[RowChange]:
        for watch in WATCHERS:
            watch(self._session, self._watch)
        self._evidence.watch(self._watch)
        taken = tuple(one.comparison for one in self._lists if not one.refused)
        compared_lists = ComparedLists(self._session, self._numbers, taken, self._packs, self._watch)
        for subject in SUBJECTS:
            for server in self._packs:
                lists = self._accepted(subject, server)
                no_rows = not lists
                if subject == "licenses" and not lists and self._packs[server].vanished:
                    # the list of the key packs ends the licenses of those that vanished
                    lists = self._accepted("key-packs", server)
                if not lists:
                    continue
                changes = self._compare_lists(subject, server, lists, no_rows=no_rows)
                for difference in _previewing(lists.values(), changes):
                    new = self._unwritten.pop(server, None)
                    if new is not None and difference.table is not ServerRow:
                        yield new
                    yield difference
            for link in LINKERS.get(subject, ()):
                yield from _previewing((one for one in taken if one.subject == subject), link(compared_lists))
        yield from self._evidence.differences(self._watch, self._packs, self._progress)

    def _accepted(self, subject: str, server: int) -> dict[int, ListComparison]:
        """The lists of one subject and server that are not refused, by the numbers of their files."""
        return {
            one.file.number: one.comparison
            for one in self._lists
            if (one.comparison.subject, one.comparison.server, one.refused) == (subject, server, False)
        }

    def _refuse_rows_without_a_server(self, servers: ResolvedServers) -> None:
        for file in self._staged.files:
            self._area.refuse(
                file.number,
                (
                    StagedRefusal(line, name or "", *servers.refused[name])
                    for line, name in self._area.lines_without_server(file.number)
                ),
            )

    def _list(self, subject: str, file: int, server: int, servers: ResolvedServers) -> ImportList:
        staged = self._staged.files[file]
        summary = self._statements.get((file, server))
        taken = snapshot_time(self._session, staged, self._staged.options, summary)
        comparison = ListComparison(
            self._session,
            self._numbers,
            subject=subject,
            server=server,
            name=servers.names[server],
            new_server=servers.new.get(server),
            taken_at=iso(taken),
            packs=self._packs[server],
            watch=self._watch,
            refuse=lambda refusal: self._area.refuse(file, [refusal], server=server),
            answers=self._staged.options.answers,
            complete=summary.complete if summary else self._staged.options.complete,
            readable=file not in self._unreadable and (summary is None or summary.complete),
        )
        dated = (
            self._staged.options.taken_at or (summary.taken_at if summary else staged.taken_at)
        ) is not None
        return ImportList(staged, taken, comparison, dated)

    def _compare_lists(
        self, subject: str, server: int, lists: ListComparisons, *, no_rows: bool
    ) -> Iterator[RowChange]:
        if subject == "licenses":
            licenses = self._area.licenses(server)
            return compare_licenses(lists, iter(()) if no_rows else self._counted(licenses))
        compare = compare_servers if subject == "servers" else compare_packs
        return compare(lists, self._counted(self._area.rows(subject, server)))

    def _counted(self, rows: Iterable[T]) -> Iterator[T]:
        """Yield each row unchanged, and report the progress after every 1,000 rows."""
        for row in rows:
            self._rows_read += 1
            if self._progress is not None and self._rows_read % 1000 == 0:
                self._progress(self._rows_read, None)
            yield row


def _previewing(lists: Iterable[ListComparison], differences: Iterator[RowChange]) -> Iterator[RowChange]:
    """Pass the differences on; the first ones are added to the preview of the first of these lists."""
    preview_ = next((one.preview for one in lists), DifferencePreview())
    for difference in differences:
        preview_.add(difference)
        yield difference


IMPORT_CHANGES = Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.REISSUES | Changes.HISTORY


@dataclass(frozen=True, slots=True)
class ImportResult:
    act: ActResult
    results: tuple[FileResult, ...]

    @property
    def changes(self) -> Changes:
        return self.act.changes


def preview(
    session: Session, staged: StagedFiles, *, progress: Progress | None = None
) -> tuple[FileResult, ...]:
    """What `apply` would do, counted; refused rows with their line, value and reason. Writes nothing."""
    run = ImportRun(session, staged, progress)
    run.begin()
    return run.preview()


def apply(
    session: Session, staged: StagedFiles, *, skip_refused: bool = False, progress: Progress | None = None
) -> ImportResult:
    """Write what differs, in one transaction with one history entry; none where nothing differs.

    Raises RuleViolation `import-refused` where a row or a file is refused and not to be skipped.
    """
    run = ImportRun(session, staged, progress)
    run.begin()
    if not skip_refused and run.refused:  # known already: nothing need be written to be taken back
        results = run.preview()
        raise RuleViolation("import-refused", count=count_refused(results), results=results)
    taken = staged.options.taken_at
    lines = write_rows(session.connection(), run.differences())
    entry = seal(session, "import", on=day_of(iso(taken)) if taken else None, bulk_lines=lines)
    results = run.results()
    if not skip_refused and run.refused:
        raise RuleViolation("import-refused", count=count_refused(results), results=results)
    session.expire_all()  # rows were written past the session's objects
    return ImportResult(
        ActResult(entry, IMPORT_CHANGES if entry else Changes.NONE, notices=staged.notices), results
    )
