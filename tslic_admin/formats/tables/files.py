"""Read a file as bytes or text without holding it in memory; find its encoding and comment sign; refuse binary formats."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tslic_admin.domain.outcomes import RuleViolation

LARGEST_FILE = 4 << 30
"""A million licenses as PowerShell's indented JSON in UTF-16 are less than a fourth of it."""

# First bytes, from where on, and what they are the sign of (Wikipedia, List of file signatures; ESE: libesedb).
_SIGNS = (
    (0, b"\x1f\x8b", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"PK\x03\x04", "document"),  # an archive too, but mostly a workbook
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
    (0, b"%PDF-", "document"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"SQLite format 3\x00", "database"),
    (0, b"regf", "database"),
    (4, b"\xef\xcd\xab\x89", "database"),  # TLSLic.edb: its schema is not public
)


@dataclass(frozen=True, slots=True)
class FileBytes:
    """`data`, or the file under `path`. Opening may raise OSError."""

    data: bytes = b""
    path: Path | None = None

    def open(self) -> BinaryIO:
        """From the start; the caller closes it."""
        return io.BytesIO(self.data) if self.path is None else self.path.open("rb")

    def head(self, size: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)

    @property
    def size(self) -> int:
        return len(self.data) if self.path is None else self.path.stat().st_size


def refuse_other_kind(data: FileBytes) -> None:
    """Refuse a file of another kind by its first bytes.

    Raises RuleViolation `file-is-archive`, `file-is-document`, `file-is-program` or `file-is-database`.
    """
    head = data.head(32)
    kind = next((kind for at, sign, kind in _SIGNS if head[at:].startswith(sign)), None)
    if kind == "archive":
        raise RuleViolation("file-is-archive")
    if kind == "document":
        raise RuleViolation("file-is-document")
    if kind == "program":
        raise RuleViolation("file-is-program")
    if kind == "database":
        raise RuleViolation("file-is-database")


LONGEST_LINE = 1 << 14
"""Characters of a line; a longer one is not a line of a list."""

LINES_SEARCHED = 100_000
"""Lines of a file in which a list must begin."""

_CHUNK = 1 << 20
_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file known to be text throughout. Lines are read anew each time, so a large file costs no memory.

    `endless`: a line of it is so long that it is not made of lines at all.
    """

    data: FileBytes
    encoding: str
    comment: str = ""
    endless: bool = False

    def lines(self, *, as_written: bool = False) -> Iterator[str]:
        """Every line with its line break, comment sign removed; none of a file with an endless line.

        Any kind of break becomes one newline; `as_written`: it stays, for what has breaks within its values.
        """
        if self.endless:
            return
        newline = "" if as_written else None
        with io.TextIOWrapper(self.data.open(), encoding=self.encoding, newline=newline) as stream:
            if not self.comment:
                yield from stream
                return
            for line in stream:
                yield line.removeprefix(self.comment if line.startswith(self.comment) else "#")

    def chunks(self) -> Iterator[str]:
        """The same text in pieces of bounded size, for formats without lines."""
        if self.comment:
            yield from self.lines()
            return
        with io.TextIOWrapper(self.data.open(), encoding=self.encoding) as stream:
            yield from iter(lambda: stream.read(_CHUNK), "")


def open_text(data: FileBytes) -> TextFile | None:
    """The file as text, or None where it is none: binary, empty, or in an unknown encoding."""
    for encoding in _encodings(data.head(_SAMPLE)):
        endless = _endless(data, encoding)
        if endless is not None:
            text = TextFile(data, encoding, endless=endless)
            return text if endless else replace(text, comment=_comment(text))
    return None


def _encodings(sample: bytes) -> tuple[str, ...]:
    """Which encodings are worth trying. A byte order mark decides; UTF-16 without one shows by its NULs."""
    if sample.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 4 * even:
        return ("utf-16-le",)
    if even > 4 * odd:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _endless(data: FileBytes, encoding: str) -> bool | None:
    """Whether a line is longer than a piece of the file; None where it does not hold text of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    endless = False
    with data.open() as stream:
        try:
            while piece := stream.read(_CHUNK):
                text = decoder.decode(piece)
                if "\0" in text:
                    return None
                endless = endless or (len(piece) == _CHUNK and not ("\n" in text or "\r" in text))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return endless


def _comment(text: TextFile) -> str:
    """The sign before every line: `# `, `#` or none."""
    sign = "# "
    blank = 0
    for line in text.lines():
        if line.isspace():
            blank += 1
            if blank > LINES_SEARCHED:
                return ""
            continue
        if not line.startswith("#"):
            return ""
        if not line.startswith("# ") and line.rstrip() != "#":
            sign = "#"
    return sign
