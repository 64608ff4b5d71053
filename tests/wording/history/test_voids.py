"""What voiding says: what is taken back, what stands in the way, what to do instead."""

from __future__ import annotations

import pytest

from tslic_admin.domain.history.voids import VOIDABLE, Dependent, VoidPreview
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.wording import messages
from tslic_admin.wording.history.voids import (
    DEFAULT_ALTERNATIVE,
    VOID_ALTERNATIVES,
    alternative_text,
    entries_text,
    record_counts_text,
    void_text,
)
from tslic_admin.wording.values import ACTS


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({}, ""),
        ({"snapshot": 2}, ""),
        ({"license": 1}, "1 issued license"),
        ({"license": 230, "pack": 2, "snapshot": 2}, "2 key packs and 230 issued licenses"),
        ({"collected": 3, "pack": 1, "request": 1}, "1 key pack, 1 reissue request and 3 collected licenses"),
    ],
)
def test_things_are_counted_in_words(counts: dict[str, int], text: str) -> None:
    assert record_counts_text(counts) == text


def test_numbers_are_grouped_as_the_window_has_them() -> None:
    assert record_counts_text({"license": 1000}, lambda number: f"{number:,}") == "1,000 issued licenses"


def test_entries_are_named_with_what_they_did_and_when_and_many_are_cut_short() -> None:
    one = Dependent(12, "transfer.mark", "2026-03-02", "broken")
    assert entries_text([one]) == "12 (One-time transfer marked, 2026-03-02)"
    assert entries_text([one] * 10).count("12") == 10
    assert entries_text([one] * 13).endswith("2026-03-02) and 3 more")


def test_a_refusal_to_void_is_one_line_that_names_them() -> None:
    entries = (
        Dependent(12, "transfer.mark", "2026-03-02", None),
        Dependent(14, "later.act", "2026-03-03", None),
    )
    assert messages.refusal_text(RuleViolation("built-on", entry=3, act="import", entries=entries)) == (
        "Entry 3 (Imported) cannot be voided, because later entries build on it: "
        "12 (One-time transfer marked, 2026-03-02), 14 (later.act, 2026-03-03). Void or take back those first."
    )


def test_what_cannot_be_voided_says_what_to_do_instead() -> None:
    text = messages.refusal_text(
        RuleViolation("not-voidable", entry=3, act="reissue.add", instead="reissue.add")
    )
    assert text == (
        "Entry 3 (Licenses collected for reissue) cannot be voided. Drop the licenses from the reissue request."
    )
    assert alternative_text("a.later.act") == DEFAULT_ALTERNATIVE


def test_instead_is_said_only_of_acts_that_there_are_and_that_cannot_be_voided() -> None:
    assert set(VOID_ALTERNATIVES) <= set(ACTS)
    assert not set(VOID_ALTERNATIVES) & (VOIDABLE | {"void"})


@pytest.mark.parametrize("kind", sorted(VOIDABLE))
def test_what_will_be_true_is_said_of_every_act_that_can_be_voided(kind: str) -> None:
    preview = VoidPreview(12, kind, "2026-03-02", {"pack": 1}, {"license": 2}, ())
    text = void_text(preview)
    assert text.startswith(f"Takes back what entry 12 did: {ACTS[kind]}, 2026-03-02. Voided: 1 key pack. ")
    assert "As before again: 2 issued licenses." in text
    assert text.endswith("a void itself is not voided.")
    nothing = void_text(VoidPreview(12, kind, "2026-03-02", {}, {"snapshot": 1}, ()))
    assert "Voided:" not in nothing
    assert "As before" not in nothing
