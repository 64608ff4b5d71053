"""Titles, formats and filters of exported lists, and why an export is refused."""

from __future__ import annotations

from collections.abc import Sequence

from tslic_admin.domain.catalogue.history import CHANGES
from tslic_admin.domain.catalogue.kinds import Row
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.values import STATUSES, code_text

EXPORT_FORMATS = {
    "csv": "CSV",
    "json": "JSON",
    "xlsx": "Workbook (XLSX)",
    "html": "Page (HTML)",
    "ics": "Calendar (ICS)",
    "snipe-it": "Snipe-IT import (CSV)",
}
REVEALED_NOTE = "Codes and numbers are shown whole in this file"

EXPORT_REFUSALS = {
    "export-unknown": "There is nothing called “{value}” to export. Known are: {known}.",
    "export-format-unknown": "“{value}” is no format to export in. Choose one of these: {known}.",
    "export-format-not-for-list": "{value} is no format for this list. Choose one of these: {known}.",
    "export-no-machine-form": "{value} is for people and has no machine form. Choose one of these: {known}.",
    "export-two-forms": "A file is in machine form or readable, not both. Leave one of the two out.",
    "export-by-unknown": "A period is of the day of recording or of taking effect, not “{value}”. Known are: {known}.",
    "export-without-period": "{value} are exported as they stand now, not of a period. Leave the period out.",
    "export-period-backwards": "The period ends on {until}, before it begins on {since}. Exchange the days.",
    "export-without-columns": "No column is chosen, so nothing would be in the file. Choose at least one.",
    "xlsx-too-many-rows": (
        "A workbook holds no more than {most} rows below its headings. Choose CSV or JSON, or export a part:"
        " one server, or a period."
    ),
    "xlsx-cell-too-long": (
        "The text for cell {cell} is longer than the {longest} characters that a workbook's cell holds."
        " Choose CSV, JSON or HTML, which hold any length."
    ),
    "xlsx-too-large": "The list is larger than a workbook can be. Choose CSV or JSON, or export a part of it.",
    "target-is-store": "{path} is the store's own file. Choose another name.",
}


def filter_text(spec: ListSpec[Row], *, server: str | None = None, pack: str | None = None) -> str:
    """What a list was narrowed to and how it is sorted, in words; `server`, `pack`: the names of those that it is of."""
    parts = [f"of key pack {pack}" if pack else f"of server {server}" if server else ""]
    if spec.kind is CHANGES and spec.record_id is not None:
        parts.append(f"by entry {spec.record_id}")
    if spec.search.strip():
        parts.append(f"containing “{spec.search.strip()}”")
    if spec.status is not None:
        parts.append(f"with the status {code_text(STATUSES, spec.status)}")
    if spec.within is not None:
        parts.append(f"within {spec.within} days")
    if spec.overdue is not None:
        parts.append("overdue" if spec.overdue else "not overdue")
    parts.append(_period_text(spec))
    if spec.ended:
        parts.append("with what is no longer current")
    if spec.voided:
        parts.append("with what was voided")
    text = ", ".join(part for part in parts if part) or "everything that is current"
    return text[0].upper() + text[1:] + _sort_text(spec)


def _period_text(spec: ListSpec[Row]) -> str:
    if not spec.since and not spec.until:
        return ""
    day = "taking effect" if spec.by == "effective" else "recorded"
    begin = f" from {spec.since}" if spec.since else ""
    return f"{day}{begin} until {spec.until}" if spec.until else f"{day}{begin}"


def _sort_text(spec: ListSpec[Row]) -> str:
    title = next((one.title for one in words_of(spec.kind).columns if one.key == spec.sort), None)
    if title is None:
        return ""
    return f"; sorted by {title}, descending" if spec.descending else f"; sorted by {title}"


def rows_text(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'}"


def head_text(head: tuple[int, str] | None) -> str:
    """The last entry of the history that a file was made from, so that it can be compared with the store."""
    return f"Entry {head[0]}, {head[1]}" if head else "Nothing was recorded yet"


def left_out_text(count: int) -> str:
    """How many key packs the import form for purchases has no row for."""
    packs = "1 key pack holds" if count == 1 else f"{count} key packs hold"
    return f"{packs} no bought number of licenses and had to be left out."


def file_facts(
    title: str, store: str, filtered: str, head: tuple[int, str] | None, written: str, *, revealed: bool
) -> Sequence[tuple[str, str]]:
    """What stands in the head of a readable file: where it comes from, and when."""
    facts = [
        ("List", title),
        ("Store", store),
        ("Filter", filtered),
        ("History head", head_text(head)),
        ("Written", written),
    ]
    return (*facts, ("Secrets", REVEALED_NOTE)) if revealed else facts
