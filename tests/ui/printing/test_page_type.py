"""Letters on pages: every character of a text stands in one of its lines, and no line is wider than its column."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from tslic_admin.ui.printing.typography import LINE_END, PageFont, printable_text

TEXT = st.text(
    st.one_of(
        st.sampled_from("abc XYZ 019-/.\n\t\r"),
        st.sampled_from("שלום عربى 漢字"),
        st.sampled_from("\U0001f600\U0001d4b3"),
    ),
    max_size=120,
)


@pytest.mark.parametrize(
    ("text", "printable"),
    [
        ("plain, with ünïcode", "plain, with ünïcode"),
        ("two\r\nlines\nand three", f"two{LINE_END}lines{LINE_END}and three"),
        ("a\tgap", "a    gap"),
        ("bell\x07", "bell\N{REPLACEMENT CHARACTER}"),
        ("שלום \U0001f600", "שלום \U0001f600"),
    ],
)
def test_what_has_no_look_gets_one(text: str, printable: str) -> None:
    assert printable_text(text) == printable


@settings(max_examples=150)
@given(TEXT, st.integers(400, 3000))
def test_no_character_is_lost_where_a_text_is_broken(qapp: object, text: str, width: int) -> None:
    letters, printable = PageFont(160), printable_text(text)
    count = letters.lines(printable, width)
    broken = letters._broken(printable, width, Qt.AlignmentFlag.AlignLeft)
    if broken is None:
        assert count == 1
        assert letters.width(printable) <= width
        return
    assert broken.lineCount() == count
    lines = [broken.lineAt(number) for number in range(count)]
    at = 0
    for line in lines:
        assert line.textStart() == at
        at += line.textLength()
    assert at == len(printable.encode("utf-16-le")) // 2
    widest = max((letters.width(character) for character in printable if character != LINE_END), default=0)
    assert all(line.naturalTextWidth() <= max(width, widest) + 1 for line in lines)


def ink(letters: PageFont, text: str, **how: int | bool) -> list[int]:
    """In which of five lines of letters something was painted."""
    image = QImage(2000, 6 * letters.line, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    letters.draw(painter, 0, 0, 400, text, **how)  # type: ignore[arg-type]
    painter.end()
    white = QColor("white").rgb()

    def painted(line: int) -> bool:
        # the middle of a line: an accent or a tail may reach into the next
        ys = range(line * letters.line + letters.line // 3, (line + 1) * letters.line - letters.line // 4)
        return any(image.pixel(x, y) != white for y in ys for x in range(0, 600, 3))

    return [line for line in range(5) if painted(line)]


def test_the_lines_of_a_part_are_painted_and_no_others(qapp: object) -> None:
    letters = PageFont(100)
    text = LINE_END.join(["one", "two", "three", "four"])
    assert ink(letters, text) == [0, 1, 2, 3]
    assert ink(letters, text, first=2, last=4) == [0, 1]
    assert ink(letters, text, first=3, last=9) == [0]
    assert ink(letters, "one") == [0]
    assert ink(letters, "one", first=1, last=2) == []


def test_a_text_that_is_too_long_is_cut_and_shows_it(qapp: object) -> None:
    letters = PageFont(160)
    text = "a filter that was typed " * 100
    cut = letters.cut(text, 3000, 3)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert letters.lines(cut, 3000) == 3
    assert letters.cut("short", 3000, 3) == "short"
    astral = letters.cut("\U0001f600" * 300, 3000, 1)
    assert astral[:-1].count("\U0001f600") == len(astral) - 1 > 1


def test_widths_that_were_asked_for_do_not_pile_up(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tslic_admin.ui.printing.typography.MAX_CACHED_WIDTHS", 10)
    letters = PageFont(160)
    widths = [letters.width(str(number)) for number in range(1000, 1100)]
    assert len(letters._widths) <= 10
    assert set(widths) == {letters.width("1000")}
