"""What a preview asks: of several of ours, which one a listed key pack or license is (rules 4.6 and 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from tslic_admin.ui.fields import Choice, FieldArea, Sentence
from tslic_admin.ui.form_dialog import form_layout
from tslic_admin.wording.imports import ASKED, ASKED_WHY

if TYPE_CHECKING:
    from tslic_admin.services.imports import FileResult, LinkQuestion

Answers = dict[tuple[str, str], int]
OPEN, NEITHER = "Not decided: nothing is linked", "None of these"


class ImportQuestions(QWidget):
    """Nothing has to be answered; an answer stays while the files are looked at again."""

    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._boxes: dict[tuple[str, str], QComboBox] = {}
        self._answers: Answers = {}
        self._form: QFormLayout = form_layout()
        content = QWidget()
        content.setLayout(self._form)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(Sentence(ASKED_WHY))
        body.addWidget(FieldArea(content))
        self.hide()

    def answers(self) -> Answers:
        """By the question's key: the number of one of ours, or 0 for none of them; open ones are not in it."""
        return dict(self._answers)

    def ask(self, results: Sequence[FileResult]) -> None:
        """Ask what these results leave open; the same questions as before stay as they were answered."""
        questions = {question.key: question for one in results for question in one.asked}
        self._answers = {key: number for key, number in self._answers.items() if key in questions}
        if list(questions) == list(self._boxes):
            return
        while self._form.rowCount():
            self._form.removeRow(0)
        self._boxes = {key: self._add(question) for key, question in questions.items()}
        self.setVisible(bool(questions))

    def _add(self, question: LinkQuestion) -> QComboBox:
        box = Choice()
        box.addItem(OPEN, None)
        for number, name in question.candidates:
            box.addItem(name, number)
        box.addItem(NEITHER, 0)
        box.setCurrentIndex(max(0, box.findData(self._answers.get(question.key))))
        text = ASKED[question.kind].format(question.listed)
        label = QLabel(text)
        label.setBuddy(box)
        box.setAccessibleName(text.rstrip(":"))
        box.activated.connect(lambda _: self._answer(question.key, box.currentData()))
        self._form.addRow(label, box)
        return box

    def _answer(self, key: tuple[str, str], number: int | None) -> None:
        if number is None:
            self._answers.pop(key, None)
        else:
            self._answers[key] = number
        self.answered.emit()
