"""The base of dialogs that write a file: target, replace question, progress, and a summary of the written file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QDir
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.services.changes import Changes
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import FieldWith, line_label
from tslic_admin.ui.widgets.form_dialog import FormDialog, form_layout

W = TypeVar("W")  # the result of the writing


@dataclass(frozen=True, slots=True)
class FileWriter(Generic[W]):
    """Writes the file: `read` on the read worker, or `act` on the write worker where secrets are revealed.

    A reveal is recorded as an entry.
    """

    read: Callable[[Progress], W] | None = None
    act: Callable[[Store, Progress], W] | None = None


@dataclass(frozen=True, slots=True)
class _Revealed(Generic[W]):
    """A file with secrets, for which an entry was recorded."""

    written: W
    changes: Changes = Changes.HISTORY


class ToFileDialog(FormDialog, Generic[W]):
    """Subclasses add their fields, call `add_target`, and return the writer and the summary of the file."""

    doing = "Writing"
    trouble_field = "to"

    def __init__(self, gateway: Gateway, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(gateway, title, verb, parent)
        self._may_replace = ""
        self.facts: dict[str, str] = {}
        self.to = QLineEdit()

    def add_target(self) -> None:
        browse = QPushButton("&Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self.browse)
        self.add_field("to", "&To file:", FieldWith(self.to, browse))

    # to be implemented by subclasses

    def suggest_file(self) -> tuple[str, str, str]:
        """The file's name without its ending, its ending, and the name of this type of file."""
        raise NotImplementedError

    def file_writer(self, target: Path) -> FileWriter[W]:
        """The writer for what was typed. Raises RuleViolation."""
        raise NotImplementedError

    def summary(self, written: W) -> tuple[str, dict[str, str]]:
        """The result in a sentence, and the facts that prove it later."""
        raise NotImplementedError

    # the target

    def browse(self) -> None:
        name, ending, file_type = self.suggest_file()
        start = self.to.text() or str(Path(QDir.homePath()) / f"{name}.{ending}")
        title = f"{self.windowTitle()} To"
        chooser = QFileDialog(self, title, start, f"{file_type} (*.{ending});;All files (*)")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(ending)
        chooser.selectFile(start)
        chooser.fileSelected.connect(self._chosen)
        chooser.open()

    def _chosen(self, name: str) -> None:
        self._may_replace = QDir.toNativeSeparators(name)  # the chooser has asked
        self.to.setText(self._may_replace)

    def _replace(self, name: str) -> None:
        self._chosen(name)
        self._write()

    def accept(self) -> None:
        target = self.to.text().strip()
        if self.runner.is_running or self.verb.isHidden():
            return
        if target and target != self._may_replace and Path(target).is_file():
            box = QMessageBox(
                QMessageBox.Icon.Question, "Replace File", f"{target} is already there.", parent=self
            )
            verb = box.addButton("&Replace", QMessageBox.ButtonRole.AcceptRole)
            box.addButton(QMessageBox.StandardButton.Cancel)
            box.setDefaultButton(QMessageBox.StandardButton.Cancel)
            verb.clicked.connect(lambda: self._replace(target))
            box.open()
            return
        self._write()

    # writing

    def _write(self) -> None:
        self.clear_refusal()
        target = self.to.text().strip()
        if not target:
            self.show_refusal(RuleViolation("field-missing", field="to"))
            return
        try:
            writer = self.file_writer(Path(target))
        except RuleViolation as violation:
            self.show_refusal(violation)
            return
        job = self.watched_job()
        if (act := writer.act) is not None:
            self.runner.do_with_store(
                lambda store: _Revealed(act(store, job.progress)),
                lambda revealed: self._show_result(revealed.written),
                job,
            )
        elif (write := writer.read) is not None:
            self.runner.read(lambda: write(job.progress), self._show_result, job)

    def _show_result(self, written: W) -> None:
        """Show the result and the facts that prove it later, instead of the fields."""
        self.area.hide()
        text, self.facts = self.summary(written)
        self.explain(text)
        self.body.insertWidget(self.body.indexOf(self.progress), _facts_form(self.facts), 1)
        copy = QPushButton("&Copy")
        copy.clicked.connect(self.copy)
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.verb.hide()
        self.show_close_button()
        self.resize(max(self.width(), 700), self.height())  # as wide as a digest
        self._grow()

    def copy(self) -> None:
        lines = (f"{label}: {text}" for label, text in self.facts.items())
        QGuiApplication.clipboard().setText("\n".join(lines))


def _facts_form(facts: dict[str, str]) -> QWidget:
    page = QWidget()
    form = form_layout()
    page.setLayout(form)
    for label, text in facts.items():
        value = line_label(text)
        value.setAccessibleName(f"{label}: {text}")
        form.addRow(f"{label}:", value)
    return page
