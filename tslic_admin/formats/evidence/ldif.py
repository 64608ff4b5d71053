"""Read LDIF (RFC 2849) as ldifde writes it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice

from tslic_admin.formats.tables.evidence_tables import DIRECTORY_TABLE
from tslic_admin.formats.tables.files import LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import normalize_heading, properties_by_heading
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import Row, Rows, refuse_row

_LINE = re.compile(r"([A-Za-z][A-Za-z0-9.;-]*):(:|<)?[ \t]*(.*)", re.DOTALL)
_ABOVE = 200
_NAMES = properties_by_heading(DIRECTORY_TABLE)
_HEADINGS = tuple(dict.fromkeys(_NAMES.values()))
Lines = Iterator[tuple[int, str]]


def find(text: TextFile) -> Rows | None:
    """The entries of the file, where its first line that is no comment begins one."""
    first = next(_unfold(islice(enumerate(text.lines(), 1), _ABOVE)), None)
    if first is None:
        return None
    match = _LINE.fullmatch(first[1])
    if match is None or match[1].casefold() not in ("dn", "version"):
        return None
    return lambda: _rows(text)


def _rows(text: TextFile) -> Iterator[Row | RefusedRow]:
    begin, cells, wrong = 0, dict.fromkeys(_HEADINGS, ""), None  # type: int, dict[str, str], str | None
    for number, line in _unfold(enumerate(text.lines(), 1), gaps=True):
        if not line:
            if begin:
                yield _row(begin, cells, wrong)
            begin, cells, wrong = 0, dict.fromkeys(_HEADINGS, ""), None
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            wrong = wrong or ("row-not-recognised" if line != "-" else None)
            begin = begin or number
            continue
        attribute, sign, value = match.groups()
        name = attribute.partition(";")[0].casefold()
        if name == "version" and not begin:
            continue
        begin = begin or number
        if name == "changetype" and value.strip().casefold() != "add":
            wrong = "ldif-change"
        property_name = _NAMES.get(normalize_heading(name))
        # of several values the first counts; other attributes are not read
        if property_name is None or cells[property_name]:
            continue
        if sign == ":":
            decoded = _decode(value)
            wrong = wrong or ("ldif-encoding" if decoded is None else None)
            value = decoded or ""
        elif sign == "<":
            continue  # names a file of that computer, which is not opened
        cells[property_name] = value
    if begin:
        yield _row(begin, cells, wrong)


def _row(line: int, cells: dict[str, str], wrong: str | None) -> Row | RefusedRow:
    if wrong is not None:
        return refuse_row(line, cells["DistinguishedName"], wrong)
    return line, _HEADINGS, list(cells.values())


def _decode(value: str) -> str | None:
    try:
        return base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _unfold(lines: Lines, *, gaps: bool = False) -> Lines:
    """Each line with those that continue it, without comments; an empty one stands between entries.

    A value longer than LONGEST_LINE is cut: it is a picture or a certificate.
    """
    pending: tuple[int, str] | None = None
    for number, raw in lines:
        line = raw[: LONGEST_LINE + 1].rstrip("\r\n")
        if pending is not None and line.startswith(" "):
            if len(pending[1]) <= LONGEST_LINE:
                pending = (pending[0], pending[1] + line[1:])
            continue
        if pending is not None and not pending[1].startswith("#") and (gaps or pending[1]):
            yield pending
        pending = (number, line.removeprefix("\ufeff"))
    if pending is not None and not pending[1].startswith("#") and (gaps or pending[1]):
        yield pending
