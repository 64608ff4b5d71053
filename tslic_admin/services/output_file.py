"""Writes a file completely or not at all, and computes its SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.outcomes import RuleViolation

TEXT_CHUNK = 1 << 16  # characters collected before they are encoded, hashed and written


class HashedBytes:
    """Bytes to a stream, with the SHA-256 of what went there. It cannot seek."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.sha = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha.update(data)
        self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


class HashedText:
    """Text in UTF-8 to a stream, with the SHA-256 of what went there; `bytes` takes what is no text."""

    def __init__(self, stream: BinaryIO) -> None:
        self.bytes = HashedBytes(stream)
        self._pieces: list[str] = []
        self._size = 0

    def write(self, text: str) -> None:
        self._pieces.append(text)
        self._size += len(text)
        if self._size >= TEXT_CHUNK:
            self._pass_on()

    def _pass_on(self) -> None:
        data = "".join(self._pieces).encode()
        self._pieces, self._size = [], 0
        self.bytes.write(data)

    def finish(self) -> str:
        """The digest, after the last of it was written."""
        self._pass_on()
        self.bytes.flush()
        return self.bytes.sha.hexdigest()


@contextmanager
def new_file(target: Path, *, besides: Path) -> Iterator[BinaryIO]:
    """A new file beside the target that replaces it at the end; on any exception the target stays.

    What is no file (a pipe, a device) is written straight on. Raises RuleViolation `target-is-store` where
    the target is one of the store's own files (`besides`), StoreTrouble `file-not-written`.
    """
    place = Path(os.path.realpath(target))
    if place.name.startswith(besides.name) and place.parent == Path(os.path.realpath(besides.parent)):
        raise RuleViolation("target-is-store", field="to", path=target)
    with _write_errors(target):
        special = place.exists() and not place.is_file() and not place.is_dir()
        if special:
            with place.open("wb") as stream:
                yield stream
            return
        beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(place)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


@contextmanager
def _write_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StoreTrouble("file-not-written", path=target, why=error.strerror or str(error)) from error
