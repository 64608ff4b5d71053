"""What any text must be that the store is to keep, or to be searched for."""

from __future__ import annotations

LONGEST = 4000


def storable(text: str) -> bool:
    """Whether a text can stand in the store: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
