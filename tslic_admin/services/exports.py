"""Exporting lists to files, in every format (formats.md, section 6).

The window exports exactly what a list shows, the console everything of a kind; both come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from tslic_admin.db.frozen import frozen
from tslic_admin.formats.csv_writing import CsvWriting
from tslic_admin.formats.html_writing import HtmlWriting
from tslic_admin.formats.json_writing import array
from tslic_admin.formats.xlsx_writing import XlsxWriting
from tslic_admin.services.export_calendar import events
from tslic_admin.services.export_files import Hashed, new_file
from tslic_admin.services.export_filter import said_filter
from tslic_admin.services.export_purchases import write_purchases
from tslic_admin.services.export_rows import Progress, Rows
from tslic_admin.services.export_wishes import Wanted
from tslic_admin.wording.exports import LISTS, REVEALED, about, rows_text

Head = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows below the headings, or items; the file's digest, the history's head.

    `left_out`: things that the format has no row for. `entry`: of the reveal, where secrets left the program whole.
    """

    rows: int
    sha256: str
    head: Head
    entry: int | None = None
    left_out: int = 0


@dataclass(slots=True)
class _Writing:
    """One file while it is written."""

    rows: Rows
    out: Hashed
    store: Path
    at: datetime
    head: Head
    left_out: int = 0

    @property
    def wish(self) -> Wanted:
        return self.rows.wish

    @property
    def title(self) -> str:
        return LISTS[self.wish.spec.kind]

    def about(self) -> Sequence[tuple[str, str]]:
        """What a readable file says of itself."""
        spec = self.wish.spec
        return about(
            self.title,
            self.store.name,
            said_filter(self.rows.state, spec),
            self.head,
            self.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            revealed=spec.reveal,
        )


def export(
    path: Path,
    now: Callable[[], datetime],
    wish: Wanted,
    target: Path | BinaryIO,
    progress: Progress = lambda *_: None,
    *,
    head: Head = None,
) -> Exported:
    """Write a list to a file, whole or not at all, or to an open stream. Masked, unless by `reveals`.

    What `progress` raises ends the export and leaves the target as it was. `head`: the history's, where the caller
    knows of an entry that is not committed yet. Raises StoreTrouble: the store's, or `file-not-written`;
    RuleViolation `xlsx-…` where a workbook cannot hold the list.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return export(path, now, wish, stream, progress, head=head)
    hashed = Hashed(target)
    with frozen(path, now) as state:
        writing = _Writing(Rows(state, wish, progress), hashed, path, now(), head or state.head())
        rows = _WRITERS[wish.file_format](writing)
    return Exported(rows, hashed.finish(), writing.head, left_out=writing.left_out)


def _csv(writing: _Writing) -> int:
    headings, rows = _table(writing)
    table = CsvWriting(writing.out, headings, readable=writing.wish.readable)
    counted = _Counted(rows)
    for row in counted:
        table.row(row)
    return counted.count


def _table(writing: _Writing) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
    rows = writing.rows
    if writing.wish.readable:
        return rows.readable_headings(), rows.readable_rows()
    return rows.machine_headings(), rows.machine_rows()


def _json(writing: _Writing) -> int:
    items: Iterator[Any] = writing.rows.items()
    if writing.wish.readable:
        headings, rows = _table(writing)
        items = (dict(zip(headings, row, strict=True)) for row in rows)
    counted = _Counted(items)
    for piece in array(counted):
        writing.out.write(piece)
    return counted.count


class _Counted:
    def __init__(self, items: Iterator[Any]) -> None:
        self._items, self.count = items, 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.count += 1
            yield item


def _xlsx(writing: _Writing) -> int:
    rows = writing.rows
    readable = writing.wish.readable
    headings = rows.readable_headings() if readable else rows.machine_headings()
    stream = cast("BinaryIO", writing.out.bytes)
    counted = _Counted(rows.readable_cells() if readable else rows.machine_cells())
    with XlsxWriting(stream, writing.title, headings, writing.about()) as book:
        for row in counted:
            book.row(row)
    return counted.count


def _html(writing: _Writing) -> int:
    warning = REVEALED if writing.wish.spec.reveal else ""
    headings = writing.rows.readable_headings()
    facts = writing.about()[1:]  # the list stands above it as its title
    page = HtmlWriting(writing.out, writing.title, facts, headings, warning=warning)
    counted = _Counted(writing.rows.readable_rows())
    for row in counted:
        page.row(row)
    page.finish(rows_text(counted.count))
    return counted.count


def _ics(writing: _Writing) -> int:
    from tslic_admin.formats.ics_writing import IcsWriting

    head = writing.head
    calendar = IcsWriting(writing.out, writing.title, writing.at, head[0] if head else 0)
    counted = _Counted(events(writing.rows))
    for event in counted:
        calendar.event(event)
    calendar.finish()
    return counted.count


def _snipe_it(writing: _Writing) -> int:
    written, writing.left_out = write_purchases(writing.rows.things(), writing.out)
    return written


_WRITERS: dict[str, Callable[[_Writing], int]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
    "html": _html,
    "ics": _ics,
    "snipe-it": _snipe_it,
}
