"""What any text must be that the store is to keep, or to be searched for."""

from __future__ import annotations

import re

LONGEST = 4000
# control characters but tab and line breaks: no form of a file that is read back in holds them all
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def storable(text: str) -> bool:
    """Whether a text can stand in the store: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def typable(text: str) -> bool:
    """Whether a text can be typed into a field: lines of characters that can be stored, shown and exported."""
    return storable(text) and not _CONTROL.search(text)
