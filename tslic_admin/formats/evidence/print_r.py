"""Read a directory's answer as PHP's print_r prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tslic_admin.formats.tables.evidence_tables import DIRECTORY_TABLE
from tslic_admin.formats.tables.files import LINES_SEARCHED, LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import normalize_heading, properties_by_heading
from tslic_admin.formats.tables.rows import Row, Rows

_PAIR = re.compile(r"[\s/*#;|-]*\[(\w{1,60})\] => ?(.*?)\s*", re.ASCII)
_NAMES = properties_by_heading(DIRECTORY_TABLE)
_HEADINGS = tuple(dict.fromkeys(_NAMES.values()))
_MARK = "msts"


def find(text: TextFile) -> Rows | None:
    """The answers in the file, where one holds an attribute of a license."""
    for line in islice(text.lines(), LINES_SEARCHED):
        match = _PAIR.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if match is not None and match[1].casefold().startswith(_MARK):
            return lambda: _rows(text)
    return None


def _rows(text: TextFile) -> Iterator[Row]:
    begin, cells, list_of = 0, dict.fromkeys(_HEADINGS, ""), None  # type: int, dict[str, str], str | None
    for number, line in enumerate(text.lines(), 1):
        match = _PAIR.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if match is None:
            continue
        name, value = match.groups()
        if name == "0" and list_of is not None:  # a list of values: the first
            property_name: str | None = list_of
        elif name.isdecimal() or name == "count":
            continue
        else:
            property_name = _NAMES.get(normalize_heading(name))
        list_of = None
        if property_name is None:
            continue
        if value == "Array":
            list_of = property_name
            continue
        if cells[property_name]:  # the same attribute again: the next user
            yield begin, _HEADINGS, list(cells.values())
            begin, cells = 0, dict.fromkeys(_HEADINGS, "")
        begin = begin or number
        cells[property_name] = value
    if begin:
        yield begin, _HEADINGS, list(cells.values())
