"""Exporting lists to files: machine form or the screen's columns and words, CSV or JSON (formats.md, section 6).

The window exports exactly what a list shows, the console everything of a kind; both come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tslic_admin.db.frozen import Frozen, frozen
from tslic_admin.db.lists import ListSpec
from tslic_admin.db.pages import KINDS
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.csv_writing import CsvWriting
from tslic_admin.formats.json_writing import array
from tslic_admin.services import machine, machine_csv
from tslic_admin.services.export_files import Hashed, new_file
from tslic_admin.services.requests import whole_request
from tslic_admin.wording.columns import Column, columns_of

FORMATS = ("csv", "json")
PERIODS = ("recorded", "effective")
EVERY = 1000  # rows between two reports of progress

# What can be exported, as the console names it: everything that stands of it, in a useful order.
WHATS = {
    "servers": ListSpec("servers"),
    "key-packs": ListSpec("packs"),
    "licenses": ListSpec("licenses", sort="place"),
    "history": ListSpec("history"),
    "transfers": ListSpec("transfers", ended=True),
    "reissues": ListSpec("requests", ended=True),
    "due": ListSpec("due"),
}
SECRETIVE = {"servers", "packs", "requests"}

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to export. `columns`: keys of wording/columns.py for the readable form, all where empty."""

    spec: ListSpec
    file_format: str
    readable: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows below the headings (CSV) or items (JSON), the file's digest, the history's head.

    `entry`: of the reveal, where secrets left the program whole.
    """

    rows: int
    sha256: str
    head: tuple[int, str] | None
    entry: int | None = None


def wanted(
    what: str,
    *,
    file_name: str,
    file_format: str | None = None,
    readable: bool = False,
    server_id: int | None = None,
    since: str | None = None,
    until: str | None = None,
    by: str | None = None,
    reveal: bool = False,
) -> Wanted:
    """Everything of a kind, by texts as they were typed. Raises RuleViolation.

    The format is that of the file's ending where none is given, and CSV for standard output.
    """
    spec = WHATS.get(what)
    if spec is None:
        raise RuleViolation("export-unknown", field="what", value=what, known=", ".join(WHATS))
    ending = Path(file_name).suffix.removeprefix(".") if file_name != "-" else "csv"
    chosen = (ending if file_format is None else file_format).strip().casefold()
    if chosen not in FORMATS:
        raise RuleViolation(
            "export-format-unknown", field="file_format", value=chosen or file_name, known=", ".join(FORMATS)
        )
    first, last = (
        read_day(text, field=field).isoformat() if text is not None else None
        for field, text in (("since", since), ("until", until))
    )
    day = PERIODS[0] if by is None else by.strip().casefold()
    if day not in PERIODS:
        raise RuleViolation("export-by-unknown", field="by", value=by, known=", ".join(PERIODS))
    if (first or last or by is not None) and not KINDS[spec.kind].days:
        raise RuleViolation("export-without-period", field="since", value=what)
    if first and last and first > last:
        raise RuleViolation("export-period-backwards", field="until", since=first, until=last)
    spec = replace(spec, server_id=server_id, since=first, until=last, by=day, reveal=reveal)
    return Wanted(spec, chosen, readable=readable)


def reveals(wish: Wanted) -> bool:
    """Whether secrets leave the program whole by this: it needs `services.reveals` then."""
    return wish.spec.reveal and wish.spec.kind in SECRETIVE


def export(
    path: Path,
    now: Callable[[], datetime],
    wish: Wanted,
    target: Path | BinaryIO,
    progress: Progress = lambda _: None,
) -> Exported:
    """Write a list to a file, whole or not at all, or to an open stream. Masked, unless by `reveals`.

    `progress` is told the rows written; what it raises ends the export and leaves the target as it was.
    Raises StoreTrouble: the store's, or `file-not-written`.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return export(path, now, wish, stream, progress)
    hashed = Hashed(target)
    with frozen(path, now) as state:
        rows = _write(state, wish, hashed, progress)
        head = state.head()
    return Exported(rows, hashed.finish(), head)


def _write(state: Frozen, wish: Wanted, hashed: Hashed, progress: Progress) -> int:
    if wish.file_format == "csv":
        headings, rows = _readable(state, wish) if wish.readable else _machine_rows(state, wish)
        writing = CsvWriting(hashed, headings, readable=wish.readable)
        count = 0
        for count, row in enumerate(rows, start=1):
            writing.row(row)
            if count % EVERY == 0:
                progress(count)
        return count
    items = _items(state, wish)
    if wish.readable:
        headings, rows = _readable(state, wish)
        items = (dict(zip(headings, row, strict=True)) for row in rows)
    counted = _Counted(items, progress)
    for piece in array(counted):
        hashed.write(piece)
    return counted.count


class _Counted:
    def __init__(self, items: Iterator[Any], progress: Progress) -> None:
        self._items, self._progress, self.count = items, progress, 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.count += 1
            if self.count % EVERY == 0:
                self._progress(self.count)
            yield item


def _items(state: Frozen, wish: Wanted) -> Iterator[machine.Machine]:
    for row in state.list(wish.spec):
        yield machine_form(state, wish.spec, row)


def machine_form(state: Frozen, spec: ListSpec, row: Any) -> machine.Machine:
    """A row of any exported list in machine form; a history entry's events as an iterator."""
    match spec.kind:
        case "servers":
            return machine.server(row)
        case "packs":
            return machine.key_pack(row)
        case "transfers":
            return machine.transfer(row)
        case "requests":
            return whole_request(state.rows, row, reveal=spec.reveal)
        case "due":
            return machine.due(row)
        case "history":
            return machine.entry(row, map(machine.event, state.rows("events", record_id=row.number)))
        case _:
            return machine.license(row)


def _machine_rows(state: Frozen, wish: Wanted) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
    kind = "licenses" if wish.spec.kind == "temporary" else wish.spec.kind
    rows = (row for item in _items(state, wish) for row in machine_csv.rows(kind, item))
    return machine_csv.HEADINGS[kind], rows


def _readable(state: Frozen, wish: Wanted) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
    """The screen's columns; a history of which no columns were chosen has its event lines too."""
    columns = columns_of(wish.spec.kind, *wish.columns)
    lines = columns_of("events") if wish.spec.kind == "history" and not wish.columns else ()
    return tuple(column.title for column in (*columns, *lines)), _readable_rows(state, wish, columns, lines)


def _readable_rows(
    state: Frozen, wish: Wanted, columns: tuple[Column, ...], lines: tuple[Column, ...]
) -> Iterator[list[Any]]:
    for row in state.list(wish.spec):
        cells = [column.show(row) for column in columns]
        if not lines:
            yield cells
            continue
        for event in state.rows("events", record_id=row.number):
            yield [*cells, *(column.show(event) for column in lines)]
