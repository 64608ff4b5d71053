"""An event line in words: its subject and what changed, for details, the history list and readable exports."""

from __future__ import annotations

from collections.abc import Container

from tslic_admin.domain.history.differences import classify_difference
from tslic_admin.domain.history.entries import EventLine, created_texts
from tslic_admin.wording.fields import FIELD_LABELS, value_or_nothing
from tslic_admin.wording.values import DIFFERENCES, RECORD_KINDS

RELATIONS = {
    "server": "Server",
    "pack": "Key pack",
    "license": "License",
    "transfer": "Transfer",
    "received": "Received by transfer",
    "linked": "The new computer's own license",
    "request": "Reissue request",
    "moved-from": "Moved from key pack",
    "moved-to": "Moved to key pack",
    "succeeded-by": "Upgraded to license",
    "succeeds": "Came for temporary license",
    "replaces": "Replaces",
    "replaced-by": "Replaced by key pack",
    "reissued-into": "Licenses of it reissued into",
    "became": "Reissued as key pack",
    "collected": "Collected",
    "same-call": "Same call as reissue request",
    "previous": "After transfer",
    "next": "Followed by transfer",
    "voided-by": "Voided by",
    "voids": "Takes back",
}


# what tells evidence apart and what was read stand in the details, not among the changes
OMITTED_FIELDS = {"Identity", "Facts"}


def subject_text(line: EventLine) -> str:
    """The thing a line is about: *Issued license DC01/3/17*."""
    return f"{RECORD_KINDS.get(line.kind, line.kind.capitalize())} {line.reference}"


def change_text(line: EventLine) -> str:
    """What changed on it: *Renewed. Expires On: 2026-03-02 → 2026-05-20*, or what a new thing came with."""
    if line.field is not None:
        name = DIFFERENCES.get(classify_difference(line.kind, line.field, line.before, line.after) or "")
        label = (f"{name}. " if name else "") + FIELD_LABELS.get(line.field, line.field)
        before, after = (
            value_or_nothing(line.kind, line.field, value) for value in (line.before, line.after)
        )
        return f"{label}: {after}" if line.before is None else f"{label}: {before} → {after}"
    return f"New: {initial_values_text(line)}"


def initial_values_text(line: EventLine, omitted: Container[str] = OMITTED_FIELDS) -> str:
    """What a new thing came with: *Issued To Computer PC-1; License Status Active*."""
    values = created_texts(line.after)
    if values is None:
        return line.after or ""
    return "; ".join(
        f"{FIELD_LABELS.get(field, field)} {value_or_nothing(line.kind, field, value)}"
        for field, value in values.items()
        if field not in omitted
    )
