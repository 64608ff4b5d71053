""""""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table, column in (
        ("issuance", "voided_by"),
        ("key_pack", "voided_by"),
        ("key_pack", "merged_into_id"),
        ("transfer", "voided_by"),
        ("snapshot", "voided_by"),
        ("evidence", "voided_by"),
    ):
        op.create_index(
            f"ix_{table}_{column}", table, [column], sqlite_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_index(
        "ix_issuance_temporary_by_expires_at",
        "issuance",
        ["expires_at"],
        sqlite_where=sa.text("status = 1 AND ended_on IS NULL"),
    )
