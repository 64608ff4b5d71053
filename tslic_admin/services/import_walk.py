"""The way of an import through its lists: servers, key packs, licenses, evidence, whatever the order of the files.

`FURTHER` follows when the lists of a subject were compared: what only shows then, such as what belongs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Difference, New
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.tables import ServerRow, SnapshotRow
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.differences import Called
from tslic_admin.formats.records import Said
from tslic_admin.services.compared import ListOf, Lists, Numbers, Rows, Watch
from tslic_admin.services.compared_licenses import compare_licenses
from tslic_admin.services.compared_packs import compare_packs
from tslic_admin.services.compared_servers import compare_servers
from tslic_admin.services.import_evidence import ImportEvidence
from tslic_admin.services.import_links import link_packs, link_transfers, watch_transfers
from tslic_admin.services.import_lists import (
    ImportList,
    empty_lists,
    refuse_rebuilt,
    refuse_untimely,
    said_of,
    snapshot,
    taken_at,
)
from tslic_admin.services.import_results import FileResult
from tslic_admin.services.import_servers import NamedServers, resolve
from tslic_admin.services.import_told import Telling
from tslic_admin.services.server_packs import ServerPacks
from tslic_admin.services.staged_files import Progress, Staged

COMPARE: dict[str, Callable[[Lists, Rows], Iterator[Difference]]] = {
    "servers": compare_servers,
    "key-packs": compare_packs,
    "licenses": compare_licenses,
}


@dataclass(frozen=True)
class Walked:
    """The lists of a subject were compared; nothing of it need be written yet, and in a preview nothing will be.

    What is new or changed is therefore not in the tables: `packs` knows the key packs by server, `watch` the
    licenses of the computers that were watched for. Counts belong to the list that a difference came from.
    """

    session: Session
    numbers: Numbers
    lists: tuple[ListOf, ...]  # those that were not refused, in the order in which they were compared
    packs: dict[int, ServerPacks]
    watch: Watch


# Before the lists are compared: which computers' licenses are to be noted.
WATCHED: tuple[Callable[[Session, Watch], None], ...] = (watch_transfers,)
# After the lists of a subject were compared, in preview and apply alike: the differences that only show then. A
# pack of ours gives its licenses to the one that is listed before the licenses of that one are compared.
FURTHER: dict[str, tuple[Callable[[Walked], Iterator[Difference]], ...]] = {
    "key-packs": (link_packs,),
    "licenses": (link_transfers,),
}


class Walk:
    """One import's walk; `begin` it, then take its `differences` or only `look`, then ask for the `results`."""

    def __init__(self, session: Session, staged: Staged, progress: Progress | None) -> None:
        self._session, self._staged, self._progress = session, staged, progress
        self._area = staged.area
        self._numbers = Numbers(session)
        self._watch = Watch()
        self._done = 0
        self._packs: dict[int, ServerPacks] = {}
        self._lists: list[ImportList] = []
        self._unwritten: dict[int, New] = {}
        self._unread: set[int] = set()
        self._evidence = ImportEvidence(session, self._numbers, staged)
        self._said: dict[tuple[int, int], Said] = {}

    def begin(self) -> None:
        """Find the servers and their lists, and what of them is refused before any row is compared."""
        named = resolve(self._session, self._numbers, self._area.names(), self._staged.options.server)
        self._area.begin(named.numbers)
        self._refuse_rows_without_a_server(named)
        self._packs = {
            number: ServerPacks(self._session, number, self._area.packs_of_licenses(number))
            for number in named.names
        }
        self._unread = self._area.unread()
        self._said = said_of(self._staged.files, named.numbers)
        listed = {subject: self._area.lists(subject) for subject in COMPARE}
        self._lists = [
            self._list(subject, file, server, named)
            for subject, pairs in listed.items()
            for file, server in pairs
        ]
        for file, server in empty_lists(self._said, listed):
            self._lists.append(replace(self._list("licenses", file, server, named), empty=True))
        self._unwritten = dict(named.new)
        self._evidence.begin(named.names)
        refuse_untimely(self._session, self._lists)
        refuse_rebuilt(
            self._lists,
            lambda one: self._area.rows(one.known.subject, one.file.number, one.known.server),
        )

    @property
    def refused(self) -> bool:
        """Whether any row or list is refused as far as it is known now."""
        return self._area.refused()

    def differences(self) -> Iterator[Difference]:
        """Everything that is to be written, in the order of writing."""
        wrote = False
        for difference in self._compared():
            wrote = True
            yield difference
        taken = [one for one in self._lists if one.is_taken]
        if wrote or any(one.says_how_long for one in taken):
            for one in taken:  # the entry holds every list that was taken, also one that said nothing new
                yield snapshot(one, self._numbers.next(SnapshotRow), self._staged.options)
            yield from self._evidence.snapshots()

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
                    counts.vanished,
                    counts.linked,
                    counts.ambiguous,
                    tuple(one.known.asked),
                    refused=tuple(refusal for server, refusal in every if server in here),
                    called=tuple((name, counts.called[name]) for name in Called if counts.called[name]),
                    told=tuple(one.known.telling.told),
                )
            )
        found += self._evidence.results(refusals)
        listed = {one.file.number for one in self._lists} | self._evidence.files
        for file in self._staged.files:
            if file.number not in listed:
                refused = tuple(refusal for _, refusal in refusals[file.number])
                found.append(FileResult(file.name, file.format, None, None, None, refused=refused))
        return tuple(found)

    def _compared(self) -> Iterator[Difference]:
        for watched in WATCHED:
            watched(self._session, self._watch)
        self._evidence.watch(self._watch)
        taken = tuple(one.known for one in self._lists if not one.refused)
        walked = Walked(self._session, self._numbers, taken, self._packs, self._watch)
        for subject, compare in COMPARE.items():
            for server in self._packs:
                lists = self._taken(subject, server)
                rows = self._rows(subject, server) if lists else iter(())
                if subject == "licenses" and not lists and self._packs[server].vanished:
                    lists = self._taken(
                        "key-packs", server
                    )  # that of the packs says that their licenses are gone
                for difference in _told(lists.values(), compare(lists, rows)) if lists else ():
                    new = self._unwritten.pop(server, None)
                    if new is not None and difference.table is not ServerRow:
                        yield new
                    yield difference
            for further in FURTHER.get(subject, ()):
                yield from _told((one for one in taken if one.subject == subject), further(walked))
        yield from self._evidence.differences(self._watch, self._packs, self._progress)

    def _taken(self, subject: str, server: int) -> dict[int, ListOf]:
        """The lists of one subject and server that are not refused, by the numbers of their files."""
        return {
            one.file.number: one.known
            for one in self._lists
            if (one.known.subject, one.known.server, one.refused) == (subject, server, False)
        }

    def _refuse_rows_without_a_server(self, named: NamedServers) -> None:
        for file in self._staged.files:
            self._area.refuse(
                file.number,
                (
                    StagedRefusal(line, name or "", *named.refused[name])
                    for line, name in self._area.lines_without_server(file.number)
                ),
            )

    def _list(self, subject: str, file: int, server: int, named: NamedServers) -> ImportList:
        staged = self._staged.files[file]
        said = self._said.get((file, server))
        taken = taken_at(self._session, staged, self._staged.options, said)
        known = ListOf(
            self._session,
            self._numbers,
            subject=subject,
            server=server,
            name=named.names[server],
            new_server=named.new.get(server),
            taken_at=iso(taken),
            packs=self._packs[server],
            watch=self._watch,
            refuse=lambda refusal: self._area.refuse(file, [refusal], server=server),
            answers=self._staged.options.answers,
            complete=said.complete if said else self._staged.options.complete,
            readable=file not in self._unread and (said is None or said.complete),
        )
        dated = (self._staged.options.taken_at or (said.taken_at if said else staged.taken_at)) is not None
        return ImportList(staged, taken, known, dated)

    def _rows(self, subject: str, server: int) -> Rows:
        for row in self._area.server_rows(subject, server):
            self._done += 1
            if self._progress is not None and self._done % 1000 == 0:
                self._progress(self._done, None)
            yield row


def _told(lists: Iterable[ListOf], differences: Iterator[Difference]) -> Iterator[Difference]:
    """The differences, the first of which are told with the first of these lists."""
    telling = next((one.telling for one in lists), Telling())
    for difference in differences:
        telling.tell(difference)
        yield difference
