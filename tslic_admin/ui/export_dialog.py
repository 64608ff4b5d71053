"""Export a list as it is shown, or everything of a kind, to a file that is replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDir, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QPushButton,
    QWidget,
)

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.export_formats import FORMATS as FILE_FORMATS
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.columns import Column
from tslic_admin.ui.export_questions import ExportQuestions
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.jobs import Cancelled, Job
from tslic_admin.ui.progress_line import ProgressLine
from tslic_admin.wording.exports import FORMATS

if TYPE_CHECKING:
    from tslic_admin.db.store import Store
    from tslic_admin.services.export_wishes import Wanted
    from tslic_admin.services.exports import Exported


class ExportDialog(ExportQuestions):
    """Exports what was asked for, and says afterwards what was written."""

    tells_progress = True

    def __init__(
        self,
        gateway: Gateway,
        spec: ListSpec | None,
        columns: Sequence[Column] = (),
        parent: QWidget | None = None,
    ) -> None:
        self._may_replace = ""
        self._exported: Exported | None = None
        super().__init__(gateway, spec, columns, parent)
        self.progress = ProgressLine()
        self.body.insertWidget(self.body.indexOf(self.refusal), self.progress)

    def browse(self) -> None:
        chosen = str(self.file_format.currentData())
        ending = FILE_FORMATS[chosen].ending
        start = self.to.text() or str(Path(QDir.homePath()) / f"{self._kind}.{ending}")
        chooser = QFileDialog(self, "Export To", start, f"{FORMATS[chosen]} (*.{ending});;All files (*)")
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
        self._export()

    # exporting

    def accept(self) -> None:
        target = self.to.text().strip()
        if self._running is not None:
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
        self._export()

    def _export(self) -> None:
        from tslic_admin.services import export_wishes, exports

        self.clear_refusal()
        target = self.to.text().strip()
        if not target:
            self.show_refusal(RuleViolation("field-missing", field="to"))
            return
        try:
            wish = self.wish(target)
        except RuleViolation as violation:
            self.show_refusal(violation)
            return
        self.set_busy(True)
        self._running = job = Job(self)
        self.progress.watch(job, "Exporting")
        path, now = self.gateway.path, self.gateway.now
        if export_wishes.reveals(wish):
            self._reveal(wish, Path(target), job)
            return

        def export() -> Any:
            try:
                return exports.export(path, now, wish, Path(target), job.progress)
            except (RuleViolation, StoreTrouble, Cancelled) as why:
                return why

        self.read(export, self._answered)

    def _reveal(self, wish: Wanted, target: Path, job: Job) -> None:
        """Secrets whole: an act, with an entry of its own."""

        def act(store: Store) -> Done:
            from tslic_admin.services.reveals import export_revealed

            self._exported = export_revealed(store, wish, target, target.name, job.progress)
            return Done(self._exported.entry, Changes.HISTORY)

        self.gateway.do_with_store(
            act, lambda _: self._answered(self._exported), self._answered, job=job, failed=self._failed
        )

    def _answered(self, answer: Any) -> None:
        self._failed()
        if isinstance(answer, RuleViolation):
            self.show_refusal(answer)
        elif isinstance(answer, StoreTrouble):
            from tslic_admin.wording.say import trouble

            self.show_error("to", trouble(answer.code, answer.facts))
        elif not isinstance(answer, Cancelled):
            self._show_result(answer)

    def _failed(self) -> None:
        self.progress.done()
        super()._failed()

    def _show_result(self, exported: Exported) -> None:
        """What was written, with what proves it later."""
        self.area.hide()
        from tslic_admin.ui.export_result import result_facts, result_page

        rows = QLocale().toString(exported.rows)
        self.explain(f"{rows} {'row' if exported.rows == 1 else 'rows'} exported.")
        self.facts = result_facts(exported, self.to.text().strip())
        self.body.insertWidget(self.body.indexOf(self.progress), result_page(self.facts), 1)
        copy = QPushButton("&Copy")
        copy.clicked.connect(self.copy)
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.verb.hide()
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText("Close")
        cancel.setDefault(True)
        cancel.setFocus()
        self.resize(max(self.width(), 620), self.height())  # as wide as a digest
        self._grow()

    def copy(self) -> None:
        lines = (f"{label}: {text}" for label, text in self.facts.items())
        QGuiApplication.clipboard().setText("\n".join(lines))
