"""Which files are meant by names, patterns and folders: in a settled order, bounded, without following links."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.staged_files import Source

MOST_FILES, DEEPEST = 1000, 16


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and the folder it was found in; None where it was named itself."""

    path: Path
    folder: Path | None = None


def find_files(names: Sequence[str | Path]) -> list[Found]:
    """The files that are meant; each once, in the order of the names, a folder's sorted.

    A pattern that fits nothing is a name. Raises FileNotFoundError, or RuleViolation `too-many-files` or
    `folder-empty`.
    """
    found: dict[str, Found] = {}
    for name in names:
        for path in _expanded(str(name)):
            if not path.is_dir():
                path.stat()  # there is none where this raises
                found.setdefault(os.path.realpath(path), Found(path))
                continue
            before = len(found)
            for inside in _inside(path, 1):
                found.setdefault(os.path.realpath(inside), Found(inside, path))
                if len(found) - before > MOST_FILES:
                    raise RuleViolation("too-many-files", field="files", folder=path, most=MOST_FILES)
            if len(found) == before:
                raise RuleViolation("folder-empty", field="files", folder=path)
    return list(found.values())


def _expanded(name: str) -> list[Path]:
    """Windows' shells leave patterns to the program."""
    if glob.has_magic(name) and not os.path.lexists(name):
        return [Path(one) for one in sorted(glob.glob(name, recursive=True))] or [Path(name)]  # noqa: PTH207 - a pattern may be absolute
    return [Path(name)]


def _inside(folder: Path, depth: int) -> Iterator[Path]:
    """Files below a folder; what is hidden, a link to a folder, or lies too deep is passed over."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name.casefold())
    for entry in inside:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _inside(Path(entry), depth + 1)
        elif entry.is_file():
            yield Path(entry)


def sources_of(found: Sequence[Found]) -> list[Source]:
    """As `stage` takes them. The history keeps a file's own name; those of one name are told apart by where they lie."""
    short = [one.path.name for one in found]
    return [
        Source(
            _printable(last if short.count(last) == 1 else _where(one)),
            path=one.path,
            from_folder=one.folder is not None,
        )
        for one, last in zip(found, short, strict=True)
    ]


def _where(one: Found) -> str:
    return str(one.path) if one.folder is None else one.path.relative_to(one.folder.parent).as_posix()


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
