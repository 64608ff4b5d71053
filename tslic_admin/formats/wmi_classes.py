"""The WMI classes of a license server: their columns, the headings they go by, how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from tslic_admin.formats.cells import UnreadableCell, coded, count, date, key, lines, number, text
from tslic_admin.formats.columns import EXPIRES_AT, SERVER, Column, WmiClass
from tslic_admin.formats.directory_class import DIRECTORY
from tslic_admin.formats.license_words import (
    license_program,
    license_status,
    product_type,
    server_role,
    type_in,
    type_part,
    version_id,
    version_in,
    version_part,
)
from tslic_admin.formats.records import IssuedRecord, KeyPackRecord, ServerRecord
from tslic_admin.formats.report_classes import REPORTS
from tslic_admin.formats.tsctst_class import TSCTST

_NOT_IN_HEADING = re.compile(r"[^a-z0-9_]")

UNKNOWN_ACTIVATION = 2
_activation = coded({"activated": 0, "notactivated": 1, "unknown": UNKNOWN_ACTIVATION})


def version_number(cell: str) -> int | None:
    """A uint32, as seen; its documentation calls it a text, and what is no number says nothing here."""
    try:
        return number(cell)
    except UnreadableCell:
        return None


def activation(cell: str) -> int | None:
    """0 activated, 1 not activated; 2 says that the server does not know."""
    found = _activation(cell)
    return None if found == UNKNOWN_ACTIVATION else found


KEYPACK_ID = Column("keypack_id", lru_cache(key("keypack-id-missing")), ("KeyPackId",), ("Pack ID",))

KEY_PACKS = WmiClass(
    KeyPackRecord,
    (
        SERVER,
        KEYPACK_ID,
        Column("description", text, ("Description", "Product Code")),
        Column(
            "key_pack_type",
            license_program,
            ("KeyPackType", "License Program"),
            ("Program", "Purchase Method", "Pack Type"),
        ),
        Column(
            "product_type",
            product_type,
            ("ProductType",),
            ("License Type", "Type", "CAL Type"),
            also=(("type_and_model", type_in),),
        ),
        Column(
            "product_version",
            text,
            ("ProductVersion",),
            ("Version",),
            also=(("type_and_model", version_part),),
        ),
        Column(
            "product_version_id",
            version_id,
            ("ProductVersionID",),
            also=(("product_version", version_in), ("type_and_model", version_in)),
        ),
        Column("total", count, ("TotalLicenses",), ("Total", "Installed Licenses", "License Count")),
        Column("issued", count, ("IssuedLicenses", "Issued"), ("In Use", "Used", "Used Licenses")),
        Column("available", count, ("AvailableLicenses", "Available"), ("Free", "Free Licenses")),
        EXPIRES_AT,
        Column("access_rights", count, ("AccessRights",)),
        Column("type_and_model", type_part, ("TypeAndModel", "License Version and Type", "Version and Type")),
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
        Column("user", text, ("sIssuedToUser", "Issued To User"), ("User", "User Name", "Issued To (User)")),
        Column(
            "computer",
            text,
            ("sIssuedToComputer", "Issued To Computer"),
            ("Computer", "Computer Name", "Client", "Client Name", "Device", "Device Name"),
        ),
        Column("status", license_status, ("LicenseStatus",), ("Status",)),
        Column(
            "issued_at",
            date,
            ("IssueDate", "Issued On"),
            ("Issued Date", "Date Issued", "Issued", "Start Date"),
        ),
        EXPIRES_AT,
        Column("hardware_id", text, ("sHardwareId", "Hardware ID"), ("HWID", "Client HWID")),
    ),
    keys=frozenset({"keypack_id", "license_id"}),
    marks=frozenset({"license_id", "user", "computer", "status", "issued_at", "hardware_id"}),
    enough=3,
)
SERVERS = WmiClass(
    ServerRecord,
    (
        Column("server", text, (*SERVER.headings, "Name")),
        Column("product_id", lines, ("ProductId",)),
        Column("first_name", text, ("FirstName",)),
        Column("last_name", text, ("LastName",)),
        Column("company", lines, ("Company",)),
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
        Column("version_number", version_number, ("VersionNumber",)),
        # a method's answer, under the name that its documentation gives it
        Column("activation", activation, ("ActivationStatus",)),
    ),
    keys=frozenset(),
    marks=frozenset({"product_id", "role", "database_path", "version_number", "activation"}),
    enough=2,
)
# evidence first of what has as many headings: its own are found nowhere else
CLASSES = (ISSUED, *REPORTS, DIRECTORY, TSCTST, KEY_PACKS, SERVERS)


@lru_cache(4096)
def plain(heading: str) -> str:
    """A heading as it is compared: in lower case, without blanks, hyphens and byte order marks."""
    return _NOT_IN_HEADING.sub("", heading.lower())


KNOWN_HEADINGS = frozenset(plain(h) for c in CLASSES for column in c.columns for h in column.headings)


def properties(wmi_class: WmiClass) -> dict[str, str]:
    """The property that each heading of a class stands for, both as they are compared and as it is called."""
    return {plain(heading): c.headings[0] for c in wmi_class.columns for heading in c.headings}


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of headings understood: which class it is of, and the positions at which each field may stand.

    `ambiguous`: the first headings of which nobody can say which one is the field's, where there are such.
    """

    wmi_class: WmiClass
    positions: Mapping[str, tuple[int, ...]]
    ambiguous: tuple[str, str] | None = None

    @property
    def marks(self) -> int:
        """How many headings there are that no other table has."""
        return len(self.positions.keys() & self.wmi_class.marks)

    @property
    def missing(self) -> list[str]:
        """The properties without which no row can be told from another."""
        keys = (c for c in self.wmi_class.columns if c.field in self.wmi_class.keys)
        return [column.headings[0] for column in keys if column.field not in self.positions]


class Named(tuple[str, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Names of properties, of which somebody said whose they are; an empty one is of a column that is left out."""

    wmi_class: WmiClass

    def __new__(cls, names: Iterable[str], wmi_class: WmiClass) -> Self:
        named = super().__new__(cls, names)
        named.wmi_class = wmi_class
        return named


def understand(names: Sequence[str]) -> Heading | None:
    """The class whose headings these are, in any order and case; None where they are of no class.

    A heading cut by its printer (`ExpirationD...`) counts where only one property begins like that.
    """
    if isinstance(names, Named):
        return _heading(names.wmi_class, names)
    issued, *others = (_heading(wmi_class, names) for wmi_class in CLASSES)
    if not issued.missing:  # whatever columns of its key pack were joined to it
        return _heading(ISSUED, names, loose=True)
    best = max(issued, *others, key=lambda heading: heading.marks)
    whole = bool(best.wmi_class.keys) and not best.missing
    needs = best.wmi_class.needs
    if needs and not needs & best.positions.keys():
        return None
    if best.marks >= best.wmi_class.enough or (whole and best.marks):
        return _heading(best.wmi_class, names, loose=True)
    return None


def guess(wmi_class: WmiClass, names: Sequence[str]) -> dict[str, int]:
    """The places of the headings whose words let one think of a property of this class."""
    positions = _heading(wmi_class, names, loose=True).positions
    return {field: places[0] for field, places in positions.items()}


_OWN = {"holder", "record"}


def is_own(names: Sequence[str]) -> bool:
    """Whether these are the headings of a list of issued licenses that this program exported."""
    return {plain(name) for name in names} >= _OWN


# what only the screen's columns are called, in the lists of key packs and of licenses
_READABLE = ({"origin", "expirydate"}, {"origin", "licenseversionandtype"}, {"holder", "issuedtocomputer"})


def is_readable(names: Sequence[str]) -> bool:
    """Whether these are the headings of an export of this program that was made to be read by people."""
    found = {plain(name) for name in names}
    return any(found >= marks for marks in _READABLE)


def is_configmgr(names: Sequence[str]) -> bool:
    """Whether these are columns of a ConfigMgr inventory view: properties with a trailing 0."""
    return any(name.strip().endswith("0") and plain(name)[:-1] in KNOWN_HEADINGS for name in names)


def is_cut(cell: str) -> bool:
    """Whether a fixed-width printer had no room for all of a cell or heading."""
    return cell.endswith(("...", "…"))


def _heading(wmi_class: WmiClass, names: Sequence[str], *, loose: bool = False) -> Heading:
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        places.setdefault(_meant(wmi_class, name), []).append(position)
    positions: dict[str, tuple[int, ...]] = {}
    ambiguous = None
    for column in wmi_class.columns:
        found = [places[p] for h in column.headings if (p := plain(h)) in places]
        if not found and loose:
            found = [places[p] for h in column.loose if (p := plain(h)) in places]
        if found:
            positions[column.field] = tuple(one[0] for one in found)
            of_property = plain(column.headings[0]) in places
            rivals = found[0] if of_property else [place for one in found for place in one]
            if len(rivals) > 1 and column.field != "server":
                ambiguous = ambiguous or (names[rivals[0]], names[rivals[1]])
    return Heading(wmi_class, positions, ambiguous)


@lru_cache
def _known(wmi_class: WmiClass) -> tuple[str, ...]:
    return tuple(plain(heading) for column in wmi_class.columns for heading in column.headings)


def _meant(wmi_class: WmiClass, name: str) -> str:
    """A heading as it is looked up: one that was cut is completed, ConfigMgr's trailing 0 is no part of it."""
    heading = plain(name)
    known = _known(wmi_class)
    if is_cut(name.strip()):
        fits = [p for p in known if p.startswith(heading)]
        return fits[0] if len(fits) == 1 else ""
    if heading.endswith("0") and heading[:-1] in known:
        return heading[:-1]
    return heading
