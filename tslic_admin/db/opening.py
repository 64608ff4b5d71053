"""Bring a store to the newest schema before anything else opens it; cheap where it is already there."""

from __future__ import annotations

from pathlib import Path

from tslic_admin.db.driver import schema_of
from tslic_admin.db.trouble import StoreTrouble, store_trouble

SCHEMA = "0003"


def open_store_file(path: Path) -> None:
    """Create the file, or upgrade an older one after keeping a copy beside it.

    Raises StoreTrouble; a file from a newer program is left untouched (`store-newer`).
    """
    with store_trouble():
        if schema_of(path) == SCHEMA:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreTrouble("store-cannot-open", path=path) from error
        from tslic_admin.db.migrate import upgrade  # noqa: PLC0415 - Alembic, only where the schema is not current

        upgrade(path, backup_to=path.with_suffix(".before-upgrade.sqlite"))
