"""Maps the columns of tables with unknown headings, and remembers the mapping by the headings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.schema.tables import ColumnMappingRow
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.lists import delimited, mapped
from tslic_admin.formats.lists.mapped import (
    ColumnMapping,
    TableLayout,
    check_mapping,
    layout_of,
    properties_by_field,
    suggest_mapping,
)
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.files import TextFile, open_text
from tslic_admin.formats.tables.records import RefusedRow
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.importing.files import SourceFile, read_zone
from tslic_admin.services.sealing import seal_act

__all__ = [
    "ColumnMapping",
    "SampleRow",
    "TableLayout",
    "TablePreview",
    "preview_table",
    "properties_by_field",
    "read_mappings",
    "sample_rows",
    "save_mapping",
]

SAMPLE_ROWS = 20
Mappings = Mapping[str, ColumnMapping]


@dataclass(frozen=True, slots=True)
class TablePreview:
    """A table with unknown headings: its layout, its first rows, and the saved or suggested mapping of its columns."""

    layout: TableLayout
    rows: tuple[tuple[str, ...], ...]
    mapping: ColumnMapping
    is_saved: bool

    def suggest(self, subject: str) -> ColumnMapping:
        """The suggested mapping if the table is another list."""
        return suggest_mapping(self.layout, subject)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row as it would be read: the values by field, or why it is left out (a code of wording/)."""

    line: int
    values: Mapping[str, str | int | datetime | None]
    refused: RefusedRow | None = None


def read_mappings(path: Path, now: Callable[[], datetime]) -> dict[str, ColumnMapping]:
    """All saved mappings by the digest of their headings. Raises StoreTrouble."""
    with read_view(path, now) as state:
        stored = state.column_mappings()
    return {one.digest: ColumnMapping(one.subject, tuple(json.loads(one.fields))) for one in stored}


def save_mapping(session: Session, layout: TableLayout, mapping: ColumnMapping) -> ActResult:
    """Save what the columns under these headings are, for this file and all later ones.

    Raises RuleViolation: those of check_mapping (formats/lists/mapped.py).
    """
    check_mapping(mapping)
    row = session.scalars(select(ColumnMappingRow).where(ColumnMappingRow.digest == layout.digest)).first()
    text = json.dumps(mapping.fields)
    if row is None:
        session.add(
            ColumnMappingRow(
                digest=layout.digest,
                headings=json.dumps(layout.headings, ensure_ascii=False),
                subject=mapping.subject,
                fields=text,
            )
        )
    else:
        row.subject, row.fields = mapping.subject, text
    return seal_act(session, "mapping.set", Changes.NONE)


def preview_table(source: SourceFile, mappings: Mappings) -> TablePreview | None:
    """The table in a file, None where it holds none. Raises OSError."""
    text = open_text(source.bytes)
    layout = layout_of(text) if text is not None else None
    if text is None or layout is None:
        return None
    mapping = mappings.get(layout.digest)
    return TablePreview(
        layout, tuple(_first_rows(text, layout)), mapping or suggest_mapping(layout), mapping is not None
    )


def _first_rows(text: TextFile, layout: TableLayout) -> list[tuple[str, ...]]:
    rows = delimited.rows_below(
        text, layout.above, layout.delimiter, list(layout.headings), layout.headings
    )()
    return [tuple(row[2]) for row in islice(rows, SAMPLE_ROWS) if not isinstance(row, RefusedRow)]


def sample_rows(
    source: SourceFile,
    layout: TableLayout,
    mapping: ColumnMapping,
    *,
    date_order: str = "auto",
    time_zone: str | None = None,
) -> list[SampleRow]:
    """The first rows as they would be read.

    Raises RuleViolation: those of check_mapping, `date-order-open`, `time-zone-unknown`, or why the file cannot be read at all.
    """
    check_mapping(mapping)
    content = read(
        source.bytes,
        date_order=date_order,
        time_zone=read_zone(time_zone),
        mappings={layout.digest: mapping},
    )
    if content.format != mapped.MAPPED_FORMAT:
        raise RuleViolation("file-changed")
    rows = []
    for one in islice(content, SAMPLE_ROWS):
        if isinstance(one, RefusedRow):
            rows.append(SampleRow(one.line, {}, one))
        else:
            values = {field.name: getattr(one, field.name) for field in fields(one)}
            rows.append(SampleRow(values.pop("line"), values))
    return rows
