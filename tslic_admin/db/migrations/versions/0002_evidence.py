""""""

import sqlalchemy as sa
from alembic import op

from tslic_admin.db.schema.guards import never_deleted, not_displaced, not_unvoided, statements

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # SQLite alters a table by building a new one, and the old one takes its index and triggers along
    op.create_table(
        "snapshot_kept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("date_order", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "subject IN ('servers', 'key-packs', 'licenses', 'evidence')", name=op.f("ck_snapshot_subject")
        ),
        sa.CheckConstraint(
            "(subject = 'evidence') = (server_id IS NULL)", name=op.f("ck_snapshot_of_a_server")
        ),
        sa.ForeignKeyConstraint(
            ["server_id"], ["server.id"], name=op.f("fk_snapshot_server_id_server"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"],
            ["entry.number"],
            name=op.f("fk_snapshot_voided_by_entry"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO snapshot_kept SELECT * FROM snapshot")
    op.drop_table("snapshot")
    op.rename_table("snapshot_kept", "snapshot")
    op.create_index(
        "ix_snapshot_server_id_subject_taken_at", "snapshot", ["server_id", "subject", "taken_at"]
    )

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("issuance_id", sa.Integer(), nullable=True),
        sa.Column("server", sa.Text(), nullable=True),
        sa.Column("server_product_id", sa.Text(), nullable=True),
        sa.Column("computer", sa.Text(), nullable=True),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("hardware_id", sa.Text(), nullable=True),
        sa.Column("product_version", sa.Text(), nullable=True),
        sa.Column("product_version_id", sa.Integer(), nullable=True),
        sa.Column("product_type", sa.Integer(), nullable=True),
        sa.Column("temporary", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('per-user-report', 'per-device-report', 'active-directory', 'client-license', 'tsctst', "
            "'event')",
            name=op.f("ck_evidence_kind"),
        ),
        sa.CheckConstraint("json_valid(facts)", name=op.f("ck_evidence_facts")),
        sa.CheckConstraint("length(identity) = 64", name=op.f("ck_evidence_identity")),
        sa.CheckConstraint("length(file_sha256) = 64", name=op.f("ck_evidence_file_sha256")),
        sa.CheckConstraint("temporary IN (0, 1)", name=op.f("ck_evidence_temporary")),
        sa.CheckConstraint(
            "product_version_id BETWEEN 0 AND 4294967295", name=op.f("ck_evidence_product_version_id_uint32")
        ),
        sa.CheckConstraint(
            "product_type BETWEEN 0 AND 4294967295", name=op.f("ck_evidence_product_type_uint32")
        ),
        sa.ForeignKeyConstraint(
            ["issuance_id"],
            ["issuance.id"],
            name=op.f("fk_evidence_issuance_id_issuance"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"],
            ["entry.number"],
            name=op.f("fk_evidence_voided_by_entry"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_evidence_identity",
        "evidence",
        ["identity"],
        unique=True,
        sqlite_where=sa.text("voided_by IS NULL"),
    )
    op.create_index(
        "ix_evidence_issuance_id",
        "evidence",
        ["issuance_id"],
        sqlite_where=sa.text("issuance_id IS NOT NULL"),
    )

    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_column_mapping_digest")),
        sa.CheckConstraint("json_valid(headings)", name=op.f("ck_column_mapping_headings")),
        sa.CheckConstraint("json_valid(fields)", name=op.f("ck_column_mapping_fields")),
        sa.CheckConstraint(
            "subject IN ('servers', 'key-packs', 'licenses')", name=op.f("ck_column_mapping_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("digest", name=op.f("uq_column_mapping_digest")),
        sqlite_strict=True,
    )

    for script in (
        *(never_deleted(table) for table in ("snapshot", "evidence", "column_mapping")),
        *(not_unvoided(table) for table in ("snapshot", "evidence")),
        not_displaced("evidence", [(("identity",), "{of}voided_by IS NULL")]),
        not_displaced("column_mapping", [(("digest",), "1")]),
    ):
        for statement in statements(script):
            op.get_bind().exec_driver_sql(statement)
