"""What a table's columns can be, and how their values read, where somebody says what they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tslic_admin.domain.clocks import NEVER, iso
from tslic_admin.wording.events import FIELDS, VALUES

LISTS = {"licenses": "Issued licenses", "key-packs": "Key packs", "servers": "License servers"}
LEFT_OUT = "Left out"
_NAMES = {"Description": "Product Code", "ProductVersionID": "Product Version ID"}


def property_text(name: str) -> str:
    """A property as the window calls it: *Issued To Computer*."""
    return _NAMES.get(name) or FIELDS.get(name, name)


def value_text(name: str, value: Any) -> str:
    """A value as it was read: words for codes, local time with its zone left out, *Never*."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        if iso(value) == NEVER:
            return "Never"
        return value.astimezone().strftime("%Y-%m-%d %H:%M") if value.year < 9999 else iso(value)
    shown = VALUES.get(name)
    return shown(str(value)) if shown is not None and not isinstance(value, str) else str(value)
