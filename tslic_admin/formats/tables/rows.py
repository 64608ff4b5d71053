"""Turn rows under known headings into records, and decide the order of day, month and year in a table's dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from operator import itemgetter

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.cells import UnreadableCell, date, excerpt, number
from tslic_admin.formats.tables.dates import DateOrderDetector, Dates
from tslic_admin.formats.tables.headings import (
    RecognisedHeadings,
    is_configmgr,
    is_own_export,
    is_readable_export,
    normalize_heading,
    recognise_headings,
)
from tslic_admin.formats.tables.records import EvidenceRecord, OwnRow, Record, RefusedRow, ServerSummary
from tslic_admin.formats.tables.server_tables import KEY_PACK_TABLE, LICENSE_TABLE
from tslic_admin.formats.tables.table_definition import TableColumn

Row = tuple[int, tuple[str, ...], list[str]]
"""Line (from 1), headings (the same object from row to row where they do not change), as many cells."""

Rows = Callable[[], Iterator[Row | RefusedRow]]
"""Reads a file's rows from the start, each time it is called."""

MOST_REFUSED = 10_000
"""A file with more unreadable rows is refused as a whole: each row would be reported."""

HEADINGS_KEPT, MOST_HEADINGS = 64, 5000
"""Rows of headings kept in memory, and allowed in a file. A list has only a few."""

RowBuilder = Callable[[int, list[str]], Record | RefusedRow | OwnRow | list[EvidenceRecord]]

# In the machine form of this program (formats.md, section 6) SERVER/#N is a pack without a Keypack ID yet.
OWN_PACK = re.compile(r"/#[0-9]+$")
_MACHINE = "resourceid"


class HeadingPool:
    """Returns the same object for equal rows of headings, so that `Row` headings can be compared by identity."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._different = 0

    def intern(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Raises RuleViolation `too-many-headings`."""
        same = self._seen.get(names)
        if same is None:
            self._different += 1
            if self._different > MOST_HEADINGS:
                raise RuleViolation("too-many-headings", count=MOST_HEADINGS)
            if len(self._seen) >= HEADINGS_KEPT:
                self._seen.clear()
            same = self._seen[names] = names
        return same


def refuse_row(line: int, value: str, code: str) -> RefusedRow:
    """A refused row; its value is shortened for a message."""
    return RefusedRow(line, excerpt(value), code)


@dataclass(frozen=True, slots=True)
class TableContent:
    """A recognised table (a FileContent)."""

    format: str
    date_order: str | None
    rows: Rows
    zone: tzinfo | None
    taken_at: datetime | None = None
    summaries: Mapping[str | None, ServerSummary] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Record | RefusedRow | OwnRow]:
        dates = Dates(self.date_order, self.zone)
        builders: dict[tuple[str, ...], RowBuilder] = {}
        names: tuple[str, ...] | None = None
        for row in self.rows():
            if isinstance(row, RefusedRow):
                yield row
                continue
            line, headings, cells = row
            if headings is not names:
                names = headings
                if names not in builders:
                    if len(builders) >= HEADINGS_KEPT:
                        builders.clear()
                    builders[names] = _builder(names, dates)
                build = builders[names]
            made = build(line, cells)
            if isinstance(made, list):
                yield from made
            else:
                yield made


def table_content(format_name: str, rows: Rows, date_order: str | None, zone: tzinfo | None) -> TableContent:
    """The table with its date order: `date_order`, or the order that all of its dates prove.

    Raises RuleViolation `date-order-open`, `machines-mixed`, `too-many-refused`, and whatever the rows raise: they are all read once.
    """
    detector = DateOrderDetector()
    machines = _MachineCheck()
    names: tuple[str, ...] | None = None
    places: list[int] = []
    refused_rows = 0
    for row in rows():
        if isinstance(row, RefusedRow):
            refused_rows += 1
            if refused_rows > MOST_REFUSED:
                raise RuleViolation("too-many-refused", count=MOST_REFUSED)
            continue
        _, headings, cells = row
        if headings is not names:
            names = headings
            places = _date_places(headings)
            machines.start_table(headings)
        machines.check(cells)
        for place in places:
            cell = cells[place]
            if not cell[:14].isdecimal():  # neither CIM nor GeneralizedTime
                detector.add(cell)
    if not detector.needed:
        return TableContent(format_name, None, rows, zone)
    return TableContent(format_name, date_order or detector.order(), rows, zone)


def check_keys(headings: Sequence[str]) -> None:
    """Raise RuleViolation where no row below these headings can be imported.

    `columns-missing`: no row could be told from another. `columns-ambiguous`: two of them could be the same
    property. `own-readable`: an export of this program for people, in which days stand for times.
    """
    if is_readable_export(headings):
        raise RuleViolation("own-readable")
    heading = recognise_headings(headings)
    if heading is not None and heading.ambiguous:
        first, second = (excerpt(name) for name in heading.ambiguous)
        raise RuleViolation("columns-ambiguous", first=first, second=second)
    if heading is not None and heading.missing:
        raise RuleViolation("columns-missing", columns=", ".join(heading.missing))


class _MachineCheck:
    """Refuses a ConfigMgr table with the rows of two machines and no server name: they would be taken for one server's."""

    def __init__(self) -> None:
        self._place: int | None = None
        self._first: str | None = None

    def start_table(self, headings: tuple[str, ...]) -> None:
        heading = recognise_headings(headings)
        names = [normalize_heading(name) for name in headings]
        is_unneeded = heading is None or "server" in heading.positions or _MACHINE not in names
        self._place = None if is_unneeded else names.index(_MACHINE)

    def check(self, cells: list[str]) -> None:
        """Raises RuleViolation `machines-mixed`."""
        if self._place is not None:
            number = cells[self._place]
            self._first = self._first or number
            if number != self._first:
                raise RuleViolation("machines-mixed", first=excerpt(self._first), second=excerpt(number))


def _date_places(headings: tuple[str, ...]) -> list[int]:
    heading = recognise_headings(headings)
    if heading is None:
        return []
    return [
        heading.positions[column.field][0]
        for column in heading.table.columns
        if column.read is date and column.field in heading.positions
    ]


def _builder(headings: tuple[str, ...], dates: Dates) -> RowBuilder:
    """What makes a record of a row under these headings."""
    heading = recognise_headings(headings)
    if heading is None:
        return lambda line, _: refuse_row(line, ", ".join(headings), "row-not-recognised")
    record: Callable[..., Record | list[EvidenceRecord]] = heading.table.record
    columns = heading.table.columns
    if is_own_export(headings):
        columns = tuple(replace(c, read=number) if c.field == "license_id" else c for c in columns)
    places, readers = zip(*(_reader(column, heading, dates) for column in columns), strict=True)
    pick = itemgetter(*places)
    servers = heading.positions.get("server", ())
    own = _own_row_test(headings, heading)
    null = is_configmgr(headings)
    facts = _facts(headings, heading)

    def build(line: int, cells: list[str]) -> Record | RefusedRow | OwnRow | list[EvidenceRecord]:
        if null:
            cells = ["" if cell == "NULL" else cell for cell in cells]
        if len(servers) > 1:
            cells[servers[0]] = next((cells[place] for place in servers if cells[place].strip()), "")
        try:
            if heading.table.evidence:
                values = (read(cell) for read, cell in zip(readers, pick(cells), strict=True))
                return record(line, facts(cells), *values)
            return record(line, *[read(cell) for read, cell in zip(readers, pick(cells), strict=True)])
        except UnreadableCell as error:
            if error.code == "keypack-id-missing" and own(cells):
                return OwnRow(line)
            return refuse_row(line, error.value, error.code)

    return build


def _facts(
    headings: tuple[str, ...], heading: RecognisedHeadings
) -> Callable[[list[str]], tuple[tuple[str, str], ...]]:
    """The cells of the columns that are known, as they stand, under their headings; other columns are left out."""
    places = sorted(place for field in heading.positions for place in heading.positions[field])
    named = [(place, excerpt(headings[place].strip())) for place in places]
    return lambda cells: tuple(
        (name, excerpt(value)) for place, name in named if (value := cells[place].strip())
    )


def _own_row_test(headings: tuple[str, ...], heading: RecognisedHeadings) -> Callable[[list[str]], bool]:
    """Whether a row without its server's number is a record of this program only, by the machine form's own columns."""
    places = {normalize_heading(name): place for place, name in enumerate(headings)}
    if heading.table is KEY_PACK_TABLE and "pack" in places:
        place = places["pack"]
        return lambda cells: OWN_PACK.search(cells[place].strip()) is not None
    is_own_list = heading.table is LICENSE_TABLE and is_own_export(headings)
    return lambda _: is_own_list


def _reader(
    column: TableColumn, heading: RecognisedHeadings, dates: Dates
) -> tuple[int, Callable[[str], object]]:
    """Where a field stands and how it is read; where it has no column, by one of its fallbacks."""
    if column.field in heading.positions:
        read = (
            dates.read_end
            if column.field == "expires_at"
            else dates.read
            if column.read is date
            else column.read
        )
        return heading.positions[column.field][0], read
    for other, read_other in column.fallbacks:
        if other in heading.positions:
            return heading.positions[other][0], read_other
    return 0, (lambda _: column.read("")) if column.field in heading.table.keys else (lambda _: None)
