"""Adding, changing and renaming license servers by hand."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.tables import ServerRow
from tslic_admin.domain.codes import LICENSE_SERVER_ID, read_code
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import domain_of, label_of, read_name, same_name
from tslic_admin.domain.packs import read_version
from tslic_admin.domain.servers import read_activation, read_connection_method, read_role
from tslic_admin.services.acts import done, look_up_server, require_reason
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.typed import Value, change_fields, typed_text

READERS: dict[str, Callable[..., Value]] = {
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


def new_server(name: str) -> ServerRow:
    """A row for a server first named now."""
    return ServerRow(name=name, label=label_of(name), domain=domain_of(name))


def add(session: Session, name: str, **typed: str | None) -> Done:
    """Add a license server. `typed`: texts by the names in READERS, as they were typed.

    Raises RuleViolation: a name that is taken or malformed, or the reader's.
    """
    name = read_name(name, field="name")
    if (taken := look_up_server(session, name, field="name")) is not None:
        raise RuleViolation("server-known", field="name", value=name, known=taken.name)
    row = new_server(name)
    change_fields(row, READERS, typed)
    session.add(row)
    session.flush()
    act = done(session, "server.add", Changes.SERVERS)
    return Done(act.entry, act.changes, record=row.id)


def change(
    session: Session, server: ServerRow, *, reason: str | None, rename: str | None = None, **typed: str | None
) -> Done:
    """Change what is known of a server; an empty text clears a field. Everything it holds stays with it.

    Raises RuleViolation: no reason, a name that is taken, or the reader's.
    """
    reason = require_reason(reason)
    change_fields(server, READERS, typed)
    if rename is not None:
        name = read_name(rename, field="rename")
        others = session.scalars(
            select(ServerRow).where(ServerRow.label == label_of(name), ServerRow.id != server.id)
        )
        if taken := next((row for row in others if same_name(row.name, name)), None):
            raise RuleViolation("server-known", field="rename", value=name, known=taken.name)
        server.name, server.label, server.domain = name, label_of(name), domain_of(name)
    act = done(session, "server.set", Changes.SERVERS, reason=reason)
    return Done(act.entry, act.changes, record=server.id)
