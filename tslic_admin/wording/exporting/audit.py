"""Headings, notes and remarks of the audit report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tslic_admin.domain.records.audit import StatementTerm

REPORT_TITLE = "License audit report"
TERM_LABELS = {
    StatementTerm.ISSUED: "+ Issued",
    StatementTerm.ENDED: "− Ended",
    StatementTerm.GIVEN_UP: "− Given up",
    StatementTerm.CORRECTIONS: "± Corrections",
}
STOCK_HEADINGS = (
    *("Key Pack", "License Version and Type", "Origin", "Installed", "Reissued Away", "Usable", "Held"),
    *("Issued (Server's Count)", "Remarks"),
)
STATEMENT_HEADINGS = ("Key Pack", "Opening", *TERM_LABELS.values(), "= Closing")
TRANSFER_HEADINGS = (
    "Transfer",
    "License",
    "From",
    "To",
    "On",
    "Policy",
    "New Computer's License",
    "Removal",
    "Entries",
)
REISSUE_HEADINGS = (
    *("Reissue", "Server", "License Version and Type", "State", "Call", "Case Number", "Granted", "Retired"),
    *("Confirmation Code", "Key Pack", "Entries"),
)
RETIRED_HEADINGS = ("License", "Lost By", "Needed By", "Reissue", "Removal", "Entries")
REMOVAL_HEADINGS = ("License", "To Be Removed From", "Because Of", "Since Entry")
ENTRY_HEADINGS = ("Entry", "Recorded", "Effective", "By", "What Was Done", "Reason", "Digest")

SUM_LABEL = "Sum of what was bought"
REPORT_NO_SERVERS = "No license server was recorded by the end of the period."
REPORT_NO_PACKS = "No key pack was recorded by the end of the period."
REPORT_NO_TRANSFERS = "No transfer was recorded or changed in the period."
REPORT_NO_REISSUES = "No reissue request was recorded or changed in the period."
REPORT_NO_RETIRED = "No license was retired by a reissue in the period."
REPORT_NO_REMOVALS = "No removal from an old client was awaited at the end of the period."
REPORT_NO_ENTRIES = "Nothing was recorded in the period."

FIGURES_DO_NOT_ADD_UP = (
    "The figures do not add up: of {packs}, the licenses held at the end of the period are not what the entries make"
    " of the licenses held at its beginning. The rows are marked below. Verify the history."
)
REPORT_INTACT = "Intact: {entries} entries, and the records as they tell"
HISTORY_ALTERED = "The history is not intact, so no figure of this report can be relied on: {finding}"
REPORT_ALTERED = "The history is not intact; the report says where."
REPORT_DOES_NOT_ADD_UP = "The figures do not add up; the report says which."

METHOD_NOTES = {
    "Days": (
        "An entry belongs to the local calendar day on which it was recorded, whatever day it tells of. Where "
        "the clock was set back, it counts to the day of the entry before it. So each period begins with what "
        "the one before it ended with."
    ),
    "Installed": "The total of the key pack at the end of the period, and the entry that last said it.",
    "Reissued away": "Its licenses that a phone reissue replaced by those of another key pack.",
    "Usable": "Installed less reissued away, never below 0.",
    "Held": (
        "Issued licenses that stand on the server by its last list or by hand, less those retired by a "
        "reissue and those given up by a transfer whose new computer has a license of its own. A license that "
        "ran out is held until a list shows that it is gone: its renewal shows in no other way."
    ),
    "Issued": "Recorded for the first time.",
    "Ended": "Replaced, upgraded or no longer on the server, or its key pack was closed.",
    "Given up": "Retired by a reissue, or received by a transfer's new computer as a license of its own.",
    "Corrections": (
        "Voids, licenses that are back on the server, links that were undone, and licenses that turned out to "
        "be of another key pack."
    ),
    "Both sides": (
        "Opening and closing are counted from the records as they stood; issued, ended, given up and "
        "corrections are summed up from the entries. Where the two do not agree, the report says so."
    ),
    "Not summed up": "Built-in, temporary and unlimited pools: nothing was bought for them.",
}


def period_text(since: date | None, until: date | None) -> str:
    begin = f"from {since}" if since else "from the first entry"
    text = f"{begin} to {until}, both days included" if until else f"{begin} until now"
    return text[0].upper() + text[1:] + "; days of recording, local time"


def entry_range_text(first: int, last: int, head: int) -> str:
    if last < first:
        return f"None, of {head}"
    return f"{first} to {last}, of {head}"


PACK_REMARKS = {
    "voided": "voided by entry {}",
    "merged": "turned out to be a key pack that the server lists",
    "closed": "closed: {}",
    "not-installed": "not yet installed on the server",
    "by-hand": "recorded by hand, in no list yet",
    "not-purchased": "not bought, not summed up",
    "total-before": "{} installed when the period began",
    "short-by-server": "{} short: more issued than installed",
    "short-by-record": "{} short: more held than usable",
    "run-out": "{} of the held ran out by their date",
    "revoked": "{} of the held revoked",
}


def remarks_text(remarks: Iterable[tuple[str, object]]) -> str:
    """Remarks on a key pack: keys of PACK_REMARKS, each with the value that its text holds."""
    text = "; ".join(PACK_REMARKS[key].format(value) for key, value in remarks)
    return text[:1].upper() + text[1:]


def disagreement_text(counted: int, calculated: int) -> str:
    return f"{counted} by the records, but {calculated} by the entries"
