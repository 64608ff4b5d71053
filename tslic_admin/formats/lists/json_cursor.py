"""Walk through a JSON document piece by piece, without holding it."""

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

    Of `members` and `items` each one must be read, by `value` or by walking through it, before the next.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._buffer, self._at = "", 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
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
        """Past what was read there is nothing."""
        if sign := self.peek():
            raise ValueError(sign)

    def members(self) -> Iterator[str]:
        """The names of an object's members, the cursor before the value of each."""
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
        """The lines on which a list's items begin, the cursor before each item."""
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
        """The next value, decoded; numbers and words that JSON has not as their texts."""
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
        """Past a comma, or past the end of what is walked through."""
        if self.peek() == sign:
            self.take(sign)
            return True
        self.take(",")
        return False

    def _go_to(self, place: int) -> None:
        self.line += self._buffer.count("\n", self._at, place)
        self._at = place

    def _read_on(self) -> bool:
        """Have twice as much of a value at hand, so that one of any length is tried only a few times."""
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
