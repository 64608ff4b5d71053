"""What the window needs of stores before it needs SQLAlchemy: their trouble, and opening them."""

from __future__ import annotations

from tslic_admin.db.opening import open_store_file
from tslic_admin.db.trouble import StoreTrouble

__all__ = ["StoreTrouble", "open_store_file"]
