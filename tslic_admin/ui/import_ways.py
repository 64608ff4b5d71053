"""The ways by which files come into an import: chosen, a folder of them, pasted, dropped; and out of it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget


class ImportWays(QWidget):
    """A line of buttons. `given`: paths of files and folders, or texts as bytes."""

    given = Signal(list)
    removed = Signal()
    columns = Signal()

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
            (self.remove, self.removed.emit),
            (self.map, self.columns.emit),
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
        chooser.filesSelected.connect(self._chosen)
        chooser.open()

    def _choose_folder(self) -> None:
        chooser = QFileDialog(self, "Choose a Folder of Files to Import")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.filesSelected.connect(self._chosen)
        chooser.open()

    def _chosen(self, names: list[str]) -> None:
        self.given.emit(names)

    def paste(self) -> None:
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, data: QMimeData) -> None:
        """Files that were dropped or copied, else the text."""
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        found: Sequence[str | bytes | Path] = files or (
            [data.text().encode("utf-8", "replace")] if data.text().strip() else []
        )
        self.given.emit(list(found))
