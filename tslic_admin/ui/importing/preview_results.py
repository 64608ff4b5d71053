"""Shows what a preview found: a row for each file, refused and changed rows one by one, and questions about ambiguous matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tslic_admin.services.importing.results import FileResult, LinkQuestion, ShownDifference
from tslic_admin.ui.widgets.field_form import form_layout
from tslic_admin.ui.widgets.fields import Choice, FieldArea, Sentence
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.wording.history.events import change_text, initial_values_text
from tslic_admin.wording.importing.evidence import NO_LICENSE_NOTE
from tslic_admin.wording.importing.preview import (
    LINKED_NOTE,
    MATCH_QUESTIONS,
    MATCH_QUESTIONS_NOTE,
    candidates_text,
    difference_counts_text,
)
from tslic_admin.wording.messages import row_refusal_text
from tslic_admin.wording.values import RECORD_KINDS, time_text

SUBJECT_NAMES = {
    "servers": "Server",
    "key-packs": "Key packs",
    "licenses": "Issued licenses",
    "evidence": "Evidence",
}
FORMAT_NAMES = {
    "client-license": "Client's license",
    "collector": "Collector file",
    "csv": "CSV",
    "mapped": "Mapped columns",
    "lsreport": "lsreport",
    "event-xml": "Event log",
    "ldif": "LDIF",
    "print-r": "PHP print_r",
    "tsctst": "tsctst",
    "json": "JSON",
    "format-list": "Format-List",
    "format-table": "Format-Table",
    "monitoring-section": "Monitoring section",
}
COUNT_NAMES = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "vanished": "Vanished",
    "linked": "Linked",
    "ambiguous": "Ambiguous",
}
SUBJECT_NOUNS = {
    "servers": ("Server", "Servers"),
    "key-packs": ("Key Pack", "Key Packs"),
    "licenses": ("License", "Licenses"),
    "evidence": ("Piece of Evidence", "Pieces of Evidence"),
}
ROW_NOUNS = ("Row", "Rows")
ALWAYS_COUNTED = ("new", "changed", "unchanged")


def _unread_text(one: FileResult) -> str:
    """The text in place of a format."""
    if not one.refused:
        return "Passed over"
    return "Unknown table" if any(row.code == "columns-unknown" for row in one.refused) else "Not read"


def show_results(table: TextTableView, results: Sequence[FileResult]) -> None:
    """Show the recognised format of each file and the counts of its rows; rare counts only if one is above 0."""
    counts = [
        name for name in COUNT_NAMES if name in ALWAYS_COUNTED or any(getattr(one, name) for one in results)
    ]
    headings = ["File", "Format", "Holds", "Server", "Taken"]
    numbers = [*(COUNT_NAMES[name] for name in counts), "Refused"]
    number = QLocale().toString
    rows: list[tuple[str, ...]] = [
        (
            one.file,
            FORMAT_NAMES.get(one.format or "", one.format or _unread_text(one)),
            SUBJECT_NAMES.get(one.subject or "", ""),
            one.server or "",
            time_text(one.taken_at),
            *(number(getattr(one, name)) for name in counts),
            number(len(one.refused)),
        )
        for one in results
    ]
    table.fill([*headings, *numbers], rows, numbers)


def verb_text(results: Sequence[FileResult], importable: int, refused: int) -> str:
    """The verb with the number of rows that can be imported, and of those that are left out."""
    if not importable:
        return "&Import"
    number = QLocale().toString
    if refused:
        rows = "Row" if importable == 1 else "Rows"
        return f"&Import {number(importable)} {rows} and Leave Out {number(refused)}"
    subjects = {one.subject or "" for one in results}
    one, many = SUBJECT_NOUNS.get(subjects.pop(), ROW_NOUNS) if len(subjects) == 1 else ROW_NOUNS
    return f"&Import {number(importable)} {one if importable == 1 else many}"


def summary_text(results: Sequence[FileResult], refused: int) -> str:
    """The totals over all lists; zeros are left out."""

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in results)

    parts = [f"{QLocale().toString(total(name))} {name}" for name in COUNT_NAMES if total(name)]
    if unmatched := total("unmatched"):
        parts.append(f"{QLocale().toString(unmatched)} of no license")
    if refused:
        parts.append(f"{QLocale().toString(refused)} left out")
    counted: Counter[str] = Counter()
    for one in results:
        counted.update(dict(one.change_counts))
    differences = difference_counts_text(counted, QLocale().toString)
    sentence = f"{', '.join(parts) or 'Nothing that can be taken'}."
    return f"{sentence} Among them: {differences}." if differences else sentence


REFUSED_ROWS, UNMATCHED_ROWS, ALL_ROWS = "refused", "unmatched", None
# the rows that the user should check come first; the keys are those of ShownDifference.word and of FileResult
OUTCOME_NAMES = {
    REFUSED_ROWS: "Left out",
    "vanished": "Vanished",
    "changed": "Changed",
    "linked": "Linked",
    "ambiguous": "Ambiguous",
    UNMATCHED_ROWS: "No license",
    "new": "New",
}
ROW_HEADINGS = ("What", "Of", "Change, or why it is left out")
RowTexts = tuple[str, str, str]
REBUILT_CODES = ("server-rebuilt", "server-rebuilt-product")


class PreviewRows(QWidget):
    """Hidden while there are no rows. Shows all refused rows, and the first rows of every other outcome.

    `rebuild_requested`: the user says that the named server was rebuilt, because its list looks like it.
    """

    rebuild_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, list[RowTexts]] = {}
        self._visible_rows: list[tuple[str, ...]] = []
        self._rebuilt_server = ""
        self.show_box = Choice()
        self.show_box.setAccessibleName("Rows to show")
        self.show_box.activated.connect(lambda _: self._fill())
        label = QLabel("S&how:")
        label.setBuddy(self.show_box)
        line = QHBoxLayout()
        line.addWidget(label)
        line.addWidget(self.show_box)
        line.addStretch(1)
        self.rebuilt_button = QPushButton("Server &Was Rebuilt…")
        self.rebuilt_button.setAutoDefault(False)
        self.rebuilt_button.clicked.connect(lambda: self.rebuild_requested.emit(self._rebuilt_server))
        line.addWidget(self.rebuilt_button)
        self.table = TextTableView("Rows of the import", "", stretch=2)
        self.table.setMinimumHeight(self.fontMetrics().height() * 2)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(line)
        body.addWidget(self.table, 1)
        self.full_text = Sentence("")
        self.table.selectionModel().currentRowChanged.connect(lambda row, _: self._show_full_text(row.row()))
        body.addWidget(self.full_text)
        self.hide()

    def show_results(self, results: Sequence[FileResult]) -> None:
        """Show the rows; the chosen outcome stays chosen if there still are rows of it."""
        chosen = self.show_box.currentData()
        self._rows = {word: [] for word in OUTCOME_NAMES}
        for one in results:
            self._rows[REFUSED_ROWS].extend(_refused_rows(one))
            self._rows["ambiguous"].extend(
                (
                    OUTCOME_NAMES["ambiguous"],
                    question.listed,
                    candidates_text([name for _, name in question.candidates]),
                )
                for question in one.questions
            )
            self._rows[UNMATCHED_ROWS].extend(_unmatched_rows(one))
            for difference in one.differences:
                self._rows[difference.word].append(_change_row(difference))
        for word in ("vanished", "changed", "linked", UNMATCHED_ROWS, "new"):
            more = sum(getattr(one, word) for one in results) - len(self._rows[word])
            if more > 0 and self._rows[word]:
                self._rows[word].append((OUTCOME_NAMES[word], "…", f"{QLocale().toString(more)} more"))
        self.show_box.clear()
        self.show_box.addItem("Everything", ALL_ROWS)
        for word, rows in self._rows.items():
            if rows:
                self.show_box.addItem(OUTCOME_NAMES[word], word)
        self.show_box.setCurrentIndex(max(0, self.show_box.findData(chosen) if chosen else 0))
        self._fill()
        self._rebuilt_server = next((one.server or "" for one in results if _looks_rebuilt(one)), "")
        self.rebuilt_button.setVisible(bool(self._rebuilt_server))
        self.setVisible(any(self._rows.values()))

    def _fill(self) -> None:
        word = self.show_box.currentData()
        self._visible_rows = [
            row for name, rows in self._rows.items() if word in (ALL_ROWS, name) for row in rows
        ]
        self.table.fill(ROW_HEADINGS, list(self._visible_rows))
        self._show_full_text(-1)
        if self._visible_rows:
            self.table.selectRow(0)

    def _show_full_text(self, row: int) -> None:
        """Show the last column of the selected row, which is often wider than the table."""
        self.full_text.setText(self._visible_rows[row][2] if 0 <= row < len(self._visible_rows) else "")


def _looks_rebuilt(one: FileResult) -> bool:
    return any(row.code in REBUILT_CODES for row in one.refused)


def _refused_rows(one: FileResult) -> Iterator[RowTexts]:
    """The rows of one file that were refused; line 0 is the whole file or list."""
    for row in one.refused:
        where = f"{one.file}, line {row.line}: {' '.join(row.value.split())}" if row.line else one.file
        yield OUTCOME_NAMES[REFUSED_ROWS], where, row_refusal_text(row.code, row.value, row.facts)


def _unmatched_rows(one: FileResult) -> Iterator[RowTexts]:
    """Evidence that matches no license."""
    for row in one.unmatched_examples:
        yield OUTCOME_NAMES[UNMATCHED_ROWS], f"{one.file}, line {row.line}", f"{row.about}: {NO_LICENSE_NOTE}"


def _change_row(difference: ShownDifference) -> RowTexts:
    subject = f"{RECORD_KINDS.get(difference.kind, difference.kind.capitalize())} {difference.reference}"
    text = "; ".join(
        change_text(line) if line.field else initial_values_text(line) for line in difference.lines
    )
    return OUTCOME_NAMES[difference.word], subject, text or LINKED_NOTE


Answers = dict[tuple[str, str], int]
UNDECIDED, NONE_OF_THESE = "Not decided: nothing is linked", "None of these"


class MatchQuestions(QWidget):
    """Questions about ambiguous matches. None has to be answered; answers stay while the files are previewed again."""

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
        body.addWidget(Sentence(MATCH_QUESTIONS_NOTE))
        body.addWidget(FieldArea(content))
        self.hide()

    def answers(self) -> Answers:
        """By the question's key: the number of the chosen record, or 0 for none; open questions are left out."""
        return dict(self._answers)

    def ask(self, results: Sequence[FileResult]) -> None:
        """Show the questions of these results; questions that were shown before keep their answers."""
        questions = {question.key: question for one in results for question in one.questions}
        self._answers = {key: number for key, number in self._answers.items() if key in questions}
        if list(questions) == list(self._boxes):
            return
        while self._form.rowCount():
            self._form.removeRow(0)
        self._boxes = {key: self._add(question) for key, question in questions.items()}
        self.setVisible(bool(questions))

    def _add(self, question: LinkQuestion) -> QComboBox:
        box = Choice()
        box.addItem(UNDECIDED, None)
        for number, name in question.candidates:
            box.addItem(name, number)
        box.addItem(NONE_OF_THESE, 0)
        box.setCurrentIndex(max(0, box.findData(self._answers.get(question.key))))
        text = MATCH_QUESTIONS[question.kind].format(question.listed)
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
