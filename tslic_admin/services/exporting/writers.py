"""Writes a list to a file in any of the export formats (formats.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar, cast

from tslic_admin.db.lists.pages import read_view
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS, PackLine
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.writing.csv_files import CsvWriter, SnipeItWriter, TextTarget
from tslic_admin.formats.writing.html_pages import ListPage, Row, Table, write_page
from tslic_admin.formats.writing.ics_files import CalendarEvent, IcsWriter
from tslic_admin.formats.writing.json_files import json_array
from tslic_admin.formats.writing.xlsx import XlsxWriter
from tslic_admin.services.exporting.export_request import ExportRequest
from tslic_admin.services.exporting.rows import ExportRows, describe_filter
from tslic_admin.services.output_file import HashedText, new_file
from tslic_admin.wording.exporting.exports import REVEALED_NOTE, file_facts, rows_text
from tslic_admin.wording.lists.columns import Cell
from tslic_admin.wording.lists.key_packs import pack_line_reference
from tslic_admin.wording.lists.machine import Machine
from tslic_admin.wording.records.summaries import DUE_KINDS, due_text
from tslic_admin.wording.values import version_and_type

T = TypeVar("T")


def calendar_events(rows: ExportRows) -> Iterator[CalendarEvent]:
    """An event for every row of the list of what is due.

    The uid holds the digest of the store's first entry and the row's number, so that a calendar that is read in
    again replaces the events with changed days.
    """
    store = next((row.digest for row in rows.state.rows(HISTORY, record_id=1)), "")[:16]
    for row in rows.rows_of(DUE):
        about = f"{DUE_KINDS[row.kind]}: {row.subject}\nLicense server: {row.server}"
        yield CalendarEvent(
            uid=f"{row.kind}-{row.number}-{store}@tslic-admin",
            day=date.fromisoformat(row.day),
            summary=due_text(row),
            description=about,
            category=DUE_KINDS[row.kind],
        )


def write_purchases(packs: Iterator[PackLine], target: TextTarget) -> tuple[int, int]:
    """Returns how many rows were written and how many key packs left out: pools were not bought, or have no total."""
    form = SnipeItWriter(target)
    rows = left_out = 0
    for row in packs:
        if not row.purchased or not row.total or row.total == UNLIMITED:
            left_out += 1
            continue
        reference = pack_line_reference(row)
        day = day_of(row.expires_at)
        form.license(
            version_and_type(row.product_version_id, row.product_type, row.product_version),
            pack=reference,
            serial=row.purchase_number,
            seats=row.total,
            order=row.purchase_ref,
            expires=None if day is None or never_expires(day) else day.isoformat(),
            supplier=row.reseller,
            notes=[text for text in (f"Key pack {reference}", row.notes) if text],
        )
        rows += 1
    return rows, left_out


Head = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class ExportResult:
    """A written file: its rows or items, its digest, and the head of the history.

    `left_out`: key packs that the format has no row for. `entry`: the entry *reveal*, if secrets are unmasked.
    """

    rows: int
    sha256: str
    head: Head
    entry: int | None = None
    left_out: int = 0


@dataclass(slots=True)
class _Writing:
    """One file while it is written."""

    rows: ExportRows
    out: HashedText
    store: Path
    at: datetime
    head: Head
    left_out: int = 0

    @property
    def request(self) -> ExportRequest:
        return self.rows.request

    @property
    def title(self) -> str:
        return self.rows.words.title

    def about(self) -> Sequence[tuple[str, str]]:
        """The facts that a readable file states about itself."""
        spec = self.request.spec
        return file_facts(
            self.title,
            self.store.name,
            describe_filter(self.rows.state, spec),
            self.head,
            self.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            revealed=spec.reveal,
        )


def export(
    path: Path,
    now: Callable[[], datetime],
    request: ExportRequest,
    target: Path | BinaryIO,
    progress: Progress = lambda *_: None,
    *,
    head: Head = None,
) -> ExportResult:
    """Write a list to a file, whole or not at all, or to an open stream. Masked, unless by `reveals`.

    What `progress` raises ends the export and leaves the target as it was. `head`: the history's, where the caller
    knows of an entry that is not committed yet. Raises StoreTrouble: the store's, or `file-not-written`;
    RuleViolation `xlsx-…` where a workbook cannot hold the list.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return export(path, now, request, stream, progress, head=head)
    hashed = HashedText(target)
    with read_view(path, now) as state:
        writing = _Writing(ExportRows(state, request, progress), hashed, path, now(), head or state.head())
        rows = _WRITERS[request.file_format](writing)
    return ExportResult(rows, hashed.finish(), writing.head, left_out=writing.left_out)


def _csv(writing: _Writing) -> int:
    headings, rows = _table(writing)
    table = CsvWriter(writing.out, headings, readable=writing.request.readable)
    counter = _RowCounter(rows)
    for row in counter:
        table.row(row)
    return counter.count


def _table(writing: _Writing) -> tuple[tuple[str, ...], Iterator[list[Cell]]]:
    rows = writing.rows
    if writing.request.readable:
        return rows.readable_headings(), rows.readable_rows()
    return rows.form.headings, rows.machine_rows()


def _json(writing: _Writing) -> int:
    items: Iterator[Machine] = writing.rows.items()
    if writing.request.readable:
        headings, rows = _table(writing)
        items = (dict(zip(headings, row, strict=True)) for row in rows)
    counter = _RowCounter(items)
    for piece in json_array(counter):
        writing.out.write(piece)
    return counter.count


class _RowCounter(Generic[T]):
    def __init__(self, items: Iterator[T]) -> None:
        self._items, self.count = items, 0

    def __iter__(self) -> Iterator[T]:
        for item in self._items:
            self.count += 1
            yield item


def _xlsx(writing: _Writing) -> int:
    rows = writing.rows
    readable = writing.request.readable
    headings = rows.readable_headings() if readable else rows.form.headings
    stream = cast("BinaryIO", writing.out.bytes)
    counter = _RowCounter(rows.readable_cells() if readable else rows.machine_cells())
    with XlsxWriter(stream, writing.title, headings, writing.about()) as book:
        for row in counter:
            book.row(row)
    return counter.count


def _html(writing: _Writing) -> int:
    counter = _RowCounter(writing.rows.readable_rows())
    page = ListPage(
        writing.title,
        writing.about()[1:],  # without the list's name, which is the title
        Table(writing.rows.readable_headings(), map(Row, counter)),
        closing=lambda: rows_text(counter.count),
        warning=REVEALED_NOTE if writing.request.spec.reveal else "",
    )
    write_page("list.mako", page, writing.out)
    return counter.count


def _ics(writing: _Writing) -> int:
    head = writing.head
    calendar = IcsWriter(writing.out, writing.title, writing.at, head[0] if head else 0)
    counter = _RowCounter(calendar_events(writing.rows))
    for event in counter:
        calendar.event(event)
    calendar.finish()
    return counter.count


def _snipe_it(writing: _Writing) -> int:
    rows, writing.left_out = write_purchases(writing.rows.rows_of(PACKS), writing.out)
    return rows


_WRITERS: dict[str, Callable[[_Writing], int]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
    "html": _html,
    "ics": _ics,
    "snipe-it": _snipe_it,
}
