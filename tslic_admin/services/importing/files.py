"""The files of an import: found by names, patterns and folders, with the user's options and what reading them shows."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tslic_admin.db.staging import Staging
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.formats.lists.mapped import ColumnMapping
from tslic_admin.formats.tables.cells import excerpt
from tslic_admin.formats.tables.files import FileBytes
from tslic_admin.formats.tables.records import ServerSummary

NAMED_FILES = 5
NO_REASON = "the file does not say why"


@dataclass(frozen=True, slots=True)
class SourceFile:
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
        stat = self.path.stat()
        return stat.st_size, stat.st_mtime_ns


@dataclass(frozen=True, slots=True)
class ImportOptions:
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
    """A file that was read into the staging area; `format` is None if it could not be read.

    `own_rows`: how many of its rows are records of this program only; they are left out. `summaries`: the file's own
    summary of each server, by the name in its rows. `skip_code`: why the file was left out (a code of wording/).
    """

    number: int
    name: str
    size: int
    sha256: str
    format: str | None
    date_order: str | None
    taken_at: datetime | None
    own_rows: int = 0
    summaries: Mapping[str | None, ServerSummary] = field(default_factory=dict)
    skip_code: str | None = None


@dataclass(frozen=True, slots=True)
class StagedFiles:
    """The files of an import after they were read. Their rows are in the temporary database `staging`."""

    files: tuple[StagedFile, ...]
    options: ImportOptions
    staging: Staging

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know about the files, apart from refusals."""
        own = sum(file.own_rows for file in self.files)
        return (
            *((Notice("own-rows", {"count": own}),) if own else ()),
            *self._incomplete_notices(),
            *self._skipped_notices(),
        )

    def _skipped_notices(self) -> Iterator[Notice]:
        passed = [file for file in self.files if file.skip_code is not None]
        unknown = [file.name for file in passed if file.skip_code != "columns-unknown"]
        if unknown:
            yield Notice("files-passed-over", {"count": len(unknown), "files": _first_of(unknown)})
        tables = [file.name for file in passed if file.skip_code == "columns-unknown"]
        if tables:
            yield Notice("tables-passed-over", {"count": len(tables), "files": _first_of(tables)})

    def _incomplete_notices(self) -> Iterator[Notice]:
        for file in self.files:
            for server, summary in file.summaries.items():
                if not summary.complete:
                    code = "collector-not-whole" if summary.rows else "collector-failed"
                    why = " ".join(summary.errors).rstrip(". ") or NO_REASON
                    yield Notice(
                        code, {"server": excerpt(server or file.name), "file": file.name, "why": why}
                    )


def _first_of(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED_FILES]) + (", …" if len(names) > NAMED_FILES else "")


def read_zone(name: str | None) -> tzinfo | None:
    """Raises RuleViolation `time-zone-unknown`."""
    if name is None or not name.strip():
        return None
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleViolation("time-zone-unknown", field="time_zone", value=name) from None


MOST_FILES, DEEPEST = 1000, 16


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, and the folder it was found in; None where it was named itself."""

    path: Path
    folder: Path | None = None


def find_files(names: Sequence[str | Path]) -> list[FoundFile]:
    """The files that are meant; each once, in the order of the names, a folder's sorted.

    A pattern that fits nothing is a name. Raises FileNotFoundError, or RuleViolation `too-many-files` or
    `folder-empty`.
    """
    files: dict[str, FoundFile] = {}
    for name in names:
        for path in _expand_pattern(str(name)):
            if not path.is_dir():
                path.stat()  # there is none where this raises
                files.setdefault(os.path.realpath(path), FoundFile(path))
                continue
            before = len(files)
            for inside in _files_below(path, 1):
                files.setdefault(os.path.realpath(inside), FoundFile(inside, path))
                if len(files) - before > MOST_FILES:
                    raise RuleViolation("too-many-files", field="files", folder=path, most=MOST_FILES)
            if len(files) == before:
                raise RuleViolation("folder-empty", field="files", folder=path)
    return list(files.values())


def _expand_pattern(name: str) -> list[Path]:
    """Windows' shells leave patterns to the program."""
    if glob.has_magic(name) and not os.path.lexists(name):
        return [Path(one) for one in sorted(glob.glob(name, recursive=True))] or [Path(name)]  # noqa: PTH207 - a pattern may be absolute
    return [Path(name)]


def _files_below(folder: Path, depth: int) -> Iterator[Path]:
    """Files below a folder; what is hidden, a link to a folder, or lies too deep is passed over."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name.casefold())
    for entry in inside:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _files_below(Path(entry), depth + 1)
        elif entry.is_file():
            yield Path(entry)


def sources_of(files: Sequence[FoundFile]) -> list[SourceFile]:
    """As `stage` takes them. The history keeps a file's own name; those of one name are told apart by where they lie."""
    short = [one.path.name for one in files]
    return [
        SourceFile(
            _printable(last if short.count(last) == 1 else _display_path(one)),
            path=one.path,
            from_folder=one.folder is not None,
        )
        for one, last in zip(files, short, strict=True)
    ]


def _display_path(one: FoundFile) -> str:
    return str(one.path) if one.folder is None else one.path.relative_to(one.folder.parent).as_posix()


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
