"""Verifying the history, and the anchor that shows whether its end was cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from tslic_admin.db.frozen import Frozen, frozen
from tslic_admin.db.trouble import StoreTrouble, store_trouble
from tslic_admin.db.verification import Chain, Finding, Progress, compare_tables, walk_chain
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.export_files import new_file

PROGRAM = "tslic-admin"
_DIGEST = re.compile("[0-9a-f]{64}")
_NUMBERS = range(1, 1 << 63)  # what the store can number an entry with


class State(Enum):
    INTACT = "intact"
    ALTERED = "altered"
    CUT_SHORT = "cut-short"


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry's number and digest, kept outside of the store: what came before it can be held against it."""

    entry: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found. `entries` and `head`: as far as the chain holds."""

    state: State
    entries: int
    head: str
    finding: Finding | None = None


def verify(
    path: Path,
    now: Callable[[], datetime],
    *,
    anchor: Anchor | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Walk the chain, then hold the tables against the entries, all on one state of the file.

    Raises StoreTrouble.
    """
    with frozen(path, now) as state:
        return verify_state(state, anchor=anchor, progress=progress)


def verify_state(
    state: Frozen, *, anchor: Anchor | None = None, progress: Progress | None = None
) -> Verification:
    """The same on a state of the store that is read already. Raises StoreTrouble."""
    connection = state.connection
    with store_trouble():
        chain = walk_chain(connection, progress)
        finding = chain.finding
        if anchor is not None:
            held = connection.execute("SELECT digest FROM entry WHERE number = ?", (anchor.entry,)).fetchone()
            if held is None and finding is None:
                return _found(chain, State.CUT_SHORT, Finding("cut-short", {"entry": anchor.entry}))
            if held is not None and held[0] != anchor.digest:
                finding = finding or Finding("not-anchored", {"entry": anchor.entry})
        finding = finding or compare_tables(connection, progress)
        return _found(chain, State.ALTERED if finding else State.INTACT, finding)


def _found(chain: Chain, state: State, finding: Finding | None) -> Verification:
    return Verification(state, chain.entries, chain.head, finding)


def write_anchor(path: Path, now: Callable[[], datetime], target: Path) -> Anchor:
    """Write the history's head to a file that is to be kept elsewhere; replaced whole or not at all.

    Raises RuleViolation `nothing-to-anchor`, or StoreTrouble where the target cannot be written.
    """
    with frozen(path, now) as state:
        head = state.head()
    if head is None:
        raise RuleViolation("nothing-to-anchor")
    anchor = Anchor(*head)
    text = {"program": PROGRAM, "entry": anchor.entry, "digest": anchor.digest, "written_at": iso(now())}
    with new_file(target, besides=path) as file:
        file.write((json.dumps(text, indent=1) + "\n").encode("ascii"))
    return anchor


def read_anchor(source: Path) -> Anchor:
    """Read an anchor file.

    Raises RuleViolation `anchor-malformed`, StoreTrouble `file-missing` or `file-unreadable`.
    """
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=source) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=source, why=error.strerror or str(error)) from error
    try:
        held: Any = json.loads(data)
        number, digest = held["entry"], held["digest"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RuleViolation("anchor-malformed", value=source.name) from None
    if type(number) is not int or number not in _NUMBERS:
        raise RuleViolation("anchor-malformed", value=source.name)
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise RuleViolation("anchor-malformed", value=source.name)
    return Anchor(number, digest)
