"""Whether the file kept as evidence of a removal holds the license that was given up: always a sentence, no refusal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tslic_admin.domain.clocks import iso
from tslic_admin.domain.evidence import Claim, Licensed, differs_in
from tslic_admin.domain.names import same_name
from tslic_admin.domain.notices import Notice
from tslic_admin.formats.client_evidence import evidence_of
from tslic_admin.formats.client_file import ClientFile
from tslic_admin.services.client_files import ReadFile
from tslic_admin.services.client_licenses import Matched, match
from tslic_admin.services.evidence import claims_of
from tslic_admin.services.evidence_candidates import licensed


def compared(
    session: Session, issuance_id: int, computer: str | None, backup: ReadFile
) -> tuple[Notice, ...]:
    """What the file says of the license that a computer gave up. `computer`: None for that which the server names."""
    lost = licensed(session, issuance_id)
    if backup.file is not None:
        return _compared(session, lost, computer, backup.file)
    if backup.unread is None:
        return ()  # the sample's
    if backup.unread.code == "client-file-unknown":
        return (Notice("backup-no-registry", {"license": lost.name}),)
    if backup.unread.code in ("client-file-other-keys", "client-license-none"):
        return (Notice("backup-holds-none", {"license": lost.name}),)
    return (Notice("backup-unread", {"license": lost.name, "unread": backup.unread}),)


def _compared(session: Session, lost: Licensed, computer: str | None, file: ClientFile) -> tuple[Notice, ...]:
    name = lost.name
    found = match(session, file.licenses)
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


def _only_dates_differ(claim: Claim, lost: Licensed) -> bool:
    return differs_in(claim, lost) <= {"dates"}


def _whose(one: Matched) -> tuple[str | None, ...]:
    """Machine, kind, product, issuer, when it was issued, and the license that it is in the records."""
    said = one.held.license
    kind = {True: "temporary", False: "permanent"}.get(said.temporary) if said.temporary is not None else None
    known = one.one.name if one.one is not None else None
    return said.machine, kind, said.product, said.issuer, iso(said.issued), known
