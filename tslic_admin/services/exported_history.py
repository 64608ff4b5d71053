"""Verifying a history that was exported as JSON: by itself, and against the store it came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tslic_admin.db.frozen import frozen
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.db.verification import Finding
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.history import GENESIS, EntryHead, EventLine, digest
from tslic_admin.services.history import State


@dataclass(frozen=True, slots=True)
class _Exported:
    head: EntryHead
    lines: list[EventLine]
    digest: str


def verify_export(path: Path, now: Callable[[], datetime], source: Path) -> tuple[State, Finding | None]:
    """Hold every entry of the file against its own digest, the entry before it, and the store's.

    A part of the history (of a period, of a server) is verified as far as it goes. Raises RuleViolation
    `export-malformed`, StoreTrouble `file-missing`, `file-unreadable` or the store's.
    """
    entries = list(_read(source))
    last, before = 0, GENESIS
    for entry in entries:
        number = entry.head.number
        if digest(entry.head, entry.lines) != entry.digest:
            return State.ALTERED, Finding("file-entry-altered", {"entry": number})
        if number <= last or (number == last + 1 and entry.head.previous != before):
            return State.ALTERED, Finding("file-not-on-last", {"entry": number})
        last, before = number, entry.digest
    with frozen(path, now) as state:
        kept = {row.number: row.digest for row in state.rows("history")}
    for entry in entries:
        held = kept.get(entry.head.number)
        if held is None:
            return State.CUT_SHORT, Finding("cut-short-of-file", {"entry": entry.head.number})
        if held != entry.digest:
            return State.ALTERED, Finding("file-not-of-store", {"entry": entry.head.number})
    return State.INTACT, None


def _read(source: Path) -> Iterator[_Exported]:
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=source) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=source, why=error.strerror or str(error)) from error
    try:
        yield from map(_entry, _list(json.loads(data)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise RuleViolation("export-malformed", field="export", value=source.name) from None


def _list(held: Any) -> list[Any]:
    if not isinstance(held, list):
        raise TypeError
    return held


def _entry(item: Any) -> _Exported:
    head = EntryHead(
        number=_whole(item["entry"]),
        recorded_at=str(item["recorded_at"]),
        effective_on=str(item["effective_on"]),
        actor=str(item["actor"]),
        kind=str(item["kind"]),
        reason=_text(item["reason"]),
        previous=str(item["previous"]),
    )
    return _Exported(head, [_line(event) for event in item["events"]], str(item["digest"]))


def _line(event: Any) -> EventLine:
    kind, record, reference = str(event["subject"]).split(" ", 2)
    texts = (_text(event[name]) for name in ("field", "before", "after"))
    return EventLine(_whole(event["line"]), kind, int(record), reference, *texts)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _text(value: Any) -> str | None:
    if not isinstance(value, str | None):
        raise TypeError
    return value
