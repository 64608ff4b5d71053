"""Reads a client's license files and matches their licenses with the records, also as evidence of a removal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.names import same_name
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.evidence import CandidateLicense, Claim, find_contradictions
from tslic_admin.domain.records.removals import REGISTRY_HEADERS
from tslic_admin.formats.client.client_evidence import evidence_of, version_text
from tslic_admin.formats.client.client_file import ClientFile, StoredLicense
from tslic_admin.services.evidence.matching import claims_of, get_licensed, licenses_of

READ_CHUNK = 1 << 20
HEAD = 256


@dataclass(frozen=True, slots=True)
class ClientFileContent:
    """A file by its name and SHA-256. `begin`: its first bytes; `file` None: `unread` says why there is none."""

    name: str
    sha256: str
    begin: bytes
    file: ClientFile | None = None
    unread: RuleViolation | None = None

    @property
    def is_registry(self) -> bool:
        """Whether it looks like an exported registry key."""
        encoding = "utf-16" if self.begin[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
        text = self.begin.decode(encoding, "replace").lstrip("\ufeff\xef\xbb\xbf")
        return text.startswith(REGISTRY_HEADERS)


def read_file(path: Path) -> ClientFileContent:
    """Read a file of any size, piece by piece. Raises StoreTrouble `file-missing` or `file-unreadable`."""
    from tslic_admin.formats.client.client_file import LARGEST_CLIENT_FILE, read_client_file

    digest, kept, begin = hashlib.sha256(), bytearray(), b""
    try:
        with path.open("rb") as file:
            while piece := file.read(READ_CHUNK):
                begin = begin or piece[:HEAD]
                digest.update(piece)
                if len(kept) <= LARGEST_CLIENT_FILE:  # a little more is enough to be refused
                    kept += piece
    except FileNotFoundError as error:
        raise StoreTrouble("file-missing", path=path) from error
    except OSError as error:
        raise StoreTrouble("file-unreadable", path=path, why=error.strerror or str(error)) from error
    try:
        found = read_client_file(bytes(kept))
    except RuleViolation as violation:
        return ClientFileContent(path.name, digest.hexdigest(), begin, unread=violation)
    return ClientFileContent(path.name, digest.hexdigest(), begin, found)


@dataclass(frozen=True, slots=True)
class LicenseMatch:
    """A license of a file, and the issued licenses that it can be: the one, none, or several."""

    held: StoredLicense
    may_be: tuple[CandidateLicense, ...] = ()

    @property
    def one(self) -> CandidateLicense | None:
        """The issued license, where nothing else can be meant."""
        return self.may_be[0] if len(self.may_be) == 1 else None


def match_licenses(session: Session, held: Sequence[StoredLicense]) -> list[LicenseMatch]:
    """Which issued license each is, by server, machine and dates; the rule is that of all evidence."""
    found = licenses_of(session, [evidence_of(one) for one in held])
    return [LicenseMatch(one, tuple(may_be)) for one, may_be in zip(held, found, strict=True)]


def machine_form(matched: LicenseMatch) -> dict[str, Any]:
    """A license in machine form (cli.md)."""
    said = matched.held.license
    return {
        "machine": said.machine,
        "user": said.user,
        "product": said.product,
        "version": version_text(said.version),
        "flags": said.flags,
        "temporary": said.temporary,
        "beta": said.beta,
        "enforced": said.enforced,
        "issued": iso(said.issued),
        "expires": iso(said.expires),
        "serial": said.serial,
        "issuer": said.issuer,
        "issuer_id": said.issuer_id,
        "scope": said.scope,
        "signature_holds": said.signature_holds,
        "license": matched.one.name if matched.one is not None else None,
    }


def compare_with_license(
    session: Session, issuance_id: int, computer: str | None, backup: ClientFileContent
) -> tuple[Notice, ...]:
    """What the file says of the license that a computer gave up. `computer`: None for that which the server names."""
    lost = get_licensed(session, issuance_id)
    if backup.file is not None:
        return _compare_licenses(session, lost, computer, backup.file)
    if backup.unread is None:
        return ()  # the sample's
    if backup.unread.code == "client-file-unknown":
        return (Notice("backup-no-registry", {"license": lost.name}),)
    if backup.unread.code in ("client-file-other-keys", "client-license-none"):
        return (Notice("backup-holds-none", {"license": lost.name}),)
    return (Notice("backup-unread", {"license": lost.name, "unread": backup.unread}),)


def _compare_licenses(
    session: Session, lost: CandidateLicense, computer: str | None, file: ClientFile
) -> tuple[Notice, ...]:
    name = lost.name
    found = match_licenses(session, file.licenses)
    for one in found:
        if one.one is not None and one.one.number == lost.number:
            altered = one.held.license.signature_holds is False
            return (
                Notice("backup-holds", {"license": name, "whose": _whose(one)}),
                *((Notice("backup-altered"),) if altered else ()),
            )
    for one in found:
        if any(may_be.number == lost.number for may_be in one.may_be):
            names = ", ".join(may_be.name for may_be in one.may_be)
            return (Notice("backup-unclear-several", {"license": name, "licenses": names}),)
    for unread in file.unread:
        facts = {"license": name, "entry": unread.place, "unread": unread.violation}
        return (Notice("backup-unread-entry", facts),)
    if not found:
        return (Notice("backup-holds-none", {"license": name}),)
    if computer and lost.computer and not same_name(computer, lost.computer):
        # its own license on the server is not linked yet, so there is nothing to hold the file against
        if any(same_name(one.held.license.machine, computer) for one in found):
            return (Notice("backup-unclear-unlinked", {"license": name, "computer": computer}),)
    elif not lost.computer and not lost.hardware_id:
        return (Notice("backup-unclear-nameless", {"license": name}),)
    claims = claims_of(session, [evidence_of(one.held) for one in found])
    for one, claim in zip(found, claims, strict=True):
        if one.one is None and _only_dates_differ(claim, lost):
            return (Notice("backup-unclear-dates", {"license": name, "whose": _whose(one)}),)
    return (Notice("backup-holds-other", {"license": name, "others": tuple(map(_whose, found))}),)


def _only_dates_differ(claim: Claim, lost: CandidateLicense) -> bool:
    return find_contradictions(claim, lost) <= {"dates"}


def _whose(one: LicenseMatch) -> tuple[str | None, ...]:
    """Machine, kind, product, issuer, when it was issued, and the license that it is in the records."""
    said = one.held.license
    kind = {True: "temporary", False: "permanent"}.get(said.temporary) if said.temporary is not None else None
    known = one.one.name if one.one is not None else None
    return said.machine, kind, said.product, said.issuer, iso(said.issued), known
