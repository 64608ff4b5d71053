"""Read a delimited table of unknown headings by a column mapping that a user confirmed."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists.delimited import DELIMITERS, is_preamble, rows_below
from tslic_admin.formats.tables.files import LONGEST_LINE, TextFile
from tslic_admin.formats.tables.headings import MappedHeadings, guess_columns
from tslic_admin.formats.tables.rows import Rows
from tslic_admin.formats.tables.server_tables import KEY_PACK_TABLE, LICENSE_TABLE, SERVER_TABLE
from tslic_admin.formats.tables.table_definition import TableDefinition

MAPPED_FORMAT = "mapped"
MAPPABLE_TABLES: Mapping[str, TableDefinition] = {
    "licenses": LICENSE_TABLE,
    "key-packs": KEY_PACK_TABLE,
    "servers": SERVER_TABLE,
}
MOST_COLUMNS = 500
_LINES_ABOVE, _LINES_BELOW = 30, 10


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where a table's headings stand and what parts its cells."""

    headings: tuple[str, ...]
    above: int
    delimiter: str

    @property
    def digest(self) -> str:
        """Identifies the headings: case, spacing and byte order marks apart, in this order."""
        names = [" ".join(name.replace("\ufeff", "").split()).casefold() for name in self.headings]
        return hashlib.sha256(json.dumps(names).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What each column is: a field of the subject's records, or None for a column that is left out."""

    subject: str
    fields: tuple[str | None, ...]


def properties_by_field(subject: str) -> dict[str, str]:
    """The properties of a table by their fields; of a server's name the heading of this program's exports."""
    return {column.field: column.headings[0] for column in MAPPABLE_TABLES[subject].columns}


def layout_of(text: TextFile) -> TableLayout | None:
    """The table in a text: headings over rows of as many cells; None where there is none."""
    above = 0
    lines = list(islice(text.lines(), _LINES_ABOVE + _LINES_BELOW))
    if any(len(line) > LONGEST_LINE for line in lines):
        return None
    while above < len(lines) and (not lines[above].strip() or is_preamble(lines[above])):
        above += 1
    layouts = [layout for sign in DELIMITERS if (layout := _layout(lines, above, sign))]
    return max(layouts, key=lambda layout: len(layout.headings), default=None)


def _layout(lines: list[str], above: int, delimiter: str) -> TableLayout | None:
    beginning = lines[above : above + _LINES_BELOW]
    rows = list(csv.reader(beginning, delimiter=delimiter, skipinitialspace=True))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2 or not 2 <= len(rows[0]) <= MOST_COLUMNS:
        return None
    headings, *below = rows
    if len(lines) > above + _LINES_BELOW and len(below) > 1:
        below.pop()  # it may be cut where the reading ended
    if any(len(row) != len(headings) for row in below) or sum(bool(name.strip()) for name in headings) < 2:
        return None
    return TableLayout(tuple(headings), above + 1, delimiter)


def check_mapping(mapping: ColumnMapping) -> None:
    """Check that rows can be read by a mapping.

    Raises RuleViolation `mapping-subject-unknown`, `mapping-property-unknown`, `mapping-twice`,
    `mapping-missing`, `mapping-nothing`.
    """
    if mapping.subject not in MAPPABLE_TABLES:
        raise RuleViolation("mapping-subject-unknown", field="subject", value=mapping.subject)
    names = properties_by_field(mapping.subject)
    chosen = [field for field in mapping.fields if field is not None]
    for number, field in enumerate(chosen):
        if field not in names:
            raise RuleViolation("mapping-property-unknown", field="columns", value=field)
        if field in chosen[:number]:
            raise RuleViolation("mapping-twice", field="columns", property=names[field])
    table = MAPPABLE_TABLES[mapping.subject]
    missing = [name for field, name in names.items() if field in table.keys and field not in chosen]
    if missing:
        raise RuleViolation("mapping-missing", field="columns", properties=missing)
    if not set(chosen) - table.keys - {"server"}:
        raise RuleViolation("mapping-nothing", field="columns")


def mapped_rows(text: TextFile, layout: TableLayout, mapping: ColumnMapping) -> Rows:
    """The rows of the table under the names of the properties that the mapping gives its columns."""
    properties = properties_by_field(mapping.subject)
    names = MappedHeadings(
        (properties[field] if field is not None else "" for field in mapping.fields),
        MAPPABLE_TABLES[mapping.subject],
    )
    return rows_below(text, layout.above, layout.delimiter, list(layout.headings), names)


def suggest_mapping(layout: TableLayout, subject: str | None = None) -> ColumnMapping:
    """A first guess by the headings; nothing is read by it before a user confirms it."""
    subjects = [subject] if subject is not None else list(MAPPABLE_TABLES)
    guesses = {name: guess_columns(MAPPABLE_TABLES[name], layout.headings) for name in subjects}
    best = max(subjects, key=lambda name: len(guesses[name]))
    fields = {place: field for field, place in guesses[best].items()}
    return ColumnMapping(best, tuple(fields.get(place) for place in range(len(layout.headings))))
