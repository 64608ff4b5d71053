"""The English words that licensing tools and admin scripts print in place of Microsoft's numbers."""

from __future__ import annotations

import re

from tslic_admin.domain.packs import VERSION_NAMES
from tslic_admin.formats.cells import UnreadableCell, coded, number, text

license_status = coded(
    {"unknown": 0, "temporary": 1, "active": 2, "upgrade": 3, "upgraded": 3}
    | {"revoked": 4, "pending": 5, "concurrent": 6}
)
license_program = coded(
    {"unknown": 0, "retail": 1, "retailpurchase": 1, "licensepackretailpurchase": 1, "volume": 2}
    | {"volumelicense": 2, "concurrent": 3, "temporary": 4, "open": 5, "openlicense": 5, "builtin": 6}
)
product_type = coded(
    {"device": 0, "perdevice": 0, "user": 1, "peruser": 1, "notvalid": 2, "builtin": 3}
    | {"tsperdevicecal": 0, "rdsperdevicecal": 0, "tsorrdsperdevicecal": 0}
    | {"tsperusercal": 1, "rdsperusercal": 1, "tsorrdsperusercal": 1}
)
server_role = coded({"workgroup": 0, "domain": 1, "forest": 2})

# `Windows Server 2012 - Installed RDS Per Device CAL`, as the tool's first column has it
_VERSION = re.compile(
    r"(?:microsoft )?windows(?: server)? (20[0-9]{2}(?: r2)?)(?: server)?"
    r"(?: or (?:windows(?: server)? )?(20[0-9]{2}(?: r2)?))?(?: ?- ?.*)?",
    re.IGNORECASE | re.ASCII,
)
_PARTS = re.compile(r"([^\n]+?) - (?:Installed )?([^\n]+\bCALs?)", re.IGNORECASE)
_TYPE = re.compile(r"\b(?:(built-in)\b.*|per (device|user))\b", re.IGNORECASE)
_TYPES = {"built-in": 3, "device": 0, "user": 1}


def version_in(cell: str) -> int | None:
    """The ID of the version that an English text names; None where it names none, or two that are not one.

    *2008 or 2008 R2* is one: servers list both under the ID of 2008 (rule 4.3).
    """
    match = _VERSION.fullmatch(" ".join(cell.split()))
    if match is None:
        return None
    first = VERSION_NAMES.get(match[1].lower().replace(" ", ""))
    if first is None or (match[2] and f"{match[1]} r2".lower() != match[2].lower()):
        return None
    return int(first)


def type_in(cell: str) -> int | None:
    """The product type in a text such as *Built-in TS Per Device CAL*; None where it names none."""
    match = _TYPE.search(cell)
    return _TYPES[(match[1] or match[2]).lower()] if match else None


def version_id(cell: str) -> int | None:
    """A product version ID, or an English name of a version in its place: *2019*, *Windows Server 2008 R2*.

    Raises UnreadableCell `number-malformed` or `word-unknown`.
    """
    value = cell.strip()
    named = VERSION_NAMES.get(value.lower().replace(" ", ""))
    if named is not None:
        return int(named)
    if not value or value[0] in "-0123456789":
        return number(cell)
    found = version_in(value)
    if found is None:
        raise UnreadableCell("word-unknown", cell)
    return found


def version_part(cell: str) -> str | None:
    """The version in the tool's *License Version and Type*; None where the text is the type alone."""
    parts = _PARTS.fullmatch(cell.strip())
    return text(parts[1]) if parts else None


def type_part(cell: str) -> str | None:
    """The type in the tool's *License Version and Type*, as the property TypeAndModel has it."""
    parts = _PARTS.fullmatch(cell.strip())
    return text(parts[2] if parts else cell)
