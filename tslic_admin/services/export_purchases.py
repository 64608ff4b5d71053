"""Key packs as the purchases that an asset system keeps: Snipe-IT's import form (formats.md, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.packs import UNLIMITED
from tslic_admin.formats.csv_writing import Text
from tslic_admin.formats.snipe_it import SnipeItWriting
from tslic_admin.wording.values import pack_text, version_and_type


def write_purchases(packs: Iterator[Any], target: Text) -> tuple[int, int]:
    """How many rows were written, and how many key packs left out: pools of no number were not bought."""
    form = SnipeItWriting(target)
    written = left_out = 0
    for row in packs:
        if not row.total or row.total == UNLIMITED:
            left_out += 1
            continue
        reference = pack_text(row.server, row.keypack_id, row.number)
        day = day_of(row.expires_at)
        form.license(
            version_and_type(row.product_version_id, row.product_type, row.product_version),
            pack=reference,
            serial=row.purchase_number,
            seats=row.total,
            order=row.purchase_ref,
            expires=None if day is None or never_expires(day) else day.isoformat(),
            supplier=row.reseller,
            notes=[text for text in (f"Key pack {reference}", row.notes) if text],
        )
        written += 1
    return written, left_out
