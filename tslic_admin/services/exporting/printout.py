"""Reads the rows of a list for printing and keeps them in a temporary file."""

from __future__ import annotations

import json
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.lists.spec import ListSpec
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.services.exporting.rows import PROGRESS_STEP, Progress, describe_filter
from tslic_admin.wording.exporting.exports import LIST_TITLES, head_text
from tslic_admin.wording.exporting.printing import page_facts

IN_MEMORY = 1 << 24  # bytes; a longer list goes to a temporary file that has no name where systems allow that

Cells = Sequence[str]


class SpooledRows:
    """Rows of texts that are written once and read again from anywhere, by any thread; few of them in memory.

    Raises StoreTrouble `temporary-folder` where that is full or cannot be used.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - open as long as this is
        weakref.finalize(self, self._file.close)  # several threads may be reading: none of them closes it
        self._begins = array("Q", [0])
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._begins) - 1

    def add(self, cells: Cells) -> None:
        line = json.dumps(cells).encode("ascii")  # lone surrogates too
        with _temporary_file_errors():
            self._file.write(line)
        self._begins.append(self._begins[-1] + len(line))

    def rows(self, some: range | None = None) -> Iterator[list[str]]:
        """These rows one behind the other, or all."""
        for row in range(len(self)) if some is None else some:
            begin, end = self._begins[row], self._begins[row + 1]
            with self._lock, _temporary_file_errors():
                self._file.seek(begin)
                line = self._file.read(end - begin)
            yield json.loads(line)


@contextmanager
def _temporary_file_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreTrouble("temporary-folder", path=tempfile.gettempdir(), why=why) from error


@dataclass(frozen=True, slots=True)
class Printout:
    """A list at one moment. `facts`: what each page says of it, by their names."""

    title: str
    facts: Sequence[tuple[str, str]]
    rows: SpooledRows


def read_printout(
    path: Path,
    now: Callable[[], datetime],
    spec: ListSpec,
    cells: Callable[[Any], Cells],
    progress: Progress = lambda *_: None,
) -> Printout:
    """All rows of a list as `cells` shows them, in its order, from one state of the store. Secrets are masked by it.

    What `progress` raises ends it. Raises StoreTrouble: the store's, or `temporary-folder`.
    """
    spec, kept = replace(spec, reveal=False), SpooledRows()
    with read_view(path, now) as state:
        total = state.size(spec)
        for count, row in enumerate(state.list(spec), start=1):
            kept.add(cells(row))
            if count % PROGRESS_STEP == 0:
                progress(count, total)
        facts = page_facts(
            path.name, describe_filter(state, spec), head_text(state.head()), len(kept), now().astimezone()
        )
    return Printout(LIST_TITLES[spec.kind], facts, kept)
