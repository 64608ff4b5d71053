"""The lists of the history: entries, their event lines, and changes between the snapshots of a server."""

from __future__ import annotations

from typing import NamedTuple

from tslic_admin.domain.catalogue.kinds import ListKind


class EntryLine(NamedTuple):
    """A history entry; `first`: what its first event line is about, `lines`: how many it has."""

    number: int
    recorded_at: str
    effective_on: str
    kind: str
    first: str | None
    lines: int | None
    actor: str
    reason: str | None
    voided_by: int | None
    digest: str
    previous: str


class EventRow(NamedTuple):
    """What an entry changed on one record; `number`: of the line within its entry."""

    number: int
    entry: int
    subject: str
    kind: str
    record: int
    reference: str
    field: str | None
    before: str | None
    after: str | None


class ChangeLine(NamedTuple):
    """An event line that says what a server's lists changed; `act`: the kind of its entry, an import or its voiding."""

    number: int
    entry: int
    act: str
    taken_at: str | None
    server: str | None
    what: str
    line: int
    kind: str
    record: int
    reference: str
    computer: str | None
    field: str | None
    before: str | None
    after: str | None


HISTORY = ListKind("history", EntryLine, "entry")
EVENTS = ListKind("events", EventRow, "event")
CHANGES = ListKind("changes", ChangeLine, "change")
