"""What the removal of a license deletes on the old client, and what that does (KB 187614; rule 4.9).

Only the client's own license store. The server's grace-period key is a different thing and stays out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tslic_admin.domain.errors import RuleViolation

VIEWS = {
    "64": r"HKLM\SOFTWARE\Microsoft\MSLicensing",
    "32": r"HKLM\SOFTWARE\Wow6432Node\Microsoft\MSLicensing",
}
_ENTRY = re.compile(r"LICENSE[0-9A-F]{3}")


def read_entry(text: str, *, field: str = "entry") -> str:
    """A license's own key below `Store`, such as LICENSE000. Raises RuleViolation `kit-entry-malformed`."""
    entry = text.strip().upper()
    if not _ENTRY.fullmatch(entry):
        raise RuleViolation("kit-entry-malformed", field=field, value=text)
    return entry


@dataclass(frozen=True, slots=True)
class Kit:
    """What is to be removed from which client. `entry`: one license, None: the whole key.

    `views`: keys of VIEWS that are looked at, `license` and `because` as people know them.
    """

    computer: str
    license: str
    because: str
    views: tuple[str, ...] = ("64", "32")
    entry: str | None = None

    def __post_init__(self) -> None:
        if not self.views or set(self.views) - set(VIEWS):
            raise RuleViolation("kit-view-missing", field="views")

    @property
    def backed_up(self) -> tuple[tuple[str, str], ...]:
        """Key and file of each backup: always the whole key, whatever is deleted."""
        return tuple((VIEWS[view], f"MSLicensing-{view}.reg") for view in self.views)

    @property
    def deleted(self) -> tuple[tuple[str, str], ...]:
        """What is deleted, with the file of the backup that it needs."""
        below = f"\\Store\\{self.entry}" if self.entry is not None else ""
        return tuple((key + below, file) for key, file in self.backed_up)
