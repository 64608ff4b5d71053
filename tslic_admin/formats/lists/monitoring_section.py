"""Read the section `<<<rds_licenses:sep(44)>>>` of a monitoring agent's output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.cells import excerpt
from tslic_admin.formats.tables.files import LINES_SEARCHED, TextFile
from tslic_admin.formats.tables.headings import is_truncated, normalize_heading
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import Row, Rows, refuse_row

_SECTION = re.compile(r"<<<rds_licenses(:[^>]*)?>>>")
_SEPARATOR = re.compile(r"sep\((\d{1,3})\)", re.ASCII)
_COMMA = 44
_SHORT = (
    *("KeyPackId", "Description", "KeyPackType", "ProductType", "ProductVersion", "ProductVersionID"),
    *("TotalLicenses", "IssuedLicenses", "AvailableLicenses", "ExpirationDate"),
)
_LONG = (*_SHORT, "TypeAndModel")


def find(text: TextFile) -> Rows | None:
    """The rows of the section, wherever in the agent's output it stands."""
    if any(_SECTION.fullmatch(line.strip()) for line in islice(text.lines(), LINES_SEARCHED)):
        return lambda: _rows(text)
    return None


def _rows(text: TextFile) -> Iterator[Row | RefusedRow]:
    delimiter = ""
    for number, line in enumerate(text.lines(), 1):
        stripped = line.strip()
        if stripped.startswith("<<<"):
            section = _SECTION.fullmatch(stripped)
            separator = _SEPARATOR.search(stripped)
            delimiter = chr(int(separator[1]) if separator else _COMMA) if section else ""
        elif delimiter and stripped:
            cells = stripped.split(delimiter)
            if normalize_heading(cells[0]) == normalize_heading(_SHORT[0]):
                _check(cells, number)
            elif len(cells) in (len(_SHORT), len(_LONG)):
                yield number, _SHORT if len(cells) == len(_SHORT) else _LONG, cells
            else:
                code = "row-too-short" if len(cells) < len(_SHORT) else "row-too-long"
                yield refuse_row(number, stripped, code)


def _check(headings: list[str], line: int) -> None:
    """The headings say nothing new; but should they differ from the fixed order, the rows cannot be trusted."""
    for heading, expected in zip(headings, _LONG, strict=False):
        name, expected_name = normalize_heading(heading), normalize_heading(expected)
        is_beginning = is_truncated(heading.strip()) and expected_name.startswith(name)
        if name != expected_name and not is_beginning:
            raise RuleViolation("section-headings", line=line, value=excerpt(heading), expected=expected)
