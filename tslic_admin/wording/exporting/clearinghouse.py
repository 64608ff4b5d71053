"""Headings and texts of the Clearinghouse kit: what to have at hand when a licensing database must be rebuilt."""

from __future__ import annotations

from dataclasses import replace

from tslic_admin.domain.catalogue.fields import Source
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PackLine
from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.catalogue.reissues import RequestLine
from tslic_admin.domain.catalogue.servers import ServerLine
from tslic_admin.wording.lists.columns import Column
from tslic_admin.wording.lists.key_packs import PACK_WORDS, pack_line_reference
from tslic_admin.wording.lists.reissues import REISSUE_WORDS
from tslic_admin.wording.lists.servers import SERVER_WORDS
from tslic_admin.wording.lists.words import ListWords
from tslic_admin.wording.values import ACTIVATIONS, CLOSE_REASONS, code_text

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


AUTHORIZATION_LABEL = "Authorization number"


def _columns(words: ListWords[R], *keys: str, **titles: str) -> tuple[Column[R], ...]:
    """Columns of a list in this order. `titles`: where the kit has another heading."""
    by_key = {column.key: column for column in words.columns}
    return tuple(replace(by_key[key], title=titles.get(key, by_key[key].title)) for key in keys)


# What identifies a server in a call; the kit names what is not recorded, so that it can be found out in time.
SERVER_IDENTIFIERS: tuple[Column[ServerLine], ...] = (
    *_columns(
        SERVER_WORDS,
        *(
            "license_server_id",
            "product_id",
            "country",
            "phone",
            "company",
            "contact",
            "windows_version",
            "role",
        ),
        license_server_id="License server ID",
        phone="Telephone number of the Clearinghouse",
        windows_version="Windows version",
    ),
    Column("activation", "Activation", lambda row: code_text(ACTIVATIONS, row.activation)),
    *_columns(SERVER_WORDS, "connection_method", connection_method="Connection method"),
)
_PACK_KEYS = (
    *("version", "total", "program", "purchase_number", "code", "origin", "installed_on", "expires_at"),
    # the other purchase fields, such as the reseller
    *(
        field.attribute
        for field in KEY_PACK.fields
        if field.source is Source.RECORDED and field.searched and field.name != "notes"
    ),
)
KIT_PACK_COLUMNS: tuple[Column[PackLine], ...] = (
    Column("pack", "Key Pack", pack_line_reference),
    *_columns(PACK_WORDS, *_PACK_KEYS, purchase_number="License Code or Number"),
)
CLOSED_COLUMN: Column[PackLine] = Column(
    "closed", "Closed", lambda row: f"{row.closed_on}, {CLOSE_REASONS[row.closed_why or '']}"
)
KIT_REISSUE_COLUMNS: tuple[Column[RequestLine], ...] = _columns(
    REISSUE_WORDS,
    *("number", "state", "recorded_on", "case_number", "agent", "quantity", "installed_on"),
    number="Reissue",
    installed_on="Installed",
)
# of the key pack that a request was reissued into
REISSUED_PACK_COLUMNS: tuple[Column[PackLine], ...] = (*_columns(PACK_WORDS, "code"), KIT_PACK_COLUMNS[0])


def pools_text(count: int) -> str:
    """How many pools are not listed because they were not purchased."""
    if count == 1:
        return "One built-in or temporary pool is left out: it comes by itself."
    return f"{count} built-in or temporary pools are left out: they come by themselves."
