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
    """A code in words, a dash between its groups; a character that has no word stands for itself.

    Groups that are marked by hyphens already, as in a product ID, stay as they are.
    """
    return " – ".join(_words(group) for group in _groups(code))


def spelled_lines(code: str) -> str:
    """A code as it is read out: a line for each group, with its words."""
    return "\n".join(f"{group}:  {_words(group)}" for group in _groups(code))


def _groups(code: str) -> list[str]:
    marked = code if "-" in code else grouped(code)
    return [group for group in marked.split("-") if group]


def _words(group: str) -> str:
    return " ".join(WORDS.get(character.upper(), character) for character in group)
