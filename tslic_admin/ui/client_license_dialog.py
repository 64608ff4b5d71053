"""Client License…: what the license files of clients say, and which issued licenses they are. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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

from tslic_admin.services.client_files import ReadFile
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.fields import Sentence, error_label
from tslic_admin.ui.gateway import Gateway
from tslic_admin.ui.import_tables import TextTableView
from tslic_admin.ui.jobs import Job
from tslic_admin.ui.progress_line import ProgressLine
from tslic_admin.wording.client_licenses import (
    COLUMNS,
    NONE_IN_IT,
    PROVES,
    SIGNATURE,
    SIGNATURE_SHORT,
    cells,
    deletions_text,
)
from tslic_admin.wording.say import refusal, trouble

if TYPE_CHECKING:
    from tslic_admin.services.client_licenses import Matched
    from tslic_admin.ui.main_window import MainWindow

EMPTY = (
    "Choose or drop what a client keeps its licenses in: its exported key HKLM\\SOFTWARE\\Microsoft\\MSLicensing (.reg), "
    "or the license itself (.cal, .p7b, license.HOST). The files are only read; nothing of them is kept."
)
# The list begins with what tells licenses apart; COLUMNS is the order of one license's facts.
FIRST = ("machine", "user", "license", "product", "kind", "issued", "expires", "signature")
SHOWN = (*FIRST, *(key for key in COLUMNS if key not in (*FIRST, "entry", "file")), "entry", "file")
FILTER = "Client licenses (*.reg *.cal *.p7b *.bin license.*);;All files (*)"


class ClientLicenseDialog(QDialog):
    """`found`: a license to be shown in the window, by kind and number. `searched`: a name to be searched for."""

    found = Signal(str, int)
    searched = Signal(str)

    def __init__(self, gateway: Gateway, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Client License")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._gateway = gateway
        self._paths: list[Path] = []
        self._waiting: list[Path] = []
        self._reading = False
        self._shown: list[tuple[str, Matched]] = []
        self._said: list[str] = []
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

    def _read(self, path: Path, answer: ReadFile | StoreTrouble) -> None:
        if not shiboken6.isValid(self):
            return
        if isinstance(answer, StoreTrouble):
            self._said.append(trouble(answer.code, answer.facts))
        elif answer.unread is not None:
            self._said.append(f"{path.name}: {refusal(answer.unread)}")
        elif (file := answer.file) is not None:
            if not file.licenses and not file.unread:
                self._said.append(f"{path.name}: {NONE_IN_IT}")
            if file.deletions:
                self._said.append(f"{path.name}: {deletions_text(file.deletions)}")
            for one in file.unread:
                self._said.append(f"{path.name}, {one.place}: {refusal(one.violation)}")
            from tslic_admin.services.client_licenses import match

            self._gateway.ask(
                lambda session: match(session, file.licenses), lambda found: self._matched(path, found)
            )
            return
        self._next()

    def _matched(self, path: Path, found: list[Matched]) -> None:
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
        self._said.clear()
        self._fill()

    def _choose(self) -> None:
        chooser = QFileDialog(self, "Choose License Files of Clients", "", FILTER)
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
        rows = [self._cells(at, SIGNATURE_SHORT) for at in range(len(self._shown))]
        self.table.fill([COLUMNS[key] for key in SHOWN], [tuple(row[key] for key in SHOWN) for row in rows])
        self.refusal.setText("\n".join(self._said))
        self.refusal.setAccessibleName(self.refusal.text())
        self.refusal.setVisible(bool(self._said))
        self.sentence.setText(PROVES if self._shown else EMPTY)
        self.remove_button.setEnabled(bool(self._paths))
        self.copy_button.setEnabled(bool(rows))
        self.facts.setVisible(bool(rows))
        if rows:
            self.table.selectRow(0)
        self._select()

    def _cells(self, at: int, signature: dict[bool | None, str]) -> dict[str, str]:
        name, one = self._shown[at]
        return cells(name, one.held, [may_be.name for may_be in one.may_be], signature)

    def _selected(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _select(self) -> None:
        chosen = self._selected()
        self.find_button.setEnabled(len(chosen) == 1 and bool(self._target(chosen[0])))
        said = self._cells(chosen[0], SIGNATURE) if chosen else {}
        lines = (f"{COLUMNS[key]}: {said[key]}" for key in COLUMNS if said.get(key))
        self.facts.setPlainText("\n".join(lines))

    # on with it

    def copy(self) -> None:
        """The selected licenses, all where none is, as the list shows them, below its headings."""
        lines = ["\t".join(COLUMNS[key] for key in SHOWN)]
        for at in self._selected() or range(len(self._shown)):
            said = self._cells(at, SIGNATURE_SHORT)
            lines.append("\t".join(said[key] for key in SHOWN))
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
            self.found.emit("license", target)
        else:
            self.searched.emit(target)


def _read(path: Path) -> ReadFile | StoreTrouble:
    from tslic_admin.services.client_files import read_file

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
    dialog.found.connect(window.navigate)
    dialog.searched.connect(search)
    dialog.show()
