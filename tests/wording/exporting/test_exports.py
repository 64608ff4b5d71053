"""How a list's filter is said, and what an export says of itself."""

from __future__ import annotations

import pytest

from tslic_admin.domain.catalogue.history import CHANGES, HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.wording.exporting.exports import (
    file_facts,
    filter_text,
    head_text,
    left_out_text,
    rows_text,
)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (ListSpec(LICENSES), "Everything that is current"),
        (ListSpec(CHANGES, record_id=2), "By entry 2"),
        (
            ListSpec(CHANGES, sort="entry", descending=True),
            "Everything that is current; sorted by Entry, descending",
        ),
        (ListSpec(LICENSES, sort="computer"), "Everything that is current; sorted by Issued To Computer"),
        (ListSpec(LICENSES, sort="no column"), "Everything that is current"),
        (
            ListSpec(LICENSES, search=" pc ", status=2, ended=True, sort="status", descending=True),
            "Containing “pc”, with the status Active, with what is no longer current; sorted by License Status, descending",
        ),
        (ListSpec(LICENSES, voided=True), "With what was voided"),
        (ListSpec(DUE, within=14, overdue=True), "Within 14 days, overdue"),
        (ListSpec(DUE, overdue=False), "Not overdue"),
        (ListSpec(HISTORY, since="2026-01-01"), "Recorded from 2026-01-01"),
        (ListSpec(HISTORY, until="2026-01-31", by="effective"), "Taking effect until 2026-01-31"),
        (
            ListSpec(HISTORY, since="2026-01-01", until="2026-01-31"),
            "Recorded from 2026-01-01 until 2026-01-31",
        ),
    ],
)
def test_a_filter_is_said_in_words(spec, text):
    assert filter_text(spec) == text


def test_servers_and_key_packs_are_named():
    assert filter_text(ListSpec(PACKS), server="DC01") == "Of server DC01"
    assert filter_text(ListSpec(LICENSES), server="DC01", pack="DC01/3") == "Of key pack DC01/3"


def test_a_file_says_what_it_is():
    facts = dict(
        file_facts("Servers", "tslic.sqlite", "Everything", (5, "ab12"), "2026-03-02 12:00", revealed=False)
    )
    assert facts == {
        "List": "Servers",
        "Store": "tslic.sqlite",
        "Filter": "Everything",
        "History head": "Entry 5, ab12",
        "Written": "2026-03-02 12:00",
    }
    assert "Secrets" in dict(file_facts("", "", "", None, "", revealed=True))
    assert head_text(None) == "Nothing was recorded yet"


def test_one_is_not_many():
    assert (rows_text(1), rows_text(2)) == ("1 row", "2 rows")
    assert left_out_text(1).startswith("1 key pack holds no")
    assert left_out_text(3).startswith("3 key packs hold no")
