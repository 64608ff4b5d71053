"""Read ConvertTo-Json: one object, a list of objects, or one object after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists.json_cursor import DECODER, LONGEST_VALUE
from tslic_admin.formats.tables.files import TextFile
from tslic_admin.formats.tables.headings import KNOWN_HEADINGS, normalize_heading, recognise_headings
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.formats.tables.rows import HeadingPool, Row, Rows, refuse_row

_SPACE = re.compile(r"[\s\ufeff]*")
# What Windows PowerShell puts around a list; it must not have to be decoded as one value.
_WRAP = re.compile(r'\{\s*"value"\s*:\s*\[')
_WRAPPED = 256


def find(text: TextFile) -> Rows | None:
    """The objects of the file, where the first one is of a class."""
    try:
        first = next(_objects(text), None)
    except ValueError:
        return None
    if first is None or not isinstance(first[1], dict) or not recognise_headings(tuple(first[1])):
        return None
    return lambda: _rows(text)


def _rows(text: TextFile) -> Iterator[Row | RefusedRow]:
    headings = HeadingPool()
    objects = _objects(text)
    line = 1
    while True:
        try:
            line, value = next(objects)
        except StopIteration:
            return
        except ValueError:
            raise RuleViolation("json-malformed", line=line) from None
        if not isinstance(value, dict):
            yield refuse_row(line, _cell(value) or "", "row-not-recognised")
            continue
        yield cells_of(line, value, headings)


def cells_of(line: int, value: Mapping[str, Any], headings: HeadingPool) -> Row | RefusedRow:
    """An object as a row; `headings`: those seen so far, of which the same ones are used again."""
    names = tuple(value)
    cells = [_cell(item) for item in value.values()]
    nested = next(
        (
            n
            for n, cell in zip(names, cells, strict=True)
            if cell is None and normalize_heading(n) in KNOWN_HEADINGS
        ),
        None,
    )
    if nested is not None:
        return refuse_row(line, nested, "value-nested")
    return line, headings.intern(names), [cell or "" for cell in cells]


def _cell(value: Any) -> str | None:
    """A value as the text of a cell, None for what is none: lists, objects, true and false.

    Of PowerShell's annotated texts and dates, `{"value": ..., "DateTime": ...}`, it is the value.
    """
    if isinstance(value, dict):
        value = value.get("value")
        return value if isinstance(value, str) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else None


def _objects(text: TextFile) -> Iterator[tuple[int, Any]]:
    """Each value with the line where it begins; of a list in an object, as Windows PowerShell has it, each item."""
    for line, value in _values(text):
        if isinstance(value, dict) and isinstance(value.get("value"), list):
            yield from ((line, item) for item in value["value"])
        else:
            yield line, value


def _values(text: TextFile) -> Iterator[tuple[int, Any]]:
    """Decode value after value from a buffer that holds little more of the file than one value.

    Raises ValueError where the text is not JSON or ends too early.
    """
    chunks = text.chunks()
    buffer, at, line = "", 0, 1
    inside, before = False, "start"
    wrapped = False
    while True:
        blank = _SPACE.match(buffer, at)
        end = blank.end() if blank else at
        line, at = line + buffer.count("\n", at, end), end
        if at == len(buffer):
            buffer, at = next(chunks, ""), 0
            if buffer:
                continue
            if inside:
                raise ValueError(before)
            return
        sign = buffer[at]
        if sign == "{" and before == "start":
            while len(buffer) - at < _WRAPPED and (more := next(chunks, "")):
                buffer += more
            if wrap := _WRAP.match(buffer, at):
                line, at, wrapped, sign = line + wrap[0].count("\n"), wrap.end() - 1, True, "["
        if sign == "[" and before == "start":
            inside, before, at = True, "[", at + 1
        elif inside and ((sign == "]" and before != ",") or (sign == "," and before == "value")):
            inside, before, at = sign == ",", sign, at + 1
            if wrapped and not inside:  # what follows the list belongs to its object
                buffer, at, wrapped = '{"value":0' + buffer[at:], 0, False
                _, buffer, at, end = _decode(buffer, at, chunks)
                at = end
        elif before in "[," if inside else (sign == "{" and before != "]"):
            value, buffer, at, end = _decode(buffer, at, chunks)
            yield line, value
            line, at, before = line + buffer.count("\n", at, end), end, "value"
        else:
            raise ValueError(sign)


def _decode(buffer: str, at: int, chunks: Iterator[str]) -> tuple[Any, str, int, int]:
    """The value that begins there; the buffer as far as it had to be read, and from where to where in it."""
    while True:
        try:
            value, end = DECODER.raw_decode(buffer, at)
        except RecursionError:
            raise ValueError(buffer[at]) from None
        except ValueError:
            # Twice as much each time, so that a value of any length is tried only a few times.
            more = next(chunks, "")
            if not more:
                raise
            if len(buffer) - at > LONGEST_VALUE:
                raise
            while len(more) < len(buffer) - at and (piece := next(chunks, "")):
                more += piece
            buffer, at = buffer[at:] + more, 0
        else:
            return value, buffer, at, end
