"""Headings and texts of the Clearinghouse kit: what to have at hand when a licensing database must be rebuilt."""

from __future__ import annotations

from typing import Any

from tslic_admin.wording.columns import Column, number_cell, plain_column
from tslic_admin.wording.values import (
    ACTIVATIONS,
    CLOSE_REASONS,
    METHODS,
    PROGRAMS,
    REQUEST_STATES,
    ROLES,
    VERSIONS,
    code_text,
    day_text,
    origin_text,
    pack_text,
    version_and_type,
)

KIT_TITLE = "Clearinghouse kit"
UNMASKED = "Contains unmasked license codes"
MASKED = "License codes are masked to their last five characters"
NOT_RECORDED = "Not recorded"
KIT_NO_SERVERS = "No license server is recorded."
KIT_NO_PACKS = "No key pack that was bought is recorded."
KIT_NO_REISSUES = "No recorded phone reissue."
KIT_PURPOSE = (
    "For the day on which this server's licensing database must be rebuilt: its key packs are installed again with these"
    " numbers, and what the new database lacks is asked for by telephone."
)
ORIGIN_LINE = "Made {at} by {program} from {store}. History head: {head}"
KEY_PACKS_HEADING = "Key packs"
CLOSED_PACKS_HEADING = "Key packs no longer on the server"
REISSUES_HEADING = "Phone reissues"
ALL_SERVERS_NAME = "clearinghouse kit of all servers"


def server_kit_name(name: str) -> str:
    return f"clearinghouse kit of {name}"


# What identifies a server in a call; the kit names what is not recorded, so that it can be found out in time.
SERVER_IDENTIFIERS = (
    plain_column("license_server_id", "License server ID"),
    plain_column("product_id", "Product ID"),
    plain_column("country", "Country"),
    plain_column("phone", "Telephone number of the Clearinghouse"),
    plain_column("company", "Company"),
    plain_column("contact", "Contact"),
    Column(
        "windows_version",
        "Windows version",
        lambda row: code_text(VERSIONS, row.windows_version) or row.version,
    ),
    Column("role", "Role", lambda row: code_text(ROLES, row.role)),
    Column("activation", "Activation", lambda row: code_text(ACTIVATIONS, row.activation)),
    Column("connection_method", "Connection method", lambda row: METHODS.get(row.connection_method, "")),
)
PURCHASE_NUMBER_COLUMN = plain_column("purchase_number", "License Code or Number")
AUTHORIZATION_LABEL = "Authorization number"
KIT_PACK_COLUMNS = (
    Column("pack", "Key Pack", lambda row: pack_text(row.server, row.keypack_id, row.number)),
    Column(
        "version",
        "License Version and Type",
        lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
    ),
    Column("total", "Total Licenses", lambda row: number_cell(row.total)),
    Column("program", "Purchased As", lambda row: PROGRAMS.get(row.program, "")),
    PURCHASE_NUMBER_COLUMN,
    plain_column("code", "License Key Pack ID"),
    Column("origin", "Origin", lambda row: origin_text(row.origin, row.request_id, row.request_on)),
    plain_column("installed_on", "Installed"),
    Column("expires_at", "Expiry Date", lambda row: day_text(row.expires_at)),
    plain_column("purchase_ref", "Purchase Reference"),
    plain_column("reseller", "Reseller"),
)
CLOSED_COLUMN = Column("closed", "Closed", lambda row: f"{row.closed_on}, {CLOSE_REASONS[row.closed_why]}")
KIT_REISSUE_COLUMNS = (
    Column("number", "Reissue", lambda row: f"Reissue {row.number}"),
    Column("state", "State", lambda row: REQUEST_STATES[row.state]),
    plain_column("recorded_on", "Call"),
    plain_column("case_number", "Case Number"),
    plain_column("agent", "Representative"),
    plain_column("quantity", "Granted"),
    plain_column("installed_on", "Installed"),
)
CODE_HEADING = "License Key Pack ID"
REISSUED_INTO_HEADING = "Key Pack"


def pools_text(count: int) -> str:
    """How many pools are not listed because they were not purchased."""
    if count == 1:
        return "One built-in or temporary pool is left out: it comes by itself."
    return f"{count} built-in or temporary pools are left out: they come by themselves."


def request_pack_text(pack: Any) -> str:
    return pack_text(pack.server, pack.keypack_id, pack.number)
