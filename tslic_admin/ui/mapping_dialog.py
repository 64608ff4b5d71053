"""Say what the columns of a table are, and see its first rows as they would be read then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.changes import Done
from tslic_admin.ui.fields import Choice, Sentence, choice, choose, text_of
from tslic_admin.ui.form_dialog import FormDialog, form_layout
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.import_options import ORDERS
from tslic_admin.ui.import_tables import TextTableView
from tslic_admin.wording.mappings import LEFT_OUT, LISTS, property_text, value_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.services.column_mappings import ColumnMapping, Looked, SampleRow
    from tslic_admin.services.imports import Source

EXAMPLE = 40  # characters of a value
NEW = (
    "Say what each column of {file} is; nothing is imported yet. It is kept for every file with these headings, at"
    " the console too."
)
KNOWN = "What the columns of {file} are was said before; what you change counts from now on."


class MappingDialog(FormDialog):
    """`date_order` and `time_zone` as the import has them; `left` tells the choices where it is left by Back."""

    left = Signal(object)  # ColumnMapping

    def __init__(
        self,
        gateway: Gateway,
        source: Source,
        looked: Looked,
        mapping: ColumnMapping,
        *,
        date_order: str,
        time_zone: str | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gateway, f"Columns of {source.name}", "Use These &Columns", parent)
        self._source, self._looked, self._time_zone = source, looked, time_zone
        self._asked = 0
        self.explain((KNOWN if looked.known else NEW).format(file=source.name))
        self.subject = choice(LISTS)
        self.add_field("subject", "The table &lists:", self.subject)
        choose(self.subject, mapping.subject)
        self.order = choice(ORDERS, empty="As the file shows it")
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
        from tslic_admin.services.column_mappings import properties

        while self._columns_form.rowCount():
            self._columns_form.removeRow(0)
        self.columns = []
        names = {field: property_text(name) for field, name in properties(mapping.subject).items()}
        for place, heading in enumerate(self._looked.layout.headings):
            box = Choice()
            box.addItem(LEFT_OUT, "")
            for field, name in names.items():
                box.addItem(name, field)
            choose(box, mapping.fields[place] or "")
            box.currentIndexChanged.connect(self._preview)
            title = " ".join(heading.split()) or f"Column {place + 1}"
            example = next((row[place] for row in self._looked.rows if row[place].strip()), "")
            box.setAccessibleName(f"Column {title}")
            box.setAccessibleDescription(f"For example {example[:EXAMPLE]}" if example else "Empty")
            label = QLabel(f"{title.replace('&', '&&')[:EXAMPLE]}:")
            label.setToolTip(heading)
            label.setBuddy(box)
            said = f"for example {' '.join(example.split())[:EXAMPLE]}" if example else "empty"
            self._columns_form.addRow(label, _ColumnChoice(box, said))
            self.columns.append(box)

    def _other_list(self) -> None:
        """Another list has other properties: what the headings' words let one think of, to begin with."""
        self._add_columns(self._looked.suggest(text_of(self.subject)))
        self._preview()

    def mapping(self) -> ColumnMapping:
        from tslic_admin.services.column_mappings import ColumnMapping

        return ColumnMapping(text_of(self.subject), tuple(text_of(box) or None for box in self.columns))

    @property
    def date_order(self) -> str:
        """What was chosen; empty: as the file shows it."""
        return text_of(self.order)

    # the first rows

    def _preview(self) -> None:
        from tslic_admin.services.column_mappings import sample

        self._asked += 1
        asked, mapping = self._asked, self.mapping()
        source, layout, order = self._source, self._looked.layout, self.date_order or "auto"
        zone = self._time_zone

        def query() -> list[SampleRow] | RuleViolation:
            try:
                return sample(source, layout, mapping, date_order=order, time_zone=zone)
            except RuleViolation as violation:
                return violation
            except OSError as error:
                return RuleViolation("file-not-readable", why=error.strerror or str(error))

        def then(answer: list[SampleRow] | RuleViolation) -> None:
            if asked == self._asked:
                self._show(mapping, answer)

        self.read(query, then)

    def _show(self, mapping: ColumnMapping, answer: list[SampleRow] | RuleViolation) -> None:
        from tslic_admin.wording.say import refusal

        self.clear_refusal()
        if isinstance(answer, RuleViolation):
            self.table.fill([], [])
            self.verb.setEnabled(False)
            self.show_error(None, refusal(answer))  # said while it is being mapped: the focus stays
            return
        headings, rows, bad = _as_read(mapping, answer)
        self.table.fill(headings, rows)
        self.verb.setEnabled(self._running is None)
        if bad:
            of = "The first row" if len(answer) == 1 else f"Of the first {len(answer)} rows"
            self.show_error(None, f"{of}: {bad} cannot be read so. Their line says why.")

    # the act

    def act(self) -> Callable[[Session], Done]:
        from tslic_admin.services.column_mappings import save

        layout, mapping = self._looked.layout, self.mapping()
        return lambda session: save(session, layout, mapping)

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


def _as_read(mapping: ColumnMapping, rows: list[SampleRow]) -> tuple[list[str], list[tuple[str, ...]], int]:
    """The headings, the texts of the rows, and how many of them cannot be read."""
    from tslic_admin.services.column_mappings import properties
    from tslic_admin.wording.say import refused_row

    names = properties(mapping.subject)
    shown = [field for field in names if any(row.values.get(field) is not None for row in rows)]
    bad = [row for row in rows if row.refused is not None]
    headings = [
        "Line",
        *(["Why it is left out"] if bad else []),
        *(property_text(names[field]) for field in shown),
    ]
    texts = []
    for row in rows:
        why = [refused_row(row.refused.code, row.refused.value) if row.refused else ""] if bad else []
        values = (value_text(names[field], row.values.get(field)) for field in shown)
        texts.append((str(row.line), *why, *values))
    return headings, texts, len(bad)
