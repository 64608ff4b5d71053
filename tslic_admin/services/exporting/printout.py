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

from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.progress import Progress
from tslic_admin.services.exporting.rows import PROGRESS_STEP, describe_filter
from tslic_admin.wording.exporting.exports import head_text
from tslic_admin.wording.exporting.printing import page_facts
from tslic_admin.wording.lists.all_lists import words_of

IN_MEMORY = 1 << 24  # bytes; a longer list goes to a temporary file that has no name where systems allow that

Cells = Sequence[str]


class SpooledRows:
    """Rows of texts, written once and read in any order by any thread; a long list is not held in memory.

    Raises StoreTrouble `temporary-folder` if that folder is full or cannot be used.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - open as long as this is
        weakref.finalize(
            self, self._file.close
        )  # closed with the last reference, because several threads may read it
        self._offsets = array("Q", [0])
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, cells: Cells) -> None:
        line = json.dumps(cells).encode("ascii")  # lone surrogates too
        with _temporary_file_errors():
            self._file.write(line)
        self._offsets.append(self._offsets[-1] + len(line))

    def rows(self, positions: range | None = None) -> Iterator[list[str]]:
        """The rows at these positions, or all."""
        for row in range(len(self)) if positions is None else positions:
            begin, end = self._offsets[row], self._offsets[row + 1]
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
    """A list at one state of the store. `facts`: name and text of what each page states about it."""

    title: str
    facts: Sequence[tuple[str, str]]
    rows: SpooledRows


def read_printout(
    path: Path,
    now: Callable[[], datetime],
    spec: ListSpec[R],
    cells: Callable[[R], Cells],
    progress: Progress = lambda *_: None,
) -> Printout:
    """All rows of a list as `cells` shows them, in its order, from one state of the store. Secrets are masked by it.

    What `progress` raises ends it. Raises StoreTrouble: the store's, or `temporary-folder`.
    """
    spec, rows = replace(spec, reveal=False), SpooledRows()
    with read_view(path, now) as state:
        total = state.size(spec)
        for count, row in enumerate(state.list(spec), start=1):
            rows.add(cells(row))
            if count % PROGRESS_STEP == 0:
                progress(count, total)
        facts = page_facts(
            path.name, describe_filter(state, spec), head_text(state.head()), len(rows), now().astimezone()
        )
    return Printout(words_of(spec.kind).title, facts, rows)
