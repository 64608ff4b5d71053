"""What may be voided, and what builds on it (rule 4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.world import RENEWALS, Entry, Key, Thing, World

VOIDABLE = ("transfer.mark", "reissue.record", "import", "pack.add", "license.add")
# field -> what kind of thing it names
NAMES = {
    "license": {"pack": "pack", "succeeded_by": "license"},
    "pack": {"merged_into": "pack", "moved_from": "pack", "request": "request"},
    "transfer": {"license": "license", "linked": "license", "previous": "transfer"},
    "request": {"same_call": "request"},
    "line": {"license": "license", "request": "request"},
}
Token = tuple[str, Any]


def _said(entry: Entry) -> Iterator[tuple[Key, dict[str, tuple[Any, Any]]]]:
    for key, thing in entry.created.items():
        yield key, {name: (None, value) for name, value in thing.items()}
    for key, fields in entry.changed.items():
        lasting = {name: pair for name, pair in fields.items() if name not in RENEWALS.get(key[0], ())}
        if lasting:
            yield key, lasting


def stands_in_the_way(world: World, number: int) -> bool | None:
    """Does a later entry build on this one? None: only such as were taken back since, by acting again.

    There the text is silent: of those the program's answer is taken.
    """
    entry = world.entries[number - 1]
    own = _owned(world, entry)
    left = {(key, name): after for key, fields in _said(entry) for name, (_, after) in fields.items()}
    answer: bool | None = False
    for later in world.entries[number:]:
        if later.voided_by is not None:
            continue
        for key, fields in _said(later):
            if not _tokens(world, key, fields) & own:
                continue
            now = world.things.get(key, {})
            undone = fields.get("state", ("", ""))[1] == "dropped" or all(
                now.get(name) != after for name, (_, after) in fields.items() if _lively(key, name)
            )
            as_before = key in entry.created or any((key, name) in left for name in fields)
            as_before = as_before and all(
                now.get(name) == left.get((key, name), now.get(name)) for name in fields
            )
            was = entry.changed.get(key, {})
            back = bool(was) and all(name in was and now.get(name) == was[name][0] for name in fields)
            if any(_said_last(world, key, name) for name in fields):
                answer = True  # what a server said last, it says: whatever was said between
            elif (key not in later.created and as_before) or undone or back:
                answer = None if answer is False else answer
            else:
                answer = True
    return answer


def _said_last(world: World, key: Key, name: str) -> bool:
    """Whether an import was the last to say this of a thing that was there before."""
    saying = [one for one in world.entries if one.voided_by is None and name in one.changed.get(key, ())]
    return bool(saying) and saying[-1].kind == "import"


def _lively(key: Key, name: str) -> bool:
    return key[0] != "line" or name == "state"


def _owned(world: World, entry: Entry) -> set[Token]:
    """What the entry created or changed, renewals and counts apart.

    What our record says of a license is a thing of its own beside what its server says: a newer list does not
    build on a transfer, collecting the license does.
    """
    found: set[Token] = set()
    for (kind, number), fields in _said(entry):
        whole = {name: pair[1] for name, pair in fields.items()}
        thing = {**_thing(world, (kind, number)), **whole}
        if kind in ("license", "pack", "transfer", "request"):
            found.add((kind, number))
        if kind in ("line", "transfer"):
            found.add(("record", thing["license"]))
        if kind == "line":
            found.add(("request", thing["request"]))
    return found


def _thing(world: World, key: Key) -> Thing:
    """As it is, or was when it was voided."""
    return world.things.get(key) or world.buried.get(key, {})


def _tokens(world: World, key: Key, fields: dict[str, tuple[Any, Any]]) -> set[Token]:
    """What a later entry names by what it said of one thing."""
    kind, number = key
    thing = {**_thing(world, key), **{name: after for name, (_, after) in fields.items()}}
    found: set[Token] = {(kind, number)}
    for name, other in NAMES.get(kind, {}).items():
        if name in fields or kind == "line":
            found |= {
                (other, value) for value in (fields.get(name, (None, thing.get(name)))) if value is not None
            }
    if kind in ("line", "transfer"):
        found.add(("record", thing["license"]))
    return found
