"""The step of an import that says what a table's columns are: which file it is for, and its dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tslic_admin.ui.form_dialog import FormDialog

if TYPE_CHECKING:
    from tslic_admin.services.column_mappings import ColumnMapping, Looked
    from tslic_admin.services.imports import FileResult, Source

NEEDED = frozenset({"columns-unknown", "columns-missing", "columns-ambiguous", "own-readable"})
POSSIBLE = frozenset({"csv", "lsreport", "mapped"})


def needs_columns(result: FileResult) -> bool:
    """Whether a file waits for somebody to say what its columns are."""
    return any(one.code in NEEDED and not one.line for one in result.refused)


def file_to_map(results: Sequence[FileResult], selected: str | None) -> str | None:
    """The file that is meant: the selected one where it can be, else the first that waits for it, else any."""
    waiting = [one.file for one in results if needs_columns(one)]
    possible = [one.file for one in results if one.format in POSSIBLE or one.format is None]
    if selected in (*waiting, *possible):
        return selected
    return next(iter((*waiting, *possible)), None)


class ColumnsStep(QObject):
    """Back keeps what was chosen, by the headings it was chosen for."""

    said = Signal(str)  # the date order that was chosen with them; empty: the file's

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._drafts: dict[str, ColumnMapping] = {}

    def start(self, source: Source, *, date_order: str, time_zone: str | None) -> None:
        """Look at the table in the file, then ask."""
        path, now = self._dialog.gateway.path, self._dialog.gateway.now

        def query() -> Looked | None:
            from tslic_admin.services.column_mappings import look, saved

            try:
                return look(source, saved(path, now))
            except OSError:
                return None

        def then(looked: Looked | None) -> None:
            if looked is None:
                self._dialog.show_error(
                    None,
                    f"{source.name} holds no table of cells under headings, parted by commas, semicolons or tabs."
                    " Choose a file that does.",
                )
            else:
                self._ask(source, looked, date_order, time_zone)

        self._dialog.read(query, then)

    def _ask(self, source: Source, looked: Looked, date_order: str, time_zone: str | None) -> None:
        from tslic_admin.ui.mapping_dialog import MappingDialog

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
        self.said.emit(date_order)
