"""JSON piece by piece."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.formats.writing.json_files import json_array

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=4), st.booleans())
def test_the_pieces_together_are_the_array(items, ascii_only):
    text = "".join(json_array(items, ascii_only=ascii_only))
    assert json.loads(text) == items
    assert text.endswith("]\n")
    assert text.isascii() or not ascii_only


@pytest.mark.parametrize("inner", [[], [{"a": 1}], [{"a": 1}, {"a": "…"}]])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_an_iterator_within_an_item_is_a_list(inner, ascii_only):
    item = {"first": "…", "events": iter(inner), "last": None}
    text = "".join(json_array([item, {"plain": 1}], ascii_only=ascii_only))
    assert json.loads(text) == [{"first": "…", "events": inner, "last": None}, {"plain": 1}]


def test_nothing_is_asked_for_before_it_is_written():
    produced = []

    def items():
        for number in range(3):
            produced.append(number)
            yield number

    pieces = json_array(items())
    assert (next(pieces), next(pieces)) == ("[\n", "0")
    assert produced == [0]
