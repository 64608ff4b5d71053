"""Adds, changes and renames license servers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.domain.codes import LICENSE_SERVER_ID, read_code
from tslic_admin.domain.licenses.packs import read_version
from tslic_admin.domain.licenses.servers import read_activation, read_connection_method, read_role
from tslic_admin.domain.names import domain_of, label_of, read_name, same_name
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import look_up_server
from tslic_admin.services.sealing import FieldValue, change_fields, require_reason, seal_act, typed_text

READERS: dict[str, Callable[..., FieldValue]] = {
    "product_id": typed_text,
    "license_server_id": lambda text, field: read_code(text, LICENSE_SERVER_ID, field=field),
    "windows_version": read_version,
    "role": read_role,
    "activation": read_activation,
    "connection_method": read_connection_method,
    "country": typed_text,
    "phone": typed_text,
    "company": typed_text,
    "contact": typed_text,
    "notes": typed_text,
}


NOTHING_TYPED = ServerFields()


def new_server(name: str) -> ServerRow:
    """A row for a server that is not recorded yet."""
    return ServerRow(name=name, label=label_of(name), domain=domain_of(name))


def add(session: Session, name: str, typed: ServerFields = NOTHING_TYPED) -> ActResult:
    """Add a license server.

    Raises RuleViolation: the name is taken or malformed, or a field is malformed.
    """
    name = read_name(name, field="name")
    if (existing := look_up_server(session, name, field="name")) is not None:
        raise RuleViolation("server-known", field="name", value=name, known=existing.name)
    row = new_server(name)
    change_fields(row, READERS, typed)
    session.add(row)
    session.flush()
    act = seal_act(session, "server.add", Changes.SERVERS)
    return ActResult(act.entry, act.changes, record=row.id)


def change(
    session: Session,
    server: ServerRow,
    typed: ServerFields = NOTHING_TYPED,
    *,
    reason: str | None,
    rename: str | None = None,
) -> ActResult:
    """Change the fields or the name of a server. Its key packs stay with it.

    Raises RuleViolation: no reason, the name is taken or malformed, or a field is malformed.
    """
    reason = require_reason(reason)
    change_fields(server, READERS, typed)
    if rename is not None:
        name = read_name(rename, field="rename")
        others = session.scalars(
            select(ServerRow).where(ServerRow.label == label_of(name), ServerRow.id != server.id)
        )
        if existing := next((row for row in others if same_name(row.name, name)), None):
            raise RuleViolation("server-known", field="rename", value=name, known=existing.name)
        server.name, server.label, server.domain = name, label_of(name), domain_of(name)
    act = seal_act(session, "server.set", Changes.SERVERS, reason=reason)
    return ActResult(act.entry, act.changes, record=server.id)
