"""Read a JSON document piece by piece, without holding it in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST_VALUE = 1 << 20  # characters of a single value; no row of a server's list comes near
_SPACE = re.compile(r"[ \t\r\n]*")
# Numbers stay as they are written: what they mean is for the column to say.
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class JsonCursor:
    """A place in a JSON text. Everything raises ValueError where the text is not JSON or ends too early.

    While iterating over `members` or `items`, read each one before the next: by `value`, or by iterating over it.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._buffer, self._at = "", 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            blank = _SPACE.match(self._buffer, self._at)
            self._go_to(blank.end() if blank else self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            self._buffer, self._at = next(self._chunks, ""), 0
            if not self._buffer:
                return ""

    def take(self, sign: str) -> None:
        if self.peek() != sign:
            raise ValueError(sign)
        self._at += 1

    def end(self) -> None:
        """Raise ValueError unless the text ends here."""
        if sign := self.peek():
            raise ValueError(sign)

    def members(self) -> Iterator[str]:
        """Iterate over the names of an object's members; the cursor is before the value of each."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() != '"':
                raise ValueError(self.peek())
            name: str = self.value()
            self.take(":")
            yield name
            if self._ends("}"):
                return

    def items(self) -> Iterator[int]:
        """Iterate over the line numbers of a list's items; the cursor is before each item."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            self.peek()
            yield self.line
            if self._ends("]"):
                return

    def value(self) -> Any:
        """The next value, decoded. Numbers, and NaN and Infinity, are returned as texts."""
        sign = self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise ValueError(sign) from None
            except ValueError:
                if not self._read_on():
                    raise
                continue
            # a number may go on in the next piece, after as much as `e+`
            if len(self._buffer) - end <= len("e+") and sign not in '{["' and self._read_on():
                continue
            self._go_to(end)
            return value

    def _ends(self, sign: str) -> bool:
        """Skip a comma or the closing `sign`; True if it was `sign`."""
        if self.peek() == sign:
            self.take(sign)
            return True
        self.take(",")
        return False

    def _go_to(self, place: int) -> None:
        self.line += self._buffer.count("\n", self._at, place)
        self._at = place

    def _read_on(self) -> bool:
        """Double the buffer, so that a long value is decoded in few attempts. False at the end of the text."""
        available = len(self._buffer) - self._at
        if available > LONGEST_VALUE:
            raise ValueError(self._buffer[self._at])
        more = next(self._chunks, "")
        if not more:
            return False
        while len(more) < available and (piece := next(self._chunks, "")):
            more += piece
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return True
