"""The one-time transfer and the other policies (KB 315262; rules 4.4 and 4.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.licenses.clients import ClientSystem
from tslic_admin.domain.licenses.eligibility import LicenseFacts
from tslic_admin.domain.outcomes import NeedsReason, RuleViolation
from tslic_admin.domain.records.transfers import (
    EarlierTransfer,
    TransferDecision,
    TransferDetails,
    TransferPolicy,
    decide_transfer,
    read_policy,
)

ONE_TIME, AGAIN, NEVER = (
    TransferPolicy.ONE_TIME,
    TransferPolicy.AFTER_90_DAYS,
    TransferPolicy.NOT_TRANSFERABLE,
)
TODAY = date(2026, 3, 2)
ISSUED = date(2025, 1, 10)
LICENSE = LicenseFacts("DC01/3/17", status=2, product_type=0, product_version=6, key_pack_type=2, server_id=1)
WINDOWS_2000 = replace(LICENSE, product_version=0)


def earlier(on: date, policy: TransferPolicy = AGAIN, to: str = "PC2") -> EarlierTransfer:
    return EarlierTransfer(number=7, on=on, to=to, policy=policy)


def decide(
    to: str = "PC9",
    on: date = TODAY,
    *,
    facts: LicenseFacts = LICENSE,
    policy: TransferPolicy = ONE_TIME,
    last: EarlierTransfer | None = None,
    issued: date | None = ISSUED,
    first_issued: date | None = None,
    computer: str | None = "PC1",
    **wish,
) -> TransferDecision:
    return decide_transfer(
        facts,
        TransferDetails(to, on, **wish),
        computer=computer,
        issued_on=issued,
        first_issued_on=first_issued,
        policy=policy,
        earlier=last,
        today=TODAY,
    )


def refusal(*arguments, **named) -> RuleViolation:
    with pytest.raises(RuleViolation) as refused:
        decide(*arguments, **named)
    return refused.value


def codes(decision: TransferDecision) -> list[str]:
    return [notice.code for notice in decision.notices]


def test_a_license_moves_from_its_holder_to_another_computer() -> None:
    decision = decide("PC9", date(2026, 2, 1))
    assert (decision.from_computer, decision.to_computer) == ("PC1", "PC9")
    assert (decision.on, decision.policy, decision.previous) == (date(2026, 2, 1), ONE_TIME, None)


def test_a_license_that_the_server_issued_to_nobody_moves_from_nobody() -> None:
    assert decide(computer=None).from_computer is None


@pytest.mark.parametrize("policy_then", TransferPolicy)
def test_once_transferred_always_transferred_under_the_one_time_policy(policy_then: TransferPolicy) -> None:
    refused = refusal(last=earlier(date(2025, 2, 1), policy_then))
    assert refused.code == "already-transferred"
    assert refused.facts == {"license": "DC01/3/17", "transfer": 7, "to": "PC2", "on": date(2025, 2, 1)}


def test_under_the_90_days_policy_it_moves_on_from_whom_it_was_moved_to() -> None:
    decision = decide(policy=AGAIN, last=earlier(date(2025, 2, 1)))
    assert (decision.from_computer, decision.policy, decision.previous) == ("PC2", AGAIN, 7)


@pytest.mark.parametrize("last", [None, earlier(date(2025, 2, 1))])
def test_a_pack_that_is_not_transferable_lets_nothing_move(last: EarlierTransfer | None) -> None:
    assert refusal(policy=NEVER, last=last).code == "not-transferable"


@given(st.integers(min_value=0, max_value=300))
def test_90_days_after_the_last_move_and_not_sooner(days: int) -> None:
    last_move = date(2025, 4, 1)
    on = last_move + timedelta(days=days)
    if days >= 90:
        assert decide(on=on, policy=AGAIN, last=earlier(last_move)).on == on
    else:
        refused = refusal(on=on, policy=AGAIN, last=earlier(last_move))
        assert (refused.code, refused.field) == ("within-90-days", "on")
        assert refused.facts == {"on": on, "last": last_move, "allowed": date(2025, 6, 30)}


@given(st.integers(min_value=0, max_value=300))
def test_a_first_move_is_90_days_after_the_earliest_issue_date_seen(days: int) -> None:
    first = date(2025, 4, 1)
    on = first + timedelta(days=days)
    if days >= 90:
        assert decide(on=on, policy=AGAIN, first_issued=first, issued=date(2026, 1, 1)).on == on
    else:
        assert refusal(on=on, policy=AGAIN, first_issued=first).code == "within-90-days"


def test_the_policy_of_the_pack_now_counts_not_that_of_the_last_transfer() -> None:
    assert decide(policy=AGAIN, last=earlier(date(2025, 2, 1), ONE_TIME)).policy is AGAIN
    assert refusal(policy=ONE_TIME, last=earlier(date(2025, 2, 1), AGAIN)).code == "already-transferred"


def test_where_no_issue_date_is_known_none_is_counted_from() -> None:
    assert decide(on=date(1999, 1, 1), policy=AGAIN, issued=None)


def test_at_the_end_of_the_calendar_90_days_later_is_its_last_day() -> None:
    refused = refusal(on=TODAY, policy=AGAIN, issued=TODAY - timedelta(days=1))
    assert refused.facts["allowed"] == TODAY + timedelta(days=89)


def test_not_in_the_future() -> None:
    assert refusal(on=TODAY + timedelta(days=1)).code == "day-in-future"


@pytest.mark.parametrize("policy", [ONE_TIME, AGAIN])
def test_not_before_the_issue_date(policy: TransferPolicy) -> None:
    refused = refusal(on=ISSUED - timedelta(days=1), policy=policy)
    assert (refused.code, refused.field, refused.facts["issued"]) == ("transfer-before-issue", "on", ISSUED)
    assert decide(on=ISSUED).on == ISSUED


def test_not_before_the_transfer_before_it() -> None:
    refused = refusal(on=date(2025, 5, 31), policy=AGAIN, last=earlier(date(2025, 6, 1)))
    assert (refused.code, refused.facts["last"]) == ("transfer-before-last", date(2025, 6, 1))


@pytest.mark.parametrize("to", ["PC1", "pc1.corp.example"])
def test_not_to_who_has_it_already(to: str) -> None:
    refused = refusal(to)
    assert (refused.code, refused.field) == ("already-there", "to")


def test_not_to_who_got_it_by_the_last_transfer_but_back_to_the_first() -> None:
    last = earlier(date(2025, 2, 1))
    assert refusal("PC2", policy=AGAIN, last=last).code == "already-there"
    assert decide("PC1", policy=AGAIN, last=last).to_computer == "PC1"


def test_a_client_that_needs_no_cal_is_refused_unless_there_is_a_reason() -> None:
    wish = {"facts": WINDOWS_2000, "client": ClientSystem.XP_PROFESSIONAL}
    for insisting in ({}, {"anyway": True}, {"reason": "audit"}):
        refused = refusal(**wish, **insisting)
        assert isinstance(refused, NeedsReason)
        assert refused.facts == {"client": ClientSystem.XP_PROFESSIONAL, "host": 0}
    assert codes(decide(**wish, anyway=True, reason="audit")) == ["recorded-though-not-needed"]


def test_the_hosts_version_is_the_packs_unless_given() -> None:
    client = ClientSystem.XP_PROFESSIONAL
    assert codes(decide(facts=WINDOWS_2000, client=client, host_version=1)) == ["cal-does-not-serve-host"]
    assert refusal(client=client, host_version=0).code == "no-cal-needed"


def test_what_was_not_given_is_said_to_be_unchecked_and_what_no_source_says_too() -> None:
    assert codes(decide()) == ["need-not-checked"]
    assert codes(decide(facts=WINDOWS_2000, client=ClientSystem.SERVER_2003_OR_LATER)) == ["need-unknown"]
    assert codes(decide(client=ClientSystem.XP_PROFESSIONAL)) == []


def test_a_cal_that_does_not_serve_the_host_is_said_and_not_refused() -> None:
    decision = decide(client=ClientSystem.VISTA_OR_LATER, host_version=7)
    assert codes(decision) == ["cal-does-not-serve-host"]
    assert decision.notices[0].facts == {"cal": 6, "host": 7}


def test_a_policy_is_read_by_its_name() -> None:
    assert read_policy(" After-90-Days ") is AGAIN
    with pytest.raises(RuleViolation) as refused:
        read_policy("sometimes")
    assert (refused.value.code, refused.value.field) == ("policy-unknown", "policy")
