"""Understand a row of headings: which known table it belongs to, and where each field stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from tslic_admin.formats.tables.columns import WmiClass
from tslic_admin.formats.tables.evidence_classes import DIRECTORY_TABLE, REPORT_TABLES, TSCTST_TABLE
from tslic_admin.formats.tables.wmi_classes import KEY_PACK_TABLE, LICENSE_TABLE, SERVER_TABLE

_NOT_IN_HEADING = re.compile(r"[^a-z0-9_]")

# of tables with as many headings the evidence comes first: its headings are in no other table
KNOWN_TABLES = (LICENSE_TABLE, *REPORT_TABLES, DIRECTORY_TABLE, TSCTST_TABLE, KEY_PACK_TABLE, SERVER_TABLE)


@lru_cache(4096)
def normalize_heading(heading: str) -> str:
    """A heading as it is compared: in lower case, without blanks, hyphens and byte order marks."""
    return _NOT_IN_HEADING.sub("", heading.lower())


KNOWN_HEADINGS = frozenset(
    normalize_heading(h) for c in KNOWN_TABLES for column in c.columns for h in column.headings
)


def properties_by_heading(wmi_class: WmiClass) -> dict[str, str]:
    """The property that each heading of a class stands for, both as they are compared and as it is called."""
    return {normalize_heading(heading): c.headings[0] for c in wmi_class.columns for heading in c.headings}


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings understood: which class it is of, and the positions at which each field may stand.

    `ambiguous`: the first two headings that may both be of one field, where there are such.
    """

    wmi_class: WmiClass
    positions: Mapping[str, tuple[int, ...]]
    ambiguous: tuple[str, str] | None = None

    @property
    def marks(self) -> int:
        """How many headings there are that no other table has."""
        return len(self.positions.keys() & self.wmi_class.marks)

    @property
    def missing(self) -> list[str]:
        """The properties without which no row can be told from another."""
        keys = (c for c in self.wmi_class.columns if c.field in self.wmi_class.keys)
        return [column.headings[0] for column in keys if column.field not in self.positions]


class MappedHeadings(tuple[str, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Names of properties by a column mapping, with their table; an empty name is of a column that is left out."""

    wmi_class: WmiClass

    def __new__(cls, names: Iterable[str], wmi_class: WmiClass) -> Self:
        named = super().__new__(cls, names)
        named.wmi_class = wmi_class
        return named


def understand(names: Sequence[str]) -> Heading | None:
    """The class whose headings these are, in any order and case; None where they are of no class.

    A heading cut by its printer (`ExpirationD...`) counts where only one property begins like that.
    """
    if isinstance(names, MappedHeadings):
        return _heading(names.wmi_class, names)
    issued, *others = (_heading(wmi_class, names) for wmi_class in KNOWN_TABLES)
    if not issued.missing:  # whatever columns of its key pack were joined to it
        return _heading(LICENSE_TABLE, names, loose=True)
    best = max(issued, *others, key=lambda heading: heading.marks)
    whole = bool(best.wmi_class.keys) and not best.missing
    needs = best.wmi_class.one_required
    if needs and not needs & best.positions.keys():
        return None
    if best.marks >= best.wmi_class.marks_required or (whole and best.marks):
        return _heading(best.wmi_class, names, loose=True)
    return None


def guess(wmi_class: WmiClass, names: Sequence[str]) -> dict[str, int]:
    """The places of the headings that probably stand for a property of this class, by field."""
    positions = _heading(wmi_class, names, loose=True).positions
    return {field: places[0] for field, places in positions.items()}


_OWN_HEADINGS = {"holder", "record"}


def is_own_export(names: Sequence[str]) -> bool:
    """Whether these are the headings of a list of issued licenses that this program exported."""
    return {normalize_heading(name) for name in names} >= _OWN_HEADINGS


# what only the screen's columns are called, in the lists of key packs and of licenses
_READABLE_HEADINGS = (
    {"origin", "expirydate"},
    {"origin", "licenseversionandtype"},
    {"holder", "issuedtocomputer"},
)


def is_readable_export(names: Sequence[str]) -> bool:
    """Whether these are the headings of an export of this program that was made to be read by people."""
    headings = {normalize_heading(name) for name in names}
    return any(headings >= marks for marks in _READABLE_HEADINGS)


def is_configmgr(names: Sequence[str]) -> bool:
    """Whether these are columns of a ConfigMgr inventory view: properties with a trailing 0."""
    return any(
        name.strip().endswith("0") and normalize_heading(name)[:-1] in KNOWN_HEADINGS for name in names
    )


def is_cut(cell: str) -> bool:
    """Whether a fixed-width printer had no room for all of a cell or heading."""
    return cell.endswith(("...", "…"))


def _heading(wmi_class: WmiClass, names: Sequence[str], *, loose: bool = False) -> Heading:
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        places.setdefault(_lookup_key(wmi_class, name), []).append(position)
    positions: dict[str, tuple[int, ...]] = {}
    ambiguous = None
    for column in wmi_class.columns:
        matches = [places[p] for h in column.headings if (p := normalize_heading(h)) in places]
        if not matches and loose:
            matches = [places[p] for h in column.loose if (p := normalize_heading(h)) in places]
        if matches:
            positions[column.field] = tuple(one[0] for one in matches)
            of_property = normalize_heading(column.headings[0]) in places
            rivals = matches[0] if of_property else [place for one in matches for place in one]
            if len(rivals) > 1 and column.field != "server":
                ambiguous = ambiguous or (names[rivals[0]], names[rivals[1]])
    return Heading(wmi_class, positions, ambiguous)


@lru_cache
def _known_headings(wmi_class: WmiClass) -> tuple[str, ...]:
    return tuple(normalize_heading(heading) for column in wmi_class.columns for heading in column.headings)


def _lookup_key(wmi_class: WmiClass, name: str) -> str:
    """A heading as it is looked up: one that was cut is completed, ConfigMgr's trailing 0 is no part of it."""
    heading = normalize_heading(name)
    known = _known_headings(wmi_class)
    if is_cut(name.strip()):
        fits = [p for p in known if p.startswith(heading)]
        return fits[0] if len(fits) == 1 else ""
    if heading.endswith("0") and heading[:-1] in known:
        return heading[:-1]
    return heading
