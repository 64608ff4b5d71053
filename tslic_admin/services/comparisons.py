"""What changed between the snapshots of a server: the list of db/lists_changes.py for a period."""

from __future__ import annotations

from tslic_admin.db.lists import ListSpec
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.errors import RuleViolation


def changes_of(server: int, *, since: str | None = None, until: str | None = None) -> ListSpec:
    """The list of what the snapshots of a server changed that were taken on these days, as they were typed.

    What an import changed and what voiding it took back both stand in it. Raises RuleViolation.
    """
    first, last = (
        read_day(text, field=field).isoformat() if text is not None else None
        for field, text in (("since", since), ("until", until))
    )
    if first and last and first > last:
        raise RuleViolation("export-period-backwards", field="until", since=first, until=last)
    return ListSpec("changes", server_id=server, since=first, until=last)
