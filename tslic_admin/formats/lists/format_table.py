"""Read Format-Table: cells of fixed width, whose places follow from the headings above them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from tslic_admin.formats.tables.cells import date
from tslic_admin.formats.tables.dates import looks_like_date
from tslic_admin.formats.tables.files import LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import RecognisedHeadings, is_truncated, recognise_headings
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import Row, Rows, refuse_row
from tslic_admin.formats.tables.table_definition import TableColumn

_ABOVE = 30
_SAMPLE = 1000
_UNDERLINE = re.compile(r"\s*-[\s-]*")
_FOR_DISPLAY = ("product_version", "type_and_model")
"""Fields that are only displayed. A truncated cell of them is left out; any other truncated cell refuses its row."""

Span = tuple[int, int]


def find(text: TextFile) -> Rows | None:
    """The rows under a line of headings, which may stand below a banner and have a line of dashes under it."""
    above = list(islice(text.lines(), _ABOVE))
    for index, line in enumerate(above):
        below = above[index + 1] if index + 1 < len(above) else ""
        underlined = bool(_UNDERLINE.fullmatch(below))
        fixed = len(line) <= LONGEST_LINE and "\t" not in line  # tabs part cells of any width
        understood = _headings(line, below if underlined else None) if fixed else None
        if understood:
            heading, spans = understood
            first = index + 1 + underlined
            names = tuple(line[a:b] for a, b in spans)
            cuts = _cuts(text, first, heading, spans)
            return lambda: _rows(text, first, names, heading, cuts)
    return None


def _headings(line: str, underline: str | None) -> tuple[RecognisedHeadings, list[Span]] | None:
    """The recognised headings and the position of each; None where the line has no known headings.

    Dashes show it; without them headings are parted by two blanks, or else are single words.
    """
    patterns = (r"\S+(?: \S+)*", r"\S+") if underline is None else (r"-+",)
    understood = []
    for pattern in patterns:
        spans = [match.span() for match in re.finditer(pattern, underline or line)]
        heading = recognise_headings([line[a:b] for a, b in spans])
        if heading:
            understood.append((heading, spans))
    return max(understood, key=lambda one: len(one[0].positions), default=None)


def _cuts(text: TextFile, first: int, heading: RecognisedHeadings, spans: list[Span]) -> list[int]:
    """Where to cut between neighbouring columns: at a place between their headings that no row writes on.

    The place before a heading is the one, unless its column is right-aligned and wider than the heading:
    then it is the nearest to the left, for dates, which hold blanks themselves, the nearest that leaves
    them whole.
    """
    sample = [line[:LONGEST_LINE].rstrip() for line in islice(text.lines(), first, first + _SAMPLE)]
    dates = _places(heading, lambda column: column.read is date)
    cuts: list[int] = []
    for index in range(len(spans) - 1, 0, -1):
        end, start = spans[index - 1][1], spans[index][0]
        free = [
            p for p in range(start - 1, end - 1, -1) if not any(line[p : p + 1].strip() for line in sample)
        ]
        if index in dates:
            right = cuts[0] if cuts else None
            cells = {p: [cell for line in sample if (cell := line[p:right].strip())] for p in free}
            free = [p for p in free if all(map(looks_like_date, cells[p]))] or free
        cuts.insert(0, free[0] if free else start - 1)
    return cuts


def _places(heading: RecognisedHeadings, predicate: Callable[[TableColumn], bool]) -> set[int]:
    columns = (column for column in heading.table.columns if predicate(column))
    return {place for column in columns for place in heading.positions.get(column.field, ())}


def _rows(
    text: TextFile, first: int, names: tuple[str, ...], heading: RecognisedHeadings, cuts: list[int]
) -> Iterator[Row | RefusedRow]:
    bounds = list(zip((0, *cuts), (*cuts, None), strict=True))
    needed = _places(heading, lambda column: column.field not in _FOR_DISPLAY)
    for number, raw in enumerate(text.lines(), 1):
        line = raw.rstrip()
        if number <= first or not line or _UNDERLINE.fullmatch(line):
            continue
        cells = [line[a:b].strip() for a, b in bounds]
        if tuple(cells) == names:  # two outputs in one file
            continue
        cut = [place for place, cell in enumerate(cells) if is_truncated(cell)]
        worst = next((place for place in cut if place in needed), None)
        if any(line[place : place + 1].strip() for place in cuts):
            yield refuse_row(number, line.strip(), "row-misaligned")
        elif worst is not None:
            yield refuse_row(number, cells[worst], "cell-cut")
        else:
            for place in cut:
                cells[place] = ""
            yield number, names, cells
