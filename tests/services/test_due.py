"""What is due by a day, in sentences: waiting computers, real ends, calls, installations, removals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import Clock
from services.stock import CODE, Stock, collecting, put_license, put_pack
from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import IssuanceRow, RequestRow
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lists import read_due, read_overdue
from tslic_admin.services.records import transfers
from tslic_admin.services.reissue import calls
from tslic_admin.wording.records.summaries import DUE_KINDS, due_text


@pytest.fixture
def said(stock: Stock, clock: Clock) -> Callable[..., list[tuple[str, str, str]]]:
    """Kind, day and sentence of what is due."""

    def read(**asked: str) -> list[tuple[str, str, str]]:
        rows = read_due(stock.store.path, clock, **asked)
        return [(row.kind, row.day, due_text(row)) for row in rows]

    return read


def temporary(stock: Stock, computer: str, until: str) -> None:
    pool = put_pack(stock.store, stock.server, 40 + len(computer), key_pack_type=4)
    put_license(stock.store, pool, 1, computer, status=1, expires_at=f"{until}T10:00:00Z")


def marking(license_: int, to: str, on: str) -> Callable[[Session], Any]:
    return lambda session: transfers.mark(
        session, session.get_one(IssuanceRow, license_), transfers.TransferFields(to=to, on=on)
    )


def recording(request: int, on: str) -> Callable[[Session], Any]:
    return lambda session: calls.record(
        session, session.get_one(RequestRow, request), calls.ReissueCall(code=CODE, quantity="2", on=on)
    )


def test_nothing_recorded_nothing_due(said) -> None:
    assert said() == []


def test_permanent_licenses_that_are_about_to_be_renewed_are_never_due(said) -> None:
    """All of the stock expire on 2026-03-20: their server renews them by itself."""
    assert said(within="90") == []


def test_a_waiting_computer_is_covered_until_its_temporary_license_ends(stock: Stock, said) -> None:
    temporary(stock, "NEW", "2026-03-10")
    request = stock.open_request()
    stock.do(collecting(request, (stock.licenses[0], "new.corp.example"), (stock.licenses[1], "UNCOVERED")))
    assert said() == [
        ("request", "2026-03-10", "Call before 2026-03-10: reissue 1, 2 licenses collected on DC01"),
        (
            "temporary",
            "2026-03-10",
            "new.corp.example waits for reissue 1; its temporary license ends on 2026-03-10",
        ),
    ]
    assert said(within="7") == []
    assert [kind for kind, *_ in said(within="8")] == ["request", "temporary"]
    assert said(on="2026-03-11") == [
        ("request", "2026-03-02", "Reissue 1 is open since 2026-03-02, 2 licenses collected on DC01"),
        (
            "temporary",
            "2026-03-10",
            "new.corp.example waits for reissue 1; its temporary license ended on 2026-03-10",
        ),
    ]


def test_a_request_that_nobody_waits_for_is_due_since_it_was_opened(stock: Stock, said) -> None:
    stock.open_request()
    stock.open_request(stock.licenses[0])
    assert said() == [
        ("request", "2026-03-02", "Reissue 1 is open since 2026-03-02, no licenses collected on DC01"),
        ("request", "2026-03-02", "Reissue 2 is open since 2026-03-02, 1 license collected on DC01"),
    ]


def test_only_a_key_pack_that_really_ends_is_due(stock: Stock, said) -> None:
    put_pack(stock.store, stock.server, 7, expires_at="2038-01-01T00:00:00Z")
    put_pack(stock.store, stock.server, 8, expires_at="2026-03-16T10:00:00Z")
    put_pack(stock.store, stock.server, 9, expires_at="2026-02-01T10:00:00Z")
    put_pack(
        stock.store,
        stock.server,
        10,
        expires_at="2026-02-01T10:00:00Z",
        closed_on="2026-02-15",
        closed_why="rebuilt",
    )
    assert said() == [
        ("key-pack", "2026-02-01", "Key pack DC01/9 expired on 2026-02-01"),
        ("key-pack", "2026-03-16", "Key pack DC01/8 expires on 2026-03-16"),
    ]


def test_after_the_call_the_licenses_are_to_be_installed_and_the_old_ones_removed(stock: Stock, said) -> None:
    temporary(stock, "NEW", "2026-03-10")
    stock.do(marking(stock.licenses[1], "PC7", "2026-02-10"))
    request = stock.open_request()
    stock.do(collecting(request, (stock.licenses[0], "NEW"), (stock.licenses[1], None)))
    stock.do(recording(request, "2026-03-01"))
    assert said() == [
        (
            "removal",
            "2026-02-10",
            "To be removed from PC2: DC01/3/2, transferred to PC7 on 2026-02-10",
        ),
        (
            "install",
            "2026-03-01",
            "Reissue 1, recorded on 2026-03-01, 2 licenses: not yet installed on DC01",
        ),
        (
            "removal",
            "2026-03-01",
            "To be removed from PC1: DC01/3/1, retired by reissue 1 on 2026-03-01",
        ),
        (
            "removal",
            "2026-03-01",
            "To be removed from PC7: DC01/3/2, retired by reissue 1 on 2026-03-01",
        ),
        ("temporary", "2026-03-10", "NEW waits for reissue 1; its temporary license ends on 2026-03-10"),
    ]
    stock.do(
        lambda session: calls.set_installed(session, session.get_one(RequestRow, request), on="2026-03-02")
    )
    assert [kind for kind, *_ in said()] == ["removal"] * 3


def test_what_is_overdue_is_over_or_has_waited_too_long(stock: Stock, clock: Clock) -> None:
    put_pack(stock.store, stock.server, 9, expires_at="2026-03-01T10:00:00Z")
    stock.do(marking(stock.licenses[0], "PC7", "2026-01-31"))
    stock.do(marking(stock.licenses[1], "PC8", "2026-01-30"))
    rows = read_overdue(stock.store.path, clock)
    assert [(row.kind, row.day) for row in rows] == [("removal", "2026-01-30"), ("key-pack", "2026-03-01")]
    clock.now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert len(read_overdue(stock.store.path, clock)) == 3


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"within": "soon"}, "days-malformed"),
        ({"within": "-1"}, "days-malformed"),
        ({"on": "today"}, "day-malformed"),
    ],
)
def test_days_that_are_none_are_refused(said, asked: dict[str, str], code: str) -> None:
    with pytest.raises(RuleViolation, match=code):
        said(**asked)


@pytest.mark.parametrize("on", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_any_day_can_be_asked_about(stock: Stock, said, on: str) -> None:
    put_pack(stock.store, stock.server, 9, expires_at="2026-03-01T10:00:00Z")
    assert len(said(on=on)) == (on > "2000")
    assert len(said(on=on, within="4294967295")) == 1


def test_every_kind_has_its_word(stock: Stock) -> None:
    from tslic_admin.domain.records.due import DueKind

    assert set(DUE_KINDS) == set(DueKind)
