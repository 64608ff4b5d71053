"""Read files into a staging area: recognised, checked row by row, nothing compared yet. Needs no store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tslic_admin.db.staging import COLUMNS, StagedRefusal, Staging
from tslic_admin.db.trouble import store_trouble
from tslic_admin.domain.clocks import WHOLE_DAY, Day, iso
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import read_name
from tslic_admin.domain.notices import Notice
from tslic_admin.formats.cells import shown
from tslic_admin.formats.file_bytes import FileBytes
from tslic_admin.formats.mapped import ColumnMapping
from tslic_admin.formats.recognise import read
from tslic_admin.formats.records import (
    EvidenceRecord,
    FileContent,
    IssuedRecord,
    KeyPackRecord,
    OwnRow,
    Record,
    Refused,
    Said,
    ServerRecord,
)
from tslic_admin.formats.rows import MOST_REFUSED
from tslic_admin.services.evidence_values import stored_evidence

BATCH = 5000
PIECE = 1 << 20
TOLD_FILES = 5
# what a file may be that lies in a folder beside the lists
NOT_OURS = frozenset(
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
NO_REASON = "the file does not say why"
SUBJECTS: dict[type[Any], str] = {
    ServerRecord: "servers",
    KeyPackRecord: "key-packs",
    IssuedRecord: "licenses",
}
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its name, for the record, and its bytes, or the path under which they are read piece by piece.

    `from_folder`: nobody named it; where it is nothing that is read here it is passed over, not refused.
    """

    name: str
    data: bytes = b""
    path: Path | None = None
    from_folder: bool = False

    @property
    def bytes(self) -> FileBytes:
        return FileBytes(self.data, self.path)

    @property
    def stamp(self) -> tuple[int, int] | None:
        """By which it shows whether a file was written while it was read. Raises OSError."""
        if self.path is None:
            return None
        found = self.path.stat()
        return found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about the files. `server` fills only empty server cells.

    `date_order` is auto, mdy, dmy or ymd; `time_zone` an IANA name, the exporting server's (None: here);
    `taken_at` aware; `complete`: the lists are all there was. `answers`: what was answered to the questions of
    a preview, by their keys. `mappings`: what the columns of tables are, by the digest of their headings.
    """

    server: str | None = None
    format: str = "auto"
    date_order: str = "auto"
    time_zone: str | None = None
    taken_at: datetime | None = None
    complete: bool = False
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    mappings: Mapping[str, ColumnMapping] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What is known of a file before anything is compared; no `format` where it could not be read.

    `own`: how many of its rows are records of this program only, and are left out. `said`: what it says itself
    of each server, by the name that its rows have. `passed_over`: why it is (a code of wording/).
    """

    number: int
    name: str
    size: int
    sha256: str
    format: str | None
    date_order: str | None
    taken_at: datetime | None
    own: int = 0
    said: Mapping[str | None, Said] = field(default_factory=dict)
    passed_over: str | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """Files that were read, their rows in the staging area."""

    files: tuple[StagedFile, ...]
    options: Options
    area: Staging

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is worth knowing of the files though nothing of it is refused."""
        own = sum(file.own for file in self.files)
        return (
            *((Notice("own-rows", {"count": own}),) if own else ()),
            *self._not_whole(),
            *self._passed_over(),
        )

    def _passed_over(self) -> Iterator[Notice]:
        passed = [file for file in self.files if file.passed_over is not None]
        unknown = [file.name for file in passed if file.passed_over != "columns-unknown"]
        if unknown:
            yield Notice("files-passed-over", {"count": len(unknown), "files": _first_of(unknown)})
        tables = [file.name for file in passed if file.passed_over == "columns-unknown"]
        if tables:
            yield Notice("tables-passed-over", {"count": len(tables), "files": _first_of(tables)})

    def _not_whole(self) -> Iterator[Notice]:
        for file in self.files:
            for server, said in file.said.items():
                if not said.complete:
                    code = "collector-not-whole" if said.rows else "collector-failed"
                    why = " ".join(said.errors).rstrip(". ") or NO_REASON
                    yield Notice(code, {"server": shown(server or file.name), "file": file.name, "why": why})


def _first_of(names: Sequence[str]) -> str:
    return ", ".join(names[:TOLD_FILES]) + (", …" if len(names) > TOLD_FILES else "")


def read_zone(name: str | None) -> tzinfo | None:
    """Raises RuleViolation `time-zone-unknown`."""
    if name is None or not name.strip():
        return None
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleViolation("time-zone-unknown", field="time_zone", value=name) from None


@contextmanager
def stage(
    sources: Sequence[Source], options: Options, *, progress: Progress | None = None
) -> Iterator[Staged]:
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
        yield Staged(tuple(files), options, area)
    finally:
        area.close()


def _stage_one(
    area: Staging,
    number: int,
    source: Source,
    options: Options,
    zone: tzinfo | None,
    progress: Progress | None,
    done: int,
) -> tuple[StagedFile, int]:
    """A file in the area, and how many rows it has; of one that is refused as a whole there are none."""
    known = (number, source.name, 0, "")
    try:
        stamp = source.stamp
        known = (number, source.name, *_measured(source.bytes, progress, done))
        content = read(
            source.bytes,
            format=options.format,
            date_order=options.date_order,
            time_zone=zone,
            mappings=options.mappings,
        )
        rows, own = _stage_rows(area, number, content, options.server, progress, done)
        _refuse_written(source, stamp)
    except (RuleViolation, OSError) as error:
        why = error if isinstance(error, RuleViolation) else _unreadable(error)
        area.forget(number)
        nothing = StagedFile(*known, format=None, date_order=None, taken_at=None)
        if source.from_folder and why.code in NOT_OURS:
            return replace(nothing, passed_over=why.code), 0
        area.refuse(number, [StagedRefusal(0, source.name, why.code, dict(why.facts))], lasting=True)
        return nothing, 0
    staged = StagedFile(
        *known,
        format=content.format,
        date_order=content.date_order,
        taken_at=content.taken_at,
        own=own,
        said=content.said,
    )
    return staged, rows


def _refuse_written(source: Source, stamp: tuple[int, int] | None) -> None:
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
        refused += sum(isinstance(record, Refused) for record in batch)
        if refused > MOST_REFUSED:
            raise RuleViolation("too-many-refused", count=MOST_REFUSED)
        if progress is not None:
            progress(done + rows, None)
    return rows, own


def _measured(data: FileBytes, progress: Progress | None, done: int) -> tuple[int, str]:
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
    area: Staging, file: int, batch: Sequence[Record | Refused | OwnRow], given_server: str | None
) -> int:
    """Into the area; how many of the rows are records of this program only."""
    by_subject: dict[str, list[tuple[Any, ...]]] = {}
    refusals = []
    own = 0
    for record in batch:
        if isinstance(record, OwnRow):
            own += 1
            continue
        if isinstance(record, Refused):
            refusals.append(StagedRefusal(record.line, record.value, record.code, {}))
            continue
        if isinstance(record, EvidenceRecord):
            of_record = stored_evidence(record, given_server)
            cells = (of_record[name] for name in COLUMNS["evidence"])
            by_subject.setdefault("evidence", []).append((record.line, record.server, *cells))
            continue
        subject = SUBJECTS[type(record)]
        values = (_stored(getattr(record, name)) for name in COLUMNS[subject])
        by_subject.setdefault(subject, []).append((record.line, record.server, *values))
    for subject, rows in by_subject.items():
        area.add_rows(file, subject, rows)
    if refusals:
        area.refuse(file, refusals, lasting=True)
    return own


def _stored(value: Any) -> Any:
    if isinstance(value, Day):
        return iso(value) + WHOLE_DAY
    if isinstance(value, datetime):
        # the hottest line of an import; iso() does the same for any time
        return value.isoformat()[:-6] + "Z" if value.tzinfo is UTC else iso(value)
    return value
