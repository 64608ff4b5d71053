"""A cell is read as what its column holds, or refused with the reason."""

from __future__ import annotations

import pytest

from tslic_admin.domain.texts import UINT32_MAX
from tslic_admin.formats.tables.cells import (
    UnreadableCell,
    code_reader,
    count,
    date,
    excerpt,
    key_reader,
    lines,
    number,
    text,
)
from tslic_admin.formats.tables.server_tables import (
    license_program,
    license_status,
    product_type,
    server_role,
)


@pytest.mark.parametrize(
    ("cell", "value"), [("", None), ("  ", None), (" 250 ", 250), ("4294967295", UINT32_MAX)]
)
def test_a_number_is_a_uint32(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize(
    "cell", ["-1", "4294967296", "1.5", "1_000", "1,050", "+5", "٣", "²", "0x1", "9" * 5000]
)
def test_what_is_no_uint32_is_refused(cell):
    with pytest.raises(UnreadableCell) as refusal:
        number(cell)
    assert (refusal.value.code, refusal.value.value) == ("number-malformed", cell)


@pytest.mark.parametrize("cell", ["-1", " -1 ", "4294967295", "Unlimited"])
def test_unlimited_has_several_spellings(cell):
    assert count(cell) == UINT32_MAX


def test_a_count_below_minus_one_is_refused():
    with pytest.raises(UnreadableCell, match="number-malformed"):
        count("-2")


def test_a_key_is_never_missing():
    read = key_reader("license-id-missing")
    assert read("7") == 7
    with pytest.raises(UnreadableCell, match="license-id-missing"):
        read(" ")


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (license_status, "2", 2),
        (license_status, "17", 17),
        (license_status, "Unknown (17)", 17),
        (license_status, "", None),
        (license_status, "Temporary", 1),
        (license_status, " active ", 2),
        (license_status, "Upgraded", 3),
        (license_status, "Concurrent", 6),
        (license_program, "Built-in", 6),
        (license_program, "License Pack (Retail Purchase)", 1),
        (license_program, "8", 8),
        (product_type, "Per Device", 0),
        (product_type, "Per User", 1),
        (product_type, "3", 3),
        (server_role, "Forest", 2),
    ],
)
def test_a_code_is_kept_and_a_word_becomes_its_code(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(("cell", "code"), [("Aktiv", "word-unknown"), ("2 or 3", "number-malformed")])
def test_a_word_of_another_language_is_refused(cell, code):
    with pytest.raises(UnreadableCell) as refusal:
        code_reader({"active": 2})(cell)
    assert (refusal.value.code, refusal.value.value) == (code, cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [(" ", None), ("", None), (" PC01 ", "PC01"), ("Zoë\u00a0K", "Zoë\u00a0K"), ("0" * 36, "0" * 36)],
)
def test_a_text_is_kept_without_the_blanks_around_it(cell, value):
    assert text(cell) == value


@pytest.mark.parametrize("cell", ["PC\n01", "PC\x1b[2J", "PC\x00", "\ud800"])
def test_a_text_holds_no_control_characters(cell):
    for read in (text, lines):
        if read is text or "\n" not in cell:
            with pytest.raises(UnreadableCell, match="text-characters"):
                read(cell)


def test_an_address_may_have_several_lines():
    assert lines("1 Main St\r\nSuite 2 ") == "1 Main St\r\nSuite 2"
    assert lines("") is None


def test_a_message_shows_the_beginning_without_control_characters():
    assert excerpt("a\nb\x1b\ud800" + "c" * 500) == "a b\ufffd\ufffd" + "c" * 195


def test_dates_are_read_by_the_files_own_reader():
    with pytest.raises(NotImplementedError):
        date("2022-01-18")
