"""The removal of a license from its old client: when it can have happened, and what the removal kit backs up and deletes (KB 187614; rule 4.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tslic_admin.domain.clocks import refuse_future
from tslic_admin.domain.outcomes import RuleViolation

REGISTRY_HEADERS = ("Windows Registry Editor Version 5.00", "REGEDIT4")
"""What an exported registry key begins with."""


def check_removal_day(on: date, *, since: date, today: date) -> None:
    """Whether a removal can have been on a day: not before the license was given up, which was `since`.

    Raises RuleViolation.
    """
    refuse_future(on, today)
    if on < since:
        raise RuleViolation("removal-before", field="on", on=on, since=since)


REGISTRY_KEYS = {
    "64": r"HKLM\SOFTWARE\Microsoft\MSLicensing",
    "32": r"HKLM\SOFTWARE\Wow6432Node\Microsoft\MSLicensing",
}
_STORE_ENTRY = re.compile(r"LICENSE[0-9A-F]{3}")


def read_store_entry(text: str, *, field: str = "entry") -> str:
    """A license's own key below `Store`, such as LICENSE000. Raises RuleViolation `kit-entry-malformed`."""
    entry = text.strip().upper()
    if not _STORE_ENTRY.fullmatch(entry):
        raise RuleViolation("kit-entry-malformed", field=field, value=text)
    return entry


@dataclass(frozen=True, slots=True)
class RemovalKit:
    """What is to be removed from which client. `store_entry`: the key of one license; None: the whole key.

    `views`: keys of REGISTRY_KEYS. `license` and `because`: texts for people.
    """

    computer: str
    license: str
    because: str
    views: tuple[str, ...] = ("64", "32")
    store_entry: str | None = None

    def __post_init__(self) -> None:
        if not self.views or set(self.views) - set(REGISTRY_KEYS):
            raise RuleViolation("kit-view-missing", field="views")

    @property
    def backups(self) -> tuple[tuple[str, str], ...]:
        """Key and file of each backup: always the whole key, whatever is deleted."""
        return tuple((REGISTRY_KEYS[view], f"MSLicensing-{view}.reg") for view in self.views)

    @property
    def deletions(self) -> tuple[tuple[str, str], ...]:
        """What is deleted, with the file of the backup that it needs."""
        below = f"\\Store\\{self.store_entry}" if self.store_entry is not None else ""
        return tuple((key + below, file) for key, file in self.backups)
