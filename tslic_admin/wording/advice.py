"""What may make a call needless, in words: when licenses return to the pool, how many may be revoked."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.domain.advice import Return, Returning, Revocation

RETURNS = "Returns to the pool unless the old client connects"


def return_day(one: Return) -> str:
    """For a column that is called RETURNS."""
    match one.how:
        case Returning.ON:
            return str(one.day)
        case Returning.BACK:
            return f"may be back since {one.day}"
        case Returning.NEVER:
            return "never"
        case _:
            return "not known"


def return_text(one: Return) -> str:
    """The same as a part of a sentence; empty where there is nothing to say."""
    match one.how:
        case Returning.ON:
            return f"returns to the pool on {one.day} unless the old client connects"
        case Returning.BACK:
            return f"may be back in the pool since {one.day}"
        case Returning.NEVER:
            return "never returns to the pool by itself"
        case _:
            return ""


def instead_texts(revocation: Revocation | None, short: int) -> Iterator[str]:
    """What could be done instead of calling, and what a call would not mend."""
    if revocation is not None:
        now = f" ({revocation.revoked} of them now)" if revocation.revoked else ""
        yield (
            f"{revocation.left} license{'s' if revocation.left != 1 else ''} of this version may be revoked instead:"
            f" at most {revocation.at_a_time} at a time{now}"
        )
    if short:
        yield f"{short} more {'are' if short != 1 else 'is'} issued than installed: so many are missing"
