"""Advice beside the call: when licenses return to the pool, how many may be revoked, how many are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.records.advice import (
    Pool,
    PoolReturn,
    ReturnKind,
    RevocationLimit,
    compute_revocation_limit,
    is_purchased_per_device,
    predict_return,
    total_shortage,
)
from tslic_admin.wording.records.calls import call_alternatives, return_cell, return_text

TODAY = date(2026, 3, 2)
DEVICES = Pool(product_type=0, key_pack_type=2, total=100, issued=80)


@pytest.mark.parametrize(
    ("expires_on", "ended_on", "how", "day"),
    [
        (TODAY, None, ReturnKind.ON, TODAY),
        (date(2026, 9, 26), None, ReturnKind.ON, date(2026, 9, 26)),
        (date(2026, 3, 1), None, ReturnKind.BACK, date(2026, 3, 1)),
        (date(2026, 9, 26), date(2026, 2, 1), ReturnKind.BACK, date(2026, 2, 1)),
        (None, date(2026, 2, 1), ReturnKind.BACK, date(2026, 2, 1)),
        (date(2035, 12, 31), None, ReturnKind.NEVER, None),
        (None, None, ReturnKind.UNKNOWN, None),
    ],
)
def test_a_license_returns_on_the_day_its_server_gave_it_and_on_no_other(
    expires_on: date | None, ended_on: date | None, how: ReturnKind, day: date | None
) -> None:
    """However far away: one of 208 days is real, so nothing is computed from the issue date."""
    assert predict_return(expires_on=expires_on, ended_on=ended_on, today=TODAY) == PoolReturn(how, day)


@pytest.mark.parametrize(
    ("one", "in_column", "in_sentence"),
    [
        (
            PoolReturn(ReturnKind.ON, TODAY),
            "2026-03-02",
            "returns to the pool on 2026-03-02 unless the old client connects",
        ),
        (
            PoolReturn(ReturnKind.BACK, TODAY),
            "may be back since 2026-03-02",
            "may be back in the pool since 2026-03-02",
        ),
        (PoolReturn(ReturnKind.NEVER), "never", "never returns to the pool by itself"),
        (PoolReturn(ReturnKind.UNKNOWN), "not known", ""),
    ],
)
def test_it_is_said_in_a_column_and_in_a_sentence(one: PoolReturn, in_column: str, in_sentence: str) -> None:
    assert (return_cell(one), return_text(one)) == (in_column, in_sentence)


@pytest.mark.parametrize(
    ("total", "at_a_time"), [(1, 1), (4, 1), (5, 1), (9, 1), (10, 2), (14, 2), (15, 3), (250, 50)]
)
def test_a_fifth_of_a_version_may_be_revoked_at_a_time_or_one(total: int, at_a_time: int) -> None:
    found = compute_revocation_limit([replace(DEVICES, total=total)], revoked=0, server_version=4)
    assert found == RevocationLimit(at_a_time, 0)
    assert found.remaining == at_a_time


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(0, 10**6))
def test_of_all_packs_of_a_version_together_and_never_fewer_than_none(
    totals: list[int], revoked: int
) -> None:
    found = compute_revocation_limit(
        [replace(DEVICES, total=total) for total in totals], revoked=revoked, server_version=None
    )
    if sum(totals) == 0:
        assert found is None
        return
    assert found is not None
    assert found.at_a_time == max(1, sum(totals) // 5)
    assert found.remaining == max(0, found.at_a_time - revoked)


@pytest.mark.parametrize(
    "other",
    [
        {"product_type": 1},
        {"product_type": 3},
        {"product_type": None},
        {"key_pack_type": 4},
        {"key_pack_type": 6},
    ],
)
def test_only_what_was_bought_per_device_can_be_revoked(other: dict[str, int | None]) -> None:
    pool = replace(DEVICES, **other)  # type: ignore[arg-type]
    assert not is_purchased_per_device(pool)
    assert compute_revocation_limit([pool], revoked=0, server_version=4) is None
    assert compute_revocation_limit(
        [pool, replace(DEVICES, total=10)], revoked=0, server_version=4
    ) == RevocationLimit(2, 0)


def test_where_a_number_is_not_known_nothing_is_said() -> None:
    for total in (None, 4294967295):
        assert (
            compute_revocation_limit([DEVICES, replace(DEVICES, total=total)], revoked=0, server_version=4)
            is None
        )
    assert compute_revocation_limit([], revoked=0, server_version=4) is None


def test_a_server_before_2008_revokes_nothing() -> None:
    for version in (0, 1):
        assert compute_revocation_limit([DEVICES], revoked=0, server_version=version) is None
    assert compute_revocation_limit([DEVICES], revoked=0, server_version=2) == RevocationLimit(20, 0)


def test_a_shortage_is_of_each_pack_by_itself() -> None:
    assert total_shortage([DEVICES]) == 0
    assert (
        total_shortage([DEVICES, replace(DEVICES, total=10, issued=12), replace(DEVICES, issued=None)]) == 2
    )


@pytest.mark.parametrize(
    ("found", "short", "texts"),
    [
        (None, 0, []),
        (
            RevocationLimit(20, 0),
            0,
            ["20 licenses of this version may be revoked instead: at most 20 at a time"],
        ),
        (
            RevocationLimit(2, 1),
            1,
            [
                "1 license of this version may be revoked instead: at most 2 at a time (1 of them now)",
                "1 more is issued than installed: so many are missing",
            ],
        ),
        (
            RevocationLimit(2, 3),
            3,
            [
                "0 licenses of this version may be revoked instead: at most 2 at a time (3 of them now)",
                "3 more are issued than installed: so many are missing",
            ],
        ),
    ],
)
def test_what_could_be_done_instead_is_said(
    found: RevocationLimit | None, short: int, texts: list[str]
) -> None:
    assert list(call_alternatives(found, short)) == texts
