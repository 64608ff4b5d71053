"""Issued licenses: their status, and when a row of a snapshot is still the same license (rule 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum, StrEnum

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import same_name
from tslic_admin.domain.numbers import whole_number


class LicenseStatus(IntEnum):
    UNKNOWN = 0
    TEMPORARY = 1
    ACTIVE = 2
    UPGRADE = 3
    REVOKED = 4
    PENDING = 5
    CONCURRENT = 6


class EndedWhy(StrEnum):
    """Why an issuance is no longer on its server."""

    REPLACED = "replaced"
    VANISHED = "vanished"
    UPGRADED = "upgraded"
    PACK_CLOSED = "pack-closed"
    VOIDED = "voided"


class Removal(StrEnum):
    """What became of the license on the old client."""

    AWAITING = "awaiting"
    REMOVED = "removed"
    NOT_INTENDED = "not-intended"


@dataclass(frozen=True, slots=True)
class Issued:
    """What a server says of one issued license; times as stored (ISO 8601, UTC)."""

    computer: str | None
    user: str | None
    status: int | None
    issued_at: str | None
    expires_at: str | None
    hardware_id: str | None


class Comparison(Enum):
    SAME = "same"
    REPLACED = "replaced"


def real_hardware_id(hardware_id: str | None) -> str | None:
    """The hardware ID, or None where it is empty or all zeros: those identify nothing."""
    if hardware_id is None:
        return None
    digits = hardware_id.strip().casefold().removeprefix("0x")
    return digits if digits.strip("0-{}, x") else None


def compare(known: Issued, seen: Issued) -> Comparison:
    """Whether the row now lying under a key is the license that lay there before (rule 4.5).

    The same real hardware ID decides. Where either side has none, the same computer (or, with no
    computer on either side, the same user) and the same issue date do.
    """
    mine, theirs = real_hardware_id(known.hardware_id), real_hardware_id(seen.hardware_id)
    if mine and theirs:
        return Comparison.SAME if mine == theirs else Comparison.REPLACED
    if known.computer or seen.computer:
        same_holder = same_name(known.computer, seen.computer)
    else:
        same_holder = (known.user or "").casefold() == (seen.user or "").casefold()
    same_issue = known.issued_at == seen.issued_at
    return Comparison.SAME if same_holder and same_issue else Comparison.REPLACED


def is_expired(expires_on: date | None, today: date) -> bool:
    """Whether the license ran out before today; the day of expiry itself still counts."""
    return expires_on is not None and expires_on < today


def read_status(text: str, *, field: str = "status") -> int:
    """A license status by name or number. Raises RuleViolation `status-unknown`."""
    name = text.strip().casefold()
    for status in LicenseStatus:
        if name == status.name.casefold():
            return int(status)
    if (number := whole_number(name)) is not None:
        return number
    known = ", ".join(status.name.casefold() for status in LicenseStatus)
    raise RuleViolation("status-unknown", field=field, value=text, known=known)
