"""What the difference between two lists of a server is called (rule 4.5): renamed, renewed, upgraded, grown …"""

from __future__ import annotations

from enum import StrEnum

from tslic_admin.domain.licenses import EndedWhy
from tslic_admin.domain.names import same_name


class Called(StrEnum):
    """In the order in which they are told."""

    RENAMED = "renamed"
    RENEWED = "renewed"
    STATUS = "status"
    REPLACED = "replaced"
    UPGRADED = "upgraded"
    VANISHED = "vanished"
    BACK = "back"
    GROWN = "grown"
    SHRUNK = "shrunk"


_ENDED: dict[str, Called] = {
    EndedWhy.REPLACED: Called.REPLACED,
    EndedWhy.UPGRADED: Called.UPGRADED,
    EndedWhy.VANISHED: Called.VANISHED,
}


def called(kind: str, field: str, before: object, after: object) -> Called | None:
    """The word for a changed field, both by their names in the history; None where there is none.

    Values are as stored or as the history has them: numbers or texts of numbers, times ISO 8601 in UTC.
    """
    match kind, field:
        case "license", "sIssuedToComputer" if before and after and not same_name(str(before), str(after)):
            return Called.RENAMED
        case "license", "ExpirationDate" if before and after and str(after) > str(before):
            return Called.RENEWED
        case "license", "LicenseStatus" if before is not None and after is not None:
            return Called.STATUS
        case ("license", "EndedWhy") | ("pack", "ClosedWhy"):
            return Called.BACK if after is None else _ENDED.get(str(after))
        case "pack", "TotalLicenses":
            was, now = _count(before), _count(after)
            if was is not None and now is not None and was != now:
                return Called.GROWN if now > was else Called.SHRUNK
    return None


def _count(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() else None


def change_kind(kind: str, field: str | None, before: object, after: object) -> str:
    """What an event line of an import tells of a thing: what `called` calls it, or the plainest word for it.

    *new*: not known before; *first-seen*: entered by hand before, now listed; *voided*: taken back with its import.
    """
    match field:
        case None:
            return "new"
        case "VoidedBy":
            return "voided"
        case "FirstSeen" | "LicenseId" if before is None:
            return "first-seen"
        case _:
            return called(kind, field, before, after) or "changed"
