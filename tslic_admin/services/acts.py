"""What every act needs: today, the thing it is about, and the history entry that seals it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tslic_admin.db.bulk import Line
from tslic_admin.db.recording import seal
from tslic_admin.db.references import license_reference, pack_reference
from tslic_admin.db.tables import CollectedRow, IssuanceRow, KeyPackRow, RequestRow, ServerRow, TransferRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.eligibility import GivenUp, LicenseFacts
from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.names import domain_of, label_of
from tslic_admin.domain.numbers import whole_number
from tslic_admin.domain.texts import storable
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.typed import typed_text


def now(session: Session) -> datetime:
    at: datetime = session.info["now"]()
    return at


def today(session: Session) -> date:
    """The local calendar day."""
    return now(session).astimezone().date()


def done(
    session: Session,
    kind: str,
    changes: Changes,
    *,
    on: date | None = None,
    reason: str | None = None,
    more: Iterable[Line] = (),
) -> Done:
    """Seal the act with its entry; where nothing changed there is none, and nothing to refresh.

    `more`: lines of bulk writers.
    """
    entry = seal(session, kind, on=on, reason=reason, more=more)
    return Done(entry, changes | Changes.HISTORY if entry else Changes.NONE)


def require_reason(reason: str | None) -> str:
    """Raises RuleViolation `reason-missing`, or typed_text's."""
    if reason is None or not reason.strip():
        raise RuleViolation("reason-missing", field="reason")
    return typed_text(reason, field="reason")


def look_up_server(session: Session, name: str, *, field: str = "server") -> ServerRow | None:
    """The server of that name (rule 4.5: case ignored, the domain counts where both have one).

    Raises RuleViolation `server-ambiguous` where a bare label could be several.
    """
    if not storable(name):
        return None
    label, domain = label_of(name), domain_of(name)
    rows = session.scalars(select(ServerRow).where(ServerRow.label == label)).all()
    exact = [row for row in rows if row.domain == domain]
    fitting = exact or [row for row in rows if not domain or not row.domain]
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
    return _packs_called(session, reference)[0]


def _packs_called(session: Session, reference: str) -> Sequence[KeyPackRow]:
    """At least one. A rebuilt server counts anew: the open pack comes first, then those closed, newest first."""
    server_name, _, tail = reference.rpartition("/")
    number = whole_number(tail.removeprefix("#"))
    if not server_name or number is None:
        raise RuleViolation("pack-malformed", field="pack", value=reference)
    server = find_server(session, server_name)
    column = KeyPackRow.id if tail.startswith("#") else KeyPackRow.keypack_id
    found = session.scalars(
        select(KeyPackRow)
        .where(KeyPackRow.server_id == server.id, column == number, *live_packs())
        .order_by(KeyPackRow.closed_on.is_not(None), KeyPackRow.closed_on.desc(), KeyPackRow.id.desc())
    ).all()
    if not found:
        raise RuleViolation("pack-unknown", field="pack", value=reference)
    return found


def find_license(session: Session, reference: str) -> IssuanceRow:
    """LICENSE: SERVER/KEYPACKID/LICENSEID, or …/#N by its number here; …@ISSUEDATE for an ended issuance.

    Raises RuleViolation `license-malformed`, `license-unknown` or find_pack's.
    """
    current, at, issued = reference.partition("@")
    pack_text, _, tail = current.rpartition("/")
    number = whole_number(tail.removeprefix("#"))
    if number is None or "/" not in pack_text:
        raise RuleViolation("license-malformed", field="license", value=reference)
    column = IssuanceRow.id if tail.startswith("#") else IssuanceRow.license_id
    for pack in _packs_called(session, pack_text):
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


def server_of(session: Session, number: int) -> ServerRow:
    """The server of a list's row."""
    return session.get_one(ServerRow, number)


def pack_numbered(session: Session, number: int | str) -> KeyPackRow:
    """The key pack of a list's row. Raises RuleViolation `field-missing` where none was chosen."""
    if number in ("", "None"):
        raise RuleViolation("field-missing", field="to")
    return session.get_one(KeyPackRow, int(number))


def issuance(session: Session, number: int) -> IssuanceRow:
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
    value = number if isinstance(number, int) else whole_number(number)
    row = session.get(RequestRow, value) if value is not None else None
    if row is None:
        raise RuleViolation("request-unknown", field="request", value=number)
    return row


def find_transfer(session: Session, number: int | str) -> TransferRow:
    """Raises RuleViolation `transfer-unknown`."""
    value = number if isinstance(number, int) else whole_number(number)
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
    return f"{current}@{_issue_date(issuance)}" if issuance.ended_on else current


def license_facts(session: Session, issuance: IssuanceRow) -> LicenseFacts:
    """A license as the rules see it. Raises RuleViolation `license-voided`."""
    refuse_voided(session, issuance)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    held = session.scalars(
        select(CollectedRow).where(
            CollectedRow.issuance_id == issuance.id, CollectedRow.state.in_(("collected", "retired"))
        )
    ).first()
    return LicenseFacts(
        license=name_of_license(session, issuance),
        status=issuance.status,
        product_type=pack.product_type,
        product_version=pack.product_version_id,
        key_pack_type=pack.key_pack_type,
        server_id=pack.server_id,
        ended_on=date.fromisoformat(issuance.ended_on) if issuance.ended_on else None,
        expires_on=day_of(issuance.expires_at),
        open_request=held.request_id if held and held.state == "collected" else None,
        retired_by=held.request_id if held and held.state == "retired" else None,
        given_up=_given_up(session, issuance),
    )


def _given_up(session: Session, issuance: IssuanceRow) -> GivenUp | None:
    row = session.scalars(
        select(TransferRow).where(
            TransferRow.issuance_id == issuance.id,
            TransferRow.voided_by.is_(None),
            TransferRow.linked_issuance_id.is_not(None),
        )
    ).first()
    if row is None or row.linked_issuance_id is None:
        return None
    return GivenUp(row.id, name_of_license(session, session.get_one(IssuanceRow, row.linked_issuance_id)))
