"""Evidence outside of an import: which license a record is about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tslic_admin.domain.evidence import Claim, Licensed, matching
from tslic_admin.formats.records import EvidenceRecord
from tslic_admin.services.evidence_candidates import Wanted, candidates
from tslic_admin.services.evidence_servers import EvidenceServers
from tslic_admin.services.evidence_values import claim_of, stored_evidence

__all__ = ["Licensed", "claims_of", "licenses_of"]


def licenses_of(session: Session, records: Sequence[EvidenceRecord]) -> list[list[Licensed]]:
    """For each record the issued licenses that it can be about: none, the one, or several."""
    wanted = Wanted()
    for one in records:
        wanted.add(one.computer, one.hardware_id, one.user)
    known = candidates(session, wanted)
    return [matching(claim, known.of(claim)) for claim in claims_of(session, records)]


def claims_of(session: Session, records: Sequence[EvidenceRecord]) -> list[Claim]:
    """What each record says of its license, held against the servers that are known."""
    servers = EvidenceServers(session)
    found = []
    for one in records:
        _, may_be = servers.of(one.server, one.server_product_id)
        found.append(claim_of(stored_evidence(one), may_be))
    return found
