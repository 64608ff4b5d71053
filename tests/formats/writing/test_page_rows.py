"""The pages of a printed list: each line of each row stands on exactly one page, in order, and no page is overfull."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.formats.writing.page_layout import LEAST_LINES_BEGUN, PageBody, RowPart, plan_pages

BODY = PageBody(room=100, line=10, gap=5)  # nine lines of one row; or three rows of two lines


def pages(rows: list[int], body: PageBody = BODY) -> list[list[RowPart]]:
    plan = plan_pages(rows, body)
    return [list(plan.parts(page, rows.__getitem__)) for page in range(plan.pages)]


def test_rows_stay_together_as_long_as_they_fit() -> None:
    assert pages([2, 2, 2, 2, 1]) == [
        [RowPart(0, 0, 2, 2), RowPart(1, 0, 2, 2), RowPart(2, 0, 2, 2), RowPart(3, 0, 2, 2)],
        [RowPart(4, 0, 1, 1)],
    ]


def test_a_row_that_does_not_fit_any_more_goes_to_the_next_page_whole() -> None:
    assert pages([4, 8]) == [[RowPart(0, 0, 4, 4)], [RowPart(1, 0, 8, 8)]]


def test_a_row_longer_than_a_page_goes_on_over_the_next() -> None:
    first, second, third = pages([3, 20, 1])
    assert first == [RowPart(0, 0, 3, 3), RowPart(1, 0, 6, 20)]
    assert first[-1].continues
    assert second == [RowPart(1, 6, 15, 20)]
    assert third == [RowPart(1, 15, 20, 20), RowPart(2, 0, 1, 1)]


def test_a_long_row_begins_on_a_page_of_its_own_rather_than_with_a_line_or_two() -> None:
    assert pages([7, 20])[:2] == [[RowPart(0, 0, 7, 7)], [RowPart(1, 0, 9, 20)]]


def test_a_row_is_found_on_the_page_where_it_begins() -> None:
    plan = plan_pages([3, 20, 1, 9], BODY)
    assert [plan.page_with(row) for row in range(5)] == [0, 0, 2, 3, 3]
    assert plan_pages([], BODY).page_with(0) == 0


def test_an_empty_list_has_one_empty_page() -> None:
    assert pages([]) == [[]]


def test_a_page_that_ends_with_its_row_leaves_nothing_over() -> None:
    assert pages([9, 9]) == [[RowPart(0, 0, 9, 9)], [RowPart(1, 0, 9, 9)]]
    plan = plan_pages([9, 9], BODY)
    assert plan.rows_on(0) == range(1)
    assert plan.rows_on(1) == range(1, 2)


@given(
    st.lists(st.one_of(st.integers(1, 3), st.integers(1, 200)), max_size=60),
    st.integers(1, 60),
    st.integers(1, 20),
    st.integers(0, 20),
)
def test_every_line_is_on_one_page_in_order_and_no_page_is_overfull(
    rows: list[int], lines: int, line: int, gap: int
) -> None:
    body = PageBody(gap + lines * line, line, gap)
    found = pages(rows, body)
    lines = [(part.row, number) for page in found for part in page for number in range(part.first, part.last)]
    assert lines == [(row, number) for row, count in enumerate(rows) for number in range(count)]
    for page in found:
        assert sum(body.height(part.last - part.first) for part in page) <= body.room
        assert all(part.last > part.first for part in page)
        assert not any(part.continues for part in page[:-1])
        assert page or not rows
    for page, following in itertools.pairwise(found):
        nexts = following[0]
        assert page[-1].continues == (nexts.row == page[-1].row)
        # a page is left early only by a row that does not fit on it, or that would hardly begin there
        used = sum(body.height(part.last - part.first) for part in page)
        if not page[-1].continues:
            whole = body.height(nexts.lines)
            fits = (body.room - used - gap) // line
            assert used + whole > body.room
            assert nexts.lines <= body.lines or fits < min(LEAST_LINES_BEGUN, body.lines)


@pytest.mark.parametrize("room", [5 + 10, 5 + 19])
def test_a_page_of_one_line_is_enough(room: int) -> None:
    assert [len(page) for page in pages([3, 1], PageBody(room, 10, 5))] == [1, 1, 1, 1]
