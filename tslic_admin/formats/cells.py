"""Read a single cell: a text, a number, a code or its word; and say why a cell cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

UINT32_MAX = 4294967295
_SHOWN = 200
_NOT_IN_WORD = re.compile(r"[^a-z]")
_UNKNOWN_CODE = re.compile(r"unknown \((\d{1,10})\)", re.IGNORECASE | re.ASCII)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NOT_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnreadableCell(Exception):
    """A cell that makes its row untrustworthy: what stands there, and the code of the reason."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def shown(value: str) -> str:
    """The beginning of a foreign text, fit for a message: without line breaks and control characters."""
    return "".join(" " if c.isspace() else c if c.isprintable() else "\ufffd" for c in value[:_SHOWN])


def text(cell: str) -> str | None:
    """A text of one line without surrounding blanks; None for nothing but blanks."""
    value = cell.strip()
    if not value:
        return None
    if not value.isprintable() and _NOT_IN_TEXT.search(value):
        raise UnreadableCell("text-characters", cell)
    return value


def lines(cell: str) -> str | None:
    """As `text`, but of several lines where it has them: an address may."""
    value = cell.strip()
    if _NOT_IN_LINES.search(value):
        raise UnreadableCell("text-characters", cell)
    return value or None


def number(cell: str) -> int | None:
    """A uint32; None for an empty cell. Raises UnreadableCell `number-malformed`."""
    value = cell.strip()
    if value.isdecimal() and value.isascii() and len(value) <= 10 and (found := int(value)) <= UINT32_MAX:
        return found
    if value:
        raise UnreadableCell("number-malformed", cell)
    return None


@lru_cache
def count(cell: str) -> int | None:
    """A uint32, where -1 and *Unlimited* are ways to print 4294967295."""
    if cell.strip().lower() in ("-1", "unlimited"):
        return UINT32_MAX
    return number(cell)


def key(missing: str) -> Callable[[str], int]:
    """Reads the number by which the server knows a row; `missing` is the code for an empty cell."""

    def read(cell: str) -> int:
        value = number(cell)
        if value is None:
            raise UnreadableCell(missing, cell)
        return value

    return read


def coded(words: Mapping[str, int]) -> Callable[[str], int | None]:
    """Reads a code, unknown ones too, or the English word that admin scripts print in its place."""

    @lru_cache
    def read(cell: str) -> int | None:
        value = cell.strip()
        if not value or value[0] in "-0123456789":
            return count(cell)
        if match := _UNKNOWN_CODE.fullmatch(value):
            return number(match[1])
        try:
            return words[_NOT_IN_WORD.sub("", value.lower())]
        except KeyError:
            raise UnreadableCell("word-unknown", cell) from None

    return read


def date(cell: str) -> None:
    """Marks a column of dates; a file's own `Dates` reads them, by its order and its time zone."""
    raise NotImplementedError
