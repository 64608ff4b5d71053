"""Read a foreign file: find its format by its content and return its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from itertools import islice

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client import client_evidence
from tslic_admin.formats.evidence import event_xml, ldif, print_r
from tslic_admin.formats.lists import (
    collector_file,
    delimited,
    format_list,
    format_table,
    json_objects,
    monitoring_section,
)
from tslic_admin.formats.lists.mapped import MAPPED_FORMAT, ColumnMapping, layout_of, mapped_rows
from tslic_admin.formats.tables.cells import excerpt
from tslic_admin.formats.tables.dates import ORDERS
from tslic_admin.formats.tables.files import LARGEST_FILE, FileBytes, TextFile, open_text, refuse_other_kind
from tslic_admin.formats.tables.records import FileContent, RefusedRow
from tslic_admin.formats.tables.rows import MOST_REFUSED, Rows, check_keys, table_content

Recogniser = Callable[[FileBytes, TextFile | None, str | None, tzinfo | None], FileContent | None]
"""File, the same as text if it is text, requested date order and time zone -> its content, or None: another format."""


def _table(name: str, find: Callable[[TextFile], Rows | None], order: str | None = None) -> Recogniser:
    """A recogniser for text that comes down to rows under headings; `order` is the one its writers always use."""

    def recognise(
        _: FileBytes, text: TextFile | None, date_order: str | None, time_zone: tzinfo | None
    ) -> FileContent | None:
        rows = find(text) if text else None
        if rows is None:
            return None
        first = next((row for row in islice(rows(), MOST_REFUSED) if not isinstance(row, RefusedRow)), None)
        if first is not None:
            check_keys(first[1])
        return table_content(name, rows, date_order or order, time_zone)

    return recognise


RECOGNISERS: dict[str, Recogniser] = {
    "client-license": client_evidence.recognise,
    "collector": collector_file.recognise,
    "json": _table("json", json_objects.find),
    "lsreport": _table("lsreport", delimited.find_lsreport),
    "event-xml": event_xml.recognise,
    "ldif": _table("ldif", ldif.find),
    "print-r": _table("print-r", print_r.find),
    "csv": _table("csv", delimited.find),
    "format-table": _table("format-table", format_table.find),
    "tsctst": _table("tsctst", format_list.find_tsctst),
    "format-list": _table("format-list", format_list.find),
    # The agent's script writes invariant dates. Last: a whole agent output is searched for the section.
    "monitoring-section": _table("monitoring-section", monitoring_section.find, order="mdy"),
}
"""Every format, in the order in which they are tried."""


def read(
    data: FileBytes | bytes,
    *,
    format: str = "auto",  # noqa: A002 - the name that users know
    date_order: str = "auto",
    time_zone: tzinfo | None = None,
    mappings: Mapping[str, ColumnMapping] | None = None,
) -> FileContent:
    """The content of a file, to be iterated as often as needed: records, and rows that cannot be taken.

    `format` is `auto` or a name of RECOGNISERS, `date_order` is `auto` or one of mdy, dmy, ymd. Dates
    without an offset are local time of `time_zone`, or of this machine where it is None. `mappings`: the
    mappings of tables by the digest of their headings (lists/mapped.py); they go before what the headings say.

    Raises RuleViolation `file-too-large`, `file-endless-line`, refuse_other_kind's, `file-not-recognised`, `format-does-not-fit`, `unknown-format`,
    `unknown-date-order`, `date-order-open`, `columns-unknown`, `columns-missing`, `columns-ambiguous`, `own-readable`,
    `machines-mixed`, `json-malformed`, `collector-newer`, `section-headings`, and what is wrong with a client's
    own license (client/client_file.py), `client-license-only-deletes`.
    """
    if format != "auto" and format not in RECOGNISERS:
        raise RuleViolation("unknown-format", field="format", value=format, known=", ".join(RECOGNISERS))
    if date_order != "auto" and date_order not in ORDERS:
        raise RuleViolation(
            "unknown-date-order", field="date_order", value=date_order, known=", ".join(ORDERS)
        )
    data = FileBytes(data) if isinstance(data, bytes) else data
    if data.size > LARGEST_FILE:
        raise RuleViolation("file-too-large", largest=LARGEST_FILE >> 30)
    text = open_text(data)
    order = None if date_order == "auto" else date_order
    layout = layout_of(text) if text is not None and format in ("auto", "csv") else None
    if text is not None and layout is not None and mappings and layout.digest in mappings:
        return table_content(
            MAPPED_FORMAT, mapped_rows(text, layout, mappings[layout.digest]), order, time_zone
        )
    for name in RECOGNISERS if format == "auto" else [format]:
        recognised = RECOGNISERS[name](data, text, order, time_zone)
        if recognised is not None:
            return recognised
    if text is None:
        refuse_other_kind(data)
    elif text.endless:
        raise RuleViolation("file-endless-line")
    if layout is not None:
        raise RuleViolation("columns-unknown", columns=", ".join(map(excerpt, layout.headings)))
    if format == "auto":
        raise RuleViolation("file-not-recognised")
    raise RuleViolation("format-does-not-fit", field="format", value=format)
