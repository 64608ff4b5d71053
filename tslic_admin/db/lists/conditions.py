"""Conditions of the lists by name. The rules behind them are domain functions, which SQL calls (driver.py)."""

from __future__ import annotations


def kept_pack(pack: str) -> str:
    """A key pack that was neither voided nor merged into the one that its server lists."""
    return f"{pack}.voided_by IS NULL AND {pack}.merged_into_id IS NULL"


def open_pack(pack: str) -> str:
    """A key pack that is on its server now."""
    return f"{pack}.closed_on IS NULL AND {kept_pack(pack)}"


def purchased_pack(pack: str) -> str:
    """A key pack that was purchased (`domain.licenses.packs.is_purchased`)."""
    return f"is_purchased({pack}.product_type, {pack}.key_pack_type)"


def shortage_of(pack: str) -> str:
    """How many more licenses are issued than a key pack holds (`domain.licenses.packs.shortage`)."""
    return f"shortage({pack}.total, {pack}.issued)"


# The holder of license i: the computer of its last transfer t, otherwise the computer in the server's list. There is no holder
# if reissue request c retired the license, or if the new computer of t has got its own license.
HOLDER = (
    "CASE WHEN c.state = 'retired' OR t.linked_issuance_id IS NOT NULL THEN NULL"
    " ELSE coalesce(t.to_computer, i.computer) END"
)
