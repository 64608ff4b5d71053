"""Whole numbers as they are typed, and how large Microsoft's are."""

from __future__ import annotations

UINT32 = 4294967295


def whole_number(text: str, *, most: int = UINT32) -> int | None:
    """What ASCII digits spell, 0 to `most`; None for everything else, however long."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        return None
    return number if (number := int(digits)) <= most else None
