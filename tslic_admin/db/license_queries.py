"""Rows of licenses and evidence that imports and acts compare with, over the connection of a writing session."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

_OPEN_LICENSES = "SELECT id, license_id FROM issuance WHERE key_pack_id = ? AND ended_on IS NULL ORDER BY id"


def open_licenses(session: Session, pack: int) -> Iterator[tuple[int, int | None]]:
    """Number and License ID of every license of a key pack that has not ended, one by one."""
    yield from session.connection().exec_driver_sql(_OPEN_LICENSES, (pack,))
