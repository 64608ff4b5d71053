"""A code in boxes of five, as it is read out: pasted whole in any spacing, counted, read back in words."""

from __future__ import annotations

from PySide6.QtCore import Property, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from tslic_admin.domain.codes import Shape, unseparated
from tslic_admin.wording.spelling import spelled

GROUP = 5


class _Box(QLineEdit):
    """One group. What overflows it, typed or pasted, goes on to the next."""

    def __init__(self, owner: CodeEdit, place: int, count: int) -> None:
        super().__init__()
        self._owner, self._place = owner, place
        self._group = f"group {place + 1} of {count}"
        width = self.fontMetrics().horizontalAdvance("M") * (GROUP + 2)
        self.setMinimumWidth(width)
        self.setMaximumWidth(width + 24)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.textEdited.connect(self._edited)

    def name_after(self, code: str) -> None:
        self.setAccessibleName(f"{code}, {self._group}")

    def _edited(self, text: str) -> None:
        if self._owner.takes_overflow(self._place, text):
            return
        self._owner.report()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._owner.paste(QGuiApplication.clipboard().text())
            return
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if event.key() == Qt.Key.Key_Backspace and at_start:
            self._owner.step_back(self._place, delete=True)
            return
        if event.key() == Qt.Key.Key_Left and at_start:
            self._owner.step_back(self._place)
            return
        at_end = self.cursorPosition() == len(self.text())
        if event.key() == Qt.Key.Key_Right and at_end:
            self._owner.step_on(self._place)
            return
        super().keyPressEvent(event)


class CodeEdit(QWidget):
    """Boxes for a code of `length` characters. `text` is what stands in them, in one piece.

    What cannot be in a code stays visible where it was typed or pasted; the service says what is wrong.
    """

    changed = Signal(str)

    def __init__(self, length: int = 35, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length = length
        count = -(-length // GROUP)
        self.boxes = [_Box(self, place, count) for place in range(count)]
        self.count = QLabel()
        self.read_back = QLabel()
        self.read_back.setWordWrap(True)
        self.read_back.setTextFormat(Qt.TextFormat.PlainText)
        self.read_back.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.read_back.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.read_back.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
        self.read_back.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for box in self.boxes:
            line.addWidget(box)
        line.addWidget(self.count)
        line.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(line)
        body.addWidget(self.read_back)
        self.setFocusProxy(self.boxes[0])
        self.setAccessibleName("Code")
        self._tell()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for box in self.boxes:
            box.name_after(name)

    def code(self) -> str:
        return "".join(box.text() for box in self.boxes)

    def set_code(self, code: str) -> None:
        """Fill the boxes; what is longer than them all stays in the last."""
        for place, box in enumerate(self.boxes):
            last = place == len(self.boxes) - 1
            box.setText(code[place * GROUP :] if last else code[place * GROUP : (place + 1) * GROUP])
        self._tell()

    text = Property(str, code, set_code)

    def set_read_only(self, read_only: bool) -> None:
        for box in self.boxes:
            box.setReadOnly(read_only)

    # what the boxes ask

    def paste(self, text: str) -> None:
        """A whole code, in whatever groups and case: it fills all boxes, whichever it was pasted into."""
        if self.boxes[0].isReadOnly():
            return
        self.set_code(unseparated(text))
        filled = min(len(self.code()) // GROUP, len(self.boxes) - 1)
        self.boxes[filled].setFocus()
        self.boxes[filled].end(False)
        self.report()

    def takes_overflow(self, place: int, text: str) -> bool:
        """Upper case, and on to the next box once this one is full. True where it reported the change."""
        box, cleaned = self.boxes[place], unseparated(text)
        cursor = box.cursorPosition()
        if cleaned != text:
            box.setText(cleaned)
            box.setCursorPosition(min(cursor, len(cleaned)))
        if len(cleaned) < GROUP or place == len(self.boxes) - 1:
            return False
        following = self.boxes[place + 1]
        if len(cleaned) > GROUP:
            box.setText(cleaned[:GROUP])
            following.setText((cleaned[GROUP:] + following.text())[: GROUP + 1])
            following.setFocus()
            following.setCursorPosition(len(cleaned) - GROUP)
            if not self.takes_overflow(place + 1, following.text()):
                self.report()
            return True
        if cursor >= GROUP:
            following.setFocus()
            following.setCursorPosition(0)
        return False

    def step_back(self, place: int, *, delete: bool = False) -> None:
        if place == 0:
            return
        before = self.boxes[place - 1]
        before.setFocus()
        before.end(False)
        if delete:
            before.backspace()
            self.report()

    def step_on(self, place: int) -> None:
        if place + 1 < len(self.boxes):
            self.boxes[place + 1].setFocus()
            self.boxes[place + 1].setCursorPosition(0)

    def report(self) -> None:
        self._tell()
        self.changed.emit(self.code())

    def _tell(self) -> None:
        code = self.code()
        self.count.setText(f"{len(code)} of {self._length}")
        self.read_back.setText(spelled(code))


def code_edit(shape: Shape) -> QWidget:
    """The right field for a kind of number: boxes for the long codes, one line for a number of digits."""
    if shape.length > 3 * GROUP:
        return CodeEdit(shape.length)
    edit = QLineEdit()
    edit.setPlaceholderText(f"{shape.length} {'digits' if shape.digits_only else 'letters and digits'}")
    return edit
