"""Recognise a row of headings: which known table it belongs to, and the position of each field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from tslic_admin.formats.tables.evidence_tables import DIRECTORY_TABLE, REPORT_TABLES, TSCTST_TABLE
from tslic_admin.formats.tables.server_tables import KEY_PACK_TABLE, LICENSE_TABLE, SERVER_TABLE
from tslic_admin.formats.tables.table_definition import TableDefinition

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


def properties_by_heading(table: TableDefinition) -> dict[str, str]:
    """The property that each heading of a table stands for, both as they are compared and as it is called."""
    return {normalize_heading(heading): c.headings[0] for c in table.columns for heading in c.headings}


@dataclass(frozen=True, slots=True)
class RecognisedHeadings:
    """A row of headings that was recognised: its table, and the positions at which each field may be.

    `ambiguous`: the first two headings that may both be of one field, where there are such.
    """

    table: TableDefinition
    positions: Mapping[str, tuple[int, ...]]
    ambiguous: tuple[str, str] | None = None

    @property
    def distinctive_count(self) -> int:
        """How many headings there are that no other table has."""
        return len(self.positions.keys() & self.table.distinctive_fields)

    @property
    def missing(self) -> list[str]:
        """The properties without which no row can be told from another."""
        keys = (c for c in self.table.columns if c.field in self.table.keys)
        return [column.headings[0] for column in keys if column.field not in self.positions]


class MappedHeadings(tuple[str, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Names of properties by a column mapping, with their table; an empty name is of a column that is left out."""

    table: TableDefinition

    def __new__(cls, names: Iterable[str], table: TableDefinition) -> Self:
        named = super().__new__(cls, names)
        named.table = table
        return named


def recognise_headings(names: Sequence[str]) -> RecognisedHeadings | None:
    """The table whose headings these are, in any order and case; None where no table is known by them.

    A heading cut by its printer (`ExpirationD...`) counts where only one property begins like that.
    """
    if isinstance(names, MappedHeadings):
        return _match_headings(names.table, names)
    issued, *others = (_match_headings(table, names) for table in KNOWN_TABLES)
    if not issued.missing:  # whatever columns of its key pack were joined to it
        return _match_headings(LICENSE_TABLE, names, loose=True)
    best = max(issued, *others, key=lambda heading: heading.distinctive_count)
    has_all_keys = bool(best.table.keys) and not best.missing
    needs = best.table.one_required
    if needs and not needs & best.positions.keys():
        return None
    if best.distinctive_count >= best.table.distinctive_required or (has_all_keys and best.distinctive_count):
        return _match_headings(best.table, names, loose=True)
    return None


def guess_columns(table: TableDefinition, names: Sequence[str]) -> dict[str, int]:
    """The places of the headings that probably stand for a property of this table, by field."""
    positions = _match_headings(table, names, loose=True).positions
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


def is_truncated(cell: str) -> bool:
    """Whether a fixed-width printer had no room for all of a cell or heading."""
    return cell.endswith(("...", "…"))


def _match_headings(
    table: TableDefinition, names: Sequence[str], *, loose: bool = False
) -> RecognisedHeadings:
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        places.setdefault(_lookup_key(table, name), []).append(position)
    positions: dict[str, tuple[int, ...]] = {}
    ambiguous = None
    for column in table.columns:
        matches = [places[p] for h in column.headings if (p := normalize_heading(h)) in places]
        if not matches and loose:
            matches = [places[p] for h in column.loose if (p := normalize_heading(h)) in places]
        if matches:
            positions[column.field] = tuple(one[0] for one in matches)
            of_property = normalize_heading(column.headings[0]) in places
            rivals = matches[0] if of_property else [place for one in matches for place in one]
            if len(rivals) > 1 and column.field != "server":
                ambiguous = ambiguous or (names[rivals[0]], names[rivals[1]])
    return RecognisedHeadings(table, positions, ambiguous)


@lru_cache
def _known_headings(table: TableDefinition) -> tuple[str, ...]:
    return tuple(normalize_heading(heading) for column in table.columns for heading in column.headings)


def _lookup_key(table: TableDefinition, name: str) -> str:
    """A heading as it is looked up: one that was cut is completed, ConfigMgr's trailing 0 is no part of it."""
    heading = normalize_heading(name)
    known = _known_headings(table)
    if is_truncated(name.strip()):
        fits = [p for p in known if p.startswith(heading)]
        return fits[0] if len(fits) == 1 else ""
    if heading.endswith("0") and heading[:-1] in known:
        return heading[:-1]
    return heading
