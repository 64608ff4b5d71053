"""Client License: the contents of clients' license files, and the issued licenses that they match; records nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import shiboken6
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
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import ProgressLine
from tslic_admin.ui.widgets.fields import Sentence, error_label
from tslic_admin.ui.widgets.text_table import TextTableView
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.wording.messages import refusal_text, trouble_text
from tslic_admin.wording.records.client_licenses import (
    CLIENT_LICENSE_COLUMNS,
    NO_CLIENT_LICENSE,
    SHORT_SIGNATURE_TEXTS,
    SIGNATURE_NOTE,
    SIGNATURE_TEXTS,
    client_license_cells,
    deletions_text,
)

EMPTY = (
    "Choose or drop what a client keeps its licenses in: its exported key HKLM\\SOFTWARE\\Microsoft\\MSLicensing (.reg), "
    "or the license itself (.cal, .p7b, license.HOST). The files are only read; nothing of them is kept."
)
# The list begins with what tells licenses apart; COLUMNS is the order of one license's facts.
FIRST_IN_LIST = ("machine", "user", "license", "product", "kind", "issued", "expires", "signature")
LIST_ORDER = (
    *FIRST_IN_LIST,
    *(key for key in CLIENT_LICENSE_COLUMNS if key not in (*FIRST_IN_LIST, "entry", "file")),
    "entry",
    "file",
)
FILE_FILTER = "Client licenses (*.reg *.cal *.p7b *.bin license.*);;All files (*)"


class ClientLicenseDialog(QDialog):
    """`found`: a license to be shown in the window, by kind and number. `searched`: a name to be searched for."""

    license_chosen = Signal(str, int)
    search_requested = Signal(str)

    def __init__(self, gateway: Gateway, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Client License")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._gateway = gateway
        self._paths: list[Path] = []
        self._waiting: list[Path] = []
        self._reading = False
        self._shown: list[tuple[str, LicenseMatch]] = []
        self._problems: list[str] = []
        self.sentence = Sentence(EMPTY)
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
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.activated.connect(lambda _: self.find_in_records())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        gateway.trouble.connect(self._stop)
        self._fill()
        self.add_files(paths)

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        for button, act in (
            (self.choose_button, self._choose),
            (self.remove_button, self._remove_all),
            (self.copy_button, self.copy),
            (self.find_button, self.find_in_records),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        ways.addWidget(self.choose_button)
        ways.addWidget(self.remove_button)
        ways.addStretch(1)
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
        body.addLayout(ways)
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
                self._waiting.append(path)
        if self._waiting and not self._reading:
            self.progress.watch(Job(self), "Reading")
            self._next()

    def _next(self) -> None:
        self._reading = bool(self._waiting)
        if not self._waiting:
            self.progress.done()
            self._fill()
            return
        path = self._waiting.pop(0)
        self._gateway.read(lambda: _read(path), lambda answer: self._read(path, answer))

    def _read(self, path: Path, answer: ClientFileContent | StoreTrouble) -> None:
        if not shiboken6.isValid(self):
            return
        if isinstance(answer, StoreTrouble):
            self._problems.append(trouble_text(answer.code, answer.facts))
        elif answer.unread is not None:
            self._problems.append(f"{path.name}: {refusal_text(answer.unread)}")
        elif (file := answer.file) is not None:
            if not file.licenses and not file.unread:
                self._problems.append(f"{path.name}: {NO_CLIENT_LICENSE}")
            if file.deletions:
                self._problems.append(f"{path.name}: {deletions_text(file.deletions)}")
            for one in file.unread:
                self._problems.append(f"{path.name}, {one.place}: {refusal_text(one.violation)}")
            self._gateway.ask(
                lambda session: match_licenses(session, file.licenses),
                lambda found: self._matched(path, found),
            )
            return
        self._next()

    def _matched(self, path: Path, found: list[LicenseMatch]) -> None:
        if shiboken6.isValid(self):
            self._shown += ((path.name, one) for one in found)
            self._next()

    def _stop(self, _: StoreTrouble) -> None:
        """The store is in trouble, which the window says: what was read stays, the rest is not looked up."""
        if shiboken6.isValid(self) and self._reading:
            self._waiting.clear()
            self._next()

    def _remove_all(self) -> None:
        self._paths.clear()
        self._waiting.clear()
        self._shown.clear()
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

    # what is shown

    def _fill(self) -> None:
        rows = [self._cells(at, SHORT_SIGNATURE_TEXTS) for at in range(len(self._shown))]
        self.table.fill(
            [CLIENT_LICENSE_COLUMNS[key] for key in LIST_ORDER],
            [tuple(row[key] for key in LIST_ORDER) for row in rows],
        )
        self.refusal.setText("\n".join(self._problems))
        self.refusal.setAccessibleName(self.refusal.text())
        self.refusal.setVisible(bool(self._problems))
        self.sentence.setText(SIGNATURE_NOTE if self._shown else EMPTY)
        self.remove_button.setEnabled(bool(self._paths))
        self.copy_button.setEnabled(bool(rows))
        self.facts.setVisible(bool(rows))
        if rows:
            self.table.selectRow(0)
        self._select()

    def _cells(self, at: int, signature: dict[bool | None, str]) -> dict[str, str]:
        name, one = self._shown[at]
        return client_license_cells(name, one.held, [may_be.name for may_be in one.may_be], signature)

    def _selected(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _select(self) -> None:
        chosen = self._selected()
        self.find_button.setEnabled(len(chosen) == 1 and bool(self._target(chosen[0])))
        said = self._cells(chosen[0], SIGNATURE_TEXTS) if chosen else {}
        lines = (
            f"{CLIENT_LICENSE_COLUMNS[key]}: {said[key]}" for key in CLIENT_LICENSE_COLUMNS if said.get(key)
        )
        self.facts.setPlainText("\n".join(lines))

    # on with it

    def copy(self) -> None:
        """The selected licenses, all where none is, as the list shows them, below its headings."""
        lines = ["\t".join(CLIENT_LICENSE_COLUMNS[key] for key in LIST_ORDER)]
        for at in self._selected() or range(len(self._shown)):
            said = self._cells(at, SHORT_SIGNATURE_TEXTS)
            lines.append("\t".join(said[key] for key in LIST_ORDER))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _target(self, at: int) -> int | str:
        """The license that it is, by its number; else the machine's name to be searched for."""
        one = self._shown[at][1]
        return one.one.number if one.one is not None else one.held.license.machine or ""

    def find_in_records(self) -> None:
        """Show in the window what the records know of the selected license."""
        if not self.find_button.isEnabled():
            return
        target = self._target(self._selected()[0])
        if isinstance(target, int):
            self.license_chosen.emit("license", target)
        else:
            self.search_requested.emit(target)


def _read(path: Path) -> ClientFileContent | StoreTrouble:
    try:
        return read_file(path)
    except StoreTrouble as why:
        return why


def open_client_license(window: MainWindow) -> None:
    """Beside the window, which shows what is found in it."""

    def search(name: str) -> None:
        window.search_box.setText(name)
        window.search_now()

    dialog = ClientLicenseDialog(window.gateway, (), window)
    dialog.license_chosen.connect(window.navigate)
    dialog.search_requested.connect(search)
    dialog.show()
