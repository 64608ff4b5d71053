"""Seven boxes of five: typing, pasting, counting, reading back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from tslic_admin.domain.codes import AGREEMENT_NUMBER, LICENSE_CODE, LICENSE_KEY_PACK_ID
from tslic_admin.ui.widgets.code_edit import CodeEdit, code_edit

CODE = "ABCDE12345FGHIJ67890KLMNO24680PQRST"


@pytest.fixture
def edit(qtbot) -> CodeEdit:
    edit = CodeEdit(35)
    qtbot.addWidget(edit)
    edit.show()
    return edit


def test_typing_goes_on_from_box_to_box_in_upper_case(edit, qtbot):
    edit.boxes[0].setFocus()
    for character in "abcde12":
        box = next(box for box in edit.boxes if box.hasFocus())
        qtbot.keyClicks(box, character)
    assert [box.text() for box in edit.boxes[:2]] == ["ABCDE", "12"]
    assert edit.count.text() == "7 of 35"


def test_what_is_typed_after_the_last_box_is_full_stays_in_it(edit, qtbot):
    edit.boxes[0].setFocus()
    for character in CODE + "X":
        box = next(box for box in edit.boxes if box.hasFocus())
        qtbot.keyClicks(box, character)
    assert edit.code() == CODE + "X"
    assert edit.boxes[-1].hasFocus()
    assert edit.boxes[-1].cursorPosition() == 6


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        CODE.lower(),
        "-".join(CODE[i : i + 5] for i in range(0, 35, 5)),
        " ".join(CODE),
        CODE[:20] + "\n" + CODE[20:],
    ],
)
def test_a_whole_code_is_pasted_in_any_spacing_into_any_box(edit, qtbot, pasted):
    QGuiApplication.clipboard().setText(pasted)
    with qtbot.waitSignal(edit.changed) as changed:
        qtbot.keyClick(edit.boxes[3], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert changed.args == [CODE]
    assert [box.text() for box in edit.boxes] == [CODE[i : i + 5] for i in range(0, 35, 5)]


def test_what_cannot_be_in_a_code_stays_visible(edit):
    edit.paste("ABC!E ÄBCDE and far too much of it, much more than thirty-five characters")
    assert edit.code().startswith("ABC!EÄBCDEAND")
    assert len(edit.code()) > 35


def test_backspace_and_the_arrows_cross_the_boxes(edit, qtbot):
    edit.set_code("ABCDE1")
    edit.boxes[1].setFocus()
    edit.boxes[1].setCursorPosition(0)
    qtbot.keyClick(edit.boxes[1], Qt.Key.Key_Backspace)
    assert edit.code() == "ABCD1"
    assert edit.boxes[0].hasFocus()
    qtbot.keyClick(edit.boxes[0], Qt.Key.Key_Right)
    assert edit.boxes[1].hasFocus()
    qtbot.keyClick(edit.boxes[1], Qt.Key.Key_Left)
    assert edit.boxes[0].hasFocus()


def test_a_character_typed_into_a_full_box_moves_the_rest_on(edit, qtbot):
    edit.set_code("ABCDE")
    edit.boxes[0].setFocus()
    edit.boxes[0].setCursorPosition(5)
    qtbot.keyClicks(edit.boxes[0], "F")
    assert [box.text() for box in edit.boxes[:2]] == ["ABCDE", "F"]


def test_a_character_typed_into_the_middle_leaves_the_cursor_there(edit, qtbot):
    edit.set_code("ABCDE12345")
    edit.boxes[0].setFocus()
    edit.boxes[0].setCursorPosition(2)
    qtbot.keyClicks(edit.boxes[0], "x")
    assert [box.text() for box in edit.boxes[:3]] == ["ABXCD", "E1234", "5"]
    assert edit.boxes[0].hasFocus()
    assert edit.boxes[0].cursorPosition() == 3


def paste(edit, qtbot, place, text) -> None:
    QGuiApplication.clipboard().setText(text)
    edit.boxes[place].setFocus()
    qtbot.keyClick(edit.boxes[place], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_part_that_is_pasted_leaves_the_rest_alone(edit, qtbot):
    edit.set_code("ABCDE12345")
    paste(edit, qtbot, 2, "fghij-67890")
    assert edit.code() == "ABCDE12345FGHIJ67890"
    assert edit.boxes[4].hasFocus()


def test_nothing_is_dropped_when_a_part_is_pasted_into_full_boxes(edit, qtbot):
    edit.set_code(CODE)
    edit.boxes[1].setCursorPosition(5)
    paste(edit, qtbot, 1, "XXXXXYYYYY")
    assert edit.code() == CODE[:10] + "XXXXXYYYYY" + CODE[10:]
    assert edit.count.text() == "45 of 35"


def test_the_menu_pastes_as_the_key_does(edit, qtbot):
    QGuiApplication.clipboard().setText(CODE.lower())
    edit.boxes[3].menu().findChild(QAction, "edit-paste").trigger()
    assert edit.code() == CODE


def test_a_group_that_is_short_stays_where_it_is(edit):
    edit.set_code("ABCDE-12-FGHIJ")
    assert [box.text() for box in edit.boxes[:4]] == ["ABCDE", "12", "FGHIJ", ""]
    assert edit.code() == "ABCDE12FGHIJ"
    assert edit.typed() == "ABCDE-12-FGHIJ"
    edit.set_code("ABCDEFG-12345")  # no groups of its own
    assert edit.code() == "ABCDEFG-12345"


def test_what_is_wrong_with_it_is_told_at_every_box(edit):
    edit.setAccessibleDescription("Too short.")
    assert {box.accessibleDescription() for box in edit.boxes} == {"Too short."}


def test_the_code_is_read_back_in_words(edit):
    edit.set_code("AZ09")
    assert edit.read_back.text() == "Alfa Zulu Zero Nine"


def test_every_box_has_a_name_for_a_screen_reader(edit):
    edit.setAccessibleName("Confirmation code")
    assert edit.boxes[0].accessibleName() == "Confirmation code, group 1 of 7"
    assert edit.boxes[6].accessibleName() == "Confirmation code, group 7 of 7"


def test_a_read_only_code_takes_no_paste(edit):
    edit.set_code(CODE)
    edit.set_read_only(True)
    edit.paste("Z" * 35)
    assert edit.code() == CODE


def test_long_codes_get_boxes_and_short_numbers_a_line(qtbot):
    for shape, boxes in ((LICENSE_KEY_PACK_ID, 7), (LICENSE_CODE, 5)):
        edit = code_edit(shape)
        qtbot.addWidget(edit)
        assert len(edit.boxes) == boxes
    line = code_edit(AGREEMENT_NUMBER)
    qtbot.addWidget(line)
    assert line.placeholderText() == "7 digits"
