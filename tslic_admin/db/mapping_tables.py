"""What somebody said of the columns of tables that nobody else knows."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tslic_admin.db.base import STRICT, Base, Recorded, one_of


class ColumnMappingRow(Recorded, Base):
    """What the columns under some headings are; said again, it changes."""

    __tablename__ = "column_mapping"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("json_valid(headings)", name="headings"),
        CheckConstraint("json_valid(fields)", name="fields"),
        one_of("subject", "servers", "key-packs", "licenses"),
        STRICT,
    )
    KIND = "mapping"
    RECORDED: ClassVar[dict[str, str]] = {
        "digest": "HeadingsDigest",
        "headings": "Headings",
        "subject": "Lists",
        "fields": "Columns",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]  # of the headings, by which they are known again
    headings: Mapped[str]  # JSON: as they stood in the first such file
    subject: Mapped[str]
    fields: Mapped[str]  # JSON: of each column its field, or null where it is left out
