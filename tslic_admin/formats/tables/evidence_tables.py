"""The tables that evidence comes in: reports per user and per device, a directory's attributes, the output of tsctst.exe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from tslic_admin.domain.licenses.packs import ProductType
from tslic_admin.domain.records.evidence import (
    TEMPORARY_FLAG,
    EvidenceKind,
    parse_product_code,
    version_id_of,
)
from tslic_admin.formats.tables.cells import UnreadableCell, date, number, text, version_in
from tslic_admin.formats.tables.records import EvidenceRecord
from tslic_admin.formats.tables.table_definition import (
    EXPIRES_AT_FIELD,
    SERVER_FIELD,
    TableColumn,
    TableDefinition,
)

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


_VERSION_COLUMN = TableColumn("product_version", text, ("ProductVersion",))
# an English name of a version says which one it is, where its number was left out
_VERSION_ID_COLUMN = TableColumn(
    "product_version_id", number, ("ProductVersionID",), fallbacks=(("product_version", version_in),)
)
_CAL_TYPE_COLUMN = TableColumn("cal_type", text, ("CALType",))

PER_USER_TABLE = TableDefinition(
    _per_user,
    (
        SERVER_FIELD,
        TableColumn("user", text, ("User",)),
        _VERSION_COLUMN,
        _VERSION_ID_COLUMN,
        _CAL_TYPE_COLUMN,
        EXPIRES_AT_FIELD,
    ),
    keys=frozenset(),
    distinctive_fields=frozenset({"user", "cal_type"}),
    one_required=frozenset({"expires_at"}),  # a line that only says *Per User CAL* is no headings
    distinctive_required=2,
    evidence=True,
)
PER_DEVICE_TABLE = TableDefinition(
    _per_device,
    (
        SERVER_FIELD,
        TableColumn("computer", text, ("sIssuedToComputer",)),
        TableColumn("hardware_id", text, ("sHardwareId",)),
        EXPIRES_AT_FIELD,
        _CAL_TYPE_COLUMN,
        _VERSION_COLUMN,
        _VERSION_ID_COLUMN,
    ),
    keys=frozenset(),
    distinctive_fields=frozenset({"computer", "hardware_id", "cal_type"}),
    distinctive_required=3,
    evidence=True,
)
REPORT_TABLES = (PER_USER_TABLE, PER_DEVICE_TABLE)


SETS = ("", "2", "3", "4")
_ATTRIBUTES = ("msTSExpireDate", "msTSLicenseVersion", "msTSManagingLS")
# csvde writes what is not plain ASCII as X'…', the bytes of UTF-8
_HEX = re.compile(r"X'((?:[0-9a-f]{2})*)'", re.IGNORECASE | re.ASCII)
_DOMAIN = re.compile(r"(?:^|,)\s*DC=([^,]+)", re.IGNORECASE)
_FIRST_NAME_PART = re.compile(r"(?:CN|OU|UID)=((?:\\.|[^,\\])+)", re.IGNORECASE)
_DIRECTORY_VERSION = re.compile(r"[0-9]{1,10}", re.ASCII)


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
    first = _FIRST_NAME_PART.match(dn or "")
    person = account or name or (re.sub(r"\\(.)", r"\1", first[1]) if first else None)
    return f"{domain}\\{person}" if domain and person and "\\" not in person else person


def version_of_texts(texts: Sequence[str | None]) -> tuple[str | None, int | None]:
    """The version in the words of the directory, and its ID: 393218 is 6.2; a product code names one too."""
    for one in texts:
        if one is not None and _DIRECTORY_VERSION.fullmatch(one) and int(one) >> 16:
            return f"{int(one) >> 16}.{int(one) & 0xFFFF}", version_id_of(int(one) >> 16, int(one) & 0xFFFF)
    for one in texts:
        if one is not None and (version := parse_product_code(one)[0]) is not None:
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
    records = []
    for n in own:
        # a version of a set without date and server belongs to the first set
        of_set = [n, *(m for m, _ in enumerate(SETS) if m not in own and n == own[0])]
        version, version_id = version_of_texts([versions[m] for m in of_set])
        suffixes = {SETS[m] for m in of_set}
        records.append(
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
    return records


def _suffix(heading: str) -> str | None:
    """The set that an attribute belongs to; None for one that is of the user."""
    name = heading.strip().casefold()
    if not name.startswith("msts"):
        return None
    return name[-1] if name[-1] in SETS else ""


def _set_columns() -> tuple[TableColumn, ...]:
    columns: list[TableColumn] = []
    for place in SETS:
        end, version, server = (name + place for name in _ATTRIBUTES)
        columns += [
            TableColumn(f"expires_at{place}", date, (end,)),
            TableColumn(f"version{place}", directory_text, (version,)),
            TableColumn(f"managing{place}", directory_text, (server,)),
        ]
    return tuple(columns)


_SET_COLUMNS = _set_columns()
_SET_FIELDS = frozenset(column.field for column in _SET_COLUMNS)
DIRECTORY_TABLE = TableDefinition(
    _users_licenses,
    (
        TableColumn("dn", directory_text, ("DistinguishedName", "DN")),
        TableColumn("account", directory_text, ("sAMAccountName",)),
        TableColumn("principal", directory_text, ("userPrincipalName",)),
        TableColumn("name", directory_text, ("Name", "cn")),
        *_SET_COLUMNS,
    ),
    keys=frozenset(),
    distinctive_fields=frozenset({"dn", "account", "principal", *_SET_FIELDS}),
    one_required=_SET_FIELDS,
    distinctive_required=2,
    evidence=True,
)


_TSCTST_VERSION = re.compile(
    r"([0-9]{1,5})\.([0-9]{1,5})(?:, *flags? *(0x[0-9a-f]{1,8}))?", re.IGNORECASE | re.ASCII
)


def _tsctst_license(
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
    match = _TSCTST_VERSION.fullmatch(version or "")
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
        product_version_id=version_id_of(*numbers) if numbers else parse_product_code(product or "")[0],
        product_type=ProductType.PER_DEVICE,  # a user's license is never kept on a client
        temporary=None if flags is None else bool(flags & TEMPORARY_FLAG),
        issued_at=issued_at,
        expires_at=expires_at,
    )


TSCTST_TABLE = TableDefinition(
    _tsctst_license,
    (
        TableColumn("computer", text, ("Issued to machine",)),
        TableColumn("user", text, ("Issued to user",)),
        TableColumn("hardware_id", text, ("HWID",)),
        TableColumn("issuer", text, ("Issuer",)),
        TableColumn("product", text, ("License ID",)),
        TableColumn("version", text, ("Licensed Product Version",)),
        TableColumn("issued_at", date, ("Valid from",)),
        TableColumn("expires_at", date, ("Expires on",)),
    ),
    keys=frozenset(),
    distinctive_fields=frozenset({"computer", "hardware_id", "issuer", "version", "issued_at"}),
    distinctive_required=3,
    evidence=True,
)
