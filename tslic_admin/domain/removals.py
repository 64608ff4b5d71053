"""What becomes of the license on the old client, after a transfer or a reissue (KB 187614; rule 4.9)."""

from __future__ import annotations

from datetime import date

from tslic_admin.domain.clocks import refuse_future
from tslic_admin.domain.errors import RuleViolation

REGISTRY_HEADERS = ("Windows Registry Editor Version 5.00", "REGEDIT4")
"""What an exported registry key begins with."""


def decide_removed(on: date, *, since: date, today: date) -> None:
    """Whether a removal can have been on a day: not before the license was given up, which was `since`.

    Raises RuleViolation.
    """
    refuse_future(on, today)
    if on < since:
        raise RuleViolation("removal-before", field="on", on=on, since=since)
