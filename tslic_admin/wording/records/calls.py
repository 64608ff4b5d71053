"""Words for the reissue call: codes spelled for the telephone, and what may make a call needless."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.domain.catalogue.reissues import CollectedLine
from tslic_admin.domain.codes import group_code
from tslic_admin.domain.licenses.references import license_reference, pack_reference
from tslic_admin.domain.records.advice import PoolReturn, ReturnKind, RevocationLimit

_LETTER_WORDS = [
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
_DIGIT_WORDS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
SPELLING_ALPHABET = {word[0]: word for word in _LETTER_WORDS} | {
    str(number): word for number, word in enumerate(_DIGIT_WORDS)
}


def spell_code(code: str) -> str:
    """A code in words, a dash between its groups; a character that has no word stands for itself.

    Groups that are marked by hyphens already, as in a product ID, stay as they are.
    """
    return " – ".join(_spell_group(group) for group in _code_groups(code))


def spell_code_lines(code: str) -> str:
    """A code as it is read out: a line for each group, with its words."""
    return "\n".join(f"{group}:  {_spell_group(group)}" for group in _code_groups(code))


def _code_groups(code: str) -> list[str]:
    grouped = code if "-" in code else group_code(code)
    return [group for group in grouped.split("-") if group]


def _spell_group(group: str) -> str:
    return " ".join(SPELLING_ALPHABET.get(character.upper(), character) for character in group)


RETURN_HEADING = "Returns to the pool unless the old client connects"


def return_cell(one: PoolReturn) -> str:
    """For the column headed RETURN_HEADING."""
    match one.how:
        case ReturnKind.ON:
            return str(one.day)
        case ReturnKind.BACK:
            return f"may be back since {one.day}"
        case ReturnKind.NEVER:
            return "never"
        case _:
            return "not known"


def return_text(one: PoolReturn) -> str:
    """The same as a part of a sentence; empty where there is nothing to say."""
    match one.how:
        case ReturnKind.ON:
            return f"returns to the pool on {one.day} unless the old client connects"
        case ReturnKind.BACK:
            return f"may be back in the pool since {one.day}"
        case ReturnKind.NEVER:
            return "never returns to the pool by itself"
        case _:
            return ""


def call_alternatives(revocation: RevocationLimit | None, short: int) -> Iterator[str]:
    """What could be done instead of calling, and the shortage that a call does not end."""
    if revocation is not None:
        now = f" ({revocation.revoked} of them now)" if revocation.revoked else ""
        yield (
            f"{revocation.remaining} license{'s' if revocation.remaining != 1 else ''} of this version may be revoked instead:"
            f" at most {revocation.at_a_time} at a time{now}"
        )
    if short:
        yield f"{short} more {'are' if short != 1 else 'is'} issued than installed: so many are missing"


def new_license_text(row: CollectedLine) -> str:
    """The license that the waiting computer got from the reissued key pack; empty: none yet."""
    if row.got_id is None or row.got_pack_id is None:
        return ""
    return license_reference(
        pack_reference(row.server, row.got_keypack_id, row.got_pack_id), row.got_license_id, row.got_id
    )
