"""Per-user licenses as Active Directory keeps them with the user: the `msTS…` attributes, in up to four sets.

formats.md, section 5. A set of its own has an end or a server; a version alone (observed: `7` and the product code
in the second and third) says more of the first. A user without any says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from tslic_admin.domain.evidence import EvidenceKind, product_of, version_of
from tslic_admin.domain.packs import ProductType
from tslic_admin.formats.cells import UnreadableCell, date, text
from tslic_admin.formats.columns import Column, WmiClass
from tslic_admin.formats.records import EvidenceRecord

SETS = ("", "2", "3", "4")
_ATTRIBUTES = ("msTSExpireDate", "msTSLicenseVersion", "msTSManagingLS")
# csvde writes what is not plain ASCII as X'…', the bytes of UTF-8
_HEX = re.compile(r"X'((?:[0-9a-f]{2})*)'", re.IGNORECASE | re.ASCII)
_DOMAIN = re.compile(r"(?:^|,)\s*DC=([^,]+)", re.IGNORECASE)
_FIRST = re.compile(r"(?:CN|OU|UID)=((?:\\.|[^,\\])+)", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,10}", re.ASCII)


def directory_text(cell: str) -> str | None:
    """A text as a directory's tools print it. Raises UnreadableCell."""
    match = _HEX.fullmatch(cell.strip())
    if match is None:
        return text(cell)
    with suppress(UnicodeDecodeError):
        return text(bytes.fromhex(match[1]).decode())
    raise UnreadableCell("text-characters", cell)


def user_of(dn: str | None, account: str | None, principal: str | None, name: str | None) -> str | None:
    """The user as servers name one: the account in its domain, else what the directory calls the person."""
    domain = ".".join(part.strip() for part in _DOMAIN.findall(dn or ""))
    if account is None and principal is not None:
        return principal
    first = _FIRST.match(dn or "")
    person = account or name or (re.sub(r"\\(.)", r"\1", first[1]) if first else None)
    return f"{domain}\\{person}" if domain and person and "\\" not in person else person


def version_said(said: Sequence[str | None]) -> tuple[str | None, int | None]:
    """The version in the words of the directory, and its ID: 393218 is 6.2; a product code names one too."""
    for one in said:
        if one is not None and _VERSION.fullmatch(one) and int(one) >> 16:
            return f"{int(one) >> 16}.{int(one) & 0xFFFF}", version_of(int(one) >> 16, int(one) & 0xFFFF)
    for one in said:
        if one is not None and (version := product_of(one)[0]) is not None:
            return one, version
    return None, None


def _users_licenses(
    line: int,
    facts: tuple[tuple[str, str], ...],
    dn: str | None,
    account: str | None,
    principal: str | None,
    name: str | None,
    *cells: Any,
) -> list[EvidenceRecord]:
    ends: Sequence[datetime | None] = cells[0::3]
    versions: Sequence[str | None] = cells[1::3]
    servers: Sequence[str | None] = cells[2::3]
    user = user_of(dn, account, principal, name)
    own = [n for n, _ in enumerate(SETS) if ends[n] is not None or servers[n] is not None]
    if not own and any(versions):
        own = [0]
    found = []
    for n in own:
        # what is no set of its own says more of the first
        of_set = [n, *(m for m, _ in enumerate(SETS) if m not in own and n == own[0])]
        version, version_id = version_said([versions[m] for m in of_set])
        suffixes = {SETS[m] for m in of_set}
        found.append(
            EvidenceRecord(
                line,
                None,
                EvidenceKind.ACTIVE_DIRECTORY,
                tuple(fact for fact in facts if _suffix(fact[0]) in suffixes | {None}),
                server_product_id=servers[n],
                user=user,
                product_version=version,
                product_version_id=version_id,
                product_type=ProductType.PER_USER,
                expires_at=ends[n],
            )
        )
    return found


def _suffix(heading: str) -> str | None:
    """The set that an attribute belongs to; None for one that is of the user."""
    name = heading.strip().casefold()
    if not name.startswith("msts"):
        return None
    return name[-1] if name[-1] in SETS else ""


def _columns() -> tuple[Column, ...]:
    found = []
    for number in SETS:
        end, version, server = (name + number for name in _ATTRIBUTES)
        found += [
            Column(f"expires_at{number}", date, (end,)),
            Column(f"version{number}", directory_text, (version,)),
            Column(f"managing{number}", directory_text, (server,)),
        ]
    return tuple(found)


_SETS = _columns()
_LICENSE = frozenset(column.field for column in _SETS)
DIRECTORY = WmiClass(
    _users_licenses,
    (
        Column("dn", directory_text, ("DistinguishedName", "DN")),
        Column("account", directory_text, ("sAMAccountName",)),
        Column("principal", directory_text, ("userPrincipalName",)),
        Column("name", directory_text, ("Name", "cn")),
        *_SETS,
    ),
    keys=frozenset(),
    marks=frozenset({"dn", "account", "principal", *_LICENSE}),
    needs=_LICENSE,
    enough=2,
    evidence=True,
)
