"""JSON is walked through piece by piece, wherever its pieces end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tslic_admin.formats.lists import json_cursor
from tslic_admin.formats.lists.json_cursor import JsonCursor

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def walk(cursor: JsonCursor) -> Any:
    """A value put together from its pieces."""
    match cursor.peek():
        case "{":
            return {name: walk(cursor) for name in cursor.members()}
        case "[":
            return [walk(cursor) for _ in cursor.items()]
        case _:
            return cursor.value()


def pieces(text: str, size: int) -> JsonCursor:
    return JsonCursor(iter([text[at : at + size] for at in range(0, len(text), size)]))


@settings(max_examples=60)
@given(VALUES, st.integers(1, 9), st.sampled_from([None, 1]))
@example([12345, -6.5e3, True, None], 2, None)
@example(12345, 2, None)
def test_what_is_walked_through_is_what_was_written(value, size, indent):
    text = json.dumps(value, indent=indent)
    cursor = pieces(text, size)
    expected = json.loads(text, parse_int=str, parse_float=str)
    assert walk(cursor) == expected
    cursor.end()
    assert cursor.line == 1 + text.count("\n")
    assert pieces(text, size).value() == expected


@settings(max_examples=200)
@given(st.text('[]{}:,"\\ntrue10 \n', max_size=30), st.integers(1, 5))
@example("{}", 1)
@example("[1,]", 9)
@example('{"a" 1}', 9)
@example("{1:2}", 9)
def test_what_is_no_json_is_said_to_be_none(text, size):
    cursor = pieces(text, size)
    try:
        found = walk(cursor)
        cursor.end()
    except ValueError:
        with pytest.raises(ValueError):
            json.loads(text)
    else:
        assert found == json.loads(text, parse_int=str, parse_float=str)


def test_items_tell_their_lines():
    cursor = pieces("[\n1,\n\n2,3]\n", 3)
    assert [(line, cursor.value()) for line in cursor.items()] == [(2, "1"), (4, "2"), (4, "3")]


def test_a_value_that_never_ends_is_not_held(monkeypatch):
    monkeypatch.setattr(json_cursor, "LONGEST_VALUE", 100)
    read = 0

    def endless():
        nonlocal read
        yield '["'
        while True:
            read += 1
            yield "x" * 10

    cursor = JsonCursor(endless())
    with pytest.raises(ValueError):
        [cursor.value() for _ in cursor.items()]
    assert read < 40


def test_brackets_without_end_are_no_json():
    for text in ("[" * 100_000, '{"a":' * 100_000):
        with pytest.raises(ValueError):
            pieces(text, 1 << 20).value()
