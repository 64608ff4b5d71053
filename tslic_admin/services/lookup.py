"""Finds servers, key packs, licenses, requests and transfers by their references or numbers, and names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow, ServerRow, TransferRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses.references import ended_reference, license_reference, pack_reference
from tslic_admin.domain.names import domain_of, label_of
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import is_storable, parse_whole_number


class NamedServer(Protocol):
    """A server that is recorded, or new in an import. `domain` is empty if the name has no domain, as in *DC01*."""

    domain: str


S = TypeVar("S", bound=NamedServer)


def servers_in_domain(servers: Sequence[S], domain: str) -> list[S]:
    """Return the candidates that a name with this domain can refer to (rule 4.5).

    The domain counts where both have one; a server with the same domain is preferred.
    """
    exact = [one for one in servers if one.domain == domain]
    return exact or [one for one in servers if not domain or not one.domain]


def look_up_server(session: Session, name: str, *, field: str = "server") -> ServerRow | None:
    """The server of that name.

    Raises RuleViolation `server-ambiguous` where a bare label could be several.
    """
    if not is_storable(name):
        return None
    rows = session.scalars(select(ServerRow).where(ServerRow.label == label_of(name))).all()
    fitting = servers_in_domain(rows, domain_of(name))
    if len(fitting) > 1:
        raise RuleViolation(
            "server-ambiguous", field=field, value=name, known=", ".join(row.name for row in fitting)
        )
    return fitting[0] if fitting else None


def find_server(session: Session, name: str) -> ServerRow:
    """Raises RuleViolation `server-unknown`."""
    row = look_up_server(session, name)
    if row is None:
        raise RuleViolation("server-unknown", field="server", value=name)
    return row


def live_packs() -> tuple[ColumnElement[bool], ...]:
    """Conditions of a key pack that stands in the lists: not voided, not merged into another."""
    return KeyPackRow.voided_by.is_(None), KeyPackRow.merged_into_id.is_(None)


def find_pack(session: Session, reference: str) -> KeyPackRow:
    """PACK: SERVER/KEYPACKID, or SERVER/#N. Raises RuleViolation `pack-malformed` or `pack-unknown`."""
    return _matching_packs(session, reference)[0]


def _matching_packs(session: Session, reference: str) -> Sequence[KeyPackRow]:
    """At least one. A rebuilt server counts anew: the open pack comes first, then those closed, newest first."""
    server_name, _, tail = reference.rpartition("/")
    number = parse_whole_number(tail.removeprefix("#"))
    if not server_name or number is None:
        raise RuleViolation("pack-malformed", field="pack", value=reference)
    server = find_server(session, server_name)
    column = KeyPackRow.id if tail.startswith("#") else KeyPackRow.keypack_id
    packs = session.scalars(
        select(KeyPackRow)
        .where(KeyPackRow.server_id == server.id, column == number, *live_packs())
        .order_by(KeyPackRow.closed_on.is_not(None), KeyPackRow.closed_on.desc(), KeyPackRow.id.desc())
    ).all()
    if not packs:
        raise RuleViolation("pack-unknown", field="pack", value=reference)
    return packs


def find_license(session: Session, reference: str) -> IssuanceRow:
    """LICENSE: SERVER/KEYPACKID/LICENSEID, or …/#N by its number here; …@ISSUEDATE for an ended issuance.

    Raises RuleViolation `license-malformed`, `license-unknown` or find_pack's.
    """
    current, at, issued = reference.partition("@")
    pack_text, _, tail = current.rpartition("/")
    number = parse_whole_number(tail.removeprefix("#"))
    if number is None or "/" not in pack_text:
        raise RuleViolation("license-malformed", field="license", value=reference)
    column = IssuanceRow.id if tail.startswith("#") else IssuanceRow.license_id
    for pack in _matching_packs(session, pack_text):
        rows = session.scalars(
            select(IssuanceRow)
            .where(
                IssuanceRow.key_pack_id == pack.id,
                column == number,
                IssuanceRow.voided_by.is_(None),
                IssuanceRow.ended_on.is_not(None) if at else IssuanceRow.ended_on.is_(None),
            )
            .order_by(IssuanceRow.id.desc())
        )
        row = next((row for row in rows if not at or issued in (_issue_date(row), row.issued_at)), None)
        if row is not None:
            return row
    raise RuleViolation("license-unknown", field="license", value=reference)


def _issue_date(issuance: IssuanceRow) -> str:
    """As it stands in a reference; empty where the server never said it."""
    return str(day_of(issuance.issued_at) or "")


def get_server(session: Session, number: int) -> ServerRow:
    """The server of a list's row."""
    return session.get_one(ServerRow, number)


def get_pack(session: Session, number: int | str) -> KeyPackRow:
    """The key pack of a list's row. Raises RuleViolation `field-missing` where none was chosen."""
    if number in ("", "None"):
        raise RuleViolation("field-missing", field="to")
    return session.get_one(KeyPackRow, int(number))


def get_issuance(session: Session, number: int) -> IssuanceRow:
    """The issued license of a list's row. Raises RuleViolation `license-voided`."""
    row = session.get_one(IssuanceRow, number)
    refuse_voided(session, row)
    return row


def refuse_voided(session: Session, issuance: IssuanceRow) -> None:
    """Raises RuleViolation `license-voided`: nothing can be done with what counts no more (rule 4.8)."""
    if issuance.voided_by is not None:
        raise RuleViolation(
            "license-voided", license=name_of_license(session, issuance), by=issuance.voided_by
        )


def find_request(session: Session, number: int | str) -> RequestRow:
    """Raises RuleViolation `request-unknown`."""
    value = number if isinstance(number, int) else parse_whole_number(number)
    row = session.get(RequestRow, value) if value is not None else None
    if row is None:
        raise RuleViolation("request-unknown", field="request", value=number)
    return row


def find_transfer(session: Session, number: int | str) -> TransferRow:
    """Raises RuleViolation `transfer-unknown`."""
    value = number if isinstance(number, int) else parse_whole_number(number)
    row = session.get(TransferRow, value) if value is not None else None
    if row is None:
        raise RuleViolation("transfer-unknown", field="transfer", value=number)
    return row


def name_of_pack(session: Session, pack: KeyPackRow) -> str:
    return pack_reference(session.get_one(ServerRow, pack.server_id).name, pack.keypack_id, pack.id)


def name_of_license(session: Session, issuance: IssuanceRow) -> str:
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    server = session.get_one(ServerRow, pack.server_id)
    current = license_reference(
        pack_reference(server.name, pack.keypack_id, pack.id), issuance.license_id, issuance.id
    )
    return ended_reference(current, issuance.issued_at) if issuance.ended_on else current
