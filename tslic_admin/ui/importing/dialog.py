"""The import dialog: choose, drop or paste files, see their preview, then import all of them in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from tslic_admin.services.importing.imports import ImportResult
from tslic_admin.services.importing.results import FileResult, count_refused
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.importing.column_mapping import MappingStep, file_to_map, needs_columns
from tslic_admin.ui.importing.options import FIELD_FOR_REFUSAL, OptionsForm, read_options
from tslic_admin.ui.importing.preview_results import (
    MatchQuestions,
    PreviewRows,
    show_results,
    summary_text,
    verb_text,
)
from tslic_admin.ui.importing.preview_runner import ImportInput, PreviewRunner
from tslic_admin.ui.records.server_dialogs import open_rebuild_dialog
from tslic_admin.ui.widgets.fields import choose
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.wording.messages import notice_text, row_refusal_text


class FileButtons(QWidget):
    """A row of buttons. `inputs_added`: paths of files and folders, or texts as bytes."""

    inputs_added = Signal(list)
    remove_requested = Signal()
    mapping_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        self.choose = QPushButton("&Files…")
        self.choose.setAccessibleName("Choose files")
        self.folder = QPushButton("Fold&er…")
        self.folder.setAccessibleName("Choose a folder")
        self.paste_button = QPushButton("&Paste")
        self.remove = QPushButton("&Remove All")
        self.map = QPushButton("&Map Columns…")
        for button, act in (
            (self.choose, self._choose),
            (self.folder, self._choose_folder),
            (self.paste_button, self.paste),
            (self.remove, self.remove_requested.emit),
            (self.map, self.mapping_requested.emit),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(act)
            line.addWidget(button)
        line.addStretch(1)
        self.remove.setEnabled(False)
        self.map.setEnabled(False)

    def _choose(self) -> None:
        chooser = QFileDialog(self, "Choose Files to Import")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self._emit_names)
        chooser.open()

    def _choose_folder(self) -> None:
        chooser = QFileDialog(self, "Choose a Folder of Files to Import")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.filesSelected.connect(self._emit_names)
        chooser.open()

    def _emit_names(self, names: list[str]) -> None:
        self.inputs_added.emit(names)

    def paste(self) -> None:
        self.add_mime_data(QGuiApplication.clipboard().mimeData())

    def add_mime_data(self, data: QMimeData) -> None:
        """Add files that were dropped or copied, else the text."""
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        inputs: Sequence[str | bytes | Path] = files or (
            [data.text().encode("utf-8", "replace")] if data.text().strip() else []
        )
        self.inputs_added.emit(list(inputs))


PASTED_TEXT = "pasted text"
IMPORT_INSTRUCTION = (
    "Choose the files that a license server's lists were exported to, drop them here, or paste their text."
    " Nothing is written before you have seen what they come to."
)


class ImportDialog(FormDialog):
    """`inputs`: paths of files, or texts as bytes, to start with."""

    doing = "Importing"

    def __init__(
        self, gateway: Gateway, inputs: Sequence[Path | str | bytes] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(gateway, "Import", "&Import", parent)
        self.explain(IMPORT_INSTRUCTION)
        self.setAcceptDrops(True)
        self._inputs: list[ImportInput] = []
        self._results: Sequence[FileResult] = ()
        self._imported: list[FileResult] = []
        self._preview = PreviewRunner(gateway, self)
        self._preview.previewed.connect(self._show_preview)
        self._preview.failed.connect(self._show_failure)
        self.files = TextTableView("What the files hold", "Drop files here", stretch=0)
        self.rows = PreviewRows()
        self.rows.rebuild_requested.connect(
            lambda name: open_rebuild_dialog(self, name, self.refresh_preview)
        )
        self.questions = MatchQuestions()
        self.questions.answered.connect(self._compare_again)
        self._add_file_buttons()
        self.body.insertWidget(self.body.indexOf(self.area), self.files, 2)
        self.body.setStretchFactor(self.area, 0)
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.area.setMinimumHeight(self.fontMetrics().height() * 3)  # the lists need the room of a low screen
        for widget, stretch in ((self.questions, 1), (self.rows, 3)):
            self.body.insertWidget(self.body.indexOf(self.progress), widget, stretch)
        self.options = OptionsForm(self)
        self.options.changing.connect(self._invalidate_preview)
        self.options.changed.connect(self.refresh_preview)
        self.verb.setEnabled(False)
        self.resize(820, 460)
        self.add_files(inputs)

    def _add_file_buttons(self) -> None:
        self.file_buttons = FileButtons()
        self.file_buttons.inputs_added.connect(self.add_files)
        self.file_buttons.remove_requested.connect(self._remove_all)
        self.file_buttons.mapping_requested.connect(self._map_columns)
        self.mapping_step = MappingStep(self)
        self.mapping_step.mapped.connect(self._use_mapping)
        self.files.selectionModel().selectionChanged.connect(self._enable_mapping)
        self.body.insertWidget(self.body.indexOf(self.area), self.file_buttons)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.file_buttons.paste)

    def first_field(self) -> QWidget | None:
        return None if self._inputs else self.file_buttons.choose

    # files

    def add_files(self, inputs: Sequence[Path | str | bytes]) -> None:
        """Add files, and preview all of them again."""
        if self.runner.is_running:
            return
        for one in inputs:
            if isinstance(one, bytes):
                pasted = sum(other.path is None for other in self._inputs)
                self._inputs.append(
                    ImportInput(f"{PASTED_TEXT} {pasted + 1}" if pasted else PASTED_TEXT, data=one)
                )
            elif not any(other.path == Path(one) for other in self._inputs):
                self._inputs.append(ImportInput(Path(one).name, Path(one)))
        if inputs:
            self.refresh_preview()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.file_buttons.add_mime_data(event.mimeData())
        event.acceptProposedAction()

    def _remove_all(self) -> None:
        self._inputs.clear()
        self.refresh_preview()

    # column mapping

    def _enable_mapping(self) -> None:
        self.file_buttons.map.setEnabled(file_to_map(self._results, self._selected_file()) is not None)

    def _selected_file(self) -> str | None:
        """The file of the selected row."""
        rows = self.files.selectionModel().selectedRows()
        return self._results[rows[0].row()].file if len(rows) == 1 else None

    def _map_columns(self) -> None:
        name = file_to_map(self._results, self._selected_file())
        source = self._preview.source(name) if name is not None else None
        if source is None:
            return
        typed = self.typed()
        self.mapping_step.start(
            source,
            date_order=typed.get("date_order") or "auto",
            time_zone=typed["time_zone"].strip() or None,
        )

    def _use_mapping(self, date_order: str) -> None:
        box = self.fields["date_order"]
        if date_order and isinstance(box, QComboBox):
            self.show_field("date_order", True)
            choose(box, date_order)
        self.refresh_preview()

    # the preview

    def refresh_preview(self) -> None:
        """Stage and compare all files with the options as they are now."""
        if self.runner.is_running:
            return
        self.options.stop_waiting()
        self.progress.done()
        self.clear_refusal()
        self._invalidate_preview()
        self.file_buttons.remove.setEnabled(bool(self._inputs))
        if not self._inputs:
            self._preview.discard()
            self._show_results(())
            self.explain(IMPORT_INSTRUCTION)
            return
        typed = self.typed()
        answers = self.questions.answers()
        self.progress.watch(
            self._preview.start(list(self._inputs), lambda: replace(read_options(typed), answers=answers)),
            "Reading",
        )

    def _compare_again(self) -> None:
        self.verb.setEnabled(False)
        self._preview.compare_again(self.questions.answers())

    def _invalidate_preview(self) -> None:
        """The preview does not fit the options any more: nothing can be imported until there is a new one."""
        self._preview.discard()
        self.verb.setText("&Import")
        self.verb.setEnabled(False)

    def _show_failure(self, error: Refusal | OSError | None) -> None:
        if isinstance(error, OSError):
            self.show_error(None, f"The files cannot be looked at: {error.strerror or error}. Try again.")
        elif error is not None:
            self.show_refusal(error)

    def _show_preview(self, results: tuple[FileResult, ...]) -> None:
        self._show_results(results)
        refused = count_refused(results)
        importable = sum(one.new + one.changed + one.unchanged for one in results)
        changes = sum(one.new + one.changed + one.vanished + one.linked for one in results)
        self.verb.setText(verb_text(results, importable, refused))
        self.verb.setEnabled(changes > 0)
        self._enable_mapping()
        unmapped = [one.file for one in results if needs_columns(one)]
        if unmapped:
            self.explain(f"Nobody said yet what the columns of {unmapped[0]} are. Map Columns does.")
        elif self._ask_missing_option(results):
            self.explain("Something has to be known before all of this can be taken: see below.")
        elif importable and not changes and not refused:
            self.explain("All of this is recorded already. There is nothing to import.")
        else:
            self.explain(f"What the files come to: {summary_text(results, refused)}")
        for one in self._preview.notices:
            self.explain(f"{self.intro.text()} {notice_text(one)}")

    def _show_results(self, results: Sequence[FileResult]) -> None:
        self._results = results
        show_results(self.files, results)
        self.rows.show_results(results)
        self.questions.ask(results)

    def _ask_missing_option(self, results: Sequence[FileResult]) -> bool:
        """Show the field of an option that the files need; False if they need none."""
        for one in results:
            for row in one.refused:
                field = FIELD_FOR_REFUSAL.get(row.code)
                if field is not None:
                    self.show_field(field, True)
                    self.show_error(field, row_refusal_text(row.code, row.value, row.facts))
                    return True
        return False

    # the act

    def accept(self) -> None:
        if self.runner.is_running or not self.verb.isEnabled():
            return
        self.clear_refusal()
        job = self.watched_job()
        self.runner.do(self._preview.apply_act(job), self._show_imported, job)

    def set_busy(self, busy: bool) -> None:
        """While an import runs, its files and options cannot be changed."""
        super().set_busy(busy)
        for widget in (self.area, self.file_buttons):
            widget.setEnabled(not busy)
        self.setAcceptDrops(not busy)

    def act_refused(self, refusal: Refusal) -> None:
        """The store has changed since the preview: preview again, then show why it was refused."""
        self.refresh_preview()
        self.show_refusal(refusal)

    def _show_imported(self, imported: ImportResult) -> None:
        self._preview.discard()
        self._show_results(imported.results)
        summary = summary_text(imported.results, count_refused(imported.results))
        self.explain(f"Imported: {summary} Recorded as history entry {imported.act.entry}.")
        self.area.hide()
        self.questions.hide()
        self.file_buttons.hide()
        self.verb.hide()
        self.setAcceptDrops(False)
        self.show_close_button()
        self.acted.emit(imported.act)

    def done(self, result: int) -> None:
        self._preview.discard()
        super().done(result)
