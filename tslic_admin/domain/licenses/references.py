"""References: what commands, files and the history call a key pack and an issued license."""

from __future__ import annotations

from tslic_admin.domain.clocks import day_of


def pack_reference(server: str, keypack_id: int | None, number: int) -> str:
    """SERVER/KEYPACKID, or SERVER/#N for a pack without a Keypack ID yet; `number`: N, its number in the store."""
    return f"{server}/#{number}" if keypack_id is None else f"{server}/{keypack_id}"


def license_reference(pack: str, license_id: int | None, number: int) -> str:
    """PACK/LICENSEID, or PACK/#N for a license entered by hand, whose License ID is not known."""
    return f"{pack}/#{number}" if license_id is None else f"{pack}/{license_id}"


def ended_reference(reference: str, issued_at: str | None) -> str:
    """LICENSE@DAY for an ended license: the day it was issued, empty if no list had one."""
    return f"{reference}@{day_of(issued_at) or ''}"
