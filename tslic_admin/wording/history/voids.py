"""What voiding takes back, the alternative where an entry cannot be voided, and dependent entries, in words (rule 4.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tslic_admin.domain.history.voids import Dependent, VoidPreview
from tslic_admin.wording.values import ACTS

# What to do where an entry cannot be voided.
VOID_ALTERNATIVES = {
    "server.add": "A server stays, as a name. Change what is wrong in its properties.",
    "server.set": "Change the server again, with a reason.",
    "pack.set": "Change the key pack again, with a reason.",
    "reissue.open": "Withdraw the reissue request.",
    "reissue.add": "Drop the licenses from the reissue request.",
    "reissue.drop": "Add the licenses to the reissue request again.",
    "reissue.needed-by": "Say again which computer needs the license.",
    "reissue.same-call": "Say again which request is settled by the same call.",
    "reissue.installed": "Say again on which day the licenses were installed.",
    "reissue.correct": "Correct the code again.",
    "reissue.link": "Link the reissue to another key pack, or to none.",
    "reissue.removed": "Record the removal anew, as it is.",
    "reissue.kept": "Record the removal anew, as it is.",
    "transfer.link": "Link the transfer to another license, or to none.",
    "transfer.removed": "Record the removal anew, as it is.",
    "transfer.kept": "Record the removal anew, as it is.",
    "reissue.withdraw": "Open another reissue request.",
    "mapping.set": "Say again what the columns are.",
    "reveal": "What was shown has been seen.",
}
DEFAULT_ALTERNATIVE = "Act again with what is right; the history keeps both."

LISTED_ENTRIES = 10  # entries named in one sentence

_RECORD_NOUNS = {
    "pack": ("key pack", "key packs"),
    "license": ("issued license", "issued licenses"),
    "transfer": ("transfer", "transfers"),
    "request": ("reissue request", "reissue requests"),
    "collected": ("collected license", "collected licenses"),
    "server": ("server", "servers"),
    "evidence": ("piece of evidence", "pieces of evidence"),
}


def alternative_text(act: str) -> str:
    return VOID_ALTERNATIVES.get(act, DEFAULT_ALTERNATIVE)


def entry_text(entry: Dependent) -> str:
    """An entry of the history: *12 (One-time transfer marked, 2026-03-02)*."""
    return f"{entry.entry} ({ACTS.get(entry.kind, entry.kind)}, {entry.effective_on})"


def entries_text(entries: Sequence[Dependent]) -> str:
    """All of them in one line, or the first and how many more."""
    named = ", ".join(entry_text(entry) for entry in entries[:LISTED_ENTRIES])
    return named if len(entries) <= LISTED_ENTRIES else f"{named} and {len(entries) - LISTED_ENTRIES} more"


def record_counts_text(counts: Mapping[str, int], number: Callable[[int], str] = str) -> str:
    """*2 key packs and 230 issued licenses*. The lists that an import recorded are not counted."""
    parts = [
        f"{number(counts[kind])} {words[counts[kind] != 1]}"
        for kind, words in _RECORD_NOUNS.items()
        if counts.get(kind)
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


# What will be true once an entry of this kind is voided.
_VOID_EFFECTS = {
    "transfer.mark": "The license is held as before, and can be transferred again.",
    "reissue.record": "The request is open again with the licenses it held, and its code may be entered again.",
    "import": "Everything is as before it; a server that it named first stays, as a name, and what a later list said"
    " anew of counts and expiry dates stays too.",
    "pack.add": "Its Keypack ID and its code can be used again.",
    "license.add": "It counts no more.",
}


def void_text(preview: VoidPreview, number: Callable[[int], str] = str) -> str:
    """What voiding will do, in sentences."""
    act = ACTS.get(preview.kind, preview.kind)
    parts = [f"Takes back what entry {preview.entry} did: {act}, {preview.effective_on}."]
    if created := record_counts_text(preview.created, number):
        parts.append(f"Voided: {created}.")
    if changed := record_counts_text(preview.changed, number):
        parts.append(f"As before again: {changed}.")
    parts += [_VOID_EFFECTS[preview.kind], "The history keeps both entries, and a void itself is not voided."]
    return " ".join(parts)
