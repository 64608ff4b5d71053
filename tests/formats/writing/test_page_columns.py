"""Column widths of a printed list: what fits stays whole, what is too wide gives way, nothing runs off the page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.formats.writing.page_layout import ColumnNeed, fits_lines, fits_words, widest, widths

NEEDS = st.lists(st.builds(ColumnNeed, st.integers(1, 5000), st.integers(1, 5000)), min_size=1, max_size=25)
ROOM = st.integers(100, 20_000)


def test_what_fits_stays_as_wide_as_it_wants() -> None:
    assert widths([ColumnNeed(40, 10), ColumnNeed(60, 60)], 100) == [40, 60]


def test_the_widest_give_way_first() -> None:
    """A long note does not cost a day its line."""
    assert widths([ColumnNeed(50, 20), ColumnNeed(4000, 20), ColumnNeed(30, 30)], 200) == [50, 120, 30]


def test_two_long_ones_share_what_is_left() -> None:
    assert widths([ColumnNeed(50, 20), ColumnNeed(4000, 20), ColumnNeed(900, 20)], 250) == [50, 100, 100]


def test_a_word_is_not_broken_while_others_can_give_way() -> None:
    assert widths([ColumnNeed(300, 290), ColumnNeed(300, 10)], 400) == [290, 110]


def test_where_even_the_words_are_too_wide_the_long_ones_are_broken() -> None:
    assert widths([ColumnNeed(500, 500), ColumnNeed(30, 30), ColumnNeed(700, 700)], 230) == [100, 30, 100]


def test_a_long_text_is_not_read_word_by_word_beside_an_id() -> None:
    """A digest may be broken by nobody, and the reason beside it still gets lines that can be read."""
    needs = [ColumnNeed(400, 300), ColumnNeed(5000, 60)]
    assert widths(needs, 500) == [300, 200]
    assert widths(needs, 500, 160) == [300, 200]
    assert widths(needs, 460, 160) == [300, 160]
    assert widths([*needs, ColumnNeed(160, 60)], 620, 160) == [300, 160, 160]
    assert widths([*needs, ColumnNeed(160, 60)], 500, 160) == [300, 100, 100]
    assert not fits_words([*needs, ColumnNeed(160, 60)], 500, 160)


def test_other_letters_want_other_widths_and_never_too_little() -> None:
    assert ColumnNeed(100, 50).scaled(7, 9) == ColumnNeed(78, 39)


def test_a_heading_counts_as_much_as_the_cells_below_it() -> None:
    assert widest([ColumnNeed(10, 10), ColumnNeed(30, 5)]) == ColumnNeed(30, 10)


@given(NEEDS, ROOM, st.integers(0, 800))
def test_no_table_is_wider_than_its_page(needs: list[ColumnNeed], room: int, comfort: int) -> None:
    found = widths(needs, room, comfort)
    assert sum(found) <= room
    assert all(0 < width <= need.line for width, need in zip(found, needs, strict=True))
    if fits_lines(needs, room):
        assert found == [need.line for need in needs]
    else:
        assert sum(found) == room  # nothing is wasted while a line has to be broken
        for least in (comfort, 0):
            if fits_words(needs, room, least):
                least_widths = [min(max(need.word, least), need.line) for need in needs]
                assert all(width >= want for width, want in zip(found, least_widths, strict=True))
                break
