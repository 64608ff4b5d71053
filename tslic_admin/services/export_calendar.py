"""What is due as days of a calendar, each known by a name that stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tslic_admin.formats.ics_writing import Event
from tslic_admin.services.export_rows import Rows
from tslic_admin.wording.due import DUE_KINDS, due_text


def events(rows: Rows) -> Iterator[Event]:
    """An event for every row of the list of what is due.

    A store is told from others by its first entry, a thing in it by its number: whoever reads the calendar in again
    gets a changed day in the place of the old one.
    """
    store = next((row.digest for row in rows.state.rows("history", record_id=1)), "")[:16]
    for row in rows.things():
        about = f"{DUE_KINDS[row.kind]}: {row.subject}\nLicense server: {row.server}"
        yield Event(
            uid=f"{row.kind}-{row.number}-{store}@tslic-admin",
            day=date.fromisoformat(row.day),
            summary=due_text(row),
            description=about,
            category=DUE_KINDS[row.kind],
        )
