"""Event lines in words."""

from __future__ import annotations

import json

import pytest

from tslic_admin.db.schema.tables import RECORDED_TABLES
from tslic_admin.domain.history.entries import EventLine
from tslic_admin.wording.fields import FIELD_LABELS, VALUE_TEXTS
from tslic_admin.wording.history.events import OMITTED_FIELDS, change_text, subject_text
from tslic_admin.wording.values import RECORD_KINDS

NAMES = {name for table in RECORDED_TABLES for name in table.RECORDED.values()}


def text_of_change(kind: str, field: str, before: str | None, after: str | None) -> str:
    return change_text(EventLine(1, kind, 1, "DC01", field, before, after))


def text_of_new(kind: str, after: str | None) -> str:
    return change_text(EventLine(1, kind, 1, "DC01", None, None, after))


@pytest.mark.parametrize(
    ("kind", "field", "before", "after", "text"),
    [
        ("server", "Phone", None, "1", "Phone: 1"),
        ("server", "Phone", "1", "2", "Phone: 1 → 2"),
        ("server", "Phone", "1", None, "Phone: 1 → nothing"),
        ("server", "Phone", "", "1", "Phone: nothing → 1"),
        ("server", "ServerRole", "0", "1", "Server Role: Workgroup → Domain"),
        ("server", "State", "BY", "open", "State: BY → open"),
        ("server", "ConnectionMethod", None, "web", "Connection Method: Web browser"),
        ("pack", "TotalLicenses", "5", "4294967295", "Grown. Total Licenses: 5 → Unlimited"),
        ("pack", "TotalLicenses", "5", "3", "Shrunk. Total Licenses: 5 → 3"),
        ("pack", "TotalLicenses", None, "3", "Total Licenses: 3"),
        ("pack", "TotalLicenses", "x", "3", "Total Licenses: x → 3"),
        ("pack", "ClosedWhy", None, "vanished", "Closed Because: no longer on the server"),
        (
            "pack",
            "ClosedWhy",
            "vanished",
            None,
            "Back on the server. Closed Because: no longer on the server → nothing",
        ),
        ("license", "sIssuedToComputer", "PC1", "PC2", "Renamed. Issued To Computer: PC1 → PC2"),
        (
            "license",
            "sIssuedToComputer",
            "PC1",
            "pc1.corp.example",
            "Issued To Computer: PC1 → pc1.corp.example",
        ),
        ("license", "EndedWhy", "upgraded", None, "Back on the server. Ended Because: upgraded → nothing"),
        ("license", "EndedWhy", None, "other", "Ended Because: other"),
        (
            "license",
            "ExpirationDate",
            "2026-03-02T12:00:00Z",
            "2026-02-01T12:00:00Z",
            "Expires On: 2026-03-02 → 2026-02-01",
        ),
        ("pack", "TransferPolicy", "one-time", "other", "Transfer Policy: One-time transfer → other"),
        ("pack", "LicenseKeyPackId", None, "…GGGGG", "License Key Pack ID: …GGGGG"),
        ("license", "LicenseStatus", "1", "2", "License Status: Temporary → Active"),
        ("license", "LicenseStatus", "1", "17", "License Status: Temporary → Unknown (17)"),
        ("license", "LicenseStatus", "1", "x", "License Status: Temporary → x"),
        (
            "license",
            "ExpirationDate",
            "2026-03-02T12:00:00Z",
            "2038-01-01T12:00:00Z",
            "Renewed. Expires On: 2026-03-02 → Never",
        ),
        ("license", "ExpirationDate", None, "soon", "Expires On: soon"),
        ("license", "EndedWhy", None, "vanished", "Ended Because: no longer on the server"),
        ("request", "State", "open", "recorded", "State: Open → Recorded, not yet installed"),
        ("request", "State", "open", "other", "State: Open → other"),
        ("collected", "State", "collected", "retired", "State: collected → retired"),
        ("collected", "Removal", None, "awaiting", "Removal: Awaiting removal from the old client"),
        ("transfer", "Policy", None, "one-time", "Policy: One-time transfer"),
        ("transfer", "HostVersion", None, "8", "Host Version: Windows Server 2025"),
        ("snapshot", "File", None, "x.csv", "File: x.csv"),
        ("entry", "VoidedBy", None, "9", "Voided By Entry: 9"),
        ("export", "Revealed", None, "x.csv", "Revealed: x.csv"),
        ("server", "Unheard Of", "{", "}", "Unheard Of: { → }"),
    ],
)
def test_a_change_is_said_in_the_words_of_the_screen(kind, field, before, after, text):
    assert text_of_change(kind, field, before, after) == text


@pytest.mark.parametrize("table", RECORDED_TABLES)
def test_a_new_thing_of_each_kind_is_said_with_all_it_came_with(table):
    values = dict.fromkeys((name for name in table.RECORDED.values() if name not in OMITTED_FIELDS), "1")
    text = text_of_new(table.KIND, json.dumps(values | dict.fromkeys(OMITTED_FIELDS, "1")))
    assert text.startswith("New: ")
    assert text.count("; ") == len(values) - 1
    for name in values:
        assert FIELD_LABELS.get(name, name) + " " in text


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (
            '{"LicenseStatus":2,"sIssuedToComputer":"PC1"}',
            "New: License Status Active; Issued To Computer PC1",
        ),
        ("{}", "New: "),
        (None, "New: "),
        ("", "New: "),
        ("[1]", "New: [1]"),
        ("7", "New: 7"),
        ("{", "New: {"),
    ],
)
def test_a_new_thing_is_said_even_where_its_line_is_nonsense(after, text):
    assert text_of_new("license", after) == text


@pytest.mark.parametrize("table", RECORDED_TABLES)
def test_every_kind_of_thing_has_its_word(table):
    assert (
        subject_text(EventLine(1, table.KIND, 1, "DC01/3", None, None, "{}"))
        == f"{RECORD_KINDS[table.KIND]} DC01/3"
    )


def test_what_is_no_record_goes_by_its_kind():
    assert subject_text(EventLine(1, "export", 0, "key-packs", "Revealed", None, "x")) == "Export key-packs"


def test_a_field_is_one_word_or_has_its_words():
    """No name of a property stands on the screen as programs write it."""
    for name in NAMES - set(FIELD_LABELS):
        assert name.isalpha(), name
        assert name[1:].islower() or len(name) <= 2, name


def test_no_words_are_for_fields_that_there_are_not():
    assert set(FIELD_LABELS) | set(VALUE_TEXTS) <= NAMES
