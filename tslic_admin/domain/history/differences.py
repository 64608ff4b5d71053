"""The words for the difference between two lists of a server: renamed, renewed, upgraded, grown (rule 4.5)."""

from __future__ import annotations

from enum import StrEnum

from tslic_admin.domain.licenses.issuances import EndedWhy
from tslic_admin.domain.names import same_name


class DifferenceKind(StrEnum):
    """In the order in which they are shown."""

    RENAMED = "renamed"
    RENEWED = "renewed"
    STATUS = "status"
    REPLACED = "replaced"
    UPGRADED = "upgraded"
    VANISHED = "vanished"
    BACK = "back"
    GROWN = "grown"
    SHRUNK = "shrunk"


_END_DIFFERENCES: dict[str, DifferenceKind] = {
    EndedWhy.REPLACED: DifferenceKind.REPLACED,
    EndedWhy.UPGRADED: DifferenceKind.UPGRADED,
    EndedWhy.VANISHED: DifferenceKind.VANISHED,
}


def classify_difference(kind: str, field: str, before: object, after: object) -> DifferenceKind | None:
    """What kind of difference a changed field is, by the history's names of kind and field; None for no known kind.

    Values are as stored or as the history has them: numbers or texts of numbers, times ISO 8601 in UTC.
    """
    match kind, field:
        case "license", "sIssuedToComputer" if before and after and not same_name(str(before), str(after)):
            return DifferenceKind.RENAMED
        case "license", "ExpirationDate" if before and after and str(after) > str(before):
            return DifferenceKind.RENEWED
        case "license", "LicenseStatus" if before is not None and after is not None:
            return DifferenceKind.STATUS
        case ("license", "EndedWhy") | ("pack", "ClosedWhy"):
            return DifferenceKind.BACK if after is None else _END_DIFFERENCES.get(str(after))
        case "pack", "TotalLicenses":
            was, now = _parse_count(before), _parse_count(after)
            if was is not None and now is not None and was != now:
                return DifferenceKind.GROWN if now > was else DifferenceKind.SHRUNK
    return None


def _parse_count(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() else None


def change_kind(kind: str, field: str | None, before: object, after: object) -> str:
    """What kind of change an event line of an import is: a DifferenceKind, or a more general word.

    *new*: not recorded before; *first-seen*: entered by hand before, now listed; *voided*: voided with its import.
    """
    match field:
        case None:
            return "new"
        case "VoidedBy":
            return "voided"
        case "FirstSeen" | "LicenseId" if before is None:
            return "first-seen"
        case _:
            return classify_difference(kind, field, before, after) or "changed"
