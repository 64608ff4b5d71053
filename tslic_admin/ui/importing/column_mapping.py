"""Maps the columns of an unknown table: which file needs it, and the dialog with a sample of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.importing.column_mappings import (
    ColumnMapping,
    SampleRow,
    TablePreview,
    preview_table,
    properties_by_field,
    read_mappings,
    sample_rows,
    save_mapping,
)
from tslic_admin.services.importing.files import SourceFile
from tslic_admin.services.importing.results import FileResult
from tslic_admin.ui.gateway.error_boxes import refusal_sentence
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.importing.options import DATE_ORDERS
from tslic_admin.ui.widgets.fields import Choice, Sentence, choice, choose, text_of
from tslic_admin.ui.widgets.form_dialog import FormDialog, form_layout
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.wording.fields import MAPPABLE_LISTS, OMITTED_COLUMN, parsed_value_text, property_label
from tslic_admin.wording.messages import row_refusal_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MAX_EXAMPLE = 40  # characters of a value
NEW_MAPPING = (
    "Say what each column of {file} is; nothing is imported yet. It is kept for every file with these headings, at"
    " the console too."
)
SAVED_MAPPING = "What the columns of {file} are was said before; what you change counts from now on."


class MappingDialog(FormDialog):
    """`date_order` and `time_zone` are those of the import; `went_back` is emitted with the choices after Back."""

    went_back = Signal(object)  # ColumnMapping

    def __init__(
        self,
        gateway: Gateway,
        source: SourceFile,
        table: TablePreview,
        mapping: ColumnMapping,
        *,
        date_order: str,
        time_zone: str | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gateway, f"Columns of {source.name}", "Use These &Columns", parent)
        self._source, self._table, self._time_zone = source, table, time_zone
        self.explain((SAVED_MAPPING if table.is_saved else NEW_MAPPING).format(file=source.name))
        self.subject = choice(MAPPABLE_LISTS)
        self.add_field("subject", "The table &lists:", self.subject)
        choose(self.subject, mapping.subject)
        self.order = choice(DATE_ORDERS, empty="As the file shows it")
        self.add_field("date_order", "&Date order:", self.order)
        choose(self.order, "" if date_order == "auto" else date_order)
        self.columns: list[QComboBox] = []
        self._columns_form: QFormLayout = form_layout()
        self.content.insertLayout(1, self._columns_form)
        self.table = TextTableView(
            "First rows as they would be read",
            "What is read shows here once the columns are said",
            stretch=-1,
        )
        self.body.setStretchFactor(self.area, 3)
        self.body.insertWidget(self.body.indexOf(self.refusal), self.table, 2)
        back = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        back.setText("&Back")
        self._add_columns(mapping)
        self.subject.currentIndexChanged.connect(self._change_list)
        self.order.currentIndexChanged.connect(self._start_preview)
        self.verb.setEnabled(False)
        self.resize(860, 620)
        self._start_preview()

    def _add_columns(self, mapping: ColumnMapping) -> None:
        while self._columns_form.rowCount():
            self._columns_form.removeRow(0)
        self.columns = []
        names = {field: property_label(name) for field, name in properties_by_field(mapping.subject).items()}
        for index, heading in enumerate(self._table.layout.headings):
            box = Choice()
            box.addItem(OMITTED_COLUMN, "")
            for field, name in names.items():
                box.addItem(name, field)
            choose(box, mapping.fields[index] or "")
            box.currentIndexChanged.connect(self._start_preview)
            title = " ".join(heading.split()) or f"Column {index + 1}"
            example = next((row[index] for row in self._table.rows if row[index].strip()), "")
            box.setAccessibleName(f"Column {title}")
            box.setAccessibleDescription(f"For example {example[:MAX_EXAMPLE]}" if example else "Empty")
            label = QLabel(f"{title.replace('&', '&&')[:MAX_EXAMPLE]}:")
            label.setToolTip(heading)
            label.setBuddy(box)
            hint = f"for example {' '.join(example.split())[:MAX_EXAMPLE]}" if example else "empty"
            self._columns_form.addRow(label, _ColumnChoice(box, hint))
            self.columns.append(box)

    def _change_list(self) -> None:
        """Another list has other properties: start with the mapping that the headings suggest."""
        self._add_columns(self._table.suggest(text_of(self.subject)))
        self._start_preview()

    def mapping(self) -> ColumnMapping:
        return ColumnMapping(text_of(self.subject), tuple(text_of(box) or None for box in self.columns))

    @property
    def date_order(self) -> str:
        """The chosen order; empty: as the file shows it."""
        return text_of(self.order)

    # the first rows

    def _start_preview(self) -> None:
        chosen = mapping, order = self.mapping(), self.date_order or "auto"
        source, layout, time_zone = self._source, self._table.layout, self._time_zone

        def query() -> list[SampleRow]:
            try:
                return sample_rows(source, layout, mapping, date_order=order, time_zone=time_zone)
            except OSError as error:
                raise RuleViolation("file-not-readable", why=error.strerror or str(error)) from error

        def is_current() -> bool:
            return chosen == (self.mapping(), self.date_order or "auto")

        self.read(
            query,
            lambda sample: self._show_preview(mapping, sample) if is_current() else None,
            lambda refusal: self._show_no_preview(refusal) if is_current() else None,
        )

    def _show_no_preview(self, refusal: Refusal) -> None:
        """Show why the rows cannot be read. The user is choosing columns: the focus stays."""
        self.clear_refusal()
        self.table.fill([], [])
        self.verb.setEnabled(False)
        self.show_error(None, refusal_sentence(refusal))

    def _show_preview(self, mapping: ColumnMapping, sample: list[SampleRow]) -> None:
        self.clear_refusal()
        headings, rows, refused = _sample_table(mapping, sample)
        self.table.fill(headings, rows)
        self.verb.setEnabled(not self.runner.is_running)
        if refused:
            subject = "The first row" if len(sample) == 1 else f"Of the first {len(sample)} rows"
            self.show_error(None, f"{subject}: {refused} cannot be read so. Their line says why.")

    # the act

    def act(self) -> Callable[[Session], ActResult]:
        layout, mapping = self._table.layout, self.mapping()
        return lambda session: save_mapping(session, layout, mapping)

    def reject(self) -> None:
        self.went_back.emit(self.mapping())
        super().reject()


class _ColumnChoice(QWidget):
    """The choice for a column beside an example of its values."""

    def __init__(self, box: QComboBox, example: str) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(box)
        line.addWidget(Sentence(example), 1)
        self.setFocusProxy(box)


def _sample_table(
    mapping: ColumnMapping, rows: list[SampleRow]
) -> tuple[list[str], list[tuple[str, ...]], int]:
    """The headings, the texts of the rows, and how many of them cannot be read."""
    names = properties_by_field(mapping.subject)
    fields = [field for field in names if any(row.values.get(field) is not None for row in rows)]
    refused = [row for row in rows if row.refused is not None]
    headings = [
        "Line",
        *(["Why it is left out"] if refused else []),
        *(property_label(names[field]) for field in fields),
    ]
    texts = []
    for row in rows:
        why = (
            [row_refusal_text(row.refused.code, row.refused.value) if row.refused else ""] if refused else []
        )
        values = (parsed_value_text(names[field], row.values.get(field)) for field in fields)
        texts.append((str(row.line), *why, *values))
    return headings, texts, len(refused)


UNMAPPED_CODES = frozenset({"columns-unknown", "columns-missing", "columns-ambiguous", "own-readable"})
MAPPABLE_FORMATS = frozenset({"csv", "lsreport", "mapped"})


def needs_columns(result: FileResult) -> bool:
    """Whether the columns of a file have to be mapped before it can be read."""
    return any(one.code in UNMAPPED_CODES and not one.line for one in result.refused)


def file_to_map(results: Sequence[FileResult], selected: str | None) -> str | None:
    """The file to map: the selected one if possible, else the first that needs it, else the first possible one."""
    waiting = [one.file for one in results if needs_columns(one)]
    possible = [one.file for one in results if one.format in MAPPABLE_FORMATS or one.format is None]
    if selected in (*waiting, *possible):
        return selected
    return next(iter((*waiting, *possible)), None)


class MappingStep(QObject):
    """Opens the mapping dialog; after Back it keeps the choices by the table's headings."""

    mapped = Signal(str)  # the date order that was chosen with the columns; empty: the file's

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._drafts: dict[str, ColumnMapping] = {}

    def start(self, source: SourceFile, *, date_order: str, time_zone: str | None) -> None:
        """Read the table in the file, then open the dialog."""
        path, now = self._dialog.gateway.path, self._dialog.gateway.now

        def query() -> TablePreview | None:
            try:
                return preview_table(source, read_mappings(path, now))
            except OSError:
                return None

        def then(table: TablePreview | None) -> None:
            if table is None:
                self._dialog.show_error(
                    None,
                    f"{source.name} holds no table of cells under headings, parted by commas, semicolons or tabs."
                    " Choose a file that does.",
                )
            else:
                self._open_dialog(source, table, date_order, time_zone)

        self._dialog.read(query, then)

    def _open_dialog(
        self, source: SourceFile, table: TablePreview, date_order: str, time_zone: str | None
    ) -> None:

        digest = table.layout.digest
        dialog = MappingDialog(
            self._dialog.gateway,
            source,
            table,
            self._drafts.get(digest, table.mapping),
            date_order=date_order,
            time_zone=time_zone,
            parent=self._dialog,
        )
        dialog.went_back.connect(lambda mapping: self._drafts.update({digest: mapping}))
        dialog.acted.connect(lambda _: self._emit_mapped(digest, dialog.date_order))
        dialog.open()

    def _emit_mapped(self, digest: str, date_order: str) -> None:
        self._drafts.pop(digest, None)
        self.mapped.emit(date_order)
