"""Evidence from a report, a directory, a client or an event log, and which license it is about (formats.md, Evidence)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from tslic_admin.domain.clocks import moment
from tslic_admin.domain.licenses.issuances import LicenseStatus, real_hardware_id
from tslic_admin.domain.licenses.packs import KeyPackType, ProductType, ProductVersion, version_family
from tslic_admin.domain.names import same_account, same_name
from tslic_admin.domain.records.matching import Match, match_one

# Clocks and time zones of two machines: what lies no further apart may be the same moment.
SAME_MOMENT = timedelta(days=1)
_PRODUCT_CODE = re.compile(r"([A-Z][0-9]{2})-([0-9]{1,2})\.([0-9]{1,2})-[A-Z]+", re.ASCII)
_PRODUCTS = {"A02": ProductType.PER_DEVICE, "C50": ProductType.PER_USER}
_NOT_HEX = re.compile(r"0x|[^0-9a-f]")
TEMPORARY_FLAG = 0x80000000
"""The flag of a temporary license among the flags of its product version (MS-RDPELE 2.2.2.6.1)."""


class EvidenceKind(StrEnum):
    """Where it was found (formats.md, rows 4 to 7 and 9)."""

    PER_USER_REPORT = "per-user-report"
    PER_DEVICE_REPORT = "per-device-report"
    ACTIVE_DIRECTORY = "active-directory"
    CLIENT_LICENSE = "client-license"
    TSCTST = "tsctst"
    EVENT = "event"


class StoredEvidence(NamedTuple):
    """Evidence in the form in which it is stored: the values that a file gives for a license. Times are ISO 8601 in UTC.

    `identity`: equal for the same evidence in two files. `facts`: what was read, name and value, as JSON.
    """

    identity: str
    kind: str
    server_product_id: str | None
    computer: str | None
    user: str | None
    hardware_id: str | None
    product_version: str | None
    product_version_id: int | None
    product_type: int | None
    temporary: int | None
    issued_at: str | None
    expires_at: str | None
    happened_at: str | None
    facts: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What evidence states about its license; None: not stated. Times ISO 8601 in UTC.

    `servers`: the numbers of the servers that it can be of, None for any. `happened_at`: when something was true
    of the license, where that is neither its issue nor its end. `hardware_decides`: its hardware ID has the form
    that servers write, so that a different ID means a different computer.
    """

    servers: frozenset[int] | None = None
    computer: str | None = None
    user: str | None = None
    hardware_id: str | None = None
    product_version: str | None = None
    product_version_id: int | None = None
    product_type: int | None = None
    temporary: bool | None = None
    issued_at: str | None = None
    expires_at: str | None = None
    happened_at: str | None = None
    hardware_decides: bool = False


@dataclass(frozen=True, slots=True)
class CandidateLicense:
    """An issued license to match evidence against; times as stored, `ended_on` a day."""

    number: int
    server: int
    name: str  # its reference
    computer: str | None = None
    user: str | None = None
    hardware_id: str | None = None
    status: int | None = None
    issued_at: str | None = None
    first_issued_at: str | None = None
    expires_at: str | None = None
    ended_on: str | None = None
    product_version: str | None = None
    product_version_id: int | None = None
    product_type: int | None = None
    key_pack_type: int | None = None


def hardware_digits(hardware_id: str | None) -> str | None:
    """The hexadecimal digits of a real hardware ID, however it is printed; None for none."""
    real = real_hardware_id(hardware_id)
    return (_NOT_HEX.sub("", real) or None) if real is not None else None


def version_id_of(major: int, minor: int) -> int | None:
    """The product version ID of a version number as licenses carry it: 6.2 is Windows Server 2012.

    None for numbers that no source explains: those fit any version.
    """
    return _VERSIONS.get((major, minor))


def parse_product_code(code: str) -> tuple[int | None, int | None]:
    """Product version ID and product type of a product code such as `A02-6.00-S`; None for what it leaves open."""
    match = _PRODUCT_CODE.fullmatch(code.strip().upper())
    if match is None:
        return None, None
    return version_id_of(int(match[2]), int(match[3])), _PRODUCTS.get(match[1])


_VERSIONS: dict[tuple[int, int], int] = {
    (5, 0): ProductVersion.WINDOWS_2000,
    (5, 2): ProductVersion.SERVER_2003,
    (6, 0): ProductVersion.SERVER_2008,
    (6, 1): ProductVersion.SERVER_2008_R2,
    (6, 2): ProductVersion.SERVER_2012,
    (10, 1): ProductVersion.SERVER_2019,
}


def find_matches(claim: Claim, licenses: Iterable[CandidateLicense]) -> Match[CandidateLicense]:
    """The licenses that evidence can be about: none, one, or several that cannot be told apart.

    A candidate contradicts no fact of the claim. Several candidates are narrowed down by equal hardware IDs, then
    by the issue date, the expiry date, the text of the version, and by being on the server still.
    """
    candidates = [license_ for license_ in licenses if not find_contradictions(claim, license_)]
    return match_one(candidates, tie_breakers=(partial(agrees, claim) for agrees in _TIE_BREAKERS))


def find_contradictions(claim: Claim, license_: CandidateLicense) -> frozenset[str]:
    """In what evidence contradicts a license: server, holder, kind, dates. Empty: the license is a candidate."""
    contradictions = {
        "server": claim.servers is not None and license_.server not in claim.servers,
        "holder": not _same_holder(claim, license_),
        "kind": not _same_kind(claim, license_),
        "dates": _issued_apart(claim, license_) or not _overlaps_in_time(claim, license_),
    }
    return frozenset(name for name, differs in contradictions.items() if differs)


def _same_hardware(claim: Claim, license_: CandidateLicense) -> bool | None:
    """None where nothing follows from the hardware IDs: a side has none, or another says nothing here."""
    claimed, listed = hardware_digits(claim.hardware_id), hardware_digits(license_.hardware_id)
    if claimed and claimed == listed:
        return True
    return False if claimed and listed and claim.hardware_decides else None


def _same_holder(claim: Claim, license_: CandidateLicense) -> bool:
    """The same hardware ID; where nothing follows from it, the computer, or the user."""
    same = _same_hardware(claim, license_)
    if same is not None:
        return same
    if claim.computer:
        return same_name(claim.computer, license_.computer)
    return same_account(claim.user, license_.user)


def _issued_apart(claim: Claim, license_: CandidateLicense) -> bool:
    """Without a hardware ID the issue date is what one license of a computer differs from the next by (rule 4.5).

    A renewal may move it; then both still end at the same time, or it was issued between the first and the last.
    """
    if (
        _same_hardware(claim, license_) is not None
        or not claim.computer
        or not (claim.issued_at and license_.issued_at)
    ):
        return False
    return (
        not _issue_agrees(claim, license_)
        and not _end_agrees(claim, license_)
        and not _renewed_since(claim, license_)
    )


def _renewed_since(claim: Claim, license_: CandidateLicense) -> bool:
    """Whether it was issued after the license's first issue and before the one that is known last."""
    times = (license_.first_issued_at, claim.issued_at, license_.issued_at)
    first, claimed, last = (moment(at) if at else None for at in times)
    return None not in (first, claimed, last) and first < claimed < last  # type: ignore[operator]


def _same_kind(claim: Claim, license_: CandidateLicense) -> bool:
    version = (version_family(claim.product_version_id), version_family(license_.product_version_id))
    if None not in version and version[0] != version[1]:
        return False
    if {_is_per_user(claim.product_type), _is_per_user(license_.product_type)} == {True, False}:
        return False
    is_temporary = (
        license_.status == LicenseStatus.TEMPORARY or license_.key_pack_type == KeyPackType.TEMPORARY
    )
    is_kind_known = license_.status is not None or license_.key_pack_type is not None
    return claim.temporary is None or not is_kind_known or claim.temporary is is_temporary


def _is_per_user(product_type: int | None) -> bool | None:
    """None for types that are neither: those contradict nothing."""
    if product_type == ProductType.PER_USER:
        return True
    return False if product_type in (ProductType.PER_DEVICE, ProductType.BUILT_IN) else None


def _overlaps_in_time(claim: Claim, license_: CandidateLicense) -> bool:
    """Whether the license existed at the times that the evidence gives."""
    begins = min(filter(None, (license_.first_issued_at, license_.issued_at)), default=None)
    for at in (claim.expires_at, claim.happened_at):
        if begins and at and moment(begins) - moment(at) > SAME_MOMENT:
            return False
    gone = f"{license_.ended_on}T23:59:59Z" if license_.ended_on else None
    later = (claim.issued_at, claim.happened_at)
    return not any(gone and at and moment(at) - moment(gone) > SAME_MOMENT for at in later)


def _hardware_agrees(claim: Claim, license_: CandidateLicense) -> bool:
    claimed = hardware_digits(claim.hardware_id)
    return claimed is not None and claimed == hardware_digits(license_.hardware_id)


def _issue_agrees(claim: Claim, license_: CandidateLicense) -> bool:
    return _is_near(claim.issued_at, license_.issued_at) or _is_near(
        claim.issued_at, license_.first_issued_at
    )


def _end_agrees(claim: Claim, license_: CandidateLicense) -> bool:
    return _is_near(claim.expires_at, license_.expires_at)


def _same_version_text(claim: Claim, license_: CandidateLicense) -> bool:
    """A tie breaker only: the text of the version is localized."""
    claimed, listed = claim.product_version, license_.product_version
    return bool(claimed and listed) and str(claimed).casefold() == str(listed).casefold()


def _is_on_server(_: Claim, license_: CandidateLicense) -> bool:
    return license_.ended_on is None


_TIE_BREAKERS: Sequence[Callable[[Claim, CandidateLicense], bool]] = (
    _hardware_agrees,
    _issue_agrees,
    _end_agrees,
    _same_version_text,
    _is_on_server,
)


def _is_near(one: str | None, other: str | None) -> bool:
    return bool(one and other) and abs(moment(str(one)) - moment(str(other))) <= SAME_MOMENT
