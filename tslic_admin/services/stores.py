"""Opening a store file, store errors and versions, without importing SQLAlchemy."""

from __future__ import annotations

from tslic_admin.db.driver import SQLITE_VERSION
from tslic_admin.db.opening import SCHEMA, open_store_file
from tslic_admin.db.trouble import StoreTrouble

__all__ = ["SCHEMA", "SQLITE_VERSION", "StoreTrouble", "open_store_file"]
