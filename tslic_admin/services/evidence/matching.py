"""Evidence as it is stored, and the issued licenses that it can be about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from tslic_admin.db.license_queries import (
    LicenseForEvidence,
    license_for_evidence,
    licenses_of_computers,
    licenses_with_user,
)
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.codes import mask_codes_in
from tslic_admin.domain.history.entries import canonical_json
from tslic_admin.domain.licenses.references import ended_reference, license_reference, pack_reference
from tslic_admin.domain.names import account_name, label_of
from tslic_admin.domain.records.evidence import (
    CandidateLicense,
    Claim,
    EvidenceKind,
    StoredEvidence,
    find_matches,
    hardware_digits,
)
from tslic_admin.domain.records.matching import Match
from tslic_admin.formats.tables.records import EvidenceRecord
from tslic_admin.services.evidence.servers import EvidenceServers

# The identity of evidence is a digest of these fields, in this order. If they change, evidence that was imported before is
# no longer recognized and would be imported again.
CLAIM_COLUMNS = (
    "server_product_id",
    "computer",
    "user",
    "hardware_id",
    "product_version",
    "product_version_id",
    "product_type",
    "temporary",
    "issued_at",
    "expires_at",
    "happened_at",
)


def stored_evidence(record: EvidenceRecord, given_server: str | None = None) -> StoredEvidence:
    """Convert a record that was read to the form in which it is stored.

    `given_server`: the user's word for what names no server; it tells the same row of two servers apart.
    """
    stored = StoredEvidence(
        identity="",
        kind=record.kind,
        server_product_id=record.server_product_id,
        computer=record.computer,
        user=record.user,
        hardware_id=record.hardware_id,
        product_version=record.product_version,
        product_version_id=record.product_version_id,
        product_type=record.product_type,
        temporary=None if record.temporary is None else int(record.temporary),
        issued_at=iso(record.issued_at) if record.issued_at is not None else None,
        expires_at=iso(record.expires_at) if record.expires_at is not None else None,
        happened_at=iso(record.happened_at) if record.happened_at is not None else None,
        facts=json.dumps([(name, mask_codes_in(value)) for name, value in record.facts]),
    )
    server = record.server or given_server
    of = label_of(server) if server else record.server_product_id or ""
    key = list(record.key) if record.key is not None else [getattr(stored, name) for name in CLAIM_COLUMNS]
    text = canonical_json({"kind": record.kind, "of": of, "key": key})
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return stored._replace(identity=digest)


def claim_of(stored: StoredEvidence, servers: frozenset[int] | None) -> Claim:
    """What stored evidence says of its license. `servers`: those that it can be of, None for any."""
    return Claim(
        servers=servers,
        computer=stored.computer,
        user=stored.user,
        hardware_id=stored.hardware_id,
        product_version=stored.product_version,
        product_version_id=stored.product_version_id,
        product_type=stored.product_type,
        temporary=None if stored.temporary is None else bool(stored.temporary),
        issued_at=stored.issued_at,
        expires_at=stored.expires_at,
        happened_at=stored.happened_at,
        hardware_decides=stored.kind == EvidenceKind.PER_DEVICE_REPORT,
    )


@dataclass
class CandidateNames:
    """Whose licenses are looked for: labels of computers, digits of hardware IDs, names of users."""

    labels: set[str] = field(default_factory=set)
    hardware: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.labels or self.hardware or self.users)

    def add(self, computer: str | None, hardware_id: str | None, user: str | None) -> None:
        """What evidence names; a user only where it names no computer."""
        for kind, name in _names(computer, hardware_id, user):
            self._sets[kind].add(name)

    @property
    def _sets(self) -> dict[str, set[str]]:
        return {"label": self.labels, "hardware": self.hardware, "user": self.users}


def _names(computer: str | None, hardware_id: str | None, user: str | None) -> list[tuple[str, str]]:
    names = []
    if computer:
        names.append(("label", label_of(computer)))
    if digits := hardware_digits(hardware_id):
        names.append(("hardware", digits))
    if user and not names:
        names.append(("user", account_name(user)))
    return names


class Candidates:
    """Licenses by the names that evidence may know them by."""

    def __init__(self) -> None:
        self._licenses: dict[int, CandidateLicense] = {}
        self._named: dict[tuple[str, str], dict[int, None]] = {}
        self._under: dict[tuple[int, int | None], int] = {}

    def add(self, one: CandidateLicense, key: tuple[int, int | None], *, on: str | None = None) -> None:
        """A license under its pack and License ID, in place of what was known of it.

        `on`: the day on which it was seen there; another that was there before is gone then.
        """
        before = self._under.get(key)
        if on is not None and before is not None and before != one.number:
            self._licenses[before] = replace(self._licenses[before], ended_on=on)
        if one.ended_on is None and key[1] is not None:
            self._under[key] = one.number
        self._licenses[one.number] = one
        for name in (
            *_names(one.computer, one.hardware_id, None),
            *_names(None, None, one.user),
        ):
            self._named.setdefault(name, {})[one.number] = None

    def get(self, number: int) -> CandidateLicense | None:
        return self._licenses.get(number)

    def matching(self, claim: Claim) -> list[CandidateLicense]:
        """Those that one of the claim's names fits, in the order of their numbers."""
        numbers: set[int] = set()
        for name in _names(claim.computer, claim.hardware_id, claim.user):
            numbers.update(self._named.get(name, ()))
        return [self._licenses[number] for number in sorted(numbers)]


def find_candidates(session: Session, names: CandidateNames) -> Candidates:
    """All licenses, ended ones too, that go by one of these names; one pass, however many names."""
    candidates = Candidates()
    if names.labels or names.hardware:
        for row in licenses_of_computers(session, names.labels, names.hardware):
            candidates.add(_candidate(row), (row.pack_id, row.license_id))
    if names.users:
        for row in licenses_with_user(session):
            if row.user is not None and account_name(row.user) in names.users:
                candidates.add(_candidate(row), (row.pack_id, row.license_id))
    return candidates


def get_candidate(session: Session, number: int) -> CandidateLicense:
    """The candidate that a license is, by its number in the store."""
    return _candidate(license_for_evidence(session, number))


def _candidate(row: LicenseForEvidence) -> CandidateLicense:
    reference = license_reference(
        pack_reference(row.server, row.keypack_id, row.pack_id), row.license_id, row.number
    )
    return CandidateLicense(
        row.number,
        row.server_id,
        ended_reference(reference, row.issued_at) if row.ended_on else reference,
        row.computer,
        row.user,
        row.hardware_id,
        row.status,
        row.issued_at,
        row.first_issued_at,
        row.expires_at,
        row.ended_on,
        row.product_version,
        row.product_version_id,
        row.product_type,
        row.key_pack_type,
    )


def licenses_of(session: Session, records: Sequence[EvidenceRecord]) -> list[Match[CandidateLicense]]:
    """Find for each record the issued license that it is about. If several are possible, return all of them."""
    names = CandidateNames()
    for one in records:
        names.add(one.computer, one.hardware_id, one.user)
    candidates = find_candidates(session, names)
    return [find_matches(claim, candidates.matching(claim)) for claim in claims_of(session, records)]


def claims_of(session: Session, records: Sequence[EvidenceRecord]) -> list[Claim]:
    """What each record says of its license, held against the servers that are known."""
    servers = EvidenceServers(session)
    return [
        claim_of(stored_evidence(one), servers.resolve(one.server, one.server_product_id).numbers)
        for one in records
    ]
