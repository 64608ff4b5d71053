"""Read a single cell: a text, a number, a code or its English word; say why a cell cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from tslic_admin.domain.licenses.packs import UNLIMITED, VERSION_NAMES
from tslic_admin.domain.texts import UINT32_MAX

_EXCERPT_LENGTH = 200
_NOT_IN_WORD = re.compile(r"[^a-z]")
_UNKNOWN_CODE = re.compile(r"unknown \((\d{1,10})\)", re.IGNORECASE | re.ASCII)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NOT_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnreadableCell(Exception):
    """A cell that cannot be read, so that its row is refused: its text, and the code of the reason."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def excerpt(value: str) -> str:
    """The beginning of a foreign text, fit for a message: without line breaks and control characters."""
    return "".join(
        " " if c.isspace() else c if c.isprintable() else "\ufffd" for c in value[:_EXCERPT_LENGTH]
    )


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
    if value.isdecimal() and value.isascii() and len(value) <= 10 and (result := int(value)) <= UINT32_MAX:
        return result
    if value:
        raise UnreadableCell("number-malformed", cell)
    return None


@lru_cache
def count(cell: str) -> int | None:
    """A uint32, where -1 and *Unlimited* are ways to print 4294967295."""
    if cell.strip().lower() in ("-1", "unlimited"):
        return UNLIMITED
    return number(cell)


def key_reader(missing: str) -> Callable[[str], int]:
    """Reads the number by which the server knows a row; `missing` is the code for an empty cell."""

    def read(cell: str) -> int:
        value = number(cell)
        if value is None:
            raise UnreadableCell(missing, cell)
        return value

    return read


def code_reader(words: Mapping[str, int]) -> Callable[[str], int | None]:
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


license_status = code_reader(
    {"unknown": 0, "temporary": 1, "active": 2, "upgrade": 3, "upgraded": 3}
    | {"revoked": 4, "pending": 5, "concurrent": 6}
)
license_program = code_reader(
    {"unknown": 0, "retail": 1, "retailpurchase": 1, "licensepackretailpurchase": 1, "volume": 2}
    | {"volumelicense": 2, "concurrent": 3, "temporary": 4, "open": 5, "openlicense": 5, "builtin": 6}
)
product_type = code_reader(
    {"device": 0, "perdevice": 0, "user": 1, "peruser": 1, "notvalid": 2, "builtin": 3}
    | {"tsperdevicecal": 0, "rdsperdevicecal": 0, "tsorrdsperdevicecal": 0}
    | {"tsperusercal": 1, "rdsperusercal": 1, "tsorrdsperusercal": 1}
)
server_role = code_reader({"workgroup": 0, "domain": 1, "forest": 2})

# `Windows Server 2012 - Installed RDS Per Device CAL`, as the tool's first column has it
_VERSION = re.compile(
    r"(?:microsoft )?windows(?: server)? (20[0-9]{2}(?: r2)?)(?: server)?"
    r"(?: or (?:windows(?: server)? )?(20[0-9]{2}(?: r2)?))?(?: ?- ?.*)?",
    re.IGNORECASE | re.ASCII,
)
_PARTS = re.compile(r"([^\n]+?) - (?:Installed )?([^\n]+\bCALs?)", re.IGNORECASE)
_TYPE = re.compile(r"\b(?:(built-in)\b.*|per (device|user))\b", re.IGNORECASE)
_TYPES = {"built-in": 3, "device": 0, "user": 1}


def version_in(cell: str) -> int | None:
    """Return the ID of the product version in an English text; None if the text contains no version, or two.

    *2008 or 2008 R2* counts as one version: servers list both under the ID of 2008 (rule 4.3).
    """
    match = _VERSION.fullmatch(" ".join(cell.split()))
    if match is None:
        return None
    first = VERSION_NAMES.get(match[1].lower().replace(" ", ""))
    if first is None or (match[2] and f"{match[1]} r2".lower() != match[2].lower()):
        return None
    return int(first)


def type_in(cell: str) -> int | None:
    """The product type in a text such as *Built-in TS Per Device CAL*; None where it names none."""
    match = _TYPE.search(cell)
    return _TYPES[(match[1] or match[2]).lower()] if match else None


def version_id(cell: str) -> int | None:
    """A product version ID, or an English name of a version in its place: *2019*, *Windows Server 2008 R2*.

    Raises UnreadableCell `number-malformed` or `word-unknown`.
    """
    value = cell.strip()
    version = VERSION_NAMES.get(value.lower().replace(" ", ""))
    if version is not None:
        return int(version)
    if not value or value[0] in "-0123456789":
        return number(cell)
    by_text = version_in(value)
    if by_text is None:
        raise UnreadableCell("word-unknown", cell)
    return by_text


def version_part(cell: str) -> str | None:
    """The version in the tool's *License Version and Type*; None where the text is the type alone."""
    parts = _PARTS.fullmatch(cell.strip())
    return text(parts[1]) if parts else None


def type_part(cell: str) -> str | None:
    """The type in the tool's *License Version and Type*, as the property TypeAndModel has it."""
    parts = _PARTS.fullmatch(cell.strip())
    return text(parts[2] if parts else cell)
