"""Turn the bytes of a file into lines of text: encoding, byte order marks and a comment sign before every line."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_LINE = 1 << 14
"""What is longer is no line of headings and no line of a list."""

_CHUNK = 1 << 20
_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file known to be text throughout. Lines are read anew each time, so a large file costs no memory."""

    data: bytes
    encoding: str
    comment: str = ""

    def lines(self, *, as_written: bool = False) -> Iterator[str]:
        """Every line with its line break, comment sign removed.

        Any kind of break becomes one newline; `as_written`: it stays, for what has breaks within its values.
        """
        newline = "" if as_written else None
        stream = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, newline=newline)
        if not self.comment:
            return stream
        return (line.removeprefix(self.comment if line.startswith(self.comment) else "#") for line in stream)

    def chunks(self) -> Iterator[str]:
        """The same text in pieces of bounded size, for what is not made of lines."""
        if self.comment:
            return self.lines()
        stream = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding)
        return iter(lambda: stream.read(_CHUNK), "")


def open_text(data: bytes) -> TextFile | None:
    """The file as text, or None where it is none: binary, empty, or in an encoding that does not hold up."""
    for encoding in _encodings(data):
        if _decodes(data, encoding):
            return TextFile(data, encoding, _comment(TextFile(data, encoding)))
    return None


def _encodings(data: bytes) -> tuple[str, ...]:
    """Which encodings are worth trying. A byte order mark decides; UTF-16 without one shows by its NULs."""
    if data.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 4 * even:
        return ("utf-16-le",)
    if even > 4 * odd:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _CHUNK):
            if "\0" in decoder.decode(data[start : start + _CHUNK]):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _comment(text: TextFile) -> str:
    """The sign before every line: `# `, `#` or none."""
    sign = "# "
    for line in text.lines():
        if line.isspace():
            continue
        if not line.startswith("#"):
            return ""
        if not line.startswith("# ") and line.rstrip() != "#":
            sign = "#"
    return sign
