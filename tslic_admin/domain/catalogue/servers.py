"""License servers: fields, typed texts, and the row type of the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tslic_admin.domain.catalogue.fields import Field, Source, Thing, ValueKind
from tslic_admin.domain.catalogue.kinds import ListKind

_LISTED = Source.LISTED

SERVER = Thing(
    "server",
    (
        Field("name", "Name", searched=True, exported=False),
        Field("first_name", "FirstName", source=_LISTED),
        Field("last_name", "LastName", source=_LISTED),
        Field("company", "Company", source=_LISTED, searched=True),
        Field("country_region", "CountryRegion", source=_LISTED),
        Field("email", "eMail", source=_LISTED),
        Field("org_unit", "OrgUnit", source=_LISTED),
        Field("address", "Address", source=_LISTED),
        Field("city", "City", source=_LISTED),
        Field("state", "State", source=_LISTED),
        Field("postal_code", "PostalCode", ValueKind.ID, _LISTED),
        Field("role", "ServerRole", ValueKind.CODE, _LISTED),
        Field("database_path", "DatabasePath", source=_LISTED),
        Field("product_id", "ProductId", ValueKind.ID, _LISTED, searched=True),
        Field("version", "Version", source=_LISTED),
        Field("version_number", "VersionNumber", ValueKind.NUMBER, _LISTED),
        Field("activation", "Activation", ValueKind.CODE, _LISTED),
        Field("windows_version", "WindowsVersion", ValueKind.CODE),
        Field("connection_method", "ConnectionMethod", ValueKind.CODE),
        Field("country", "Country"),
        Field("phone", "Phone", ValueKind.ID),
        Field("contact", "Contact", searched=True),
        Field("notes", "Notes", searched=True),
        Field("license_server_id", "LicenseServerId", ValueKind.ID, secret=True),
        Field("rebuilt_on", "Rebuilt", ValueKind.DAY, exported=False),
    ),
)


@dataclass(frozen=True, slots=True)
class ServerFields:
    """The texts that a user typed for a server, by field name. None: not changed; empty: cleared."""

    product_id: str | None = None
    license_server_id: str | None = None
    windows_version: str | None = None
    role: str | None = None
    activation: str | None = None
    connection_method: str | None = None
    country: str | None = None
    phone: str | None = None
    company: str | None = None
    contact: str | None = None
    notes: str | None = None


class ServerLine(NamedTuple):
    """A license server; `total` and `issued` add up what its open key packs count."""

    number: int
    name: str
    product_id: str | None
    license_server_id: str | None
    windows_version: int | None
    rebuilt_on: str | None
    role: int | None
    activation: int | None
    connection_method: str | None
    country: str | None
    phone: str | None
    contact: str | None
    notes: str | None
    first_name: str | None
    last_name: str | None
    company: str | None
    country_region: str | None
    email: str | None
    org_unit: str | None
    address: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    database_path: str | None
    version: str | None
    version_number: int | None
    packs: int
    total: int
    issued: int
    shortage: int


SERVERS = ListKind("servers", ServerLine, "server", has_secrets=True)
