"""The reports of a license server, per user and per device: evidence of licenses, without their numbers.

[WMI] Win32_TSLicenseReportEntry and Win32_TSLicenseReportPerDeviceEntry: CALType is Microsoft's text of a key
pack's type and model, ProductVersion a text that is localized.
"""

from __future__ import annotations

from datetime import datetime

from tslic_admin.domain.evidence import EvidenceKind
from tslic_admin.domain.packs import ProductType
from tslic_admin.formats.cells import number, text
from tslic_admin.formats.columns import EXPIRES_AT, SERVER, Column, WmiClass
from tslic_admin.formats.license_words import version_in
from tslic_admin.formats.records import EvidenceRecord

Facts = tuple[tuple[str, str], ...]


def _per_user(
    line: int,
    facts: Facts,
    server: str | None,
    user: str | None,
    version: str | None,
    version_id: int | None,
    cal_type: str | None,
    expires_at: datetime | None,
) -> EvidenceRecord:
    return EvidenceRecord(
        line,
        server,
        EvidenceKind.PER_USER_REPORT,
        facts,
        user=user,
        product_version=version,
        product_version_id=version_id,
        product_type=_type_of(cal_type, ProductType.PER_USER),
        expires_at=expires_at,
    )


def _per_device(
    line: int,
    facts: Facts,
    server: str | None,
    computer: str | None,
    hardware_id: str | None,
    expires_at: datetime | None,
    cal_type: str | None,
    version: str | None,
    version_id: int | None,
) -> EvidenceRecord:
    return EvidenceRecord(
        line,
        server,
        EvidenceKind.PER_DEVICE_REPORT,
        facts,
        computer=computer,
        hardware_id=hardware_id,
        product_version=version,
        product_version_id=version_id,
        product_type=_type_of(cal_type, ProductType.PER_DEVICE),
        expires_at=expires_at,
    )


def _type_of(cal_type: str | None, of_report: int) -> int | None:
    """What the report is about; a subscription of a VDI suite has a type of its own, which no source numbers."""
    return None if cal_type is not None and "vdi" in cal_type.casefold() else of_report


_VERSION = Column("product_version", text, ("ProductVersion",))
# an English name of a version says which one it is, where its number was left out
_VERSION_ID = Column(
    "product_version_id", number, ("ProductVersionID",), also=(("product_version", version_in),)
)
_CAL_TYPE = Column("cal_type", text, ("CALType",))

PER_USER = WmiClass(
    _per_user,
    (SERVER, Column("user", text, ("User",)), _VERSION, _VERSION_ID, _CAL_TYPE, EXPIRES_AT),
    keys=frozenset(),
    marks=frozenset({"user", "cal_type"}),
    needs=frozenset({"expires_at"}),  # a line that only says *Per User CAL* is no headings
    enough=2,
    evidence=True,
)
PER_DEVICE = WmiClass(
    _per_device,
    (
        SERVER,
        Column("computer", text, ("sIssuedToComputer",)),
        Column("hardware_id", text, ("sHardwareId",)),
        EXPIRES_AT,
        _CAL_TYPE,
        _VERSION,
        _VERSION_ID,
    ),
    keys=frozenset(),
    marks=frozenset({"computer", "hardware_id", "cal_type"}),
    enough=3,
    evidence=True,
)
REPORTS = (PER_USER, PER_DEVICE)
