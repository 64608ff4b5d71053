"""Shows the results of a preview: one row per file, the rows of the lists one by one, and questions about ambiguous matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tslic_admin.services.importing.imports import FileResult, LinkQuestion
from tslic_admin.services.importing.results import ShownDifference
from tslic_admin.ui.widgets.fields import Choice, FieldArea, Sentence
from tslic_admin.ui.widgets.form_dialog import form_layout
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
    """What stands in place of the format."""
    if not one.refused:
        return "Passed over"
    return "Unknown table" if any(row.code == "columns-unknown" for row in one.refused) else "Not read"


def show_results(table: TextTableView, results: Sequence[FileResult]) -> None:
    """What was recognised in each file, and what becomes of its rows; rare counts only where there are any."""
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


def verb_text(results: Sequence[FileResult], taken: int, refused: int) -> str:
    """The verb with its number: of what can be taken, and of what is left out."""
    if not taken:
        return "&Import"
    number = QLocale().toString
    if refused:
        rows = "Row" if taken == 1 else "Rows"
        return f"&Import {number(taken)} {rows} and Leave Out {number(refused)}"
    subjects = {one.subject or "" for one in results}
    one, many = SUBJECT_NOUNS.get(subjects.pop(), ROW_NOUNS) if len(subjects) == 1 else ROW_NOUNS
    return f"&Import {number(taken)} {one if taken == 1 else many}"


def summary_text(results: Sequence[FileResult], refused: int) -> str:
    """The numbers of all lists together; those of nothing are not named."""

    def of(name: str) -> int:
        return sum(getattr(one, name) for one in results)

    parts = [f"{QLocale().toString(of(name))} {name}" for name in COUNT_NAMES if of(name)]
    if unmatched := of("unmatched"):
        parts.append(f"{QLocale().toString(unmatched)} of no license")
    if refused:
        parts.append(f"{QLocale().toString(refused)} left out")
    counted: Counter[str] = Counter()
    for one in results:
        counted.update(dict(one.change_counts))
    called = difference_counts_text(counted, QLocale().toString)
    sentence = f"{', '.join(parts) or 'Nothing that can be taken'}."
    return f"{sentence} Among them: {called}." if called else sentence


REFUSED_ROWS, UNMATCHED_ROWS, ALL_ROWS = "refused", "unmatched", None
# what asks for a look comes first; the keys are those of Told.word and of FileResult's counts
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


class ImportRows(QWidget):
    """Hidden while there are none. Of each word but *left out* the first ones only, and how many more there are.

    `rebuilt`: the way out was chosen where a list looks like that of a rebuilt server, by the server's name.
    """

    rebuilt = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, list[RowTexts]] = {}
        self._shown: list[tuple[str, ...]] = []
        self._rebuilt = ""
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
        self.rebuilt_button.clicked.connect(lambda: self.rebuilt.emit(self._rebuilt))
        line.addWidget(self.rebuilt_button)
        self.table = TextTableView("Rows of the import", "", stretch=2)
        self.table.setMinimumHeight(self.fontMetrics().height() * 2)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(line)
        body.addWidget(self.table, 1)
        self.whole = Sentence("")
        self.table.selectionModel().currentRowChanged.connect(lambda row, _: self._show_whole(row.row()))
        body.addWidget(self.whole)
        self.hide()

    def show_results(self, results: Sequence[FileResult]) -> None:
        """The choice of what is shown stays where there still is some of it."""
        chosen = self.show_box.currentData()
        self._rows = {word: [] for word in OUTCOME_NAMES}
        for one in results:
            self._rows[REFUSED_ROWS].extend(_refused_rows(one))
            self._rows["ambiguous"].extend(
                (
                    OUTCOME_NAMES["ambiguous"],
                    asked.listed,
                    candidates_text([name for _, name in asked.candidates]),
                )
                for asked in one.questions
            )
            self._rows[UNMATCHED_ROWS].extend(_unmatched_rows(one))
            for told in one.differences:
                self._rows[told.word].append(_change_row(told))
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
        self._rebuilt = next((one.server or "" for one in results if _looks_rebuilt(one)), "")
        self.rebuilt_button.setVisible(bool(self._rebuilt))
        self.setVisible(any(self._rows.values()))

    def _fill(self) -> None:
        word = self.show_box.currentData()
        self._shown = [row for name, rows in self._rows.items() if word in (ALL_ROWS, name) for row in rows]
        self.table.fill(ROW_HEADINGS, list(self._shown))
        self._show_whole(-1)
        if self._shown:
            self.table.selectRow(0)

    def _show_whole(self, place: int) -> None:
        """The selected row's last column, which is often longer than its place."""
        self.whole.setText(self._shown[place][2] if 0 <= place < len(self._shown) else "")


def _looks_rebuilt(one: FileResult) -> bool:
    return any(row.code in REBUILT_CODES for row in one.refused)


def _refused_rows(one: FileResult) -> Iterator[RowTexts]:
    """Line 0 is a whole file or list."""
    for row in one.refused:
        where = f"{one.file}, line {row.line}: {' '.join(row.value.split())}" if row.line else one.file
        yield OUTCOME_NAMES[REFUSED_ROWS], where, row_refusal_text(row.code, row.value, row.facts)


def _unmatched_rows(one: FileResult) -> Iterator[RowTexts]:
    """Evidence that fits no license."""
    for row in one.unmatched_examples:
        yield OUTCOME_NAMES[UNMATCHED_ROWS], f"{one.file}, line {row.line}", f"{row.about}: {NO_LICENSE_NOTE}"


def _change_row(told: ShownDifference) -> RowTexts:
    subject = f"{RECORD_KINDS.get(told.kind, told.kind.capitalize())} {told.reference}"
    said = "; ".join(change_text(line) if line.field else initial_values_text(line) for line in told.lines)
    return OUTCOME_NAMES[told.word], subject, said or LINKED_NOTE


Answers = dict[tuple[str, str], int]
UNDECIDED, NONE_OF_THESE = "Not decided: nothing is linked", "None of these"


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
        body.addWidget(Sentence(MATCH_QUESTIONS_NOTE))
        body.addWidget(FieldArea(content))
        self.hide()

    def answers(self) -> Answers:
        """By the question's key: the number of one of ours, or 0 for none of them; open ones are not in it."""
        return dict(self._answers)

    def ask(self, results: Sequence[FileResult]) -> None:
        """Ask what these results leave open; the same questions as before stay as they were answered."""
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
