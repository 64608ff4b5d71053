"""Reissue by telephone: what is collected, what is recorded, who waits until when (rule 4.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tslic_admin.domain.licenses.eligibility import LicenseFacts
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.reissues import (
    AdoptionPackFacts,
    CallResult,
    RequestFacts,
    RequestState,
    decide_collect,
    decide_record,
    require_open,
)

TODAY = date(2026, 3, 2)
EMPTY = RequestFacts(number=4, state=RequestState.OPEN, server_id=1, product_version=None, product_type=None)
REQUEST = replace(EMPTY, product_version=2, product_type=0)
LICENSE = LicenseFacts("DC01/3/17", status=2, product_type=0, product_version=2, key_pack_type=2, server_id=1)
PACK = AdoptionPackFacts(
    reference="DC01/8", server_id=1, product_version=2, product_type=0, total=2,
    claimed_by=None, other_code=False, closed=False,
)  # fmt: skip
CALL = CallResult(quantity=2, on=date(2026, 3, 1))


def collect(facts: LicenseFacts, request: RequestFacts = REQUEST) -> list[str]:
    return [notice.code for notice in decide_collect(request, facts, TODAY, None)]


def record(
    request: RequestFacts = REQUEST,
    call: CallResult = CALL,
    *,
    collected: int = 2,
    retired: int = 2,
    adopt: AdoptionPackFacts | None = None,
) -> list[str]:
    notices = decide_record(request, call, collected=collected, retired=retired, adopt=adopt, today=TODAY)
    return [notice.code for notice in notices]


def refusal(act, *arguments, **named) -> RuleViolation:
    with pytest.raises(RuleViolation) as refused:
        act(*arguments, **named)
    return refused.value


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.OPEN])
def test_only_an_open_request_is_collected_for_or_recorded(state: RequestState) -> None:
    settled = replace(REQUEST, state=state)
    for refused in (
        refusal(require_open, settled),
        refusal(collect, LICENSE, settled),
        refusal(record, settled),
    ):
        assert (refused.code, refused.facts) == ("request-not-open", {"request": 4, "state": state})


def test_the_first_license_decides_version_and_type() -> None:
    assert collect(replace(LICENSE, product_version=7, product_type=1), EMPTY) == []


@pytest.mark.parametrize(
    ("difference", "code"),
    [
        ({"server_id": 2}, "request-other-server"),
        ({"product_type": 1}, "request-other-type"),
        ({"product_type": None}, "request-other-type"),
        ({"product_version": 4}, "request-other-version"),
        ({"product_version": None}, "request-other-version"),
    ],
)
def test_the_others_are_of_the_same_server_type_and_version(difference, code: str) -> None:
    refused = refusal(collect, replace(LICENSE, **difference))
    assert (refused.code, refused.facts) == (code, {"license": "DC01/3/17", "request": 4})


def test_2008_and_2008_r2_go_into_one_request() -> None:
    assert collect(replace(LICENSE, product_version=3)) == []


def test_an_empty_request_too_is_of_one_server() -> None:
    assert refusal(collect, replace(LICENSE, server_id=2), EMPTY).code == "request-other-server"


def test_a_call_grants_what_is_retired() -> None:
    assert record() == []


def test_the_call_was_not_in_the_future() -> None:
    assert refusal(record, call=replace(CALL, on=TODAY + timedelta(days=1))).code == "day-in-future"


@pytest.mark.parametrize("quantity", [0, -1, 4294967295])
def test_the_quantity_is_a_number_of_licenses(quantity: int) -> None:
    refused = refusal(record, call=replace(CALL, quantity=quantity), retired=0)
    assert (refused.code, refused.field) == ("quantity-malformed", "quantity")


def test_fewer_than_are_retired_are_refused_until_the_rest_is_dropped() -> None:
    refused = refusal(record, collected=3, retired=3)
    assert (refused.code, refused.field) == ("quantity-below-retired", "quantity")
    assert refused.facts == {"quantity": 2, "retired": 3}
    assert record(collected=3, retired=2) == ["rest-dropped"]


def test_more_than_are_retired_are_allowed_and_said() -> None:
    assert record(collected=1, retired=1) == ["quantity-above-retired"]


def test_none_retired_is_allowed_and_said() -> None:
    assert record(EMPTY, collected=0, retired=0) == ["nothing-retired"]
    assert record(collected=2, retired=0) == ["nothing-retired", "rest-dropped"]


def test_a_pack_that_agrees_is_adopted() -> None:
    assert record(adopt=PACK) == []
    assert record(adopt=replace(PACK, product_version=3)) == []
    assert record(EMPTY, collected=0, retired=0, adopt=replace(PACK, product_type=1)) == ["nothing-retired"]


@pytest.mark.parametrize(
    ("difference", "code"),
    [
        ({"claimed_by": 3}, "adopt-claimed"),
        ({"other_code": True}, "adopt-other-code"),
        ({"closed": True}, "adopt-other-server"),
        ({"server_id": 2}, "adopt-other-server"),
        ({"holds_retired": True}, "adopt-own-pack"),
        ({"is_purchased": False}, "adopt-pool"),
        ({"product_version": 4}, "adopt-other-version"),
        ({"product_version": None}, "adopt-other-version"),
        ({"product_type": 1}, "adopt-other-type"),
        ({"total": 3}, "adopt-other-total"),
        ({"total": None}, "adopt-other-total"),
    ],
)
def test_a_pack_that_cannot_be_the_reissued_one_is_refused_at_the_keypack_id(difference, code: str) -> None:
    refused = refusal(record, adopt=replace(PACK, **difference))
    assert (refused.code, refused.field) == (code, "keypack_id")
    assert refused.facts["pack"] == "DC01/8"
