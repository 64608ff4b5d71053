"""Client License: the contents of clients' license files, and the issued licenses that they match; records nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.services.evidence.client_licenses import (
    ClientFileContent,
    LicenseMatch,
    match_licenses,
    read_file,
)
from tslic_admin.ui.gateway.error_boxes import refusal_sentence
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import ProgressLine
from tslic_admin.ui.widgets.fields import Sentence, error_label
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.wording.messages import refusal_text
from tslic_admin.wording.records.client_licenses import (
    CLIENT_LICENSE_COLUMNS,
    NO_CLIENT_LICENSE,
    SHORT_SIGNATURE_TEXTS,
    SIGNATURE_NOTE,
    SIGNATURE_TEXTS,
    client_license_cells,
    deletions_text,
)

CLIENT_FILES_INSTRUCTION = (
    "Choose or drop what a client keeps its licenses in: its exported key HKLM\\SOFTWARE\\Microsoft\\MSLicensing (.reg), "
    "or the license itself (.cal, .p7b, license.HOST). The files are only read; nothing of them is kept."
)
# The list begins with the columns that tell licenses apart; CLIENT_LICENSE_COLUMNS is the order of the details.
FIRST_IN_LIST = ("machine", "user", "license", "product", "kind", "issued", "expires", "signature")
LIST_ORDER = (
    *FIRST_IN_LIST,
    *(key for key in CLIENT_LICENSE_COLUMNS if key not in (*FIRST_IN_LIST, "entry", "file")),
    "entry",
    "file",
)
FILE_FILTER = "Client licenses (*.reg *.cal *.p7b *.bin license.*);;All files (*)"


class ClientLicenseDialog(QDialog):
    """`license_chosen`: a license to show in the window, by kind and number. `search_requested`: a name to search."""

    license_chosen = Signal(str, int)
    search_requested = Signal(str)

    def __init__(self, gateway: Gateway, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Client License")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._gateway = gateway
        self._paths: list[Path] = []
        self._unread: list[Path] = []
        self._reading = False
        self._matches: list[tuple[str, LicenseMatch]] = []
        self._problems: list[str] = []
        self.sentence = Sentence(CLIENT_FILES_INSTRUCTION)
        self.choose_button, self.remove_button = QPushButton("Choose &Files…"), QPushButton("&Remove All")
        self.copy_button, self.find_button = QPushButton("&Copy"), QPushButton("Find in Recor&ds")
        self.table = TextTableView("Licenses", "Drop files here", stretch=-1)
        self.facts = QPlainTextEdit()
        self.facts.setReadOnly(True)
        self.facts.setTabChangesFocus(True)
        self.facts.setAccessibleName("What the selected license says")
        self.refusal = error_label()
        self.progress = ProgressLine()
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self.table.activated.connect(lambda _: self.find_in_records())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        self._fill()
        self.add_files(paths)

    def _lay_out(self) -> None:
        file_buttons = QHBoxLayout()
        for button, act in (
            (self.choose_button, self._choose),
            (self.remove_button, self._remove_all),
            (self.copy_button, self.copy),
            (self.find_button, self.find_in_records),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        file_buttons.addWidget(self.choose_button)
        file_buttons.addWidget(self.remove_button)
        file_buttons.addStretch(1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.facts.setMinimumHeight(self.fontMetrics().height() * 3)
        self.split.addWidget(self.table)
        self.split.addWidget(self.facts)
        self.split.setSizes([160, 280])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.copy_button, self.find_button):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        body = QVBoxLayout(self)
        body.addWidget(self.sentence)
        body.addLayout(file_buttons)
        body.addWidget(self.split, 1)
        body.addWidget(self.refusal)
        body.addWidget(self.progress)
        body.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        self.resize(820, 600)

    # files

    def add_files(self, paths: Sequence[Path | str]) -> None:
        """Read these files one after the other; what was read stays."""
        for path in map(Path, paths):
            if path not in self._paths:
                self._paths.append(path)
                self._unread.append(path)
        if self._unread and not self._reading:
            self.progress.watch(Job(self._gateway), "Reading")
            self._read_next()

    def _read_next(self) -> None:
        self._reading = bool(self._unread)
        if not self._unread:
            self.progress.done()
            self._fill()
            return
        path = self._unread.pop(0)
        self._gateway.read(
            lambda: read_file(path),
            lambda content: self._add_content(path, content),
            self._add_trouble,
            owner=self,
        )

    def _add_trouble(self, trouble: Refusal) -> None:
        self._problems.append(refusal_sentence(trouble))
        self._read_next()

    def _add_content(self, path: Path, content: ClientFileContent) -> None:
        if content.refusal is not None:
            self._problems.append(f"{path.name}: {refusal_text(content.refusal)}")
        elif (file := content.file) is not None:
            if not file.licenses and not file.unread:
                self._problems.append(f"{path.name}: {NO_CLIENT_LICENSE}")
            if file.deletions:
                self._problems.append(f"{path.name}: {deletions_text(file.deletions)}")
            for one in file.unread:
                self._problems.append(f"{path.name}, {one.place}: {refusal_text(one.violation)}")
            self._gateway.ask(
                lambda session: match_licenses(session, file.licenses),
                lambda matches: self._add_matches(path, matches),
                owner=self,
                failed=self._stop_reading,
            )
            return
        self._read_next()

    def _add_matches(self, path: Path, matches: list[LicenseMatch]) -> None:
        self._matches += ((path.name, one) for one in matches)
        self._read_next()

    def _stop_reading(self) -> None:
        """Stop after trouble with the store, which the window shows: what was read stays, the rest is not read."""
        self._unread.clear()
        self._read_next()

    def _remove_all(self) -> None:
        self._paths.clear()
        self._unread.clear()
        self._matches.clear()
        self._problems.clear()
        self._fill()

    def _choose(self) -> None:
        chooser = QFileDialog(self, "Choose License Files of Clients", "", FILE_FILTER)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self.add_files)
        chooser.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    # showing

    def _fill(self) -> None:
        rows = [self._cells(row, SHORT_SIGNATURE_TEXTS) for row in range(len(self._matches))]
        self.table.fill(
            [CLIENT_LICENSE_COLUMNS[key] for key in LIST_ORDER],
            [tuple(row[key] for key in LIST_ORDER) for row in rows],
        )
        self.refusal.setText("\n".join(self._problems))
        self.refusal.setAccessibleName(self.refusal.text())
        self.refusal.setVisible(bool(self._problems))
        self.sentence.setText(SIGNATURE_NOTE if self._matches else CLIENT_FILES_INSTRUCTION)
        self.remove_button.setEnabled(bool(self._paths))
        self.copy_button.setEnabled(bool(rows))
        self.facts.setVisible(bool(rows))
        if rows:
            self.table.selectRow(0)
        self._show_selected()

    def _cells(self, row: int, signature: dict[bool | None, str]) -> dict[str, str]:
        name, one = self._matches[row]
        return client_license_cells(name, one.stored, [may_be.name for may_be in one.candidates], signature)

    def _selected_rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _show_selected(self) -> None:
        rows = self._selected_rows()
        self.find_button.setEnabled(len(rows) == 1 and bool(self._target(rows[0])))
        texts = self._cells(rows[0], SIGNATURE_TEXTS) if rows else {}
        lines = (
            f"{CLIENT_LICENSE_COLUMNS[key]}: {texts[key]}" for key in CLIENT_LICENSE_COLUMNS if texts.get(key)
        )
        self.facts.setPlainText("\n".join(lines))

    # what can be done with the selected licenses

    def copy(self) -> None:
        """Copy the selected licenses, or all if none is selected, as the list shows them, with its headings."""
        lines = ["\t".join(CLIENT_LICENSE_COLUMNS[key] for key in LIST_ORDER)]
        for row in self._selected_rows() or range(len(self._matches)):
            texts = self._cells(row, SHORT_SIGNATURE_TEXTS)
            lines.append("\t".join(texts[key] for key in LIST_ORDER))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _target(self, row: int) -> int | str:
        """The number of the matching license; without a match the machine's name, to search for."""
        one = self._matches[row][1]
        return one.license.number if one.license is not None else one.stored.license.machine or ""

    def find_in_records(self) -> None:
        """Show the selected license in the window."""
        if not self.find_button.isEnabled():
            return
        target = self._target(self._selected_rows()[0])
        if isinstance(target, int):
            self.license_chosen.emit("license", target)
        else:
            self.search_requested.emit(target)


def open_client_license(window: MainWindow) -> None:
    """Open the dialog beside the window, which shows the license or search that is chosen in it."""

    def search(name: str) -> None:
        window.search_box.setText(name)
        window.search_now()

    dialog = ClientLicenseDialog(window.gateway, (), window)
    dialog.license_chosen.connect(window.navigate)
    dialog.search_requested.connect(search)
    dialog.show()
