"""What a difference between two lists is called, by the line that the history has of it (rule 4.5)."""

from __future__ import annotations

import pytest

from tslic_admin.domain.history.differences import DifferenceKind, change_kind, classify_difference
from tslic_admin.wording.values import CHANGE_KINDS

LINES = [
    ("license", None, None, "{}", "new"),
    ("server", None, None, "{}", "new"),
    ("license", "VoidedBy", None, "4", "voided"),
    ("license", "VoidedBy", "4", None, "voided"),
    ("pack", "FirstSeen", None, "2026-01-01T00:00:00Z", "first-seen"),
    ("license", "LicenseId", None, "17", "first-seen"),
    ("license", "LicenseId", "17", None, "changed"),
    ("license", "sIssuedToComputer", "PC1", "PC2", "renamed"),
    ("license", "sIssuedToComputer", "PC1", "pc1.corp.example", "changed"),
    ("license", "sIssuedToComputer", None, "PC2", "changed"),
    ("license", "ExpirationDate", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "renewed"),
    ("license", "ExpirationDate", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "changed"),
    ("license", "LicenseStatus", "1", "2", "status"),
    ("license", "EndedWhy", None, "replaced", "replaced"),
    ("license", "EndedWhy", None, "upgraded", "upgraded"),
    ("license", "EndedWhy", None, "vanished", "vanished"),
    ("license", "EndedWhy", "vanished", None, "back"),
    ("license", "EndedWhy", None, "pack-closed", "changed"),
    ("pack", "ClosedWhy", None, "vanished", "vanished"),
    ("pack", "ClosedWhy", "vanished", None, "back"),
    ("pack", "TotalLicenses", "10", "15", "grown"),
    ("pack", "TotalLicenses", "15", "10", "shrunk"),
    ("pack", "TotalLicenses", None, "10", "changed"),
    ("pack", "IssuedLicenses", "3", "4", "changed"),
    ("server", "Company", "A", "B", "changed"),
]


@pytest.mark.parametrize(("kind", "field", "before", "after", "name"), LINES)
def test_every_line_has_a_name(kind, field, before, after, name):
    assert change_kind(kind, field, before, after) == name


def test_every_name_is_met_here_and_has_its_words():
    names = {name for *_, name in LINES}
    assert names >= set(DifferenceKind)
    assert names == set(CHANGE_KINDS)


def test_what_has_no_name_is_not_counted():
    assert classify_difference("server", "Company", "A", "B") is None
