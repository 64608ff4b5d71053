"""Run by Alembic: by the program with an open connection, by `alembic -x db=FILE` on a scratch file."""

from __future__ import annotations

from pathlib import Path

from alembic import context
from sqlalchemy import Connection

from tslic_admin.db.schema.tables import Base
from tslic_admin.db.store import make_engine


def _is_ours(_object: object, name: str | None, kind: str, _reflected: object, _compare_to: object) -> bool:
    """Keep the shadow tables of the search index, which are SQLite's own, out of comparisons."""
    return kind != "table" or not (name or "").startswith("issuance_search")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


if connection := context.config.attributes.get("connection"):
    run(connection)
else:
    scratch = Path(context.get_x_argument(as_dictionary=True).get("db", "dev.sqlite"))
    with make_engine(scratch).begin() as connection:
        run(connection)
