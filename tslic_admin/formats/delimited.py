"""Read Export-Csv and its relatives: comma, semicolon or tab, quoted or not, with or without a #TYPE line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.records import Refused
from tslic_admin.formats.rows import Row, Rows, refused
from tslic_admin.formats.text_file import LINES_SEARCHED, LONGEST_LINE, TextFile
from tslic_admin.formats.wmi_classes import plain, understand

LONGEST_ROW = 1 << 20
DELIMITERS = ",;\t"
# Only that report has such a column. With another word in place of one it is known by, too much would be lost.
_LSREPORT = "issuetype"


def find(text: TextFile) -> Rows | None:
    """The rows under the first line, where that line holds headings of a class."""
    for number, line in enumerate(islice(text.lines(), LINES_SEARCHED), 1):
        if len(line) > LONGEST_LINE:
            return None
        if not line.strip() or announces(line):
            continue
        for delimiter in DELIMITERS:
            names = _headings(line, delimiter)
            if names and understand(names) and not any(plain(name) == _LSREPORT for name in names):
                return below(text, number, delimiter, names, names)
        return None
    return None


def announces(line: str) -> bool:
    """Export-Csv's `#TYPE ...`, also with its sign taken for a comment, and Excel's `sep=;` are no rows."""
    return line.lstrip("\ufeff").lower().startswith(("#type ", "type ", "sep="))


def _headings(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        return []


def below(text: TextFile, above: int, delimiter: str, headings: list[str], names: Sequence[str]) -> Rows:
    """The rows below the headings in line `above`, under the names that these headings stand for."""
    return lambda: _rows(text, above, delimiter, headings, names)


class _Held:
    """The lines of a file, counted against the row they go into: a quote never closed could take in all of them."""

    def __init__(self, text: TextFile) -> None:
        self._text = text
        self.line = 1  # where the row begins
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        """Raises RuleViolation `row-endless`."""
        for line in self._text.lines(as_written=True):
            self.length += len(line)
            if self.length > LONGEST_ROW:
                raise RuleViolation("row-endless", line=self.line)
            yield line


def _rows(
    text: TextFile, above: int, delimiter: str, headings: list[str], meant: Sequence[str]
) -> Iterator[Row | Refused]:
    held = _Held(text)
    lines = iter(held)
    for _ in range(above):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    names = meant if isinstance(meant, tuple) else tuple(meant)
    width = len(headings)
    while True:
        line = held.line = above + reader.line_num + 1
        held.length = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A quote out of place can swallow the lines after it: each of them is a row not taken.
            for lost in range(line, above + reader.line_num + 1):
                yield refused(lost, "", "row-quotes")
            continue
        if not any(cells) or cells == headings:  # two exports in one file repeat the headings
            continue
        if delimiter == "\t" and not any(cell.strip() for cell in cells[width:]):
            del cells[width:]  # tabs behind the last value
        if len(cells) == width:
            yield line, names, cells
        elif not announces(cells[0]):
            code = "row-too-short" if len(cells) < width else "row-too-long"
            yield refused(line, delimiter.join(cells), code)
