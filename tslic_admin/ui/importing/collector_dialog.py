"""Collector Script: the PowerShell script for the selected servers, to be saved or copied."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing import collector
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.fields import Sentence
from tslic_admin.ui.widgets.form_dialog import FormDialog

ABOUT = (
    "Writes a PowerShell script that reads license servers (Windows Server 2008 and later) into one file for the "
    "import. The script changes nothing on them."
)
HOW_TO_RUN = (
    "Run it as a user with administrator rights on these servers, in Windows PowerShell 5.1 or PowerShell 7:\n"
    f"powershell -ExecutionPolicy Bypass -File {collector.FILE_NAME}\n"
    "Then import the file that it names at its end."
)
SERVER_LIST_ROWS = 5  # of a list or text before it scrolls


class CollectorDialog(FormDialog):
    """Records nothing. At first the recorded servers that the script can read are checked."""

    def __init__(self, gateway: Gateway, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Collector Script", "&Save…", parent)
        self.explain(ABOUT)
        self.servers = QListWidget()
        self.add_field("servers", "Servers of the &records:", self.servers)
        self.show_field("servers", False)
        self.other_servers = QPlainTextEdit()
        self.other_servers.setTabChangesFocus(True)
        self.other_servers.setToolTip("Where no server is named, the script reads the computer it runs on.")
        self.add_field("server", "&Other servers, one a line:", self.other_servers)
        for box in (self.servers, self.other_servers):
            box.setFixedHeight(box.fontMetrics().height() * SERVER_LIST_ROWS + 12)
        how = Sentence(HOW_TO_RUN)
        how.setObjectName("how")
        how.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.body.insertWidget(self.body.indexOf(self.refusal), how)
        self.copy_button = QPushButton("&Copy")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        self.buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        path, now = gateway.path, gateway.now
        self.read(lambda: collector.recorded_servers(path, now), self._fill_servers)

    def first_field(self) -> QWidget | None:
        return self.verb

    def _fill_servers(self, servers: list[tuple[str, bool]]) -> None:
        for name, readable in servers:
            item = QListWidgetItem(name, self.servers)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if readable else Qt.CheckState.Unchecked)
            if not readable:
                item.setToolTip("Older than Windows Server 2008: it cannot be read")
        self.servers.setCurrentRow(0)
        self.show_field("servers", bool(servers))

    def names(self) -> list[str]:
        """The servers that are checked or typed."""
        items = (self.servers.item(row) for row in range(self.servers.count()))
        ticked = [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]
        return ticked + [
            line.strip() for line in self.other_servers.toPlainText().splitlines() if line.strip()
        ]

    def _script(self) -> bytes | None:
        self.clear_refusal()
        try:
            return collector.script(self.names())
        except RuleViolation as violation:
            self.show_refusal(violation)
            return None

    # out

    def copy(self) -> None:
        script = self._script()
        if script is not None:
            QGuiApplication.clipboard().setText(script.decode("ascii").replace("\r\n", "\n"))
            self.explain("The script is on the clipboard.")

    def accept(self) -> None:
        if self._script() is None:
            return
        start = str(Path(QDir.homePath()) / collector.FILE_NAME)
        chooser = QFileDialog(self, "Save the Script", start, "PowerShell scripts (*.ps1);;All files (*)")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("ps1")
        chooser.selectFile(start)
        chooser.fileSelected.connect(lambda name: self.save(Path(name)))
        chooser.open()

    def save(self, target: Path) -> None:
        """Write the script to a file; the file dialog has asked whether it may replace one."""
        script = self._script()
        if script is None:
            return
        store = self.gateway.path
        self.runner.read(
            lambda: collector.write(script, target, store=store), lambda _: self._show_saved(target)
        )

    def _show_saved(self, target: Path) -> None:
        self.explain(f"The script was saved as {QDir.toNativeSeparators(str(target))}.")
        close = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        close.setText("Close")
        close.setFocus()
