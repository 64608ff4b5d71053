"""The result of a committed act and the views that it affects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import Protocol

from tslic_admin.domain.outcomes import Notice


class Changes(Flag):
    """Views compare it with what they show."""

    NONE = 0
    SERVERS = auto()
    PACKS = auto()
    LICENSES = auto()
    TRANSFERS = auto()
    REISSUES = auto()
    HISTORY = auto()


class HasChanges(Protocol):
    """The result of an act: what it changed."""

    @property
    def changes(self) -> Changes: ...


@dataclass(frozen=True, slots=True)
class ActResult:
    """An act that was committed: its history entry (None where nothing changed), and what it made.

    `record` is the number of the server, pack, license, transfer or request that the act is about;
    `second_record` that of a second record it made (the key pack of a recorded reissue).
    """

    entry: int | None
    changes: Changes
    record: int | None = None
    second_record: int | None = None
    notices: tuple[Notice, ...] = ()
