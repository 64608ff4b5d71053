"""Codes spelled for the telephone: the words of the ICAO/NATO alphabet."""

from __future__ import annotations

from tslic_admin.domain.codes import grouped

_WORDS = [
    "Alfa",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
    "Uniform",
    "Victor",
    "Whiskey",
    "X-ray",
    "Yankee",
    "Zulu",
]
_DIGITS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
WORDS = {word[0]: word for word in _WORDS} | {str(number): word for number, word in enumerate(_DIGITS)}


def spelled(code: str) -> str:
    """A code in words, a dash between its groups; a character that has no word stands for itself."""
    groups = grouped(code).split("-") if code else []
    return " – ".join(
        " ".join(WORDS.get(character.upper(), character) for character in group) for group in groups
    )
