"""Evidence in words: where it was found, what it is about, what it states."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tslic_admin.wording.values import EVIDENCE_KINDS

NO_LICENSE_NOTE = "matches no license that is known, to be kept without one"

if TYPE_CHECKING:  # at run time this import would slow down the start of the window
    from tslic_admin.domain.records.evidence import StoredEvidence


def about_text(evidence: StoredEvidence) -> str:
    """*Per-user report, ann*: where it was found, and whose license it is about, else its first fact."""
    holder = evidence.computer or evidence.user or evidence.hardware_id
    subject = [holder] if holder else [" ".join(pair) for pair in parse_facts(evidence.facts)[:1]]
    return ", ".join([EVIDENCE_KINDS[evidence.kind], *subject])


def parse_facts(facts: str) -> list[tuple[str, str]]:
    """What was read, name and value, in the file's order; empty where an altered store holds something else."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(facts)]
    except (ValueError, TypeError):
        return []


def unmatched_text(count: int) -> str:
    """How much evidence matches no license."""
    return f"Evidence that matches no license, to be kept without one: {count}."
