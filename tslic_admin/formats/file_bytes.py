"""The bytes of a file where they lie, in memory or on a disk: read anew each time, never held as a whole.

What was taken for a list by mistake, an archive or a database, is called by its name.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tslic_admin.domain.errors import RuleViolation

LARGEST = 4 << 30
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
    """Say what a file is that is no text, where its first bytes tell it.

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
