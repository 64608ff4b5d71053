"""The output of tsctst.exe (Windows Server 2003 Resource Kit): the licenses that a client holds, as text.

`Licensed Product Version : 0005.0002, Flag 0x80d48000` are the version and flags of MS-RDPELE 2.2.2.9.
"""

from __future__ import annotations

import re
from datetime import datetime

from tslic_admin.domain.evidence import EvidenceKind, product_of, version_of
from tslic_admin.domain.packs import ProductType
from tslic_admin.formats.cells import date, text
from tslic_admin.formats.columns import Column, WmiClass
from tslic_admin.formats.records import EvidenceRecord

TEMPORARY = 0x80000000
_VERSION = re.compile(
    r"([0-9]{1,5})\.([0-9]{1,5})(?:, *flags? *(0x[0-9a-f]{1,8}))?", re.IGNORECASE | re.ASCII
)


def _clients_license(
    line: int,
    facts: tuple[tuple[str, str], ...],
    computer: str | None,
    user: str | None,
    hardware_id: str | None,
    issuer: str | None,
    product: str | None,
    version: str | None,
    issued_at: datetime | None,
    expires_at: datetime | None,
) -> EvidenceRecord:
    match = _VERSION.fullmatch(version or "")
    numbers = (int(match[1]), int(match[2])) if match is not None else None
    flags = int(match[3], 16) if match is not None and match[3] else None
    return EvidenceRecord(
        line,
        issuer,
        EvidenceKind.TSCTST,
        facts,
        computer=computer,
        user=user,
        hardware_id=hardware_id,
        product_version=f"{numbers[0]}.{numbers[1]}" if numbers else product,
        product_version_id=version_of(*numbers) if numbers else product_of(product or "")[0],
        product_type=ProductType.PER_DEVICE,  # a user's license is never kept on a client
        temporary=None if flags is None else bool(flags & TEMPORARY),
        issued_at=issued_at,
        expires_at=expires_at,
    )


TSCTST = WmiClass(
    _clients_license,
    (
        Column("computer", text, ("Issued to machine",)),
        Column("user", text, ("Issued to user",)),
        Column("hardware_id", text, ("HWID",)),
        Column("issuer", text, ("Issuer",)),
        Column("product", text, ("License ID",)),
        Column("version", text, ("Licensed Product Version",)),
        Column("issued_at", date, ("Valid from",)),
        Column("expires_at", date, ("Expires on",)),
    ),
    keys=frozenset(),
    marks=frozenset({"computer", "hardware_id", "issuer", "version", "issued_at"}),
    enough=3,
    evidence=True,
)
