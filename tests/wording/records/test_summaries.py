"""What the record knows beyond the server, in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tslic_admin.wording.lists.transfers import TRANSFER_WORDS
from tslic_admin.wording.records.summaries import record_text


def transferred_row(**other: Any) -> SimpleNamespace:
    """The old computer's license after a transfer."""
    values: dict[str, Any] = {
        "by_hand": 0, "record": "transferred", "record_other": "PC9", "record_on": "2026-02-20",
        "removal": "awaiting", "ended_on": None, "ended_why": None, "expires_at": "2026-03-20T10:00:00Z",
        "pack_closed_why": None,
    }  # fmt: skip
    return SimpleNamespace(**values | other)


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({}, "Transferred to PC9 on 2026-02-20, given up, on the server until 2026-03-20, awaiting removal"),
        ({"expires_at": None}, "Transferred to PC9 on 2026-02-20, given up, on the server, awaiting removal"),
        (
            {"expires_at": "2038-01-01T00:00:00Z", "removal": "removed"},
            "Transferred to PC9 on 2026-02-20, given up, on the server, removed",
        ),
        (
            {"ended_on": "2026-03-01", "ended_why": "vanished", "removal": "not-intended"},
            "Transferred to PC9 on 2026-02-20, removal not intended, no longer on the server, ended 2026-03-01",
        ),
    ],
)
def test_a_given_up_license_stays_on_its_server_until_it_expires(other: dict[str, Any], text: str) -> None:
    assert record_text(transferred_row(**other)) == text


@pytest.mark.parametrize(
    ("removal", "voided_by", "text"),
    [
        ("awaiting", None, "Awaiting removal from the old client"),
        ("awaiting", 12, ""),
        ("removed", 12, "Removed from the old client"),
    ],
)
def test_a_transfer_that_never_was_leaves_nothing_to_remove(
    removal: str, voided_by: int | None, text: str
) -> None:
    column = TRANSFER_WORDS.column("removal")
    assert column.show(SimpleNamespace(removal=removal, voided_by=voided_by)) == text
