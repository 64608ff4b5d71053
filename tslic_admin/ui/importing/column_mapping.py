"""Maps the columns of an unknown table: which file needs it, and the dialog with a sample of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.importing.options import DATE_ORDERS
from tslic_admin.ui.widgets.fields import Choice, Sentence, choice, choose, text_of
from tslic_admin.ui.widgets.form_dialog import FormDialog, form_layout
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.wording.fields import MAPPABLE_LISTS, OMITTED_COLUMN, parsed_value_text, property_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.services.importing.column_mappings import ColumnMapping, SampleRow, TablePreview
    from tslic_admin.services.importing.imports import FileResult, SourceFile

MAX_EXAMPLE = 40  # characters of a value
NEW_MAPPING = (
    "Say what each column of {file} is; nothing is imported yet. It is kept for every file with these headings, at"
    " the console too."
)
SAVED_MAPPING = "What the columns of {file} are was said before; what you change counts from now on."


class MappingDialog(FormDialog):
    """`date_order` and `time_zone` as the import has them; `left` tells the choices where it is left by Back."""

    left = Signal(object)  # ColumnMapping

    def __init__(
        self,
        gateway: Gateway,
        source: SourceFile,
        looked: TablePreview,
        mapping: ColumnMapping,
        *,
        date_order: str,
        time_zone: str | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gateway, f"Columns of {source.name}", "Use These &Columns", parent)
        self._source, self._table, self._time_zone = source, looked, time_zone
        self._preview_number = 0
        self.explain((SAVED_MAPPING if looked.is_saved else NEW_MAPPING).format(file=source.name))
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
        self.subject.currentIndexChanged.connect(self._other_list)
        self.order.currentIndexChanged.connect(self._preview)
        self.verb.setEnabled(False)
        self.resize(860, 620)
        self._preview()

    def _add_columns(self, mapping: ColumnMapping) -> None:
        from tslic_admin.services.importing.column_mappings import properties_by_field

        while self._columns_form.rowCount():
            self._columns_form.removeRow(0)
        self.columns = []
        names = {field: property_label(name) for field, name in properties_by_field(mapping.subject).items()}
        for place, heading in enumerate(self._table.layout.headings):
            box = Choice()
            box.addItem(OMITTED_COLUMN, "")
            for field, name in names.items():
                box.addItem(name, field)
            choose(box, mapping.fields[place] or "")
            box.currentIndexChanged.connect(self._preview)
            title = " ".join(heading.split()) or f"Column {place + 1}"
            example = next((row[place] for row in self._table.rows if row[place].strip()), "")
            box.setAccessibleName(f"Column {title}")
            box.setAccessibleDescription(f"For example {example[:MAX_EXAMPLE]}" if example else "Empty")
            label = QLabel(f"{title.replace('&', '&&')[:MAX_EXAMPLE]}:")
            label.setToolTip(heading)
            label.setBuddy(box)
            said = f"for example {' '.join(example.split())[:MAX_EXAMPLE]}" if example else "empty"
            self._columns_form.addRow(label, _ColumnChoice(box, said))
            self.columns.append(box)

    def _other_list(self) -> None:
        """Another list has other properties: what the headings' words let one think of, to begin with."""
        self._add_columns(self._table.suggest(text_of(self.subject)))
        self._preview()

    def mapping(self) -> ColumnMapping:
        from tslic_admin.services.importing.column_mappings import ColumnMapping

        return ColumnMapping(text_of(self.subject), tuple(text_of(box) or None for box in self.columns))

    @property
    def date_order(self) -> str:
        """What was chosen; empty: as the file shows it."""
        return text_of(self.order)

    # the first rows

    def _preview(self) -> None:
        from tslic_admin.services.importing.column_mappings import sample_rows

        self._preview_number += 1
        asked, mapping = self._preview_number, self.mapping()
        source, layout, order = self._source, self._table.layout, self.date_order or "auto"
        zone = self._time_zone

        def query() -> list[SampleRow] | RuleViolation:
            try:
                return sample_rows(source, layout, mapping, date_order=order, time_zone=zone)
            except RuleViolation as violation:
                return violation
            except OSError as error:
                return RuleViolation("file-not-readable", why=error.strerror or str(error))

        def then(answer: list[SampleRow] | RuleViolation) -> None:
            if asked == self._preview_number:
                self._show(mapping, answer)

        self.read(query, then)

    def _show(self, mapping: ColumnMapping, answer: list[SampleRow] | RuleViolation) -> None:
        from tslic_admin.wording.messages import refusal_text

        self.clear_refusal()
        if isinstance(answer, RuleViolation):
            self.table.fill([], [])
            self.verb.setEnabled(False)
            self.show_error(None, refusal_text(answer))  # said while it is being mapped: the focus stays
            return
        headings, rows, bad = _sample_table(mapping, answer)
        self.table.fill(headings, rows)
        self.verb.setEnabled(self._running is None)
        if bad:
            of = "The first row" if len(answer) == 1 else f"Of the first {len(answer)} rows"
            self.show_error(None, f"{of}: {bad} cannot be read so. Their line says why.")

    # the act

    def act(self) -> Callable[[Session], ActResult]:
        from tslic_admin.services.importing.column_mappings import save_mapping

        layout, mapping = self._table.layout, self.mapping()
        return lambda session: save_mapping(session, layout, mapping)

    def reject(self) -> None:
        self.left.emit(self.mapping())
        super().reject()


class _ColumnChoice(QWidget):
    """What a column is, and what stands in it."""

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
    from tslic_admin.services.importing.column_mappings import properties_by_field
    from tslic_admin.wording.messages import row_refusal_text

    names = properties_by_field(mapping.subject)
    shown = [field for field in names if any(row.values.get(field) is not None for row in rows)]
    bad = [row for row in rows if row.refused is not None]
    headings = [
        "Line",
        *(["Why it is left out"] if bad else []),
        *(property_label(names[field]) for field in shown),
    ]
    texts = []
    for row in rows:
        why = [row_refusal_text(row.refused.code, row.refused.value) if row.refused else ""] if bad else []
        values = (parsed_value_text(names[field], row.values.get(field)) for field in shown)
        texts.append((str(row.line), *why, *values))
    return headings, texts, len(bad)


UNMAPPED_CODES = frozenset({"columns-unknown", "columns-missing", "columns-ambiguous", "own-readable"})
MAPPABLE_FORMATS = frozenset({"csv", "lsreport", "mapped"})


def needs_columns(result: FileResult) -> bool:
    """Whether a file waits for somebody to say what its columns are."""
    return any(one.code in UNMAPPED_CODES and not one.line for one in result.refused)


def file_to_map(results: Sequence[FileResult], selected: str | None) -> str | None:
    """The file that is meant: the selected one where it can be, else the first that waits for it, else any."""
    waiting = [one.file for one in results if needs_columns(one)]
    possible = [one.file for one in results if one.format in MAPPABLE_FORMATS or one.format is None]
    if selected in (*waiting, *possible):
        return selected
    return next(iter((*waiting, *possible)), None)


class MappingStep(QObject):
    """Back keeps what was chosen, by the headings it was chosen for."""

    mapped = Signal(str)  # the date order that was chosen with them; empty: the file's

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._drafts: dict[str, ColumnMapping] = {}

    def start(self, source: SourceFile, *, date_order: str, time_zone: str | None) -> None:
        """Look at the table in the file, then ask."""
        path, now = self._dialog.gateway.path, self._dialog.gateway.now

        def query() -> TablePreview | None:
            from tslic_admin.services.importing.column_mappings import preview_table, read_mappings

            try:
                return preview_table(source, read_mappings(path, now))
            except OSError:
                return None

        def then(looked: TablePreview | None) -> None:
            if looked is None:
                self._dialog.show_error(
                    None,
                    f"{source.name} holds no table of cells under headings, parted by commas, semicolons or tabs."
                    " Choose a file that does.",
                )
            else:
                self._ask(source, looked, date_order, time_zone)

        self._dialog.read(query, then)

    def _ask(self, source: SourceFile, looked: TablePreview, date_order: str, time_zone: str | None) -> None:

        digest = looked.layout.digest
        dialog = MappingDialog(
            self._dialog.gateway,
            source,
            looked,
            self._drafts.get(digest, looked.mapping),
            date_order=date_order,
            time_zone=time_zone,
            parent=self._dialog,
        )
        dialog.left.connect(lambda mapping: self._drafts.update({digest: mapping}))
        dialog.acted.connect(lambda _: self._said(digest, dialog.date_order))
        dialog.open()

    def _said(self, digest: str, date_order: str) -> None:
        self._drafts.pop(digest, None)
        self.mapped.emit(date_order)
