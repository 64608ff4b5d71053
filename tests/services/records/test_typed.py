"""From texts as they were typed to fields of a row."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.catalogue.fields import Thing
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PackFields
from tslic_admin.domain.catalogue.licenses import LICENSE, LicenseFields
from tslic_admin.domain.catalogue.servers import SERVER, ServerFields
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import LONGEST_INPUT
from tslic_admin.services.sealing import change_fields, typed_text

_kept = st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.sampled_from("\t\r\n\x85"))


@given(st.text(_kept, max_size=LONGEST_INPUT))
def test_a_text_is_kept_without_the_spaces_around_it(text: str) -> None:
    assert typed_text(text, field="notes") == text.strip()


def test_the_length_is_counted_without_the_spaces_around_it() -> None:
    assert typed_text(f"  {'x' * LONGEST_INPUT}  ", field="notes") == "x" * LONGEST_INPUT
    with pytest.raises(RuleViolation) as refusal:
        typed_text("x" * (LONGEST_INPUT + 1), field="notes")
    assert (refusal.value.code, refusal.value.field) == ("text-too-long", "notes")


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\udfff!", "\x07", "\x0b", "\x1b[2J", "\x7f"])
def test_what_cannot_be_stored_is_refused(character: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        typed_text(f"a{character}b", field="notes")
    assert (refusal.value.code, refusal.value.field) == ("text-malformed", "notes")


def test_what_was_given_is_read_what_is_empty_cleared_and_what_was_not_given_stays() -> None:
    row = SimpleNamespace(given="old", empty="old", absent="old")
    readers = dict.fromkeys(("given", "empty", "absent"), typed_text)
    change_fields(row, readers, SimpleNamespace(given=" new ", empty=" \n", absent=None))
    assert row == SimpleNamespace(given="new", empty=None, absent="old")


def test_a_reader_is_told_its_field() -> None:
    with pytest.raises(RuleViolation) as refusal:
        change_fields(SimpleNamespace(), {"contact": typed_text}, SimpleNamespace(contact="\x00a"))
    assert refusal.value.field == "contact"


@pytest.mark.parametrize(
    ("typed", "thing"), [(PackFields, KEY_PACK), (ServerFields, SERVER), (LicenseFields, LICENSE)]
)
def test_what_is_typed_has_the_names_of_the_catalogue(typed: type, thing: Thing) -> None:
    assert {field.name for field in fields(typed)} <= thing.properties.keys()
