"""Issued licenses: their status, and whether a row of a snapshot or a license entered by hand is the same license (rules 4.5 and 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum, StrEnum
from typing import NamedTuple

from tslic_admin.domain.clocks import TEMPORARY_DAYS, day_of, days_after, refuse_future
from tslic_admin.domain.names import same_account, same_name
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import parse_whole_number

LONGEST_HARDWARE_ID = 255


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


class RemovalState(StrEnum):
    """What became of the license on the old client."""

    AWAITING = "awaiting"
    REMOVED = "removed"
    NOT_INTENDED = "not-intended"


class IssuedLicense(NamedTuple):
    """What a server says of one issued license; times as stored (ISO 8601, UTC)."""

    user: str | None
    computer: str | None
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


def compare(existing: IssuedLicense, incoming: IssuedLicense) -> Comparison:
    """Whether the incoming row under a key is the license that existed under it (rule 4.5).

    Real hardware IDs decide. Where one of the two has none, the computer (or the user, where neither has a
    computer) and the issue date must be the same.
    """
    existing_id, incoming_id = real_hardware_id(existing.hardware_id), real_hardware_id(incoming.hardware_id)
    if existing_id and incoming_id:
        return Comparison.SAME if existing_id == incoming_id else Comparison.REPLACED
    if existing.computer or incoming.computer:
        same_holder = same_name(existing.computer, incoming.computer)
    else:
        same_holder = (existing.user or "").casefold() == (incoming.user or "").casefold()
    same_issue = existing.issued_at == incoming.issued_at
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
    if (number := parse_whole_number(name)) is not None:
        return number
    known = ", ".join(status.name.casefold() for status in LicenseStatus)
    raise RuleViolation("status-unknown", field=field, value=text, known=known)


def read_hardware_id(text: str, *, field: str = "hardware_id") -> str:
    """A hardware ID as the server prints it: one line, as an import takes it. Raises RuleViolation."""
    value = text.strip()
    if not value.isprintable() or len(value) > LONGEST_HARDWARE_ID:
        raise RuleViolation("hardware-id-malformed", field=field, value=value[:LONGEST_HARDWARE_ID])
    return value


@dataclass(frozen=True, slots=True)
class HandMadeLicense:
    """An issued license as somebody copies it from the screen of a server that has no other source."""

    status: int
    issued_on: date | None
    expires_on: date | None


def decide_hand_made(
    *, status: int | None, issued_on: date | None, expires_on: date | None, temporary_pack: bool, today: date
) -> HandMadeLicense:
    """What is recorded of a license that is entered by hand.

    Without a status it is active, temporary in a pool of temporary ones. A temporary license runs 90 days
    from its issue (rule 4.1), so its end need not be copied; that of a permanent one is the server's alone.
    Raises RuleViolation: issued in the future, or an end before the issue.
    """
    if status is None:
        status = LicenseStatus.TEMPORARY if temporary_pack else LicenseStatus.ACTIVE
    if issued_on is not None:
        refuse_future(issued_on, today, field="issued_at")
        if status == LicenseStatus.TEMPORARY and expires_on is None:
            expires_on = days_after(issued_on, TEMPORARY_DAYS)
        if expires_on is not None and expires_on < issued_on:
            raise RuleViolation("expires-before-issue", field="expires_at", on=expires_on, issued=issued_on)
    return HandMadeLicense(int(status), issued_on, expires_on)


def can_match_listed(hand_made: IssuedLicense, listed: IssuedLicense) -> bool:
    """Whether a license entered by hand can be the same as a listed one of its key pack (rule 4.7).

    Real hardware IDs decide. Where one of the two has none: the same computer, no two different days of issue,
    and no two different users.
    """
    hand_made_id, listed_id = real_hardware_id(hand_made.hardware_id), real_hardware_id(listed.hardware_id)
    if hand_made_id and listed_id:
        return hand_made_id == listed_id
    if not same_name(hand_made.computer, listed.computer):
        return False
    days = {day_of(hand_made.issued_at), day_of(listed.issued_at)} - {None}
    users = (hand_made.user, listed.user)
    return len(days) <= 1 and (not all(users) or same_account(*users))


def has_same_hardware(hand_made: IssuedLicense, listed: IssuedLicense) -> bool:
    """Whether both have the same real hardware ID."""
    hand_made_id = real_hardware_id(hand_made.hardware_id)
    return hand_made_id is not None and hand_made_id == real_hardware_id(listed.hardware_id)


# How a license entered by hand is matched with a listed one: by the hardware ID first, then by what else is known.
HAND_MADE_RULES = (has_same_hardware, can_match_listed)
