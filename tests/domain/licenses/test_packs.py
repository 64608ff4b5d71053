"""Key packs: versions, types, programs, counts; which CAL serves which host (domain.md, 3 and rule 4.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.codes import AGREEMENT_NUMBER, AUTHORIZATION_NUMBER, LICENSE_CODE, OPEN_LICENSE_NUMBER
from tslic_admin.domain.licenses.packs import (
    UNLIMITED,
    KeyPackType,
    ProductVersion,
    Program,
    is_built_in,
    read_count,
    read_keypack_id,
    read_type,
    read_version,
    server_may_hold,
    serves,
    shortage,
    version_family,
)
from tslic_admin.domain.outcomes import RuleViolation

HUGE = "9" * 5000  # more digits than int() converts


def refused(code: str, read: Callable[..., int], text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read(text, field="it")
    assert (refusal.value.code, refusal.value.field, refusal.value.facts["value"]) == (code, "it", text)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("2000", 0),
        ("Windows 2000 Server", 0),
        ("2003", 1),
        ("2008", 2),
        (" windows server 2008 R2 ", 3),
        ("2008r2", 3),
        ("2012 R2", 4),
        ("Server 2016", 5),
        ("2019", 6),
        ("WINDOWS SERVER 2022", 7),
        ("2025", 8),
        ("0", 0),
        ("8", 8),
        ("17", 17),  # a newer one than is known here
    ],
)
def test_a_version_is_read_by_name_or_number(text: str, version: int) -> None:
    assert read_version(text, field="it") == version


@pytest.mark.parametrize("text", ["", "2009", "3.11", "NT", "-1", "100", "٣", HUGE])
def test_another_version_is_refused(text: str) -> None:
    refused("version-unknown", read_version, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("device", 0),
        ("Per Device", 0),
        ("per-user", 1),
        ("user", 1),
        ("not-valid", 2),
        ("built-in", 3),
        ("6", 6),
    ],
)
def test_a_type_is_read_by_name_or_number_and_unknown_numbers_are_kept(text: str, number: int) -> None:
    assert read_type(text, field="it") == number


@pytest.mark.parametrize("text", ["", "chair", "-1", "4294967296", HUGE])
def test_another_type_is_refused(text: str) -> None:
    refused("type-unknown", read_type, text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("0", 0), (" 25 ", 25), ("4294967294", 4294967294), ("-1", UNLIMITED), ("Unlimited", UNLIMITED)],
)
def test_a_count_is_read_and_minus_one_is_no_limit(text: str, count: int) -> None:
    assert read_count(text, field="it") == count


@pytest.mark.parametrize("text", ["", "few", "-2", "1.5", "4294967296", "１", HUGE])
def test_another_count_is_refused(text: str) -> None:
    refused("count-malformed", read_count, text)


def test_a_keypack_id_is_a_number_and_never_unlimited() -> None:
    assert read_keypack_id(" 7 ", field="it") == 7
    for text in ("unlimited", "-1", "seven", "", HUGE):
        refused("keypack-id-malformed", read_keypack_id, text)


VERSIONS = list(ProductVersion)


@pytest.mark.parametrize("cal", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("host", VERSIONS, ids=lambda version: version.name)
def test_a_cal_serves_hosts_of_its_version_and_earlier_and_2008_and_r2_are_one(
    cal: ProductVersion, host: ProductVersion
) -> None:
    one_version = {ProductVersion.SERVER_2008, ProductVersion.SERVER_2008_R2}
    assert serves(cal, host) is (host <= cal or {cal, host} == one_version)


@pytest.mark.parametrize("cal", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("server", VERSIONS, ids=lambda version: version.name)
def test_a_license_server_holds_cals_of_its_version_and_earlier(
    cal: ProductVersion, server: ProductVersion
) -> None:
    one_version = {ProductVersion.SERVER_2008, ProductVersion.SERVER_2008_R2}
    assert server_may_hold(server, cal) is (server >= cal or {cal, server} == one_version)


def test_an_unknown_version_is_no_mismatch() -> None:
    assert [serves(None, 5), serves(5, None), server_may_hold(None, 5), server_may_hold(5, None)] == [
        None
    ] * 4
    assert version_family(None) is None


@pytest.mark.parametrize(
    ("product_type", "pack_type", "built_in"),
    [
        (3, 2, True),
        (0, 6, True),
        (0, 8, True),
        (None, 6, True),
        (0, 7, False),
        (0, 2, False),
        (None, None, False),
    ],
)
def test_a_built_in_pool_is_product_type_3_or_pack_type_6_or_8(
    product_type: int | None, pack_type: int | None, built_in: bool
) -> None:
    assert is_built_in(product_type, pack_type) is built_in


uint32 = st.integers(min_value=0, max_value=UNLIMITED)


@given(uint32, uint32)
def test_the_shortage_is_what_is_issued_beyond_the_total_and_never_negative(total: int, issued: int) -> None:
    unlimited = UNLIMITED in (total, issued)
    assert shortage(total, issued) == (0 if unlimited or issued <= total else issued - total)


@pytest.mark.parametrize(("total", "issued"), [(None, 5), (5, None), (UNLIMITED, 9), (5, UNLIMITED)])
def test_there_is_no_shortage_where_a_number_is_not_known_or_without_limit(
    total: int | None, issued: int | None
) -> None:
    assert shortage(total, issued) == 0


@pytest.mark.parametrize("program", list(Program))
def test_each_program_has_its_number_and_only_open_licenses_an_authorization_number(program: Program) -> None:
    numbers = {Program.RETAIL: LICENSE_CODE, Program.OPEN: OPEN_LICENSE_NUMBER}
    pack_types = {Program.RETAIL: KeyPackType.RETAIL, Program.OPEN: KeyPackType.OPEN}
    assert program.number_shape is numbers.get(program, AGREEMENT_NUMBER)
    assert program.authorization_shape is (AUTHORIZATION_NUMBER if program is Program.OPEN else None)
    assert program.key_pack_type is pack_types.get(program, KeyPackType.VOLUME)
