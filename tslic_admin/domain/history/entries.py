"""The history's canonical form, version 1, and the chain of digests over its entries (formats.md, section 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

FORM_VERSION = 1
GENESIS = "0" * 64


class EventLine(NamedTuple):
    """What changed on one recorded thing. A new one has no field and all its values in `after`."""

    line: int
    kind: str
    record: int
    reference: str
    field: str | None
    before: str | None
    after: str | None

    @property
    def subject(self) -> str:
        """The thing as exports name it: its kind, its number in the store, its reference then."""
        return f"{self.kind} {self.record} {self.reference}"


@dataclass(frozen=True, slots=True)
class EntryHead:
    """An entry without its lines; times ISO 8601 in UTC, days ISO."""

    number: int
    recorded_at: str
    effective_on: str
    actor: str
    kind: str
    reason: str | None
    previous: str


def event_value(value: str | int | bool | None) -> str | None:  # noqa: FBT001 - a value, not a switch
    """A field's value as an event line shows it."""
    if value is None or isinstance(value, str):
        return value
    return str(int(value))


Texts = dict[
    str, str | None
]  # fields by their names in the history, with their values as event lines have them


def created_texts(after: str | None) -> Texts | None:
    """The values that a new thing came with; None for a text that the program did not write.

    Whoever writes a history anew may write anything.
    """
    try:
        values = json.loads(after or "").items()
        return {field: value if type(value) is str else event_value(value) for field, value in values}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


# made once: an import asks it for two texts a row
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces."""
    return _CANONICAL.encode(value)


def entry_digest(head: EntryHead, lines: Iterable[EventLine]) -> str:
    """The entry's SHA-256, hex. Lines are hashed as they come: a million of them need no memory.

    Lone surrogates cannot stand in UTF-8; they are hashed as the escape that JSON has for them.
    """
    sha = hashlib.sha256()
    dumps = json.dumps
    sha.update(
        f'{{"actor":{dumps(head.actor, ensure_ascii=False)},"effective_on":{dumps(head.effective_on, ensure_ascii=False)},'
        f'"entry":{head.number},"events":['.encode("utf-8", "backslashreplace")
    )
    separator = ""
    for one in lines:
        event = {
            "after": one.after,
            "before": one.before,
            "field": one.field,
            "line": one.line,
            "subject": one.subject,
        }
        text = separator + canonical_json(event)
        sha.update(text.encode("utf-8", "backslashreplace"))
        separator = ","
    tail = {
        "kind": head.kind,
        "previous": head.previous,
        "reason": head.reason,
        "recorded_at": head.recorded_at,
    }
    sha.update(("]," + canonical_json(tail)[1:]).encode("utf-8", "backslashreplace"))
    return sha.hexdigest()
