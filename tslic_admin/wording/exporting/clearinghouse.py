"""Headings and texts of the Clearinghouse kit: what to have at hand when a licensing database must be rebuilt."""

from __future__ import annotations

from tslic_admin.domain.catalogue.key_packs import PackLine
from tslic_admin.domain.catalogue.reissues import RequestLine
from tslic_admin.domain.catalogue.servers import ServerLine
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.wording.lists.columns import Column, count_cell
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
SERVER_IDENTIFIERS: tuple[Column[ServerLine], ...] = (
    Column("license_server_id", "License server ID", lambda row: row.license_server_id),
    Column("product_id", "Product ID", lambda row: row.product_id),
    Column("country", "Country", lambda row: row.country),
    Column("phone", "Telephone number of the Clearinghouse", lambda row: row.phone),
    Column("company", "Company", lambda row: row.company),
    Column("contact", "Contact", lambda row: row.contact),
    Column(
        "windows_version",
        "Windows version",
        lambda row: code_text(VERSIONS, row.windows_version) or row.version,
    ),
    Column("role", "Role", lambda row: code_text(ROLES, row.role)),
    Column("activation", "Activation", lambda row: code_text(ACTIVATIONS, row.activation)),
    Column(
        "connection_method", "Connection method", lambda row: METHODS.get(row.connection_method or "", "")
    ),
)
PURCHASE_NUMBER_COLUMN: Column[PackLine] = Column(
    "purchase_number", "License Code or Number", lambda row: row.purchase_number
)
AUTHORIZATION_LABEL = "Authorization number"
KIT_PACK_COLUMNS: tuple[Column[PackLine], ...] = (
    Column("pack", "Key Pack", lambda row: pack_reference(row.server, row.keypack_id, row.number)),
    Column(
        "version",
        "License Version and Type",
        lambda row: version_and_type(row.product_version_id, row.product_type, row.product_version),
    ),
    Column("total", "Total Licenses", lambda row: count_cell(row.total)),
    Column("program", "Purchased As", lambda row: PROGRAMS.get(row.program or "", "")),
    PURCHASE_NUMBER_COLUMN,
    Column("code", "License Key Pack ID", lambda row: row.code),
    Column("origin", "Origin", lambda row: origin_text(row.origin, row.request_id, row.request_on)),
    Column("installed_on", "Installed", lambda row: row.installed_on),
    Column("expires_at", "Expiry Date", lambda row: day_text(row.expires_at)),
    Column("purchase_ref", "Purchase Reference", lambda row: row.purchase_ref),
    Column("reseller", "Reseller", lambda row: row.reseller),
)
CLOSED_COLUMN: Column[PackLine] = Column(
    "closed", "Closed", lambda row: f"{row.closed_on}, {CLOSE_REASONS[row.closed_why or '']}"
)
KIT_REISSUE_COLUMNS: tuple[Column[RequestLine], ...] = (
    Column("number", "Reissue", lambda row: f"Reissue {row.number}"),
    Column("state", "State", lambda row: REQUEST_STATES[row.state]),
    Column("recorded_on", "Call", lambda row: row.recorded_on),
    Column("case_number", "Case Number", lambda row: row.case_number),
    Column("agent", "Representative", lambda row: row.agent),
    Column("quantity", "Granted", lambda row: row.quantity),
    Column("installed_on", "Installed", lambda row: row.installed_on),
)
CODE_HEADING = "License Key Pack ID"
REISSUED_INTO_HEADING = "Key Pack"


def pools_text(count: int) -> str:
    """How many pools are not listed because they were not purchased."""
    if count == 1:
        return "One built-in or temporary pool is left out: it comes by itself."
    return f"{count} built-in or temporary pools are left out: they come by themselves."


def request_pack_text(pack: PackLine) -> str:
    return pack_reference(pack.server, pack.keypack_id, pack.number)
