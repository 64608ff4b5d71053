"""Read delimited text: Export-Csv and its relatives, and the tab-delimited lsreport.txt."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.files import LINES_SEARCHED, LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import normalize_heading, recognise_headings
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import Row, Rows, refuse_row

LONGEST_ROW = 1 << 20
DELIMITERS = ",;\t"
# Only lsreport.txt has this column. Where find_lsreport does not know its other headings, this would lose too much.
_LSREPORT_HEADING = "issuetype"


def find(text: TextFile) -> Rows | None:
    """The rows below the first line; None where it has no known headings."""
    for number, line in enumerate(islice(text.lines(), LINES_SEARCHED), 1):
        if len(line) > LONGEST_LINE:
            return None
        if not line.strip() or is_preamble(line):
            continue
        for delimiter in DELIMITERS:
            names = _headings(line, delimiter)
            if (
                names
                and recognise_headings(names)
                and not any(normalize_heading(name) == _LSREPORT_HEADING for name in names)
            ):
                return rows_below(text, number, delimiter, names, names)
        return None
    return None


def is_preamble(line: str) -> bool:
    """Whether a line is Export-Csv's `#TYPE ...`, with or without its `#`, or Excel's `sep=;`."""
    return line.lstrip("\ufeff").lower().startswith(("#type ", "type ", "sep="))


def _headings(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        return []


def rows_below(text: TextFile, above: int, delimiter: str, headings: list[str], names: Sequence[str]) -> Rows:
    """The rows below the headings in line `above`, under the names that these headings stand for."""
    return lambda: _rows(text, above, delimiter, headings, names)


class _CountedLines:
    """The lines of a file. Limits the length of a row: one with an unclosed quote would continue to the end of the file."""

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
    text: TextFile, above: int, delimiter: str, headings: list[str], names_below: Sequence[str]
) -> Iterator[Row | RefusedRow]:
    counted = _CountedLines(text)
    lines = iter(counted)
    for _ in range(above):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    names = names_below if isinstance(names_below, tuple) else tuple(names_below)
    width = len(headings)
    while True:
        line = counted.line = above + reader.line_num + 1
        counted.length = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A quote out of place can swallow the lines after it: each of them is a row not taken.
            for lost in range(line, above + reader.line_num + 1):
                yield refuse_row(lost, "", "row-quotes")
            continue
        if not any(cells) or cells == headings:  # two exports in one file repeat the headings
            continue
        if delimiter == "\t" and not any(cell.strip() for cell in cells[width:]):
            del cells[width:]  # tabs behind the last value
        if len(cells) == width:
            yield line, names, cells
        elif not is_preamble(cells[0]):
            code = "row-too-short" if len(cells) < width else "row-too-long"
            yield refuse_row(line, delimiter.join(cells), code)


_LSREPORT_ABOVE = 30
_LSREPORT_WORDS = {
    "LicenseId": ("licenseid",),
    "KeyPackId": ("keypackid",),
    "sIssuedToComputer": ("client", "clientname", "computer", "computername", "issuedtocomputer"),
    "sIssuedToUser": ("user", "username", "issuedtouser"),
    "IssueDate": ("start", "startdate", "starttime", "issued", "issuedon", "issuedate"),
    "LicenseStatus": ("issuetype",),
    "ExpirationDate": ("end", "enddate", "endtime", "expires", "expireson", "expirationdate"),
}
_LSREPORT_PROPERTIES = {word: name for name, words in _LSREPORT_WORDS.items() for word in words}


def find_lsreport(text: TextFile) -> Rows | None:
    """The rows below the headings, which may stand below a banner."""
    for number, line in enumerate(islice(text.lines(), _LSREPORT_ABOVE), 1):
        if len(line) > LONGEST_LINE:
            return None
        # the license type is the key pack's; nothing of a license is called so
        names = [_LSREPORT_PROPERTIES.get(normalize_heading(name), "") for name in line.split("\t")]
        if sorted(filter(None, names)) == sorted(_LSREPORT_WORDS):
            return rows_below(text, number, "\t", line.rstrip("\r\n").split("\t"), names)
    return None
