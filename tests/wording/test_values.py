"""Every value that the program knows has its words; an unknown number is shown, never hidden."""

from __future__ import annotations

from enum import Enum

import pytest
from wording.raised import acts

from tslic_admin.db.schema.tables import RECORDED_TABLES
from tslic_admin.domain import codes
from tslic_admin.domain.codes import Shape
from tslic_admin.domain.licenses.clients import ClientSystem, Need
from tslic_admin.domain.licenses.issuances import EndedWhy, LicenseStatus, RemovalState
from tslic_admin.domain.licenses.packs import KeyPackType, ProductType, ProductVersion, Program
from tslic_admin.domain.licenses.servers import CONNECTION_METHODS, Activation, ServerRole
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.domain.records.transfers import TransferPolicy
from tslic_admin.wording import values


@pytest.mark.parametrize(
    ("texts", "known"),
    [
        (values.VERSIONS, ProductVersion),
        (values.SHORT_VERSIONS, ProductVersion),
        (values.TYPES, ProductType),
        (values.STATUSES, LicenseStatus),
        (values.ROLES, ServerRole),
        (values.ACTIVATIONS, Activation),
        (values.PROGRAMS, Program),
        (values.POLICIES, TransferPolicy),
        (values.CLIENTS, ClientSystem),
        (values.NEEDS, Need),
        (values.REQUEST_STATES, RequestState),
        (values.REMOVALS, RemovalState),
        (values.END_REASONS, EndedWhy),
    ],
)
def test_every_value_of_the_domain_has_its_words_and_no_other(texts, known: type[Enum]) -> None:
    assert set(texts) == {member.value for member in known}


def test_the_two_pack_types_that_no_source_tells_apart_have_none() -> None:
    assert set(values.KEY_PACK_TYPES) == set(KeyPackType) - {KeyPackType.OVERUSED_7, KeyPackType.OVERUSED_8}


def test_every_kind_of_number_every_method_and_every_recorded_thing_has_its_words() -> None:
    assert set(values.CODE_NAMES) == {
        shape.name for shape in vars(codes).values() if isinstance(shape, Shape)
    }
    assert set(values.METHODS) == set(CONNECTION_METHODS)
    assert set(values.RECORD_KINDS) >= {table.KIND for table in RECORDED_TABLES}


def test_every_act_has_its_words_and_there_are_no_others() -> None:
    assert "transfer.mark" in acts()
    assert set(values.ACTS) == acts()


def test_an_unknown_number_is_shown_and_nothing_is_nothing() -> None:
    assert values.code_text(values.STATUSES, 17) == "Unknown (17)"
    assert values.code_text(values.STATUSES, 0) == "Unknown"
    assert values.code_text(values.STATUSES, None) == ""


@pytest.mark.parametrize(("count", "text"), [(None, ""), (0, "0"), (25, "25"), (4294967295, "Unlimited")])
def test_a_count_is_a_number_or_unlimited(count: int | None, text: str) -> None:
    assert values.count_text(count) == text


@pytest.mark.parametrize(
    ("version", "product_type", "server_text", "text"),
    [
        (0, 0, None, "Windows 2000 Server - TS Per Device CAL"),
        (1, 1, None, "Windows Server 2003 - TS Per User CAL"),
        (2, 0, "localized", "Windows Server 2008 - TS or RDS Per Device CAL"),
        (6, 0, None, "Windows Server 2019 - RDS Per Device CAL"),
        (0, 3, None, "Windows 2000 Server - Built-in TS CAL"),
        (17, 6, None, "Unknown (17) - RDS Unknown (6) CAL"),
        (
            None,
            0,
            "Windows Server 2008 oder 2008 R2",
            "Windows Server 2008 oder 2008 R2 - RDS Per Device CAL",
        ),
        (None, None, None, "Unknown version"),
    ],
)
def test_license_version_and_type(version, product_type, server_text, text: str) -> None:
    assert values.version_and_type(version, product_type, server_text) == text


@pytest.mark.parametrize(
    ("version", "product_type", "pack_type", "text"),
    [
        (4, 0, 2, "2012 Per Device"),
        (0, 3, 6, "2000 Built-in"),
        (4, 0, 4, "Temporary"),
        (None, None, None, "?"),
    ],
)
def test_the_short_form_for_the_tree(version, product_type, pack_type, text: str) -> None:
    assert values.short_version_and_type(version, product_type, pack_type) == text


def test_origins_in_words() -> None:
    assert values.origin_text("reissue", 4, "2026-03-02") == "Reissue 4 of 2026-03-02"
    assert values.origin_text("reissue", 4, None) == "Reissue 4"
    assert values.origin_text("original", None, None) == "Original"
