"""What an export is asked: which list, in which format, form and columns, of which period."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QWidget,
)

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.services.export_formats import ENDINGS, READABLE, format_of, formats_for, forms_for
from tslic_admin.services.export_formats import FORMATS as FILE_FORMATS
from tslic_admin.services.lists import ListSpec, Pages
from tslic_admin.ui.columns import Column
from tslic_admin.ui.export_choices import (
    BY,
    EVERYTHING,
    FORMS,
    KINDS,
    OF_A_DAY,
    SECRETIVE,
    SHOWN,
)
from tslic_admin.ui.export_columns import ColumnChoice
from tslic_admin.ui.fields import choice, optional_day_edit
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.to_file_dialog import ToFileDialog
from tslic_admin.wording.exports import FORMATS, LISTS

if TYPE_CHECKING:
    from tslic_admin.services.export_wishes import Wanted


def _shown(spec: ListSpec) -> str:
    if spec.kind == "found":
        return f"What was found for “{spec.search}”, as the list shows it"
    return f"{LISTS[spec.kind]}, as the list shows them"


class ExportQuestions(ToFileDialog):
    """`spec`, `columns`: the list that is shown and its visible columns in their order."""

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
        shown = {SHOWN: _shown(self._spec)} if self._spec else {}
        self.what = choice(shown | EVERYTHING)
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
        self.add_field("by", "&Day that counts:", choice(BY))
        self.reveal = QCheckBox("Re&veal codes and numbers; the history records that they were")
        self.add_field("reveal", "Secrets:", self.reveal)
        self.reveal.setAccessibleName("Reveal codes and numbers; the history records that they were revealed")
        self.add_target()
        self.what.currentIndexChanged.connect(self._follow)
        for day in (since, until):
            day.textChanged.connect(self._count)
        self.file_format.currentIndexChanged.connect(self._format_chosen)
        self.file_format.currentIndexChanged.connect(self._count)
        self.form_of.currentIndexChanged.connect(self._ask)
        self.to.editingFinished.connect(self._file_named)
        self._follow()

    def first_field(self) -> QWidget | None:
        return self.to if not self.to.text() else self.what

    # what is asked

    @property
    def _kind(self) -> str:
        """The list that the rows are of."""
        chosen = str(self.what.currentData())
        return self._spec.kind if chosen == SHOWN and self._spec else KINDS.get(chosen, chosen)

    @property
    def _is_shown(self) -> bool:
        return bool(self.what.currentData() == SHOWN)

    @property
    def _is_snipe_it(self) -> bool:
        return bool(self.file_format.currentData() == "snipe-it")

    def _follow(self) -> None:
        """Ask for what the chosen list has."""
        _offer(self.file_format, {name: FORMATS[name] for name in formats_for(self._kind)})
        self.chosen_columns.offer(self._kind, self._columns if self._is_shown else ())
        for field in ("since", "until", "by"):
            self.show_field(field, not self._is_shown and self._kind in OF_A_DAY)
        self.show_field("reveal", self._kind in SECRETIVE)
        self._format_chosen()
        self._count()

    def _format_chosen(self) -> None:
        """Ask for the forms that the format has; the file's ending follows it."""
        chosen = str(self.file_format.currentData())
        held = forms_for(self._kind, chosen)
        # a window is for people: what it shows comes first
        _offer(self.form_of, {form: text for form, text in FORMS.items() if form in held})
        self._ask()
        name = Path(self.to.text())
        if self.to.text() and name.suffix.removeprefix(".").casefold() in ENDINGS:
            self.to.setText(str(name.with_suffix(f".{FILE_FORMATS[chosen].ending}")))

    def _ask(self) -> None:
        self.show_field("form", self.form_of.count() > 1)
        self.show_field("columns", self.form_of.currentData() == READABLE)

    def _file_named(self) -> None:
        """A name with the ending of another format means that format, where this list has it."""
        meant = format_of(self.to.text().strip())
        ending = FILE_FORMATS[str(self.file_format.currentData())].ending
        if meant is not None and ENDINGS.get(ending) != meant and self.file_format.findData(meant) >= 0:
            named = self.to.text()
            self.file_format.setCurrentIndex(self.file_format.findData(meant))
            self.to.setText(named)

    def _count(self) -> None:
        """The verb names its number, where each row of the list is one of the file; not while a period is typed."""
        self.verb.setText("&Export")
        chosen, shown = str(self.what.currentData()), self._spec
        path, now = self.gateway.path, self.gateway.now
        changes = self._kind == "history" and not self._is_shown  # a row for each change
        if any(self.typed("since", "until").values()) or changes or self._is_snipe_it:
            return

        def size() -> int:
            from tslic_admin.services.export_wishes import WHATS

            with closing(Pages(path, now)) as pages:
                return pages.open(shown if chosen == SHOWN and shown else WHATS[chosen])[0]

        def say(rows: int) -> None:
            typed = any(self.typed("since", "until").values())
            if self.what.currentData() == chosen and not typed and not self._is_snipe_it:
                self.verb.setText(f"&Export {QLocale().toString(rows)} {'Row' if rows == 1 else 'Rows'}")

        self.read(size, say)

    def wish(self, target: str) -> Wanted:
        from tslic_admin.services import export_wishes

        typed = {name: text.strip() or None for name, text in self.typed().items()}
        readable = self.form_of.currentData() == READABLE
        columns = self.chosen_columns.chosen() if readable else ()
        if readable and not columns:
            raise RuleViolation("export-without-columns", field="columns")
        reveal, file_format = bool(typed.get("reveal")), str(typed["file_format"])
        if self._is_shown and self._spec is not None:
            spec = replace(self._spec, reveal=reveal)
            return export_wishes.Wanted(spec, file_format, readable=readable, columns=columns)
        since, until = typed.get("since"), typed.get("until")
        wish = export_wishes.wanted(
            str(typed["what"]),
            file_name=target,
            file_format=file_format,
            by=typed.get("by") if since or until else None,
            reveal=reveal,
            since=since,
            until=until,
        )
        return replace(wish, readable=readable, columns=columns)


def _offer(box: QComboBox, items: dict[str, str]) -> None:
    """Other choices; what was chosen stays chosen where it is among them."""
    kept = box.currentData()
    blocked = box.blockSignals(True)
    box.clear()
    for value, text in items.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(kept), 0 if items else -1))
    box.blockSignals(blocked)
