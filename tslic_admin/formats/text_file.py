"""Turn the bytes of a file into lines of text: encoding, byte order marks and a comment sign before every line."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tslic_admin.formats.file_bytes import FileBytes

LONGEST_LINE = 1 << 14
"""What is longer is no line of headings and no line of a list."""

LINES_SEARCHED = 100_000
"""So far into a file a list may begin; one that begins later is not looked for."""

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
        """The same text in pieces of bounded size, for what is not made of lines."""
        if self.comment:
            yield from self.lines()
            return
        with io.TextIOWrapper(self.data.open(), encoding=self.encoding) as stream:
            yield from iter(lambda: stream.read(_CHUNK), "")


def open_text(data: FileBytes) -> TextFile | None:
    """The file as text, or None where it is none: binary, empty, or in an encoding that does not hold up."""
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
