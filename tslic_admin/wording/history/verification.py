"""What a verification of the history finds, and why an anchor or an exported history is refused."""

from __future__ import annotations

HISTORY_INTACT = "The history is intact: {entries} entries, head {head}."

FINDINGS = {
    "entry-missing": "Entry {entry} is missing: the history was altered outside of this program.",
    "line-without-entry": "There are lines of entry {entry}, but no such entry: the history was altered.",
    "entry-form": "Entry {entry} is written in form {form}, which this program does not know.",
    "entry-not-on-last": "Entry {entry} does not follow the entry before it: the history was altered there.",
    "entry-altered": "Entry {entry} does not fit its digest: it was altered after it was written.",
    "not-anchored": "Entry {entry} is not the one that the anchor names: the history was written anew.",
    "cut-short": "The anchor names entry {entry}, which is not there: the history was cut short.",
    "file-entry-altered": "Entry {entry} in the exported file does not fit its digest: the file was altered.",
    "file-not-on-last": "Entry {entry} in the exported file does not follow the one before it: the file was altered.",
    "file-not-of-store": "Entry {entry} in the exported file is not this store's: one of the two was written anew.",
    "cut-short-of-file": "The exported file holds entry {entry}, which is not there: the history was cut short.",
    "line-out-of-order": "Entry {entry} changes {thing} from something it was not: the history was altered.",
    "row-missing": "The entries tell of {thing}, but the store no longer holds it.",
    "row-unexplained": "The store holds {thing}, of which no entry tells.",
    "row-altered": (
        "{field} of {thing} is “{table}” in the store, but “{entries}” by the entries: it was altered outside "
        "of this program."
    ),
}

HISTORY_REFUSALS = {
    "nothing-to-anchor": "Nothing was recorded yet, so there is nothing to anchor. Record something first.",
    "export-malformed": "{value} is no history that this program exported as JSON. Choose such a file.",
    "anchor-malformed": "{value} is no anchor file of this program. Choose the file that an anchor was written to.",
}
