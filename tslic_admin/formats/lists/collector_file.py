"""Read the file of the collector script: the lists of several servers, with a summary of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Any

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists.json_cursor import JsonCursor
from tslic_admin.formats.lists.json_objects import cells_of
from tslic_admin.formats.tables.cells import UnreadableCell, excerpt
from tslic_admin.formats.tables.dates import Dates
from tslic_admin.formats.tables.files import FileBytes, TextFile
from tslic_admin.formats.tables.records import FileContent, RefusedRow, ServerSummary
from tslic_admin.formats.tables.rows import MOST_REFUSED, HeadingPool, Row, TableContent, refuse_row

COLLECTOR_FORMAT = "tslic-admin collector"
COLLECTOR_VERSION = 1
SERVER_LISTS = ("server", "key_packs", "licenses")
SUMMARY_MEMBERS = ("name", "taken_at", "activation", "complete", "errors")
MOST_ERRORS, MOST_SERVERS = 20, 10_000
MOST_BEFORE = 20  # members of the file before its servers


def recognise(
    _: FileBytes, text: TextFile | None, _order: str | None, time_zone: tzinfo | None
) -> FileContent | None:
    """The content of a collector file. Raises RuleViolation `json-malformed`, `collector-newer`, `too-many-…`."""
    version = _version(text) if text is not None else None
    if text is None or version is None:
        return None
    if version != str(COLLECTOR_VERSION):
        raise RuleViolation("collector-newer", version=excerpt(version), known=COLLECTOR_VERSION)
    cursor = JsonCursor(text.chunks())
    try:
        servers = list(_servers(cursor, time_zone))
        cursor.end()
    except ValueError:
        raise RuleViolation("json-malformed", line=cursor.line) from None
    summaries: dict[str | None, ServerSummary] = {}
    for name, summary, _activation in servers:
        summaries[name] = summary if name not in summaries else summaries[name].combine(summary)
    names = [(name, activation) for name, _summary, activation in servers]
    return TableContent("collector", None, lambda: _rows(text, names), time_zone, summaries=summaries)


def _version(text: TextFile) -> str | None:
    """The version of a collector file; None for another file. Reads only the members before `servers`."""
    cursor = JsonCursor(text.chunks())
    members: dict[str, Any] = {}
    try:
        for name in islice(cursor.members(), MOST_BEFORE):
            if name == "servers":
                break
            members[name] = cursor.value()
    except ValueError:
        return None
    return (
        str(members.get("version", COLLECTOR_VERSION)) if members.get("format") == COLLECTOR_FORMAT else None
    )


def _servers(cursor: JsonCursor, zone: tzinfo | None) -> Iterator[tuple[str | None, ServerSummary, str]]:
    """Each server's name, summary, and activation status as text."""
    dates, headings, odd = Dates(None, zone), HeadingPool(), 0
    for member in cursor.members():
        if member != "servers":
            cursor.value()
            continue
        for place, _line in enumerate(cursor.items()):
            if place == MOST_SERVERS:
                raise ValueError(place)
            members: dict[str, Any] = {}
            rows = 0
            for name in cursor.members():
                if name in SERVER_LISTS:
                    for _row in cursor.items():
                        value = cursor.value()
                        rows += 1
                        if isinstance(value, dict):
                            headings.intern(tuple(value))
                            continue
                        odd += 1
                        if odd > MOST_REFUSED:
                            raise RuleViolation("too-many-refused", count=MOST_REFUSED)
                elif name in SUMMARY_MEMBERS:
                    members[name] = cursor.value()
                else:
                    cursor.value()
            yield _name(members), _summary(members, rows, dates), _text(members.get("activation"))


def _summary(members: dict[str, Any], rows: int, dates: Dates) -> ServerSummary:
    errors = members.get("errors")
    messages = [excerpt(_text(error)) for error in errors] if isinstance(errors, list) else []
    try:
        taken_at = dates.read(_text(members.get("taken_at")))
    except UnreadableCell:
        taken_at = None
    # a list may lack anything where its end is not vouched for
    complete = members.get("complete") is True and not messages
    return ServerSummary(taken_at, complete, rows, tuple(filter(None, messages))[:MOST_ERRORS])


def _name(members: dict[str, Any]) -> str | None:
    return _text(members.get("name")).strip() or None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _rows(text: TextFile, servers: list[tuple[str | None, str]]) -> Iterator[Row | RefusedRow]:
    """Every row of every list, with its server. `recognise` has checked that the text can be read."""
    headings = HeadingPool()
    cursor = JsonCursor(text.chunks())
    for member in cursor.members():
        if member != "servers":
            cursor.value()
            continue
        for (server, activation), _line in zip(servers, cursor.items(), strict=True):
            for name in cursor.members():
                if name not in SERVER_LISTS:
                    cursor.value()
                    continue
                for line in cursor.items():
                    value = cursor.value()
                    if not isinstance(value, dict):
                        yield refuse_row(line, _text(value), "row-not-recognised")
                        continue
                    own = {"Server": server or ""}
                    if name == "server":
                        own["ActivationStatus"] = activation
                    yield cells_of(line, own | {k: v for k, v in value.items() if k not in own}, headings)
