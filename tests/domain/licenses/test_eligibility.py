"""What may be transferred and what reissued: the table of rule 4.4, whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tslic_admin.domain.licenses.eligibility import LicenseFacts, gone_since
from tslic_admin.domain.outcomes import NeedsReason, RuleViolation
from tslic_admin.domain.records.reissues import RequestFacts, RequestState, decide_collect
from tslic_admin.domain.records.transfers import TransferDetails, TransferPolicy, decide_transfer

TODAY = date(2026, 3, 2)
YESTERDAY = TODAY - timedelta(days=1)
ACTIVE = LicenseFacts(
    license="DC01/3/17", status=2, product_type=0, product_version=6, key_pack_type=2, server_id=1
)
REQUEST = RequestFacts(
    number=4, state=RequestState.OPEN, server_id=1, product_version=None, product_type=None
)


def transfer(facts: LicenseFacts, reason: str | None, *, anyway: bool) -> str:
    wish = TransferDetails(to="PC2", on=YESTERDAY, reason=reason, anyway=anyway)
    decide_transfer(
        facts, wish, computer="PC1", issued_on=None, first_issued_on=None,
        policy=TransferPolicy.ONE_TIME, earlier=None, today=TODAY,
    )  # fmt: skip
    return "yes"


def reissue(facts: LicenseFacts, reason: str | None, *, anyway: bool) -> str:
    notices = decide_collect(REQUEST, facts, TODAY, reason, anyway=anyway)
    return "said" if any(notice.code == "may-be-back-in-the-pool" for notice in notices) else "yes"


def answer(act, facts: LicenseFacts) -> str:
    """yes; said: yes, with the word that it may be back in the pool; reason: only with one; else the refusal."""
    try:
        return act(facts, None, anyway=False)
    except NeedsReason as violation:
        for reason, anyway in (("a reason", False), (None, True), ("", True)):
            with pytest.raises(NeedsReason):
                act(facts, reason, anyway=anyway)
        assert act(facts, "a reason", anyway=True)
        return f"reason: {violation.code}"
    except RuleViolation as refusal:
        with pytest.raises(RuleViolation, match=refusal.code):  # a reason does not help
            act(facts, "a reason", anyway=True)
        return refusal.code


TABLE = {
    "device, active": ({}, "yes", "yes"),
    "device, upgrade": ({"status": 3}, "yes", "yes"),
    "device, expires today": ({"expires_on": TODAY}, "yes", "yes"),
    "device of an unknown kind of pack": ({"key_pack_type": None, "product_type": None}, "yes", "yes"),
    "temporary by its status": ({"status": 1}, "transfer-temporary", "reissue-temporary"),
    "temporary by its pack": ({"key_pack_type": 4}, "transfer-temporary", "reissue-temporary"),
    "built-in by product type 3": ({"product_type": 3}, "transfer-built-in", "reissue-built-in"),
    "built-in by pack type 6": ({"key_pack_type": 6}, "transfer-built-in", "reissue-built-in"),
    "built-in by pack type 8": ({"key_pack_type": 8}, "transfer-built-in", "reissue-built-in"),
    "per user": ({"product_type": 1}, "transfer-per-user", "yes"),
    "revoked": ({"status": 4}, "transfer-revoked", "reissue-revoked"),
    "status unknown": ({"status": 0}, "reason: transfer-status-unclear", "reason: reissue-status-unclear"),
    "status pending": ({"status": 5}, "reason: transfer-status-unclear", "reason: reissue-status-unclear"),
    "status concurrent": ({"status": 6}, "reason: transfer-status-unclear", "reason: reissue-status-unclear"),
    "status nobody knows": (
        {"status": 17},
        "reason: transfer-status-unclear",
        "reason: reissue-status-unclear",
    ),
    "status not said": (
        {"status": None},
        "reason: transfer-status-unclear",
        "reason: reissue-status-unclear",
    ),
    "expired": ({"expires_on": YESTERDAY}, "reason: transfer-ended", "said"),
    "vanished or replaced": ({"ended_on": YESTERDAY}, "reason: transfer-ended", "said"),
    "ended, per user": ({"ended_on": YESTERDAY, "product_type": 1}, "transfer-per-user", "said"),
    "in this open request": ({"open_request": 4}, "transfer-collected", "reissue-already-here"),
    "in another open request": ({"open_request": 5}, "transfer-collected", "reissue-collected"),
    "retired by a reissue": ({"retired_by": 5}, "transfer-retired", "reissue-retired"),
}


@pytest.mark.parametrize(("what", "may_transfer", "may_reissue"), TABLE.values(), ids=TABLE.keys())
def test_what_may_be_transferred_and_what_reissued(what, may_transfer: str, may_reissue: str) -> None:
    facts = replace(ACTIVE, **what)
    assert answer(transfer, facts) == may_transfer
    assert answer(reissue, facts) == may_reissue


@pytest.mark.parametrize("what", [{"status": None}, {"expires_on": YESTERDAY}])
def test_a_reason_is_not_asked_for_where_it_would_not_help(what) -> None:
    """Everything that no reason overcomes is refused first."""
    facts = replace(ACTIVE, **what)
    hopeless = {
        "transfer-per-user": (replace(facts, product_type=1), TODAY),
        "day-in-future": (facts, TODAY + timedelta(days=1)),
    }
    for code, (license_, on) in hopeless.items():
        with pytest.raises(RuleViolation, match=code):
            decide_transfer(
                license_, TransferDetails("PC2", on), computer="PC1", issued_on=None, first_issued_on=None,
                policy=TransferPolicy.ONE_TIME, earlier=None, today=TODAY,
            )  # fmt: skip
    with pytest.raises(RuleViolation, match="request-other-server"):
        decide_collect(REQUEST, replace(facts, server_id=2), TODAY, None)


def test_a_refusal_names_the_license_and_the_request() -> None:
    with pytest.raises(RuleViolation) as refusal:
        transfer(replace(ACTIVE, open_request=5), None, anyway=False)
    assert refusal.value.facts == {"license": "DC01/3/17", "request": 5}
    with pytest.raises(RuleViolation) as refusal:
        transfer(replace(ACTIVE, expires_on=YESTERDAY), None, anyway=False)
    assert refusal.value.facts == {"license": "DC01/3/17", "on": YESTERDAY}


def test_a_license_is_gone_since_it_ended_on_the_server_or_else_since_it_ran_out() -> None:
    assert gone_since(ACTIVE, TODAY) is None
    assert gone_since(replace(ACTIVE, expires_on=TODAY), TODAY) is None
    assert gone_since(replace(ACTIVE, expires_on=YESTERDAY), TODAY) == YESTERDAY
    both = replace(ACTIVE, ended_on=YESTERDAY, expires_on=date(2026, 1, 1))
    assert gone_since(both, TODAY) == YESTERDAY
