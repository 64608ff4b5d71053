"""The three WMI classes of a license server: their columns, the headings they go by, how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tslic_admin.formats.cells import coded, count, date, key, lines, number, text
from tslic_admin.formats.records import IssuedRecord, KeyPackRecord, Record, ServerRecord

_NOT_IN_HEADING = re.compile(r"[^a-z0-9_]")

license_status = coded(
    {"unknown": 0, "temporary": 1, "active": 2, "upgrade": 3, "upgraded": 3}
    | {"revoked": 4, "pending": 5, "concurrent": 6}
)
license_program = coded(
    {"unknown": 0, "retail": 1, "retailpurchase": 1, "licensepackretailpurchase": 1, "volume": 2}
    | {"volumelicense": 2, "concurrent": 3, "temporary": 4, "open": 5, "openlicense": 5, "builtin": 6}
)
product_type = coded({"device": 0, "perdevice": 0, "user": 1, "peruser": 1, "notvalid": 2, "builtin": 3})
server_role = coded({"workgroup": 0, "domain": 1, "forest": 2})


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record: how its cells are read, and the headings it goes by, the property's name first."""

    field: str
    read: Callable[[str], object]
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WmiClass:
    """A class as a table. `columns` follow the record's fields; `marks` are fields no other table has."""

    record: Callable[..., Record]
    columns: tuple[Column, ...]
    keys: frozenset[str]
    marks: frozenset[str]
    enough: int


# Our own heading first; a blank cell there leaves the word to the next. `Node` is wmic's.
SERVER = Column("server", text, ("Server", "PSComputerName", "__SERVER", "Node"))
KEYPACK_ID = Column("keypack_id", lru_cache(key("keypack-id-missing")), ("KeyPackId",))
EXPIRES_AT = Column("expires_at", date, ("ExpirationDate", "ExpiresOn", "ExpiryDate"))

KEY_PACKS = WmiClass(
    KeyPackRecord,
    (
        SERVER,
        KEYPACK_ID,
        Column("description", text, ("Description", "ProductCode")),
        Column("key_pack_type", license_program, ("KeyPackType", "LicenseProgram")),
        Column("product_type", product_type, ("ProductType",)),
        Column("product_version", text, ("ProductVersion",)),
        Column("product_version_id", number, ("ProductVersionID",)),
        Column("total", count, ("TotalLicenses",)),
        Column("issued", count, ("IssuedLicenses", "Issued")),
        Column("available", count, ("AvailableLicenses", "Available")),
        EXPIRES_AT,
        Column("access_rights", count, ("AccessRights",)),
        Column("type_and_model", text, ("TypeAndModel", "LicenseVersionAndType")),
    ),
    keys=frozenset({"keypack_id"}),
    marks=frozenset(
        {
            "description",
            "key_pack_type",
            "product_type",
            "total",
            "issued",
            "available",
            "access_rights",
            "type_and_model",
        }
    ),
    enough=3,
)
ISSUED = WmiClass(
    IssuedRecord,
    (
        SERVER,
        Column("license_id", key("license-id-missing"), ("LicenseId",)),
        KEYPACK_ID,
        Column("user", text, ("sIssuedToUser", "IssuedToUser")),
        Column("computer", text, ("sIssuedToComputer", "IssuedToComputer")),
        Column("status", license_status, ("LicenseStatus",)),
        Column("issued_at", date, ("IssueDate", "IssuedOn")),
        EXPIRES_AT,
        Column("hardware_id", text, ("sHardwareId", "HardwareId")),
    ),
    keys=frozenset({"keypack_id", "license_id"}),
    marks=frozenset({"license_id", "user", "computer", "status", "issued_at", "hardware_id"}),
    enough=3,
)
SERVERS = WmiClass(
    ServerRecord,
    (
        Column("server", text, (*SERVER.headings, "Name")),
        Column("product_id", text, ("ProductId",)),
        Column("first_name", text, ("FirstName",)),
        Column("last_name", text, ("LastName",)),
        Column("company", text, ("Company",)),
        Column("country_region", text, ("CountryRegion",)),
        Column("email", text, ("eMail",)),
        Column("org_unit", text, ("OrgUnit",)),
        Column("address", lines, ("Address",)),
        Column("city", text, ("City",)),
        Column("state", text, ("State",)),
        Column("postal_code", text, ("PostalCode",)),
        Column("role", server_role, ("ServerRole",)),
        Column("database_path", text, ("DatabasePath",)),
        Column("version", text, ("Version",)),
        Column("version_number", number, ("VersionNumber",)),
    ),
    keys=frozenset(),
    marks=frozenset({"product_id", "role", "database_path", "version_number"}),
    enough=2,
)
CLASSES = (ISSUED, KEY_PACKS, SERVERS)


def plain(heading: str) -> str:
    """A heading as it is compared: in lower case, without blanks, hyphens and byte order marks."""
    return _NOT_IN_HEADING.sub("", heading.lower())


KNOWN_HEADINGS = frozenset(plain(h) for c in CLASSES for column in c.columns for h in column.headings)


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings understood: which class it is of, and the positions at which each field may stand."""

    wmi_class: WmiClass
    positions: Mapping[str, tuple[int, ...]]

    @property
    def marks(self) -> int:
        """How many headings there are that no other table has."""
        return len(self.positions.keys() & self.wmi_class.marks)

    @property
    def missing(self) -> list[str]:
        """The properties without which no row can be told from another."""
        keys = (c for c in self.wmi_class.columns if c.field in self.wmi_class.keys)
        return [column.headings[0] for column in keys if column.field not in self.positions]


def understand(names: Sequence[str]) -> Heading | None:
    """The class whose headings these are, in any order and case; None where they are of no class.

    A heading cut by its printer (`ExpirationD...`) counts where only one property begins like that.
    """
    issued, *others = (Heading(wmi_class, _positions(wmi_class, names)) for wmi_class in CLASSES)
    if not issued.missing:  # whatever columns of its key pack were joined to it
        return issued
    best = max(issued, *others, key=lambda heading: heading.marks)
    whole = bool(best.wmi_class.keys) and not best.missing
    return best if best.marks >= best.wmi_class.enough or (whole and best.marks) else None


_OWN = {"holder", "record"}


def is_own(names: Sequence[str]) -> bool:
    """Whether these are the headings of a list of issued licenses that this program exported."""
    return {plain(name) for name in names} >= _OWN


def is_cut(cell: str) -> bool:
    """Whether a fixed-width printer had no room for all of a cell or heading."""
    return cell.endswith(("...", "…"))


def _positions(wmi_class: WmiClass, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    places: dict[str, int] = {}
    for position, name in enumerate(names):
        heading = plain(name)
        if is_cut(name.strip()):
            fits = [p for c in wmi_class.columns for h in c.headings if (p := plain(h)).startswith(heading)]
            heading = fits[0] if len(fits) == 1 else ""
        places.setdefault(heading, position)
    found = {
        c.field: tuple(places[p] for h in c.headings if (p := plain(h)) in places) for c in wmi_class.columns
    }
    return {field: positions for field, positions in found.items() if positions}
