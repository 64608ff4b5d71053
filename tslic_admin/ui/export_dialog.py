"""Export a list as it is shown, or everything of a kind, to a file that is replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDir, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Changes, Done
from tslic_admin.services.lists import ListSpec, Pages
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.columns import Column
from tslic_admin.ui.export_choices import (
    BY,
    EVERYTHING,
    FORMATS,
    FORMS,
    LISTS,
    OF_A_DAY,
    ONLY_READABLE,
    SECRETIVE,
    SHOWN,
)
from tslic_admin.ui.fields import FieldWith, choice, line_label, optional_day_edit
from tslic_admin.ui.form_dialog import FormDialog, form_layout
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.jobs import Cancelled, Job
from tslic_admin.ui.progress_line import ProgressLine

if TYPE_CHECKING:
    from tslic_admin.db.store import Store
    from tslic_admin.services.exports import Exported, Wanted


def _shown(spec: ListSpec) -> str:
    if spec.kind == "found":
        return f"What was found for “{spec.search}”, as the list shows it"
    return f"{LISTS[spec.kind]}, as the list shows them"


class ExportDialog(FormDialog):
    """`spec`, `columns`: the list that is shown and its visible columns in their order."""

    tells_progress = True

    def __init__(
        self,
        gateway: Gateway,
        spec: ListSpec | None,
        columns: Sequence[Column] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gateway, "Export", "&Export", parent)
        self._spec = spec if spec is not None and spec.kind in LISTS else None
        self._columns = tuple(column.key for column in columns)
        self._may_replace = ""
        self._exported: Exported | None = None
        shown = {SHOWN: _shown(self._spec)} if self._spec else {}
        self.what = choice(shown | EVERYTHING)
        self.add_field("what", "E&xport:", self.what)
        self.form_of = choice(FORMS)
        self.add_field("form", "&In this form:", self.form_of)
        self.file_format = choice(FORMATS)
        self.add_field("file_format", "&Format:", self.file_format)
        since, until = optional_day_edit("The beginning"), optional_day_edit("Today")
        self.add_field("since", "F&rom:", since)
        self.add_field("until", "&Until:", until)
        self.add_field("by", "&Day that counts:", choice(BY))
        self.reveal = QCheckBox("Re&veal codes and numbers; the history records that they were")
        self.add_field("reveal", "Secrets:", self.reveal)
        self.reveal.setAccessibleName("Reveal codes and numbers; the history records that they were revealed")
        self.to = QLineEdit()
        browse = QPushButton("&Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self.add_field("to", "&To file:", FieldWith(self.to, browse))
        self.progress = ProgressLine()
        self.body.insertWidget(self.body.indexOf(self.refusal), self.progress)
        self.what.currentIndexChanged.connect(self._follow)
        for day in (since, until):
            day.textChanged.connect(self._count)
        self.file_format.currentIndexChanged.connect(self._rename)
        self._follow()

    def first_field(self) -> QWidget | None:
        return self.to if not self.to.text() else self.what

    # what is asked

    @property
    def _kind(self) -> str:
        chosen = str(self.what.currentData())
        return self._spec.kind if chosen == SHOWN and self._spec else chosen

    def _follow(self) -> None:
        """Ask for what the chosen list has."""
        everything = self.what.currentData() != SHOWN
        for field in ("since", "until", "by"):
            self.show_field(field, everything and self._kind in OF_A_DAY)
        self.show_field("form", self._kind not in ONLY_READABLE)
        self.show_field("reveal", self._kind in SECRETIVE)
        self._count()

    def _count(self) -> None:
        """The verb names its number; not of a period, which is still being typed."""
        self.verb.setText("&Export")
        chosen, shown = str(self.what.currentData()), self._spec
        path, now = self.gateway.path, self.gateway.now
        if any(self.typed("since", "until").values()):
            return

        def size() -> int:
            from tslic_admin.services.exports import WHATS

            with closing(Pages(path, now)) as pages:
                return pages.open(shown if chosen == SHOWN and shown else WHATS[chosen])[0]

        def say(rows: int) -> None:
            if self.what.currentData() == chosen and not any(self.typed("since", "until").values()):
                self.verb.setText(f"&Export {QLocale().toString(rows)} {'Row' if rows == 1 else 'Rows'}")

        self.read(size, say)

    def _rename(self) -> None:
        """The file's ending follows its format."""
        name = Path(self.to.text())
        ending = str(self.file_format.currentData())
        if self.to.text() and name.suffix.removeprefix(".") in FORMATS:
            self.to.setText(str(name.with_suffix(f".{ending}")))

    def _browse(self) -> None:
        ending = str(self.file_format.currentData())
        start = self.to.text() or str(Path(QDir.homePath()) / f"{self._kind}.{ending}")
        chooser = QFileDialog(self, "Export To", start, f"{FORMATS[ending]} (*.{ending});;All files (*)")
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
        from tslic_admin.services import exports

        self.clear_refusal()
        target = self.to.text().strip()
        if not target:
            self.show_refusal(RuleViolation("field-missing", field="to"))
            return
        try:
            wish = self._wish(target)
        except RuleViolation as violation:
            self.show_refusal(violation)
            return
        self.set_busy(True)
        self._running = job = Job(self)
        self.progress.watch(job, "Exporting")
        path, now = self.gateway.path, self.gateway.now
        if exports.reveals(wish):
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

    def _wish(self, target: str) -> Wanted:
        from tslic_admin.services import exports

        typed = {name: text.strip() or None for name, text in self.typed().items()}
        readable, reveal = typed.get("form", "readable") == "readable", bool(typed.get("reveal"))
        if typed["what"] == SHOWN and self._spec is not None:
            spec = replace(self._spec, reveal=reveal)
            return exports.Wanted(spec, str(typed["file_format"]), readable=readable, columns=self._columns)
        since, until = typed.get("since"), typed.get("until")
        return exports.wanted(
            str(typed["what"]),
            file_name=target,
            file_format=typed["file_format"],
            readable=readable,
            by=typed.get("by") if since or until else None,
            reveal=reveal,
            since=since,
            until=until,
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
        rows = QLocale().toString(exported.rows)
        self.explain(f"{rows} {'row' if exported.rows == 1 else 'rows'} exported.")
        head = f"Entry {exported.head[0]}, {exported.head[1]}" if exported.head else "Nothing is recorded yet"
        self.facts = {
            "File": self.to.text().strip(),
            "Rows": rows,
            "SHA-256": exported.sha256,
            "History head": head,
        }
        if exported.entry is not None:
            self.facts["Revealed"] = f"Recorded as history entry {exported.entry}"
        page = QWidget()
        form = form_layout()
        page.setLayout(form)
        for label, text in self.facts.items():
            value = line_label(text)
            value.setAccessibleName(f"{label}: {text}")
            form.addRow(f"{label}:", value)
        self.body.insertWidget(self.body.indexOf(self.progress), page, 1)
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
