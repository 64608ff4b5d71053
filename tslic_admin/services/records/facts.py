"""Loads licenses, requests and key packs as the facts that the domain's rules decide on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import CollectedRow, IssuanceRow, KeyPackRow, RequestRow, TransferRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses.eligibility import LicenseFacts, SuccessorLicense
from tslic_admin.domain.licenses.packs import is_purchased
from tslic_admin.domain.records.reissues import AdoptionPackFacts, CollectedState, RequestFacts, RequestState
from tslic_admin.services.lookup import name_of_license, name_of_pack, refuse_voided


def collected_rows(session: Session, request: RequestRow) -> Sequence[CollectedRow]:
    """The licenses that the request collects or has retired, without those dropped from it."""
    return session.scalars(
        select(CollectedRow)
        .where(CollectedRow.request_id == request.id, CollectedRow.state != CollectedState.DROPPED)
        .order_by(CollectedRow.id)
    ).all()


def request_facts(request: RequestRow) -> RequestFacts:
    """A request as the rules see it."""
    return RequestFacts(
        number=request.id,
        state=RequestState(request.state),
        server_id=request.server_id,
        product_version=request.product_version_id,
        product_type=request.product_type,
    )


def pack_facts(
    session: Session, pack: KeyPackRow, source_packs: set[int], *, other_code: bool
) -> AdoptionPackFacts:
    """A pack as the rules for adopting it see it. `source_packs`: the packs of the retired licenses."""
    return AdoptionPackFacts(
        reference=name_of_pack(session, pack),
        server_id=pack.server_id,
        product_version=pack.product_version_id,
        product_type=pack.product_type,
        total=pack.total,
        claimed_by=pack.request_id,
        other_code=other_code,
        closed=pack.closed_on is not None,
        holds_retired=pack.id in source_packs,
        is_purchased=is_purchased(pack.product_type, pack.key_pack_type),
    )


def license_facts(session: Session, issuance: IssuanceRow) -> LicenseFacts:
    """A license as the rules see it. Raises RuleViolation `license-voided`."""
    refuse_voided(session, issuance)
    pack = session.get_one(KeyPackRow, issuance.key_pack_id)
    collected = session.scalars(
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
        open_request=collected.request_id if collected and collected.state == "collected" else None,
        retired_by=collected.request_id if collected and collected.state == "retired" else None,
        given_up=_given_up_by_transfer(session, issuance),
    )


def _given_up_by_transfer(session: Session, issuance: IssuanceRow) -> SuccessorLicense | None:
    row = session.scalars(
        select(TransferRow).where(
            TransferRow.issuance_id == issuance.id,
            TransferRow.voided_by.is_(None),
            TransferRow.linked_issuance_id.is_not(None),
        )
    ).first()
    if row is None or row.linked_issuance_id is None:
        return None
    return SuccessorLicense(
        row.id, name_of_license(session, session.get_one(IssuanceRow, row.linked_issuance_id))
    )
