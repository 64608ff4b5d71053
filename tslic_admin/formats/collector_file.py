"""Read what the collector script wrote: the lists of several servers, and what it says of each itself.

    {"format": ..., "version": 1, "servers": [{"name": ..., "taken_at": ..., "activation": ...,
      "server": [row], "key_packs": [row, ...], "licenses": [row, ...], "complete": true, "errors": []}, ...]}

Rows have the property names of the WMI classes. The file is read twice, never held whole: what stands behind a
server's lists is known before its first row is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Any

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.cells import UnreadableCell, shown
from tslic_admin.formats.dates import Dates
from tslic_admin.formats.file_bytes import FileBytes
from tslic_admin.formats.json_cursor import JsonCursor
from tslic_admin.formats.json_objects import cells_of
from tslic_admin.formats.records import FileContent, Refused, Said
from tslic_admin.formats.rows import MOST_REFUSED, Headings, Row, TableContent, refused
from tslic_admin.formats.text_file import TextFile

FORMAT = "tslic-admin collector"
VERSION = 1
LISTS = ("server", "key_packs", "licenses")
SAID = ("name", "taken_at", "activation", "complete", "errors")
MOST_ERRORS, MOST_SERVERS = 20, 10_000
MOST_BEFORE = 20  # members of the file before its servers
MOST_ABOVE = 20


def recognise(
    _: FileBytes, text: TextFile | None, _order: str | None, time_zone: tzinfo | None
) -> FileContent | None:
    """The content of such a file. Raises RuleViolation `json-malformed`, `collector-newer`, `too-many-…`."""
    version = _version(text) if text is not None else None
    if text is None or version is None:
        return None
    if version != str(VERSION):
        raise RuleViolation("collector-newer", version=shown(version), known=VERSION)
    cursor = JsonCursor(text.chunks())
    try:
        servers = list(_servers(cursor, time_zone))
        cursor.end()
    except ValueError:
        raise RuleViolation("json-malformed", line=cursor.line) from None
    said: dict[str | None, Said] = {}
    for name, one, _activation in servers:
        said[name] = one if name not in said else said[name].besides(one)
    names = [(name, activation) for name, _said, activation in servers]
    return TableContent("collector", None, lambda: _rows(text, names), time_zone, said=said)


def _version(text: TextFile) -> str | None:
    """The version of such a file, None where it is none: the format is named before anything large comes."""
    cursor = JsonCursor(text.chunks())
    held: dict[str, Any] = {}
    try:
        for name in islice(cursor.members(), MOST_BEFORE):
            if name == "servers":
                break
            held[name] = cursor.value()
    except ValueError:
        return None
    return str(held.get("version", VERSION)) if held.get("format") == FORMAT else None


def _servers(cursor: JsonCursor, zone: tzinfo | None) -> Iterator[tuple[str | None, Said, str]]:
    """Each server's name, what is said of it, and its activation status as text."""
    dates, headings, odd = Dates(None, zone), Headings(), 0
    for member in cursor.members():
        if member != "servers":
            cursor.value()
            continue
        for place, _line in enumerate(cursor.items()):
            if place == MOST_SERVERS:
                raise ValueError(place)
            held: dict[str, Any] = {}
            rows = 0
            for name in cursor.members():
                if name in LISTS:
                    for _row in cursor.items():
                        value = cursor.value()
                        rows += 1
                        if isinstance(value, dict):
                            headings.same(tuple(value))
                            continue
                        odd += 1
                        if odd > MOST_REFUSED:
                            raise RuleViolation("too-many-refused", count=MOST_REFUSED)
                elif name in SAID:
                    held[name] = cursor.value()
                else:
                    cursor.value()
            yield _name(held), _said(held, rows, dates), _text(held.get("activation"))


def _said(held: dict[str, Any], rows: int, dates: Dates) -> Said:
    errors = held.get("errors")
    told = [shown(_text(error)) for error in errors] if isinstance(errors, list) else []
    try:
        taken_at = dates.read(_text(held.get("taken_at")))
    except UnreadableCell:
        taken_at = None
    # a list may lack anything where its end is not vouched for
    complete = held.get("complete") is True and not told
    return Said(taken_at, complete, rows, tuple(filter(None, told))[:MOST_ERRORS])


def _name(held: dict[str, Any]) -> str | None:
    return _text(held.get("name")).strip() or None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _rows(text: TextFile, servers: list[tuple[str | None, str]]) -> Iterator[Row | Refused]:
    """Every row of every list with its server; the text was read through once, so that it can be now."""
    headings = Headings()
    cursor = JsonCursor(text.chunks())
    for member in cursor.members():
        if member != "servers":
            cursor.value()
            continue
        for (server, activation), _line in zip(servers, cursor.items(), strict=True):
            for name in cursor.members():
                if name not in LISTS:
                    cursor.value()
                    continue
                for line in cursor.items():
                    value = cursor.value()
                    if not isinstance(value, dict):
                        yield refused(line, _text(value), "row-not-recognised")
                        continue
                    own = {"Server": server or ""}
                    if name == "server":
                        own["ActivationStatus"] = activation
                    yield cells_of(line, own | {k: v for k, v in value.items() if k not in own}, headings)
