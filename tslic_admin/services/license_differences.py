"""What a row of issued licenses says otherwise than is known: the same license, or another (rule 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tslic_admin.db.recording import Value
from tslic_admin.domain.clocks import WHOLE_DAY, day_of, iso, moment, same_end, settled, start_of
from tslic_admin.domain.licenses import Comparison, Issued, compare, real_hardware_id
from tslic_admin.domain.names import label_of
from tslic_admin.services.compared import Fields

SEEN = ("user", "computer", "status", "issued_at", "expires_at", "hardware_id")
# of a license that is known, in this order
KNOWN = ("id", "license_id", *SEEN, "first_issued_at", "by_hand")


def settle_days(seen: list[Any], known: Any | None) -> None:
    """Of a day that a list gives without a time, what is known of that day; else its beginning."""
    for place in (3, 4):
        if seen[place] is not None and seen[place].endswith(WHOLE_DAY):
            seen[place] = settled(seen[place], known[2 + place] if known is not None else None)


def same_license(known: Any, seen: Sequence[Any]) -> bool:
    """Whether it is the one that was known, where an empty cell says nothing: it is taken for what is known.

    Some forms leave out fractions of a second. Of a license that was entered by hand only the day is known.
    """
    user, computer, status, issued_at, expires_at, hardware_id = known[2:8]
    # at midnight sharp only the day may be known: a list gave it without a time
    day = bool(known[9]) or _at_midnight(issued_at)
    mine = _to(issued_at or seen[3], day=day)
    theirs = _to(seen[3] or issued_at, day=day)
    was = Issued(computer, user, status, mine, expires_at, hardware_id)
    now = Issued(seen[1] or computer, seen[0] or user, seen[2], theirs, seen[4], seen[5])
    return compare(was, now) is Comparison.SAME


def _at_midnight(at: str | None) -> bool:
    day = day_of(at)
    return day is not None and start_of(day) == at


def _to(at: str | None, *, day: bool) -> str | None:
    """A time to its second, or to its day here."""
    if at is None:
        return None
    return str(day_of(at)) if day else iso(moment(at).replace(microsecond=0))


def license_fields(known: Any, seen: Sequence[Any]) -> Fields:
    """What a row says otherwise of the same license; an empty cell says nothing."""
    before = known[2:8]
    fields: Fields = {
        name: (old, new)
        for name, old, new in zip(SEEN, before, seen, strict=True)
        if new is not None and new != old and not same_end(old, new)
    }
    if real_hardware_id(before[5]) and not real_hardware_id(seen[5]):
        fields.pop("hardware_id", None)  # zeros are as empty as an empty cell
    if "computer" in fields:
        fields["computer_label"] = (None, label_of(str(fields["computer"][1])))
    first, issued = known[8], seen[3]
    if issued is not None and (first is None or moment(issued) < moment(first)):
        fields["first_issued_at"] = (first, issued)
    if known[9]:
        fields["by_hand"] = (1, 0)
    return fields


def merged(known: Any, fields: Fields) -> list[Any]:
    """What a license says after its differences are written, in the order of SEEN."""
    return [fields[name][1] if name in fields else known[n] for n, name in enumerate(SEEN, start=2)]


def new_license(number: int, pack: int, license_id: int | None, seen: Sequence[Any]) -> dict[str, Value]:
    """The row of a license seen for the first time."""
    user, computer, status, issued_at, expires_at, hardware_id = seen
    return {
        "id": number,
        "key_pack_id": pack,
        "license_id": license_id,
        "user": user,
        "computer": computer,
        "computer_label": label_of(computer) if computer else None,
        "status": status,
        "issued_at": issued_at,
        "first_issued_at": issued_at,
        "expires_at": expires_at,
        "hardware_id": hardware_id,
        "by_hand": 0,
    }
