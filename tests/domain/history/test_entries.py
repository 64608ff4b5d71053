"""The canonical form, version 1: what stands in it, that it says everything, and that it never changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.history.entries import (
    FORM_VERSION,
    GENESIS,
    EntryHead,
    EventLine,
    canonical_json,
    entry_digest,
    event_value,
)

HEAD = EntryHead(2, "2026-03-02T12:00:00Z", "2026-03-01", "ann@box", "server.set", "moved", "a" * 64)
LINE = EventLine(1, "server", 7, "DC01", "Phone", "1", "2")
TEXT = (
    '{"actor":"ann@box","effective_on":"2026-03-01","entry":2,"events":[{"after":"2","before":"1",'
    '"field":"Phone","line":1,"subject":"server 7 DC01"}],"kind":"server.set","previous":"' + "a" * 64 + '",'
    '"reason":"moved","recorded_at":"2026-03-02T12:00:00Z"}'
)


def test_the_form_is_this_text_for_ever():
    """Whoever changes it makes another version: every store there is was sealed with this one."""
    assert FORM_VERSION == 1
    assert GENESIS == "0" * 64
    assert entry_digest(HEAD, [LINE]) == hashlib.sha256(TEXT.encode()).hexdigest()
    assert entry_digest(HEAD, [LINE]) == "3ddec25c71ab1095385e263a2f6184f71ecc640de9e4d427fe85717dcd8e7abb"


def test_an_entry_without_lines_has_an_empty_list():
    text = TEXT[: TEXT.index("[") + 1] + TEXT[TEXT.index("]") :]
    assert entry_digest(HEAD, []) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", [field.name for field in fields(EntryHead)])
def test_every_part_of_an_entry_counts(name):
    other = 3 if name == "number" else "other"
    assert entry_digest(replace(HEAD, **{name: other}), [LINE]) != entry_digest(HEAD, [LINE])


@pytest.mark.parametrize("name", EventLine._fields)
def test_every_part_of_a_line_counts(name):
    other = 8 if name in ("line", "record") else "other"
    assert entry_digest(HEAD, [LINE._replace(**{name: other})]) != entry_digest(HEAD, [LINE])


@pytest.mark.parametrize("name", ["field", "before", "after"])
def test_nothing_is_not_an_empty_text(name):
    nothing, empty = (LINE._replace(**{name: value}) for value in (None, ""))
    assert entry_digest(HEAD, [nothing]) != entry_digest(HEAD, [empty])
    assert entry_digest(replace(HEAD, reason=None), [LINE]) != entry_digest(replace(HEAD, reason=""), [LINE])


def test_the_order_of_lines_counts():
    second = LINE._replace(line=2)
    assert entry_digest(HEAD, [LINE, second]) != entry_digest(HEAD, [second, LINE])


def test_lines_are_taken_one_by_one():
    def lines():
        yield LINE
        yield LINE._replace(line=2)

    assert entry_digest(HEAD, lines()) == entry_digest(HEAD, list(lines()))


texts = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
lines = st.builds(
    EventLine,
    st.integers(1, 9),
    texts,
    st.integers(0, 2**40),
    texts,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts,
)


@given(actor=texts, kind=texts, reason=st.none() | texts, events=st.lists(lines, max_size=3))
def test_the_form_is_canonical_json_whatever_the_texts(actor, kind, reason, events):
    head = replace(HEAD, actor=actor, kind=kind, reason=reason)
    whole = {
        "entry": head.number,
        "recorded_at": head.recorded_at,
        "effective_on": head.effective_on,
        "actor": actor,
        "kind": kind,
        "reason": reason,
        "previous": head.previous,
        "events": [
            {
                "line": one.line,
                "subject": f"{one.kind} {one.record} {one.reference}",
                "field": one.field,
                "before": one.before,
                "after": one.after,
            }
            for one in events
        ],
    }
    text = canonical_json(whole).encode("utf-8", "backslashreplace")
    assert json.loads(text) == json.loads(json.dumps(whole))
    assert entry_digest(head, events) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), ("", ""), ("x", "x"), (0, "0"), (4294967295, "4294967295"), (True, "1"), (False, "0")],
)
def test_a_value_is_shown_as_text(value, text):
    assert event_value(value) == text


def test_canonical_json_is_sorted_unspaced_and_not_escaped():
    assert canonical_json({"b": [1, None], "a": "ü\n"}) == '{"a":"ü\\n","b":[1,null]}'


def test_a_line_names_its_thing():
    assert LINE.subject == "server 7 DC01"
