"""Reads a client's license files and matches their licenses with the records, also as evidence of a removal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.names import same_name
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.evidence import CandidateLicense, Claim, find_contradictions
from tslic_admin.domain.records.matching import Match
from tslic_admin.domain.records.removals import REGISTRY_HEADERS
from tslic_admin.formats.client.client_evidence import evidence_of, version_text
from tslic_admin.formats.client.client_file import (
    LARGEST_CLIENT_FILE,
    ClientFile,
    StoredLicense,
    read_client_file,
)
from tslic_admin.services.evidence.matching import claims_of, get_candidate, licenses_of

READ_CHUNK = 1 << 20
HEAD = 256


@dataclass(frozen=True, slots=True)
class ClientFileContent:
    """A file by its name and SHA-256. `file`: None where it could not be read; `refusal` says why."""

    name: str
    sha256: str
    first_bytes: bytes
    file: ClientFile | None = None
    refusal: RuleViolation | None = None

    @property
    def is_registry(self) -> bool:
        """Whether it looks like an exported registry key."""
        encoding = "utf-16" if self.first_bytes[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
        text = self.first_bytes.decode(encoding, "replace").lstrip("\ufeff\xef\xbb\xbf")
        return text.startswith(REGISTRY_HEADERS)


def read_file(path: Path) -> ClientFileContent:
    """Read a file of any size, piece by piece. Raises StoreTrouble `file-missing` or `file-unreadable`."""
    digest, content, begin = hashlib.sha256(), bytearray(), b""
    try:
        with path.open("rb") as file:
            while piece := file.read(READ_CHUNK):
                begin = begin or piece[:HEAD]
                digest.update(piece)
                if len(content) <= LARGEST_CLIENT_FILE:  # a little more is enough to be refused
                    content += piece
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=path) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=path, why=error.strerror or str(error)) from error
    try:
        client_file = read_client_file(bytes(content))
    except RuleViolation as violation:
        return ClientFileContent(path.name, digest.hexdigest(), begin, refusal=violation)
    return ClientFileContent(path.name, digest.hexdigest(), begin, client_file)


@dataclass(frozen=True, slots=True)
class LicenseMatch:
    """A license of a file, and the issued licenses that it can be: the one, none, or several."""

    stored: StoredLicense
    match: Match[CandidateLicense]

    @property
    def candidates(self) -> Sequence[CandidateLicense]:
        return self.match.candidates

    @property
    def license(self) -> CandidateLicense | None:
        """The issued license, where nothing else can be meant."""
        return self.match.sure


def match_licenses(session: Session, licenses: Sequence[StoredLicense]) -> list[LicenseMatch]:
    """Which issued license each is, by server, machine and dates; the rule is that of all evidence."""
    matches = licenses_of(session, [evidence_of(one) for one in licenses])
    return [LicenseMatch(one, match) for one, match in zip(licenses, matches, strict=True)]


def match_in_machine_form(match: LicenseMatch) -> dict[str, object]:
    """A license of a file, and the issued license that it matches, in machine form (cli.md)."""
    license_ = match.stored.license
    return {
        "machine": license_.machine,
        "user": license_.user,
        "product": license_.product,
        "version": version_text(license_.version),
        "flags": license_.flags,
        "temporary": license_.temporary,
        "beta": license_.beta,
        "enforced": license_.enforced,
        "issued": iso(license_.issued),
        "expires": iso(license_.expires),
        "serial": license_.serial,
        "issuer": license_.issuer,
        "issuer_id": license_.issuer_id,
        "scope": license_.scope,
        "signature_holds": license_.signature_holds,
        "license": match.license.name if match.license is not None else None,
    }


def compare_with_license(
    session: Session, issuance_id: int, computer: str | None, backup: ClientFileContent
) -> tuple[Notice, ...]:
    """What the file says of the license that a computer gave up. `computer`: None for that which the server names."""
    recorded = get_candidate(session, issuance_id)
    if backup.file is not None:
        return _compare_licenses(session, recorded, computer, backup.file)
    if backup.refusal is None:
        return ()  # the sample's
    if backup.refusal.code == "client-file-unknown":
        return (Notice("backup-no-registry", {"license": recorded.name}),)
    if backup.refusal.code in ("client-file-other-keys", "client-license-none"):
        return (Notice("backup-holds-none", {"license": recorded.name}),)
    return (Notice("backup-unread", {"license": recorded.name, "unread": backup.refusal}),)


def _compare_licenses(
    session: Session, recorded: CandidateLicense, computer: str | None, file: ClientFile
) -> tuple[Notice, ...]:
    name = recorded.name
    matches = match_licenses(session, file.licenses)
    for one in matches:
        if one.license is not None and one.license.number == recorded.number:
            altered = one.stored.license.signature_holds is False
            return (
                Notice("backup-holds", {"license": name, "whose": _license_facts(one)}),
                *((Notice("backup-altered"),) if altered else ()),
            )
    for one in matches:
        if any(may_be.number == recorded.number for may_be in one.candidates):
            names = ", ".join(may_be.name for may_be in one.candidates)
            return (Notice("backup-unclear-several", {"license": name, "licenses": names}),)
    for unread in file.unread:
        facts = {"license": name, "entry": unread.place, "unread": unread.violation}
        return (Notice("backup-unread-entry", facts),)
    if not matches:
        return (Notice("backup-holds-none", {"license": name}),)
    if computer and recorded.computer and not same_name(computer, recorded.computer):
        # its own license on the server is not linked yet, so there is nothing to hold the file against
        if any(same_name(one.stored.license.machine, computer) for one in matches):
            return (Notice("backup-unclear-unlinked", {"license": name, "computer": computer}),)
    elif not recorded.computer and not recorded.hardware_id:
        return (Notice("backup-unclear-nameless", {"license": name}),)
    claims = claims_of(session, [evidence_of(one.stored) for one in matches])
    for one, claim in zip(matches, claims, strict=True):
        if one.license is None and _only_dates_differ(claim, recorded):
            return (Notice("backup-unclear-dates", {"license": name, "whose": _license_facts(one)}),)
    return (Notice("backup-holds-other", {"license": name, "others": tuple(map(_license_facts, matches))}),)


def _only_dates_differ(claim: Claim, recorded: CandidateLicense) -> bool:
    return find_contradictions(claim, recorded) <= {"dates"}


def _license_facts(match: LicenseMatch) -> tuple[str | None, ...]:
    """Machine, kind, product, issuer, when it was issued, and the license that it is in the records."""
    license_ = match.stored.license
    kind = (
        {True: "temporary", False: "permanent"}.get(license_.temporary)
        if license_.temporary is not None
        else None
    )
    reference = match.license.name if match.license is not None else None
    return license_.machine, kind, license_.product, license_.issuer, iso(license_.issued), reference
