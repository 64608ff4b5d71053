"""The plain model of the record: things, the entries that made them, and what voiding leaves of both.

Written from domain.md (sections 4.1 to 4.8) and cli.md alone. A thing is a dict under its kind and number; an act
changes things or raises `Refused`; an entry is the difference that an act made. What is true is what all entries
that are not voided said, in their order: so a void needs no code of its own for what it takes back (rule 4.8).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Thing = dict[str, Any]
Key = tuple[str, int]
Fields = dict[str, tuple[Any, Any]]  # field -> before, after

# what rule 4.8 calls renewals and counts
RENEWALS = {
    "license": {"expires", "issued", "first_issued"},
    "pack": {"total", "issued", "available", "seen"},
}


class Refused(Exception):
    """A rule forbids the act; the argument says which."""


@dataclass
class Entry:
    number: int
    kind: str
    on: str
    reason: str | None
    created: dict[Key, Thing]
    changed: dict[Key, Fields]
    voided_by: int | None = None


def label(name: str | None) -> tuple[str, str]:
    first, _, domain = (name or "").strip().casefold().partition(".")
    return first, domain


def same_name(one: str | None, other: str | None) -> bool:
    """Case does not count; the first DNS label does, the domain where both have one (4.5)."""
    (first, here), (other_first, there) = label(one), label(other)
    return first == other_first and (not here or not there or here == there)


def real(hardware: str | None) -> str | None:
    """Empty and all zeros are no hardware ID (4.5)."""
    return hardware if hardware and hardware.strip("0 ") else None


def day(moment: str | None) -> date | None:
    """The local calendar day of a stored moment or day."""
    if moment is None:
        return None
    return (
        date.fromisoformat(moment)
        if len(moment) == 10
        else datetime.fromisoformat(moment).astimezone().date()
    )


class World:
    def __init__(self) -> None:
        self.things: dict[Key, Thing] = {}
        self.entries: list[Entry] = []
        self.numbers: dict[str, int] = {}
        self.at = ""  # of the act that is done
        self.made: dict[Key, str] = {}  # when each thing was recorded
        self.gone: dict[int, tuple[Thing, int]] = {}  # voided transfers as they were, and by which entry
        self.buried: dict[
            Key, Thing
        ] = {}  # what was voided, as it was then: a voided transfer still names it
        self._before: dict[Key, Thing] = {}

    # things

    def new(self, kind: str, **fields: Any) -> int:
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        self.things[kind, number] = fields
        self.made[kind, number] = self.at
        return number

    def get(self, kind: str, number: int) -> Thing:
        found = self.things.get((kind, number))
        return self.buried[kind, number] if found is None else found

    def all(self, kind: str, **wanted: Any) -> dict[int, Thing]:
        return {
            number: thing
            for (of, number), thing in self.things.items()
            if of == kind and all(thing[name] == value for name, value in wanted.items())
        }

    def server(self, name: str) -> int | None:
        return next((n for n, one in self.all("server").items() if same_name(one["name"], name)), None)

    def open_packs(self, server: int) -> dict[int, Thing]:
        return self.all("pack", server=server, closed=None, merged_into=None)

    def pack_of(self, server: int, keypack_id: int) -> int | None:
        """The open pack under a Keypack ID."""
        return next((n for n, p in self.open_packs(server).items() if p["keypack_id"] == keypack_id), None)

    def known_pack(self, server: int, keypack_id: int) -> int | None:
        """What a list means by a Keypack ID: the open pack, else one that vanished or was moved away.

        Not what a rebuilt server had: its numbering starts again (4.5).
        """
        rebuilt = self.get("server", server)["rebuilt"]
        found = {
            number: pack
            for number, pack in self.all(
                "pack", server=server, merged_into=None, keypack_id=keypack_id
            ).items()
            if pack["why"] in (None, "vanished")
            or (pack["why"] == "moved" and (rebuilt is None or pack["closed"] > rebuilt))
        }
        return max(found, key=lambda number: (found[number]["closed"] is None, number), default=None)

    def line_of(self, license_: int) -> Thing | None:
        """The line of the request that holds the license, collected or retired."""
        for line in self.all("line", license=license_).values():
            if line["state"] != "dropped":
                return line
        return None

    def transfer_of(self, license_: int) -> int | None:
        """The last transfer of the license itself."""
        return max(self.all("transfer", license=license_), default=None)

    def received(self, license_: int) -> int | None:
        return max(self.all("transfer", linked=license_), default=None)

    def holder(self, license_: int) -> str | None:
        """Who has it by our record: null when retired or given up (cli.md)."""
        line, moved = self.line_of(license_), self.transfer_of(license_)
        if line is not None and line["state"] == "retired":
            return None
        if moved is None:
            return self.get("license", license_)["computer"]
        transfer = self.get("transfer", moved)
        return None if transfer["linked"] is not None else transfer["to"]

    # references

    def pack_text(self, number: int) -> str:
        pack = self.get("pack", number)
        tail = f"#{pack['n']}" if pack["keypack_id"] is None else pack["keypack_id"]
        return f"{self.get('server', pack['server'])['name']}/{tail}"

    def license_text(self, number: int) -> str:
        license_ = self.get("license", number)
        tail = f"#{license_['n']}" if license_["license_id"] is None else license_["license_id"]
        text = f"{self.pack_text(license_['pack'])}/{tail}"
        return text if license_["ended"] is None else f"{text}@{day(license_['issued']) or ''}"

    # entries

    def begin(self) -> None:
        self._before = deepcopy(self.things)

    def cancel(self) -> None:
        self.things = self._before

    def did_something(self) -> bool:
        return self.things != self._before

    def commit(self, kind: str, on: date, reason: str | None = None) -> Entry | None:
        """One entry for what the act changed; None where it changed nothing."""
        created = {key: deepcopy(thing) for key, thing in self.things.items() if key not in self._before}
        changed: dict[Key, Fields] = {}
        for key, before in self._before.items():
            after = self.things[key]
            fields = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
            if fields:
                changed[key] = fields
        if not created and not changed:
            return None
        return self._entry(kind, on, reason, created, changed)

    def _entry(
        self, kind: str, on: date, reason: str | None, created: Any = None, changed: Any = None
    ) -> Entry:
        entry = Entry(len(self.entries) + 1, kind, on.isoformat(), reason, created or {}, changed or {})
        self.entries.append(entry)
        return entry

    def void(self, number: int, on: date, reason: str) -> Entry:
        """Rule 4.8: what the entry did is taken back; it and its void stay in the history."""
        voided = self.entries[number - 1]
        entry = self._entry("void", on, reason)
        voided.voided_by = entry.number
        for kind, thing in voided.created:
            if kind == "transfer":
                self.gone[thing] = (self.get("transfer", thing), entry.number)
        things: dict[Key, Thing] = {}
        for one in self.entries:
            for key, thing in one.created.items():
                if one.voided_by is None:
                    things[key] = deepcopy(thing)
                elif key[0] == "server":  # a server stays as a name: nothing takes it away
                    things[key] = {name: thing[name] if name == "name" else None for name in thing}
            if one.voided_by is None:
                for key, fields in one.changed.items():
                    things.get(key, {}).update({name: after for name, (_, after) in fields.items()})
        for key, thing in self.things.items():
            if key not in things:
                self.buried[key] = {**thing, "ended": thing.get("ended") or on.isoformat()}
        self.things = things
        return entry
