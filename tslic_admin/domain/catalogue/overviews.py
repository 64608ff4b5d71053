"""The lists over several kinds of records: what is due, and what a search finds."""

from __future__ import annotations

from typing import NamedTuple

from tslic_admin.domain.catalogue.kinds import ListKind


class DueLine(NamedTuple):
    """Something that is due. `thing`, `thing_id`: the record that it is opened as.

    `since`: 1 if it has waited since `day`, 0 if it is due on `day`.
    """

    number: int
    kind: str
    day: str
    subject: str
    server: str
    server_id: int
    thing: str
    thing_id: int
    computer: str | None
    other: str | None
    request_id: int | None
    licenses: int | None
    since: int
    past: int
    overdue: int


class FoundLine(NamedTuple):
    """A record that a search found: `what` is its kind, `id` its number."""

    number: int
    what: str
    id: int
    name: str
    place: str


DUE = ListKind("due", DueLine, "due")
FOUND = ListKind("found", FoundLine, "found")
