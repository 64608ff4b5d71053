"""Evidence in words: where it was found, whose license it is about."""

from __future__ import annotations

import pytest

from tslic_admin.domain.records.evidence import EvidenceKind, StoredEvidence
from tslic_admin.wording.importing.evidence import about_text
from tslic_admin.wording.values import EVIDENCE_KINDS


@pytest.mark.parametrize(
    ("facts", "about"),
    [
        ({"computer": "PC1", "user": "ann"}, "Event log, PC1"),
        ({"user": "ann"}, "Event log, ann"),
        ({"hardware_id": "0xAB"}, "Event log, 0xAB"),
        ({"facts": '[["EventID", "89"], ["x", "y"]]'}, "Event log, EventID 89"),
        ({}, "Event log"),
        ({"facts": "altered"}, "Event log"),
    ],
)
def test_evidence_is_named_by_whose_license_it_is_about_else_by_what_it_says_first(facts, about):
    nothing = dict.fromkeys(StoredEvidence._fields) | {"kind": "event", "facts": "[]"}
    assert about_text(StoredEvidence(**(nothing | facts))) == about


def test_every_kind_of_evidence_has_its_words():
    assert set(EVIDENCE_KINDS) == set(EvidenceKind)
