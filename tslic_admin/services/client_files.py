"""Files of a client, read once: hashed whatever they are, and their licenses read where there are any.

The file itself is never kept: an exported key holds a secret code (formats.md, section 6).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.removals import REGISTRY_HEADERS

if TYPE_CHECKING:  # its ASN.1 library is imported with the first file that is read
    from tslic_admin.formats.client_file import ClientFile

CHUNK = 1 << 20
HEAD = 256


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file by its name and SHA-256. `begin`: its first bytes; `file` None: `unread` says why there is none."""

    name: str
    sha256: str
    begin: bytes
    file: ClientFile | None = None
    unread: RuleViolation | None = None

    @property
    def is_registry(self) -> bool:
        """Whether it looks like an exported registry key."""
        encoding = "utf-16" if self.begin[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
        text = self.begin.decode(encoding, "replace").lstrip("\ufeff\xef\xbb\xbf")
        return text.startswith(REGISTRY_HEADERS)


def read_file(path: Path) -> ReadFile:
    """Read a file of any size, piece by piece. Raises StoreTrouble `file-missing` or `file-unreadable`."""
    from tslic_admin.formats.client_file import LARGEST, read_client_file

    digest, kept, begin = hashlib.sha256(), bytearray(), b""
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                begin = begin or piece[:HEAD]
                digest.update(piece)
                if len(kept) <= LARGEST:  # a little more is enough to be refused
                    kept += piece
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=path) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=path, why=error.strerror or str(error)) from error
    try:
        found = read_client_file(bytes(kept))
    except RuleViolation as violation:
        return ReadFile(path.name, digest.hexdigest(), begin, unread=violation)
    return ReadFile(path.name, digest.hexdigest(), begin, found)
