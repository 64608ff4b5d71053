"""Verifies the history in the store or in an exported file, and writes and reads anchors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from tslic_admin.db.history.verification import (
    Chain,
    Finding,
    compare_tables,
    digest_of_entry,
    walk_chain,
)
from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.db.trouble import StoreTrouble, store_trouble
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.history.entries import GENESIS, EntryHead, EventLine, entry_digest
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.services.identity import PROGRAM_NAME
from tslic_admin.services.output_file import new_file

_DIGEST = re.compile("[0-9a-f]{64}")
_ENTRY_NUMBERS = range(1, 1 << 63)  # what the store can number an entry with


class VerificationState(Enum):
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

    state: VerificationState
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
    with read_view(path, now) as state:
        return verify_state(state, anchor=anchor, progress=progress)


def verify_state(
    state: ReadView, *, anchor: Anchor | None = None, progress: Progress | None = None
) -> Verification:
    """The same on a state of the store that is read already. Raises StoreTrouble."""
    connection = state.connection
    with store_trouble():
        chain = walk_chain(connection, progress)
        finding = chain.finding
        if anchor is not None:
            digest = digest_of_entry(connection, anchor.entry)
            if digest is None and finding is None:
                return _verification(
                    chain, VerificationState.CUT_SHORT, Finding("cut-short", {"entry": anchor.entry})
                )
            if digest is not None and digest != anchor.digest:
                finding = finding or Finding("not-anchored", {"entry": anchor.entry})
        finding = finding or compare_tables(connection, progress)
        return _verification(
            chain, VerificationState.ALTERED if finding else VerificationState.INTACT, finding
        )


def _verification(chain: Chain, state: VerificationState, finding: Finding | None) -> Verification:
    return Verification(state, chain.entries, chain.head, finding)


def write_anchor(path: Path, now: Callable[[], datetime], target: Path) -> Anchor:
    """Write the history's head to a file that is to be kept elsewhere; replaced whole or not at all.

    Raises RuleViolation `nothing-to-anchor`, or StoreTrouble where the target cannot be written.
    """
    with read_view(path, now) as state:
        head = state.head()
    if head is None:
        raise RuleViolation("nothing-to-anchor")
    anchor = Anchor(*head)
    text = {
        "program": PROGRAM_NAME,
        "entry": anchor.entry,
        "digest": anchor.digest,
        "written_at": iso(now()),
    }
    with new_file(target, besides=path) as file:
        file.write((json.dumps(text, indent=1) + "\n").encode("ascii"))
    return anchor


def read_anchor(source: Path) -> Anchor:
    """Read an anchor file.

    Raises RuleViolation `anchor-malformed`, StoreTrouble `file-missing` or `file-unreadable`.
    """
    try:
        content = _mapping(_read_json(source))
        number, digest = _whole(content["entry"]), _text(content["digest"]) or ""
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RuleViolation("anchor-malformed", value=source.name) from None
    if number not in _ENTRY_NUMBERS or not _DIGEST.fullmatch(digest):
        raise RuleViolation("anchor-malformed", value=source.name)
    return Anchor(number, digest)


@dataclass(frozen=True, slots=True)
class _ExportedEntry:
    head: EntryHead
    lines: list[EventLine]
    digest: str


def verify_export(
    path: Path, now: Callable[[], datetime], source: Path
) -> tuple[VerificationState, Finding | None]:
    """Hold every entry of the file against its own digest, the entry before it, and the store's.

    A part of the history (of a period, of a server) is verified as far as it goes. Raises RuleViolation
    `export-malformed`, StoreTrouble `file-missing`, `file-unreadable` or the store's.
    """
    entries = list(_read_entries(source))
    last, before = 0, GENESIS
    for entry in entries:
        number = entry.head.number
        if entry_digest(entry.head, entry.lines) != entry.digest:
            return VerificationState.ALTERED, Finding("file-entry-altered", {"entry": number})
        if number <= last or (number == last + 1 and entry.head.previous != before):
            return VerificationState.ALTERED, Finding("file-not-on-last", {"entry": number})
        last, before = number, entry.digest
    with read_view(path, now) as state:
        digests = {row.number: row.digest for row in state.rows(HISTORY)}
    for entry in entries:
        digest = digests.get(entry.head.number)
        if digest is None:
            return VerificationState.CUT_SHORT, Finding("cut-short-of-file", {"entry": entry.head.number})
        if digest != entry.digest:
            return VerificationState.ALTERED, Finding("file-not-of-store", {"entry": entry.head.number})
    return VerificationState.INTACT, None


def _read_entries(source: Path) -> Iterator[_ExportedEntry]:
    try:
        yield from map(_entry, _list(_read_json(source)))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RuleViolation("export-malformed", field="export", value=source.name) from None


def _entry(item: object) -> _ExportedEntry:
    entry = _mapping(item)
    head = EntryHead(
        number=_whole(entry["entry"]),
        recorded_at=str(entry["recorded_at"]),
        effective_on=str(entry["effective_on"]),
        actor=str(entry["actor"]),
        kind=str(entry["kind"]),
        reason=_text(entry["reason"]),
        previous=str(entry["previous"]),
    )
    return _ExportedEntry(head, [_line(event) for event in _list(entry["events"])], str(entry["digest"]))


def _line(item: object) -> EventLine:
    event = _mapping(item)
    kind, record, reference = str(event["subject"]).split(" ", 2)
    texts = (_text(event[name]) for name in ("field", "before", "after"))
    return EventLine(_whole(event["line"]), kind, int(record), reference, *texts)


def _read_json(source: Path) -> object:
    """Raises StoreTrouble `file-missing` or `file-unreadable`; ValueError or RecursionError where it is no JSON."""
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=source) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=source, why=error.strerror or str(error)) from error
    content: object = json.loads(data)
    return content


# the parts of a JSON file; each raises TypeError where it is of another type


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _text(value: object) -> str | None:
    if not isinstance(value, str | None):
        raise TypeError
    return value
