"""Read exported events of Microsoft-Windows-TerminalServices-Licensing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from xml.parsers import expat

from tslic_admin.domain.licenses.packs import ProductType
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.evidence import EvidenceKind, version_id_of
from tslic_admin.formats.tables.cells import UnreadableCell, excerpt, text, version_in
from tslic_admin.formats.tables.dates import Dates
from tslic_admin.formats.tables.files import FileBytes, TextFile
from tslic_admin.formats.tables.records import EvidenceRecord, RefusedRow, ServerSummary
from tslic_admin.formats.tables.rows import refuse_row

PROVIDER = "microsoft-windows-terminalservices-licensing"
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_LOOKS_LIKE = re.compile(r"\s*<(?:[?!]|(?:\w+:)?Events?[\s>/])")
_EVENT = re.compile(r"<(?:\w+:)?Events?[\s>/]")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_NUMBERED_VERSION = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})", re.ASCII)
_LONGEST_VALUE = 4096
_MOST_PARAMETERS = 64
_LONGEST_TAG = 1 << 23  # characters


@dataclass(slots=True)
class _Event:
    line: int
    provider: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EventFile:
    """Recognised events (a FileContent)."""

    text: TextFile
    zone: tzinfo | None
    format: str = "event-xml"
    date_order: str | None = None
    taken_at: datetime | None = None
    summaries: Mapping[str | None, ServerSummary] = field(default_factory=dict)

    def __iter__(self) -> Iterator[EvidenceRecord | RefusedRow]:
        dates = Dates(None, self.zone)
        for event in _events(self.text):
            if event.provider.strip().casefold() == PROVIDER:
                record = _record(event, dates)
                if record is not None:
                    yield record


def recognise(
    _: FileBytes, text: TextFile | None, _date_order: str | None, time_zone: tzinfo | None
) -> EventFile | None:
    """The file, where it is XML whose first element is an event or a list of them.

    Raises RuleViolation `xml-doctype` or `xml-malformed`.
    """
    if text is None:
        return None
    beginning = next(iter(text.chunks()), "").removeprefix("\ufeff")
    if not _LOOKS_LIKE.match(beginning) or not _EVENT.search(beginning):
        return None
    for _event in _events(text):  # a broken file is refused before any of its events is taken
        pass
    return EventFile(text, time_zone)


class _Reader:
    """Collects of each event the system values and the parameters; skips the rest of the file."""

    def __init__(self) -> None:
        self.done: list[_Event] = []
        self._event: _Event | None = None
        self._path: list[str] = []
        self._text = ""
        self._leaf = False
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "Event" and self._event is None:
            self._event = _Event(self.parser.CurrentLineNumber)
            self._path = []
            return
        if self._event is None:
            return
        self._path.append(name)
        self._text, self._leaf = "", True
        if self._path == ["System", "Provider"]:
            self._event.provider = attributes.get("Name", "")[:_LONGEST_VALUE]
        elif self._path == ["System", "TimeCreated"]:
            self._event.parts["TimeCreated"] = attributes.get("SystemTime", "")[:_LONGEST_VALUE]

    def _end(self, _: str) -> None:
        event = self._event
        if event is None:
            return
        if not self._path:
            self.done.append(event)
            self._event = None
            return
        if (
            self._leaf
            and self._path[0] in ("EventData", "UserData")
            and len(event.parameters) < _MOST_PARAMETERS
        ):
            event.parameters.append(self._text)
        elif self._leaf and self._path[0] == "System" and self._text.strip():
            event.parts[self._path[-1]] = self._text.strip()
        self._path.pop()
        self._leaf = False

    def _characters(self, data: str) -> None:
        if self._leaf and len(self._text) < _LONGEST_VALUE:
            self._text = (self._text + data)[:_LONGEST_VALUE]


def _events(text: TextFile) -> Iterator[_Event]:
    """Each event as it is read; several may stand one after the other without a list around them.

    Raises RuleViolation `xml-doctype` or `xml-malformed`.
    """
    reader = _Reader()
    fed = 0
    try:
        reader.parser.Parse("<all>")  # inside of an element a document type is an error, wherever it stands
        for piece in _pieces(text):
            reader.parser.Parse(piece)
            fed += len(piece)
            if fed - reader.parser.CurrentByteIndex > _LONGEST_TAG:
                raise RuleViolation("xml-malformed", line=reader.parser.CurrentLineNumber)
            yield from reader.done
            reader.done.clear()
        reader.parser.Parse("</all>", True)
    except expat.ExpatError as error:
        raise RuleViolation("xml-malformed", line=error.lineno) from None


def _pieces(text: TextFile) -> Iterator[str]:
    """The text without the declaration before it, whose encoding is no longer true."""
    for place, piece in enumerate(text.chunks()):
        if place == 0:
            beginning = piece.removeprefix("\ufeff").lstrip()
            first = _EVENT.search(beginning)
            doctype = _DOCTYPE.search(beginning, 0, first.start() if first is not None else len(beginning))
            if doctype is not None:
                raise RuleViolation("xml-doctype", line=beginning.count("\n", 0, doctype.start()) + 1)
            lines = piece[: len(piece) - len(beginning)].count("\n")
            yield "\n" * lines + _DECLARATION.sub("", beginning, count=1)
        else:
            yield piece


def _record(event: _Event, dates: Dates) -> EvidenceRecord | RefusedRow | None:
    """What an event states about a license; None for events that are about none."""
    parts = event.parts
    number = parts.get("EventID", "")
    meaning = _MEANINGS.get(number)
    if meaning is None:
        return None
    try:
        record_id, server = text(parts.get("EventRecordID", "")), text(parts.get("Computer", ""))
        parameters = [text(" ".join(one.split())) for one in event.parameters]
        happened_at = dates.read(parts.get("TimeCreated", ""))
    except UnreadableCell as error:
        return refuse_row(event.line, error.value, error.code)
    if record_id is None:
        return refuse_row(event.line, number, "event-record-id-missing")
    if len(parameters) < meaning.parameters:
        return refuse_row(event.line, number, "event-parameters")
    by_place = (None, *parameters)
    product, version = by_place[meaning.product], by_place[meaning.version]
    user, domain = by_place[meaning.user], by_place[meaning.domain]
    time = parts.get("TimeCreated", "")
    facts = [("EventID", number), ("EventRecordID", record_id), ("TimeCreated", time), ("Computer", server)]
    facts += [(f"param{place}", one) for place, one in enumerate(parameters, start=1)]
    return EvidenceRecord(
        event.line,
        server,
        EvidenceKind.EVENT,
        tuple((name, excerpt(value)) for name, value in facts if value),
        computer=by_place[meaning.computer],
        user=f"{domain}\\{user}" if domain and user and "\\" not in user else user,
        product_version=version or product,
        product_version_id=_version_id(version or product or ""),
        product_type=meaning.product_type,
        happened_at=happened_at,
        key=(record_id, number, time),
    )


def _version_id(version: str) -> int | None:
    """Of a number such as 6.0, or of Microsoft's English name."""
    match = _NUMBERED_VERSION.fullmatch(version)
    return version_id_of(int(match[1]), int(match[2])) if match is not None else version_in(version)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the parameters of an event mean, by their places from 1; 0: there is none. `parameters`: how many."""

    parameters: int
    product: int = 0
    version: int = 0
    computer: int = 0
    user: int = 0
    domain: int = 0
    product_type: int | None = None


_PACKS_MOVED = _Meaning(1)  # the server that the packs were moved from
_MEANINGS = {
    "80": _Meaning(2, product=1, computer=2, product_type=ProductType.PER_DEVICE),
    "82": _Meaning(5, product=4, version=5, computer=3, product_type=ProductType.PER_DEVICE),
    "4144": _Meaning(4, product=2, user=3, domain=4, product_type=ProductType.PER_USER),
    "89": _PACKS_MOVED,
    "91": _PACKS_MOVED,
    "92": _PACKS_MOVED,
    "93": _Meaning(0),
}
