"""From texts as they were typed, in a dialog or on the command line, to fields of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.texts import LONGEST, typable

Value = str | int | None


def typed_text(text: str, *, field: str) -> str:
    """Free text without spaces around it. Raises RuleViolation `text-too-long` or `text-malformed`."""
    text = text.strip()
    if len(text) > LONGEST:
        raise RuleViolation("text-too-long", field=field, longest=LONGEST)
    if not typable(text):
        raise RuleViolation("text-malformed", field=field)
    return text


def change_fields(
    row: Any, readers: Mapping[str, Callable[..., Value]], typed: Mapping[str, str | None]
) -> None:
    """Set the fields that were given (None: not given; empty: cleared). Raises what the readers raise."""
    for field, text in typed.items():
        if text is not None:
            setattr(row, field, readers[field](text, field=field) if text.strip() else None)
