"""The list of license servers."""

from __future__ import annotations

from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.servers import SERVER, SERVERS, ServerLine
from tslic_admin.wording.lists.columns import (
    SHORTAGE_COLUMN,
    Column,
    count_column,
    field_column,
    field_columns,
)
from tslic_admin.wording.lists.machine import Machine, MachineForm, properties
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, WholeList
from tslic_admin.wording.values import ACTIVATIONS, VERSIONS, code_text

LISTED_PROPERTIES = SERVER.exported(Source.LISTED)
RECORDED_PROPERTIES = SERVER.exported(Source.RECORDED)
_TOTALS = {"KeyPacks": "packs", "TotalLicenses": "total", "IssuedLicenses": "issued", "Shortage": "shortage"}
_HEADINGS = ("Server", *LISTED_PROPERTIES, *RECORDED_PROPERTIES, *_TOTALS)


def activation_icon(activation: int | None) -> str:
    """The icon of an activation state. The icons differ in shape, not only in color."""
    return {0: "server-ok", 1: "server-not-activated"}.get(
        -1 if activation is None else activation, "server-unknown"
    )


def server_item(row: ServerLine) -> Machine:
    """A server in machine form, for files."""
    return {"Server": row.name} | properties(row, LISTED_PROPERTIES | RECORDED_PROPERTIES | _TOTALS)


def server_console_item(row: ServerLine) -> Machine:
    """A server as the console lists it. `Version`: what the server reported, else what was typed."""
    version = row.version if row.version is not None else row.windows_version
    whole = server_item(row)
    return {"Name": whole.pop("Server"), "ProductId": whole.pop("ProductId"), **whole, "Version": version}


def _version(row: ServerLine) -> str:
    return code_text(VERSIONS, row.windows_version) or row.version or ""


SERVER_WORDS = ListWords(
    kind=SERVERS,
    title="Servers",
    noun=("server", "servers"),
    sort=("name", False),
    empty="No license server is recorded yet.\nImport what a server lists, or add one by hand.",
    steps=("import", "add-server", "sample"),
    columns=(
        field_column(SERVER, "name", width=18, icon=lambda row: activation_icon(row.activation)),
        Column("activation", "Activation", lambda row: code_text(ACTIVATIONS, row.activation) or "Not known"),
        Column("windows_version", "Version", _version, width=22),
        count_column("packs", "Key Packs"),
        count_column("total", "Total Licenses"),
        count_column("issued", "Issued"),
        SHORTAGE_COLUMN,
        field_column(SERVER, "product_id", width=24),
        field_column(SERVER, "role", "Role", width=10, hidden=True),
        field_column(SERVER, "connection_method", hidden=True),
        field_column(SERVER, "country", hidden=True),
        field_column(SERVER, "phone", "Telephone", hidden=True),
        *field_columns(SERVER, "company", "contact", "license_server_id", hidden=True),
        field_column(SERVER, "rebuilt_on", hidden=True),
        field_column(SERVER, "notes", width=30, hidden=True),
    ),
    whole=WholeList("All servers"),
    console=ConsoleTable(
        columns=(
            *("name", "activation", "windows_version", "role", "packs", "total", "issued", "shortage"),
            "product_id",
        ),
        nothing="No servers are recorded.",
    ),
    machine=MachineForm(_HEADINGS, lambda row, _: server_item(row)),
)
