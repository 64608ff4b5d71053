"""The three WMI classes of a license server: their columns, the headings they go by, how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tslic_admin.formats.records import IssuedRecord, KeyPackRecord, Record, ServerRecord

UINT32_MAX = 4294967295
_NOT_IN_HEADING = re.compile(r"[^a-z0-9_]")
_NOT_IN_WORD = re.compile(r"[^a-z]")
_UNKNOWN_CODE = re.compile(r"unknown \((\d{1,10})\)", re.IGNORECASE | re.ASCII)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NOT_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnreadableCell(Exception):
    """A cell that makes its row untrustworthy: what stands there, and the code of the reason."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def text(cell: str) -> str | None:
    """A text of one line without surrounding blanks; None for nothing but blanks."""
    value = cell.strip()
    if not value:
        return None
    if not value.isprintable() and _NOT_IN_TEXT.search(value):
        raise UnreadableCell("text-characters", cell)
    return value


def lines(cell: str) -> str | None:
    """As `text`, but of several lines where it has them: an address may."""
    value = cell.strip()
    if _NOT_IN_LINES.search(value):
        raise UnreadableCell("text-characters", cell)
    return value or None


def number(cell: str) -> int | None:
    """A uint32; None for an empty cell. Raises UnreadableCell `number-malformed`."""
    value = cell.strip()
    if not value:
        return None
    if not (value.isdecimal() and value.isascii() and len(value) <= 10 and int(value) <= UINT32_MAX):
        raise UnreadableCell("number-malformed", cell)
    return int(value)


def count(cell: str) -> int | None:
    """A uint32, where -1 and *Unlimited* are ways to print 4294967295."""
    if cell.strip().lower() in ("-1", "unlimited"):
        return UINT32_MAX
    return number(cell)


def key(missing: str) -> Callable[[str], int]:
    """Reads the number by which the server knows a row; `missing` is the code for an empty cell."""

    def read(cell: str) -> int:
        value = number(cell)
        if value is None:
            raise UnreadableCell(missing, cell)
        return value

    return read


def coded(words: Mapping[str, int]) -> Callable[[str], int | None]:
    """Reads a code, unknown ones too, or the English word that admin scripts print in its place."""

    def read(cell: str) -> int | None:
        value = cell.strip()
        if not value or value[0].isdecimal() or value == "-1":
            return count(value)
        if match := _UNKNOWN_CODE.fullmatch(value):
            return number(match[1])
        try:
            return words[_NOT_IN_WORD.sub("", value.lower())]
        except KeyError:
            raise UnreadableCell("word-unknown", cell) from None

    return read


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


def date(cell: str) -> None:
    """Marks a column of dates; a file's own `Dates` reads them, by its order and its time zone."""
    raise NotImplementedError


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
KEYPACK_ID = Column("keypack_id", key("keypack-id-missing"), ("KeyPackId",))
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
        {"key_pack_type", "product_type", "total", "issued", "available", "access_rights", "type_and_model"}
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
    def missing(self) -> list[str]:
        """The properties without which no row can be told from another."""
        keys = (c for c in self.wmi_class.columns if c.field in self.wmi_class.keys)
        return [column.headings[0] for column in keys if column.field not in self.positions]


def understand(names: Sequence[str]) -> Heading | None:
    """The class whose headings these are, in any order and case; None where they are of no class.

    A heading cut by its printer (`ExpirationD...`) counts where only one property begins like that.
    """
    best = None
    for wmi_class in CLASSES:
        heading = Heading(wmi_class, _positions(wmi_class, names))
        marks = len(heading.positions.keys() & wmi_class.marks)
        whole = bool(wmi_class.keys) and not heading.missing
        if (marks >= wmi_class.enough or (whole and marks)) and (best is None or marks > best[0]):
            best = (marks, heading)
    return best[1] if best else None


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
