"""The files of an import: as they are given, what the user says about them, and what is known once they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tslic_admin.db.staging import Staging
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.notices import Notice
from tslic_admin.formats.cells import shown
from tslic_admin.formats.file_bytes import FileBytes
from tslic_admin.formats.mapped import ColumnMapping
from tslic_admin.formats.records import Said

TOLD_FILES = 5
NO_REASON = "the file does not say why"
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
