"""Adds and changes key packs by hand: code, policy, purchase and notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import KeyPackRow, ServerRow
from tslic_admin.domain.catalogue.fields import Source, ValueKind
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PackFields
from tslic_admin.domain.clocks import read_day, refuse_future, start_of
from tslic_admin.domain.codes import LICENSE_KEY_PACK_ID, Shape, read_code
from tslic_admin.domain.licenses.packs import (
    Origin,
    Program,
    read_count,
    read_keypack_id,
    read_type,
    read_version,
    server_may_hold,
)
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.transfers import TransferPolicy, read_policy
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lookup import find_pack, name_of_pack
from tslic_admin.services.records.pack_links import (
    check_not_listed,
    check_same_purchase,
    link,
    open_pack,
    refuse_known_code,
)
from tslic_admin.services.sealing import (
    FieldValue,
    change_fields,
    require_reason,
    seal_act,
    today,
    typed_text,
)


def _read_program(text: str, *, field: str) -> str:
    try:
        return Program(text.strip().casefold())
    except ValueError:
        known = ", ".join(Program)
        raise RuleViolation("program-unknown", field=field, value=text, known=known) from None


def _read_expiry(text: str, *, field: str) -> str | None:
    if text.strip().casefold() == "never":
        return None
    return start_of(read_day(text, field=field))


def _read_code(text: str, *, field: str) -> str:
    return read_code(text, LICENSE_KEY_PACK_ID, field=field)


SERVER_FIELDS: dict[str, Callable[..., FieldValue]] = {
    "product_version_id": read_version,
    "product_type": read_type,
    "total": read_count,
    "keypack_id": read_keypack_id,
    "expires_at": _read_expiry,
}
PURCHASE_FIELDS: dict[str, Callable[..., FieldValue]] = {
    "license_key_pack_id": _read_code,
    "installed_on": lambda text, field: read_day(text, field=field).isoformat(),
    "transfer_policy": lambda text, field: str(read_policy(text, field=field)),
    **{
        field.name: typed_text
        for field in KEY_PACK.fields
        if field.kind is ValueKind.TEXT and field.source is Source.RECORDED
    },
}
REQUIRED = ("product_version_id", "product_type", "total")


def add(session: Session, server: ServerRow, typed: PackFields) -> ActResult:
    """Record a key pack that was installed. An empty text counts as missing.

    Raises RuleViolation for a missing or malformed field, and for a Keypack ID or a code that another pack has.
    """
    blank = (one.name for one in fields(typed) if not (getattr(typed, one.name) or "").strip())
    typed = replace(typed, **dict.fromkeys(blank))
    missing = next((field for field in REQUIRED if getattr(typed, field) is None), None)
    if missing:
        raise RuleViolation("field-missing", field=missing)
    row = KeyPackRow(
        server_id=server.id, origin=Origin.ORIGINAL, transfer_policy=TransferPolicy.ONE_TIME, issued=None
    )
    existing = _change(session, row, typed)
    if existing is not None:
        raise RuleViolation("keypack-known", field="keypack_id", pack=name_of_pack(session, existing))
    session.add(row)
    session.flush()
    on = date.fromisoformat(row.installed_on) if row.installed_on else None
    act = seal_act(session, "pack.add", Changes.PACKS | Changes.SERVERS, on=on)
    return ActResult(act.entry, act.changes, record=row.id, notices=_notices(server, row))


def change(session: Session, pack: KeyPackRow, typed: PackFields, *, reason: str | None) -> ActResult:
    """Change a pack. Fields that its server lists only change with an import.

    A changed transfer policy applies to later transfers. The Keypack ID of a matching pack that the server lists
    links the two; `record` is the listed pack then. Raises RuleViolation.
    """
    reason = require_reason(reason)
    if pack.first_seen_at is not None:
        server_field = next((field for field in SERVER_FIELDS if getattr(typed, field) is not None), None)
        if server_field:
            raise RuleViolation("server-says", field=server_field, pack=name_of_pack(session, pack))
    for field in (*REQUIRED, "transfer_policy"):
        text = getattr(typed, field)
        if text is not None and not text.strip():
            raise RuleViolation("field-missing", field=field)
    previous_keypack_id = pack.keypack_id
    with session.no_autoflush:
        listed = _change(session, pack, typed)
        if listed is not None:
            _check_linkable(session, pack, listed)
            pack.keypack_id = previous_keypack_id  # the listed pack has the new one
    if listed is not None:
        link(session, pack, listed)
        pack = listed
    act = seal_act(session, "pack.set", Changes.PACKS | Changes.SERVERS, reason=reason)
    return ActResult(act.entry, act.changes, record=pack.id)


def _check_linkable(session: Session, pack: KeyPackRow, listed: KeyPackRow) -> None:
    """Check that a pack recorded by hand may be the listed one (rule 4.7). Raises RuleViolation."""
    reference = name_of_pack(session, listed)
    if listed.first_seen_at is None:
        raise RuleViolation("keypack-known", field="keypack_id", pack=reference)
    if pack.request_id is not None:
        raise RuleViolation("link-by-request", field="keypack_id", pack=reference, request=pack.request_id)
    check_same_purchase(session, pack, listed)
    check_not_listed(session, pack)


def find_open_pack(session: Session, server: str, keypack_id: int) -> KeyPackRow:
    """The open pack with a Keypack ID on the server of that name. Raises RuleViolation."""
    return find_pack(session, f"{server}/{keypack_id}")


def _change(session: Session, row: KeyPackRow, typed: PackFields) -> KeyPackRow | None:
    """Set the typed fields. Returns the other pack that the server has under this Keypack ID, if any."""
    program = typed.program
    change_fields(row, SERVER_FIELDS | PURCHASE_FIELDS, typed)
    if program is not None:
        row.program = _read_program(program, field="program") if program.strip() else None
        if row.first_seen_at is None:
            row.key_pack_type = Program(row.program).key_pack_type if row.program else None
    for field, shape in _number_shapes(row.program).items():
        _change_number(row, field, shape, getattr(typed, field))
    if row.installed_on:
        refuse_future(date.fromisoformat(row.installed_on), today(session), field="installed_on")
    refuse_known_code(session, row.license_key_pack_id, besides=row.id)
    if row.keypack_id is None or row.closed_on is not None:
        return None
    existing = open_pack(session, row.server_id, row.keypack_id)
    return None if existing is row else existing


def _change_number(row: KeyPackRow, field: str, shape: Shape | None, text: str | None) -> None:
    """Set or clear a purchase number. Without a new text it stays, if the program has such a number."""
    if text is None and shape is not None:
        text = getattr(row, field)
    if not text or not text.strip():
        setattr(row, field, None)
    elif shape is None:
        code = "number-without-program" if row.program is None else "number-not-of-program"
        raise RuleViolation(code, field=field, program=row.program)
    else:
        setattr(row, field, read_code(text, shape, field=field))


def _number_shapes(program: str | None) -> dict[str, Shape | None]:
    if program is None:
        return {"number": None, "authorization_number": None}
    shapes = Program(program)
    return {"number": shapes.number_shape, "authorization_number": shapes.authorization_shape}


def _notices(server: ServerRow, row: KeyPackRow) -> tuple[Notice, ...]:
    if server_may_hold(server.windows_version, row.product_version_id) is False:
        facts = {"server": server.windows_version, "cal": row.product_version_id}
        return (Notice("server-older-than-cal", facts),)
    return ()
