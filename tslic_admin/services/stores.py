"""Opening a store file, store errors and versions, without importing SQLAlchemy."""

from __future__ import annotations

from sqlite3 import sqlite_version

from tslic_admin.db.opening import SCHEMA, open_store_file
from tslic_admin.db.trouble import StoreTrouble

__all__ = ["SCHEMA", "StoreTrouble", "open_store_file", "sqlite_version"]
