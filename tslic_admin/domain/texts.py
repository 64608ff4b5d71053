"""Which texts can be stored or typed, and how a whole number is read from a text."""

from __future__ import annotations

import re

LONGEST_INPUT = 4000
# control characters but tab and line breaks: no form of a file that is read back in holds them all
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def is_storable(text: str) -> bool:
    """Whether a text can stand in the store: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def is_typable(text: str) -> bool:
    """Whether a text can be typed into a field: lines of characters that can be stored, shown and exported."""
    return is_storable(text) and not _CONTROL.search(text)


UINT32_MAX = 4294967295


def parse_whole_number(text: str, *, most: int = UINT32_MAX) -> int | None:
    """What ASCII digits spell, 0 to `most`; None for everything else, however long."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        return None
    return number if (number := int(digits)) <= most else None
