"""Standard output, error and input of a command: tables and lines for people, one JSON document for programs."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO

from tslic_admin.formats.writing.json_files import json_array

MEASURED_ROWS = 500  # rows whose widths a table takes; it streams from there on


def printable(text: str) -> str:
    """On one line and without control characters, which could drive the terminal."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


class Terminal:
    """Standard output, error and input. A reader who closed standard output ends the writing, not the act."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.closed = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # names from all over the world, and terminals that cannot show them
                stream.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> None:
        with self.open_output():
            if not self.closed:
                self.clear_progress()
                sys.stdout.write(text)

    def binary_output(self) -> BinaryIO:
        """Standard output for a file's bytes."""
        sys.stdout.flush()
        return sys.stdout.buffer

    def flush(self) -> None:
        with self.open_output():
            sys.stdout.flush()

    @contextlib.contextmanager
    def open_output(self) -> Iterator[None]:
        """Ends quietly what writes to standard output when its reader is gone."""
        try:
            yield
        except OSError as error:
            # Windows calls a pipe without a reader an invalid argument (bugs.python.org/issue35754)
            windows = sys.platform == "win32" and error.errno == errno.EINVAL
            if not isinstance(error, BrokenPipeError) and not windows:
                raise
            self.close()

    def close(self) -> None:
        """Nobody reads standard output any more: what Python still flushes at its end goes nowhere."""
        self.closed = True
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)

    def line(self, text: str) -> None:
        self.write(printable(text) + "\n")

    def document(self, value: object) -> None:
        """The one JSON document, in ASCII: no code page can damage it."""
        self.write(json.dumps(value, indent=2) + "\n")

    def array(self, items: Iterable[object]) -> None:
        """The one JSON document where it is a list, written as it comes."""
        for piece in json_array(items, ascii_only=True):
            self.write(piece)
            if self.closed:
                return

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]], *, nothing: str) -> None:
        """Columns aligned by the first rows; numbers to the right. `nothing`: the line for an empty list."""
        rows = iter(rows)
        first = list(islice(rows, MEASURED_ROWS))
        if not first:
            self.line(nothing)
            return
        right = [
            all(isinstance(row[at], int | None) or row[at] == "Unlimited" for row in first)
            for at in range(len(headings))
        ]
        cells = [[_cell(value) for value in row] for row in first]
        widths = [max(len(row[at]) for row in (headings, *cells)) for at in range(len(headings))]
        for row in chain([headings, ["-" * width for width in widths]], cells, (map(_cell, r) for r in rows)):
            texts = [
                text.rjust(width) if numeric else text.ljust(width)
                for text, width, numeric in zip(row, widths, right, strict=True)
            ]
            self.write("  ".join(texts).rstrip() + "\n")
            if self.closed:
                return

    def write_error(self, text: str) -> None:
        """One line on standard error."""
        with contextlib.suppress(OSError):
            self.clear_progress()
            sys.stderr.write(printable(text) + "\n")
            sys.stderr.flush()

    _progress = 0

    def progress(self, text: str) -> None:
        """On standard error, and only where a person is looking at it."""
        if sys.stderr.isatty():
            sys.stderr.write("\r" + text.ljust(self._progress))
            sys.stderr.flush()
            self._progress = len(text)

    def clear_progress(self) -> None:
        if self._progress:
            sys.stderr.write("\r" + " " * self._progress + "\r")
            self._progress = 0

    def read_secret(self, label: str) -> str:
        """A secret from a prompt without echo, or the next line of standard input."""
        if sys.stdin.isatty():
            return getpass.getpass(f"{label}: ")
        return sys.stdin.readline().rstrip("\r\n")


def _cell(value: Any) -> str:
    return "" if value is None else printable(str(value))
