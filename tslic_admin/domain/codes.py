"""Microsoft's codes and numbers: their length and alphabet, how they are grouped for reading, and how they are masked (lengths: WMI install methods; no code is generated or verified)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tslic_admin.domain.outcomes import RuleViolation

_SEPARATORS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212\uff0d-]+")
_SECRETS = re.compile(
    r"(?<![\w-])(?:[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?:(?:-[A-Z0-9]{5}){2})?|[A-Z0-9]{25}(?:[A-Z0-9]{10})?)(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]")
MASK = "…"
VISIBLE_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of number looks: its length, and whether letters may stand in it."""

    name: str
    length: int
    digits_only: bool = False


LICENSE_KEY_PACK_ID = Shape("license-key-pack-id", 35)
LICENSE_SERVER_ID = Shape("license-server-id", 35)
LICENSE_CODE = Shape("license-code", 25)
OPEN_LICENSE_NUMBER = Shape("open-license-number", 8, digits_only=True)
AUTHORIZATION_NUMBER = Shape("authorization-number", 15)
AGREEMENT_NUMBER = Shape("agreement-number", 7, digits_only=True)


def remove_separators(text: str) -> str:
    """What was typed or pasted without spaces and hyphens, a to z in upper case; anything else as it is."""
    joined = _SEPARATORS.sub("", text)
    return "".join(character.upper() if character.isascii() else character for character in joined)


def read_code(text: str, shape: Shape, *, field: str | None = None) -> str:
    """The code as stored: upper case, without spaces and hyphens, of the right length and alphabet.

    Raises RuleViolation `code-masked`, `code-characters`, `code-digits` or `code-length`.
    """
    if MASK in text:
        raise RuleViolation("code-masked", field=field, shape=shape.name)
    code = remove_separators(text)
    if wrong := _NOT_ALPHANUMERIC.search(code):
        raise RuleViolation("code-characters", field=field, shape=shape.name, character=wrong.group())
    if shape.digits_only and code.strip("0123456789"):
        raise RuleViolation("code-digits", field=field, shape=shape.name, length=shape.length)
    if len(code) != shape.length:
        raise RuleViolation("code-length", field=field, shape=shape.name, length=shape.length, got=len(code))
    return code


def group_code(code: str, size: int = 5) -> str:
    """The code in groups of five, as it is printed and read aloud."""
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def mask_code(code: str | None) -> str | None:
    """A secret as outputs show it: its last five characters behind the mask."""
    return None if not code else MASK + code[-VISIBLE_CHARACTERS:]


def mask_codes_in(text: str) -> str:
    """A text with every part masked that looks like a code of 25 or 35 characters."""
    return _SECRETS.sub(lambda match: MASK + match[0][-VISIBLE_CHARACTERS:], text)


def is_masked(text: str) -> bool:
    """Whether `mask_code` made a text: an import ignores it instead of storing it."""
    return text.startswith(MASK)
