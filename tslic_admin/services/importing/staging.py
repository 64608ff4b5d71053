"""Reads files into a staging area: recognized and checked row by row, not yet compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from operator import attrgetter

from tslic_admin.db.staging import STAGED_COLUMNS, Cell, StagedRefusal, Staging
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import WHOLE_DAY, DayOnly, iso
from tslic_admin.domain.names import read_name
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.files import FileBytes
from tslic_admin.formats.tables.records import (
    EvidenceRecord,
    FileContent,
    IssuedRecord,
    KeyPackRecord,
    OwnRow,
    Record,
    RefusedRow,
    ServerRecord,
)
from tslic_admin.formats.tables.rows import MOST_REFUSED
from tslic_admin.services.evidence.matching import stored_evidence
from tslic_admin.services.importing.files import (
    ImportOptions,
    SourceFile,
    StagedFile,
    StagedFiles,
    read_zone,
)

BATCH = 5000
PIECE = 1 << 20
# what a file may be that lies in a folder beside the lists
SKIPPED_IN_FOLDERS = frozenset(
    {
        *(
            "file-not-recognised",
            "file-is-archive",
            "file-is-document",
            "file-is-program",
            "file-is-database",
        ),
        *("file-endless-line", "file-too-large", "columns-unknown"),
    }
)
SUBJECTS: dict[type[Record], str] = {
    ServerRecord: "servers",
    KeyPackRecord: "key-packs",
    IssuedRecord: "licenses",
}
_CELLS_OF = {subject: attrgetter("line", "server", *STAGED_COLUMNS[subject]) for subject in SUBJECTS.values()}


@contextmanager
def stage(
    sources: Sequence[SourceFile], options: ImportOptions, *, progress: Progress | None = None
) -> Iterator[StagedFiles]:
    """Read files into a staging area that is gone afterwards.

    A file that cannot be read is refused as a whole, and stays listed. `progress` gets rows so far; what it
    raises ends the reading. Raises RuleViolation for options that are no time zone or server name, StoreTrouble
    where the disk is full.
    """
    zone = read_zone(options.time_zone)
    if options.server is not None:
        read_name(options.server, field="server")
    with store_trouble():  # the disk may be full where they wait
        area = Staging()
    try:
        done = 0
        files = []
        for number, source in enumerate(sources):
            with store_trouble():
                staged, rows = _stage_one(area, number, source, options, zone, progress, done)
            files.append(staged)
            done += rows
        yield StagedFiles(tuple(files), options, area)
    finally:
        area.close()


def _stage_one(
    area: Staging,
    number: int,
    source: SourceFile,
    options: ImportOptions,
    zone: tzinfo | None,
    progress: Progress | None,
    done: int,
) -> tuple[StagedFile, int]:
    """A file in the area, and how many rows it has; of one that is refused as a whole there are none."""
    facts = (number, source.name, 0, "")
    try:
        stamp = source.stamp
        facts = (number, source.name, *_measure(source.bytes, progress, done))
        content = read(
            source.bytes,
            format=options.format,
            date_order=options.date_order,
            time_zone=zone,
            mappings=options.mappings,
        )
        rows, own = _stage_rows(area, number, content, options.server, progress, done)
        _refuse_changed_file(source, stamp)
    except (RuleViolation, OSError) as error:
        why = error if isinstance(error, RuleViolation) else _unreadable(error)
        area.discard_file(number)
        nothing = StagedFile(*facts, format=None, date_order=None, taken_at=None)
        if source.from_folder and why.code in SKIPPED_IN_FOLDERS:
            return replace(nothing, skip_code=why.code), 0
        area.refuse(number, [StagedRefusal(0, source.name, why.code, dict(why.facts))], lasting=True)
        return nothing, 0
    staged = StagedFile(
        *facts,
        format=content.format,
        date_order=content.date_order,
        taken_at=content.taken_at,
        own_rows=own,
        summaries=content.summaries,
    )
    return staged, rows


def _refuse_changed_file(source: SourceFile, stamp: tuple[int, int] | None) -> None:
    if source.stamp != stamp:
        raise RuleViolation("file-changed")


def _unreadable(error: OSError) -> RuleViolation:
    return RuleViolation("file-not-readable", why=error.strerror or str(error))


def _stage_rows(
    area: Staging, number: int, content: FileContent, server: str | None, progress: Progress | None, done: int
) -> tuple[int, int]:
    """How many rows there are, and how many of them are records of this program only.

    Raises RuleViolation `too-many-refused`.
    """
    rows = own = refused = 0
    records = iter(content)
    while batch := list(islice(records, BATCH)):
        own += _add(area, number, batch, server)
        rows += len(batch)
        refused += sum(isinstance(record, RefusedRow) for record in batch)
        if refused > MOST_REFUSED:
            raise RuleViolation("too-many-refused", count=MOST_REFUSED)
        if progress is not None:
            progress(done + rows, None)
    return rows, own


def _measure(data: FileBytes, progress: Progress | None, done: int) -> tuple[int, str]:
    """Size and SHA-256, read piece by piece."""
    size, sha = 0, hashlib.sha256()
    with data.open() as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            sha.update(piece)
            if progress is not None and size > PIECE:
                progress(done, None)  # says nothing new, but may end the reading
    return size, sha.hexdigest()


def _add(
    area: Staging, file: int, batch: Sequence[Record | RefusedRow | OwnRow], given_server: str | None
) -> int:
    """Into the area; how many of the rows are records of this program only."""
    by_subject: dict[str, list[tuple[Cell, ...]]] = {}
    refusals = []
    own = 0
    for record in batch:
        if isinstance(record, OwnRow):
            own += 1
            continue
        if isinstance(record, RefusedRow):
            refusals.append(StagedRefusal(record.line, record.value, record.code, {}))
            continue
        if isinstance(record, EvidenceRecord):
            stored = stored_evidence(record, given_server)
            by_subject.setdefault("evidence", []).append((record.line, record.server, *stored))
            continue
        subject = SUBJECTS[type(record)]
        by_subject.setdefault(subject, []).append(tuple(map(_stored_value, _CELLS_OF[subject](record))))
    for subject, rows in by_subject.items():
        area.add_rows(file, subject, rows)
    if refusals:
        area.refuse(file, refusals, lasting=True)
    return own


def _stored_value(value: Cell | datetime) -> Cell:
    if isinstance(value, DayOnly):
        return iso(value) + WHOLE_DAY
    if isinstance(value, datetime):
        # the hottest line of an import; iso() does the same for any time
        return value.isoformat()[:-6] + "Z" if value.tzinfo is UTC else iso(value)
    return value
