"""A field for a long code: boxes of five characters, pasted as a whole, counted, spelled out."""

from __future__ import annotations

from PySide6.QtCore import Property, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from tslic_admin.domain.codes import Shape, remove_separators
from tslic_admin.wording.records.calls import spell_code

GROUP = 5


class _Box(QLineEdit):
    """The box of one group. Characters that do not fit move on to the next box."""

    def __init__(self, owner: CodeEdit, place: int, count: int) -> None:
        super().__init__()
        self._owner, self._place = owner, place
        self._group = f"group {place + 1} of {count}"
        width = self.fontMetrics().horizontalAdvance("M") * (GROUP + 2)
        self.setMinimumWidth(width)
        self.setMaximumWidth(width + 24)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.textEdited.connect(lambda _: owner.move_overflow(place))

    def name_after(self, code: str) -> None:
        self.setAccessibleName(f"{code}, {self._group}")

    def _paste(self) -> None:
        self._owner.paste(QGuiApplication.clipboard().text(), self._place)

    def menu(self) -> QMenu:
        """Qt's own menu, with a Paste that fills the other boxes as well."""
        menu = self.createStandardContextMenu()
        paste = menu.findChild(QAction, "edit-paste")
        if paste is not None:
            paste.triggered.disconnect()
            paste.triggered.connect(self._paste)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
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
            self._owner.step_forward(self._place)
            return
        super().keyPressEvent(event)


class CodeEdit(QWidget):
    """Boxes for a code of `length` characters. `text` is their contents in one piece.

    Characters that no code contains stay visible; the service says what is wrong.
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
        self._show_count()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for box in self.boxes:
            box.name_after(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        for box in self.boxes:
            box.setAccessibleDescription(description)

    def code(self) -> str:
        return "".join(box.text() for box in self.boxes)

    def typed(self) -> str:
        """The contents of the boxes with hyphens between them; short groups stay short."""
        return "-".join(box.text() for box in self.boxes).rstrip("-")

    def set_code(self, code: str) -> None:
        """Fill the boxes; text in the form of `typed` keeps its groups. Excess characters stay in the last box."""
        groups = code.split("-")
        if len(groups) > len(self.boxes) or any(len(group) > GROUP for group in groups[:-1]):
            groups = [code]
        if len(groups) == 1:
            end = len(self.boxes) - 1
            groups = [code[n * GROUP : (n + 1) * GROUP] for n in range(end)] + [code[end * GROUP :]]
        groups += [""] * (len(self.boxes) - len(groups))
        for box, group in zip(self.boxes, groups, strict=True):
            box.setText(group)
        self._show_count()

    text = Property(str, code, set_code)

    def set_read_only(self, read_only: bool) -> None:
        for box in self.boxes:
            box.setReadOnly(read_only)

    # called by the boxes

    def paste(self, text: str, place: int = 0) -> None:
        """A whole code, in any groups and case, fills all boxes from the first, wherever it is pasted.

        A shorter text is inserted at the cursor like typed characters, unless all boxes are empty.
        """
        pasted = remove_separators(text)
        if self.boxes[place].isReadOnly() or not pasted:
            return
        if self.code() and len(pasted) <= self._length - GROUP:
            self.boxes[place].insert(pasted)  # calls `move_overflow`, as typing does
            return
        self.set_code(pasted)
        next_box = min(len(pasted) // GROUP, len(self.boxes) - 1)
        self.boxes[next_box].setFocus()
        self.boxes[next_box].end(False)
        self.report_change()

    def move_overflow(self, place: int) -> None:
        """Turn letters to upper case, and move what does not fit into a box on to the next; nothing is dropped."""
        box = self.boxes[place]
        cursor = len(remove_separators(box.text()[: box.cursorPosition()]))
        overflow, last = remove_separators(box.text()), len(self.boxes) - 1
        for number in range(place, last + 1):
            existing = self.boxes[number].text() if number > place else ""
            joined = overflow + existing
            group, overflow = (joined, "") if number == last else (joined[:GROUP], joined[GROUP:])
            if group != self.boxes[number].text():
                self.boxes[number].setText(group)
            if not overflow:
                break
        while cursor >= GROUP and place < last:  # the cursor leaves a full box
            cursor, place = cursor - GROUP, place + 1
        self.boxes[place].setFocus()
        self.boxes[place].setCursorPosition(cursor)
        self.report_change()

    def step_back(self, place: int, *, delete: bool = False) -> None:
        if place == 0:
            return
        before = self.boxes[place - 1]
        before.setFocus()
        before.end(False)
        if delete:
            before.backspace()
            self.report_change()

    def step_forward(self, place: int) -> None:
        if place + 1 < len(self.boxes):
            self.boxes[place + 1].setFocus()
            self.boxes[place + 1].setCursorPosition(0)

    def report_change(self) -> None:
        self._show_count()
        self.changed.emit(self.code())

    def _show_count(self) -> None:
        code = self.code()
        self.count.setText(f"{len(code)} of {self._length}")
        self.read_back.setText(spell_code(code))


def code_edit(shape: Shape) -> QWidget:
    """The right field for a kind of number: boxes for the long codes, one line for a number of digits."""
    if shape.length > 3 * GROUP:
        return CodeEdit(shape.length)
    edit = QLineEdit()
    edit.setPlaceholderText(f"{shape.length} {'digits' if shape.digits_only else 'letters and digits'}")
    return edit
