"""Export of the shown list, or of all records of a kind, to a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Property, QLocale, Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QComboBox, QListWidget, QListWidgetItem, QWidget

from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.domain.catalogue.kinds import ListKind, Row
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.services.exporting.export_request import (
    ENDINGS,
    EXPORTED_LISTS,
    LINE_COLUMN_PREFIX,
    MACHINE,
    READABLE,
    ExportRequest,
    format_of,
    formats_for,
    forms_for,
    has_period,
    read_export_request,
    reveals_secrets,
)
from tslic_admin.services.exporting.export_request import FORMATS as FILE_FORMATS
from tslic_admin.services.exporting.reveals import export_revealed
from tslic_admin.services.exporting.writers import ExportResult, export
from tslic_admin.services.lists import ListSpec, Pages
from tslic_admin.ui.exporting.to_file_dialog import FileWriter, ToFileDialog
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import choice, optional_day_edit
from tslic_admin.wording.exporting.exports import EXPORT_FORMATS, head_text, left_out_text
from tslic_admin.wording.lists.all_lists import LIST_WORDS, words_of
from tslic_admin.wording.lists.columns import AnyColumn
from tslic_admin.wording.lists.history import EVENT_WORDS

SHOWN_LIST = "shown"
FORM_NAMES = {
    READABLE: "As the screen shows it, in words",
    MACHINE: "Machine form, for scripts and for importing again",
}
DAY_CHOICES = {"recorded": "The day of recording", "effective": "The day of taking effect"}


COLUMN_LIST_ROWS = 5


class ColumnChoice(QListWidget):
    """The columns of a list with a checkbox each, which Space or a click toggles."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFixedHeight(
            self.fontMetrics().lineSpacing() * COLUMN_LIST_ROWS * 5 // 4 + 2 * self.frameWidth()
        )

    def offer(self, kind: ListKind[Row], shown: Sequence[str] = ()) -> None:
        """List the columns of a list, with only `shown` checked; with all checked where `shown` is empty."""
        titles = {column.key: column.title for column in words_of(kind).file_columns()}
        if kind is HISTORY and not shown:
            titles |= {
                LINE_COLUMN_PREFIX + column.key: f"{column.title} (of each change)"
                for column in EVENT_WORDS.columns
            }
        order = [*shown, *(key for key in titles if key not in shown)]
        self.clear()
        for key in order:
            item = QListWidgetItem(titles[key], self)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = not shown or key in shown
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        self.setCurrentRow(0)

    def chosen(self) -> tuple[str, ...]:
        """The keys of the checked columns, in their order."""
        items = [self.item(row) for row in range(self.count())]
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )

    @Property(str)
    def text(self) -> str:
        """The keys, separated by spaces: the text of this field of the form."""
        return " ".join(self.chosen())


def _whole_lists() -> dict[str, str]:
    """What can be exported whole, by name: the history first."""
    whole = {name: words.whole.title for name, words in LIST_WORDS.items() if words.whole is not None}
    return {HISTORY.name: whole[HISTORY.name]} | whole


def _shown_list_text(spec: ListSpec[Row]) -> str:
    if spec.kind is FOUND:
        return f"What was found for “{spec.search}”, as the list shows it"
    return f"{words_of(spec.kind).title}, as the list shows them"


class ExportDialog(ToFileDialog[ExportResult]):
    """Asks which list to export, in which format and form, and exports it.

    `spec`, `columns`: the list that the window shows and its visible columns in their order.
    """

    doing = "Exporting"

    def __init__(
        self,
        gateway: Gateway,
        spec: ListSpec[Row] | None,
        columns: Sequence[AnyColumn] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gateway, "Export", "&Export", parent)
        self._spec = spec
        self._columns = tuple(column.key for column in columns)
        shown = {SHOWN_LIST: _shown_list_text(self._spec)} if self._spec else {}
        self.what = choice(shown | _whole_lists())
        self.add_field("what", "E&xport:", self.what)
        self.file_format = choice({})
        self.add_field("file_format", "&Format:", self.file_format)
        self.form_of = choice({})
        self.add_field("form", "&In this form:", self.form_of)
        self.chosen_columns = ColumnChoice()
        self.add_field("columns", "Co&lumns:", self.chosen_columns)
        since, until = optional_day_edit("The beginning"), optional_day_edit("Today")
        self.add_field("since", "F&rom:", since)
        self.add_field("until", "&Until:", until)
        self.add_field("by", "&Day that counts:", choice(DAY_CHOICES))
        self.reveal = QCheckBox("Re&veal codes and numbers; the history records that they were")
        self.add_field("reveal", "Secrets:", self.reveal)
        self.reveal.setAccessibleName("Reveal codes and numbers; the history records that they were revealed")
        self.add_target()
        self.what.currentIndexChanged.connect(self._list_chosen)
        for day in (since, until):
            day.textChanged.connect(self._count)
        self.file_format.currentIndexChanged.connect(self._format_chosen)
        self.file_format.currentIndexChanged.connect(self._count)
        self.form_of.currentIndexChanged.connect(self._show_form_fields)
        self.to.editingFinished.connect(self._file_named)
        self._list_chosen()

    def first_field(self) -> QWidget | None:
        return self.to if not self.to.text() else self.what

    # fields

    @property
    def _chosen_list(self) -> ListSpec[Row]:
        """The list to export: the shown one, or all records of a kind."""
        chosen = str(self.what.currentData())
        return self._spec if chosen == SHOWN_LIST and self._spec else EXPORTED_LISTS[chosen]

    @property
    def _kind(self) -> ListKind[Row]:
        return self._chosen_list.kind

    @property
    def _is_shown(self) -> bool:
        return bool(self.what.currentData() == SHOWN_LIST)

    @property
    def _is_snipe_it(self) -> bool:
        return bool(self.file_format.currentData() == "snipe-it")

    def _list_chosen(self) -> None:
        """Show the fields that the chosen list needs."""
        _replace_items(self.file_format, {name: EXPORT_FORMATS[name] for name in formats_for(self._kind)})
        self.chosen_columns.offer(self._kind, self._columns if self._is_shown else ())
        for field in ("since", "until", "by"):
            self.show_field(field, not self._is_shown and has_period(self._kind))
        self.show_field("reveal", self._kind.has_secrets)
        self._format_chosen()
        self._count()

    def _format_chosen(self) -> None:
        """Offer the forms of the chosen format, and give the file its ending."""
        chosen = str(self.file_format.currentData())
        available = forms_for(self._kind, chosen)
        # FORM_NAMES begins with the form for people
        _replace_items(self.form_of, {form: text for form, text in FORM_NAMES.items() if form in available})
        self._show_form_fields()
        name = Path(self.to.text())
        if self.to.text() and name.suffix.removeprefix(".").casefold() in ENDINGS:
            self.to.setText(str(name.with_suffix(f".{FILE_FORMATS[chosen].ending}")))

    def _show_form_fields(self) -> None:
        self.show_field("form", self.form_of.count() > 1)
        self.show_field("columns", self.form_of.currentData() == READABLE)

    def _file_named(self) -> None:
        """Choose the format of the file's ending, where this list has it."""
        file_format = format_of(self.to.text().strip())
        ending = FILE_FORMATS[str(self.file_format.currentData())].ending
        if file_format and ENDINGS.get(ending) != file_format and self.file_format.findData(file_format) >= 0:
            name = self.to.text()
            self.file_format.setCurrentIndex(self.file_format.findData(file_format))
            self.to.setText(name)  # _format_chosen has changed its ending

    def _count(self) -> None:
        """Show the number of rows on the verb, where each row of the list is one row of the file.

        Not while a period is typed: counting it would need another query.
        """
        self.verb.setText("&Export")
        chosen, spec = str(self.what.currentData()), self._chosen_list
        path, now = self.gateway.path, self.gateway.now
        changes = self._kind is HISTORY and not self._is_shown  # a row for each change
        if any(self.typed("since", "until").values()) or changes or self._is_snipe_it:
            return

        def size() -> int:
            with closing(Pages(path, now)) as pages:
                return pages.open(spec)[0]

        def show(rows: int) -> None:
            typed = any(self.typed("since", "until").values())
            if self.what.currentData() == chosen and not typed and not self._is_snipe_it:
                self.verb.setText(f"&Export {QLocale().toString(rows)} {'Row' if rows == 1 else 'Rows'}")

        self.read(size, show)

    def request(self, target: str) -> ExportRequest:
        """The export as the fields ask for it. Raises RuleViolation."""
        typed = {name: text.strip() or None for name, text in self.typed().items()}
        readable = self.form_of.currentData() == READABLE
        columns = self.chosen_columns.chosen() if readable else ()
        if readable and not columns:
            raise RuleViolation("export-without-columns", field="columns")
        reveal, file_format = bool(typed.get("reveal")), str(typed["file_format"])
        if self._is_shown and self._spec is not None:
            spec = replace(self._spec, reveal=reveal)
            return ExportRequest(spec, file_format, readable=readable, columns=columns)
        since, until = typed.get("since"), typed.get("until")
        request = read_export_request(
            str(typed["what"]),
            file_name=target,
            file_format=file_format,
            by=typed.get("by") if since or until else None,
            reveal=reveal,
            since=since,
            until=until,
        )
        return replace(request, readable=readable, columns=columns)

    # writing

    def suggest_file(self) -> tuple[str, str, str]:
        chosen = str(self.file_format.currentData())
        return self._kind.name, FILE_FORMATS[chosen].ending, EXPORT_FORMATS[chosen]

    def file_writer(self, target: Path) -> FileWriter[ExportResult]:
        request = self.request(str(target))
        path, now = self.gateway.path, self.gateway.now
        if not reveals_secrets(request):
            return FileWriter(read=lambda progress: export(path, now, request, target, progress))

        def reveal(store: Store, progress: Progress) -> ExportResult:
            return export_revealed(store, request, target, target.name, progress)

        return FileWriter(act=reveal)

    def summary(self, written: ExportResult) -> tuple[str, dict[str, str]]:
        rows = QLocale().toString(written.rows)
        facts = {
            "File": self.to.text().strip(),
            "Rows": rows,
            "SHA-256": written.sha256,
            "History head": head_text(written.head),
        }
        if written.left_out:
            facts["Left out"] = left_out_text(written.left_out)
        if written.entry is not None:
            facts["Revealed"] = f"Recorded as history entry {written.entry}"
        return f"{rows} {'row' if written.rows == 1 else 'rows'} exported.", facts


def _replace_items(box: QComboBox, items: dict[str, str]) -> None:
    """Offer other choices; the chosen one stays chosen where it is among them."""
    chosen = box.currentData()
    blocked = box.blockSignals(True)
    box.clear()
    for value, text in items.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(chosen), 0 if items else -1))
    box.blockSignals(blocked)
