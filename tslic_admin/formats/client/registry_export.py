"""Read registry exports (.reg): the client licenses below MSLicensing (KB 187614)."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field

from tslic_admin.domain.records.removals import REGISTRY_HEADERS
from tslic_admin.formats.client.client_license import LONGEST_CHAIN

LONGEST_REGISTRY_LINE = 1 << 20
"""Characters of a line; a longer one holds no license."""

MOST_ENTRIES = 200
"""Entries that are read; a client holds a handful."""

EMPTY_LINES = 20
"""Empty lines that may stand before the header."""

_SAMPLE = 4096
_KEY = re.compile(r"\[(-?)(.+)\]")
_PLACE = re.compile(r"(?:^|\\)Microsoft\\MSLicensing(?:\\(.*))?$", re.IGNORECASE)
_STORE = re.compile(r"Store\\([^\\]+)", re.IGNORECASE)
_VALUE = re.compile(r'(@|"(?:[^"\\]++|\\.)*+")\s*=\s*')
_HEX = re.compile(r"hex(?:\([0-9a-f]+\))?:", re.IGNORECASE)
_STRING_END = re.compile(r'(?:[^"\\]++|\\.)*+"')
NATIVE, WOW64 = "64", "32"


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A license's key: its name such as LICENSE000 and its registry view. `data` None: the value is not binary.

    `too_long`: the value was longer than a license can be, and was not kept.
    """

    line: int
    view: str
    name: str
    data: bytes | None
    too_long: bool = False

    @property
    def place(self) -> str:
        """A name for the entry that is unique in the file."""
        return self.name if self.view == NATIVE else f"{self.name} (Wow6432Node)"


@dataclass
class RegistryExport:
    """The MSLicensing keys of a registry export; at most one entry more than MOST_ENTRIES is kept.

    `hardware_ids`: by view, in hexadecimal. `keys`: the number of MSLicensing keys.
    """

    entries: list[StoreEntry] = field(default_factory=list)
    hardware_ids: dict[str, str] = field(default_factory=dict)
    deletions: int = 0
    keys: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """The key that the lines are in. `entry`: of the license store; empty for another key of MSLicensing."""

    view: str
    rest: str
    entry: str


class _Lines:
    """Lines with their numbers, stripped; a line that is too long is cut to its beginning and end."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.TextIOWrapper(io.BytesIO(data), encoding=_encoding(data), errors="replace")
        self._again: str | None = None
        self.number = 0

    def next(self) -> str | None:
        """The next line, or the one that was given back; None at the end."""
        self.number += 1
        if self._again is not None:
            text, self._again = self._again, None
            return text
        begin = end = piece = self._stream.readline(LONGEST_REGISTRY_LINE)
        while not piece.endswith("\n") and (piece := self._stream.readline(LONGEST_REGISTRY_LINE)):
            end = piece
        if not begin:
            return None
        return (begin if end is begin else begin + end).strip()

    def give_back(self, text: str) -> None:
        self.number -= 1
        self._again = text


def begins_registry_export(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a registry export."""
    return _skip_header(_Lines(head))


def _skip_header(lines: _Lines) -> bool:
    """Skip empty lines and the header line of an export; False where there is no header."""
    head: str | None = ""
    for _ in range(EMPTY_LINES):
        if head := lines.next():
            break
    return (head or "").casefold() in [header.casefold() for header in REGISTRY_HEADERS]


def read_registry_export(data: bytes) -> RegistryExport | None:
    """The licenses in a registry export; None where it is none."""
    lines = _Lines(data)
    if not _skip_header(lines):
        return None
    export = RegistryExport()
    place: _Place | None = None
    while len(export.entries) <= MOST_ENTRIES and (text := lines.next()) is not None:
        if text.startswith(";"):
            continue
        if key := _KEY.fullmatch(text):
            place = _place(key[2])
            if place is not None:
                export.keys += 1
                export.deletions += bool(key[1])
            if key[1]:
                place = None
        elif value := _VALUE.match(text):
            rest = text[value.end() :]
            if rest.startswith('"'):
                _skip_string(rest[1:], lines)
            elif place is not None:
                _add_value(export, place, value[1].strip('"').casefold(), rest, lines)
    return export


def _place(key: str) -> _Place | None:
    path = _PLACE.search(key)
    if path is None:
        return None
    parts = key[: path.start()].casefold().split("\\")
    rest = path[1] or ""
    store = _STORE.fullmatch(rest)
    view = WOW64 if "wow6432node" in parts else NATIVE
    return _Place(view, rest.casefold(), store[1].upper() if store else "")


def _add_value(export: RegistryExport, place: _Place, name: str, rest: str, lines: _Lines) -> None:
    is_license = bool(place.entry) and name == "clientlicense"
    if not is_license and (place.rest, name) != ("hardwareid", "clienthwid"):
        return
    if rest == "-":
        export.deletions += 1
        return
    line = lines.number
    data, too_long = _bytes(rest, lines)
    if is_license:
        export.entries.append(StoreEntry(line, place.view, place.entry, data, too_long))
    elif data and any(data):
        export.hardware_ids[place.view] = data.hex()


def _bytes(text: str, lines: _Lines) -> tuple[bytes | None, bool]:
    """A binary value of any type with the lines that continue it; None where it is none, or too long."""
    kind = _HEX.match(text)
    if kind is None:
        return None, False
    data = bytearray()
    part: str | None = text[kind.end() :]
    while part is not None:
        try:
            data += bytes.fromhex(part.rstrip("\\").replace(",", " "))
        except ValueError:
            lines.give_back(part)  # a cut value does not take the next key along
            return None, False
        if len(data) > LONGEST_CHAIN:
            return None, True
        if not part.endswith("\\"):
            break
        part = lines.next()
    return bytes(data), False


def _skip_string(text: str | None, lines: _Lines) -> None:
    """Skip to the end of a string of several lines; a line in it that looks like a key is not a key."""
    while text is not None and not _STRING_END.match(text):
        text = lines.next()


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    many = len(sample) // 8  # ASCII in UTF-16 is every other byte; one that strayed in is none
    if odd > max(4 * even, many):
        return "utf-16-le"
    return "utf-16-be" if even > max(4 * odd, many) else "latin-1"
